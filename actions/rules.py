"""Who may do what with an action: predicates composed as tables (rules.md, sections 4 and 6).

Every predicate takes (user, action). The workflow tests them directly; views, templates and the
administration ask `may(user, "withdraw", action)`, the one door to the table `PERMISSIONS`. Neither
asks Django's permissions, so a superuser who isn't in the role can't pass. What
`ActionQuerySet.visible_to` says in SQL is the same; a test proves it for every role and status.
"""

from typing import TYPE_CHECKING

import rules

from actions.enums import ALLOWED_TRANSITIONS, ActionStatus
from actors.enums import MembershipRole
from actors.rules import is_agent, is_committee, is_elected, is_evaluator

if TYPE_CHECKING:
    from actions.models import Action, Attachment, CommitteeSession
    from actors.models import Organisation, User, Visitor

LEFT_TO_ANOTHER_AGENT = (
    "Vous êtes lié au porteur ou à un partenaire de cette action : un autre agent suit le dossier."
)

_DECIDED_OR_LATER = (*ActionStatus.GATED, *ActionStatus.REFUSED)


@rules.predicate
def is_carrier_member(user: "Visitor", action: "Action") -> bool:
    """Belongs to the organisation that carries the action."""
    return (
        user.is_authenticated
        and action.carrier_id is not None
        and action.carrier_id in user.organisation_ids
    )


@rules.predicate
def is_carrier_manager(user: "Visitor", action: "Action") -> bool:
    """Manages the organisation that carries the action."""
    return (
        user.is_authenticated
        and user.memberships.filter(
            organisation_id=action.carrier_id,  # type: ignore[misc]  # None: nobody manages it
            role=MembershipRole.MANAGER,
        ).exists()
    )


@rules.predicate
def is_draft_author(user: "Visitor", action: "Action") -> bool:
    """Wrote this draft, which has no carrier yet."""
    return (
        user.is_authenticated
        and action.carrier_id is None
        and action.status in (ActionStatus.DRAFT, ActionStatus.WITHDRAWN)
        and action.created_by_id == user.pk
    )


@rules.predicate
def is_co_editor(user: "Visitor", action: "Action") -> bool:
    """Writes this file with its carrier, by invitation."""
    return (
        user.is_authenticated
        and action.pk is not None
        and user.ever_wrote
        and user.co_edited.active().filter(action=action).exists()
    )


@rules.predicate
def is_assigned_evaluator(user: "Visitor", action: "Action") -> bool:
    """Evaluates this action, didn't recuse themselves, and declared no interest.

    Once the evaluation is closed, the declaration isn't asked for any more.
    """
    if not user.is_authenticated or action.recusals.filter(user=user).exists():
        return False
    assigned = action.evaluations.filter(evaluator=user)
    if action.gate_closed_at is None:
        assigned = assigned.filter(declared_at__isnull=False)
    return assigned.exists()


@rules.predicate
def owes_own_levels(user: "Visitor", action: "Action") -> bool:
    """Is asked to evaluate the action, and hasn't sent their own levels yet."""
    return (
        user.is_authenticated
        and bool(is_evaluator(user))
        and action.gate_closed_at is None
        and action.evaluations.taking_part().to_send().filter(evaluator=user).exists()
    )


@rules.predicate
def has_neither_link_nor_evaluation(user: "User", action: "Action") -> bool:
    """Neither belongs to carrier or partner, nor wrote the file, nor evaluated the action, nor
    stepped aside, in evaluation or in a session.
    """
    return not (
        action.is_linked_to(user)
        or action.evaluations.filter(evaluator=user).exists()
        or type(action).objects.filter(pk=action.pk).left_by(user).exists()
    )


@rules.predicate
def has_neither_link_nor_recusal(user: "User", action: "Action") -> bool:
    """Neither belongs to carrier or partner, nor wrote the file, nor stepped aside, in evaluation
    or in session.
    """
    return not type(action).objects.filter(pk=action.pk).involving(user).exists()


@rules.predicate
def has_no_tie(user: "User", action: "Action") -> bool:
    """Neither belongs to carrier or partner, nor ever wrote the file with them."""
    return not (user.has_ties and action.is_linked_to(user))


@rules.predicate
def is_public(user: "Visitor", action: "Action") -> bool:
    """Anybody may read the public file."""
    return action.status in ActionStatus.PUBLIC


@rules.predicate
def is_public_brief(user: "Visitor", action: "Action") -> bool:
    """Anybody may know title, carrier and state."""
    return action.status in ActionStatus.PUBLIC_BRIEF


@rules.predicate
def is_evaluated_or_later(user: "Visitor", action: "Action") -> bool:
    """Its evaluation was closed and the committee has, or had, to decide."""
    return action.status in _DECIDED_OR_LATER and action.gate_closed_at is not None


@rules.predicate
def is_declined(user: "Visitor", action: "Action") -> bool:
    """Refused for good: the committee may have to hear an appeal, inadmissible files included."""
    return action.status == ActionStatus.DECLINED


@rules.predicate
def has_published_decision(user: "Visitor", action: "Action") -> bool:
    """The committee's decision, or an announced refusal, has been told to the carrier."""
    return action.gate_closed_at is not None and action.status in (
        ActionStatus.POSTPONED,
        *ActionStatus.GRANTED,
        *ActionStatus.REFUSED,
    )


@rules.predicate
def has_public_result(user: "Visitor", action: "Action") -> bool:
    """Its gate result is public: it was prioritised."""
    return action.status in ActionStatus.GRANTED


@rules.predicate
def is_chair(user: "Visitor", session: "CommitteeSession") -> bool:
    """Chairs that session of the committee."""
    return session.chair_id == user.pk


@rules.predicate
def has_lost_its_chair(user: "Visitor", session: "CommitteeSession") -> bool:
    """Nobody can close it, or reopen it: its chair has left the committee."""
    return not is_committee(session.chair)


@rules.predicate
def is_draft(user: "Visitor", action: "Action") -> bool:
    """Not sent yet."""
    return action.status == ActionStatus.DRAFT


@rules.predicate
def is_editable(user: "Visitor", action: "Action") -> bool:
    """Its carrier is still writing: a draft, or back for a correction."""
    return action.status in ActionStatus.EDITABLE


@rules.predicate
def was_submitted(user: "Visitor", action: "Action") -> bool:
    """It was sent once, whatever became of it."""
    return action.submitted_at is not None


@rules.predicate
def can_be_withdrawn(user: "Visitor", action: "Action") -> bool:
    """The table leads from its state to a withdrawal."""
    return (action.status, ActionStatus.WITHDRAWN) in ALLOWED_TRANSITIONS


@rules.predicate
def has_announced_refusal(user: "Visitor", action: "Action") -> bool:
    """Its carrier may answer before it is refused."""
    return action.status == ActionStatus.REFUSAL_ANNOUNCED


@rules.predicate
def is_amendable(user: "Visitor", action: "Action") -> bool:
    """Granted and not over: amount, calendar and carrier may be amended."""
    return action.status in ActionStatus.AMENDABLE


is_carrier = is_carrier_member | is_draft_author
# Who carries a file is said by whoever began it, then by those who manage its carrier; once it is
# sent, by an amendment alone, or by an agent who finds that two organisations are one.
can_change_carrier = is_draft_author | (is_draft & is_carrier_manager)
can_edit = is_carrier | is_co_editor
is_committee_matter = is_evaluated_or_later | is_declined

# What one may see (section 6).
can_see_application = (
    is_public
    | is_agent
    | is_carrier
    | (is_evaluator & is_assigned_evaluator)
    | (is_committee & is_committee_matter)
    | (is_elected & (is_evaluated_or_later | is_public))
    | is_co_editor
)
can_see = can_see_application | is_public_brief
can_see_contact = is_agent | is_carrier | (is_committee & is_committee_matter) | is_co_editor
# The whole of what the carrier sent, as the agglomeration reads it on the action's page; what the
# carrier says of its own levels, once whoever evaluates it has sent theirs.
can_see_whole_application = is_agent | (is_committee & is_committee_matter)
can_see_own_levels = can_see_whole_application & ~owes_own_levels
can_see_result = (
    has_public_result
    | ((is_agent | ((is_committee | is_elected) & is_evaluated_or_later)) & is_evaluated_or_later)
    | (is_carrier & has_published_decision)
)
can_see_reasons = (
    (is_agent & has_no_tie) | (is_committee & has_neither_link_nor_recusal)
) & is_evaluated_or_later | (is_carrier & has_published_decision)
can_see_history = is_agent | is_carrier | (is_committee & is_committee_matter)

# What is attached holds bank details and names: never the public's, whatever the status.
can_see_attachments = (
    is_agent
    | is_carrier
    | is_co_editor
    | (is_evaluator & is_assigned_evaluator)
    | (is_committee & is_committee_matter)
)


# Who did what: the carrier reads what happened, not the names of those who decided.
can_see_names = is_agent | (is_committee & is_committee_matter)
can_open_result = (is_agent | is_committee) & is_committee_matter

# Who takes part in a transition (section 4).
can_submit = is_carrier_member
can_screen = is_agent & has_no_tie
can_note_deliberation = is_agent & has_no_tie
can_decide = is_committee & has_neither_link_nor_evaluation
can_amend = can_decide & is_amendable
# To put it on an agenda, which the session's keepers write.
can_ask_increase = (is_committee | is_agent) & has_no_tie & is_amendable


def can_amend_towards(user: "User", action: "Action", new_carrier: "Organisation | None") -> bool:
    """Whether `user` may propose or confirm that `new_carrier` (None: the same one) carries it.

    Nobody takes part in giving an action to an organisation of their own.
    """
    joins_theirs = new_carrier is not None and new_carrier.pk in user.interest_ids
    return bool(can_amend(user, action)) and not joins_theirs


def must_leave_to_another_agent(user: "User", action: "Action") -> bool:
    """Whether `user` is an agent who takes no act on `action`, being tied to it (section 4)."""
    return bool(is_agent(user)) and not has_no_tie(user, action)


can_propose_reopening = is_agent & has_neither_link_nor_evaluation
can_withdraw = is_carrier_manager

# Sessions of the committee: who reads them, prepares and keeps them, closes them.
can_see_sessions = is_committee | is_agent
can_keep_session = is_agent | (is_committee & is_chair)
can_close_session = is_committee & is_chair
# Nothing is published by reopening: a session mustn't be stuck because its chair has left.
can_reopen_session = can_close_session | (is_agent & has_lost_its_chair)


PERMISSIONS: dict[str, rules.Predicate] = {
    # Reading (section 6).
    "see": can_see,
    "see_application": can_see_application,
    "see_contact": can_see_contact,
    "see_whole_application": can_see_whole_application,
    "see_own_levels": can_see_own_levels,
    "see_result": can_see_result,
    "see_reasons": can_see_reasons,
    "see_history": can_see_history,
    "see_names": can_see_names,
    "see_attachments": can_see_attachments,
    "open_result": can_open_result,
    "see_own_result": is_carrier & has_published_decision,
    # The carrier's side.
    "carry": is_carrier,
    "edit": can_edit & is_editable,
    "send": is_carrier & is_editable,
    "delete": is_carrier & is_draft,
    "share": is_carrier_manager,
    "change_carrier": can_change_carrier,
    "withdraw": can_withdraw & can_be_withdrawn,
    "reply": can_submit & has_announced_refusal,
    "start_again": can_submit & was_submitted,
    # The agglomeration's side.
    "screen": can_screen,
    "amend": can_amend,
    "increase": can_ask_increase,
    "note_deliberation": can_note_deliberation,
}
"""What a page asks of a person and an action, by name."""


def may(user: "Visitor", name: str, action: "Action") -> bool:
    """Whether `user` may do with `action` what `name` says; an unknown name is a `KeyError`."""
    return bool(PERMISSIONS[name](user, action))


def knows_attachment(attachment: "Attachment", *, writes: bool) -> bool:
    """Whether somebody who may see the attachments of an action knows of this one.

    Who `writes` the application (`can_edit`) knows of all; the others of those that were scanned,
    where files are, and of those that held a virus.
    """
    return writes or attachment.is_available or attachment.is_infected


def opens_attachment(attachment: "Attachment", *, writes: bool) -> bool:
    """Whether they may open it: once it is scanned, or as who `writes` it; never a virus."""
    return not attachment.is_infected and (writes or attachment.is_available)


def may_open_attachment(user: "Visitor", attachment: "Attachment") -> bool:
    """Whether `user` may open this one attachment."""
    action = attachment.action
    return bool(can_see_attachments(user, action)) and opens_attachment(
        attachment, writes=can_edit(user, action)
    )
