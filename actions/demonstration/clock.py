"""The hands of Python's clock, turned back: what a service dates, it dates in the story.

Guards, mails and documents ask `timezone.now` as well, so they judge and quote by that day. The
database has a clock of its own, which nobody turns: see `ageing`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from ess_portal.base.refusals import require


def require_demonstration() -> None:
    """Raise `Refused` unless `DEMO=1`."""
    require(settings.DEMO, "Un passé ne s’invente que dans une démonstration (DEMO=1).")


@contextmanager
def clock_at(instant: datetime) -> Iterator[None]:
    """Have `timezone.now` answer `instant`, in this whole process, until left.

    Raises `Refused` unless `DEMO=1`.
    """
    require_demonstration()
    real = timezone.now
    timezone.now = lambda: instant
    try:
        yield
    finally:
        timezone.now = real
