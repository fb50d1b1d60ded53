"""Two organisations that are one: what follows, who is told, what keeps them apart."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from actions.evaluation.services.evaluations import recuse
from actions.models import CoEditor
from actions.proposals.services.applications import save_proposal
from actions.proposals.services.twins import (
    INTO_A_CONFIRMED_ONE,
    INTO_ITSELF,
    merge_organisations,
)
from actions.rules import may
from actors.enums import MembershipRole, Role
from actors.models import Membership
from actors.services.claims import TOPIC, confirm_claim, drop_claim, refuse_claim
from actors.services.confirmation import MERGED, OWN
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import Refused
from tests.support.factories import (
    OrganisationFactory,
    Story,
    content,
    fresh,
    member,
    person,
    story_in,
)
from tests.support.guarantee_steps import a_transaction_later
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


def test_partners_follow_and_none_is_named_twice():
    twin, into = OrganisationFactory(), OrganisationFactory()
    other, both, own = Story(partners=[twin]), Story(partners=[twin, into]), Story(carrier=into)
    own.action.partners.add(twin)
    carried = Story(carrier=twin, partners=[into])
    merge(twin, into)
    assert [list(s.action.partners.all()) for s in (other, both, own, carried)] == [
        [into],
        [into],
        [into],
        [into],
    ]
    # Kept for the day when another organisation carries it; not named twice meanwhile.
    for story in (own, carried):
        story.action.refresh_from_db()
        assert (story.action.carrier, story.action.other_organisations) == (into, [])


class TestPeople:
    def test_ask_for_their_place_where_there_are_members(self):
        twin, into = provisional(), OrganisationFactory()
        one, other = member(twin), member(twin, MembershipRole.CONTRIBUTOR)
        manager, both = member(into), member(into)
        Membership.objects.create(user=both, organisation=twin, role="manager")
        merge(twin, into)
        assert dict(into.memberships.values_list("user", "role")) == {
            manager.pk: "manager",
            both.pk: "manager",
        }
        asked = into.membership_claims.pending().values_list("user", flat=True)
        assert (sorted(asked), twin.memberships.count()) == (sorted([one.pk, other.pk]), 0)

    def test_read_no_file_of_the_other_before_they_are_answered(self):
        into, twin = OrganisationFactory(), provisional()
        manager, stranger = member(into), member(twin)
        own = Story(carrier=into).submitted()
        mine = Story(carrier=twin).submitted()
        merge(twin, into)
        for story in (own, mine):
            story.action.refresh_from_db()
        seen = [
            [may(fresh(who), "see_application", story.action) for story in (own, mine)]
            for who in (manager, mine.manager, stranger)
        ]
        # Who wrote a file goes on writing it, as a co-carrier.
        assert seen == [[True, True], [False, True], [False, False]]
        claim = into.membership_claims.get(user=stranger)
        a_transaction_later()
        confirm_claim(claim=claim, by=person(Role.AGENT), role="contributor")
        assert may(fresh(stranger), "see_application", own.action)

    def test_go_on_managing_where_nobody_does(self):
        twin, into = provisional(), OrganisationFactory()
        one = member(twin)
        merge(twin, into)
        assert list(into.memberships.values_list("user", "role")) == [(one.pk, "manager")]

    def test_of_both_are_told(self):
        twin = provisional(name="Les Jardins")
        into = OrganisationFactory(name="Jardins", slug="jardins")
        one, manager = member(twin, full_name="Ana Bé"), member(into)
        member(into, MembershipRole.CONTRIBUTOR)
        merge(twin, into)
        told = OutgoingMail.objects.exclude(topic=TOPIC)
        mails = {mail.recipient: mail for mail in told}
        assert set(mails) == {one.email, manager.email}
        assert {name: mail.subject for name, mail in mails.items()} == {
            manager.email: "Les Jardins et Jardins sont une même structure",
            one.email: "Votre place dans Jardins attend une réponse",
        }
        asks = "Demande à vous rejoindre : Ana Bé. Un agent vérifie et répond."
        assert asks in mails[manager.email].body
        assert "/acteurs/jardins/rattachement/" in mails[one.email].body

    def test_without_a_name_are_told_of_by_no_address(self):
        twin, into = provisional(), OrganisationFactory()
        member(twin, full_name="", email="evil@example.org")
        manager = member(into)
        merge(twin, into)
        body = OutgoingMail.objects.exclude(topic=TOPIC).get(recipient=manager.email).body
        [line] = [line for line in body.splitlines() if "vous rejoindre" in line]
        asks, _, _ = line.partition(". ")
        assert asks == "Demande à vous rejoindre\u00a0: une personne sans nom"

    def test_of_the_other_read_who_asks_and_what_to_do(self):
        twin, into = provisional(), OrganisationFactory()
        for name in ("Ana Bé", "Éva Cé"):
            member(twin, full_name=name)
        manager = member(into)
        merge(twin, into)
        paragraphs = OutgoingMail.objects.get(recipient=manager.email).body.split("\n\n")
        assert [text.strip() for text in paragraphs if "rejoindre" in text] == [
            "Demandent à vous rejoindre : Ana Bé, Éva Cé. Un agent vérifie et répond. D’ici là, "
            "ces personnes ne lisent aucun de vos dossiers, sauf ceux qu’elles ont écrits. Si vous "
            "les connaissez, invitez-les : cela va plus vite. Sinon, prévenez-nous."
        ]

    def test_are_told_once(self):
        twin, into = provisional(), OrganisationFactory()
        member(twin)
        merge(twin, into)
        assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize(
    ("twins", "there", "people"),
    [
        (0, 0, ""),
        (2, 0, " : 2 personnes la rejoignent"),
        (1, 1, " : 1 personne demande à la rejoindre"),
    ],
)
def test_is_in_the_history_of_both(twins, there, people):
    twin, into = provisional(name="Une"), OrganisationFactory(name="Deux")
    for organisation, number in ((twin, twins), (into, there)):
        for _ in range(number):
            member(organisation)
    agent = person(Role.AGENT)
    merge(twin, into, agent)
    assert sorted(LogEntry.objects.values_list("object_id", "user", "change_message")) == sorted(
        [
            (str(twin.pk), agent.pk, f"Réunie à « Deux »{people}."),
            (str(into.pk), agent.pk, f"« Une » lui est réunie{people}."),
        ]
    )


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COMMITTEE])
def test_is_for_agents(role):
    with pytest.raises(PermissionDenied):
        merge(provisional(), OrganisationFactory(), person(role))


class TestWritersOfItsFiles:
    """Who wrote a file, and isn't of the other organisation yet, writes it with that one."""

    def merged(self, status, into=None) -> Story:
        story, into = story_in(status), into or OrganisationFactory()
        member(into)
        merge(story.carrier, into)
        story.action.refresh_from_db()
        return story

    @pytest.mark.parametrize("status", ["draft", "submitted", "in_correction"])
    def test_are_its_co_carriers_before_the_evaluation(self, status):
        story = self.merged(status)
        row = story.action.co_editors.active().get()
        assert (row.user, row.email) == (story.manager, story.manager.email)
        rights = ("edit", "send", "see_reasons", "share", "withdraw", "change_carrier", "delete")
        writer = fresh(story.manager)
        may_do = [name for name in rights if may(writer, name, story.action)]
        assert may_do == (["edit"] if status != "submitted" else [])
        mail = OutgoingMail.objects.get(subject__startswith="Votre place")
        assert "Vous restez co-porteur du dossier que vous avez écrit" in mail.body

    @pytest.mark.parametrize("dropped", [False, True])
    def test_leave_it_when_their_place_is_refused_or_no_longer_asked_for(self, dropped):
        story = self.merged("draft")
        claim = story.manager.membership_claims.get()
        if dropped:
            drop_claim(claim=claim, by=fresh(story.manager))
        else:
            refuse_claim(claim=claim, by=person(Role.AGENT), reason="Inconnue ici.")
        assert not story.action.co_editors.active().exists()
        assert not may(fresh(story.manager), "edit", story.action)

    @pytest.mark.parametrize("status", ["in_evaluation", "evaluated", "prioritised"])
    def test_wait_once_it_has_begun(self, status):
        story = self.merged(status)
        assert not story.action.co_editors.exists()
        assert not may(fresh(story.manager), "carry", story.action)
        mail = OutgoingMail.objects.get(subject__startswith="Votre place")
        assert "co-porteur" not in mail.body

    def test_who_had_been_taken_off_writes_again_and_who_writes_already_stays_once(self):
        stories = [Story(), Story()]
        for story, withdrawn in zip(stories, (timezone.now(), None), strict=True):
            CoEditor.objects.create(
                action=story.action,
                email=story.manager.email,
                user=story.manager,
                accepted_at=timezone.now(),
                withdrawn_at=withdrawn,
            )
            into = OrganisationFactory()
            member(into)
            merge(story.carrier, into)
        assert [story.action.co_editors.active().count() for story in stories] == [1, 1]

    def test_whom_a_mail_had_invited_have_answered(self):
        story, into = Story(), OrganisationFactory()
        CoEditor.objects.create(action=story.action, email=story.manager.email)
        member(into)
        merge(story.carrier, into)
        assert story.action.co_editors.get().user == story.manager

    def test_are_members_where_nobody_was(self):
        story, into = Story(), OrganisationFactory()
        merge(story.carrier, into)
        assert (story.action.co_editors.count(), into.memberships.get().user) == (0, story.manager)

    def test_who_had_left_it_are_not(self):
        story, into = Story(), OrganisationFactory()
        member(story.carrier)
        story.carrier.memberships.get(user=story.manager).delete()
        member(into)
        merge(story.carrier, into)
        assert not story.action.co_editors.exists()


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

    @pytest.mark.django_db(transaction=True)
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
        a_transaction_later()
        Membership.objects.create(user=story.members[who], organisation=other, role="contributor")
        assert refusal(story.carrier, other) == [
            f"Un membre de « Autre » a pris part à une décision sur {story.action.reference} : ces "
            "deux structures ne peuvent pas être réunies."
        ]

    def test_on_a_file_of_a_partner(self):
        partner, other = OrganisationFactory(), OrganisationFactory(name="Autre")
        story = Story(partners=[partner]).scored()
        evaluator = story.evaluators[1]
        a_transaction_later()
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


def taking(story: Story, **columns):
    """Have its manager save the draft, with other columns."""
    written = content(**columns)

    def save() -> str:
        action, _ = save_proposal(key=story.action.uuid, by=fresh(story.manager), content=written)
        return action.carrier.name

    return save


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("column", ["partners", "carrier"])
def test_a_draft_saved_meanwhile_waits_and_is_told(column):
    """Its partner or its carrier becomes another: it is never left to a twin."""
    story, twin, into = Story(), provisional(name="Jumelle"), OrganisationFactory()
    Membership.objects.create(user=story.manager, organisation=twin, role="manager")
    agent = person(Role.AGENT)
    columns = {"carrier": story.carrier, "partners": []}
    columns |= {"partners": [twin]} if column == "partners" else {"carrier": twin}

    first, second, waited = race(
        lambda: merge(twin, into, fresh(agent)).pk, taking(story, **columns)
    )

    assert (first, waited) == (into.pk, True)
    assert second.reasons == [
        "Cette structure est réunie à une autre : choisissez celle-là."
        if column == "partners"
        else "Choisissez une structure dont vous êtes membre."
    ]
    story.action.refresh_from_db()
    assert (story.action.carrier, list(story.action.partners.all())) == (story.carrier, [])


@pytest.mark.django_db(transaction=True)
def test_a_merger_waits_for_a_draft_being_saved_and_takes_it():
    story, twin, into = Story(), provisional(name="Jumelle"), OrganisationFactory()
    agent = person(Role.AGENT)

    first, second, waited = race(
        taking(story, carrier=story.carrier, partners=[twin]),
        lambda: merge(twin, into, fresh(agent)).pk,
    )

    assert (first, second, waited) == (story.carrier.name, into.pk, True)
    assert list(story.action.partners.all()) == [into]
