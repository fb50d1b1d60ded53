"""Who may evaluate which action, and who is proposed for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from actions.enums import Round
from actions.evaluation.queries.allocation import Candidate, Opening, propose
from actions.models import Action, Evaluation
from actors.enums import Role
from actors.models import MembershipClaim, User
from ess_portal.base.presence import present


@dataclass(frozen=True)
class Choice:
    """One action, those who may evaluate it (each with `load`), and the keys of those proposed."""

    action: Action
    eligible: Sequence[User]
    proposed: tuple[int, ...]


def choices_for(actions: Sequence[Action], per_action: int | None = None) -> list[Choice]:
    """Say who may evaluate each of `actions` and who is proposed, in a constant number of queries.

    `per_action` is how many evaluators each should have in all, default: the quorum of its grid.
    Left out are those who lack the role or whose account is closed, who belong to the carrier or
    a partner or ask to, recused themselves, or are asked already. Writes nothing.
    """
    keys = [action.pk for action in actions]
    rows = Action.objects.filter(pk__in=keys).select_related("carrier", "grid").with_progress()
    rows = rows.prefetch_related("partners", "co_editors", "recusals", "evaluations")
    by_key = {action.pk: action for action in rows}
    people = list(_evaluators())
    openings = [_opening(by_key[key], people, per_action) for key in keys if key in by_key]
    proposed = propose(
        openings,
        [
            Candidate(one.pk, one.evaluator_kind, one.load)  # type: ignore[attr-defined]  # annotated
            for one in people
        ],
    )
    return [
        Choice(
            action=by_key[opening.key],
            eligible=[one for one in people if one.pk in opening.eligible],
            proposed=proposed[opening.key],
        )
        for opening in openings
    ]


def _evaluators() -> QuerySet[User]:
    """Active evaluators, with their `load`, organisations and pending claims: three queries."""
    load = Evaluation.objects.taking_part().open().to_send().count_for("evaluator")
    return (
        User.objects.filter(groups__name=Role.EVALUATOR, is_active=True)
        .annotate(load=load)
        .prefetch_related(
            "memberships",
            Prefetch("membership_claims", MembershipClaim.objects.pending(), to_attr="asking"),
        )
        .order_by("full_name", "email")
    )


def _opening(action: Action, people: Iterable[User], per_action: int | None) -> Opening:
    recused = {recusal.user_id for recusal in action.recusals.all()}
    asked = [e for e in action.evaluations.all() if e.round == Round.INITIAL]
    taking_part = [e for e in asked if e.evaluator_id not in recused]
    out = recused | {e.evaluator_id for e in asked} | action.co_writer_ids
    linked = {action.carrier_id, *(partner.pk for partner in action.partners.all())}
    return Opening(
        key=action.pk,
        missing=(per_action or present(action.grid).quorum) - len(taking_part),
        eligible=frozenset(
            one.pk
            for one in people
            if one.pk not in out
            and linked.isdisjoint(
                place.organisation_id
                for place in (*one.memberships.all(), *one.asking)  # type: ignore[attr-defined]
            )
        ),
        kinds=frozenset(e.evaluator_kind for e in taking_part),
    )
