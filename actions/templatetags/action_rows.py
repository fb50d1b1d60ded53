"""One action in a list, drawn once for each set of what it says."""

from functools import lru_cache
from typing import NamedTuple

from django import template
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString

from actions.models import Action
from ess_portal.base.templatetags.found_words import marked

register = template.Library()

TEMPLATE = "components/_action_row.html"
# Some twenty pages of each list: a row takes a kilobyte.
MOST_ROWS = 1024
# Stand in the template's HTML where the others are put in; nobody's text can hold them.
TITLE, EXTRACT = SafeString("<title/>"), SafeString("<extract/>")


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

    Found by words, it has `marked_name` and `extract`, pieces of texts.
    """
    row = Row.of(action)
    pieces = getattr(action, "marked_name", None)
    title = marked(pieces) if pieces else escape(row.title)
    pieces = getattr(action, "extract", None)
    extract = f'<p class="extract">{marked(pieces)}</p>' if pieces else ""
    before, between, after = _drawn_once(row, heading)
    return SafeString(f"{before}{title}{between}{extract}{after}")


@lru_cache(maxsize=MOST_ROWS)
def _drawn_once(row: Row, heading: int) -> tuple[str, str, str]:
    """What comes before the title, between it and the extract, and after that."""
    places = {"title": TITLE, "extract": EXTRACT}
    drawn = get_template(TEMPLATE).render({"row": row, "heading": heading, **places})
    before, _, rest = drawn.strip().partition(TITLE)
    between, _, after = rest.partition(EXTRACT)
    return before, between, after
