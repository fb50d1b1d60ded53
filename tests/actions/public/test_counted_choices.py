"""Choices counted in advance are those that counting the actions themselves gives (decision 37)."""

from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from actions.committee.filters import RankingFilter
from actions.committee.queries.choices import CountedInAdvance
from actions.committee.views.ranking import DECIDABLE
from actions.enums import ActionStatus
from actions.models import Action
from actions.public.filters import PublicActionFilter
from actors.enums import MembershipRole, Role
from actors.models import Membership
from tests.plugins.prepared import prepared
from tests.support.deliberations import proposed_to_the_council
from tests.support.factories import (
    ChallengeFactory,
    CommuneFactory,
    MeasureFactory,
    ProgrammeFactory,
    SectorFactory,
    Story,
    fresh,
    person,
)
from tests.support.guarantee_steps import action_in

pytestmark = pytest.mark.django_db

STATES = (
    "submitted",
    "evaluated",
    "postponed",
    "prioritised",
    "completed",
    "declined",
    "abandoned",
)


class World:
    """Actions in several states and places, and who reads them."""

    def __init__(self):
        communes = [CommuneFactory(insee_code=f"6300{n}") for n in range(3)]
        sectors = [SectorFactory(slug=f"filiere-{n}") for n in range(2)]
        self.measures = [MeasureFactory(challenge=ChallengeFactory(number=n)) for n in (1, 2)]
        places = product(STATES, (0, 1))
        self.stories = []
        for state, n in places:
            story = Story(
                measure=self.measures[n],
                communes=[communes[n], communes[n + 1]],
                sectors=sectors[: n + 1],
            )
            self.stories.append(getattr(story, state)())
        proposed_to_the_council(measure=self.measures[0], communes=communes[:1])
        ProgrammeFactory(requires_deliberation=False)
        recorded = action_in("recorded")
        recorded.sectors.add(sectors[0])
        evaluated, elected = self.stories[2], person(Role.ELECTED)
        Membership.objects.create(
            user=elected, organisation=self.stories[0].carrier, role=MembershipRole.MANAGER
        )
        self.readers = {
            "anybody": AnonymousUser(),
            "an agent": person(Role.AGENT),
            "an elected official": person(Role.ELECTED),
            "an elected official who carries": elected,
            "a member of the committee": person(Role.COMMITTEE),
            "an evaluator": evaluated.evaluators[0],
            "who carries what waits": self.stories[0].manager,
            "who carries what is put aside": self.stories[4].manager,
        }

    def addresses(self) -> list[str]:
        measure = self.measures[1].pk
        parts = (
            "",
            "etat=priorisee&etat=ajournee",
            "defi=2",
            f"mesure={measure}",
            "commune=63001",
            "filiere=filiere-0",
            "conseil=propose",
            "conseil=accorde",
            "programme=2022-2026",
        )
        pairs = [f"{one}&{other}" for one, other in product(parts, parts) if one < other]
        return [*pairs, "commune=63001&filiere=filiere-1&defi=2&etat=priorisee", "defi=9&tri=titre"]


@prepared
def world():
    return World()


def listed(user):
    return Action.objects.visible_to(user).filter(reference__isnull=False).for_rows()


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
