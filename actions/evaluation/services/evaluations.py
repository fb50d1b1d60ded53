"""Declare, write, send, take back and recuse evaluations."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.utils import timezone

from actions import notifications
from actions.enums import ActionStatus, Round
from actions.models import Action, CriterionScore, Evaluation, Recusal, SentEvaluation
from actions.models.evaluation_guarantees import NOT_OPEN
from actions.rules import LEFT_TO_ANOTHER_AGENT, must_leave_to_another_agent
from actors.models import User
from actors.rules import is_agent, is_evaluator
from challenges.models import Criterion
from ess_portal.base.french import plural
from ess_portal.base.presence import present
from ess_portal.base.refusals import Refused, refusals_in_words
from ess_portal.base.windows import WINDOW_FIELDS, Shown

MIN_REASON = 20
"""Characters, at least, of the explanation of a criterion in an evaluation that is sent."""

UNDECLARED = "Déclarez d’abord n’avoir aucun intérêt dans cette action, ou déportez-vous."


@dataclass(frozen=True)
class Score:
    """What an evaluator typed for one criterion: a level 0–3, or no opinion, and a reason.

    The evidence is where in the file the opinion comes from: optional, whole or in part.
    """

    level: int | None = None
    no_opinion: bool = False
    reason: str = ""
    evidence_document: str = ""
    evidence_page: str = ""
    evidence_quote: str = ""

    @property
    def is_answered(self) -> bool:
        """Whether there is a level, or "ne se prononce pas"."""
        return self.level is not None or self.no_opinion

    @property
    def reason_length(self) -> int:
        """The number of characters of the reason, the white space around it left out."""
        return len(self.reason.strip())

    def cleaned(self) -> "Score":
        """The same as it is stored: no white space around texts, no level beside no opinion."""
        texts = {
            name: value.strip() for name, value in asdict(self).items() if isinstance(value, str)
        }
        return Score(None if self.no_opinion else self.level, self.no_opinion, **texts)


@refusals_in_words()
def declare_no_interest(*, evaluation: Evaluation, by: User) -> Evaluation:
    """Note that the evaluator declares no interest in the action: its file opens to them.

    Declaring again changes nothing. Raises `Refused` when it's somebody else's
    evaluation, the evaluation isn't open, or `by` is linked to the action.
    """
    evaluation = _locked(evaluation)
    _check_writer(evaluation, by)
    if evaluation.declared_at is None:
        evaluation.declared_at = timezone.now()
        evaluation.save(update_fields=["declared_at"])
    return evaluation


def _locked(evaluation: Evaluation) -> Evaluation:
    return (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("action__grid")
        .get(pk=evaluation.pk)
    )


def save_evaluation(
    *,
    evaluation: Evaluation,
    by: User,
    shown: Shown,
    scores: Mapping[int, Score],
    send: bool = False,
) -> Evaluation:
    """Save what the evaluator typed, as a draft, or send it.

    `shown` is the page it was typed in; `scores` maps criterion keys to `Score`. Left as it is when
    the same page sent a later state meanwhile.
    Raises `StaleWindow` when the evaluation was saved elsewhere since the page was opened, and
    `Refused` when it can't be written or isn't complete enough to be sent.
    """
    with refusals_in_words():
        return _save_evaluation(evaluation, by, shown, scores, send)


def _save_evaluation(
    evaluation: Evaluation, by: User, shown: Shown, scores: Mapping[int, Score], send: bool
) -> Evaluation:
    evaluation = _locked(evaluation)
    _check_writer(evaluation, by)
    if evaluation.declared_at is None:
        raise Refused([UNDECLARED])
    if evaluation.is_sent:
        raise Refused(["Cette évaluation est déjà envoyée : reprenez-la pour la modifier."])
    if not evaluation.takes(shown):
        return evaluation
    criteria = {
        criterion.pk: criterion for criterion in present(evaluation.action.grid).criteria.all()
    }
    _write_scores(evaluation, {criteria[key]: score for key, score in scores.items()})
    evaluation.note(shown)
    evaluation.saved_at = timezone.now()
    if send:
        # Of two who send at one instant, the second one sees that nobody is awaited any more.
        Action.objects.select_for_update(of=("self",)).get(pk=evaluation.action_id)
        _send(evaluation, criteria)
    evaluation.save(update_fields=[*WINDOW_FIELDS, "saved_at", "sent_at"])
    if send:
        tell_if_last(evaluation.action)
    return evaluation


def tell_if_last(action: Action) -> None:
    """Tell the agents when nobody's evaluation is awaited and one at least counts."""
    awaited = action.evaluations.taking_part().to_send()
    if not awaited.exists() and action.evaluations.counted().exists():
        notifications.tell_agents_all_is_in(action)


def _write_scores(evaluation: Evaluation, scores: Mapping[Criterion, Score]) -> None:
    """Write them over those that are there. The caller holds the lock."""
    CriterionScore.objects.bulk_create(
        [
            CriterionScore(evaluation=evaluation, criterion=criterion, **asdict(score.cleaned()))
            for criterion, score in scores.items()
        ],
        update_conflicts=True,
        unique_fields=["evaluation", "criterion"],
        update_fields=list(Score.__dataclass_fields__),
    )


def _send(evaluation: Evaluation, criteria: Mapping[int, Criterion]) -> None:
    stored = {row.criterion_id: _score_of(row) for row in evaluation.scores.all()}
    incomplete = [
        sentence
        for key, criterion in criteria.items()
        if (sentence := _missing(criterion.title, stored.get(key, Score())))
    ]
    if incomplete:
        raise Refused(incomplete)
    evaluation.sent_at = timezone.now()
    SentEvaluation.objects.create(
        evaluation=evaluation,
        sent_at=evaluation.sent_at,
        scores=[
            {"criterion": criteria[key].code} | asdict(score)
            for key, score in sorted(stored.items())
        ],
    )


def _score_of(row: CriterionScore) -> Score:
    return Score(**{name: getattr(row, name) for name in Score.__dataclass_fields__})


def _missing(title: str, score: Score) -> str:
    """What keeps the score of a criterion from being sent; nothing when it can."""
    if not score.is_answered or not score.reason_length:
        return (
            f"Critère « {title} » : choisissez un niveau ou « ne se prononce pas », "
            "et expliquez-le."
        )
    return short_reason(title, score.reason_length)


def short_reason(title: str, length: int) -> str:
    """Say that the explanation of a criterion is too short to be sent; nothing when it isn't."""
    if length >= MIN_REASON:
        return ""
    return (
        f"Critère « {title} » : votre explication compte {length} caractère{plural(length)}, "
        f"il en faut au moins {MIN_REASON}."
    )


def _check_writer(evaluation: Evaluation, by: User) -> None:
    if evaluation.evaluator_id != by.pk or not is_evaluator(by):
        raise Refused(["Cette évaluation est celle d’une autre personne."])
    if evaluation.action.status != ActionStatus.IN_EVALUATION:
        raise Refused([NOT_OPEN])


@refusals_in_words()
def take_back_evaluation(*, evaluation: Evaluation, by: User) -> Evaluation:
    """Turn a sent evaluation back into a draft; what was sent stays in its history.

    Raises `Refused` once the evaluation of the action is closed, or its author recused.
    """
    evaluation = Evaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    # Then the action, as for a save: a closing under way goes before us, or waits for us.
    evaluation.action = Action.objects.select_for_update(of=("self",)).get(pk=evaluation.action_id)
    _check_writer(evaluation, by)
    evaluation.sent_at = None
    evaluation.forget_windows()
    evaluation.save(update_fields=["sent_at", *WINDOW_FIELDS])
    return evaluation


@refusals_in_words()
def recuse(*, action: Action, user: User, by: User, reason: str = "") -> Recusal:
    """Note that `user` steps back from evaluating `action`; their evaluation no longer counts.

    Declared by the evaluator, or noted by an agent. Raises `Refused` when it's
    neither, or the evaluation isn't open, or no reason is given.
    """
    action = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    if by.pk != user.pk and not is_agent(by):
        raise Refused(["Un déport est déclaré par la personne, ou constaté par un agent."])
    if by.pk != user.pk and must_leave_to_another_agent(by, action):
        raise Refused([LEFT_TO_ANOTHER_AGENT])
    if action.status != ActionStatus.IN_EVALUATION:
        raise Refused([NOT_OPEN])
    if not reason.strip():
        raise Refused(["Dites pourquoi : quel lien avec l’action ou sa structure ?"])
    recusal, is_new = Recusal.objects.get_or_create(
        action=action, user=user, defaults={"declared_by": by, "reason": reason.strip()}
    )
    if is_new and action.evaluations.to_send().filter(round=Round.INITIAL, evaluator=user).exists():
        tell_if_last(action)
    return recusal
