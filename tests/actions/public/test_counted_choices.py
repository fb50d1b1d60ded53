"""Choices counted in advance are those that counting the actions themselves gives (decision 37)."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from actions.committee.filters import RankingFilter
from actions.committee.queries.choices import CountedInAdvance
from actions.committee.views.ranking import DECIDABLE
from actions.enums import ActionStatus
from actions.models import Action
from actions.public.filters import PublicActionFilter
from tests.plugins.prepared import prepared
from tests.support.factories import (
    fresh,
)
from tests.support.seen_by_many import SeenByMany, listed

pytestmark = pytest.mark.django_db


@prepared
def world():
    return SeenByMany()


def not_empty(counts: dict) -> dict:
    return {name: choices for name, choices in counts.items() if choices}


def test_every_choice_of_the_list_leads_to_as_many_actions_as_it_says(world):
    for who, user in world.readers.items():
        user = fresh(user) if user.is_authenticated else user  # noqa: PLW2901
        for address in world.addresses():
            options = {"queryset": listed(user), "user": user, "states": ActionStatus.values}
            query = QueryDict(address)
            one_by_one = PublicActionFilter(query, **options)
            in_advance = PublicActionFilter(
                query, **options, counted=CountedInAdvance.seen_by(user, listed(user))
            )
            assert not_empty(in_advance.counts) == not_empty(one_by_one.counts), (who, address)
            assert in_advance.total == in_advance.qs.count(), (who, address)


def test_nobody_in_particular_sees_anything_besides(world):
    for brief in (True, False):
        assert list(Action.objects.seen_besides(AnonymousUser(), brief=brief)) == []
        assert list(Action.objects.seen_besides(world.readers["an agent"], brief=brief)) == []


def test_so_does_every_choice_of_the_ranking(world):
    user = fresh(world.readers["a member of the committee"])
    options = {"queryset": Action.objects.decidable(), "user": user}
    for address in world.addresses():
        query = QueryDict(address)
        one_by_one = RankingFilter(query, **options, states=ActionStatus.DECIDABLE)
        in_advance = RankingFilter(
            query, **options, states=ActionStatus.DECIDABLE, counted=DECIDABLE
        )
        counts = in_advance.counts
        assert not_empty(counts) == not_empty(one_by_one.counts), address
        assert in_advance.total == in_advance.qs.count(), address
