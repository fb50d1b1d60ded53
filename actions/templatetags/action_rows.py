"""One action in a list, drawn once for each set of what it says."""

from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString

from actions.models import Action

register = template.Library()

TEMPLATE = "components/_action_row.html"
# Some twenty pages of each list: a row takes a kilobyte.
MOST_ROWS = 1024


class Row(NamedTuple):
    """All that a row says of an action, in plain values: of one known in brief, nothing else."""

    url: str
    title: str
    reference: str
    carrier: str
    year: int | None
    communes: tuple[str, ...]
    status: str
    state: str
    number: int | None  # of its challenge
    challenge: str
    is_proposed: bool  # whether its place there is only proposed

    @classmethod
    def of(cls, action: Action) -> "Row":
        """Read a row of `for_rows()`."""
        challenge = None if action.is_public_brief else action.shown_challenge
        return cls(
            url=action.get_absolute_url(),
            title=action.title,
            reference=action.reference or "",
            carrier=action.carrier_label,
            year=action.recorded_year if action.is_recorded else None,
            communes=() if action.is_public_brief else tuple(action.commune_names),  # type: ignore[attr-defined]  # for_rows()
            status=action.status,
            state=action.state_label,
            number=challenge.number if challenge else None,
            challenge=challenge.title if challenge else "",
            is_proposed=action.challenge_is_proposed,
        )


@register.simple_tag
def action_row(action: Action, heading: int = 2) -> SafeString:
    """Draw an action of `for_rows()` in a list of class "rows", under a title of level `heading`.

    Found by words, it has `marked_name` and `extract`, and is drawn for that search alone.
    """
    row = Row.of(action)
    if marked := getattr(action, "marked_name", None):
        return _drawn(row, heading, marked_name=marked, extract=getattr(action, "extract", None))
    return _drawn_once(row, heading)


@lru_cache(maxsize=MOST_ROWS)
def _drawn_once(row: Row, heading: int) -> SafeString:
    return _drawn(row, heading)


def _drawn(row: Row, heading: int, **found: Any) -> SafeString:
    drawn = get_template(TEMPLATE).render({"row": row, "heading": heading, **found})
    return SafeString(drawn.strip())
