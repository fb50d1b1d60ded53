"""One organisation in a list, drawn once for each set of what it says."""

from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString

from actors.models import Organisation

register = template.Library()

TEMPLATE = "components/_organisation_card.html"
# Some twenty pages of the list: a card takes a kilobyte.
MOST_CARDS = 512


class Card(NamedTuple):
    """All that a card says of an organisation, in plain values."""

    slug: str
    name: str
    family: str
    legal_form: str
    description: str
    commune: str
    sectors: tuple[str, ...]

    @classmethod
    def of(cls, organisation: Organisation) -> "Card":
        """Read an organisation of `for_cards()`."""
        return cls(
            slug=organisation.slug,
            name=organisation.name,
            family=organisation.get_family_display(),
            legal_form=organisation.legal_form,
            description=organisation.description,
            commune=organisation.commune.name if organisation.commune else "",
            sectors=tuple(organisation.sector_names),  # type: ignore[attr-defined]  # for_cards()
        )


@register.simple_tag
def organisation_card(organisation: Organisation) -> SafeString:
    """Draw an organisation of `for_cards()` in a list of class "cards".

    Found by words, it has `marked_name` and `extract`, and is drawn for that search alone.
    """
    card = Card.of(organisation)
    if marked := getattr(organisation, "marked_name", None):
        extract = getattr(organisation, "extract", None)
        return _drawn(card, marked_name=marked, extract=extract)
    return _drawn_once(card)


@lru_cache(maxsize=MOST_CARDS)
def _drawn_once(card: Card) -> SafeString:
    return _drawn(card)


def _drawn(card: Card, **found: Any) -> SafeString:
    return SafeString(get_template(TEMPLATE).render({"card": card, **found}).strip())
