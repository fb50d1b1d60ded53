"""What must not be done to a file's parts, in the shape of the rows of `test_needed.py`."""

from collections.abc import Callable
from dataclasses import dataclass

from actions.models import ApplicationVersion, Expense, Funder, TypedStep
from tests.support.factories import Story
from tests.support.refusals import by_sql


@dataclass(frozen=True)
class FileAttempt:
    """Something that must not be done to the parts of a draft."""

    act: Callable[[Story], object]
    behind: tuple[str, ...] = ()

    def story(self) -> Story:
        """A draft with one expense and one funder."""
        return Story()


def expense(**columns) -> Callable[[Story], Expense]:
    """Write an expense."""
    return lambda story: Expense.objects.create(
        **{"action": story.action, "category": "staff", "amount": 5} | columns
    )


def funder(**columns) -> Callable[[Story], Funder]:
    """Write a funder."""
    return lambda story: Funder.objects.create(
        **{"action": story.action, "name": "L’État", "amount": 5, "state": "asked"} | columns
    )


def typed(step: str, times: int = 1) -> Callable[[Story], None]:
    """Keep a step, so many times."""

    def act(story: Story) -> None:
        for _ in range(times):
            TypedStep.objects.create(action=story.action, step=step, saved_by=story.manager)

    return act


def version_twice(story: Story) -> None:
    for _ in range(2):
        ApplicationVersion.objects.create(
            action=story.action, number=1, content={}, sent_by=story.manager
        )


ON_FILES = {
    "actions_expense_once_per_category": FileAttempt(expense(category="other")),
    "actions_expense_known_and_positive": FileAttempt(expense(amount=0)),
    "actions_funder_named_and_positive": FileAttempt(funder(name="")),
    "actions_typedstep_once_per_step": FileAttempt(typed("action", times=2)),
    "actions_typedstep_known_step": FileAttempt(typed("envoi")),
    "actions_fileversion_numbered_once": FileAttempt(version_twice),
}
ALSO_REFUSED_ON_FILES = [
    (
        "actions_expense_known_and_positive",
        lambda story: by_sql(story.action.expenses.get(), amount="NaN"),
    ),
    ("actions_expense_known_and_positive", expense(category="dreams")),
    ("actions_funder_named_and_positive", funder(amount=-1)),
    (
        "actions_funder_named_and_positive",
        lambda story: by_sql(story.action.funders.get(), amount="NaN"),
    ),
    ("actions_funder_named_and_positive", funder(state="maybe")),
]
