"""The cache of the database, which forgets nothing before its time."""

from typing import Any

from django.core.cache.backends.db import DatabaseCache

# Rows beyond which each write first deletes what has expired.
MOST_WITHOUT_A_LOOK = 300


class KeepingCache(DatabaseCache):
    """Django's own gives up a third of its live rows once it has 300: lockouts of sign-in among
    them, for whoever writes 300 others. This one gives up what has expired, and nothing else; the
    throttles themselves bound how many rows one network address can write.
    """

    def __init__(self, table: str, params: dict[str, Any]):
        super().__init__(table, params)
        self._max_entries, self._cull_frequency = MOST_WITHOUT_A_LOOK, 1

    def _cull(self, db: str, cursor: Any, now: Any, num: int) -> None:
        # Told that there are no more rows than allowed, Django's own stops at those that expired.
        super()._cull(db, cursor, now, self._max_entries)
