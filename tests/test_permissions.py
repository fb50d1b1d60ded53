"""Every address × every role × the expected answer, in one table.

What one may not see answers 404; somebody who isn't signed in is led to the sign-in page (302).
An address without a row here fails `test_every_address_has_a_row`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from actions.enums import ActionStatus, DecisionKind, ScanState
from actions.models import Action, Attachment, CoEditor
from actions.services.amendments import propose_amendment
from actions.services.decisions import propose_decision
from actions.services.evaluations import declare_no_interest, recuse
from actors.enums import MembershipRole, Role
from actors.models import Invitation, MembershipClaim
from ess_portal.base.files import store
from ess_portal.base.models import OutgoingMail
from ess_portal.pages.models import ContactMessage
from tests.factories import OrganisationFactory, Story, UserFactory, fresh, member, person
from tests.refusals import by_update
from tests.sessions import Sitting

ANONYMOUS = "anonymous"
EVERYBODY = (
    "anonymous outsider manager contributor partner co_editor invited claimant agent evaluator "
    "other_evaluator elected committee administrator superuser"
)
SIGNED_IN = EVERYBODY.replace("anonymous ", "")
CARRIER = "manager contributor"
# Who writes the drafts and the filed actions of the world below: a co-carrier with the carrier.
WRITERS = f"{CARRIER} co_editor"
COMMITTEE = "committee agent"


@dataclass(frozen=True)
class Row:
    """One address with one method: who gets `ok`; the others get 404, or 302 when anonymous."""

    method: str
    name: str
    who: str
    of: str = ""  # the object of the address, in the world below
    ok: int = 200
    others: int = 404
    extra: tuple = field(default=())


def get(name, who, of="", **options):
    """A row read by GET."""
    return Row("GET", name, who, of, **options)


def post(name, who, of="", **options):
    """A row written by POST, which leads elsewhere when it worked."""
    return Row("POST", name, who, of, **({"ok": 302} | options))


# What staff may only do with a button says so to those who may.
MAIL_READERS = (("agent", 405), ("superuser", 405))

# The page is theirs, and is reached by its button only.
_REFUSED_TO_CARRIER = (("manager", 405), ("contributor", 405), ("co_editor", 405))

ROWS = [
    # Sessions of the committee: read by committee and agents, kept by agents and by the chair.
    get("actions:sessions", COMMITTEE),
    get("actions:create_session", COMMITTEE),
    post("actions:create_session", COMMITTEE, ok=200),
    get("actions:session", COMMITTEE, "session"),
    get("actions:agenda_item", COMMITTEE, "item"),
    *(
        get(f"actions:{name}", "agent", "session", extra=(("committee", 403),))
        for name in ("edit_session", "agenda", "attendance", "envelope_vote", "deliberation")
    ),
    *(
        post(f"actions:{name}", "agent", "session", ok=ok, extra=(("committee", 403),))
        for name, ok in (
            ("edit_session", 200),
            ("agenda", 200),
            ("attendance", 200),
            ("envelope_vote", 200),
            ("deliberation", 302),
        )
    ),
    post("actions:agenda_item", "agent", "item", ok=200, extra=(("committee", 403),)),
    get("actions:step_aside", "agent", "item", extra=(("committee", 403),)),
    post("actions:step_aside", "agent", "item", ok=200, extra=(("committee", 403),)),
    *(
        post("actions:session_step", COMMITTEE, f"step_{step}")
        for step in ("ouvrir", "clore", "rouvrir", "annuler", "confirmer")
    ),
    post("actions:session_step", "", "step_publier"),
    *(
        post("actions:item_step", COMMITTEE, f"item_{step}")
        for step in ("monter", "descendre", "retirer", "porter")
    ),
    post("actions:item_step", "", "item_publier"),
    get("actions:session_document", COMMITTEE, "document_dossier"),
    get("actions:session_document", "", "document_compte-rendu"),  # once it is closed
    get("actions:session_document", "", "document_inconnu"),
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
    get("actors:add_passkey", SIGNED_IN),
    post("actors:add_passkey", SIGNED_IN),
    get("actors:remove_passkey", "manager", "passkey"),
    post("actors:remove_passkey", "manager", "passkey"),
    get("mfa_login_webauthn", "", others=302),
    post("mfa_login_webauthn", "", others=302),
    # The people of an organisation: its members read, its managers write.
    get("actors:organisation_space", CARRIER, "unpublished_organisation"),
    get("actors:organisation_space", "partner", "published_organisation"),
    get("actors:invite", "manager", "unpublished_organisation"),
    post("actors:invite", "manager", "unpublished_organisation", ok=200),
    get("actors:withdraw_invitation", "manager", "invitation_of", ok=405),
    post("actors:withdraw_invitation", "manager", "invitation_of"),
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
    # Claims: of what is published, by those who don't belong there; answered by agents.
    get("actors:claim_membership", SIGNED_IN, "claimable", extra=(("partner", 404),)),
    post("actors:claim_membership", SIGNED_IN, "claimable", ok=200, extra=(("partner", 404),)),
    get("actors:claim_membership", "", "unpublished_organisation"),
    post("actors:claim_membership", "", "unpublished_organisation"),
    get("actors:claims", "agent"),
    get("actors:claim", "agent", "claim"),
    post("actors:claim", "agent", "claim", ok=200),
    # Co-carriers.
    get("actions:co_editors", "manager", "draft"),
    post("actions:co_editors", "manager", "draft", ok=200),
    get("actions:co_editors", "manager", "evaluated"),
    get("actions:remove_co_editor", "manager", "co_editor_of", ok=405),
    post("actions:remove_co_editor", "manager", "co_editor_of"),
    get("actions:co_editing", "invited", "co_editing"),
    post("actions:co_editing", "invited", "co_editing", ok=404),
    get("actors:preferences", SIGNED_IN),
    post("actors:preferences", SIGNED_IN, ok=200),
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
    get("actions:propose", EVERYBODY),
    post("actions:propose", EVERYBODY, ok=200),
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
    get("actions:detach", "", "detach_draft", extra=_REFUSED_TO_CARRIER),
    post("actions:detach", WRITERS, "detach_draft"),
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
    *(get("actions:file_pdf", WRITERS, of) for of in ("draft", "submitted", "declined")),
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
    get("actions:reply", CARRIER, "refusal_announced"),
    post("actions:reply", CARRIER, "refusal_announced", ok=200),
    get("actions:reply", "", "declined"),
    # Evaluations.
    get("actions:assign", "agent"),
    post("actions:assign", "agent", ok=200),
    # Before an evaluator declared no interest, there is nothing to read but the declaration.
    get("actions:action", f"{WRITERS} agent", "undeclared", extra=((ANONYMOUS, 404),)),
    get("actions:evaluation", "evaluator", "undeclared_evaluation"),
    get("actions:declare_no_interest", "", "undeclared_evaluation", others=405),
    post("actions:declare_no_interest", "evaluator", "undeclared_evaluation"),
    post("actions:declare_no_interest", "", "recused_evaluation"),
    get("actions:evaluations", "evaluator other_evaluator"),
    get("actions:evaluation", "evaluator", "evaluation"),
    post("actions:evaluation", "evaluator", "evaluation", ok=200),
    get("actions:take_back_evaluation", "", "evaluation", others=405),
    post("actions:take_back_evaluation", "evaluator", "evaluation"),
    get("actions:recuse", "evaluator", "evaluation"),
    post("actions:recuse", "evaluator", "evaluation", ok=200),
    # The committee.
    get("actions:committee", COMMITTEE),
    *(get("actions:result", COMMITTEE, of) for of in ("evaluated", "prioritised", "declined")),
    *(get("actions:result", "", of) for of in ("submitted", "in_evaluation", "inadmissible")),
    get("actions:result", COMMITTEE, "declined_inadmissible"),
    get("actions:propose_decision", COMMITTEE, "postpone_evaluated"),
    get("actions:propose_decision", COMMITTEE, "appeal"),
    post("actions:propose_decision", COMMITTEE, "postpone_evaluated", ok=200),
    get("actions:propose_decision", "", "unknown_decision"),
    get("actions:settle", COMMITTEE, "confirm_refusal"),
    post("actions:settle", COMMITTEE, "confirm_refusal", ok=200),
    get("actions:settle", "", "unknown_settlement"),
    get("actions:confirm_decision", "", "decision", others=405),
    post("actions:confirm_decision", COMMITTEE, "decision"),
    get("actions:cancel_decision", "", "decision", others=405),
    post("actions:cancel_decision", COMMITTEE, "decision"),
    *(get("actions:amend", COMMITTEE, of) for of in ("prioritised", "in_progress")),
    *(get("actions:amend", "", of) for of in ("evaluated", "completed", "submitted")),
    post("actions:amend", COMMITTEE, "prioritised", ok=200),
    post("actions:amend", "", "abandoned"),
    get("actions:confirm_amendment", "", "amendment", others=405),
    post("actions:confirm_amendment", COMMITTEE, "amendment"),
    get("actions:cancel_amendment", "", "amendment", others=405),
    post("actions:cancel_amendment", COMMITTEE, "amendment"),
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
    get("admin:view_on_site", "agent administrator superuser", "view_on_site", ok=302),
    get("admin:app_list", "agent superuser", "app_list"),
    get("admin:actions_action_paper", "agent"),
    post("admin:actions_action_paper", "agent", ok=200),
    get("admin:actions_action_transition", "agent", "admit"),
    post("admin:actions_action_transition", "agent", "admit"),
    get("admin:actions_action_transition", "", "unknown_transition"),
    get("admin:actions_action_assign", "agent", "in_evaluation_pk"),
    post("admin:actions_action_assign", "agent", "in_evaluation_pk", ok=200),
    get("admin:actions_action_assign", "", "submitted_pk"),
    get("admin:actions_action_unassign", "agent", "evaluation"),
    post("admin:actions_action_unassign", "agent", "evaluation"),
    get("admin:base_outgoingmail_try_again", "", "mail", extra=MAIL_READERS),
    post("admin:base_outgoingmail_try_again", "agent superuser", "mail"),
    get("admin:actions_action_recuse", "agent", "evaluation"),
    post("admin:actions_action_recuse", "agent", "evaluation", ok=200),
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
    "actions_committeesession": (AGENT, "add delete"),
    "pages_contactmessage": (AGENT, "add"),
    "base_outgoingmail": (AGENT, "add delete"),
    "auth_group": ("superuser", ""),
    "account_emailaddress": ("superuser", ""),
}
for _model, (_who, _refused) in ADMIN_MODELS.items():
    for _page in ("changelist", "add", "change", "delete", "history"):
        _ok = 403 if _page in _refused.split() else 200
        _of = "" if _page in ("changelist", "add") else f"admin_{_model}"
        ROWS.append(get(f"admin:{_model}_{_page}", _who, _of, ok=_ok))


class World:
    """One action in each state, all carried by one organisation, and one person in each role."""

    def __init__(self):
        self._known: dict[Row, str] = {}
        self.carrier, self.partner = OrganisationFactory(is_published=False), OrganisationFactory()
        self.people = {
            "outsider": UserFactory(),
            "manager": member(self.carrier),
            "contributor": member(self.carrier, MembershipRole.CONTRIBUTOR),
            "partner": member(self.partner),
            "co_editor": UserFactory(),
            "invited": UserFactory(),
            "claimant": UserFactory(),
            "agent": person(Role.AGENT),
            "evaluator": person(Role.EVALUATOR),
            "other_evaluator": person(Role.EVALUATOR),
            "elected": person(Role.ELECTED),
            "committee": person(Role.COMMITTEE),
            "administrator": person(Role.ADMINISTRATOR),
            "superuser": UserFactory(is_superuser=True),
        }
        states = [state for state in ActionStatus.values if state != ActionStatus.RECORDED]
        self.actions = {
            state: self._story(state).action
            for state in (*states, "inadmissible", "declined_inadmissible")
        }
        self.actions["recorded"] = Action.objects.create(
            status=ActionStatus.RECORDED, reference="ANT-0001", title="Plan de 2016"
        )
        in_evaluation = self.actions["in_evaluation"]
        self.evaluation = in_evaluation.evaluations.get(evaluator=self.people["evaluator"])
        declare_no_interest(evaluation=self.evaluation, by=fresh(self.people["evaluator"]))
        undeclared = self._story("in_evaluation")
        self.actions["undeclared"] = undeclared.action
        self.undeclared = undeclared.evaluations[0]
        recused = self._story("in_evaluation")
        self.recused = recused.evaluations[0]
        who = fresh(self.people["evaluator"])
        recuse(action=recused.action, user=who, by=who, reason="Lien.")
        decided = self._story("evaluated")
        self.decision = propose_decision(
            action=decided.action,
            kind=DecisionKind.POSTPONE,
            by=fresh(decided.members[0]),
            reason="À revoir.",
        )
        self.sitting = Sitting(stories=[self._story("evaluated")]).opened()
        granted = self._story("prioritised")
        self.amendment = propose_amendment(
            action=granted.action, by=fresh(granted.members[0]), reason="Moins.", amount=4000
        )
        self.attachments = {
            state: self._attachment(action)
            for state, action in self.actions.items()
            if state != "recorded"
        }
        virus = {"scan": ScanState.INFECTED, "scanned_at": timezone.now()}
        self.attachments["infected"] = self._attachment(self.actions["submitted"], **virus)
        self._belonging()
        self.passkey = Authenticator.objects.create(
            user=self.people["manager"],
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "Téléphone", "credential": {}},
        )
        self.message = ContactMessage.objects.create(
            name="A", email="a@example.org", subject="B", message="C"
        )

    def _attachment(self, action, **columns) -> Attachment:
        key = uuid4()
        digest = store.keep(key, key.bytes)
        return Attachment.objects.create(
            action=action,
            uuid=key,
            name="statuts.pdf",
            kind="pdf",
            size=16,
            sha256=digest,
            uploaded_by=self.people["manager"],
            **columns,
        )

    def _belonging(self):
        """Somebody invited everywhere, and somebody who says to belong to the partner."""
        email = self.people["invited"].email
        self.invitation = Invitation.objects.create(organisation=self.carrier, email=email)
        self.elsewhere = Invitation.objects.create(
            organisation=self.partner, email="nobody@example.org"
        )
        self.co_editing = CoEditor.objects.create(action=self.actions["draft"], email=email)
        self.claim = MembershipClaim.objects.create(
            user=self.people["claimant"], organisation=self.partner, message="Présidente."
        )

    def _place(self, who) -> int:
        return self.people[who].memberships.get().pk

    def _story(self, state) -> Story:
        story = Story(carrier=self.carrier, partners=[self.partner])
        writer = self.people["co_editor"]
        co_carrier = CoEditor.objects.create(action=story.action, email=writer.email)
        by_update(co_carrier, user=writer, accepted_at=timezone.now())
        story.evaluators = [self.people["evaluator"], *story.evaluators[1:]]
        getattr(story, state)()
        return story

    def arguments(self, of: str) -> list:
        """The arguments of an address about the object `of`."""
        action = self.actions.get(of)
        if action is not None:
            return [action]
        two_parts = self._arguments_in_two_parts(of)
        if two_parts is not None:
            return two_parts
        session, (item,) = self.sitting.session, self.sitting.items
        measure = self.actions["submitted"].measure
        reference = self.actions["evaluated"].reference
        return {
            "": [],
            "challenge": [measure.challenge.number],
            "measure": [measure.challenge.number, measure.number],
            "programme": [measure.challenge.programme.code],
            "published_organisation": [self.partner.slug],
            "passkey": [self.passkey.pk],
            "claimable": [self.partner.slug],
            "invitation_of": [self.carrier.slug, self.invitation.uuid],
            "invitation_elsewhere": [self.carrier.slug, self.elsewhere.uuid],
            "member": [self.carrier.slug, self._place("contributor")],
            "member_elsewhere": [self.carrier.slug, self._place("partner")],
            "invitation": [self.invitation.uuid],
            "claim": [self.claim.pk],
            "co_editor_of": [self.actions["draft"].uuid, self.co_editing.uuid],
            "co_editing": [self.co_editing.uuid],
            "draft_step": [self.actions["draft"].uuid, "action"],
            "submitted_step": [self.actions["submitted"].uuid, "action"],
            "unpublished_organisation": [self.carrier.slug],
            "evaluation": [self.evaluation.pk],
            "undeclared_evaluation": [self.undeclared.pk],
            "recused_evaluation": [self.recused.pk],
            "decision": [self.decision.pk],
            "mail": [OutgoingMail.objects.latest("pk").pk],
            "session": [session.pk],
            "item": [item.pk],
            "amendment": [self.amendment.pk],
            "postpone_evaluated": [reference, "postpone"],
            "appeal": [self.actions["declined_inadmissible"].reference, "appeal_upheld"],
            "unknown_decision": [reference, "start"],
            "confirm_refusal": [self.actions["refusal_announced"].reference, "confirm_refusal"],
            "unknown_settlement": [self.actions["refusal_announced"].reference, "start"],
            "admit": [self.actions["submitted"].pk, "admit"],
            "unknown_transition": [self.actions["submitted"].pk, "prioritise"],
            "in_evaluation_pk": [self.actions["in_evaluation"].pk],
            "submitted_pk": [self.actions["submitted"].pk],
            "app_list": ["actions"],
            "view_on_site": [self._content_type(), self.partner.pk],
        }[of]

    def _file_arguments(self, kind: str, state: str) -> list:
        if kind == "attachment":
            return [self.attachments[state].uuid]
        attached_to = "in_correction" if state == "another" else state
        action = self.actions["draft" if state == "another" else state]
        return [action.uuid, self.attachments[attached_to].pk]

    def _arguments_in_two_parts(self, of: str) -> list | None:
        step, between, status = of.partition("_of_")
        if between:
            return [self.actions[status].uuid, step]
        kind, _, state = of.partition("_")
        if kind in ("table", "stage"):
            return [state]
        if kind in ("attachment", "detach"):
            return self._file_arguments(kind, state)
        objects = {
            "step": self.sitting.session,
            "document": self.sitting.session,
            "item": self.sitting.items[0],
        }
        return [objects[kind].pk, state] if kind in objects and state else None

    def _content_type(self):
        from django.contrib.contenttypes.models import ContentType

        return ContentType.objects.get_for_model(self.partner).pk

    def address(self, row: Row) -> str:
        """The address of a row, asked of the database once for everybody.

        Some rows of the administration are made for the occasion, and undone with it.
        """
        if row.of.startswith("admin_"):
            return self._address(row)
        if row not in self._known:
            self._known[row] = self._address(row)
        return self._known[row]

    def _address(self, row: Row) -> str:
        if row.of.startswith("admin_"):
            return reverse(row.name, args=[self._admin_key(row.of.removeprefix("admin_"))])
        arguments = self.arguments(row.of)
        if arguments and isinstance(arguments[0], Action):
            action = arguments[0]
            by_uuid = row.name.removeprefix("actions:") not in ("action", "result", "amend")
            arguments = [action.uuid if by_uuid else action.reference]
        query = ""
        if row.name == "admin:autocomplete":
            query = "?app_label=actors&model_name=membership&field_name=user&term=a"
        return reverse(row.name, args=arguments) + query

    def _admin_key(self, model: str):
        from django.apps import apps

        app, name = model.split("_", 1)
        rows = apps.get_model(app, name).objects
        if model == "challenges_grid":
            programme = self.actions["submitted"].programme
            return rows.create(programme=programme, version=2).pk
        if model == "actors_livingarea":
            return rows.create(name="Val d’Allier").pk
        if model == "actors_sector":
            return rows.create(slug="culture", name="Culture").pk
        if model == "actions_recusal":
            user = self.people["other_evaluator"]
            return rows.create(
                action=self.actions["in_evaluation"], user=user, declared_by=user, reason="Lien."
            ).pk
        if model == "account_emailaddress":
            return rows.create(user=self.people["outsider"], email="a@example.org").pk
        # The newest: nothing that the others depend on.
        return rows.order_by("-pk").first().pk


def expected(row: Row, role: str) -> int:
    """The answer that the table gives to `role`."""
    special = dict(row.extra)
    if role in special:
        return special[role]
    if role in row.who.split():
        return row.ok
    if role == ANONYMOUS and row.others != 405:
        return 302
    return 302 if role == ANONYMOUS else row.others


# The world takes as long to make as it takes four people to go round it.
GROUPS = [EVERYBODY.split()[first::3] for first in range(3)]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path


# To the administration they are all the same: somebody without a role. `make test` sends one of
# them there, the slow round everybody.
WITHOUT_ROLE = frozenset(["manager", "contributor", "partner", "claimant", "invited", "co_editor"])


@pytest.mark.django_db
@pytest.mark.parametrize("roles", GROUPS, ids=" ".join)
def test_every_address_answers_as_the_table_says(roles):
    world = World()
    wrong = [
        answer
        for role in roles
        for answer in wrong_answers(world, role, admin=role not in WITHOUT_ROLE)
    ]
    assert wrong == []


@pytest.mark.slow
@pytest.mark.django_db
def test_the_administration_is_shut_to_everybody_without_a_role():
    world = World()
    assert [wrong for role in WITHOUT_ROLE for wrong in wrong_answers(world, role)] == []


def wrong_answers(world, role: str, *, admin: bool = True) -> Iterator[tuple]:
    """Go round the table as somebody in `role`, and yield what it doesn't say."""
    client = Client()
    if role != ANONYMOUS:
        client.force_login(
            fresh(world.people[role]),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
    cookies = client.cookies.copy()
    for row in ROWS:
        if row.name.startswith("admin:") and not admin:
            continue
        client.cookies = cookies.copy()
        # Each request on the same world: what a POST changes is undone.
        with transaction.atomic():
            address = world.address(row)
            status = client.generic(row.method, address).status_code
            transaction.set_rollback(True)
        if status != expected(row, role):
            yield role, row.method, address, row.of, status, expected(row, role)


def names(patterns, namespace=""):
    """Every named address below `patterns`."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"


# The admin's catch-all answers 404 or redirects to an address with a final slash; the addresses
# of old admin versions redirect to today's. Neither has a name.
WITHOUT_NAME = {"admin:None"}


def test_every_address_has_a_row():
    assert set(names(get_resolver().url_patterns)) - WITHOUT_NAME == {row.name for row in ROWS}


@pytest.mark.django_db
def test_a_removed_right_is_refused_on_the_next_request(as_user):
    agent = person(Role.AGENT)
    client = as_user(agent)
    assert client.get(reverse("admin:index")).status_code == 200
    agent.groups.clear()
    assert client.get(reverse("admin:index")).status_code == 404


@pytest.mark.django_db
def test_a_closed_account_is_refused_on_the_next_request(as_user):
    manager = member(OrganisationFactory())
    client = as_user(manager)
    assert client.get(reverse("actions:space")).status_code == 200
    manager.is_active = False
    manager.save()
    assert client.get(reverse("actions:space")).status_code == 302


@pytest.mark.django_db
def test_visible_to_agrees_with_can_see_for_every_role_and_status():
    """One rule told twice: in SQL for lists, in Python for pages."""
    from django.contrib.auth.models import AnonymousUser

    from actions import rules

    world = World()
    people = {ANONYMOUS: AnonymousUser()} | world.people
    disagreements = []
    for role, user in people.items():
        user = user if role == ANONYMOUS else fresh(user)  # noqa: PLW2901
        listed = set(Action.objects.visible_to(user).values_list("pk", flat=True))
        disagreements += [
            (role, action.status, action.pk in listed)
            for action in Action.objects.all()
            if rules.can_see(user, action) != (action.pk in listed)
        ]
    assert disagreements == []
