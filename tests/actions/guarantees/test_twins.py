"""A merger launders no interest: a place in a twin is a place in what the twin was merged into."""

from itertools import pairwise

import pytest

from actors.enums import Role
from actors.models import Membership, Organisation
from tests.plugins.prepared import prepared
from tests.support.factories import OrganisationFactory, Story, person
from tests.support.guarantee_steps import amend, propose
from tests.support.organisations import provisional
from tests.support.refusals import by_sql, execute, refused_by

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

INDEPENDENT = "actions_decision_by_somebody_independent"
NO_DECISION = "actions_belonging_behind_no_decision"
NO_EVALUATION = "actions_belonging_behind_no_evaluation"


@prepared
def story() -> Story:
    """An evaluated action of community interest, which has a partner."""
    return Story(partners=[OrganisationFactory()]).evaluated()


def twin_of(organisation: Organisation, generations: int = 1) -> Organisation:
    """Return an organisation merged into one … merged into `organisation`, its people staying."""
    between = [OrganisationFactory(is_published=False) for _ in range(generations - 1)]
    chain = [provisional(), *between, organisation]
    for twin, into in pairwise(chain):
        by_sql(twin, merged_into_id=into.pk)
    return chain[0]


def joins(organisation: Organisation, user) -> None:
    Membership.objects.create(user=user, organisation=organisation)


def linked(story: Story, user) -> bool:
    [[answer]] = execute("SELECT actions_is_linked(%s, %s)", story.action.pk, user.pk)
    return answer


GENERATIONS = pytest.mark.parametrize("generations", [1, 2, 3])
BOUND = pytest.mark.parametrize(
    "bound",
    [lambda story: story.carrier, lambda story: story.action.partners.get()],
    ids=["carrier", "partner"],
)


@GENERATIONS
@BOUND
def test_a_member_of_a_twin_is_linked(story, bound, generations):
    twin = twin_of(bound(story), generations)
    joins(twin, story.members[0])

    assert linked(story, story.members[0]) is True
    with refused_by(INDEPENDENT):
        propose(story)


def test_a_member_of_what_it_was_merged_into_is_linked_too(story):
    """The other way round, for the time that a file takes to follow."""
    into = OrganisationFactory()
    by_sql(story.carrier, is_published=False)
    by_sql(story.carrier, merged_into_id=into.pk)
    joins(into, story.members[0])
    joins(OrganisationFactory(), story.members[1])

    assert linked(story, story.members[0]) is True
    assert linked(story, story.members[1]) is False
    assert linked(story, story.manager) is True


@GENERATIONS
@BOUND
def test_nobody_joins_a_twin_behind_their_decision(story, bound, generations):
    twin = twin_of(bound(story), generations)
    propose(story)

    with refused_by(NO_DECISION):
        joins(twin, story.members[0])
    joins(twin, story.members[1])


@GENERATIONS
@BOUND
def test_nor_behind_their_evaluation(bound, generations):
    story = Story(partners=[OrganisationFactory()]).in_evaluation()
    story.score(story.evaluations[0])
    twin = twin_of(bound(story), generations)

    with refused_by(NO_EVALUATION):
        joins(twin, story.evaluators[0])


@GENERATIONS
def test_nor_behind_an_amendment_towards_it(generations):
    story, other = Story().prioritised(), OrganisationFactory()
    twin = twin_of(other, generations)
    one = person(Role.COMMITTEE)
    amend(story, proposed_by=one, new_carrier=other)

    with refused_by(NO_DECISION):
        joins(twin, one)
