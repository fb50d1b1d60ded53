"""The agenda of a session: its items, what each still lacks, what they ask for so far."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch

from actions.committee.queries.quorum import (
    EligibleVoters,
    eligible_voters_of,
    may_decide_on_item,
    missing_for,
)
from actions.models import AgendaItem, CommitteeSession, ItemRecusal, SessionMember
from actors.models import User


@dataclass(frozen=True)
class Place:
    """One point of an agenda: where it is, and what it takes of which envelope."""

    pk: int
    position: int
    amount: Decimal | None
    challenge_id: int


@dataclass(frozen=True)
class AgendaRow:
    """One point of the agenda, with what it still lacks and what the agenda asks for so far."""

    item: AgendaItem
    missing: list[str]
    running_total: Decimal
    ends_envelope: bool


def asked_of(item: AgendaItem) -> Decimal:
    """What an item's action asks of its session, in euros: one under way asked of another."""
    return item.action.funding_asked if item.granted_before is None else Decimal(0)


def amount_of(item: AgendaItem) -> Decimal:
    """What an item takes of the envelope, in euros: granted, or asked while nothing is noted."""
    if item.outcome == "":
        return asked_of(item)
    return item.amount or Decimal(0)


def places_of(session: CommitteeSession) -> list[Place]:
    """Return the places of the agenda in their order: what each point says of the others."""
    rows = session.items.order_by("position").values_list(
        "pk", "position", "amount", "action__measure__challenge_id"
    )
    return [Place(*row) for row in rows]


def agenda_items_of(session: CommitteeSession) -> list[AgendaItem]:
    """Return the session's points in their order, with what its page shows of them."""
    return list(
        session.items.for_agenda()
        .prefetch_related(Prefetch("recusals", ItemRecusal.objects.select_related("member__user")))
        .order_by("position")
    )


def agenda_of(
    session: CommitteeSession,
    items: list[AgendaItem],
    ceiling: Decimal,
    members: list[SessionMember],
) -> list[AgendaRow]:
    """Return the rows of the agenda: one query, whatever its length.

    `ceiling` is what the session may grant, in euros: the row where the agenda passes it says so.
    """
    by_item = eligible_voters_of(session, items, members)
    rows: list[AgendaRow] = []
    before = Decimal(0)
    for item in items:
        total = before + amount_of(item)
        rows.append(
            AgendaRow(
                item=item,
                missing=missing_for(item, by_item[item.pk]),
                running_total=total,
                ends_envelope=before <= ceiling < total,
            )
        )
        before = total
    return rows


def may_sponsor(item: AgendaItem, eligible: EligibleVoters, user: User) -> bool:
    """Whether to offer `user` to sponsor the decision: the chair does so by closing."""
    return (
        item.is_decided
        and item.proposed_by_id is None
        and user.pk != item.session.chair_id
        and not missing_for(item, eligible)
        and may_decide_on_item(item, eligible, user)
    )
