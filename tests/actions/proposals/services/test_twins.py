"""Two organisations that are one: what follows, who is told, what keeps them apart."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied

from actions.evaluation.services.evaluations import recuse
from actions.proposals.services.twins import (
    INTO_A_CONFIRMED_ONE,
    INTO_ITSELF,
    merge_organisations,
)
from actors.enums import MembershipRole, Role
from actors.models import Membership
from actors.services.confirmation import MERGED, OWN
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import Refused
from tests.support.factories import (
    OrganisationFactory,
    Story,
    fresh,
    member,
    person,
    story_in,
)
from tests.support.organisations import provisional
from tests.support.races import race

pytestmark = pytest.mark.django_db


def merge(twin, into, by=None):
    return merge_organisations(twin=twin, into=into, by=by or person(Role.AGENT))


def refusal(twin, into, by=None) -> list[str]:
    with pytest.raises(Refused) as refused:
        merge(twin, into, by)
    twin.refresh_from_db()
    assert twin.merged_into is None
    return refused.value.reasons


@pytest.mark.parametrize(
    "status", ["draft", "submitted", "in_correction", "evaluated", "prioritised", "completed"]
)
def test_files_follow(status):
    story, into = story_in(status), OrganisationFactory()
    merge(story.carrier, into)
    story.action.refresh_from_db()
    assert (story.action.carrier, story.action.status) == (into, status)
    story.carrier.refresh_from_db()
    assert (story.carrier.merged_into, story.carrier.is_published) == (into, False)


def test_partners_follow_and_none_carries_its_own_file():
    twin, into = OrganisationFactory(), OrganisationFactory()
    other, both, own = Story(partners=[twin]), Story(partners=[twin, into]), Story(carrier=into)
    own.action.partners.add(twin)
    carried = Story(carrier=twin, partners=[into])
    merge(twin, into)
    assert [list(s.action.partners.all()) for s in (other, both, own, carried)] == [
        [into],
        [into],
        [],
        [],
    ]


class TestPeople:
    def test_join_and_are_contributors_where_somebody_manages(self):
        twin, into = provisional(), OrganisationFactory()
        one, other = member(twin), member(twin, MembershipRole.CONTRIBUTOR)
        manager, both = member(into), member(into)
        Membership.objects.create(user=both, organisation=twin, role="manager")
        merge(twin, into)
        assert dict(into.memberships.values_list("user", "role")) == {
            one.pk: "contributor",
            other.pk: "contributor",
            manager.pk: "manager",
            both.pk: "manager",
        }
        assert not twin.memberships.exists()

    def test_go_on_managing_where_nobody_does(self):
        twin, into = provisional(), OrganisationFactory()
        one = member(twin)
        merge(twin, into)
        assert list(into.memberships.values_list("user", "role")) == [(one.pk, "manager")]

    def test_of_both_are_told(self):
        twin, into = provisional(name="Les Jardins"), OrganisationFactory(name="Jardins")
        one, manager = member(twin, full_name="Ana Bé"), member(into)
        member(into, MembershipRole.CONTRIBUTOR)
        merge(twin, into)
        mails = {mail.recipient: mail for mail in OutgoingMail.objects.all()}
        assert set(mails) == {one.email, manager.email}
        assert {mail.subject for mail in mails.values()} == {
            "Les Jardins et Jardins sont une même structure"
        }
        assert "Vous ont rejoint : Ana Bé." in mails[manager.email].body
        assert "Vous ont rejoint" not in mails[one.email].body

    def test_are_told_once(self):
        twin, into = provisional(), OrganisationFactory()
        member(twin)
        merge(twin, into)
        assert OutgoingMail.objects.count() == 1


def test_is_in_the_history_of_both():
    twin, into = provisional(name="Une"), OrganisationFactory(name="Deux")
    agent = person(Role.AGENT)
    merge(twin, into, agent)
    assert sorted(LogEntry.objects.values_list("object_id", "user", "change_message")) == sorted(
        [
            (str(twin.pk), agent.pk, "Réunie à « Deux »."),
            (str(into.pk), agent.pk, "« Une » lui est réunie."),
        ]
    )


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COMMITTEE])
def test_is_for_agents(role):
    with pytest.raises(PermissionDenied):
        merge(provisional(), OrganisationFactory(), person(role))


class TestRefused:
    def test_into_itself(self):
        organisation = OrganisationFactory()
        assert refusal(organisation, organisation) == [INTO_ITSELF]

    def test_into_one_that_awaits_an_agent(self):
        assert refusal(provisional(), provisional()) == [INTO_A_CONFIRMED_ONE]

    def test_twice(self):
        twin, into = provisional(), OrganisationFactory()
        merge(twin, into)
        with pytest.raises(Refused) as refused:
            merge(twin, OrganisationFactory())
        assert refused.value.reasons == [MERGED]

    @pytest.mark.parametrize("of", ["twin", "into"])
    def test_to_an_agent_of_one_of_them(self, of):
        both = {"twin": provisional(), "into": OrganisationFactory()}
        agent = person(Role.AGENT)
        Membership.objects.create(user=agent, organisation=both[of], role="contributor")
        assert refusal(**both, by=fresh(agent)) == [OWN]


class TestIndependence:
    """Who belongs to one of them took part in a file of the other."""

    @pytest.mark.parametrize("having", ["twin", "into"])
    def test_of_evaluators(self, having):
        story, other = Story().scored(), OrganisationFactory(name="Autre")
        evaluator = story.evaluators[0]
        Membership.objects.create(user=evaluator, organisation=other, role="contributor")
        pair = (story.carrier, other) if having == "twin" else (other, story.carrier)
        assert refusal(*pair) == [
            f"{evaluator} fait partie de « Autre » et a évalué {story.action.reference} : "
            "constatez d’abord son déport."
        ]
        recuse(action=story.action, user=evaluator, by=story.agent, reason="Membre.")
        merge(*pair)

    @pytest.mark.parametrize("who", [0, 1])
    def test_of_those_who_decided(self, who):
        story, other = Story().prioritised(), OrganisationFactory(name="Autre")
        Membership.objects.create(user=story.members[who], organisation=other, role="contributor")
        assert refusal(story.carrier, other) == [
            f"Un membre de « Autre » a pris part à une décision sur {story.action.reference} : ces "
            "deux structures ne peuvent pas être réunies."
        ]

    def test_on_a_file_of_a_partner(self):
        partner, other = OrganisationFactory(), OrganisationFactory(name="Autre")
        story = Story(partners=[partner]).scored()
        evaluator = story.evaluators[1]
        Membership.objects.create(user=evaluator, organisation=other, role="contributor")
        assert len(refusal(partner, other)) == 1


@pytest.mark.django_db(transaction=True)
def test_merged_both_ways_at_once_one_waits_and_is_refused():
    one, other = OrganisationFactory(), OrganisationFactory()
    agents = [person(Role.AGENT), person(Role.AGENT)]

    def merged(twin, into, agent):
        return lambda: merge(twin, into, fresh(agent)).pk

    first, second, waited = race(merged(one, other, agents[0]), merged(other, one, agents[1]))
    assert (first, waited) == (other.pk, True)
    assert second.reasons == [INTO_A_CONFIRMED_ONE]
