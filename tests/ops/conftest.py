"""What the tests of the operations share."""

import os

import pytest

from tests.plugins.database import TEST_ENVIRONMENT


@pytest.fixture
def plain_environment() -> dict[str, str]:
    """The environment of a person at a terminal: without what the suite itself sets."""
    own = {*TEST_ENVIRONMENT, "DATABASE_URL", "DATABASE_OWNER_URL", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return {
        name: value
        for name, value in os.environ.items()
        if name not in own and not name.startswith(("COVERAGE_", "COV_", "PYTEST_", "MAKE"))
    }
