"""Assign, write, send, take back and recuse evaluations."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from actions import notifications
from actions.enums import ActionStatus, Round
from actions.models import Action, CriterionScore, Evaluation, Recusal, SentEvaluation
from actions.workflow import TransitionRefused
from actors.rules import is_agent, is_evaluator
from ess_portal.base.triggers import refusal_sentence

NOT_OPEN = "L’évaluation de cette action n’est pas ouverte."


@dataclass(frozen=True)
class Score:
    """What an evaluator typed for one criterion: a level 0–3, or no opinion, and a reason."""

    level: int | None = None
    no_opinion: bool = False
    reason: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether it can be sent: answered, and explained."""
        return (self.level is not None or self.no_opinion) and bool(self.reason.strip())


class StaleEvaluation(Exception):  # noqa: N818 - an answer to show, not a fault
    """The evaluation was saved elsewhere since the page was opened; nothing was written."""

    def __init__(self, evaluation: Evaluation):
        super().__init__("L’évaluation a été modifiée ailleurs.")
        self.evaluation = evaluation


@contextmanager
def _refusals_in_words() -> Iterator[None]:
    """Turn what the database refuses into `TransitionRefused`; nothing is written then."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if sentence := refusal_sentence(error):
            raise TransitionRefused([sentence]) from error
        raise


@transaction.atomic
def assign_evaluators(
    *, action: Action, evaluators: Iterable, due_on: date, by
) -> list[Evaluation]:
    """Ask each of `evaluators` for an initial evaluation before `due_on`; tell each by mail.

    Those already asked are left as they are. Raises `TransitionRefused` when `by` isn't an
    agent, the action isn't in evaluation, the date is past, or somebody is linked to the
    carrier, recused, or not an evaluator.
    """
    action = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    evaluators = list(evaluators)
    if reasons := _assignment_refusals(action, evaluators, due_on, by):
        raise TransitionRefused(reasons)
    assigned = []
    for evaluator in evaluators:
        evaluation, created = Evaluation.objects.get_or_create(
            action=action, evaluator=evaluator, round=Round.INITIAL, defaults={"due_on": due_on}
        )
        if created:
            notifications.tell_evaluator(evaluation)
            assigned.append(evaluation)
    return assigned


def _assignment_refusals(action, evaluators, due_on, by) -> list[str]:
    if not is_agent(by):
        return ["Attribuer une évaluation revient à un agent."]
    if action.status != ActionStatus.IN_EVALUATION:
        return [NOT_OPEN]
    reasons = []
    if due_on < timezone.localdate():
        reasons.append("La date de rendu est passée : donnez une date à venir.")
    recused = set(action.recusals.values_list("user_id", flat=True))
    for person in evaluators:
        if not is_evaluator(person):
            reasons.append(f"{person} n’a pas le rôle d’évaluateur.")
        elif action.is_linked_to(person):
            reasons.append(f"{person} appartient au porteur ou à un partenaire.")
        elif person.pk in recused:
            reasons.append(f"{person} s’est déporté de cette action.")
    return reasons


@_refusals_in_words()
def unassign_evaluator(*, evaluation: Evaluation, by) -> None:
    """Take an evaluation that was never sent away from its evaluator.

    Raises `TransitionRefused` when `by` isn't an agent, the evaluation was sent once, or the
    action isn't in evaluation.
    """
    evaluation = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    if not is_agent(by):
        raise TransitionRefused(["Retirer une évaluation revient à un agent."])
    if evaluation.sendings.exists():
        raise TransitionRefused(["Une évaluation envoyée ne peut être ni retirée ni supprimée."])
    evaluation.delete()


def save_evaluation(
    *,
    evaluation: Evaluation,
    by,
    version: int,
    scores: Mapping[int, Score],
    send: bool = False,
) -> Evaluation:
    """Save what the evaluator typed, as a draft, or send it.

    `version` is the one the page was opened with; `scores` maps criterion keys to `Score`.
    Raises `StaleEvaluation` when the evaluation was saved elsewhere in the meantime, and
    `TransitionRefused` when it can't be written or isn't complete enough to be sent.
    """
    with _refusals_in_words():
        return _save_evaluation(evaluation, by, version, scores, send)


def _save_evaluation(evaluation, by, version, scores, send) -> Evaluation:
    evaluation = (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("action__grid")
        .get(pk=evaluation.pk)
    )
    _check_writer(evaluation, by)
    if evaluation.is_sent:
        raise TransitionRefused(
            ["Cette évaluation est déjà envoyée : reprenez-la pour la modifier."]
        )
    if evaluation.version != version:
        raise StaleEvaluation(evaluation)
    criteria = {criterion.pk: criterion for criterion in evaluation.action.grid.criteria.all()}
    for key, score in scores.items():
        CriterionScore.objects.update_or_create(
            evaluation=evaluation,
            criterion=criteria[key],
            defaults={
                "level": None if score.no_opinion else score.level,
                "no_opinion": score.no_opinion,
                "reason": score.reason.strip(),
            },
        )
    evaluation.version += 1
    if send:
        _send(evaluation, criteria)
    evaluation.save(update_fields=["version", "sent_at"])
    return evaluation


def _send(evaluation: Evaluation, criteria) -> None:
    stored = {score.criterion_id: score for score in evaluation.scores.all()}
    incomplete = [
        f"Critère « {criterion.title} » : choisissez un niveau ou « ne se prononce pas », "
        "et expliquez-le."
        for key, criterion in criteria.items()
        if key not in stored
        or not Score(stored[key].level, stored[key].no_opinion, stored[key].reason).is_complete
    ]
    if incomplete:
        raise TransitionRefused(incomplete)
    evaluation.sent_at = timezone.now()
    SentEvaluation.objects.create(
        evaluation=evaluation,
        sent_at=evaluation.sent_at,
        scores=[
            {
                "criterion": criteria[key].code,
                "level": score.level,
                "no_opinion": score.no_opinion,
                "reason": score.reason,
            }
            for key, score in sorted(stored.items())
        ],
    )


def _check_writer(evaluation: Evaluation, by) -> None:
    if evaluation.evaluator_id != by.pk or not is_evaluator(by):
        raise TransitionRefused(["Cette évaluation est celle d’une autre personne."])
    if evaluation.action.status != ActionStatus.IN_EVALUATION:
        raise TransitionRefused([NOT_OPEN])


@_refusals_in_words()
def take_back_evaluation(*, evaluation: Evaluation, by) -> Evaluation:
    """Turn a sent evaluation back into a draft; what was sent stays in its history.

    Raises `TransitionRefused` once the evaluation of the action is closed, or its author recused.
    """
    evaluation = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    # Then the action, as for a save: a closing under way goes before us, or waits for us.
    evaluation.action = Action.objects.select_for_update(of=("self",)).get(pk=evaluation.action_id)
    _check_writer(evaluation, by)
    evaluation.sent_at = None
    evaluation.version += 1
    evaluation.save(update_fields=["sent_at", "version"])
    return evaluation


@transaction.atomic
def recuse(*, action: Action, user, by, reason: str = "") -> Recusal:
    """Note that `user` steps back from evaluating `action`; their evaluation no longer counts.

    Declared by the evaluator, or noted by an agent. Raises `TransitionRefused` when it's
    neither, or the evaluation isn't open, or no reason is given.
    """
    action = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    if by.pk != user.pk and not is_agent(by):
        raise TransitionRefused(
            ["Un déport est déclaré par la personne, ou constaté par un agent."]
        )
    if action.status != ActionStatus.IN_EVALUATION:
        raise TransitionRefused([NOT_OPEN])
    if not reason.strip():
        raise TransitionRefused(["Dites pourquoi : quel lien avec l’action ou sa structure ?"])
    recusal, _ = Recusal.objects.get_or_create(
        action=action, user=user, defaults={"declared_by": by, "reason": reason.strip()}
    )
    return recusal
