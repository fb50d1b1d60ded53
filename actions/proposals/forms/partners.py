"""Partners: those that are chosen, as boxes, above a field that looks for others."""

from collections.abc import Collection, Iterable

from django import forms
from django.http import QueryDict

from actions.proposals.queries.partners import FoundPartners, find_partners
from actors.models import Organisation
from actors.querysets import OrganisationQuerySet
from ess_portal.base.search import Words

# What the page sends: the button that looks for partners, the one that Enter presses, and the words
# that were last looked for.
LOOK, ENTER, LOOKED_FOR = "look", "enter", "looked_for"
# Of a key of the database: a longer number is nobody's.
MOST_DIGITS = 18


class PartnerBoxes(forms.CheckboxSelectMultiple):
    """A box for each organisation, known by its key on a page where others are looked for."""

    def id_for_label(self, id_, index=None):
        """Lead from what is wrong to the field that looks for others: there may be no box."""
        return f"{id_}_{'search' if index is None else index}"

    def create_option(self, name, value, label, selected, index, **kwargs):
        """Number the box by its organisation."""
        return super().create_option(name, value, label, selected, str(value), **kwargs)


def looks_for_partners(sent: QueryDict) -> bool:
    """Tell whether what a page sent asks to look for partners, and for nothing else.

    Enter does, as long as the words of the field weren't looked for.
    """
    is_new = bool(sent.get("q")) and sent.get("q") != sent.get(LOOKED_FOR)
    return LOOK in sent or (ENTER in sent and is_new)


def found_for(query: QueryDict, among: OrganisationQuerySet | None = None) -> FoundPartners:
    """Find what a page asks for by itself: its words, and the partners that are ticked there."""
    chosen = keys_among(query.getlist("partners"))
    return find_partners(Words.of(query), chosen=chosen, among=among)


def keys_among(values: Iterable) -> list[int]:
    """Return those of `values` that may be keys of rows; whatever else was sent is nobody's."""
    texts = (str(value) for value in values)
    return [int(t) for t in texts if t.isascii() and t.isdecimal() and len(t) <= MOST_DIGITS]


def partner_choices(
    keys: Collection[int], among: OrganisationQuerySet | None = None
) -> list[tuple[int, str]]:
    """Return a choice for each of the organisations, `among` those published, with these keys."""
    if not keys:
        return []
    offered = Organisation.objects.published() if among is None else among
    return list(offered.filter(pk__in=keys).values_list("pk", "name"))
