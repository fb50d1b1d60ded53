"""What silence would mean for a file that awaits its answer, and how near that is, for staff."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from actions.models.action import Action
from challenges.enums import SilenceMeaning
from ess_portal.base.french import plural

DAYS_OF_ALARM = 15
"""How many days before the date staff are alarmed: as many as a carrier has to answer a refusal."""


@dataclass(frozen=True)
class Silence:
    """The day when the authority's silence takes its meaning, seen from `today` (in Paris).

    While a piece is awaited (`is_suspended`) that day is the latest possible one.
    """

    on: date
    meaning: SilenceMeaning
    is_suspended: bool
    today: date

    @property
    def days(self) -> int:
        """Days left until it; below zero once it is past."""
        return (self.on - self.today).days

    @property
    def is_past(self) -> bool:
        """Whether silence has taken its meaning."""
        return self.days < 0

    @property
    def is_near(self) -> bool:
        """Whether staff have few days left to answer."""
        return 0 <= self.days <= DAYS_OF_ALARM

    @property
    def alarm(self) -> str:
        """How near it is, in words; nothing while it is far."""
        s = plural(self.days)
        if self.is_past:
            return f"il y a {-self.days} jour{s}"
        if not self.is_near:
            return ""
        return f"dans {self.days} jour{s}" if self.days else "aujourd’hui"

    @property
    def label(self) -> str:
        """What it means: « rejet implicite »."""
        return f"{self.meaning.label.lower()} implicite"


def silence_of(action: Action, today: date | None = None) -> Silence | None:
    """Return the silence of `action`, a row of `with_silence()`; None where none applies.

    None applies to a draft, to a file that was answered or withdrawn, once a refusal is announced,
    and while an acceptance doesn't run (CRPA, L114-5).
    """
    on = action.silent_until  # type: ignore[attr-defined]  # with_silence()
    if on is None:
        return None
    return Silence(
        on=on,
        meaning=SilenceMeaning(action.silence_means),  # type: ignore[attr-defined]  # the same
        is_suspended=action.silence_is_suspended,  # type: ignore[attr-defined]  # the same
        today=today or timezone.localdate(),
    )
