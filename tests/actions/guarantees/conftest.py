"""What a test of the guarantees leaves behind is half done: it is never committed."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction


@pytest.fixture(autouse=True)
def never_committed() -> Iterator[None]:
    """Leave out what the end of a transaction looks at: a test that wants it asks `at_commit`."""
    yield
    if connection.in_atomic_block:
        transaction.set_rollback(True)
