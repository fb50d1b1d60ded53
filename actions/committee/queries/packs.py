"""What the preparation pack of a session says, read from the rows, and to whom."""

from collections.abc import Callable
from decimal import Decimal

from django.conf import settings

from actions.committee.documents.pack import (
    Coverage,
    CriterionPage,
    Opinion,
    Pack,
    PackAction,
    PackPoint,
    title_of,
)
from actions.committee.queries.agenda import amount_of, asked_of
from actions.committee.queries.budgets import budgets_of
from actions.committee.queries.session_snapshot import (
    items_of,
    last_changed,
    reference_of,
    result_before,
    start_of,
)
from actions.enums import ActionStatus, Round
from actions.gate import DISAGREEMENT
from actions.models import Action, AgendaItem, CommitteeSession
from actors.models import User
from actors.rules import is_agent
from ess_portal.base.presence import present


def pack_of(session: CommitteeSession, reader: User) -> Pack:
    """Return what the preparation pack says of the agenda, in the committee's ranking.

    The pages of actions whose evaluations `reader` may not read are withheld; what the carrier
    withdrew is left out.
    """
    items = [item for item in items_of(session) if item.action.status != ActionStatus.WITHDRAWN]
    by_action = {item.action_id: item for item in items}
    order = Action.objects.filter(pk__in=by_action).ranked().values_list("pk", flat=True)
    ranked = [by_action[pk] for pk in order]
    actions = [item.action for item in ranked]
    return Pack(
        authority=settings.AUTHORITY["name"],
        programme=session.programme.title,
        reference=reference_of(session),
        starts_at=start_of(session),
        place=session.place,
        chair=str(session.chair),
        as_of=last_changed(session, items),
        agenda=[_point(item) for item in items],
        envelope=budgets_of(session, items)[0].ceiling,
        budget_line=session.budget_line,
        actions=[_pack_action(session, item) for item in ranked],
        challenges=_coverage(
            ranked, lambda action: [f"Défi {present(action.measure).challenge.number}"]
        ),
        communes=_coverage(ranked, lambda action: [c.name for c in action.communes.all()]),
        families=_coverage(ranked, lambda action: [present(action.carrier).get_family_display()]),
        withheld=_withheld_from(reader, actions),
    )


def _point(item: AgendaItem) -> PackPoint:
    is_increase = item.granted_before is not None
    return PackPoint(
        reference=present(item.action.reference),
        title=title_of(item.action.title, is_increase=is_increase),
        amount=None if is_increase and not item.outcome else amount_of(item),
    )


def _withheld_from(reader: User, actions: list[Action]) -> frozenset[str]:
    """The references of actions whose evaluations the reader may not read (section 6)."""
    under_way = frozenset(
        present(action.reference) for action in actions if action.gate_closed_at is None
    )
    theirs = Action.objects.filter(pk__in=[action.pk for action in actions])
    if is_agent(reader):
        involving = theirs.tied_to(reader) if reader.has_ties else theirs.none()
    else:
        involving = theirs.involving(reader)
    return under_way.union(map(present, involving.values_list("reference", flat=True)))


def _pack_action(session: CommitteeSession, item: AgendaItem) -> PackAction:
    action = item.action
    result = present(result_before(session, action))
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
        reference=present(action.reference),
        title=action.title,
        carrier=str(action.carrier),
        siret=present(action.carrier).siret,
        family=present(action.carrier).get_family_display(),
        measure=str(action.measure),
        challenge=str(present(action.measure).challenge),
        communes=[commune.name for commune in action.communes.all()],
        partners=[str(partner) for partner in action.other_organisations],
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
        granted_before=item.granted_before,
    )


def _differ(page: CriterionPage) -> bool:
    levels = [opinion.level for opinion in page.opinions if opinion.level is not None]
    return bool(levels) and max(levels) - min(levels) >= DISAGREEMENT


def _coverage(items: list[AgendaItem], names_of: Callable[[Action], list[str]]) -> list[Coverage]:
    found: dict[str, list[AgendaItem]] = {}
    for item in items:
        for name in names_of(item.action):
            found.setdefault(name, []).append(item)
    return [
        Coverage(name, len(of), sum((asked_of(item) for item in of), Decimal(0)))
        for name, of in sorted(found.items())
    ]
