"""A connection that waits for its answers only so long.

The server's own limits (`statement_timeout`) are of no use once the server says nothing at all: a
stopped process, a frozen machine. Each page would hold its thread for good, and soon every thread.
"""

from types import SimpleNamespace

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base


class AnsweringConnection(psycopg.Connection):
    """Raise `OperationalError`, and close, when no answer comes in time."""

    def wait(self, gen, interval=0.1, timeout=None):
        """Run `gen` for `ANSWER_SECONDS` at most (0: as long as it takes)."""
        limit = timeout or settings.ANSWER_SECONDS or None
        try:
            return super().wait(gen, interval, limit)
        except psycopg.errors._WaitTimeout as silence:  # noqa: SLF001 - it has no other name
            if timeout:  # somebody else's own
                raise
            self.close()
            raise psycopg.OperationalError(f"no answer within {limit} s") from silence


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with connections of ours."""

    Database = SimpleNamespace(**vars(psycopg) | {"connect": AnsweringConnection.connect})
