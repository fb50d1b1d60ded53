"""How long sessions last, and what their owner sees and ends of them."""

import time

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.enums import Role
from actors.models import Session, User
from tests.support.factories import OrganisationFactory, UserFactory, member, person
from tests.support.reading import Page
from tests.support.signing_in import open_session, signed_in

pytestmark = pytest.mark.django_db
MINE = "/connexion/sessions/"
END = "/connexion/sessions/terminer/"
IDLE = "Votre session a pris fin après une heure sans activité."
LONG = "Votre session a pris fin : elle dure douze heures au plus."
KEPT = "Ce qui était enregistré l’est resté."
LOST = (
    "Ce que vous veniez d’envoyer n’a pas été enregistré : reconnectez-vous, puis recommencez. "
    "Le bouton « Précédent » de votre navigateur garde souvent ce que vous aviez tapé."
)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Clock:
    """The time, moved on by hand."""

    def __init__(self, patch):
        self.now = time.time()
        patch.setattr(time, "time", lambda: self.now)

    def later(self, minutes: float) -> None:
        """Let `minutes` go by."""
        self.now += minutes * 60


@pytest.fixture
def clock(monkeypatch):
    """A clock that only moves when told."""
    return Clock(monkeypatch)


def writes(queries) -> list[str]:
    """What was written to the database."""
    return [
        query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ]


class TestIdle:
    @pytest.mark.parametrize("role", [Role.AGENT, Role.COMMITTEE, Role.ELECTED, Role.ADMINISTRATOR])
    def test_ends_the_session_of_staff_after_an_hour(self, role, as_user, clock):
        client = as_user(person(role))
        clock.later(59)
        assert client.get("/espace/").status_code == 200
        clock.later(59)
        assert client.get("/espace/").status_code == 200
        clock.later(60)
        answer = client.get("/espace/")
        assert answer.headers["Location"] == "/connexion/?next=/espace/"
        page = Page(client.get("/connexion/?next=/espace/"))
        assert page.messages == [f"{IDLE} {KEPT}"]
        assert signed_in(client) is None

    def test_says_what_was_sent_in_vain(self, as_user, clock):
        agent = person(Role.AGENT, full_name="Avant")
        client = as_user(agent)
        clock.later(61)
        client.post("/espace/preferences/", {"full_name": "Après", "mail_rhythm": "daily"})
        page = Page(client.get("/connexion/"))
        assert page.messages == [f"{IDLE} {LOST}"]
        assert User.objects.get(pk=agent.pk).full_name == "Avant"

    def test_makes_public_pages_a_strangers(self, as_user, clock):
        client = as_user(person(Role.AGENT))
        clock.later(61)
        page = Page(client.get("/actions/"))
        assert page.messages == [f"{IDLE} {KEPT}"]
        assert "Se déconnecter" not in [button.text for button in page.all("button")]

    def test_leaves_carriers_and_evaluators_as_they_were(self, as_user, clock):
        for user in (member(OrganisationFactory()), person(Role.EVALUATOR)):
            client = as_user(user)
            clock.later(13 * 60)
            assert client.get("/espace/").status_code == 200

    def test_counts_from_the_latest_page_or_fragment(self, as_user, clock):
        """What saves by itself, a screen that asks again: whatever is asked is activity."""
        client = as_user(person(Role.AGENT))
        for _ in range(6):
            clock.later(20)
            client.get("/actions/", headers={"HX-Request": "true"})
        assert client.get("/espace/").status_code == 200

    def test_is_noted_every_five_minutes_and_by_one_write(self, as_user, clock):
        client = as_user(person(Role.AGENT))
        noted = []
        for _ in range(6):
            clock.later(2)
            with CaptureQueriesContext(connection) as queries:
                client.get("/aide/")
            noted.append(len(writes(queries)))
        assert noted == [0, 0, 1, 0, 0, 1]

    def test_of_a_carrier_is_never_noted(self, as_user, clock):
        client = as_user(member(OrganisationFactory()))
        clock.later(30)
        with CaptureQueriesContext(connection) as queries:
            client.get("/aide/")
        assert writes(queries) == []


@pytest.mark.slow
def test_twelve_hours_are_the_most(as_user, clock):
    client = as_user(person(Role.AGENT))
    for _ in range(23):
        clock.later(31)
        assert client.get("/espace/").status_code == 200
    clock.later(8)
    assert client.get("/espace/").headers["Location"] == "/connexion/?next=/espace/"
    assert Page(client.get("/connexion/")).messages == [f"{LONG} {KEPT}"]


class TestOnesOwn:
    def two(self, user):
        """Two browsers of the same person."""
        here, there = Client(headers={"User-Agent": FIREFOX}), Client()
        for client in (there, here):
            client.get("/aide/")
            open_session(client, user)
        return here, there

    def test_are_listed_this_one_first(self):
        user = UserFactory()
        here, _ = self.two(user)
        self.two(UserFactory())
        page = Page(here.get(MINE))
        assert len(page.main.all("h2")) == 2
        assert "Cette session" in page.main.all("li")[0].text

    def test_say_with_what_and_when(self):
        here, _ = self.two(UserFactory())
        first, second = Page(here.get(MINE)).main.all("li")
        moment = timezone.localtime().strftime("%Y à")
        assert "Navigateur inconnu" in second.text
        assert (moment in first.text, moment in second.text) == (True, True)

    def test_show_no_key(self):
        here, there = self.two(UserFactory())
        text = here.get(MINE).content.decode()
        assert [client.session.session_key in text for client in (here, there)] == [False, False]

    def test_are_ended_one_by_one(self):
        here, there = self.two(UserFactory())
        [button] = Page(here.get(MINE)).main.all("button", name="session")
        here.post(END, {"session": button["value"]})
        assert (signed_in(here) is None, signed_in(there) is None) == (False, True)

    def test_are_ended_all_but_this_one(self):
        user = UserFactory()
        here, there = self.two(user)
        third = self.two(user)[0]
        answer = here.post(END, follow=True)
        assert Page(answer).messages == ["Vos autres sessions sont terminées."]
        assert [signed_in(one) is None for one in (here, there, third)] == [False, True, True]

    def test_of_others_are_out_of_reach(self):
        here, _ = self.two(UserFactory())
        other, elsewhere = self.two(UserFactory())
        [button] = Page(other.get(MINE)).main.all("button", name="session")
        here.post(END, {"session": button["value"]})
        assert [signed_in(one) is None for one in (other, elsewhere)] == [False, False]


def test_expired_sessions_are_purged(as_user):
    as_user(UserFactory())
    kept = as_user(UserFactory())
    Session.objects.exclude(session_key=kept.session.session_key).update(expire_date=timezone.now())
    call_command("purge_expired", verbosity=0)
    assert [row.session_key for row in Session.objects.all()] == [kept.session.session_key]
