"""Signing in by code or password, and out: the same answers for everybody, nothing to steal."""

import re
import time
from datetime import timedelta

import pytest
from allauth.account.adapter import get_adapter
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.enums import Role
from actors.models import User
from ess_portal.base.models import OutgoingMail
from tests.support.factories import OrganisationFactory, Story, UserFactory, grid, member, person
from tests.support.reading import Page
from tests.support.signing_in import ASK, CONFIRM, ask, code_of, enter, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hasher")]


LOGIN = "/connexion/"


PASSWORD = "une phrase longue et secrète"


@pytest.fixture
def quick_hasher(settings):
    """Hashing is slow on purpose; its strength isn't what these tests are about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class TestCode:
    def test_creates_an_unprivileged_account_and_leads_on(self):
        grid()
        client = Client()
        response = ask(client, "Nouvelle@Example.org", next="/actions/proposer/?mesure=3")
        assert response.headers["Location"].partition("?")[0] == CONFIRM
        page = Page(client.get(response.headers["Location"]))
        assert page.title == "Saisir le code"
        assert page.main.one("strong").text == "nouvelle@example.org"
        form = {
            field["name"]: field.get("value")
            for field in page.main.all("form")[0].all("input")
            if field.get("type") == "hidden" and field["name"] != "csrfmiddlewaretoken"
        }
        response = enter(client, code_of("nouvelle@example.org"), **form)
        assert response.headers["Location"] == "/actions/proposer/?mesure=3"
        assert signed_in(client) == "nouvelle@example.org"
        user = User.objects.get()
        assert (user.email, user.is_staff, user.is_superuser) == (
            "nouvelle@example.org",
            False,
            False,
        )
        assert (list(user.groups.all()), list(user.memberships.all())) == ([], [])
        assert not user.has_usable_password()
        assert client.get("/admin/").status_code == 404

    def test_leads_to_ones_space_by_default(self):
        UserFactory(email="ana@example.org")
        client = Client()
        ask(client, "ANA@example.org")
        assert enter(client, code_of("ana@example.org")).headers["Location"] == "/espace/"
        assert (signed_in(client), User.objects.count()) == ("ana@example.org", 1)

    @pytest.mark.parametrize(
        ("roles", "where"),
        [
            ([], "/espace/"),
            ([Role.EVALUATOR], "/evaluations/"),
            ([Role.AGENT], "/tableau-de-bord/attentes/instruire/"),
            ([Role.AGENT, Role.COMMITTEE], "/tableau-de-bord/attentes/instruire/"),
            ([Role.COMMITTEE, Role.EVALUATOR], "/commission/"),
            ([Role.ELECTED], "/tableau-de-bord/"),
            ([Role.ADMINISTRATOR], "/admin/"),
        ],
    )
    def test_leads_each_role_to_what_waits_for_it(self, rf, as_user, roles, where):
        grid()
        request = rf.get("/")
        request.user = person(*roles)
        assert get_adapter().get_login_redirect_url(request) == where
        assert as_user(request.user).get(where).status_code == 200

    def test_leads_an_agent_to_the_dashboard_while_there_is_no_programme(self, as_user):
        response = as_user(person(Role.AGENT)).get("/tableau-de-bord/attentes/instruire/")
        assert response.headers["Location"] == "/tableau-de-bord/"

    @pytest.mark.parametrize("typed", ["Bob@demo.ｅxample", "bob@de\u00admo.example"])
    def test_is_for_one_mailbox_however_it_is_typed(self, typed):
        UserFactory(email="bob@demo.example")
        client = Client()
        ask(client, typed)
        assert enter(client, code_of("bob@demo.example")).headers["Location"] == "/espace/"
        assert (signed_in(client), User.objects.count()) == ("bob@demo.example", 1)

    @pytest.mark.parametrize(
        "typed", ['"bob"@demo.example', "bob@xn--a.example", "bob@[127.0.0.1]"]
    )
    def test_is_refused_to_an_address_that_would_be_another_way_to_write_one(self, typed):
        page = Page(ask(Client(), typed))
        assert page.errors == ["Adresse électronique : Saisissez une adresse de courriel valide."]
        assert (User.objects.count(), OutgoingMail.objects.count()) == (0, 0)

    @pytest.mark.parametrize("who", ["known", "unknown", "inactive", "with_password"])
    def test_gets_the_same_answer_whoever_asks(self, who):
        email = "quelqu-un@example.org"
        if who != "unknown":
            user = UserFactory(email=email, is_active=who != "inactive")
            if who == "with_password":
                user.set_password(PASSWORD)
                user.save()
        client = Client()
        response = ask(client, email)
        assert (response.status_code, response.headers["Location"]) == (302, CONFIRM)
        page = Page(client.get(CONFIRM))
        assert page.main.text == Page(self.of_a_stranger()).main.text.replace(
            "autre@example.org", email
        )
        sent = OutgoingMail.objects.filter(recipient=email).values_list("subject", flat=True)
        assert list(sent) == ([] if who == "inactive" else ["Votre code de connexion"])

    def of_a_stranger(self):
        """The page that somebody unknown gets."""
        client = Client()
        ask(client, "autre@example.org")
        return client.get(CONFIRM)

    def test_takes_as_long_whoever_asks(self):
        """As many questions to the database: nobody learns from a watch who has an account."""
        UserFactory(email="connue@example.org")
        asked = []
        for email in ("connue@example.org", "inconnue@example.org"):
            client = Client()
            with CaptureQueriesContext(connection) as queries:
                ask(client, email)
            asked.append(len(queries))
        # An account that is made costs its row and a savepoint.
        assert asked[1] - asked[0] <= 3

    def test_of_a_closed_account_never_signs_in(self):
        UserFactory(email="ferme@example.org", is_active=False)
        client = Client()
        ask(client, "ferme@example.org")
        for code in ("", "000000", "ABCDEF"):
            enter(client, code)
            assert signed_in(client) is None

    def test_wrong_is_refused_in_french_and_five_times_only(self):
        client = Client()
        ask(client, "ana@example.org")
        code = code_of("ana@example.org")
        page = Page(enter(client, "ZZZZZZ"))
        assert page.errors == ["Code reçu par courriel : Code incorrect."]
        for _ in range(4):
            response = enter(client, "ZZZZZZ")
        assert response.status_code == 302
        enter(client, code)
        assert signed_in(client) is None

    def test_expires_after_fifteen_minutes(self, monkeypatch):
        client = Client()
        ask(client, "ana@example.org")
        code = code_of("ana@example.org")
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 15 * 60 + 1)
        enter(client, code)
        monkeypatch.undo()
        assert signed_in(client) is None

    def test_serves_once(self):
        first, second = Client(), Client()
        ask(first, "ana@example.org")
        code = code_of("ana@example.org")
        enter(first, code)
        ask(second, "ana@example.org")
        enter(second, code)
        assert (signed_in(first), signed_in(second)) == ("ana@example.org", None)

    def test_can_be_asked_again(self):
        client = Client()
        ask(client, "ana@example.org")
        first = code_of("ana@example.org")
        client.post(CONFIRM, {"action": "resend"})
        second = code_of("ana@example.org")
        assert first != second
        enter(client, second)
        assert signed_in(client) == "ana@example.org"

    @pytest.mark.parametrize(
        "email",
        ["", "pas une adresse", "a@b\x00.fr", f"{'a' * 300}@example.org", "a@b\r\nBcc: c@d.fr"],
    )
    def test_is_not_sent_to_what_is_no_address(self, email):
        page = Page(ask(Client(), email))
        assert [error.partition(" : ")[0] for error in page.errors] == ["Adresse électronique"]
        assert (User.objects.count(), OutgoingMail.objects.count()) == (0, 0)

    def test_mail_loses_its_text_once_sent(self):
        ask(Client(), "ana@example.org")
        code = code_of("ana@example.org")
        call_command("send_mails", verbosity=0)
        assert code in mail.outbox[0].body
        sent = OutgoingMail.objects.get()
        assert (sent.body, sent.secret) == ("", True)
        assert code not in str(OutgoingMail.objects.values().get())

    def test_asked_of_a_forged_host_is_not_sent(self):
        response = Client(headers={"Host": "evil.example"}).post(ASK, {"email": "ana@example.org"})
        assert response.status_code == 400
        assert (User.objects.count(), OutgoingMail.objects.count()) == (0, 0)

    def test_names_the_portal_and_no_host_of_the_request(self, settings):
        settings.SITE_URL = "https://portail.example"
        settings.ALLOWED_HOSTS = ["testserver", "autre.example"]
        forged = {"Host": "autre.example", "X-Forwarded-Host": "evil.example"}
        Client(headers=forged).post(ASK, {"email": "ana@example.org"})
        body = OutgoingMail.objects.get().text
        assert re.findall(r"\S+\.example\S*", body) == ["https://portail.example"]

    @pytest.mark.parametrize(
        "address",
        ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"],
    )
    def test_never_leads_out_of_the_portal(self, address):
        client = Client()
        ask(client, "ana@example.org", next=address)
        response = enter(client, code_of("ana@example.org"), next=address)
        assert response.headers["Location"] == "/espace/"


class TestPrivacyOfPages:
    def test_pages_of_signed_in_people_are_kept_by_nobody(self, as_user):
        client = as_user(member(OrganisationFactory()))
        for path in ("/", "/espace/", "/aide/", "/introuvable/", "/actions/proposer/"):
            control = client.get(path).headers["Cache-Control"]
            assert {part.strip() for part in control.split(",")} >= {"private", "no-store"}, path

    def test_public_pages_of_strangers_may_be_kept(self):
        for path in ("/", "/aide/", "/actions/"):
            assert "no-store" not in Client().get(path).headers.get("Cache-Control", "")

    def test_admin_pages_too(self, as_user):
        client = as_user(person(Role.AGENT))
        assert "no-store" in client.get("/admin/").headers["Cache-Control"]

    def test_private_pages_lead_strangers_to_the_sign_in_page(self):
        response = Client().get("/espace/")
        assert response.headers["Location"] == "/connexion/?next=/espace/"
        page = Page(Client().get(response.headers["Location"]))
        hidden = [field["value"] for field in page.main.all("input", name="next")]
        assert hidden == ["/espace/"] * 3

    def test_the_session_ends_with_the_browser(self):
        client = Client()
        ask(client, "ana@example.org")
        enter(client, code_of("ana@example.org"))
        cookie = client.cookies["sessionid"]
        assert (cookie["expires"], cookie["max-age"], bool(cookie["httponly"])) == ("", "", True)
        assert cookie["samesite"] == "Lax"


def test_codes_never_followed_up_leave_no_account_a_day_later():
    ask(Client(), "curieux@example.org")
    asked = Story().in_evaluation().evaluators[0]
    asked.groups.clear()  # never came, and lost the role: the evaluation still names them
    others = User.objects.exclude(email="curieux@example.org")
    kept = [UserFactory(), *others, member(OrganisationFactory()), person(Role.EVALUATOR)]
    User.objects.update(date_joined=timezone.now() - timedelta(days=2))
    User.objects.filter(pk=kept[0].pk).update(last_login=timezone.now())
    ask(Client(), "hier@example.org")
    call_command("purge_expired", verbosity=0)
    assert set(User.objects.values_list("email", flat=True)) == {
        "hier@example.org",
        *(user.email for user in kept),
    }


def test_a_part_of_a_page_leads_the_whole_page_to_the_door(client):
    """A session that ended while a list was open: the list doesn't become the sign-in page."""
    response = client.get("/commission/?q=eau", headers={"hx-request": "true"})
    assert response.headers["HX-Redirect"] == "/connexion/?next=/commission/%3Fq%3Deau"
    # What is being typed stays on its page, which says that it isn't saved (js/autosave.js).
    saving = client.post("/commission/points/1/", headers={"hx-request": "true"})
    assert saving.status_code == 302
