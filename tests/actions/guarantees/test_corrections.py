"""What is asked of a carrier is kept; its date moves by an act alone, and holds a refusal back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from actions.enums import ActionStatus
from actions.models import CorrectionAct
from actors.enums import Role
from tests.plugins.prepared import starts_from
from tests.support.announced import asked_days_ago
from tests.support.factories import Story, person, story_in
from tests.support.guarantee_rows.corrections import act, ask, asked, refuse_too_early
from tests.support.refusals import by_sql, delete, refused_by, refused_every_way

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LATER = timezone.localdate() + timedelta(days=40)


@starts_from(story="in_correction")
def test_what_was_asked_is_kept(story):
    request = asked(story)
    for columns in (
        {"fields": '["title"]'},
        {"message": "Autre chose."},
        {"requested_at": "2020-01-01T00:00:00Z"},
        {"requested_by_id": person(Role.AGENT).pk},
        {"due_on": LATER},
        {"due_on": "2020-01-01"},
    ):
        refused_every_way("actions_correctionrequest_is_kept", request, **columns)
    with refused_by("actions_correctionrequest_is_kept"):
        delete(request)
    by_sql(request, message="")


@starts_from(story="in_correction")
def test_an_answer_comes_once(story):
    story.apply("resubmit", story.manager)
    for answered_at in (None, "2099-01-01T00:00:00Z"):
        with refused_by("actions_correctionrequest_is_kept"):
            by_sql(asked(story), answered_at=answered_at)


@starts_from(story="in_correction")
def test_the_act_moves_the_date_and_nothing_else_does(story):
    act(kind="extended", due_on=LATER, reason="Congés.")(story)
    with refused_by("actions_correctionact_moves_the_date"):
        connection.check_constraints()
    request = asked(story)
    by_sql(request, due_on=LATER)
    connection.check_constraints()
    with refused_by("actions_correctionrequest_is_kept"):
        by_sql(request, due_on=LATER + timedelta(days=1))


@pytest.mark.parametrize(
    "columns",
    [
        {"due_on": None, "reason": "Congés."},
        {"due_on": LATER, "reason": ""},
        {"due_on": LATER, "reason": " \u00a0"},
        {"due_on": timezone.localdate(), "reason": "Congés."},
    ],
)
@starts_from(story="in_correction")
def test_more_time_is_later_and_has_a_reason(columns, story):
    with refused_by("actions_correctionact_gives_more_time"):
        act(kind="extended", **columns)(story)
    assert asked(story).due_on < LATER


@starts_from(story="in_correction")
def test_an_act_is_kept(story):
    done = act(kind="extended", due_on=LATER, reason="Congés.")(story)
    for columns in ({"kind": "reminded"}, {"due_on": None}, {"reason": "Autre."}, {"by_id": None}):
        refused_every_way("actions_correctionact_is_kept", done, **columns)
    with refused_by("actions_correctionact_is_kept"):
        delete(done)
    by_sql(done, reason="")


@pytest.mark.parametrize("kind", ["unknown", "", "reminded"])
@starts_from(story="in_correction")
def test_an_act_says_what_was_done(kind, story):
    with refused_by("actions_correctionact_says_what_was_done"):
        act(kind=kind, due_on=LATER)(story)


@pytest.mark.parametrize("columns", [{}, {"kind": "extended", "due_on": LATER, "reason": "Oui."}])
def test_no_act_once_the_date_is_past_or_nothing_is_awaited(columns):
    late, answered = Story().in_correction(), Story().in_correction()
    asked_days_ago(late.action, 11)
    answered.apply("resubmit", answered.manager)
    for story in (late, answered):
        with refused_by("actions_correctionact_in_time"):
            act(**columns)(story)
    assert not CorrectionAct.objects.exists()


@pytest.mark.parametrize(
    "status", sorted({*ActionStatus.OPEN} - {"submitted", "refusal_announced"})
)
def test_a_correction_is_asked_of_a_file_that_is_there(status):
    story = story_in(status)
    with refused_by("actions_correctionrequest_asked_in_its_state"):
        ask(story)


@starts_from(story="submitted")
def test_a_correction_is_asked_by_returning_the_file(story):
    ask(story)
    with refused_by("actions_correctionrequest_of_a_step"):
        connection.check_constraints()


@pytest.mark.parametrize("days", [0, -1, -400])
@starts_from(story="submitted")
def test_a_correction_is_due_later(days, story):
    with refused_by("actions_correctionrequest_due_later"):
        ask(story, due_on=timezone.localdate() + timedelta(days=days))


@starts_from(story="submitted")
def test_a_request_is_dated_by_the_database(story, ago):
    with ago(400):
        request = ask(story, due_on=LATER)
    request.refresh_from_db()
    assert timezone.now() - request.requested_at < timedelta(minutes=10)


@starts_from(story="in_correction")
def test_a_refusal_waits_for_the_date(story):
    with refused_by("actions_action_incomplete_after_its_date"):
        refuse_too_early(story)
    asked_days_ago(story.action, 10)
    with refused_by("actions_action_incomplete_after_its_date"):
        refuse_too_early(story)


def test_a_refusal_follows_the_date():
    story = Story().in_correction()
    asked_days_ago(story.action, 11)
    refuse_too_early(story)
    connection.check_constraints()
    story.action.refresh_from_db()
    assert story.action.status == "refusal_announced"
