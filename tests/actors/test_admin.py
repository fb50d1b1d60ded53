"""The administration of people and organisations: roles are the administrators' alone."""

import pytest
from django.db import IntegrityError

from actors.admin import OWN_PLACE
from actors.enums import Role
from actors.models import Membership, Organisation, User
from tests.support.factories import OrganisationFactory, UserFactory, member, person
from tests.support.organisations import provisional
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(as_user):
    """An administrator's browser."""
    return as_user(person(Role.ADMINISTRATOR))


@pytest.fixture
def agent(as_user):
    """An agent's browser."""
    return as_user(person(Role.AGENT))


def group(role) -> str:
    """The key of a role's group."""
    return str(person(role).groups.get().pk)


class TestRoles:
    def test_are_given_by_administrators(self, administrator):
        user = UserFactory(email="ana@example.org", full_name="Ana")
        chosen = [group(Role.EVALUATOR), group(Role.COMMITTEE)]
        address = f"/admin/actors/user/{user.pk}/change/"
        administrator.post(
            address,
            {"email": user.email, "full_name": "Ana Bé", "is_active": "on", "groups": chosen},
        )
        user = User.objects.get(pk=user.pk)
        assert (user.full_name, user.roles) == ("Ana Bé", {"evaluator", "committee"})

    def test_come_with_whom_an_evaluator_speaks_for(self, administrator):
        user = UserFactory(email="ana@example.org")
        address = f"/admin/actors/user/{user.pk}/change/"
        typed = {"email": user.email, "is_active": "on", "groups": [group(Role.EVALUATOR)]}
        administrator.post(address, typed | {"evaluator_kind": "inhabitant"})
        user.refresh_from_db()
        assert user.get_evaluator_kind_display() == "Habitant"
        administrator.post(address, typed | {"evaluator_kind": "lobbyist"})
        user.refresh_from_db()
        assert user.evaluator_kind == "inhabitant"
        with pytest.raises(IntegrityError, match="actors_user_known_evaluator_kind"):
            User.objects.filter(pk=user.pk).update(evaluator_kind="lobbyist")

    def test_are_not_given_by_agents(self, agent):
        user = UserFactory()
        chosen = [group(Role.COMMITTEE)]
        response = agent.post(
            f"/admin/actors/user/{user.pk}/change/",
            {"email": user.email, "is_active": "on", "groups": chosen},
        )
        assert response.status_code == 404
        assert User.objects.get(pk=user.pk).roles == frozenset()

    def test_give_no_technical_right(self, administrator):
        user = UserFactory()
        administrator.post(
            f"/admin/actors/user/{user.pk}/change/",
            {"email": user.email, "is_active": "on", "is_superuser": "on", "is_staff": "on"},
        )
        user.refresh_from_db()
        assert (user.is_superuser, user.is_staff) == (False, False)

    def test_stand_in_the_list(self, administrator):
        person(Role.AGENT, email="agent@example.org")
        page = Page(administrator.get("/admin/actors/user/", {"q": "agent@example.org"}))
        assert page.one("td", cls="field-role_list").text == "Agent"


class TestAccounts:
    def test_made_by_hand_sign_in_by_code(self, administrator):
        administrator.post(
            "/admin/actors/user/add/",
            {"email": "Nouveau@Example.org", "full_name": "N", "is_active": "on"},
        )
        user = User.objects.get(email="nouveau@example.org")
        assert not user.has_usable_password()

    def test_are_one_for_an_address(self, administrator):
        UserFactory(email="ana@example.org")
        response = administrator.post(
            "/admin/actors/user/add/", {"email": "ANA@example.org", "is_active": "on"}
        )
        errors = [
            line.text for box in Page(response).all("ul", cls="errorlist") for line in box.all("li")
        ]
        assert errors == ["Un compte existe déjà avec cette adresse électronique."]

    def test_are_closed_and_never_deleted(self, administrator):
        user = UserFactory()
        assert administrator.post(f"/admin/actors/user/{user.pk}/delete/").status_code == 403
        administrator.post(f"/admin/actors/user/{user.pk}/change/", {"email": user.email})
        user.refresh_from_db()
        assert not user.is_active

    def test_can_be_chosen_by_agents_but_not_browsed(self, agent):
        UserFactory(email="ana@example.org", full_name="Ana")
        address = "/admin/autocomplete/"
        query = {
            "app_label": "actors",
            "model_name": "membership",
            "field_name": "user",
            "term": "Ana",
        }
        assert [row["text"] for row in agent.get(address, query).json()["results"]] == ["Ana"]
        assert agent.get("/admin/actors/user/").status_code == 404


class TestOrganisations:
    def test_are_published_together(self, agent):
        chosen = [OrganisationFactory(is_published=False) for _ in range(2)]
        other = OrganisationFactory(is_published=False)
        agent.post(
            "/admin/actors/organisation/",
            {"action": "publish", "_selected_action": [row.pk for row in chosen]},
        )
        assert set(Organisation.objects.published()) == set(chosen)
        assert not Organisation.objects.get(pk=other.pk).is_published

    def test_check_their_numbers(self, agent):
        organisation = OrganisationFactory()
        response = agent.post(
            f"/admin/actors/organisation/{organisation.pk}/change/",
            {
                "name": organisation.name,
                "slug": organisation.slug,
                "siret": "73282932000075",
                "rna": "W63",
                "postal_code": "6300",
                "memberships-TOTAL_FORMS": "0",
                "memberships-INITIAL_FORMS": "0",
            },
        )
        errors = [
            line.text for box in Page(response).all("ul", cls="errorlist") for line in box.all("li")
        ]
        assert errors == [
            "Ce SIRET n’est pas valable : un chiffre est sans doute mal recopié.",
            "Un numéro RNA s’écrit W suivi de 9 chiffres : W632000000.",
            "Un code postal a cinq chiffres : 63000.",
        ]

    def test_get_members_once(self, agent):
        organisation = OrganisationFactory()
        user = member(organisation)
        response = agent.post(
            "/admin/actors/membership/add/",
            {"user": user.pk, "organisation": organisation.pk, "role": "contributor"},
        )
        errors = [
            line.text for box in Page(response).all("ul", cls="errorlist") for line in box.all("li")
        ]
        assert errors == ["Cette personne est déjà membre de la structure."]
        assert Membership.objects.count() == 1


class TestOwnPlace:
    """Nobody gives a place to themselves, as nobody answers their own claim."""

    def errors(self, response) -> list[str]:
        lists = Page(response).all("ul", cls="errorlist")
        return [line.text for one in lists for line in one.all("li")]

    def test_is_not_taken_on_the_page_of_places(self, as_user):
        agent, organisation = person(Role.AGENT), OrganisationFactory()
        typed = {"user": agent.pk, "organisation": organisation.pk, "role": "manager"}

        response = as_user(agent).post("/admin/actors/membership/add/", typed)

        assert self.errors(response) == [OWN_PLACE]
        assert Membership.objects.count() == 0

    def test_is_not_raised_nor_handed_over(self, as_user):
        agent, organisation = person(Role.AGENT), OrganisationFactory()
        member(organisation)
        place = Membership.objects.create(user=agent, organisation=organisation, role="contributor")
        address = f"/admin/actors/membership/{place.pk}/change/"

        for user in (agent, UserFactory()):
            typed = {"user": user.pk, "organisation": organisation.pk, "role": "manager"}
            assert self.errors(as_user(agent).post(address, typed)) == [OWN_PLACE]

        place.refresh_from_db()
        assert (place.user, place.role) == (agent, "contributor")

    def test_is_not_taken_on_the_page_of_the_organisation(self, as_user):
        agent = person(Role.AGENT)
        typed = TestConfirmation.TYPED | {
            "memberships-TOTAL_FORMS": "1",
            "memberships-0-user": agent.pk,
            "memberships-0-role": "manager",
        }

        response = as_user(agent).post("/admin/actors/organisation/add/", typed)

        assert self.errors(response) == [OWN_PLACE]
        assert (Membership.objects.count(), Organisation.objects.count()) == (0, 0)


class TestConfirmation:
    TYPED = {
        "name": "La Source",
        "slug": "la-source",
        "family": "association",
        "siret": "73282932000074",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }

    def test_what_an_agent_enters_is_confirmed(self, as_user):
        entering = person(Role.AGENT)
        as_user(entering).post("/admin/actors/organisation/add/", self.TYPED)
        organisation = Organisation.objects.get()
        assert (organisation.is_confirmed, organisation.confirmed_by) == (True, entering)

    def test_a_number_that_is_known_is_told(self, agent):
        OrganisationFactory(siret="73282932000074")
        page = Page(agent.post("/admin/actors/organisation/add/", self.TYPED))
        assert "Une structure confirmée porte déjà ce SIRET." in page.main.text
        assert Organisation.objects.count() == 1

    def test_one_that_waits_is_not_published(self, agent):
        waiting = provisional(name="La Source", slug="la-source")
        address = f"/admin/actors/organisation/{waiting.pk}/change/"
        page = Page(agent.post(address, self.TYPED | {"is_published": "on"}))
        assert "Confirmez d’abord la structure" in page.main.text
        other = OrganisationFactory(is_published=False)
        page = Page(
            agent.post(
                "/admin/actors/organisation/",
                {"action": "publish", "_selected_action": [waiting.pk, other.pk]},
                follow=True,
            )
        )
        assert list(Organisation.objects.published()) == [other]
        assert "Une structure à confirmer n’est pas publiée" in page.root.text

    def test_lists_are_narrowed_by_it(self, agent):
        into = OrganisationFactory(name="Une")
        provisional(name="Deux")
        provisional(name="Trois", merged_into=into)
        found = {
            value: [
                cell.text
                for cell in Page(
                    agent.get(f"/admin/actors/organisation/?confirmation={value}")
                ).all("th", cls="field-name")
            ]
            for value in ("attente", "confirmee", "reunie")
        }
        assert found == {"attente": ["Deux"], "confirmee": ["Une"], "reunie": ["Trois"]}
