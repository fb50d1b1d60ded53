"""What the documents of a session say, read from the rows: minutes, deliberation, pack."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from actions.enums import ActionStatus, Attendance, Method, Outcome, Round, SessionState
from actions.exports import minutes as said
from actions.exports.deliberation import deliberation_pdf
from actions.exports.minutes import Minutes, minutes_pdf
from actions.exports.pack import Coverage, CriterionPage, Opinion, Pack, PackAction, pack_pdf
from actions.gate import DISAGREEMENT, CriterionOutcome, GateOutcome
from actions.models import Action, AgendaItem, CommitteeSession, Recusal
from actions.models.action import criterion_rules
from actors.models import Organisation
from actors.rules import is_agent

_ATTENDANCE = {
    Attendance.PRESENT: said.Attendance.PRESENT,
    Attendance.EXCUSED: said.Attendance.EXCUSED,
    Attendance.ABSENT: said.Attendance.ABSENT,
    Attendance.EXPECTED: said.Attendance.ABSENT,
}
_OUTCOME = {
    "": said.Outcome.UNDECIDED,
    Outcome.PRIORITISE: said.Outcome.GRANTED,
    Outcome.POSTPONE: said.Outcome.POSTPONED,
    Outcome.ANNOUNCE_REFUSAL: said.Outcome.REFUSAL_ANNOUNCED,
    Outcome.ADJOURN: said.Outcome.UNDECIDED,
    Outcome.MOOT: said.Outcome.WITHDRAWN,
}
_DECISION = {
    Outcome.PRIORITISE: "Action priorisée",
    Outcome.POSTPONE: "Action mise en vivier",
    Outcome.ANNOUNCE_REFUSAL: "Refus annoncé au porteur, qui a quinze jours pour répondre",
    Outcome.ADJOURN: "Point reporté à une autre séance",
    Outcome.MOOT: "Point sans objet",
}


def minutes_of(session: CommitteeSession) -> Minutes:
    """Return what the minutes say; once the session is published, the same for ever."""
    items = _items(session, "action__amendments__old_carrier")
    actions = {item.action_id: item.action for item in items}
    members = list(session.members.select_related("user").order_by("-votes", "pk"))
    return Minutes(
        authority=settings.AUTHORITY["name"],
        programme=session.programme.title,
        reference=_reference(session),
        starts_at=_start_of(session),
        ends_at=session.closed_at,
        place=session.place,
        chair=str(session.chair),
        as_of=_state_of_the_data(session, items),
        seats=[
            said.Seat(
                name=str(member.user),
                attendance=_ATTENDANCE[Attendance(member.attendance)],
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
            for recusal in Recusal.objects.filter(
                action__in=actions, declared_at__lte=session.published_at or timezone.now()
            )
            .select_related("user")
            .order_by("action__reference", "declared_at", "pk")
        ],
        quorum=session.quorum,
        deliberation_number=session.deliberation_number,
    )


def pack_of(session: CommitteeSession, reader) -> Pack:
    """Return what the preparation pack says of the agenda, in the committee's ranking.

    The pages of actions whose evaluations `reader` may not read are withheld; what the carrier
    withdrew is left out.
    """
    items = [item for item in _items(session) if item.action.status != ActionStatus.WITHDRAWN]
    by_action = {item.action_id: item.action for item in items}
    order = Action.objects.filter(pk__in=by_action).ranked().values_list("pk", flat=True)
    actions = [by_action[pk] for pk in order]
    return Pack(
        authority=settings.AUTHORITY["name"],
        programme=session.programme.title,
        reference=_reference(session),
        starts_at=_start_of(session),
        place=session.place,
        chair=str(session.chair),
        as_of=_state_of_the_data(session, items),
        agenda=[f"{item.action.reference} – {item.action.title}" for item in items],
        envelope=session.envelope,
        actions=[_pack_action(session, action) for action in actions],
        challenges=_coverage(actions, lambda action: [f"Défi {action.measure.challenge.number}"]),
        communes=_coverage(actions, lambda action: [c.name for c in action.communes.all()]),
        families=_coverage(actions, lambda action: [action.carrier.get_family_display()]),
        withheld=_withheld_from(reader, actions),
    )


def _withheld_from(reader, actions: list[Action]) -> frozenset[str]:
    """The references of actions whose evaluations the reader may not read (section 6)."""
    under_way = {action.reference for action in actions if action.gate_closed_at is None}
    if is_agent(reader):
        return frozenset(under_way)
    involving = Action.objects.filter(pk__in=[action.pk for action in actions]).involving(reader)
    return frozenset(under_way.union(involving.values_list("reference", flat=True)))


DOCUMENTS: dict[str, tuple[frozenset[str], Callable[..., bytes]]] = {
    "dossier": (
        frozenset(SessionState.values),
        lambda session, reader: pack_pdf(pack_of(session, reader)),
    ),
    "compte-rendu": (
        frozenset((SessionState.CLOSED, SessionState.PUBLISHED)),
        lambda session, reader: minutes_pdf(minutes_of(session)),
    ),
    "deliberation": (
        frozenset((SessionState.CLOSED, SessionState.PUBLISHED)),
        lambda session, reader: deliberation_pdf(minutes_of(session)),
    ),
}
"""Each document by its address: the states of a session in which there is one, and its bytes
for a reader."""


def _items(session: CommitteeSession, *also: str) -> list[AgendaItem]:
    return list(
        session.items.for_list()
        .prefetch_related(
            "recusals__member__user",
            "action__communes",
            "action__partners",
            "action__self_assessments",
            "action__gate_results",
            "action__grid__criteria",
            "action__evaluations__scores__criterion",
            "action__recusals",
            *also,
        )
        .order_by("position")
    )


def _reference(session: CommitteeSession) -> str:
    number = f"Séance n° {session.pk}"
    if session.state == SessionState.PUBLISHED:
        return number
    return f"{number} ({session.get_state_display().lower()} : rien n’est encore publié)"


def _start_of(session: CommitteeSession) -> datetime:
    return timezone.make_aware(datetime.combine(session.held_on, session.starts_at))


def _state_of_the_data(session: CommitteeSession, items: Iterable[AgendaItem]) -> datetime:
    """When what the document says last changed: the same data give the same document."""
    if session.published_at:
        return session.published_at
    changes = [session.saved_at, session.opened_at, session.closed_at]
    for item in items:
        changes += [item.saved_at, item.action.updated_at]
        changes += [recusal.declared_at for recusal in item.recusals.all()]
    changes += [vote.recorded_at for vote in session.envelope_votes.all()]
    return max(change for change in changes if change is not None)


def _result(session: CommitteeSession, action: Action) -> GateOutcome | None:
    """The result the session had before it, even if the evaluation was reopened since."""
    until = session.published_at or timezone.now()
    known = [result for result in action.gate_results.all() if result.closed_at <= until]
    if not known:
        return None
    result = max(known, key=lambda result: result.closed_at)
    return GateOutcome(
        criteria=tuple(
            CriterionOutcome(rule=rule, median=median)
            for rule, median in zip(criterion_rules(action.grid), result.medians, strict=True)
        ),
        quorum_reached=result.quorum_reached,
        quorum_required=result.quorum_required,
        threshold=result.threshold,
    )


def _envelope(session: CommitteeSession, items: list[AgendaItem]) -> said.Envelope:
    def granted(challenge: int) -> Decimal:
        return sum(
            (i.amount or Decimal(0) for i in items if i.action.measure.challenge_id == challenge),
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


def _carrier_of(action: Action) -> Organisation:
    """Who carried it when a session decided: amendments come after every session it was in."""
    changed = [one for one in action.amendments.all() if one.confirmed_at and one.new_carrier_id]
    return min(changed, key=lambda one: one.pk).old_carrier if changed else action.carrier


def _minutes_item(session: CommitteeSession, item: AgendaItem) -> said.Item:
    action = item.action
    carried_by_another = item.proposed_by_id not in (None, session.chair_id)
    return said.Item(
        reference=action.reference,
        title=action.title,
        carrier=str(_carrier_of(action)),
        measure=str(action.measure),
        communes=[commune.name for commune in action.communes.all()],
        asked=action.funding_asked,
        result=_result(session, action),
        outcome=_OUTCOME[item.outcome],
        decision=_DECISION.get(item.outcome, ""),
        granted=item.amount,
        reason=item.reason,
        votes=said.Votes(item.votes_for or 0, item.votes_against or 0, item.abstentions or 0)
        if item.method == Method.VOTE
        else None,
        presided_by=str(item.proposed_by) if carried_by_another else "",
        proposed_by=str(item.proposed_by or ""),
        confirmed_by=str(item.seconded_by or ""),
        left_room=[str(recusal.member.user) for recusal in item.recusals.all()],
    )


def _pack_action(session: CommitteeSession, action: Action) -> PackAction:
    result = _result(session, action)
    recused = {recusal.user_id for recusal in action.recusals.all()}
    counted = [
        evaluation
        for evaluation in action.evaluations.all()
        if evaluation.is_sent
        and evaluation.round == Round.INITIAL
        and evaluation.evaluator_id not in recused
    ]
    own = {assessment.criterion_code: assessment for assessment in action.self_assessments.all()}
    pages = []
    for criterion in result.criteria:
        code = criterion.rule.code
        pages.append(
            CriterionPage(
                opinions=[
                    Opinion(score.level, score.reason)
                    for evaluation in sorted(counted, key=lambda e: (e.sent_at, e.pk))
                    for score in evaluation.scores.all()
                    if score.criterion.code == code
                ],
                self_level=own[code].level if code in own else None,
                self_reason=own[code].reason if code in own else "",
            )
        )
    return PackAction(
        reference=action.reference,
        title=action.title,
        carrier=str(action.carrier),
        family=action.carrier.get_family_display(),
        measure=str(action.measure),
        challenge=str(action.measure.challenge),
        communes=[commune.name for commune in action.communes.all()],
        partners=[str(partner) for partner in action.partners.all()],
        summary=action.summary,
        total_cost=action.total_cost,
        asked=action.funding_asked,
        own_resources=action.own_resources,
        other_funding=action.other_funding,
        jobs_created=action.jobs_created,
        jobs_kept=action.jobs_kept,
        starts_on=action.starts_on,
        ends_on=action.ends_on,
        result=result,
        criteria=pages,
        opinions_differ=any(_differ(page) for page in pages),
    )


def _differ(page: CriterionPage) -> bool:
    levels = [opinion.level for opinion in page.opinions if opinion.level is not None]
    return bool(levels) and max(levels) - min(levels) >= DISAGREEMENT


def _coverage(actions: list[Action], names_of: Callable[[Action], list[str]]) -> list[Coverage]:
    found: dict[str, list[Action]] = {}
    for action in actions:
        for name in names_of(action):
            found.setdefault(name, []).append(action)
    return [
        Coverage(name, len(of), sum((action.funding_asked for action in of), Decimal(0)))
        for name, of in sorted(found.items())
    ]
