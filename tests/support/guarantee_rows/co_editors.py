"""What must not be done to co-carriers, in the shape of the rows of `test_needed.py`."""

from collections.abc import Callable
from dataclasses import dataclass

from actions.models import CoEditor
from tests.support.factories import Story, UserFactory
from tests.support.refusals import by_sql, delete

A_DAY = "2026-03-01T08:00:00Z"


@dataclass(frozen=True)
class CoEditorAttempt:
    """Something that must not be done to the co-carriers of an action in `status`."""

    status: str
    act: Callable[[Story], object]
    behind: tuple[str, ...] = ()

    def story(self) -> Story:
        """An action in that status, with one co-carrier and one invitation."""
        story = Story()
        writer, invited = UserFactory(email="a@example.org"), "b@example.org"
        CoEditor.objects.create(
            action=story.action, email=writer.email, user=writer, accepted_at=A_DAY
        )
        CoEditor.objects.create(action=story.action, email=invited)
        return getattr(story, self.status)()


def row(story: Story, email: str) -> CoEditor:
    """The row of an address."""
    return story.action.co_editors.get(email=email)


ON_CO_EDITORS = {
    "actions_coeditor_once_per_action": CoEditorAttempt(
        "draft", lambda story: CoEditor.objects.create(action=story.action, email="b@example.org")
    ),
    "actions_coeditor_lower_case_email": CoEditorAttempt(
        "draft", lambda story: by_sql(row(story, "b@example.org"), email="B@example.org")
    ),
    "actions_coeditor_accepted_by_somebody": CoEditorAttempt(
        "draft", lambda story: by_sql(row(story, "b@example.org"), accepted_at=A_DAY)
    ),
    "actions_coeditor_writer_is_kept": CoEditorAttempt(
        "submitted", lambda story: delete(row(story, "a@example.org"))
    ),
    "actions_coeditor_leaves_with_its_draft": CoEditorAttempt(
        "draft", lambda story: delete(row(story, "a@example.org"))
    ),
    "actions_coeditor_joins_before_evaluation": CoEditorAttempt(
        "in_evaluation",
        lambda story: by_sql(
            row(story, "b@example.org"), accepted_at=A_DAY, user_id=UserFactory().pk
        ),
    ),
}
