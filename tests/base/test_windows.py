"""Several windows on one text: which is old, and what comes late."""

from uuid import UUID

import pytest

from actions.models import TypedStep
from ess_portal.base.windows import Shown, StaleWindow

HERE, ELSEWHERE = UUID(int=1), UUID(int=2)


def row(edition=3, window=HERE, turn=5) -> TypedStep:
    """A text that a page has kept."""
    return TypedStep(edition=edition, window=window, turn=turn)


@pytest.mark.parametrize(
    ("shown", "takes"),
    [
        (Shown(edition=3, window=ELSEWHERE), True),
        (Shown(edition=3, window=ELSEWHERE, turn=1, quiet=True), True),
        (Shown(edition=0, window=HERE, turn=6, quiet=True), True),
        (Shown(edition=0, window=HERE, turn=5, quiet=True), False),
        (Shown(edition=0, window=HERE, turn=4, quiet=True), False),
        # A button is pressed once more, whatever came before it.
        (Shown(edition=0, window=HERE, turn=4), True),
        (Shown(edition=3), True),
    ],
)
def test_what_is_written(shown, takes):
    assert row().takes(shown) is takes


def test_a_page_whose_script_counts_nothing_is_never_late():
    assert row(turn=0).takes(Shown(edition=0, window=HERE, quiet=True))


@pytest.mark.parametrize("edition", [0, 2, 4])
@pytest.mark.parametrize("window", [ELSEWHERE, None])
def test_a_page_that_shows_another_edition_is_told(edition, window):
    kept = row()
    with pytest.raises(StaleWindow) as stale:
        kept.takes(Shown(edition=edition, window=window))
    assert stale.value.row is kept


def test_no_window_follows_itself():
    with pytest.raises(StaleWindow):
        row(window=None).takes(Shown(edition=1))


def test_a_page_that_is_kept_becomes_the_last_one():
    kept = row()
    kept.note(Shown(edition=3, window=ELSEWHERE, turn=2))
    assert (kept.edition, kept.window, kept.turn) == (4, ELSEWHERE, 2)
    kept.forget_windows()
    assert (kept.edition, kept.window, kept.turn) == (5, None, 0)
