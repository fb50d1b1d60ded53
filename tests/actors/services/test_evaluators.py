"""Inviting an evaluator: by staff, for the reader of one mailbox, for a while."""

import time
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from actors.enums import Role
from actors.models import EvaluatorInvitation, RoleChange, User
from actors.rules import needs_second_factor
from actors.services.evaluators import (
    ALREADY_EVALUATOR,
    INVITER_GONE,
    NOT_ANY_MORE,
    NOT_ONESELF,
    accept_invitation,
    decline_invitation,
    delete_old_evaluator_invitations,
    invite_evaluator,
    resend_invitation,
    withdraw_invitation,
)
from actors.services.invitations import ACCEPTED_ALREADY, MOST_AN_HOUR, TOO_MANY
from ess_portal.base.french import long_date
from ess_portal.base.models import OutgoingMail, Pace
from ess_portal.base.refusals import Refused
from tests.support.factories import UserFactory, fresh, person
from tests.support.races import race
from tests.support.reading import Page, plain
from tests.support.signing_in import METHODS, ask, code_of, enter

pytestmark = pytest.mark.django_db
EVE = "eve@example.org"


@pytest.fixture
def agent():
    """Who invites."""
    return person(Role.AGENT, full_name="Alix Agent", email="alix@example.org")


def invited(agent, email=EVE, **options) -> EvaluatorInvitation:
    """An invitation to `email`."""
    return invite_evaluator(email=email, by=agent, **options)


def expire(invitation) -> None:
    """As fifteen days later."""
    EvaluatorInvitation.objects.filter(pk=invitation.pk).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )


def state(invitation) -> str:
    return EvaluatorInvitation.objects.get(pk=invitation.pk).state


class TestInviting:
    def test_the_mail_names_inviter_service_and_address(self, agent, settings):
        invitation = invited(agent)
        mail = OutgoingMail.objects.get()
        authority = settings.AUTHORITY["name"]
        assert (mail.recipient, mail.subject) == (
            EVE,
            f"{authority} vous invite à évaluer des actions",
        )
        body = plain(mail.body)
        assert body.split("\n\n")[1] == (
            f"Alix Agent ({authority}) vous invite à évaluer des actions du programme de "
            "l’économie sociale et solidaire sur le portail."
        )
        assert f"{settings.SITE_URL}{invitation.get_absolute_url()}" in body

    def test_an_administrator_invites_too(self):
        invited(person(Role.ADMINISTRATOR))
        assert EvaluatorInvitation.objects.count() == 1

    @pytest.mark.parametrize("role", [Role.EVALUATOR, Role.COMMITTEE, Role.ELECTED, None])
    def test_nobody_else_does(self, role):
        with pytest.raises(PermissionDenied):
            invited(person(role) if role else UserFactory())

    def test_nobody_invites_themselves(self, agent):
        with pytest.raises(Refused) as refused:
            invited(agent, email="Alix@Example.org")
        assert refused.value.reasons == [NOT_ONESELF]

    def test_who_evaluates_already_is_not_invited(self, agent):
        with pytest.raises(Refused) as refused:
            invited(agent, email=person(Role.EVALUATOR).email)
        assert refused.value.reasons == [ALREADY_EVALUATOR]

    def test_once_at_a_time(self, agent):
        invited(agent)
        with pytest.raises(Refused) as refused:
            invited(agent)
        assert refused.value.reasons == ["Cette personne est déjà invitée."]

    def test_one_that_expired_gives_way(self, agent):
        former = invited(agent)
        expire(former)
        assert state(former) == "expirée"
        assert state(invited(agent)) == "en attente"
        assert state(former) == "retirée"

    def test_not_too_many(self, agent):
        for number in range(MOST_AN_HOUR):
            invited(agent, email=f"e{number}@example.org")
        with pytest.raises(Refused) as refused:
            invited(agent)
        assert refused.value.reasons == [TOO_MANY]


class TestAnswering:
    def test_accepting_gives_the_role_the_kind_and_a_note(self, agent):
        invitation = invited(agent, evaluator_kind="inhabitant")
        eve = UserFactory(email=EVE)
        accept_invitation(invitation=invitation, by=eve)
        eve = fresh(eve)
        assert (eve.roles, eve.evaluator_kind) == ({"evaluator"}, "inhabitant")
        # Offered, and never asked.
        assert not needs_second_factor(eve)
        assert state(invitation) == "acceptée"
        change = RoleChange.objects.get()
        assert (change.user, change.role, change.by, change.was_invited) == (
            eve,
            "evaluator",
            agent,
            True,
        )

    def test_who_invited_is_told_at_their_own_pace(self, agent):
        eve = UserFactory(email=EVE)
        accept_invitation(invitation=invited(agent), by=eve)
        mail = OutgoingMail.objects.get(recipient=agent.email)
        assert (mail.subject, mail.pace) == ("Votre invitation à évaluer est acceptée", Pace.HOURLY)

    def test_declining_is_told_too_and_gives_nothing(self, agent):
        invitation, eve = invited(agent), UserFactory(email=EVE)
        decline_invitation(invitation=invitation, by=eve)
        assert state(invitation) == "déclinée"
        assert fresh(eve).roles == frozenset()
        mail = OutgoingMail.objects.get(recipient=agent.email)
        assert mail.subject == "Votre invitation à évaluer est déclinée"

    def test_its_page_says_that_it_was_declined(self, agent, as_user):
        invitation, eve = invited(agent), UserFactory(email=EVE)
        decline_invitation(invitation=invitation, by=eve)
        address = f"/espace/invitations/evaluer/{invitation.uuid}/"
        page = Page(as_user(eve).get(address))
        assert page.main.one("p", cls="lead").text == (
            f"Vous avez décliné cette invitation le {long_date(timezone.now())}. Si vous avez "
            "changé d’avis, demandez-en une autre au service."
        )

    @pytest.mark.parametrize("answer", [accept_invitation, decline_invitation])
    def test_another_account_finds_nothing(self, agent, answer):
        with pytest.raises(EvaluatorInvitation.DoesNotExist):
            answer(invitation=invited(agent), by=UserFactory())

    def test_too_late_it_is_refused(self, agent):
        invitation, eve = invited(agent), UserFactory(email=EVE)
        expire(invitation)
        with pytest.raises(Refused) as refused:
            accept_invitation(invitation=invitation, by=eve)
        assert refused.value.reasons == [NOT_ANY_MORE]

    def test_the_word_of_who_left_the_service_gives_nothing(self, agent):
        invitation, eve = invited(agent), UserFactory(email=EVE)
        agent.groups.clear()
        with pytest.raises(Refused) as refused:
            accept_invitation(invitation=invitation, by=eve)
        assert refused.value.reasons == [INVITER_GONE]

    def test_a_stranger_comes_by_their_mailbox_and_is_asked_their_name(self, agent):
        """The account is made at the first code, and the link leads there."""
        invitation, client = invited(agent), Client()
        address = invitation.get_absolute_url()
        assert client.get(address).headers["Location"] == f"/connexion/?next={address}"
        assert not User.objects.filter(email=EVE).exists()
        ask(client, EVE)
        enter(client, code_of(EVE))
        page = Page(client.get(address))
        assert page.main.one("p", cls="lead").text.startswith("Alix Agent (")
        response = client.post(address, {"answer": "accept"})
        assert response.headers["Location"] == "/espace/preferences/"
        asked = Page(client.get("/espace/preferences/"))
        assert "donnez votre nom" in asked.one("div", role="status").text
        assert client.get("/evaluations/").status_code == 200

    def test_who_has_a_name_goes_on_to_their_evaluations(self, agent, as_user):
        address = invited(agent).get_absolute_url()
        somebody = UserFactory(email=EVE, full_name="Ève Évaluatrice")
        eve, elsewhere = as_user(somebody), as_user(somebody)
        assert eve.post(address, {"answer": "accept"}).headers["Location"] == "/evaluations/"
        assert eve.get("/evaluations/").status_code == 200
        # What was left open on another screen doesn't become an evaluator's.
        assert elsewhere.get("/evaluations/").headers["Location"].startswith("/connexion/")

    def test_a_session_left_open_gains_no_role_before_it_proves_whose_it_is(self, agent, as_user):
        """Accepting changes what one signs in as, as giving a role does."""
        address = invited(agent).get_absolute_url()
        somebody = UserFactory(email=EVE, full_name="Ève Évaluatrice")
        eve = as_user(somebody)
        session = eve.session
        session[METHODS] = [session[METHODS][0] | {"at": time.time() - 11 * 60}]
        session.save()
        response = eve.post(address, {"answer": "accept"})
        assert response.headers["Location"] == f"/connexion/confirmer/?next={address}"
        assert (fresh(somebody).roles, state(EvaluatorInvitation.objects.get())) == (
            frozenset(),
            "en attente",
        )
        # Saying no gives nothing away.
        assert eve.post(address, {"answer": "decline"}).headers["Location"] == "/espace/"


class TestAfterwards:
    def test_withdrawn_it_opens_nothing(self, agent):
        invitation, eve = invited(agent), UserFactory(email=EVE)
        withdraw_invitation(invitation=invitation, by=agent)
        assert state(invitation) == "retirée"
        with pytest.raises(Refused):
            accept_invitation(invitation=invitation, by=eve)

    def test_sent_again_the_new_link_alone_is_valid(self, agent):
        former = invited(agent, evaluator_kind="elected")
        again = resend_invitation(invitation=former, by=agent)
        assert (state(former), state(again), again.evaluator_kind) == (
            "retirée",
            "en attente",
            "elected",
        )
        assert OutgoingMail.objects.filter(recipient=EVE).count() == 2

    def test_what_was_answered_is_not_sent_again(self, agent):
        invitation = invited(agent)
        accept_invitation(invitation=invitation, by=UserFactory(email=EVE))
        with pytest.raises(Refused):
            resend_invitation(invitation=invitation, by=agent)

    @pytest.mark.parametrize("act", [withdraw_invitation, resend_invitation])
    def test_is_not_for_others(self, agent, act):
        with pytest.raises(PermissionDenied):
            act(invitation=invited(agent), by=UserFactory())

    def test_it_goes_thirty_days_later_and_the_note_stays(self, agent):
        accept_invitation(invitation=invited(agent), by=UserFactory(email=EVE))
        later = timezone.now() + timedelta(days=14 + 29)
        assert delete_old_evaluator_invitations(later) == 0
        assert delete_old_evaluator_invitations(later + timedelta(days=2)) == 1
        assert RoleChange.objects.count() == 1


class TestPages:
    def test_the_list_says_where_each_stands(self, agent, as_user):
        expired = invited(agent, email="b@example.org")
        expire(expired)
        invited(agent, email="a@example.org", evaluator_kind="inhabitant")
        withdraw_invitation(invitation=invited(agent, email="c@example.org"), by=agent)
        known = person(Role.EVALUATOR, full_name="Ève", evaluator_kind="elected")
        page = Page(as_user(agent).get("/evaluateurs/"))
        waiting = page.main.one("section", **{"aria-labelledby": "waiting"})
        assert [one.text for one in waiting.all("h3")] == ["a@example.org", "b@example.org"]
        assert [one.text.split()[0] for one in waiting.all("p", cls="meta")] == ["en", "expirée"]
        people = page.main.one("section", **{"aria-labelledby": "evaluators"})
        assert people.one("p", cls="meta").text == f"{known.email} · Élu ou élue"
        past = page.main.one("section", **{"aria-labelledby": "answered"}).one("li").text
        assert past.startswith("c@example.org : retirée le ")

    def test_it_is_sent_and_sent_again_from_there(self, agent, as_user):
        client = as_user(agent)
        response = client.post("/evaluateurs/inviter/", {"email": EVE}, follow=True)
        assert "L’invitation est envoyée à eve@example.org." in response.content.decode()
        invitation = EvaluatorInvitation.objects.get()
        client.post(f"/evaluateurs/invitations/{invitation.uuid}/renvoyer/")
        again = EvaluatorInvitation.objects.unanswered().get()
        client.post(f"/evaluateurs/invitations/{again.uuid}/retirer/")
        assert [one.state for one in EvaluatorInvitation.objects.all()] == ["retirée", "retirée"]

    def test_it_waits_in_the_space_of_who_is_invited(self, agent, as_user):
        invitation = invited(agent)
        page = Page(as_user(UserFactory(email=EVE)).get("/espace/"))
        (line,) = page.main.one("section", **{"aria-labelledby": "awaited"}).all("li")
        assert line.text.startswith("Alix Agent vous invite à évaluer des actions.")
        assert line.one("a")["href"] == invitation.get_absolute_url()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_counted_one_after_the_other(agent):
    for number in range(MOST_AN_HOUR - 1):
        invited(agent, f"e{number}@example.org")
    _, refused, waited = race(lambda: invited(agent, "x@example.org"), lambda: invited(agent))
    assert (refused.reasons, waited) == ([TOO_MANY], True)


def test_nobody_accepts_their_own(agent):
    """An administrator may have given the inviter the address that was invited."""
    invitation = invited(agent)
    agent.email = EVE
    agent.save()
    with pytest.raises(Refused) as refused:
        accept_invitation(invitation=invitation, by=fresh(agent))
    assert refused.value.reasons == [NOT_ONESELF]
    assert not RoleChange.objects.filter(user=agent).exists()


def test_once_accepted_it_is_not_declined(agent):
    """Of two windows, the second doesn't say that nothing came of the first."""
    invitation, eve = invited(agent), UserFactory(email=EVE)
    accept_invitation(invitation=invitation, by=eve)
    with pytest.raises(Refused) as refused:
        decline_invitation(invitation=invitation, by=fresh(eve))
    assert refused.value.reasons == [ACCEPTED_ALREADY]
