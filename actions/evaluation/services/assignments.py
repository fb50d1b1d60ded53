"""Ask evaluators for their opinion, many at once, and take them off."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils import timezone

from actions import notifications
from actions.enums import ActionStatus, Round
from actions.models import Action, Evaluation
from actions.models.evaluation_guarantees import NOT_OPEN
from actions.rules import LEFT_TO_ANOTHER_AGENT, must_leave_to_another_agent
from actors.models import User
from actors.rules import is_agent, is_evaluator
from ess_portal.base.refusals import Refused, refusals_in_words


def assign_evaluators(
    *, action: Action, evaluators: Iterable[User], due_on: date, by: User
) -> list[Evaluation]:
    """Ask each of `evaluators` for an initial evaluation of `action`: see `assign_batch`."""
    return assign_batch(wanted={action: list(evaluators)}, due_on=due_on, by=by)


@refusals_in_words()
def assign_batch(
    *, wanted: Mapping[Action, Sequence[User]], due_on: date, by: User
) -> list[Evaluation]:
    """Ask for initial evaluations before `due_on`, all or none; tell each person once, by mail.

    `wanted` maps each action to those who are to evaluate it. Those already asked are left as
    they are. Raises `Refused` when `by` isn't an agent, an action isn't in evaluation,
    the date is past, or somebody is linked to the carrier, recused, or not an evaluator.
    """
    # In the order of their keys, so that two batches don't wait for each other.
    people = {action.pk: evaluators for action, evaluators in wanted.items()}
    locked = Action.objects.select_for_update(of=("self",)).filter(pk__in=people).order_by("pk")
    actions = list(locked.prefetch_related("partners", "co_editors"))
    if reasons := _refusals(actions, people, due_on, by):
        raise Refused(reasons)
    assigned = [
        evaluation
        for action in actions
        for evaluator in people[action.pk]
        if (evaluation := _ask(action, evaluator, due_on))
    ]
    _tell(assigned)
    return assigned


def _ask(action: Action, evaluator: User, due_on: date) -> Evaluation | None:
    evaluation, created = Evaluation.objects.get_or_create(
        action=action,
        evaluator=evaluator,
        round=Round.INITIAL,
        defaults={"due_on": due_on, "evaluator_kind": evaluator.evaluator_kind},
    )
    return evaluation if created else None


def _tell(assigned: Iterable[Evaluation]) -> None:
    files: dict[User, list[Evaluation]] = {}
    for evaluation in assigned:
        files.setdefault(evaluation.evaluator, []).append(evaluation)
    for evaluator, evaluations in files.items():
        notifications.tell_evaluator(evaluator, evaluations)


def _refusals(
    actions: Sequence[Action], people: Mapping[int, Sequence[User]], due_on: date, by: User
) -> list[str]:
    if not is_agent(by):
        return ["Attribuer une évaluation revient à un agent."]
    reasons = []
    if due_on < timezone.localdate():
        reasons.append("La date de rendu est passée : donnez une date à venir.")
    for action in actions:
        before = f"{action.reference} : " if len(actions) > 1 else ""
        if must_leave_to_another_agent(by, action):
            reasons.append(f"{before}{LEFT_TO_ANOTHER_AGENT}")
            continue
        reasons += [f"{before}{reason}" for reason in _action_refusals(action, people[action.pk])]
    return reasons


def _action_refusals(action: Action, evaluators: Iterable[User]) -> list[str]:
    if action.status != ActionStatus.IN_EVALUATION:
        return [NOT_OPEN]
    recused = set(action.recusals.values_list("user_id", flat=True))
    reasons = []
    for person in evaluators:
        if not is_evaluator(person):
            reasons.append(f"{person} n’a pas le rôle d’évaluateur.")
        elif action.is_linked_to(person):
            reasons.append(f"{person} appartient au porteur ou à un partenaire.")
        elif person.pk in recused:
            reasons.append(f"{person} s’est déporté de cette action.")
    return reasons


@refusals_in_words()
def unassign_evaluator(*, evaluation: Evaluation, by: User) -> None:
    """Take an evaluation that was never sent away from its evaluator.

    Raises `Refused` when `by` isn't an agent, the evaluation was sent once, or the
    action isn't in evaluation.
    """
    evaluation = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    if not is_agent(by):
        raise Refused(["Retirer une évaluation revient à un agent."])
    if must_leave_to_another_agent(by, evaluation.action):
        raise Refused([LEFT_TO_ANOTHER_AGENT])
    if evaluation.sendings.exists():
        raise Refused(["Une évaluation envoyée ne peut être ni retirée ni supprimée."])
    evaluation.delete()
