"""What must not be done as a file goes between agent and carrier: rows of `test_needed.py`."""

from datetime import timedelta

from django.utils import timezone

from tests.support.factories import Story
from tests.support.guarantee_rows.actions import Attempt
from tests.support.guarantee_rows.corrections import asked
from tests.support.guarantee_steps import confirm, move, propose, tell
from tests.support.refusals import at_commit, by_sql


def return_it_without_a_word(story: Story) -> None:
    move(story.action, "in_correction", story.agent)
    at_commit()


def answer_and_keep_the_file(story: Story) -> None:
    by_sql(asked(story), answered_at=timezone.now())
    at_commit()


def send_again_without_answering(story: Story) -> None:
    move(story.action, "submitted", story.manager)
    at_commit()


def answer_and_withdraw(story: Story) -> None:
    by_sql(asked(story), answered_at=timezone.now())
    move(story.action, "withdrawn", story.manager)
    at_commit()


def answer(at):
    """Send the file again, and date the answer."""

    def act(story: Story) -> None:
        by_sql(asked(story), answered_at=at)
        move(story.action, "submitted", story.manager)
        at_commit()

    return act


def date_another_decision(story: Story) -> None:
    propose(story, "postpone", appeal_on="2026-01-05")


def hear_an_appeal(day):
    """Two people hear an appeal of that day."""

    def act(story: Story) -> None:
        confirm(propose(story, "appeal_upheld", appeal_on=day), story.members[1])

    return act


def file_it(**columns):
    """Send a draft that says so, by its carrier."""

    def act(story: Story) -> None:
        tell(story.action, "submitted", story.manager)
        said = {"status": "submitted", "submitted_at": timezone.now()}
        by_sql(story.action, **said | columns)

    return act


def type_it(day):
    """Send a draft that an agent types, received on paper that day."""

    def act(story: Story) -> None:
        by_sql(story.action, received_on_paper=day)
        tell(story.action, "submitted", story.manager, entered_by=story.agent)
        by_sql(story.action, status="submitted", submitted_at=timezone.now())

    return act


LONG_AGO = "2001-01-01T08:00:00Z"
TOMORROW = timezone.localdate() + timedelta(days=1)
APPEAL, FILED = "actions_decision_appeal_has_its_day", "actions_action_filing_is_dated"
ANSWERED = "actions_correctionrequest_answered_as_it_is_sent"
ON_ROUNDS = {
    "actions_actionevent_asks_for_a_correction": Attempt("submitted", return_it_without_a_word),
    ANSWERED: Attempt("in_correction", answer_and_keep_the_file),
    "actions_actionevent_answers_a_correction": Attempt(
        "in_correction", send_again_without_answering
    ),
    APPEAL: Attempt("evaluated", date_another_decision),
    FILED: Attempt("draft", file_it(received_on_paper="2026-01-05")),
}
ALSO_ON_ROUNDS = [
    (ANSWERED, Attempt("in_correction", answer_and_withdraw)),
    (APPEAL, Attempt("declined", hear_an_appeal(None))),
    (APPEAL, Attempt("declined", hear_an_appeal(TOMORROW))),
    (FILED, Attempt("draft", type_it(TOMORROW))),
    (FILED, Attempt("draft", file_it(submitted_at=LONG_AGO))),
    (FILED, Attempt("draft", file_it(submitted_at="2090-01-01T08:00:00Z"))),
    (ANSWERED, Attempt("in_correction", answer(LONG_AGO))),
    (ANSWERED, Attempt("in_correction", answer("2090-01-01T08:00:00Z"))),
]
