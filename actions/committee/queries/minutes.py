"""What the minutes and the draft deliberation of a session say, read from the rows."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from actions.committee.documents import minutes as said
from actions.committee.documents.minutes import Minutes
from actions.committee.queries.deliberations import numbers_of, voted_of
from actions.committee.queries.session_snapshot import (
    items_of,
    last_changed,
    reference_of,
    result_before,
    start_of,
)
from actions.enums import Attendance, Method, Outcome
from actions.models import AgendaItem, Amendment, CommitteeSession, Recusal
from actions.models.agreement import agreements_for
from actors.models import Organisation, User
from actors.rules import is_agent
from ess_portal.base.french import NO_BREAK, euros
from ess_portal.base.presence import present

_DECISION: dict[str, str] = {
    Outcome.PRIORITISE: "Action priorisée",
    Outcome.POSTPONE: "Action mise en vivier",
    Outcome.ANNOUNCE_REFUSAL: "Refus annoncé au porteur, qui a quinze jours pour répondre",
    Outcome.INCREASE: "Montant augmenté",
    Outcome.KEEP: "Montant maintenu",
    Outcome.ADJOURN: "Point reporté à une autre séance",
    Outcome.MOOT: "Point sans objet",
}


def recusals_to_read(actions: Collection[int], reader: User) -> QuerySet[Recusal]:
    """Who stepped aside from the evaluations: a carrier reads neither their names nor why.

    `actions` are keys.
    """
    found = Recusal.objects.filter(action__in=actions)
    if not is_agent(reader) or reader.has_ties:
        found = found.exclude(action__co_editors__user=reader)
        if own := reader.interest_ids:
            found = found.exclude(action__carrier__in=own).exclude(action__partners__in=own)
    shown = ("action__reference", "user__full_name", "user__email")
    return found.select_related("user", "action").only("reason", "declared_at", *shown)


def minutes_of(session: CommitteeSession, reader: User) -> Minutes:
    """Return what the minutes say to `reader`; once the session is published, the same for ever."""
    items = items_of(session, "action__amendments__old_carrier", "action__deliberations")
    actions = {item.action_id: item.action for item in items}
    members = list(session.members.select_related("user").order_by("-votes", "pk"))
    return Minutes(
        authority=settings.AUTHORITY["name"],
        programme=session.programme.title,
        reference=reference_of(session),
        starts_at=start_of(session),
        opened_at=session.opened_at,
        ends_at=session.closed_at,
        budget_line=session.budget_line,
        place=session.place,
        chair=str(session.chair),
        as_of=_as_of(session, items),
        seats=[
            said.Seat(
                name=str(member.user),
                attendance=Attendance(member.attendance),
                votes=member.votes,
                role="présidence" if member.user_id == session.chair_id else "",
            )
            for member in members
        ],
        envelope=_envelope(session, items),
        items=[_minutes_item(session, item) for item in items],
        session_recusals=[
            said.RecusalLine(str(recusal.member.user), str(item.action), recusal.reason)
            for item in items
            for recusal in item.recusals.all()
        ],
        evaluation_recusals=[
            said.RecusalLine(str(recusal.user), str(actions[recusal.action_id]), recusal.reason)
            for recusal in recusals_to_read(actions.keys(), reader)
            .filter(declared_at__lte=session.published_at or timezone.now())
            .order_by("action__reference", "declared_at", "pk")
        ],
        quorum=session.quorum,
        deliberations=numbers_of(items),
        agreements=_agreements(session, items),
    )


def _envelope(session: CommitteeSession, items: list[AgendaItem]) -> said.Envelope:
    def granted(challenge: int) -> Decimal:
        return sum(
            (
                i.amount or Decimal(0)
                for i in items
                if present(i.action.measure).challenge_id == challenge
            ),
            Decimal(0),
        )

    parts = list(session.challenge_envelopes.select_related("challenge"))
    ceilings = {None: session.envelope} | {part.challenge_id: part.amount for part in parts}
    votes = []
    for vote in session.envelope_votes.select_related("challenge", "recorded_by").order_by("pk"):
        counts = said.Votes(vote.votes_for, vote.votes_against, vote.abstentions)
        about = f"Défi {vote.challenge.number}" if vote.challenge else "Séance"
        votes.append(
            said.EnvelopeVote(
                about=about,
                before=ceilings[vote.challenge_id],
                after=vote.amount,
                votes=counts,
                reason="" if vote.is_adopted else "Rejeté : l’enveloppe ne change pas.",
                proposed_by="",
                confirmed_by="",
            )
        )
        if vote.is_adopted:
            ceilings[vote.challenge_id] = vote.amount
    return said.Envelope(
        total=ceilings[None],
        challenges=[
            said.ChallengeEnvelope(
                f"Défi {part.challenge.number}",
                ceilings[part.challenge_id],
                granted(part.challenge_id),
            )
            for part in parts
        ],
        votes=votes,
    )


def _carrier_of(session: CommitteeSession, item: AgendaItem) -> Organisation:
    """Who carried it when a session decided: before every amendment that came after it."""
    changed = [
        one
        for one in item.action.amendments.all()
        if one.confirmed_at and one.new_carrier_id and _is_later(one, session, item)
    ]
    first = min(changed, key=lambda one: one.pk, default=None)
    carrier: Organisation | None = item.action.carrier if first is None else first.old_carrier
    return present(carrier)


def _is_later(amendment: Amendment, session: CommitteeSession, item: AgendaItem) -> bool:
    """Whether a confirmed amendment came after what the session made of the item."""
    if item.amendment_id is not None:
        return amendment.pk > item.amendment_id
    if item.decision_id is not None:
        return True  # a grant comes before all that amends it
    published_at = session.published_at
    return published_at is not None and present(amendment.confirmed_at) > published_at


def _minutes_item(session: CommitteeSession, item: AgendaItem) -> said.Item:
    action = item.action
    granted_before = item.granted_before
    carrier = _carrier_of(session, item)
    sponsored_by_another = item.proposed_by_id not in (None, session.chair_id)
    return said.Item(
        reference=present(action.reference),
        title=action.title,
        carrier=str(carrier),
        siret=carrier.siret,
        measure=str(action.measure),
        communes=[commune.name for commune in action.communes.all()],
        asked=Decimal(0) if granted_before is not None else action.funding_asked,
        granted_before=granted_before,
        result=result_before(session, action),
        outcome=item.outcome,
        decision=_DECISION.get(item.outcome, ""),
        granted=item.amount,
        reason=item.reason,
        votes=said.Votes(item.votes_for or 0, item.votes_against or 0, item.abstentions or 0)
        if item.method == Method.VOTE
        else None,
        presided_by=str(item.proposed_by) if sponsored_by_another else "",
        proposed_by=str(item.proposed_by or ""),
        confirmed_by=str(item.seconded_by or ""),
        is_proposed=_is_proposed(session, item),
        stepped_aside=[str(recusal.member.user) for recusal in item.recusals.all()],
    )


def _is_proposed(session: CommitteeSession, item: AgendaItem) -> bool:
    """Whether the council has yet to vote what the session grants, as its programme requires."""
    if item.outcome not in Outcome.GRANTING:
        return False
    if item.decision_id is None and item.amendment_id is None:
        return session.programme.requires_deliberation
    return item.action.amount_proposed is not None and not voted_of(item)


def _as_of(session: CommitteeSession, items: list[AgendaItem]) -> datetime:
    """When they last changed: a deliberation comes after everything else."""
    voted = [one.recorded_at for item in items for one in voted_of(item)]
    return max([last_changed(session, items), *voted])


def _agreements(session: CommitteeSession, items: list[AgendaItem]) -> list[str]:
    """With whom an agreement is needed, for what the session grants and what was granted before."""
    granted = {
        item.action: item.amount + (item.granted_before or Decimal(0))
        for item in items
        if item.amount is not None
    }
    needed = agreements_for(granted, until=session.published_at)
    return [
        f"{agreement.carrier} ({', '.join(agreement.references)}){NO_BREAK}: "
        f"{euros(agreement.amount)} pour {agreement.year}"
        for agreement in needed
    ]
