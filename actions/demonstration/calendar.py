"""When things happened: days before the loading, as instants that people could have kept."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zlib import crc32

from django.utils import timezone

from ess_portal.base.calendar import is_working_day

A_DAY = timedelta(days=1)
A_WHILE = timedelta(minutes=20)
# What is as good as now must not come after it.
JUST_BEFORE = timedelta(minutes=1)
MINUTES_APART = 150
# The hour of each step; those of agents and committee are taken on working days.
OFFICE_HOURS = {
    "come_by_post": 11,
    "ask_correction": 16,
    "admit": 9,
    "return_to_screening": 10,
    "assign": 10,
    "ask_another": 11,
    "close": 14,
    "reopen": 15,
    "reconsider": 10,
    "announce_refusal": 11,
    "find_inadmissible": 11,
    "confirm_refusal": 9,
    "withdraw_refusal": 10,
    "start": 9,
    "amend": 15,
    "complete": 16,
    "abandon": 16,
}
OWN_HOURS = {
    "write": 19,
    "attach": 20,
    "send": 21,
    "resubmit": 18,
    "reply": 17,
    "withdraw": 12,
    "declare": 8,
    "recuse": 13,
    "evaluate": 18,
    "invite": 17,
}


def working_day(day: date, *, last: date) -> date:
    """Return `day` or the working day after it; the one before when that would be after `last`."""
    later = day
    while not is_working_day(later):
        later += A_DAY
    if later <= last:
        return later
    while not is_working_day(day):
        day -= A_DAY
    return day


@dataclass
class Diary:
    """The instants of one story, each later than the one before, none after `now`.

    `name` gives each story minutes of its own, always the same.
    """

    name: str
    now: datetime
    last: datetime | None = field(default=None, init=False)

    @property
    def today(self) -> date:
        """The day of the loading, in Paris."""
        return timezone.localtime(self.now).date()

    def note(self, step: str, days_ago: float) -> datetime:
        """Return when `step` is taken, that many days before today."""
        day = self.today - timedelta(days=round(days_ago))
        if step in OFFICE_HOURS:
            day = working_day(day, last=self.today)
        hour = OFFICE_HOURS.get(step) or OWN_HOURS[step]
        minutes = crc32(f"{self.name} {step} {days_ago}".encode()) % MINUTES_APART
        at = timezone.make_aware(datetime.combine(day, time(hour)))
        return self.keep(at + timedelta(minutes=minutes))

    def keep(self, instant: datetime) -> datetime:
        """Return `instant`, or the first one that comes after what was noted and before now."""
        if self.last is not None:
            instant = max(instant, self.last + A_WHILE)
        # A step of today may only just have been taken.
        self.last = min(instant, self.now - JUST_BEFORE)
        return self.last
