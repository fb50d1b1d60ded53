"""« Je fais partie de cette structure »: said of what is public, answered by agents."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone

from actors.enums import ClaimState, MailRhythm, MembershipRole, Role
from actors.models import Membership, MembershipClaim, Organisation
from actors.services.claims import (
    ALREADY_DECIDED,
    MOST_A_DAY,
    NO_REASON,
    TOO_MANY,
    claim_membership,
    confirm_claim,
    refuse_claim,
)
from ess_portal.base.french import long_date
from ess_portal.base.models import OutgoingMail, Pace
from ess_portal.base.refusals import Refused
from tests.support.factories import OrganisationFactory, UserFactory, fresh, member, person
from tests.support.organisations import provisional
from tests.support.races import race
from tests.support.reading import Page, plain

pytestmark = pytest.mark.django_db
MANAGER, CONTRIBUTOR = MembershipRole.MANAGER, MembershipRole.CONTRIBUTOR
ADDRESS = "/acteurs/la-source/rattachement/"


@pytest.fixture
def organisation():
    """A published organisation."""
    return OrganisationFactory(name="La Source", slug="la-source")


@pytest.fixture
def ana():
    """Somebody who says to belong there."""
    return UserFactory(email="ana@example.org", full_name="Ana Bé")


@pytest.fixture
def agent():
    """An agent."""
    return person(Role.AGENT, email="agent@example.org")


def claimed(organisation, user) -> MembershipClaim:
    """A claim that waits."""
    return claim_membership(organisation=organisation, user=user, message="Présidente.")


class TestClaiming:
    def test_starts_from_the_public_page(self, organisation, ana, agent, as_user):
        client = as_user(ana)
        page = Page(client.get("/acteurs/la-source/"))
        assert ADDRESS in [link["href"] for link in page.main.all("a")]
        response = client.post(ADDRESS, {"message": " Présidente. ", "proof": "Voir le site."})
        assert response.headers["Location"] == "/acteurs/la-source/"
        claim = MembershipClaim.objects.get()
        assert (claim.user, claim.organisation, claim.message, claim.proof, claim.state) == (
            ana,
            organisation,
            "Présidente.",
            "Voir le site.",
            ClaimState.PENDING,
        )
        assert not ana.memberships.exists()
        mail = OutgoingMail.objects.get()
        assert (mail.recipient, mail.subject, mail.pace) == (
            "agent@example.org",
            "Demande de rattachement : La Source",
            Pace.HOURLY,
        )
        assert f"/rattachements/{claim.pk}/" in mail.body

    def test_is_told_to_agents_at_their_rhythm(self, organisation, ana):
        person(Role.AGENT, mail_rhythm=MailRhythm.DAILY)
        claimed(organisation, ana)
        assert OutgoingMail.objects.get().pace == Pace.DAILY

    def test_says_what_it_lacks(self, organisation, ana, as_user):
        page = Page(as_user(ana).post(ADDRESS, {"message": "  "}))
        assert [error.partition(" : ")[0] for error in page.errors] == [
            "Votre place dans la structure"
        ]

    def test_waits_once(self, organisation, ana, as_user):
        claimed(organisation, ana)
        client = as_user(ana)
        page = Page(client.get(ADDRESS))
        assert page.main.all("button") == []
        assert page.links["Retirer ma demande"] == f"{ADDRESS}retirer/"
        page = Page(client.post(ADDRESS, {"message": "Encore."}))
        assert MembershipClaim.objects.count() == 1
        with pytest.raises(Refused, match="Votre demande est déjà reçue"):
            claimed(organisation, ana)

    def test_can_be_taken_back(self, organisation, ana, as_user):
        claimed(organisation, UserFactory())
        kept = MembershipClaim.objects.get()
        claimed(organisation, ana)
        client = as_user(ana)
        page = Page(client.get("/espace/"))
        [line] = page.main.one(id="claims").parent.all("li")
        assert line.text == (
            "Votre demande de rattachement à La Source, reçue le "
            f"{long_date(timezone.now())}, attend un agent. La relire ou la retirer (La Source)"
        )
        assert line.one("a")["href"] == ADDRESS
        page = Page(client.get(f"{ADDRESS}retirer/"))
        assert page.title == "Retirer ma demande de rattachement"
        assert page.links["Garder ma demande"] == ADDRESS
        response = client.post(f"{ADDRESS}retirer/", follow=True)
        assert Page(response).messages == ["Votre demande est retirée."]
        assert list(MembershipClaim.objects.all()) == [kept]

    @pytest.mark.parametrize("exists", [True, False])
    def test_finds_out_nothing_of_what_isnt_confirmed(self, ana, as_user, exists):
        if exists:
            provisional(slug="la-source")
        client = as_user(ana)
        response = client.post(ADDRESS, {"message": "Présidente."})
        assert [client.get(ADDRESS).status_code, response.status_code] == [404, 404]
        assert MembershipClaim.objects.count() == 0

    def test_of_what_isnt_confirmed_is_refused(self, ana):
        with pytest.raises(Organisation.DoesNotExist):
            claimed(provisional(), ana)

    def test_of_what_is_confirmed_needs_no_publication(self, ana, as_user):
        organisation = OrganisationFactory(slug="la-source", is_published=False)
        response = as_user(ana).post(ADDRESS, {"message": "Présidente."})
        assert response.headers["Location"] == "/espace/"
        claim = MembershipClaim.objects.get()
        assert (claim.user, claim.organisation) == (ana, organisation)
        refuse_claim(claim=claim, by=person(Role.AGENT), reason="Inconnue.")
        answer = OutgoingMail.objects.latest("pk")
        assert f"{settings.SITE_URL}{ADDRESS}" in answer.body

    def test_isnt_for_members(self, organisation, as_user):
        own = member(organisation)
        assert as_user(own).get(ADDRESS).status_code == 404
        with pytest.raises(Refused, match="déjà membre"):
            claimed(organisation, own)

    def test_stops_after_five_a_day(self, organisation, ana, as_user):
        for _ in range(MOST_A_DAY):
            claimed(OrganisationFactory(), ana)
        page = Page(
            as_user(ana).post(
                ADDRESS, {"message": "Moi."}, headers={"X-Forwarded-For": "203.0.113.9"}
            )
        )
        assert page.errors == [TOO_MANY]
        MembershipClaim.objects.update(created_at=timezone.now() - timedelta(hours=25))
        assert claimed(organisation, ana).is_pending


class TestAnswering:
    def test_is_done_on_a_page_of_its_own(self, organisation, ana, agent, as_user):
        claim = claimed(organisation, ana)
        OutgoingMail.objects.all().delete()
        client = as_user(agent)
        page = Page(client.get("/rattachements/"))
        assert [link["href"] for link in page.main.one("ul").all("a")] == [
            f"/rattachements/{claim.pk}/"
        ]
        page = Page(client.get(f"/rattachements/{claim.pk}/"))
        # Nobody manages the organisation yet.
        [checked] = [box["value"] for box in page.main.all("input", name="role", checked="")]
        assert checked == MANAGER
        response = client.post(
            f"/rattachements/{claim.pk}/", {"decision": "confirmed", "role": MANAGER}
        )
        assert response.headers["Location"] == "/rattachements/"
        assert fresh(ana).memberships.get().role == MANAGER
        claim.refresh_from_db()
        assert (claim.state, claim.decided_by) == (ClaimState.CONFIRMED, agent)
        mail = OutgoingMail.objects.get()
        assert (mail.recipient, mail.pace) == ("ana@example.org", Pace.AT_ONCE)
        assert "/espace/structures/la-source/" in mail.body

    def test_tells_who_manages_it_already(self, organisation, ana, agent):
        manager = member(organisation, email="bob@example.org")
        member(organisation, CONTRIBUTOR)
        claim = claimed(organisation, ana)
        OutgoingMail.objects.all().delete()
        confirm_claim(claim=claim, by=agent, role=CONTRIBUTOR)
        told = OutgoingMail.objects.order_by("pk").values_list("recipient", "subject")
        assert list(told) == [
            (manager.email, "Ana Bé rejoint La Source"),
            ("ana@example.org", "La Source : votre demande de rattachement"),
        ]
        to_manager, to_ana = OutgoingMail.objects.order_by("pk")
        assert plain(to_manager.body).split("\n\n")[1] == (
            "Ana Bé a demandé à faire partie de La Source, et un agent l’a confirmé, avec le rôle "
            "« contributeur » : cette personne voit désormais les dossiers de la structure."
        )
        assert plain(to_ana.body).split("\n\n")[1] == (
            "Votre rattachement à La Source est confirmé, avec le rôle « contributeur » : ses "
            "dossiers sont dans votre espace."
        )

    def test_names_whoever_has_no_name_by_no_address(self, organisation, agent):
        member(organisation)
        claim = claimed(organisation, UserFactory(full_name="", email="evil@example.org"))
        mail = OutgoingMail.objects.get(recipient=agent.email)
        assert mail.body.splitlines()[2] == "Une personne sans nom dit faire partie de La Source."
        OutgoingMail.objects.all().delete()
        confirm_claim(claim=claim, by=agent, role=CONTRIBUTOR)
        mail = OutgoingMail.objects.order_by("pk")[0]
        told = (mail.subject, mail.body.splitlines()[2].partition(" à faire")[0])
        assert told == (
            "Une personne sans nom rejoint La Source",
            "Une personne sans nom a demandé",
        )

    def test_refuses_with_a_reason(self, organisation, ana, agent, as_user):
        claim = claimed(organisation, ana)
        OutgoingMail.objects.all().delete()
        client, address = as_user(agent), f"/rattachements/{claim.pk}/"
        page = Page(client.post(address, {"decision": "refused", "role": MANAGER, "reason": " "}))
        assert page.errors == [f"Motif : {NO_REASON}"]
        client.post(
            address, {"decision": "refused", "role": MANAGER, "reason": "Le site ne le dit pas."}
        )
        claim.refresh_from_db()
        assert (claim.state, claim.reason) == (ClaimState.REFUSED, "Le site ne le dit pas.")
        assert not ana.memberships.exists()
        body = OutgoingMail.objects.get().body
        assert "Le site ne le dit pas." in body
        assert "/acteurs/la-source/" in body
        # They may ask again, with more to show.
        assert claimed(organisation, ana).is_pending

    @pytest.mark.parametrize("who", ["manager", "administrator", "superuser", "claimant"])
    def test_is_for_agents(self, organisation, ana, as_user, who):
        claim = claimed(organisation, ana)
        by = {
            "manager": lambda: member(organisation),
            "administrator": lambda: person(Role.ADMINISTRATOR),
            "superuser": lambda: UserFactory(is_superuser=True),
            "claimant": lambda: ana,
        }[who]()
        client, address = as_user(by), f"/rattachements/{claim.pk}/"
        assert client.get(address).status_code == 404
        assert client.post(address, {"decision": "confirmed"}).status_code == 404
        with pytest.raises(PermissionDenied):
            confirm_claim(claim=claim, by=by, role=MANAGER)
        with pytest.raises(PermissionDenied):
            refuse_claim(claim=claim, by=by, reason="Non.")
        claim.refresh_from_db()
        assert claim.is_pending

    def test_isnt_for_the_agent_who_asks(self, organisation, agent, as_user):
        claim = claimed(organisation, agent)
        with pytest.raises(PermissionDenied):
            confirm_claim(claim=claim, by=agent, role=MANAGER)
        page = Page(as_user(agent).get(f"/rattachements/{claim.pk}/"))
        assert "un autre agent y répond" in page.main.text

    def test_is_given_once(self, organisation, ana, agent, as_user):
        claim = claimed(organisation, ana)
        refuse_claim(claim=claim, by=agent, reason="Non.")
        client, address = as_user(agent), f"/rattachements/{claim.pk}/"
        page = Page(client.post(address, {"decision": "confirmed", "role": MANAGER}))
        assert page.main.all("button") == []
        with pytest.raises(Refused) as refused:
            confirm_claim(claim=claim, by=agent, role=MANAGER)
        assert refused.value.reasons == [ALREADY_DECIDED]
        assert not ana.memberships.exists()

    def test_is_reached_from_the_administration(self, organisation, ana, agent, as_user):
        claim = claimed(organisation, ana)
        client, address = as_user(agent), f"/rattachements/{claim.pk}/"
        assert "/rattachements/" in client.get("/admin/").content.decode()
        assert address in client.get("/admin/actors/membershipclaim/").content.decode()
        refuse_claim(claim=claim, by=agent, reason="Non.")
        assert address not in client.get("/admin/actors/membershipclaim/").content.decode()


def test_answered_ones_are_purged_a_year_later(organisation, ana, agent):
    old, recent = claimed(organisation, ana), claimed(organisation, UserFactory())
    for claim, days in ((old, 366), (recent, 364)):
        refuse_claim(claim=claim, by=agent, reason="Non.")
        MembershipClaim.objects.filter(pk=claim.pk).update(
            decided_at=timezone.now() - timedelta(days=days)
        )
    waiting = claimed(organisation, UserFactory())
    MembershipClaim.objects.filter(pk=waiting.pk).update(
        created_at=timezone.now() - timedelta(days=900)
    )
    call_command("purge_expired", verbosity=0)
    assert set(MembershipClaim.objects.all()) == {recent, waiting}


@pytest.mark.django_db(transaction=True)
def test_two_agents_at_once_give_one_answer(organisation, ana, agent):
    claim, other = claimed(organisation, ana), person(Role.AGENT)
    first, second, waited = race(
        lambda: refuse_claim(claim=claim, by=agent, reason="Non.") and None,
        lambda: confirm_claim(claim=claim, by=other, role=MANAGER),
    )
    assert (first, second.reasons, waited) == (None, [ALREADY_DECIDED], True)
    assert Membership.objects.count() == 0
