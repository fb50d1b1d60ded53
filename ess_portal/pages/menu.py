"""The menus: which of their entries a page lies below."""

# The entry, then the pages below it, by the names of their addresses.
SECTIONS = {
    "pages:programme": ("pages:archived_programme", "pages:challenge", "pages:measure"),
    "actions:list": ("actions:action",),
    "actors:organisation_list": ("actors:organisation",),
    "account_login": ("account_request_login_code", "account_confirm_login_code"),
    "actions:space": (
        "actions:own_action",
        "actions:edit",
        "actions:edit_step",
        "actions:send",
        "actions:co_editors",
        "actions:remove_co_editor",
        "actions:detach",
        "actions:start_again",
        "actions:receipt",
        "actions:withdraw",
        "actions:delete",
        "actions:reply",
    ),
    "actions:evaluations": (
        "actions:evaluation",
        "actions:take_back_evaluation",
        "actions:recuse",
    ),
    "actions:assign": (
        "actors:evaluators",
        "actors:invite_evaluator",
        "actors:withdraw_evaluator_invitation",
    ),
    "actions:committee": (
        "actions:sessions",
        "actions:create_session",
        "actions:session",
        "actions:edit_session",
        "actions:cancel_session",
        "actions:agenda",
        "actions:take_off_agenda",
        "actions:attendance",
        "actions:envelope_vote",
        "actions:deliberation",
        "actions:action_deliberation",
        "actions:agenda_item",
        "actions:step_aside",
        "actions:result",
        "actions:propose_decision",
        "actions:settle",
        "actions:confirm_decision",
        "actions:cancel_decision",
        "actions:cancel_amendment",
    ),
    "dashboards:dashboard": ("dashboards:waiting",),
}
_ENTRIES = {page: entry for entry, pages in SECTIONS.items() for page in pages}


def entry_above(page: str) -> str:
    """Return the entry that the page of this name lies below, empty when there is none."""
    return _ENTRIES.get(page, "")
