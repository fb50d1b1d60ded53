"""A turn per person: in however many windows they ask, one thing is done for them at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

SECONDS_OF_PATIENCE = 2
# One question, in this order: how long one waits is as before once the turn has come.
TAKE = """
    SELECT set_config('lock_timeout', usual, true) FROM (
        SELECT current_setting('lock_timeout') AS usual,
            set_config('lock_timeout', %s, true),
            pg_advisory_xact_lock(hashtextextended(%s, 0))
        OFFSET 0
    ) AS taken
"""


class TurnTaken(Exception):  # noqa: N818 - what happened: they did nothing wrong
    """The same person's other one takes longer than one waits."""


@contextmanager
def turn_of(what: str) -> Iterator[None]:
    """Wait a moment for whoever does `what`, then keep the next one waiting until this is done.

    Within a transaction the turn lasts as long as it. Raises `TurnTaken` when the wait is in vain;
    the transaction goes on.
    """
    has_come = False
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(TAKE, [f"{SECONDS_OF_PATIENCE}s", what])
            has_come = True
            yield
    except OperationalError as error:
        if has_come or not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise TurnTaken(what) from error
