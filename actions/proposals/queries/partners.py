"""Which organisations somebody may name as partners, looked for by name."""

from collections.abc import Collection
from dataclasses import dataclass

from actors.models import Organisation
from actors.querysets import OrganisationQuerySet
from ess_portal.base.collation import Folded
from ess_portal.base.search import Words

MOST_FOUND = 10


@dataclass(frozen=True)
class FoundPartners:
    """What `words` find: the ten organisations that answer best, and how many others there are.

    `besides` tells whether some that are chosen already were left out.
    """

    words: Words
    organisations: tuple[Organisation, ...] = ()
    others: int = 0
    besides: bool = False


def find_partners(
    words: Words, *, chosen: Collection[int], among: OrganisationQuerySet | None = None
) -> FoundPartners:
    """Find organisations by name, as the directory does, but for those `chosen`.

    `among` those published, unless agents may name others too.
    """
    if not words:
        return FoundPartners(words)
    offered = Organisation.objects.published() if among is None else among
    named = offered.filter(search=words.all(weight="A"))
    named = named.exclude(pk__in=chosen).only("name")
    best = list(named.order_by(words.rank_of_title.desc(), Folded("name"), "pk")[:MOST_FOUND])
    more = named.count() - len(best) if len(best) == MOST_FOUND else 0
    return FoundPartners(words, tuple(best), max(0, more), bool(chosen))
