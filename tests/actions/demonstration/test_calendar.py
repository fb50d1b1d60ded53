"""When things happened: instants that people could have kept, whatever day it is loaded on."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from types import SimpleNamespace

import pytest
from django.utils import timezone

from actions.demonstration.calendar import OFFICE_HOURS, OWN_HOURS, Diary, working_day
from actions.demonstration.loading import read
from actions.demonstration.past import of_application, of_mornings, of_session
from actions.demonstration.people import ACCOUNTS
from actions.demonstration.walks import Walk
from actions.models.refusal import DAYS_TO_REPLY
from ess_portal.base.calendar import is_working_day

# Week-ends, holidays, changes of hour, the last of a year; early and late in the day.
LOADED_AT = [
    datetime(2026, 1, 1, 0, 5, tzinfo=UTC) + timedelta(days=day, hours=day * 5 % 24)
    for day in range(0, 400, 3)
]
NOBODY = dict.fromkeys(ACCOUNTS, SimpleNamespace())


def name_of(taken) -> str:
    """Return the name of the step, without its evaluator."""
    step = taken.step.func if isinstance(taken.step, partial) else taken.step
    return step.__name__


def test_a_working_day_is_looked_for_forward_unless_it_would_be_too_late():
    saturday = date(2026, 5, 9)  # after Friday 8 May, a public holiday
    assert working_day(saturday, last=date(2026, 6, 1)) == date(2026, 5, 11)
    assert working_day(saturday, last=date(2026, 5, 10)) == date(2026, 5, 7)


def test_every_step_of_a_story_has_its_hour_and_is_one_of_a_walk():
    stories = [row["story"] for row in read()["proposals"]]
    names = {name.removesuffix("_again") for story in stories for name in story}
    assert names <= set(OFFICE_HOURS) | set(OWN_HOURS)
    assert {name for name in names if not callable(getattr(Walk, name, None))} == set()


def test_a_diary_never_goes_back_nor_beyond_now():
    now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    diary = Diary("key", now)
    noted = [diary.note("send", 2), diary.note("admit", 1), diary.note("assign", 1)]
    assert noted == sorted(noted)
    # A Sunday isn't a day of the office; the Monday is today, and this hour of it still to come.
    assert timezone.localtime(noted[1]).date() == date(2026, 3, 2)
    assert max(noted) < now


@pytest.mark.slow
def test_stories_hold_whatever_day_they_are_told_on():
    data = read()
    for now in LOADED_AT:
        lives = {
            row["key"]: list(of_application(row, SimpleNamespace(), NOBODY, now))
            for row in data["proposals"]
        }
        for life in lives.values():
            check_alone(life, now)
        for row in data["sessions"]:
            held = {name_of(taken): taken.at for taken in of_session(row, NOBODY, now)}
            assert max(held.values()) < now
            for item in row["items"]:
                check_together(lives[item["key"]], item.get("outcome", ""), held)
        assert all(taken.at < now for taken in of_mornings(data["proposals"], now))


def check_alone(life, now) -> None:
    """Check that steps follow each other before `now`, and that offices keep their days."""
    instants = [taken.at for taken in life]
    assert all(before < after for before, after in pairwise(instants))
    assert instants[-1] < now
    in_office = [taken for taken in life if name_of(taken) in OFFICE_HOURS]
    assert all(is_working_day(timezone.localtime(taken.at).date()) for taken in in_office)


def check_together(life, outcome: str, held) -> None:
    """Check that an application was ready before a session, and went on after it."""
    before = [taken for taken in life if taken.at < held["prepare"]]
    assert name_of(before[-1]) in ("close", "reconsider", "withdraw_refusal") or outcome == ""
    # Nothing happens to it between the agenda and the publication.
    until = held.get("publish", max(held.values()))
    after = [taken for taken in life if taken.at >= held["prepare"]]
    assert all(taken.at > until for taken in after)
    if outcome == "announce_refusal" and after:
        waited = after[0].at - until
        replied = name_of(after[0]) == "reply"
        assert replied == (waited < timedelta(days=DAYS_TO_REPLY))
