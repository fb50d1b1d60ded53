"""The people of an organisation: roles, taking off, leaving; a manager always stays."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import QuerySet

from actors.enums import MembershipRole, Role
from actors.models import Membership, Organisation
from actors.services.belonging import LAST_MANAGER, change_role, leave, remove_member
from actors.services.invitations import invite
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import Refused
from tests.support.factories import OrganisationFactory, member, person
from tests.support.organisations import provisional
from tests.support.races import race
from tests.support.reading import Page
from tests.support.refusals import name_of_refusal

pytestmark = pytest.mark.django_db
MANAGER, CONTRIBUTOR = MembershipRole.MANAGER, MembershipRole.CONTRIBUTOR


@pytest.fixture
def organisation():
    """An organisation managed by Ana, where Bob contributes."""
    organisation = OrganisationFactory(name="La Source", slug="la-source", is_published=False)
    member(organisation, email="ana@example.org", full_name="Ana Bé")
    member(organisation, CONTRIBUTOR, email="bob@example.org", full_name="Bob Cé")
    return organisation


def place(email) -> Membership:
    """Somebody's place."""
    return Membership.objects.select_related("user", "organisation").get(user__email=email)


def people() -> list[tuple[str, str]]:
    """Who belongs, and as what."""
    rows = Membership.objects.order_by("user__email")
    return [(row.user.email.partition("@")[0], row.role) for row in rows]


class TestRoles:
    def test_are_changed_by_a_manager(self, organisation):
        change_role(
            membership=place("bob@example.org"), role=MANAGER, by=place("ana@example.org").user
        )
        assert people() == [("ana", MANAGER), ("bob", MANAGER)]

    @pytest.mark.parametrize("who", ["contributor", "agent", "superuser", "manager_elsewhere"])
    def test_are_changed_by_nobody_else(self, organisation, who):
        by = {
            "contributor": lambda: place("bob@example.org").user,
            "agent": lambda: person(Role.AGENT),
            "superuser": lambda: person(is_superuser=True),
            "manager_elsewhere": lambda: member(OrganisationFactory()),
        }[who]()
        bob = place("bob@example.org")
        with pytest.raises(PermissionDenied):
            change_role(membership=bob, role=MANAGER, by=by)
        with pytest.raises(PermissionDenied):
            remove_member(membership=bob, by=by)
        assert bob.organisation.memberships.get(pk=bob.pk).role == CONTRIBUTOR

    def test_are_two(self, organisation):
        with pytest.raises(Refused):
            change_role(
                membership=place("bob@example.org"), role="king", by=place("ana@example.org").user
            )

    def test_lost_take_back_the_invitations_one_sent(self, organisation):
        ana = place("ana@example.org")
        change_role(membership=place("bob@example.org"), role=MANAGER, by=ana.user)
        for email, by in (("c@example.org", ana), ("d@example.org", place("bob@example.org"))):
            invite(organisation=organisation, email=email, role=CONTRIBUTOR, by=by.user)
        change_role(membership=ana, role=CONTRIBUTOR, by=place("bob@example.org").user)
        assert [row.email for row in organisation.invitations.pending()] == ["d@example.org"]


class TestTheLastManager:
    @pytest.mark.parametrize(
        "step",
        [
            lambda ana: leave(membership=ana),
            lambda ana: remove_member(membership=ana, by=ana.user),
            lambda ana: change_role(membership=ana, role=CONTRIBUTOR, by=ana.user),
        ],
        ids=["leaves", "is taken off", "is demoted"],
    )
    def test_stays(self, organisation, step):
        with pytest.raises(Refused) as refused:
            step(place("ana@example.org"))
        assert refused.value.reasons == [LAST_MANAGER]
        assert people() == [("ana", MANAGER), ("bob", CONTRIBUTOR)]
        assert OutgoingMail.objects.count() == 0

    def test_leaves_once_there_is_another(self, organisation):
        ana = place("ana@example.org")
        change_role(membership=place("bob@example.org"), role=MANAGER, by=ana.user)
        leave(membership=ana)
        assert people() == [("bob", MANAGER)]

    def test_isnt_replaced_by_a_closed_account(self, organisation):
        member(organisation, email="closed@example.org", is_active=False)
        with pytest.raises(Refused):
            leave(membership=place("ana@example.org"))


class TestPages:
    def test_list_people_and_roles_to_members(self, organisation, as_user):
        client = as_user(place("bob@example.org").user)
        page = Page(client.get("/espace/structures/la-source/"))
        rows = page.main.one("ul", cls="rows").all("h3")
        assert [row.text for row in rows] == ["Ana Bé", "Bob Cé"]
        assert [link.text for link in page.main.all("a") if "Retirer" in link.text] == []
        assert "Inviter quelqu’un" not in page.main.text

    def test_let_a_manager_change_a_role(self, organisation, as_user):
        client = as_user(place("ana@example.org").user)
        bob = place("bob@example.org")
        address = f"/espace/structures/la-source/membres/{bob.pk}/"
        response = client.post(address, {"role": MANAGER})
        assert response.headers["Location"] == "/espace/structures/la-source/"
        assert people() == [("ana", MANAGER), ("bob", MANAGER)]

    def test_say_why_the_last_manager_stays(self, organisation, as_user):
        ana = place("ana@example.org")
        client = as_user(ana.user)
        base = "/espace/structures/la-source/"
        assert "vous êtes le seul responsable" in Page(client.get(base)).main.text.lower()
        for address, data in (
            (f"{base}quitter/", {}),
            (f"{base}membres/{ana.pk}/", {"role": CONTRIBUTOR}),
            (f"{base}membres/{ana.pk}/retirer/", {}),
        ):
            assert Page(client.post(address, data)).errors == [LAST_MANAGER]
        assert people() == [("ana", MANAGER), ("bob", CONTRIBUTOR)]

    def test_take_off_a_member_and_tell_them(self, organisation, as_user):
        bob = place("bob@example.org")
        client, his = as_user(place("ana@example.org").user), as_user(bob.user)
        assert his.get("/espace/structures/la-source/").status_code == 200
        client.post(f"/espace/structures/la-source/membres/{bob.pk}/retirer/")
        assert people() == [("ana", MANAGER)]
        # From the next request on.
        assert his.get("/espace/structures/la-source/").status_code == 404
        told = OutgoingMail.objects.get()
        assert (told.recipient, told.subject) == (
            "bob@example.org",
            "Vous ne faites plus partie de La Source",
        )

    def test_let_a_member_leave(self, organisation, as_user):
        client = as_user(place("bob@example.org").user)
        response = client.post("/espace/structures/la-source/quitter/")
        assert response.headers["Location"] == "/espace/"
        assert people() == [("ana", MANAGER)]

    def test_dont_know_members_of_elsewhere(self, organisation, as_user):
        other = member(OrganisationFactory()).memberships.get()
        client = as_user(place("ana@example.org").user)
        for end in ("", "retirer/"):
            address = f"/espace/structures/la-source/membres/{other.pk}/{end}"
            assert [client.get(address).status_code, client.post(address).status_code] == [404, 404]


class TestAdministration:
    """Agents may put anybody anywhere, and take them off: but not the last manager."""

    @pytest.fixture
    def agent(self, as_user):
        """An agent's browser."""
        return as_user(person(Role.AGENT))

    def test_keeps_the_last_manager_of_a_membership(self, organisation, agent):
        ana = place("ana@example.org")
        address = f"/admin/actors/membership/{ana.pk}/"
        form = {"user": ana.user_id, "organisation": organisation.pk, "role": CONTRIBUTOR}
        assert LAST_MANAGER in agent.post(f"{address}change/", form).content.decode()
        elsewhere = form | {"organisation": OrganisationFactory().pk, "role": MANAGER}
        assert LAST_MANAGER in agent.post(f"{address}change/", elsewhere).content.decode()
        response = agent.post(f"{address}delete/", {"post": "yes"}, follow=True)
        assert LAST_MANAGER in response.content.decode()
        assert people() == [("ana", MANAGER), ("bob", CONTRIBUTOR)]

    def test_lets_the_others_go(self, organisation, agent):
        bob = place("bob@example.org")
        agent.post(f"/admin/actors/membership/{bob.pk}/delete/", {"post": "yes"})
        assert people() == [("ana", MANAGER)]

    def test_keeps_a_manager_of_the_organisation(self, organisation, agent):
        ana, bob = place("ana@example.org"), place("bob@example.org")
        form = {
            "name": "La Source",
            "slug": "la-source",
            "memberships-TOTAL_FORMS": "2",
            "memberships-INITIAL_FORMS": "2",
        }
        for number, row in enumerate((ana, bob)):
            form |= {
                f"memberships-{number}-id": row.pk,
                f"memberships-{number}-organisation": organisation.pk,
                f"memberships-{number}-user": row.user_id,
                f"memberships-{number}-role": row.role,
            }
        address = f"/admin/actors/organisation/{organisation.pk}/change/"
        without = form | {"memberships-0-DELETE": "on"}
        assert LAST_MANAGER in agent.post(address, without).content.decode()
        assert people() == [("ana", MANAGER), ("bob", CONTRIBUTOR)]
        agent.post(address, without | {"memberships-1-role": MANAGER})
        assert people() == [("bob", MANAGER)]

    def test_deletes_a_provisional_organisation_with_its_people(self, agent):
        described = provisional()
        leaver = member(described)
        agent.post(f"/admin/actors/organisation/{described.pk}/delete/", {"post": "yes"})
        assert not Organisation.objects.filter(pk=described.pk).exists()
        assert not leaver.memberships.exists()

    def test_deletes_no_confirmed_one(self, organisation, agent):
        before = people()
        address = f"/admin/actors/organisation/{organisation.pk}/delete/"
        page = agent.post(address, {"post": "yes"}, follow=True).content.decode()
        assert "Une structure confirmée, ou réunie à une autre, ne se supprime pas." in page
        assert (Organisation.objects.get(), people()) == (organisation, before)


@pytest.mark.django_db(transaction=True)
class TestAtTheSameInstant:
    """Two managers leave together: one of them stays."""

    @pytest.fixture
    def managers(self):
        """Two managers."""
        organisation = OrganisationFactory()
        return [member(organisation).memberships.get() for _ in range(2)]

    def both_leave(self, managers):
        def leaving(number):
            return lambda: leave(membership=Membership.objects.get(pk=managers[number].pk))

        return race(leaving(0), leaving(1))

    def test_one_stays(self, managers):
        first, second, waited = self.both_leave(managers)
        assert first is None
        assert second.reasons == [LAST_MANAGER]
        assert waited
        assert list(Membership.objects.all()) == [managers[1]]

    def test_without_the_lock_the_database_refuses(self, managers, monkeypatch):
        monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self)
        # The second one went, not seeing the first: the first is stopped when it commits.
        with pytest.raises(IntegrityError) as refused:
            self.both_leave(managers)
        assert name_of_refusal(refused.value) == "actors_membership_last_manager_stays"
        assert list(Membership.objects.all()) == [managers[0]]
