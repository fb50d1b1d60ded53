"""What the committee makes of each action in session: noted item by item, sponsored by a member."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from actions.committee.queries.budgets import overspending
from actions.committee.queries.outcomes import blockers_of, is_for_its_state
from actions.committee.queries.quorum import (
    EligibleVoters,
    eligible_voters_of,
    may_decide_on_item,
    missing_for,
)
from actions.committee.services.session_row import NOT_IN_SESSION, in_session, locked
from actions.enums import Method, Outcome, Transition
from actions.models import (
    AgendaItem,
    CommitteeSession,
)
from actions.rules import has_neither_link_nor_recusal
from actions.workflow import wrong_state
from actors.models import User
from ess_portal.base.refusals import Refused, refusals_in_words, require

NOT_UNDER_WAY = "On augmente ou maintient le montant d’une action priorisée ou en cours."

STEPPED_ASIDE = "Vous vous êtes déporté de ce point : une autre personne le note."

INTERESTED = (
    "Vous êtes lié à cette action, ou vous en êtes déporté : une autre personne note ce point."
)


@dataclass(frozen=True)
class ItemRecord:
    """What the session makes of one action, as noted: anything may still be missing.

    `amount` in euros: what is granted, or added by an increase. `public_reason` for `prioritise`
    only; the votes are counted for a vote.
    """

    outcome: str = ""
    amount: Decimal | None = None
    reason: str = ""
    public_reason: str = ""
    method: str = ""
    votes_for: int | None = None
    votes_against: int | None = None
    abstentions: int | None = None


class StaleItem(Exception):  # noqa: N818 - an answer to show, not a fault
    """The item was saved elsewhere since the screen was opened; nothing was written."""

    def __init__(self, item: AgendaItem):
        super().__init__("Ce point a été modifié ailleurs.")
        self.item = item


def record_item(*, item: AgendaItem, by: User, version: int, record: ItemRecord) -> AgendaItem:
    """Note what the session makes of an action; called at each change, so parts may be missing.

    `version` is the one the screen was opened with. Whoever sponsored the decision no longer does
    once it changes. Raises `StaleItem` when it was saved elsewhere in the meantime, and
    `Refused` when the action can't have that outcome, the amounts go above an envelope,
    there are more votes than voters, `by` stepped aside or may not keep the session, and
    `AgendaItem.DoesNotExist` when the point was taken off.
    """
    with refusals_in_words():
        return _record_item(item, by, version, record)


def _record_item(item: AgendaItem, by: User, version: int, record: ItemRecord) -> AgendaItem:
    session = in_session(item.session, by)
    items = list(session.items.for_list().order_by("position"))
    item = _same_as(item, items)
    require(not item.recusals.filter(member__user=by).exists(), STEPPED_ASIDE)
    require(has_neither_link_nor_recusal(by, item.action), INTERESTED)
    noted, before = _noted(record), {name: getattr(item, name) for name in asdict(record)}
    if item.version != version:
        if noted == before:  # sent twice, or saved by itself just before the button
            return item
        raise StaleItem(item)
    for name, value in noted.items():
        setattr(item, name, value)
    if (
        reasons := _outcome_refusals(item)
        + _vote_refusals(item, session)
        + overspending(session, items)
    ):
        raise Refused(reasons)
    if before != noted:
        item.proposed_by = None
    item.version += 1
    item.full_clean()
    item.save()
    return item


def _noted(record: ItemRecord) -> dict[str, Any]:
    """Return what is kept of `record`: what its outcome and its method have no use for goes."""
    noted = asdict(record)
    if record.outcome not in Outcome.GRANTING:
        noted["amount"] = None
    if record.outcome != Outcome.PRIORITISE:
        noted["public_reason"] = ""
    if record.method != Method.VOTE:
        noted |= dict.fromkeys(("votes_for", "votes_against", "abstentions"))
    return noted


def _same_as(item: AgendaItem, items: list[AgendaItem]) -> AgendaItem:
    found = next((other for other in items if other.pk == item.pk), None)
    if found is None:  # taken off the agenda meanwhile
        raise AgendaItem.DoesNotExist
    return found


def _outcome_refusals(item: AgendaItem) -> list[str]:
    if is_for_its_state(item, item.outcome):
        return blockers_of(item, item.outcome)
    if item.outcome in Outcome.UNDER_WAY:
        return [NOT_UNDER_WAY]
    return [wrong_state(item.action, Transition(item.outcome))]


def _vote_refusals(item: AgendaItem, session: CommitteeSession) -> list[str]:
    votes = (item.votes_for or 0) + (item.votes_against or 0) + (item.abstentions or 0)
    if not votes:
        return []
    voters = len(eligible_voters_of(session, [item])[item.pk].voters)
    if votes <= voters:
        return []
    return [f"Il y a {votes} voix pour {voters} votants présents : corrigez le décompte."]


@refusals_in_words()
def sponsor_item(*, item: AgendaItem, by: User) -> AgendaItem:
    """Have a voting member sponsor a decision in the place of the chair, who may not.

    Raises `Refused` when the item lacks something, or `by` may not decide on it.
    """
    session = locked(item.session)
    item = session.items.for_list().get(pk=item.pk)
    require(session.is_in_session, NOT_IN_SESSION)
    eligible = eligible_voters_of(session, [item])[item.pk]
    if reasons := missing_for(item, eligible) or _sponsoring_refusals(item, eligible, by):
        raise Refused(reasons)
    item.proposed_by = by
    item.version += 1
    item.save(update_fields=["proposed_by", "version"])
    return item


def _sponsoring_refusals(item: AgendaItem, eligible: EligibleVoters, by: User) -> list[str]:
    if not item.is_decided:
        return ["Il n’y a rien à porter : ce point n’a pas de décision."]
    if may_decide_on_item(item, eligible, by):
        return []
    return [
        "Porter la décision revient à un membre présent, ayant droit de vote, sans lien avec "
        "l’action et qui ne l’a pas évaluée."
    ]
