"""Long tables: `make test` tries some of their rows, `make test-slow` the others."""

from collections.abc import Iterable
from typing import Any

import pytest


def some_at_once(rows: Iterable[Any], every: int) -> list[Any]:
    """Return `rows` as parameters of a test, all slow but the first of each `every` in a row.

    A tuple gives several parameters.

    A table whose neighbours resemble one another loses little: what breaks one breaks the next.
    """
    params = [row if isinstance(row, tuple) else (row,) for row in rows]
    return [
        pytest.param(*param, marks=[pytest.mark.slow] if number % every else [])
        for number, param in enumerate(params)
    ]
