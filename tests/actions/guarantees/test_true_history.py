"""Guarantees 10 and 11: the order of the history is the database's, and a refusal is heard anew."""

import pytest
from django.utils import timezone

from actions.enums import DecisionKind
from actions.models import ActionEvent, GateResult, RefusalNotice
from tests.plugins.prepared import starts_from
from tests.support.announced import announced_days_ago
from tests.support.factories import Story
from tests.support.guarantee_rows.corrections import ask
from tests.support.guarantee_rows.rounds import answer
from tests.support.guarantee_steps import (
    append_result,
    close,
    closing_columns,
    confirm,
    move,
    propose,
    tell,
    tell_by_two,
)
from tests.support.refusals import (
    at_commit,
    by_sql,
    delete,
    execute,
    holder_of,
    refused_by,
    refused_every_way,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOT_TAKEN = "actions_actionevent_took_place"
OUT_OF_RANGE = (-1, 0, 9223372036854775807)


# --- The order of events --------------------------------------------------------------------------


@pytest.mark.parametrize("key", OUT_OF_RANGE)
@starts_from(story="in_evaluation")
def test_an_event_written_before_the_others_did_not_take_place(key, story):
    with refused_by(NOT_TAKEN):
        tell(story.action, "submitted", story.agent, id=key)
        at_commit()


@starts_from(story="scored")
def test_a_closing_written_before_the_others_did_not_take_place(story):
    with refused_by(NOT_TAKEN):
        append_result(story)
        tell(story.action, "evaluated", story.agent, id=-1)
        at_commit()


@starts_from(story="evaluated")
def test_a_grant_written_before_the_others_did_not_take_place(story):
    with refused_by(NOT_TAKEN):
        confirm(propose(story), story.members[1])
        tell(story.action, "prioritised", story.members[0], story.members[1], id=-1)
        at_commit()


@starts_from(story="submitted")
def test_no_event_comes_after_all_those_to_come(story):
    tell(story.action, "in_correction", story.agent, id=9223372036854775807)
    ask(story)
    by_sql(story.action, status="in_correction")
    answer(timezone.now())(story)

    steps = story.action.events.order_by("pk").values_list("transition", flat=True)
    assert list(steps) == ["submit", "request_correction", "resubmit"]


@starts_from(story="submitted")
def test_an_event_is_read_under_the_key_it_was_given(story):
    """A note is written on what the insertion returned."""
    event = tell(story.action, "in_correction", story.agent, id=-1)

    assert ActionEvent.objects.get(transition="request_correction").pk == event.pk > 0


@starts_from(story="in_evaluation")
def test_events_form_a_chain(story):
    """Looked at again when the transaction ends, even if an event were let in between others."""
    holder_of("actions_actionevent_tells_a_step").drop()

    with refused_by(NOT_TAKEN):
        tell(story.action, "submitted", story.agent, id=-1)
        at_commit()


# --- The result of a closing ----------------------------------------------------------------------

OTHER_RESULT = "actions_action_result_is_the_snapshot"


def lower_a_score(story: Story) -> None:
    """Take an evaluation back, and give its action the quorum no more."""
    by_sql(story.evaluations[0], sent_at=None)


@starts_from(story="scored")
def test_the_result_says_what_the_snapshot_says(story):
    append_result(story)
    lower_a_score(story)
    tell(story.action, "evaluated", story.agent)

    refused_every_way(OTHER_RESULT, story.action, **closing_columns(story))


@starts_from(story="scored")
def test_a_second_result_does_not_hide_the_first(story):
    append_result(story)
    lower_a_score(story)

    with refused_by(OTHER_RESULT):
        close(story)


@pytest.mark.parametrize("key", OUT_OF_RANGE)
@starts_from(story="scored")
def test_results_come_in_the_order_of_closings(key, story):
    result = append_result(story, id=key)

    assert GateResult.objects.get(action=story.action).pk == result.pk
    assert result.pk in range(1, 2**62)


# --- Back to instruction --------------------------------------------------------------------------

SENT = "actions_action_returns_before_evaluations"


@starts_from(story="scored")
def test_an_evaluated_file_does_not_return_to_instruction(story):
    tell(story.action, "submitted", story.agent)

    refused_every_way(SENT, story.action, status="submitted")


@starts_from(story="scored")
def test_an_evaluation_taken_back_was_sent_all_the_same(story):
    for evaluation in story.evaluations:
        by_sql(evaluation, sent_at=None)

    with refused_by(SENT):
        move(story.action, "submitted", story.agent)


@starts_from(story="in_evaluation")
def test_a_file_returns_to_instruction_before_any_evaluation(story):
    story.score(story.evaluations[0], send=False)
    move(story.action, "submitted", story.agent)
    at_commit()

    story.action.refresh_from_db()
    assert story.action.status == "submitted"


# --- Refusals -------------------------------------------------------------------------------------

NO_NOTICE = "actions_action_refusal_has_its_notice"
KEPT = "actions_refusalnotice_is_kept"
NOW = "2026-11-01T08:00:00Z"


def write_notice(story: Story, **columns) -> RefusalNotice:
    columns = {"reason": "Un motif.", "announced_at": NOW} | columns
    return story.action.refusal_notices.create(**columns)


def announce(story: Story) -> None:
    """Announce a refusal, by raw writes only, without its notice."""
    confirm(propose(story, DecisionKind.ANNOUNCE_REFUSAL), story.members[1])
    tell_by_two(story, "refusal_announced")
    by_sql(story.action, status="refusal_announced", refused_from="evaluated")


def uphold_appeal(story: Story) -> None:
    decision = propose(story, DecisionKind.APPEAL_UPHELD, appeal_on="2026-11-01")
    confirm(decision, story.members[1])
    tell_by_two(story, "evaluated")
    by_sql(story.action, status="evaluated", refused_from="")


@starts_from(story="evaluated")
def test_a_refusal_is_announced_with_a_notice(story):
    with refused_by(NO_NOTICE):
        announce(story)

    write_notice(story)
    announce(story)
    at_commit()


@starts_from(story="declined")
def test_a_second_refusal_is_not_heard_on_the_first_notice(story):
    uphold_appeal(story)

    with refused_by(NO_NOTICE):
        announce(story)


@starts_from(story="evaluated")
def test_a_notice_is_not_written_ahead(story):
    with refused_by("actions_refusalnotice_of_an_announcement"):
        write_notice(story)
        at_commit()


@starts_from(story="evaluated")
def test_the_days_to_reply_run_from_the_writing_of_the_notice(story):
    """Not from the start of a transaction, which may have been open for days."""
    execute("SELECT pg_sleep(0.01)")
    notice = write_notice(story)

    assert execute(
        "SELECT announced_at > now() AND announced_at <= clock_timestamp() "
        "FROM actions_refusalnotice WHERE id = %s",
        notice.pk,
    ) == [(True,)]


@pytest.mark.parametrize("key", OUT_OF_RANGE)
@starts_from(story="evaluated")
def test_notices_come_in_the_order_of_announcements(key, story):
    assert write_notice(story, id=key).pk in range(1, 2**62)


@starts_from(story="refusal_announced")
def test_a_reply_has_words(story):
    notice = story.action.refusal_notices.get()

    for columns in (
        {"replied_at": NOW},
        {"replied_at": NOW, "reply": " \u200b\u00a0\n"},
        {"replied_at": NOW, "answer": "Lu."},
        {"reply": "Nous protestons."},
    ):
        refused_every_way("actions_refusalnotice_reply_has_words", notice, **columns)
    by_sql(notice, replied_at=NOW, reply="Nous protestons.")


@starts_from(story="refusal_announced")
def test_a_carrier_may_reply_as_long_as_its_refusal_is_announced(story):
    """Nobody says that the refusal is settled ahead, nor answers what isn't said yet."""
    notice = story.action.refusal_notices.get()

    refused_every_way("actions_refusalnotice_answer_settles", notice, answer="Lu d’avance.")
    for columns in ({"settled_at": NOW}, {"settled_at": NOW, "answer": "Lu d’avance."}):
        with refused_by("actions_refusalnotice_settled_as_it_ends"):
            by_sql(notice, **columns)
            at_commit()

    by_sql(notice, replied_at=NOW, reply="Nous protestons.")
    at_commit()


@starts_from(story="declined")
def test_an_answer_is_kept_once_the_refusal_is_confirmed(story):
    notice = story.action.refusal_notices.get()
    for columns in ({"answer": "Autre chose."}, {"settled_at": NOW}, {"replied_at": NOW}):
        refused_every_way(KEPT, notice, **columns)

    by_sql(notice, reply="", answer="", reason="")  # retention may


@starts_from(story="refusal_announced")
def test_nothing_is_added_to_a_refusal_confirmed_without_settling_it(story):
    """Its fifteen days were gone, and nobody wrote that it is settled."""
    announced_days_ago(story.action, 16)
    move(story.action, "declined", story.members[0])
    notice = story.action.refusal_notices.get()

    for columns in (
        {"answer": "Après coup."},
        {"settled_at": NOW},
        {"replied_at": NOW, "reply": "Après coup."},
    ):
        refused_every_way(KEPT, notice, **columns)


@starts_from(story="refusal_announced")
def test_a_notice_is_not_deleted(story):
    with refused_by(KEPT):
        delete(story.action.refusal_notices.get())
