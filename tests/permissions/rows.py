"""Every address × every role × the expected answer, in one table.

What one may not see answers 404; somebody who isn't signed in is led to the sign-in page (302).
An address without a row here fails `test_every_address_has_a_row`.
"""

from tests.permissions.following_rows import FOLLOWING_ROWS
from tests.permissions.row import ANONYMOUS, EVERYBODY, both, get, post

SIGNED_IN = EVERYBODY.replace("anonymous ", "")
CARRIER = "manager contributor"
# Who writes the drafts and the filed actions of the world below: a co-carrier with the carrier.
WRITERS = f"{CARRIER} co_editor"
COMMITTEE = "committee agent"
STAFF = "agent administrator"


# What staff may only do with a button says so to those who may.
OWN = (("manager", 404), ("contributor", 404))
COUNCIL = (("committee", 403), ("tied_agent", 403))
ONLY_POST = (("agent", 405), ("superuser", 405))


ROWS = [
    # Sessions of the committee: read by committee and agents, kept by agents and by the chair.
    get("actions:sessions", COMMITTEE),
    *both("actions:create_session", COMMITTEE),
    get("actions:session", COMMITTEE, "session"),
    get("actions:agenda_item", COMMITTEE, "item"),
    *(
        row
        for name in ("edit_session", "agenda", "attendance", "envelope_vote", "deliberation")
        for row in both(f"actions:{name}", "agent", "session", extra=(("committee", 403),))
    ),
    post("actions:agenda_item", "agent", "item", ok=200, extra=(("committee", 403),)),
    *both("actions:step_aside", "agent", "item", extra=(("committee", 403),)),
    *(
        post("actions:session_step", COMMITTEE, f"step_{step}")
        for step in ("envoyer", "ouvrir", "clore", "rouvrir", "confirmer")
    ),
    post("actions:session_step", "", "step_publier"),
    *(
        row(f"actions:{name}", "agent", of, extra=(("committee", 403), *extra))
        for name, of in (("cancel_session", "session"), ("take_off_agenda", "item"))
        for row, extra in ((get, ()), (post, (("tied_agent", 200),)))  # and says why not
    ),
    *(
        post("actions:item_step", COMMITTEE, f"item_{step}")
        for step in ("monter", "descendre", "porter")
    ),
    post("actions:item_step", "", "item_publier"),
    get("actions:session_document", COMMITTEE, "document_dossier"),
    get("actions:session_document", "", "document_compte-rendu"),  # once it is closed
    get("actions:session_document", "", "document_inconnu"),
    get("actions:editable_document", "", "document_compte-rendu"),
    get("actions:editable_document", "", "document_dossier"),  # never
    get("actions:session_calendar", COMMITTEE, "session"),
    # Pages of everybody.
    *(
        get(f"pages:{name}", EVERYBODY)
        for name in (
            "home",
            "programme",
            "help",
            "contact",
            "contact_thanks",
            "legal_notice",
            "terms",
            "accessibility",
            "privacy",
            "site_map",
            "search",
            "health",
            "reference",
            "robots",
        )
    ),
    post("pages:contact", EVERYBODY, ok=200),
    get("pages:challenge", EVERYBODY, "challenge"),
    get("pages:measure", EVERYBODY, "measure"),
    get("pages:archived_programme", EVERYBODY, "programme"),
    get("actors:organisation_list", EVERYBODY),
    get("actors:organisation", EVERYBODY, "published_organisation"),
    get(
        "actors:organisation",
        CARRIER,
        "unpublished_organisation",
        others=404,
        extra=(("anonymous", 404),),
    ),
    # One's own passkeys; the door that opens with one leads strangers to the sign-in page.
    get("actors:passkeys", SIGNED_IN),
    *both("actors:add_passkey", SIGNED_IN),
    get("actors:remove_passkey", "manager", "passkey"),
    post("actors:remove_passkey", "manager", "passkey"),
    # One's own second factor and sessions. The world's only factor is that passkey.
    get("actors:second_factor", SIGNED_IN),
    *(row("actors:application", SIGNED_IN, ok=200) for row in (get, post)),
    *(row("actors:remove_application", "") for row in (get, post)),
    *(row("actors:recovery_codes", "manager") for row in (get, post)),
    get("actors:recovery_codes_file", ""),
    *(row("actors:confirm_identity", SIGNED_IN, ok=200) for row in (get, post)),
    get("actors:sessions", SIGNED_IN),
    post("actors:end_session", SIGNED_IN),
    *(row("mfa_authenticate", "", others=302) for row in (get, post)),
    *(row("mfa_login_webauthn", "", others=302) for row in (get, post)),
    # The people of an organisation: its members read, its managers write.
    get("actors:organisation_space", CARRIER, "unpublished_organisation"),
    get("actors:organisation_space", "partner", "published_organisation"),
    *both("actors:invite", "manager", "unpublished_organisation"),
    *(row("actors:withdraw_invitation", "manager", "invitation_of") for row in (get, post)),
    post("actors:withdraw_invitation", "", "invitation_elsewhere"),
    *(
        row
        for name in ("member", "remove_member")
        for row in (
            get(f"actors:{name}", "manager", "member"),
            get(f"actors:{name}", "", "member_elsewhere"),
            post(f"actors:{name}", "manager", "member", ok=200 if name == "member" else 302),
            post(f"actors:{name}", "", "member_elsewhere"),
        )
    ),
    get("actors:leave", CARRIER, "unpublished_organisation"),
    post("actors:leave", CARRIER, "unpublished_organisation"),
    # Who is invited, and nobody else, finds the invitation.
    get("actors:invitation", "invited", "invitation"),
    post("actors:invitation", "invited", "invitation", ok=404),
    # Evaluators: invited by agents and administrators, who alone see the list.
    get("actors:evaluators", STAFF),
    *both("actors:invite_evaluator", STAFF),
    get("actors:resend_evaluator_invitation", "", "to_evaluate", others=405),
    post("actors:resend_evaluator_invitation", STAFF, "to_evaluate"),
    *(row("actors:withdraw_evaluator_invitation", STAFF, "to_evaluate") for row in (get, post)),
    get("actors:evaluator_invitation", "invited", "to_evaluate"),
    post("actors:evaluator_invitation", "invited", "to_evaluate", ok=404),
    # Claims: of what is confirmed, by those who don't belong there; answered by agents.
    *both("actors:claim_membership", SIGNED_IN, "claimable", extra=(("partner", 404),)),
    *both("actors:claim_membership", SIGNED_IN, "unpublished_organisation", extra=OWN),
    *both("actors:claim_membership", "", "provisional_organisation"),
    *(row("actors:drop_claim", "claimant", "claimable") for row in (get, post)),
    get("actors:claims", "agent"),
    *both("actors:claim", "agent", "claim"),
    # Organisations that await an agent.
    get("actions:waiting_organisations", "agent"),
    *both("actions:organisation_review", "agent", "waiting_organisation"),
    # Co-carriers.
    *both("actions:co_editors", "manager", "draft"),
    get("actions:co_editors", "manager", "evaluated"),
    *(row("actions:remove_co_editor", "manager", "co_editor_of") for row in (get, post)),
    get("actions:co_editing", "invited", "co_editing"),
    post("actions:co_editing", "invited", "co_editing", ok=404),
    *(row("actions:stop_co_editing", "co_editor", "co_writing") for row in (get, post)),
    *(row("actions:stop_co_editing", "", "co_editing") for row in (get, post)),
    *both("actors:preferences", SIGNED_IN),
    get("actions:list", EVERYBODY),
    # Signing in and out: those who are signed in are led away.
    get("account_login", ANONYMOUS, others=302),
    get("account_request_login_code", ANONYMOUS, others=302),
    get("account_confirm_login_code", "", others=302),
    get("account_inactive", EVERYBODY),
    get("account_logout", SIGNED_IN),
    post("account_logout", EVERYBODY),
    post("account_login", ANONYMOUS, ok=200, others=302),
    post("account_request_login_code", ANONYMOUS, ok=200, others=302),
    post("account_confirm_login_code", "", others=302),
    # An action, in each kind of state.
    get("actions:action", EVERYBODY, "prioritised"),
    get("actions:action", EVERYBODY, "recorded"),
    get("actions:action", EVERYBODY, "postponed"),
    get("actions:action", f"{WRITERS} agent", "submitted", extra=((ANONYMOUS, 404),)),
    get("actions:action", f"{WRITERS} agent", "in_correction", extra=((ANONYMOUS, 404),)),
    get("actions:action", f"{WRITERS} agent evaluator", "in_evaluation", extra=((ANONYMOUS, 404),)),
    get(
        "actions:action",
        f"{WRITERS} agent evaluator committee elected",
        "evaluated",
        extra=((ANONYMOUS, 404),),
    ),
    get(
        "actions:action",
        f"{WRITERS} agent evaluator committee elected",
        "refusal_announced",
        extra=((ANONYMOUS, 404),),
    ),
    get(
        "actions:action",
        f"{WRITERS} agent evaluator committee elected",
        "declined",
        extra=((ANONYMOUS, 404),),
    ),
    get("actions:action", f"{WRITERS} agent", "inadmissible", extra=((ANONYMOUS, 404),)),
    get(
        "actions:action",
        f"{WRITERS} agent committee",
        "declined_inadmissible",
        extra=((ANONYMOUS, 404),),
    ),
    get("actions:action", f"{WRITERS} agent", "withdrawn", extra=((ANONYMOUS, 404),)),
    # Proposing, and the carrier's space.
    *both("actions:propose", EVERYBODY),
    get("actions:space", SIGNED_IN),
    *(get("actions:own_action", WRITERS, of) for of in ("draft", "submitted", "evaluated")),
    *(get("actions:edit", WRITERS, of, ok=302) for of in ("draft", "in_correction")),
    *(get("actions:edit", "", of) for of in ("submitted", "evaluated", "prioritised")),
    *(
        get("actions:edit_step", WRITERS, f"{step}_of_{of}")
        for step in ("structure", "action", "mesure", "moyens", "criteres")
        for of in ("draft", "in_correction")
    ),
    *(get("actions:edit_step", "", of) for of in ("action_of_submitted", "ailleurs_of_draft")),
    post("actions:edit_step", WRITERS, "action_of_draft"),
    # Sent twice, or typed in a window left open: it leads to the receipt.
    post("actions:edit_step", WRITERS, "action_of_submitted"),
    *(get("actions:send", WRITERS, of) for of in ("draft", "in_correction")),
    get("actions:send", "", "submitted"),
    post("actions:send", CARRIER, "draft", ok=200),
    post("actions:send", CARRIER, "submitted"),
    # Attached files: written while the carrier writes, read by those who read the whole file.
    get("actions:attachments", WRITERS, "draft", ok=302),
    get("actions:attachments", "", "submitted"),
    post("actions:attachments", WRITERS, "draft", ok=200),
    post("actions:attachments", WRITERS, "in_correction", ok=200),
    post("actions:attachments", WRITERS, "submitted", ok=200),  # and says that it is too late
    *(row("actions:detach", WRITERS, "detach_draft") for row in (get, post)),
    get("actions:detach", "", "detach_submitted"),
    post("actions:detach", WRITERS, "detach_submitted"),  # and says that it is too late
    post("actions:detach", "", "detach_another"),
    *(
        get("actions:attachment", who, f"attachment_{of}")
        for of, who in (
            ("draft", f"{WRITERS} agent"),
            ("submitted", f"{WRITERS} agent"),
            ("in_evaluation", f"{WRITERS} agent evaluator"),
            ("undeclared", f"{WRITERS} agent"),
            ("evaluated", f"{WRITERS} agent evaluator committee"),
            ("postponed", f"{WRITERS} agent evaluator committee"),
            ("prioritised", f"{WRITERS} agent evaluator committee"),
            ("inadmissible", f"{WRITERS} agent"),
            ("declined_inadmissible", f"{WRITERS} agent committee"),
            ("infected", ""),
        )
    ),
    *(post("actions:attachment", "", f"attachment_{of}", others=405) for of in ("draft",)),
    get("actions:receipt", WRITERS, "submitted"),
    get("actions:receipt", "", "draft"),
    get("actions:old_receipt", SIGNED_IN, "submitted", ok=301),
    *(get("actions:application_pdf", WRITERS, of) for of in ("draft", "submitted", "declined")),
    # The same document for the agglomeration, once somebody sent the file.
    *(
        get("actions:filed_application_pdf", who, of)
        for of, who in (
            ("submitted", "agent"),
            ("in_evaluation", "agent"),
            ("evaluated", COMMITTEE),
            ("prioritised", COMMITTEE),
            ("declined_inadmissible", COMMITTEE),
            ("recorded", ""),
        )
    ),
    get("actions:start_again", CARRIER, "submitted"),
    get("actions:start_again", "", "draft"),
    post("actions:start_again", CARRIER, "submitted", ok=200),
    post("actions:start_again", "", "draft"),
    *(get("actions:withdraw", "manager", of) for of in ("submitted", "evaluated", "postponed")),
    get("actions:withdraw", "", "prioritised"),
    post("actions:withdraw", "manager", "submitted"),
    post("actions:withdraw", "", "prioritised"),
    get("actions:delete", CARRIER, "draft"),
    post("actions:delete", CARRIER, "draft"),
    get("actions:delete", "", "submitted"),
    post("actions:delete", "", "submitted"),
    *both("actions:reply", CARRIER, "refusal_announced"),
    get("actions:reply", "", "declined"),
    # Evaluations.
    *both("actions:assign", "agent"),
    # Before an evaluator declared no interest, there is nothing to read but the declaration.
    get("actions:action", f"{WRITERS} agent", "undeclared", extra=((ANONYMOUS, 404),)),
    get("actions:evaluation", "evaluator", "undeclared_evaluation"),
    get("actions:declare_no_interest", "", "undeclared_evaluation", others=405),
    post("actions:declare_no_interest", "evaluator", "undeclared_evaluation"),
    post("actions:declare_no_interest", "", "recused_evaluation"),
    get("actions:evaluations", "evaluator other_evaluator"),
    *both("actions:evaluation", "evaluator", "evaluation"),
    get("actions:take_back_evaluation", "", "evaluation", others=405),
    post("actions:take_back_evaluation", "evaluator", "evaluation"),
    *both("actions:recuse", "evaluator", "evaluation"),
    # The committee.
    get("actions:committee", COMMITTEE),
    *(get("actions:result", COMMITTEE, of) for of in ("evaluated", "prioritised", "declined")),
    *(get("actions:result", "", of) for of in ("submitted", "in_evaluation", "inadmissible")),
    get("actions:result", COMMITTEE, "declined_inadmissible"),
    get("actions:propose_decision", COMMITTEE, "postpone_evaluated"),
    get("actions:propose_decision", COMMITTEE, "appeal"),
    post("actions:propose_decision", COMMITTEE, "postpone_evaluated", ok=200),
    get("actions:propose_decision", "", "unknown_decision"),
    *both("actions:settle", COMMITTEE, "confirm_refusal"),
    get("actions:settle", "", "unknown_settlement"),
    get("actions:confirm_decision", "", "decision", others=405),
    post("actions:confirm_decision", COMMITTEE, "decision"),
    get("actions:cancel_decision", "committee", "decision", extra=(("agent", 403),)),
    post("actions:cancel_decision", "committee", "decision", extra=(("agent", 403),)),
    *(
        get("actions:increase", COMMITTEE, of, extra=(("tied_agent", 404),))
        for of in ("prioritised", "in_progress")
    ),
    post("actions:increase", COMMITTEE, "prioritised", ok=200, extra=(("tied_agent", 404),)),
    *(get("actions:increase", "", of) for of in ("evaluated", "completed", "submitted")),
    *(get("actions:amend", COMMITTEE, of) for of in ("prioritised", "in_progress")),
    *(get("actions:amend", "", of) for of in ("evaluated", "completed", "submitted")),
    post("actions:amend", COMMITTEE, "prioritised", ok=200),
    post("actions:amend", "", "abandoned"),
    get("actions:confirm_amendment", "", "amendment", others=405),
    post("actions:confirm_amendment", COMMITTEE, "amendment"),
    *both("actions:action_deliberation", "agent", "prioritised", extra=COUNCIL),
    get("actions:cancel_amendment", "committee", "amendment", extra=(("agent", 403),)),
    post("actions:cancel_amendment", "committee", "amendment", extra=(("agent", 403),)),
    get("dashboards:dashboard", "agent elected committee"),
    *(
        get("dashboards:table", "agent elected committee", table)
        for table in ("table_defis", "table_mesures", "table_etapes", "table_communes")
    ),
    get("dashboards:table", "agent elected committee", "table_decisions"),
    get("dashboards:table", "", "table_inconnue"),
    get("dashboards:waiting", "agent elected committee", "stage_decider"),
    # Before the evaluation is closed the files are the agents' only; what is done doesn't wait.
    get("dashboards:waiting", "agent", "stage_instruire"),
    get("dashboards:waiting", "", "stage_realisees"),
    # The administration.
    get("admin:index", "agent administrator superuser"),
    get("admin:login", "", others=302),
    post("admin:logout", "agent administrator superuser"),
    get("admin:jsi18n", "agent administrator superuser"),
    get("admin:password_change", "agent administrator superuser"),
    get("admin:password_change_done", "agent administrator superuser"),
    get("admin:autocomplete", "agent administrator superuser"),
    get("admin:view_on_site", "agent superuser", "view_on_site", ok=302),
    get("admin:app_list", "agent superuser", "app_list"),
    *both("admin:actions_action_paper", "agent"),
    get("admin:actions_action_transition", "agent", "admit"),
    post("admin:actions_action_transition", "agent", "admit"),
    get("admin:actions_action_transition", "", "unknown_transition"),
    *FOLLOWING_ROWS,
    get("admin:base_outgoingmail_try_again", "", "mail", extra=ONLY_POST),
    post("admin:base_outgoingmail_try_again", "agent superuser", "mail"),
    get("admin:challenges_grid_copy", "", "admin_challenges_grid", extra=ONLY_POST),
    post("admin:challenges_grid_copy", "agent superuser", "admin_challenges_grid"),
]

# Model pages of the administration: who manages the model, and which pages refuse even them.
AGENT, ADMINISTRATOR = "agent superuser", "administrator superuser"
ADMIN_MODELS = {
    "challenges_programme": (AGENT, ""),
    "challenges_challenge": (AGENT, ""),
    "challenges_measure": (AGENT, ""),
    "challenges_grid": (AGENT, ""),
    "actors_organisation": (AGENT, ""),
    "actors_membership": (AGENT, ""),
    "actors_membershipclaim": (AGENT, "add delete"),
    "actors_invitation": (AGENT, "add delete"),
    "actors_commune": (AGENT, ""),
    "actors_livingarea": (AGENT, ""),
    "actors_sector": (AGENT, ""),
    "actors_user": (ADMINISTRATOR, "delete"),
    "actions_action": (AGENT, "add delete"),
    "actions_evaluation": (AGENT, "add delete"),
    "actions_actionevent": (AGENT, "add delete"),
    "actions_recusal": (AGENT, "add delete"),
    "actions_amendment": (AGENT, "add delete"),
    "actions_deliberation": (AGENT, "add delete"),
    "actions_committeesession": (AGENT, "add delete"),
    "pages_contactmessage": (AGENT, "add"),
    "base_outgoingmail": (AGENT, "add delete"),
    "base_searchsynonyms": (AGENT, ""),
    "base_accessrecord": (ADMINISTRATOR, "add delete"),
}
for _model, (_who, _refused) in ADMIN_MODELS.items():
    for _page in ("changelist", "add", "change", "delete", "history"):
        _ok = 403 if _page in _refused.split() else 200
        _of = "" if _page in ("changelist", "add") else f"admin_{_model}"
        ROWS.append(get(f"admin:{_model}_{_page}", _who, _of, ok=_ok))

ROWS.append(get("admin:actors_user_reset_factor", ADMINISTRATOR, "admin_actors_user"))

# The addresses that somebody reads, the administration's aside.
PAGES_READ = {
    row.name
    for row in ROWS
    if row.method == "GET" and row.ok == 200 and row.who and not row.name.startswith("admin:")
}
