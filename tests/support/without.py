"""A trigger taken away, to show what depends on it; what a race is refused with."""

import contextlib
from collections.abc import Iterator

from ess_portal.base.refusals import Refused
from tests.plugins.database import as_owner
from tests.support.refusals import execute, holder_of


@contextlib.contextmanager
def trigger_without(name: str, words: str, instead: str = "") -> Iterator[None]:
    """The trigger that refuses by `name`, without some words of its function."""
    holder = holder_of(name)
    function = holder.thing.get_pgid(holder.model)
    [[definition]] = execute("SELECT pg_get_functiondef(%s::regproc)", function)
    assert words in definition
    with as_owner():
        execute(definition.replace(words, instead))
    try:
        yield
    finally:
        with as_owner():
            execute(definition)


def reasons(outcome) -> list[str]:
    """The sentences of a refusal."""
    assert isinstance(outcome, Refused), outcome
    return outcome.reasons
