"""An evaluation is closed while somebody writes."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from actions.enums import Transition
from actions.evaluation.services.evaluations import (
    Score,
    save_evaluation,
    take_back_evaluation,
)
from actions.models import Action, CriterionScore, Evaluation
from actions.workflow import apply_transition
from challenges.models import Criterion
from ess_portal.base.models import OutgoingMail
from ess_portal.base.windows import Shown, StaleWindow
from tests.support.factories import (
    REASON,
    Story,
    fresh,
)
from tests.support.races import race
from tests.support.refusals import by_sql, execute
from tests.support.without import reasons, trigger_without

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


# --- Closing -----------------------------------------------------------------------------------

CLOSED = ["L’évaluation de cette action n’est pas ouverte : on ne peut plus rien y écrire."]


def overdue_story() -> Story:
    """Two evaluations sent, the third past its date: the agent may close, the evaluator write."""
    story = Story().in_evaluation().declare()
    for evaluation in story.evaluations[:2]:
        story.score(evaluation)
    by_sql(story.evaluations[2], due_on=timezone.localdate() - timedelta(days=1))
    story.evaluations[2].refresh_from_db()
    return story


def closing(story: Story):
    return lambda: (
        apply_transition(
            Action.objects.get(pk=story.action.pk),
            Transition.CLOSE_EVALUATION,
            by=fresh(story.agent),
        ).gate_quorum_reached
    )


def scoring(story: Story, *, send: bool):
    scores = {
        criterion.pk: Score(level=3, reason=REASON)
        for criterion in Criterion.objects.filter(grid=story.action.grid)
    }
    evaluation = Evaluation.objects.get(pk=story.evaluations[2].pk)

    def score():
        return save_evaluation(
            evaluation=evaluation,
            by=fresh(evaluation.evaluator),
            shown=Shown(edition=evaluation.edition),
            scores=scores,
            send=send,
        ).is_sent

    return score


@contextlib.contextmanager
def no_waiting_for_a_closing() -> Iterator[None]:
    """Scores and evaluations are written without a lock on their action."""
    with (
        trigger_without("actions_criterionscore_written_while_open", "FOR SHARE"),
        trigger_without("actions_evaluation_written_while_open", "FOR SHARE"),
    ):
        yield


@pytest.mark.parametrize("send", [False, True])
def test_nothing_is_scored_while_the_evaluation_is_being_closed(send):
    story = overdue_story()

    first, second, waited = race(closing(story), scoring(story, send=send))

    assert (first, reasons(second), waited) == (2, CLOSED, True)
    assert CriterionScore.objects.filter(evaluation=story.evaluations[2]).count() == 0


@pytest.mark.parametrize("send", [False, True])
def test_without_the_locks_a_score_slips_in(send, no_row_locks):
    """A closed evaluation, with a score that the result knows nothing of."""
    story = overdue_story()
    with no_waiting_for_a_closing():
        first, second, waited = race(closing(story), scoring(story, send=send))

    assert (first, second, waited) == (2, send, False)
    assert Action.objects.get().status == "evaluated"
    assert CriterionScore.objects.filter(evaluation=story.evaluations[2]).count() == 4


def test_a_closing_waits_for_the_evaluation_that_is_being_sent():
    story = overdue_story()

    assert race(scoring(story, send=True), closing(story)) == (True, 3, True)


def test_without_the_locks_the_closing_forgets_it(no_row_locks):
    story = overdue_story()
    with no_waiting_for_a_closing():
        assert race(scoring(story, send=True), closing(story)) == (True, 2, False)

    assert Evaluation.objects.filter(sent_at__isnull=False).count() == 3


def test_nothing_is_taken_back_while_the_evaluation_is_being_closed():
    story = Story().scored()
    evaluation = story.evaluations[0]

    def take_back():
        return take_back_evaluation(evaluation=evaluation, by=fresh(evaluation.evaluator))

    first, second, waited = race(closing(story), take_back)

    assert (first, reasons(second), waited) == (
        3,
        ["L’évaluation de cette action n’est pas ouverte."],
        True,
    )


def append_while_scoring() -> tuple:
    """By raw SQL: the result is appended, and the closing not written yet."""
    story = overdue_story()

    def append():
        execute(
            "INSERT INTO actions_gateresult (action_id, closed_at, quorum_reached, "
            "quorum_required, points, max_points, threshold, floor_margin, community_interest, "
            "medians) SELECT %s, now(), * FROM actions_gate(%s)",
            story.action.pk,
            story.action.pk,
        )
        # Half a closing, which the end of its transaction would refuse: nothing of it stays.
        transaction.set_rollback(True)

    return race(append, scoring(story, send=True))


def test_a_result_and_its_closing_see_the_same_rows():
    assert append_while_scoring()[1:] == (True, True)


def test_without_the_lock_a_score_slips_in_between():
    with trigger_without("actions_gateresult_true_to_the_rows", "FOR NO KEY UPDATE"):
        assert append_while_scoring()[1:] == (True, False)


# --- Two tabs ----------------------------------------------------------------------------------


def save_in_two_tabs() -> tuple:
    story = Story().in_evaluation().declare()

    return race(scoring(story, send=False), scoring(story, send=False))


def test_of_two_tabs_the_second_is_told():
    first, second, waited = save_in_two_tabs()

    assert (first, type(second), waited) == (False, StaleWindow, True)


def test_without_the_lock_the_second_tab_writes_over_the_first(no_row_locks):
    first, second, _ = save_in_two_tabs()

    assert (first, second) == (False, False)


# --- The two last evaluations ---------------------------------------------------------------------


def told_that_all_is_in() -> int:
    return OutgoingMail.objects.filter(subject__endswith="demandées sont rendues").count()


def send_both() -> tuple:
    """The two last evaluators send at one instant; how often the agent is told."""
    story = Story().in_evaluation(assign=False)
    story.assign(*story.evaluators[:2])
    first, second, waited = race(
        *(lambda one=one: story.score(one).is_sent for one in story.evaluations)
    )
    return first, second, waited, told_that_all_is_in()


def test_of_two_who_send_at_once_the_second_tells_that_all_is_in():
    assert send_both() == (True, True, True, 1)


def test_without_the_lock_nobody_tells(no_row_locks):
    assert send_both() == (True, True, False, 0)
