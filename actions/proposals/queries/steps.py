"""What the steps of the form show: marks, and what an agent asked for."""

from collections.abc import Mapping
from dataclasses import dataclass

from actions.enums import ActionStatus, Step
from actions.models import Action, TypedStep
from actions.models.completeness import missing_pieces
from actions.models.correction import step_of
from actions.proposals.queries.corrections import Correction, correction_of

UNREAD = "Une réponse n’a pas pu être lue : elle vous attend telle que vous l’avez écrite."

NO_LEVEL = "Situez votre action : choisissez un niveau."


def saved_steps(action: Action) -> dict[str, TypedStep]:
    """Return the steps of `action` that were saved at least once, by name."""
    return {row.step: row for row in action.typed_steps.select_related("saved_by")}


def unread_steps(action: Action) -> list[str]:
    """Say which steps hold something typed that couldn't be read: the file would go without it."""
    unread = action.typed_steps.filter(typed__isnull=False)
    return [
        f"Reprenez l’étape « {row.get_step_display()} » : une réponse n’a pas pu être lue."
        for row in unread
    ]


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
    for mark in step_marks(action, "", saved_steps(action)):
        if mark.missing or mark.step in asked:
            return mark.step
    return Step.SENDING


def _asked_steps(action: Action) -> set[Step]:
    correction = action.correction_requests.filter(answered_at=None).first()
    return {step_of(field) for field in correction.fields} if correction else set()


def current_correction(action: Action | None) -> Correction | None:
    """Give what an agent asked for, and what is changed by now, while its carrier answers."""
    if action is None or action.status != ActionStatus.IN_CORRECTION:
        return None
    return correction_of(action)
