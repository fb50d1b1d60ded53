"""Ask evaluators for their opinion, many at once; give another date, or another evaluator."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from actions.enums import ActionStatus, AssignmentKind, Round
from actions.evaluation.services import evaluators_told
from actions.models import Action, AssignmentAct, Evaluation
from actions.models.evaluation_guarantees import NOT_OPEN
from actions.rules import LEFT_TO_ANOTHER_AGENT, must_leave_to_another_agent
from actors.models import User
from actors.rules import is_agent, is_evaluator
from ess_portal.base.refusals import Refused, refusals_in_words

PAST = "La date de rendu est passée : donnez une date à venir."


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
        evaluators_told.tell_evaluator(evaluator, evaluations)


def _refusals(
    actions: Sequence[Action], people: Mapping[int, Sequence[User]], due_on: date, by: User
) -> list[str]:
    if not is_agent(by):
        return ["Attribuer une évaluation revient à un agent."]
    reasons = []
    if due_on < timezone.localdate():
        reasons.append(PAST)
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
    """Take an evaluation that was never sent away from its evaluator, who is told by mail.

    Raises `Refused` when `by` isn't an agent, the evaluation was sent once, or the
    action isn't in evaluation.
    """
    evaluation = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    _check_never_sent(evaluation, by)
    _take_off(evaluation, AssignmentKind.TAKEN_OFF, by)


def _check_never_sent(evaluation: Evaluation, by: User) -> None:
    if not is_agent(by):
        raise Refused(["Retirer une évaluation revient à un agent."])
    if must_leave_to_another_agent(by, evaluation.action):
        raise Refused([LEFT_TO_ANOTHER_AGENT])
    if evaluation.sendings.exists():
        raise Refused(["Une évaluation envoyée ne peut être ni retirée ni supprimée."])


def _take_off(evaluation: Evaluation, kind: AssignmentKind, by: User, **details: Any) -> None:
    action, evaluator = evaluation.action, evaluation.evaluator
    evaluation.delete()
    AssignmentAct.objects.create(action=action, evaluator=evaluator, kind=kind, by=by, **details)
    is_replaced = kind == AssignmentKind.REPLACED
    evaluators_told.tell_evaluator_taken_off(action, evaluator, is_replaced=is_replaced)


def awaited(evaluation: Evaluation, by: User) -> Evaluation:
    """Return `evaluation` locked, which its evaluator may still send and `by` may act on.

    Raises `Refused` when it is sent, closed or nobody's to write any more, or `by` isn't an agent
    without interest.
    """
    evaluation = (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("action", "evaluator")
        .get(pk=evaluation.pk)
    )
    if not is_agent(by):
        raise Refused(["Suivre une évaluation revient à un agent."])
    if must_leave_to_another_agent(by, evaluation.action):
        raise Refused([LEFT_TO_ANOTHER_AGENT])
    if evaluation.is_sent:
        raise Refused(["Cette évaluation est déjà envoyée."])
    if reasons := _action_refusals(evaluation.action, [evaluation.evaluator]):
        raise Refused(reasons)
    return evaluation


@refusals_in_words()
def change_due_date(*, evaluation: Evaluation, due_on: date, by: User) -> Evaluation:
    """Give an evaluation that is awaited another date; tell its evaluator, by mail.

    Raises `Refused` when the date is past or the same, nothing is awaited any more, or `by` isn't
    an agent without interest.
    """
    evaluation = awaited(evaluation, by)
    if due_on < timezone.localdate():
        raise Refused.about("due_on", PAST)
    before = evaluation.due_on
    if due_on == before:
        raise Refused.about("due_on", "C’est la date de rendu actuelle : donnez-en une autre.")
    evaluation.due_on = due_on
    evaluation.save(update_fields=["due_on"])
    AssignmentAct.objects.create(
        action=evaluation.action,
        evaluator=evaluation.evaluator,
        kind=AssignmentKind.DUE_CHANGED,
        by=by,
        due_on=due_on,
    )
    evaluators_told.tell_evaluator_of_new_date(evaluation, before)
    return evaluation


@refusals_in_words()
def replace_evaluator(
    *, evaluation: Evaluation, successor: User, due_on: date, by: User
) -> Evaluation:
    """Take an evaluation that was never sent off its evaluator and ask `successor` instead.

    Both or neither; each is told by mail. Returns the new evaluation. Raises `Refused` as
    `unassign_evaluator` and `assign_batch` do, and when `successor` evaluates the action already.
    """
    evaluation = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    _check_never_sent(evaluation, by)
    action = evaluation.action
    asked = assign_batch(wanted={action: [successor]}, due_on=due_on, by=by)
    # Those who evaluate it already are left as they are: another agent's act counts too, for which
    # the lock on the action was waited.
    if not asked:
        raise Refused([f"{successor} évalue déjà cette action."])
    _take_off(evaluation, AssignmentKind.REPLACED, by, due_on=due_on, successor=successor)
    return asked[0]
