"""Fixtures whose rows are made once for the tests in a row that start from them.

`@prepared` stands where `@pytest.fixture` would, on a function that writes rows and returns
objects:

    @prepared
    def story():
        return Story().evaluated()

The rows are made in a transaction around the test's own, which is then a savepoint: what the test
writes is rolled back as ever, and the next test that asks for the same fixture finds the rows as
they were made. Objects can't be rolled back: each test gets a copy of its own. A test that doesn't
ask for the fixture never sees its rows; nor does one that commits.

Such a fixture is made before the others of the test and outlives them: it asks for fixtures of
the session only, and no setting or clock that a test changes reaches it. Parametrised indirectly,
it gets its parameter as `param`, and is made anew when another one comes. A test that starts from
one parameter only says so above its name, where it changes nothing of the test's own id:

    @starts_from(story="evaluated")
    def test_what_is_evaluated_waits(story): ...
"""

import copy
import inspect
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class _Wish:
    """What a test starts from: two equal wishes share their rows."""

    make: Callable[..., Any]
    param: Any = None


@dataclass
class _Rows:
    """What was made, and the transaction that holds it."""

    wish: _Wish
    block: Any
    blocker: Any
    value: Any = None


_rows: _Rows | None = None


def prepared(make: Callable[..., Any]) -> Any:
    """A fixture of what `make` returns, made once for the tests in a row that ask for it."""

    def fixture(*_instance: Any) -> Any:
        if _rows is None or _rows.wish.make is not make:
            pytest.fail(
                f"{make.__name__} is prepared: tests that start from it name it among their "
                "arguments, and are marked django_db"
            )
        return copy.deepcopy(_rows.value)

    fixture.__name__, fixture.__doc__, fixture.__module__ = (
        make.__name__,
        make.__doc__,
        make.__module__,
    )
    fixture.make = make
    return pytest.fixture(fixture)


def starts_from(**start: Any) -> pytest.MarkDecorator:
    """A mark for a test that starts from one prepared fixture, made with that parameter."""
    [(name, param)] = start.items()
    return pytest.mark.parametrize(
        name, [pytest.param(param, id=pytest.HIDDEN_PARAM)], indirect=True
    )


def _wish_of(item: pytest.Item) -> _Wish | None:
    found = {}
    for name in getattr(item, "fixturenames", ()):
        *_, definition = item._fixtureinfo.name2fixturedefs.get(name) or [None]
        if make := getattr(getattr(definition, "func", None), "make", None):
            found[name] = make
    if not found:
        return None
    if len(found) > 1:
        message = f"{item.nodeid}: {' and '.join(found)} are both prepared: a test starts from one."
        raise pytest.UsageError(message)
    [(name, make)] = found.items()
    params = item.callspec.params if hasattr(item, "callspec") else {}
    return _Wish(make, params.get(name))


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or any(
        name in getattr(item, "fixturenames", ()) for name in ("transactional_db", "live_server")
    )


def _make(wish: _Wish, request: pytest.FixtureRequest) -> None:
    global _rows  # noqa: PLW0603 - one database, one set of rows
    from django.db import transaction

    blocker = request.getfixturevalue("django_db_blocker")
    block = transaction.atomic()
    block._from_testcase = True  # what asks for a transaction of its own gets one
    with blocker.unblock():
        block.__enter__()
        _rows = _Rows(wish, block, blocker)
        request.session.addfinalizer(_drop)
        try:
            _rows.value = wish.make(**_arguments(wish, request))
        except BaseException:
            _drop()
            raise


def _arguments(wish: _Wish, request: pytest.FixtureRequest) -> dict[str, Any]:
    special = {"self": request.instance, "param": wish.param}
    return {
        name: special[name] if name in special else request.getfixturevalue(name)
        for name in inspect.signature(wish.make).parameters
    }


def _drop() -> None:
    global _rows
    from django.db import transaction

    if _rows is None:
        return
    rows, _rows = _rows, None
    with rows.blocker.unblock():
        transaction.set_rollback(True)
        rows.block.__exit__(None, None, None)


# --- Hooks ------------------------------------------------------------------------------------


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests of a module that start alike in a row."""
    runs = itertools.groupby(items, key=lambda item: (item.path, _commits(item)))
    items[:] = [item for _, run in runs for item in _in_a_row(run)]


def _in_a_row(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    alike: dict[_Wish | None, list[pytest.Item]] = {}
    for item in items:
        alike.setdefault(_wish_of(item), []).append(item)
    return [item for row in alike.values() for item in row]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Lets go of what the tests before started from, unless this one starts from it too."""
    wish = _wish_of(item)
    if _rows is not None and _rows.wish != wish:
        _drop()
    if wish is not None and _commits(item):
        pytest.fail("What is prepared is never committed: this test makes its own rows.")


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> None:
    """Makes what a test starts from just before its own transaction begins."""
    if fixturedef.argname != "_django_db_helper" or _rows is not None:
        return
    if (wish := _wish_of(request.node)) is None:
        return
    _make(wish, request)
