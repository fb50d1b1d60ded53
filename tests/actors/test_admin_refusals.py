"""What the database refuses of places and organisations is a sentence in the administration."""

import pytest

from actions.committee.services.decisions import propose_decision
from actors.enums import Role
from actors.models import Membership, Organisation
from actors.services.belonging import lock_organisation
from actors.services.claims import claim_membership, confirm_claim
from ess_portal.base.refusals import Refused
from tests.support.factories import OrganisationFactory, Story, fresh, person
from tests.support.guarantee_steps import a_transaction_later
from tests.support.reading import Page
from tests.support.refusals import holder_of

pytestmark = pytest.mark.django_db

DECIDES = (
    "Cette personne prend part à une décision en cours sur une action de la structure : la "
    "décision doit d’abord être prise, ou retirée."
)


@pytest.fixture
def story() -> Story:
    """An action on which a decision waits, proposed by the first member of the committee."""
    story = Story(partners=[OrganisationFactory(name="La Source")]).evaluated()
    propose_decision(
        action=story.action, kind="postpone", by=fresh(story.members[0]), reason="Plus tard."
    )
    return story


@pytest.fixture
def agent(as_user):
    """An agent's browser."""
    return as_user(person(Role.AGENT))


def errors(response) -> list[str]:
    return [
        line.text for box in Page(response).all("ul", cls="errorlist") for line in box.all("li")
    ]


def test_a_place_is_refused_in_words_and_keeps_what_was_typed(agent, story):
    typed = {"user": story.members[0].pk, "organisation": story.carrier.pk, "role": "contributor"}

    response = agent.post("/admin/actors/membership/add/", typed)

    assert (response.status_code, errors(response)) == (200, [DECIDES])
    assert response.context["adminform"].form["organisation"].value() == str(story.carrier.pk)
    assert not Membership.objects.filter(user=story.members[0]).exists()


def test_another_place_is_given(agent, story):
    other = OrganisationFactory()
    typed = {"user": story.members[0].pk, "organisation": other.pk, "role": "contributor"}
    a_transaction_later()

    response = agent.post("/admin/actors/membership/add/", typed)

    assert response.status_code == 302
    place = Membership.objects.get(user=story.members[0])
    assert (place.organisation, place.role) == (other, "contributor")


def test_a_place_among_those_of_an_organisation_too(agent, story):
    carrier, manager = story.carrier, story.carrier.memberships.get()
    typed = {
        "name": carrier.name,
        "slug": carrier.slug,
        "family": carrier.family,
        "memberships-TOTAL_FORMS": 2,
        "memberships-INITIAL_FORMS": 1,
        "memberships-0-id": manager.pk,
        "memberships-0-organisation": carrier.pk,
        "memberships-0-user": manager.user_id,
        "memberships-0-role": "manager",
        "memberships-1-organisation": carrier.pk,
        "memberships-1-user": story.members[0].pk,
        "memberships-1-role": "contributor",
    }

    response = agent.post(f"/admin/actors/organisation/{carrier.pk}/change/", typed)

    assert (response.status_code, errors(response)) == (200, [DECIDES])
    assert carrier.memberships.count() == 1


KEPT = "Les partenaires d’une action ne changent plus une fois le dossier admis."


def test_a_partner_of_an_admitted_file_is_not_deleted(agent, story):
    partner = Organisation.objects.get(name="La Source")
    page = f"/admin/actors/organisation/{partner.pk}/"

    response = agent.post(f"{page}delete/", {"post": "yes"}, follow=True)

    assert response.redirect_chain == [(f"{page}change/", 302)]
    assert [str(message) for message in response.context["messages"]] == [KEPT]
    response = agent.post(
        "/admin/actors/organisation/",
        {"action": "delete_selected", "_selected_action": partner.pk, "post": "yes"},
        follow=True,
    )
    assert [str(message) for message in response.context["messages"]] == [KEPT]
    assert story.action.partners.get() == partner


def test_a_claim_is_answered_in_words(story):
    assert lock_organisation(story.carrier) == story.carrier
    holder_of("actions_asking_behind_no_act").drop()  # asked for in another transaction
    claim = claim_membership(
        organisation=story.carrier, user=fresh(story.members[0]), message="J’y siège."
    )

    with pytest.raises(Refused) as refused:
        confirm_claim(claim=claim, by=fresh(story.agent), role="contributor")

    assert refused.value.reasons == [DECIDES]
