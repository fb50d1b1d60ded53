"""A list whose question is composed once holds what the same list composed each time does, whatever
was asked for before (decision 39).
"""

from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from actions.committee.filters import RankingFilter
from actions.models import Action
from actions.public.filters import PublicActionFilter
from ess_portal.base import composed_lists
from ess_portal.base.pagination import rows_between
from tests.plugins.prepared import prepared
from tests.support.factories import fresh
from tests.support.seen_by_many import SeenByMany, listed

pytestmark = pytest.mark.django_db

PAGE = 3


@prepared
def world():
    return SeenByMany()


@pytest.fixture(autouse=True)
def nothing_composed(monkeypatch):
    """Begin as a process does."""
    monkeypatch.setattr(composed_lists._COMPOSED, "composed", {})


def addresses(world, orders) -> list[str]:
    """Each order beside filters, and beside the same ones with other values: the same key."""
    measures = [measure.pk for measure in world.measures]
    filters = (
        "",
        "etat=priorisee",
        "etat=en-vivier&etat=realisee&etat=evaluee",
        "defi=1",
        "defi=2&commune=63001",
        "defi=1&commune=63002",
        *(f"mesure={measure}&filiere=filiere-0" for measure in measures),
        "conseil=propose",
        "conseil=accorde",
        "programme=2022-2026&etat=abandonnee",
    )
    return [f"{one}&{order}" for one, order in product(filters, ("", *orders))]


def test_the_list_that_anybody_reads(world):
    user = AnonymousUser()
    found = set()
    for address in addresses(world, ("tri=titre", "tri=montant")):
        filters = PublicActionFilter(
            QueryDict(address), queryset=listed(user), user=user, shape="anybody"
        )
        each_time = PublicActionFilter(QueryDict(address), queryset=listed(user), user=user)
        assert list(filters.rows(0, PAGE)) == list(each_time.qs[:PAGE]), address
        assert list(filters.rows(PAGE, 2 * PAGE)) == list(each_time.qs[PAGE : 2 * PAGE]), address
        assert filters.counts == each_time.counts, address
        found.add(tuple(each_time.qs))
    assert len(found) > 15


def test_the_ranking(world):
    user = fresh(world.readers["a member of the committee"])
    options = {"queryset": Action.objects.decidable(), "user": user}
    found = set()
    for address in addresses(world, ("tri=defi", "tri=mesure", "tri=commune", "tri=filiere")):
        filters = RankingFilter(QueryDict(address), **options, shape="today")
        each_time = RankingFilter(QueryDict(address), **options)
        assert list(filters.rows(0, PAGE, cut=rows_between)) == list(each_time.qs[:PAGE]), address
        assert list(filters.rows(1, PAGE, cut=rows_between)) == list(each_time.qs[1:PAGE]), address
        found.add(tuple(each_time.qs))
    assert len(found) > 4
