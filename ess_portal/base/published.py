"""The version of what is published: each change of it moves it, in its own transaction.

Pages that everybody reads are kept whole under it (kept_pages.py, decision 36). The database moves
it, whoever writes and however: a trigger of each table that such a page reads, at the commit. Its
functions (base/migrations/0013) act as the owner, and the web's role may only read the version.
"""

from typing import Any

import pgtrigger
from django.db import connection

from ess_portal.base.triggers import Upkeep


class MovesVersion(Upkeep):
    """Whatever happens to a row moves the version of what is published.

    With a `condition` (SQL over `OLD` and `NEW`, of which one is NULL at an insertion or deletion),
    only then: it is read at the commit.
    """

    def __init__(self, condition: str = "", **kwargs: Any):
        act = "PERFORM base_note_publication();"
        super().__init__(
            name="moves_version",
            when=pgtrigger.After,
            timing=pgtrigger.Deferred,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            func=f"""
            {f"IF {condition} THEN {act} END IF;" if condition else act}
            RETURN NULL;
            """,
            **kwargs,
        )


def published_version() -> str:
    """Return the version of what is published now; nothing where nothing ever was: one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version::text FROM base_publishedversion")
        row = cursor.fetchone()
    return row[0] if row else ""
