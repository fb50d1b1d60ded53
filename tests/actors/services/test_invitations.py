"""Invitations: for the reader of one mailbox, once, for a while; a link opens nothing by itself."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from actors.enums import MembershipRole, Role
from actors.models import Invitation, Membership, User
from actors.services.belonging import ALREADY_MEMBER
from actors.services.claims import claim_membership
from actors.services.invitations import (
    ACCEPTED_ALREADY,
    INVITER_GONE,
    MOST_AN_HOUR,
    NOT_ANY_MORE,
    TOO_MANY,
    accept_invitation,
    decline_invitation,
    invite,
    withdraw_invitation,
)
from ess_portal.base.french import long_date
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import Refused
from tests.support.factories import OrganisationFactory, UserFactory, fresh, member, person
from tests.support.races import race
from tests.support.reading import SPACES, Page, plain
from tests.support.refusals import by_sql
from tests.support.signing_in import ask, code_of, enter, signed_in

pytestmark = pytest.mark.django_db
MANAGER, CONTRIBUTOR = MembershipRole.MANAGER, MembershipRole.CONTRIBUTOR


@pytest.fixture
def organisation():
    """An organisation nobody else knows of."""
    return OrganisationFactory(name="La Source", slug="la-source", is_published=False)


@pytest.fixture
def ana(organisation):
    """Its manager."""
    return member(organisation, email="ana@example.org", full_name="Ana Bé")


def invited(organisation, ana, email="bob@example.org", role=CONTRIBUTOR) -> Invitation:
    """An invitation to `email`."""
    return invite(organisation=organisation, email=email, role=role, by=fresh(ana))


def expire(invitation) -> None:
    """As fifteen days later."""
    Invitation.objects.filter(pk=invitation.pk).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )


def why_not(response) -> list[str]:
    """What the page says keeps the invitation from being accepted."""
    return [line.text for line in Page(response).main.one("div", cls="blockers").all("li")]


class TestInviting:
    def test_writes_one_mail_that_leads_to_the_page(self, organisation, ana, as_user):
        client = as_user(ana)
        response = client.post(
            "/espace/structures/la-source/inviter/", {"email": "Bob@Example.org", "role": MANAGER}
        )
        assert response.headers["Location"] == "/espace/structures/la-source/"
        invitation = Invitation.objects.get()
        assert (invitation.email, invitation.role, invitation.invited_by) == (
            "bob@example.org",
            MANAGER,
            ana,
        )
        assert invitation.expires_at - invitation.created_at > timedelta(days=13, hours=23)
        mail = OutgoingMail.objects.get()
        assert (mail.recipient, mail.subject) == (
            "bob@example.org",
            "Invitation à rejoindre La Source",
        )
        assert f"/espace/invitations/{invitation.uuid}/" in mail.body
        asked = [line for line in mail.text.splitlines() if line.startswith("Une question")]
        assert [plain(line) for line in asked] == [
            "Une question ? Posez-la à Ana Bé, ou au service : Clermont Communauté."
        ]
        assert User.objects.filter(email="bob@example.org").count() == 0

    def test_names_whoever_has_no_name_by_no_address(self, organisation, as_user):
        nameless = member(organisation, email="evil@example.org", full_name="")
        invitation = invited(organisation, nameless)
        begun = "Une personne sans nom vous invite à "
        assert [
            line.partition("rejoindre")[0]
            for line in OutgoingMail.objects.get().body.splitlines()
            if "invite" in line
        ] == [begun]
        page = as_user(UserFactory(email="bob@example.org")).get(invitation.get_absolute_url())
        lead = Page(page).main.one("p", cls="lead").text
        assert lead.partition("faire partie")[0] == begun

    @pytest.mark.parametrize("name", ["Ana Bé", ""])
    def test_tells_who_has_no_name_what_will_be_read(self, organisation, ana, as_user, name):
        ana.full_name = name
        ana.save()
        page = Page(as_user(ana).get("/espace/structures/la-source/inviter/"))
        said = [
            (line.text.partition(" : ")[0], line.one("a")["href"])
            for line in page.main.all("p", cls="notice-warning")
        ]
        nameless = ("Vous n’avez pas encore donné votre nom", "/espace/preferences/")
        assert said == ([] if name else [nameless])

    @pytest.mark.parametrize("known", [True, False])
    def test_answers_the_same_whether_the_address_is_known(self, organisation, ana, as_user, known):
        if known:
            UserFactory(email="bob@example.org")
        response = as_user(ana).post(
            "/espace/structures/la-source/inviter/",
            {"email": "bob@example.org", "role": CONTRIBUTOR},
            follow=True,
        )
        page = Page(response)
        assert page.messages == ["L’invitation est envoyée."]
        assert OutgoingMail.objects.count() == 1

    def test_is_for_managers(self, organisation, ana):
        contributor = member(organisation, CONTRIBUTOR)
        for by in (contributor, person(Role.AGENT), member(OrganisationFactory())):
            with pytest.raises(PermissionDenied):
                invite(organisation=organisation, email="x@example.org", role=MANAGER, by=by)
        assert (Invitation.objects.count(), OutgoingMail.objects.count()) == (0, 0)

    def test_refuses_members_and_those_invited_already(self, organisation, ana, as_user):
        client, address = as_user(ana), "/espace/structures/la-source/inviter/"
        invited(organisation, ana)
        for email, said in (
            ("ANA@example.org", f"Adresse électronique : {ALREADY_MEMBER}"),
            ("bob@example.org", "Cette personne est déjà invitée."),
        ):
            page = Page(client.post(address, {"email": email, "role": CONTRIBUTOR}))
            assert page.errors == [said]
        assert Invitation.objects.count() == 1

    def test_knows_a_mailbox_however_it_is_typed(self, organisation, ana, as_user):
        member(organisation, email="cleo@demo.example")
        invited(organisation, ana, "bob@demo.ｅxample")
        client, address = as_user(ana), "/espace/structures/la-source/inviter/"
        for email, said in (
            ("cleo@demo.ｅxample", f"Adresse électronique : {ALREADY_MEMBER}"),
            ("bob@ｄemo.example", "Cette personne est déjà invitée."),
            (
                '"bob"@demo.example',
                "Adresse électronique : Saisissez une adresse de courriel valide.",
            ),
        ):
            page = Page(client.post(address, {"email": email, "role": CONTRIBUTOR}))
            assert page.errors == [said]
        assert Invitation.objects.get().email == "bob@demo.example"

    def test_again_once_the_first_is_out_of_date(self, organisation, ana):
        first = invited(organisation, ana)
        expire(first)
        second = invited(organisation, ana)
        first.refresh_from_db()
        assert (first.withdrawn_at is None, second.is_pending) == (False, True)

    def test_stops_after_ten_an_hour_whatever_one_withdraws(self, organisation, ana, as_user):
        for number in range(MOST_AN_HOUR):
            row = invited(organisation, ana, f"a{number}@example.org")
            withdraw_invitation(invitation=row, by=fresh(ana))
        page = Page(
            as_user(ana).post(
                "/espace/structures/la-source/inviter/",
                {"email": "b@example.org", "role": CONTRIBUTOR},
                headers={"X-Forwarded-For": "203.0.113.9"},
            )
        )
        assert page.errors == [TOO_MANY]
        Invitation.objects.update(created_at=timezone.now() - timedelta(minutes=61))
        assert invited(organisation, ana, "b@example.org").is_pending

    def test_doesnt_pester_one_address(self):
        for _ in range(3):
            other = OrganisationFactory()
            invited(other, member(other))
        other = OrganisationFactory()
        with pytest.raises(Refused, match="Trop d’invitations"):
            invited(other, member(other))


class TestAnswering:
    def test_joins_after_signing_in_from_the_mailed_link(self, organisation, ana):
        invited(organisation, ana)
        body = OutgoingMail.objects.get().body
        path = re.search(r"http://[^/]+(/espace/invitations/\S+)", body)[1]
        client = Client()
        response = client.get(path)
        # The link signs nobody in: it asks to, and is found again afterwards.
        assert response.headers["Location"] == f"/connexion/?next={path}"
        assert signed_in(client) is None
        ask(client, "bob@example.org", next=path)
        response = enter(client, code_of("bob@example.org"), next=path)
        assert response.headers["Location"] == path
        page = Page(client.get(path))
        assert page.title == "Rejoindre La Source"
        assert Membership.objects.filter(user__email="bob@example.org").count() == 0
        response = client.post(path, {"answer": "accept"})
        assert response.headers["Location"] == "/espace/structures/la-source/"
        place = Membership.objects.get(user__email="bob@example.org")
        assert (place.organisation, place.role) == (organisation, CONTRIBUTOR)
        invitation = Invitation.objects.get()
        assert (invitation.accepted_by, invitation.is_pending) == (place.user, False)

    @pytest.mark.parametrize("who", ["outsider", "manager", "agent", "superuser"])
    def test_is_for_the_invited_address_alone(self, organisation, ana, as_user, who):
        invitation = invited(organisation, ana)
        somebody = {
            "outsider": lambda: UserFactory(email="bobby@example.org"),
            "manager": lambda: ana,
            "agent": lambda: person(Role.AGENT),
            "superuser": lambda: UserFactory(is_superuser=True),
        }[who]()
        client = as_user(somebody)
        address = invitation.get_absolute_url()
        for response in (client.get(address), client.post(address, {"answer": "accept"})):
            assert response.status_code == 404
        for answer in (accept_invitation, decline_invitation):
            with pytest.raises(Invitation.DoesNotExist):
                answer(invitation=invitation, by=somebody)
        invitation.refresh_from_db()
        assert invitation.is_pending

    @pytest.mark.parametrize("why", ["expired", "withdrawn", "declined", "inviter left"])
    def test_comes_too_late(self, organisation, ana, as_user, why):
        bob = UserFactory(email="bob@example.org")
        invitation = invited(organisation, ana)
        if why == "expired":
            expire(invitation)
        elif why == "withdrawn":
            as_user(ana).post(
                f"/espace/structures/la-source/invitations/{invitation.uuid}/retirer/"
            )
        elif why == "declined":
            as_user(bob).post(invitation.get_absolute_url(), {"answer": "decline"})
        else:
            member(organisation)
            as_user(ana).post("/espace/structures/la-source/quitter/")
        client = as_user(bob)
        page = Page(client.get(invitation.get_absolute_url()))
        assert page.main.all("button") == []
        response = client.post(invitation.get_absolute_url(), {"answer": "accept"})
        assert response.status_code == 409
        assert NOT_ANY_MORE in Page(response).main.text
        assert not bob.memberships.exists()

    @pytest.mark.parametrize("why", ["taken off", "contributor", "closed", "deleted"])
    def test_needs_an_inviter_who_still_manages(self, organisation, ana, as_user, why):
        bob, invitation = UserFactory(email="bob@example.org"), invited(organisation, ana)
        member(organisation)
        place = ana.memberships.get()
        if why == "taken off":
            place.delete()
        elif why == "contributor":
            by_sql(place, role=CONTRIBUTOR)
        elif why == "closed":
            by_sql(ana, is_active=False)
        else:
            ana.delete()
        response = as_user(bob).post(invitation.get_absolute_url(), {"answer": "accept"})
        assert (response.status_code, why_not(response)) == (
            409,
            [INVITER_GONE.translate(SPACES)],
        )
        assert not bob.memberships.exists()

    def test_of_a_member_changes_nothing_of_their_role(self, organisation, ana):
        invitation = invited(organisation, ana, role=CONTRIBUTOR)
        bob = member(organisation, MANAGER, email="bob@example.org")
        accept_invitation(invitation=invitation, by=bob)
        assert bob.memberships.get().role == MANAGER

    def test_waits_in_ones_space(self, organisation, ana, as_user):
        invitation = invited(organisation, ana)
        page = Page(as_user(UserFactory(email="bob@example.org")).get("/espace/"))
        [line] = page.main.one("section", cls="notice").all("li")
        until = long_date(invitation.expires_at)
        assert plain(line.text) == (
            "Ana Bé vous invite à faire partie de La Source, avec le rôle « contributeur ». "
            f"Répondre à l’invitation jusqu’au {until}"
        )
        assert page.links["Répondre à l’invitation"] == invitation.get_absolute_url()
        page = Page(as_user(UserFactory()).get("/espace/"))
        assert page.main.all("section", cls="notice") == []

    def test_needs_an_answer_that_is_one(self, organisation, ana, as_user):
        invitation = invited(organisation, ana)
        client = as_user(UserFactory(email="bob@example.org"))
        assert client.post(invitation.get_absolute_url(), {"answer": "x"}).status_code == 404
        assert client.post(invitation.get_absolute_url()).status_code == 404


def test_old_ones_are_purged(organisation, ana):
    old, recent = invited(organisation, ana), invited(organisation, ana, "c@example.org")
    now = timezone.now()
    Invitation.objects.filter(pk=old.pk).update(expires_at=now - timedelta(days=31))
    Invitation.objects.filter(pk=recent.pk).update(expires_at=now - timedelta(days=29))
    call_command("purge_expired", verbosity=0)
    assert list(Invitation.objects.all()) == [recent]


@pytest.mark.django_db(transaction=True)
def test_accepted_while_it_is_withdrawn_it_is_one_or_the_other(organisation, ana):
    invitation, bob = invited(organisation, ana), UserFactory(email="bob@example.org")
    first, second, waited = race(
        lambda: withdraw_invitation(invitation=invitation, by=fresh(ana)),
        lambda: accept_invitation(invitation=invitation, by=bob),
    )
    assert (first, second.reasons, waited) == (None, [NOT_ANY_MORE], True)
    assert not bob.memberships.exists()


def test_what_its_reader_had_asked_for_is_done(organisation):
    asking, other = UserFactory(), UserFactory()
    for user in (asking, other):
        claim_membership(organisation=organisation, user=user, message="J’y travaille.")
    invitation = invite(
        organisation=organisation, email=asking.email, role=CONTRIBUTOR, by=member(organisation)
    )
    accept_invitation(invitation=invitation, by=asking)
    assert list(organisation.membership_claims.values_list("user", flat=True)) == [other.pk]


def test_once_accepted_it_is_not_declined(organisation, ana):
    invitation, bob = invited(organisation, ana), UserFactory(email="bob@example.org")
    accept_invitation(invitation=invitation, by=bob)
    with pytest.raises(Refused) as refused:
        decline_invitation(invitation=invitation, by=fresh(bob))
    assert refused.value.reasons == [ACCEPTED_ALREADY]
