"""Three years lived again: each step at its instant, one after the other, in one transaction.

A story of the file maps steps of a `Walk` to the number of days before the loading; that of
`evaluate` is a list, one entry for each evaluator in the order asked, null for one who never sent.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from actions.demonstration.ageing import age, require_owner, unguarded
from actions.demonstration.calendar import Diary, working_day
from actions.demonstration.clock import clock_at
from actions.demonstration.sessions import STEPS, Held
from actions.demonstration.walks import DAYS_TO_EVALUATE, Walk
from actions.evaluation.services.reminders import remind_evaluators
from actions.models import CorrectionRequest
from actions.proposals.services.draft_retention import (
    DAYS_KEPT,
    DAYS_OF_NOTICE,
    DAYS_TO_REMIND,
    announce_deletions,
    remind_of_drafts,
)
from actors.models import User

SIX_IN_THE_MORNING = time(6, 0)
TO_PREPARE = timedelta(days=16)
TO_RECORD = timedelta(minutes=75)
TO_CLOSE = timedelta(minutes=100)
TO_PUBLISH = timedelta(days=2)
TO_NOTE = timedelta(days=1)


@dataclass(frozen=True)
class Taken:
    """One step of a story, and when it is taken."""

    at: datetime
    step: Callable[[], object]


def live(steps: Iterable[Taken]) -> None:
    """Take every step at its instant, the earliest first, and age what the database dated.

    Raises `Refused` unless this is a demonstration, as the owner, in a transaction; and when a
    service refuses a step.
    """
    require_owner()
    for taken in sorted(steps, key=lambda taken: taken.at):
        with clock_at(taken.at):
            taken.step()
        age(taken.at)


def of_application(
    row: Mapping[str, Any], carrier: User, people: Mapping[str, User], now: datetime
) -> Iterator[Taken]:
    """Return the steps of an application's story, sessions apart."""
    diary = Diary(row["key"], now)
    walk = Walk(row, carrier, people, today=diary.today)
    for days_ago, name, place in _in_order(row["story"]):
        method = getattr(walk, name.removesuffix("_again"))
        step = method if place is None else partial(method, place)
        if name == "ask_correction":
            step = partial(_asked_then, step)
        yield Taken(diary.note(name.removesuffix("_again"), days_ago), step)


def _asked_then(step: Callable[[], object]) -> None:
    # The database dates a request by its own clock, and takes no date that is past by it.
    with unguarded(CorrectionRequest, "dated_when_asked"):
        step()


def _in_order(story: Mapping[str, Any]) -> list[tuple[float, str, int | None]]:
    """Spell a story out: days ago, step, and the evaluator's place where there is one."""
    steps: list[tuple[float, str, int | None]] = []
    for name, days_ago in story.items():
        if not isinstance(days_ago, list):
            steps.append((days_ago, name, None))
            continue
        steps += [(days, name, place) for place, days in enumerate(days_ago) if days is not None]
    asked = story.get("assign", 0)
    declared = {place for _, name, place in steps if name in ("declare", "recuse")}
    # Whoever sends declared before: half-way, unless the story says when.
    steps += [
        ((asked + days) / 2, "declare", place)
        for days, name, place in steps
        if name == "evaluate" and place not in declared
    ]
    return sorted(steps, key=lambda step: -step[0])


def of_session(
    row: Mapping[str, Any], people: Mapping[str, User], now: datetime
) -> Iterator[Taken]:
    """Return the steps of a session, held on a working day."""
    diary = Diary(row["place"], now)
    last = date.max if row["held_in_days"] > 0 else diary.today
    held_on = working_day(diary.today + timedelta(days=row["held_in_days"]), last=last)
    held = Held(row, people, held_on=held_on)
    starts_at = _at(held_on, time.fromisoformat(row["starts_at"]))
    prepared_on = working_day(min(held_on, diary.today) - TO_PREPARE, last=diary.today)
    published_on = working_day(held_on + TO_PUBLISH, last=diary.today)
    instants = {
        "prepare": _at(prepared_on, time(10, 0)),
        "open": starts_at,
        "record": starts_at + TO_RECORD,
        "close": starts_at + TO_CLOSE,
        "publish": _at(published_on, time(11, 0)),
        "deliberate": _at(working_day(held.voted_on + TO_NOTE, last=date.max), time(9, 0)),
    }
    for step in STEPS[row["reaches"]]:
        if step == "deliberate" and instants[step] > now:
            continue  # what was granted last is still proposed to the council
        yield Taken(diary.keep(instants[step]), getattr(held, step))


def of_mornings(rows: Iterable[Mapping[str, Any]], now: datetime) -> Iterator[Taken]:
    """Return the mornings on which the daily command had somebody to remind."""
    today = timezone.localtime(now).date()
    for day in sorted({day for row in rows for day in _to_remind(row["story"]) if day > 0}):
        yield Taken(_at(today - timedelta(days=day), SIX_IN_THE_MORNING), remind)


def _to_remind(story: Mapping[str, Any]) -> Iterator[int]:
    if "assign" in story:
        eve = story["assign"] - DAYS_TO_EVALUATE + 1
        # Whoever had sent by then, or stepped back, got no reminder.
        if any(days is None or days < eve for days in story.get("evaluate", ())):
            yield eve
    written, sent = story.get("write", 0), story.get("send", 0)
    for untouched_for in (DAYS_TO_REMIND, DAYS_KEPT - DAYS_OF_NOTICE):
        if sent < written - untouched_for:
            yield written - untouched_for - 1


def remind() -> None:
    """Remind, as each morning, evaluators of what is due and carriers of their drafts."""
    remind_evaluators()
    remind_of_drafts()
    announce_deletions()


def _at(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))
