"""What must not be done to a file that was sent, in the shape of `test_needed.py`'s rows."""

from decimal import Decimal

from actions.models import Expense, Funder, SentEvaluation
from tests.support.factories import SectorFactory, Story
from tests.support.guarantee_rows import attachments
from tests.support.guarantee_rows.actions import Attempt, change, evaluation_of
from tests.support.guarantee_rows.interests import send_whole
from tests.support.guarantee_steps import move
from tests.support.refusals import by_sql, delete


def send_without_the_role(story: Story) -> None:
    evaluation_of(story).evaluator.groups.clear()
    send_whole(story)


def say_that_nothing_is_written(story: Story) -> None:
    send_whole_but(story, [])


def send_whole_but(story: Story, scores: list) -> None:
    """Write the history of a sending that says `scores`."""
    evaluation = evaluation_of(story)
    story.score(evaluation, send=False)
    SentEvaluation.objects.create(
        evaluation=evaluation, sent_at="2026-03-01T08:00:00Z", scores=scores
    )


ON_WRITTEN_FILES: dict[str, Attempt] = {
    "actions_actioncommune_before_admission": Attempt(
        "in_evaluation", lambda story: story.action.communes.clear()
    ),
    "actions_actionsector_before_admission": Attempt(
        "in_evaluation", lambda story: story.action.sectors.add(SectorFactory())
    ),
    "actions_action_report_of_what_is_completed": Attempt(
        "in_progress",
        change(final_report="Tout va bien."),
        behind=("actions_action_report_is_kept",),
    ),
    "actions_action_report_is_kept": Attempt("completed", change(final_report="Tout autre.")),
    "actions_action_completed_with_its_report": Attempt(
        "in_progress", lambda story: move(story.action, "completed", story.agent)
    ),
    "actions_action_recorded_from_a_source": Attempt(
        "submitted", change(sources="https://exemple.fr/")
    ),
    "actions_action_file_is_kept": Attempt("in_evaluation", change(title="Un autre titre")),
    "actions_selfassessment_written_with_the_file": Attempt(
        "submitted", lambda story: by_sql(story.action.self_assessments.first(), level=3)
    ),
    "actions_expense_written_with_the_file": Attempt(
        "submitted",
        lambda story: Expense.objects.create(
            action=story.action, category="staff", amount=Decimal(10)
        ),
    ),
    "actions_funder_written_with_the_file": Attempt(
        "submitted", lambda story: delete(Funder.objects.get(action=story.action))
    ),
    "actions_attachment_written_with_the_file": Attempt("submitted", attachments.write),
    "actions_evaluation_by_an_evaluator": Attempt("in_evaluation", send_without_the_role),
    "actions_sentevaluation_says_what_is_written": Attempt(
        "in_evaluation", say_that_nothing_is_written
    ),
}
