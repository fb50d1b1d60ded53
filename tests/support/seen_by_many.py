"""Actions in several states and places, and people who see more or less of them."""

from itertools import product

from django.contrib.auth.models import AnonymousUser

from actions.enums import ActionStatus
from actions.models import Action
from actors.enums import MembershipRole, Role
from actors.models import Membership
from ess_portal.base.address_words import word_of
from tests.support.deliberations import proposed_to_the_council
from tests.support.factories import (
    ChallengeFactory,
    CommuneFactory,
    MeasureFactory,
    ProgrammeFactory,
    SectorFactory,
    Story,
    person,
)
from tests.support.guarantee_steps import action_in

# A state that anybody reads wholly, and one of which they know the title and the carrier alone.
PUBLIC_AND_BRIEF = "&".join(
    f"etat={word_of(state)}" for state in (ActionStatus.PRIORITISED, ActionStatus.POSTPONED)
)
STATES = (
    "submitted",
    "evaluated",
    "postponed",
    "prioritised",
    "completed",
    "declined",
    "abandoned",
)


class SeenByMany:
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
            PUBLIC_AND_BRIEF,
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


def listed(user):
    return Action.objects.visible_to(user).filter(reference__isnull=False).for_rows()
