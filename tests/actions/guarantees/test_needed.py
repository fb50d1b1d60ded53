"""Each constraint and each trigger is needed: without it, what it refuses gets through.

Every name by which the database refuses has one row here: an action in some status, and
something that must not be done to it. The attempt is refused by that name; once its constraint or
trigger is dropped, it no longer is. A new constraint, trigger or refusal without a row fails.

`behind` names what refuses the same attempt first: the row is then a second line of defence, and
the first is dropped before it is tried.
"""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from tests.plugins.prepared import prepared
from tests.support.guarantee_rows import attachments
from tests.support.guarantee_rows.actions import ATTEMPTS, Attempt
from tests.support.guarantee_rows.carriers import ON_CARRIERS
from tests.support.guarantee_rows.co_editors import ON_CO_EDITORS
from tests.support.guarantee_rows.corrections import ON_CORRECTIONS
from tests.support.guarantee_rows.deciding_sessions import (
    ALSO_ON_DECIDING_SESSIONS,
    ON_DECIDING_SESSIONS,
)
from tests.support.guarantee_rows.deliberations import ON_DELIBERATIONS
from tests.support.guarantee_rows.files import ALSO_REFUSED_ON_FILES, ON_FILES, FileAttempt
from tests.support.guarantee_rows.history import ON_HISTORY
from tests.support.guarantee_rows.increases import ON_INCREASES
from tests.support.guarantee_rows.interests import ON_INTERESTS
from tests.support.guarantee_rows.kept_words import ALSO_ON_WORDS, ON_WORDS
from tests.support.guarantee_rows.rounds import ALSO_ON_ROUNDS, ON_ROUNDS
from tests.support.guarantee_rows.session_choices import (
    ALSO_ON_SESSION_CHOICES,
    ON_SESSION_CHOICES,
)
from tests.support.guarantee_rows.sessions import ALSO_REFUSED, ON_SESSIONS
from tests.support.guarantee_rows.written_files import ON_WRITTEN_FILES
from tests.support.refusals import holder_of, names_held_by, refusal_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


ON_ATTACHMENTS = {name: Attempt("draft", act) for name, act in attachments.ACTS.items()}


EVERY_ATTEMPT = {
    name: attempt
    for rows in (
        ATTEMPTS,
        ON_SESSIONS,
        ON_DECIDING_SESSIONS,
        ON_SESSION_CHOICES,
        ON_FILES,
        ON_WRITTEN_FILES,
        ON_ATTACHMENTS,
        ON_CO_EDITORS,
        ON_INTERESTS,
        ON_HISTORY,
        ON_CORRECTIONS,
        ON_ROUNDS,
        ON_WORDS,
        ON_INCREASES,
        ON_CARRIERS,
        ON_DELIBERATIONS,
        ON_CORRECTIONS,
    )
    for name, attempt in rows.items()
}


@prepared
def story(param):
    """What an attempt starts from, made once for those that start alike."""
    return param.story()


def attempts(rows: Iterable[tuple]) -> pytest.MarkDecorator:
    """A test for each name and attempt."""
    starts = [(name, attempt, replace(attempt, act=None, behind=())) for name, attempt in rows]
    names = [name for name, *_ in starts]
    return pytest.mark.parametrize(
        ("name", "attempt", "story"), starts, ids=names, indirect=["story"]
    )


def test_every_refusal_has_its_row():
    assert set(EVERY_ATTEMPT) == names_held_by("actions")


@attempts([*ALSO_REFUSED, *ALSO_ON_DECIDING_SESSIONS, *ALSO_ON_SESSION_CHOICES])
def test_other_ways_are_refused_too(name, attempt, story):
    assert refusal_of(lambda: attempt.act(story)) == name


@attempts([*ALSO_ON_ROUNDS, *ALSO_ON_WORDS])
def test_other_words_and_rounds_are_refused_too(name, attempt, story):
    assert refusal_of(lambda: attempt.act(story)) == name


@attempts((name, FileAttempt(act)) for name, act in attachments.ALSO)
def test_other_rows_of_files_are_refused_too(name, attempt, story):
    assert refusal_of(lambda: attempt.act(story)) == name


@attempts(EVERY_ATTEMPT.items())
def test_the_guarantee_is_needed(name, attempt, story):
    for first in attempt.behind:
        assert refusal_of(lambda: attempt.act(story)) == first
        holder_of(first).drop()

    assert refusal_of(lambda: attempt.act(story)) == name

    holder_of(name).drop()

    assert refusal_of(lambda: attempt.act(story)) != name


@attempts((name, FileAttempt(act)) for name, act in ALSO_REFUSED_ON_FILES)
def test_what_is_no_amount_and_no_kind_is_refused_too(name, attempt, story):
    assert refusal_of(lambda: attempt.act(story)) == name
