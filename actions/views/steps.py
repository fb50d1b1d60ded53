"""What the steps of the form show of a file: marks, hints, two versions, what else changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from actions import gate
from actions.enums import ActionStatus, Step
from actions.models import Action, TypedStep
from actions.models.action import criterion_rules
from actions.models.completeness import missing_pieces
from actions.models.correction import CORRECTABLE_FIELDS, FIELD_STEPS, step_of
from actions.models.file_version import Change, changes_since_sent
from actions.services.drafts import steps_kept
from challenges.models import Grid

UNREAD = "Une réponse n’a pas pu être lue : elle vous attend telle que vous l’avez écrite."
NO_LEVEL = "Situez votre action : choisissez un niveau."


@dataclass(frozen=True)
class StepMark:
    """A step in the list of steps: `missing` are sentences; `begun` whether it was saved."""

    step: Step
    number: int
    is_current: bool
    begun: bool
    missing: list[str]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing there."""
        return not self.missing

    @property
    def state(self) -> str:
        """What the list says of it."""
        if self.step == Step.SENDING:
            return ""
        if self.is_complete:
            return "complète"
        return "à compléter" if self.begun else "à remplir"


def following(step: str) -> str:
    """Return the step after `step`; the last one follows itself."""
    steps = list(Step.values)
    return steps[min(steps.index(step) + 1, len(steps) - 1)]


def step_marks(
    action: Action | None, current: str, rows: Mapping[str, TypedStep]
) -> list[StepMark]:
    """Mark each step with what it lacks; `action` is None before anything was saved.

    `rows` are the steps that were saved, by name.
    """
    missing: dict[str, list[str]] = {step: [] for step in Step.values}
    for piece in missing_pieces(action) if action else ():
        missing[piece.step].append(piece.sentence)
    for name, row in rows.items():
        if row.typed is not None:
            missing[name].insert(0, UNREAD)
    return [
        StepMark(
            step=step,
            number=number,
            is_current=step == current,
            begun=step in rows,
            missing=missing[step] if action else [NO_LEVEL],
        )
        for number, step in enumerate(Step, 1)
    ]


def first_step_to_fill(action: Action) -> Step:
    """Return the first step that lacks something, or the last one."""
    asked = _asked_steps(action)
    for mark in step_marks(action, "", steps_kept(action)):
        if mark.missing or mark.step in asked:
            return mark.step
    return Step.SENDING


def _asked_steps(action: Action) -> set[Step]:
    correction = action.correction_requests.filter(answered_at=None).first()
    return {step_of(field) for field in correction.fields} if correction else set()


def current_correction(action: Action | None, step: str) -> dict | None:
    """Give what an agent asked for, with the step of each part and those of this step."""
    if action is None or action.status != ActionStatus.IN_CORRECTION:
        return None
    correction = action.correction_requests.filter(answered_at=None).first()
    if correction is None:
        return None
    return {
        "due_on": correction.due_on,
        "message": correction.message,
        "parts": [
            {"label": CORRECTABLE_FIELDS[field], "step": step_of(field)}
            for field in correction.fields
        ],
        "here": [
            CORRECTABLE_FIELDS[field]
            for field in correction.fields
            if field in FIELD_STEPS.get(step, ())
        ],
    }


def other_changes(action: Action) -> list[Change]:
    """List what was mended besides what the agent asked for."""
    correction = action.correction_requests.filter(answered_at=None).first()
    if correction is None:
        return []
    return [one for one in changes_since_sent(action) if one.field not in correction.fields]


# --- The self-assessment ----------------------------------------------------------------------


@dataclass(frozen=True)
class Hint:
    """What one criterion lacks, in plain words, and what the next level would be."""

    title: str
    sentence: str
    is_short: bool


@dataclass(frozen=True)
class Hints:
    """« Pourquoi pas encore ? »: it advises, and never keeps anybody from sending."""

    criteria: list[Hint]
    total: str

    @property
    def is_ready(self) -> bool:
        """Whether these levels would pass the gate."""
        return not self.total and not any(hint.is_short for hint in self.criteria)


def self_assessment_hints(action: Action) -> Hints | None:
    """Say how far the carrier's own levels are from community interest; None without a grid."""
    grid = Grid.objects.current_for(action.programme_id) if action.programme_id else None
    if grid is None:
        return None
    own = {said.criterion_code: said.level for said in action.self_assessments.all()}
    rules = criterion_rules(grid)
    outcome = gate.compute(
        criteria=rules,
        evaluations=[{rule.code: own.get(rule.code) for rule in rules}],
        quorum=1,
        threshold=grid.threshold,
    )
    described = {criterion.code: criterion for criterion in grid.criteria.all()}
    total = ""
    if not outcome.passes_total:
        score = gate.score_out_of_100(outcome.points, outcome.max_points)
        total = f"Avec ces niveaux, le total est de {score} sur 100 : il en faut {grid.threshold}."
    return Hints([_hint(one, described[one.rule.code]) for one in outcome.criteria], total)


def _hint(outcome: gate.CriterionOutcome, criterion) -> Hint:
    level = outcome.median
    if level is None:
        return Hint(criterion.title, NO_LEVEL, is_short=True)
    if not outcome.passes:
        floor = outcome.rule.floor
        wanted = getattr(criterion, f"level_{floor}")
        return Hint(
            criterion.title,
            f"Vous êtes au niveau {level} ; il faut au moins le niveau {floor}, que rien ne "
            f"compense : {wanted}",
            is_short=True,
        )
    if level < gate.MAX_LEVEL:
        following_level = getattr(criterion, f"level_{level + 1}")
        return Hint(
            criterion.title,
            f"Niveau {level}. Pour aller au niveau {level + 1} : {following_level}",
            is_short=False,
        )
    return Hint(criterion.title, f"Niveau {level}, le plus haut.", is_short=False)


# --- Two windows ------------------------------------------------------------------------------


@dataclass(frozen=True)
class TwoVersions:
    """One field as it is kept, and as it was just typed."""

    label: str
    kept: str
    typed: str


def two_versions(kept, typed) -> list[TwoVersions]:
    """Compare two forms of one step, field by field; only what differs."""
    rows = [
        TwoVersions(str(field.label), in_words(field), in_words(typed[field.name]))
        for field in kept
        if not field.is_hidden and field.name in typed.fields
    ]
    return [row for row in rows if row.kept != row.typed]


def in_words(field) -> str:
    """Return what a bound field holds, as a person would say it."""
    value = field.value()
    choices = getattr(field.field, "choices", None)
    if choices is None:
        return "" if value is None else str(value).strip()
    chosen = {str(one) for one in (value if isinstance(value, list | tuple) else [value])}
    labels = {str(getattr(key, "value", key)): label for key, label in _flat(choices)}
    return ", ".join(str(labels.get(key, key)) for key in labels if key and key in chosen)


def _flat(choices):
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label
