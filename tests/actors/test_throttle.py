"""How often one may try to sign in: nothing pushes a limit out, nobody locks somebody else out."""

import time

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from actors.models import User
from ess_portal.base.cache import MOST_WITHOUT_A_LOOK
from ess_portal.base.models import OutgoingMail
from ess_portal.settings import sign_in_limits
from tests.support.factories import UserFactory
from tests.support.reading import Page
from tests.support.signing_in import ASK, CONFIRM, ask, code_of, enter, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hasher"), pytest.mark.slow]

LOGIN = "/connexion/"
PASSWORD = "une phrase longue et secrète"
# The same whether the address is known or not.
TOO_MANY = (
    "Trop d’essais pour cette adresse électronique, ou depuis votre connexion. Attendez quelques "
    "minutes ; après une vingtaine d’essais, revenez demain. Une clé d’accès permet toujours de "
    "se connecter."
)


@pytest.fixture
def quick_hasher(settings):
    """Hashing is slow on purpose; its strength isn't what these tests are about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def fault(email: str, address: str, headers=None) -> Page:
    """Give a wrong password for `email` from `address`."""
    answer = Client(REMOTE_ADDR=address).post(
        LOGIN, {"login": email, "password": "x"}, headers=headers
    )
    return Page(answer)


def attempt(email: str, address: str):
    """Give the right password from `address`; return the browser, and the page it got."""
    client = Client(REMOTE_ADDR=address)
    answer = client.post(LOGIN, {"login": email, "password": PASSWORD})
    return client, Page(answer) if answer.status_code == 200 else None


def rewind(key: str, before: dict) -> None:
    """Put the session back as requests of the same instant all find it."""
    session = Client().session.__class__(key)
    session.clear()
    session.update(before)
    session.save()


class Clock:
    """The time that limits read, moved on by hand."""

    def __init__(self, patch):
        self.now = time.time()
        patch.setattr(time, "time", lambda: self.now)

    def later(self, seconds: float) -> None:
        """Let `seconds` go by."""
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    """A clock that only moves when told."""
    return Clock(monkeypatch)


@pytest.fixture
def ana():
    """Somebody who has a password."""
    user = UserFactory(email="ana@example.org")
    user.set_password(PASSWORD)
    user.save()
    return user


def test_four_hundred_foreign_entries_free_nobody(settings, ana):
    settings.ACCOUNT_RATE_LIMITS = sign_in_limits(1)
    for _ in range(6):
        fault("ana@example.org", "192.0.2.1")
    for number in range(400):
        cache.set(f"foreign:{number}", "x", 3600)
    client, page = attempt("ana@example.org", "192.0.2.1")
    assert page.errors == [TOO_MANY]
    assert signed_in(client) is None


def test_entries_leave_once_they_have_expired(settings):
    cache.set("old", "x", 3600)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ess_portal_cache SET expires = now() - interval '1 hour'")
        for number in range(MOST_WITHOUT_A_LOOK + 1):
            cache.set(f"foreign:{number}", "x", 3600)
        cursor.execute("SELECT count(*) FROM ess_portal_cache WHERE cache_key LIKE '%old'")
        assert cursor.fetchone() == (0,)


class TestRateLimits:
    """With production's figures: the demonstration's are a hundred times wider."""

    @pytest.fixture(autouse=True)
    def production(self, settings):
        settings.ACCOUNT_RATE_LIMITS = sign_in_limits(1)

    def test_stop_codes_for_one_address_wherever_they_are_asked_from(self):
        answers = [
            ask(Client(REMOTE_ADDR=f"192.0.2.{number}"), "ana@example.org") for number in range(5)
        ]
        assert [answer.status_code for answer in answers] == [302, 302, 302, 200, 200]
        assert Page(answers[-1]).errors == [f"Adresse électronique : {TOO_MANY}"]
        assert OutgoingMail.objects.count() == 3

    def test_stop_codes_from_one_place_whatever_it_pretends(self):
        answers = [
            Client().post(
                ASK,
                {"email": f"ana{number}@example.org"},
                headers={
                    "X-Forwarded-For": f"203.0.113.{number}",
                    "Forwarded": f"for=203.0.113.{number}",
                },
            )
            for number in range(22)
        ]
        assert [answer.status_code for answer in answers] == [302] * 20 + [200] * 2
        assert Page(answers[-1]).errors == [f"Adresse électronique : {TOO_MANY}"]
        assert (OutgoingMail.objects.count(), User.objects.count()) == (20, 20)

    @pytest.mark.parametrize("extra", ["203.0.113.{}, ", "10.0.0.1, 203.0.113.{}, ", ""])
    def test_behind_a_proxy_read_what_the_proxy_adds_and_no_more(self, settings, extra):
        """What the visitor wrote before the proxy's own word is theirs to forge."""
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        answers = [
            Client(REMOTE_ADDR="10.1.1.1").post(
                ASK,
                {"email": f"ana{number}@example.org"},
                headers={"X-Forwarded-For": f"{extra.format(number)}198.51.100.7"},
            )
            for number in range(21)
        ]
        assert [answer.status_code for answer in answers] == [302] * 20 + [200]
        # Somebody else, by the same proxy, isn't stopped.
        other = Client(REMOTE_ADDR="10.1.1.1").post(
            ASK,
            {"email": "bob@example.org"},
            headers={"X-Forwarded-For": "198.51.100.7, 198.51.100.8"},
        )
        assert other.status_code == 302

    def test_stop_passwords_from_one_place_whatever_it_pretends(self, ana):
        for number in range(5):
            fault("ana@example.org", "192.0.2.1", {"X-Forwarded-For": f"203.0.113.{number}"})
        client, page = attempt("ana@example.org", "192.0.2.1")
        assert page.errors == [TOO_MANY]
        assert signed_in(client) is None

    def test_of_one_place_do_not_lock_the_account_for_its_owner(self, ana):
        for _ in range(6):
            fault("ana@example.org", "192.0.2.1")
        client, _ = attempt("ana@example.org", "192.0.2.2")
        assert signed_in(client) == "ana@example.org"

    def test_stop_passwords_for_the_day_after_sixty_faults_from_many_places(self, ana):
        for number in range(60):
            page = fault("ana@example.org", f"192.0.2.{number}")
        assert page.errors != [TOO_MANY]
        client, page = attempt("ana@example.org", "198.51.100.1")
        assert page.errors == [TOO_MANY]
        # A code by mail is another way in, and so is a passkey.
        ask(client, "ana@example.org")
        enter(client, code_of("ana@example.org"))
        assert signed_in(client) == "ana@example.org"

    def test_do_not_count_passwords_that_were_right(self, ana):
        for number in range(70):
            client, _ = attempt("ana@example.org", f"192.0.2.{number}")
            assert signed_in(client) == "ana@example.org"

    @pytest.mark.parametrize("who", ["known", "unknown", "closed"])
    def test_stop_twenty_codes_a_day_for_one_account(self, who, clock):
        if who != "unknown":
            UserFactory(email="ana@example.org", is_active=who != "closed")
        answers = []
        for number in range(21):
            clock.later(61)
            answers.append(ask(Client(REMOTE_ADDR=f"192.0.2.{number}"), "ana@example.org"))
        assert [answer.status_code for answer in answers] == [302] * 20 + [200]
        assert Page(answers[-1]).errors == [f"Adresse électronique : {TOO_MANY}"]
        clock.later(24 * 3600)
        assert ask(Client(), "ana@example.org").status_code == 302

    def test_leave_its_owner_half_the_codes_that_one_place_could_ask(self, clock):
        answers = []
        for _ in range(11):
            clock.later(61)
            answers.append(ask(Client(REMOTE_ADDR="192.0.2.1"), "ana@example.org"))
        assert [answer.status_code for answer in answers] == [302] * 10 + [200]
        assert Page(answers[-1]).errors == [f"Adresse électronique : {TOO_MANY}"]
        assert ask(Client(REMOTE_ADDR="192.0.2.2"), "ana@example.org").status_code == 302

    @pytest.mark.parametrize("who", ["known", "closed"])
    def test_count_codes_that_are_sent_again(self, who, clock):
        UserFactory(email="ana@example.org", is_active=who == "known")
        again = []
        for number in range(7):
            clock.later(61)
            client = Client(REMOTE_ADDR=f"192.0.2.{number}")
            ask(client, "ana@example.org")
            for _ in range(2):
                clock.later(31)
                answer = client.post(CONFIRM, {"action": "resend"}, follow=True)
                again.append(TOO_MANY in [str(said) for said in answer.context["messages"]])
        assert again == [False] * 13 + [True]
        expected = 20 if who == "known" else 0
        assert OutgoingMail.objects.filter(secret=True).count() == expected

    def test_stop_codes_tried_at_once_in_one_session(self):
        """Whoever sends many at the same instant isn't counted by the session alone."""
        client = Client()
        ask(client, "ana@example.org")
        code, key = code_of("ana@example.org"), client.session.session_key
        before = dict(client.session)
        for _ in range(120):
            enter(client, "ZZZZZZ")
            rewind(key, before)
        page = Page(enter(client, code))
        assert page.errors == [f"Code reçu par courriel : {TOO_MANY}"]
        assert signed_in(client) is None

    def test_stop_whoever_opens_the_page_too_often(self):
        answers = [Client().post(LOGIN, {"login": "", "password": ""}) for _ in range(31)]
        assert [answer.status_code for answer in answers] == [200] * 30 + [429]
        assert Page(answers[-1]).title == "Trop d’essais en peu de temps"


def test_codes_are_counted_by_mailbox_however_it_is_typed(settings):
    settings.ACCOUNT_RATE_LIMITS = sign_in_limits(1)
    variants = ["bob@demo.example", "bob@demo.ｅxample", "bob@ｄemo.example"]
    for number, typed in enumerate(variants * 2):
        ask(Client(REMOTE_ADDR=f"203.0.113.{number}"), typed)
    recipients = OutgoingMail.objects.values_list("recipient", flat=True)
    assert list(recipients) == ["bob@demo.example"] * 3
