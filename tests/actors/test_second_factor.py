"""The second factor of staff: nothing of their work before it, however they signed in."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client

from actors.enums import Role
from actors.models import Session
from actors.services.second_factors import add_application, make_recovery_codes
from actors.views.second_factors import SHOWN_UNTIL
from ess_portal.base.models import OutgoingMail
from tests.support.factories import OrganisationFactory, UserFactory, member, person
from tests.support.passkey_device import Device, asked_by
from tests.support.reading import Page
from tests.support.signing_in import ask, code_of, enter, signed_in

pytestmark = pytest.mark.django_db

GATE = "/connexion/second-facteur/"
APPLICATION = f"{GATE}application/"
CODES = f"{GATE}codes/"
CONFIRM = "/connexion/confirmer/"
SECOND_STEP = "/connexion/verification/"
EMAIL = "ana@example.org"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
WRONG = (
    "Ce code n’est pas le bon, ou il a déjà servi. Attendez que votre application en montre un "
    "autre, ou donnez un code de secours."
)


def by_mail(email=EMAIL, **data) -> Client:
    """The browser of somebody who signed in by a mailed code, as far as it goes."""
    client = Client()
    ask(client, email, **data)
    client.answer = enter(client, code_of(email), **data)
    return client


def shown(secret: str, later: int = 0) -> str:
    """The code that an application shows for `secret`, some steps later."""
    return format_hotp_value(hotp_value(secret, int(time.time() // 30) + later))


def agent(**fields):
    """An agent whose mailbox is Ana's."""
    return person(Role.AGENT, email=EMAIL, **fields)


def with_application(user, codes=True):
    """The same, who associated an application."""
    add_application(user=user, secret=SECRET, keep=None)
    if codes:
        make_recovery_codes(user=user, keep=None)
    return user


STAFF = (Role.AGENT, Role.COMMITTEE, Role.ELECTED, Role.ADMINISTRATOR)


class TestGate:
    @pytest.mark.parametrize("role", STAFF)
    def test_leads_every_role_that_needs_it_to_its_page(self, role):
        person(role, email=EMAIL)
        client = by_mail()
        assert client.get("/espace/").headers["Location"] == f"{GATE}?next=/espace/"
        page = Page(client.get(f"{GATE}?next=/espace/"))
        assert page.title == "Ajouter un second facteur"

    def test_leads_a_superuser_too(self):
        UserFactory(email=EMAIL, is_superuser=True)
        assert by_mail().get("/admin/").headers["Location"] == f"{GATE}?next=/admin/"

    def test_lets_evaluators_and_carriers_through(self):
        for user in (person(Role.EVALUATOR), member(OrganisationFactory()), UserFactory()):
            client = by_mail(user.email)
            assert client.get("/espace/").status_code == 200
            page = Page(client.get(GATE))
            assert "Rien ne vous oblige à en ajouter un." in page.main.text

    @pytest.mark.parametrize(
        "path",
        [
            "/",
            "/actions/",
            "/recherche/?q=a",
            "/admin/",
            "/admin/actors/organisation/",
            "/tableau-de-bord/decisions.csv",
            "/commission/",
            "/espace/preferences/",
            "/connexion/sessions/",
            "/connexion/cles/",
            CODES,
            f"{CODES}fichier/",
        ],
    )
    def test_stands_before_every_page(self, path):
        agent()
        answer = by_mail().get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"].partition("?")[0] == GATE

    def test_stands_before_what_is_sent(self):
        agent()
        client = by_mail()
        sent = {"full_name": "Autre", "mail_rhythm": "daily"}
        for path in ("/espace/preferences/", "/admin/actors/organisation/add/"):
            assert client.post(path, sent).headers["Location"] == GATE
        answer = client.get("/actions/", headers={"HX-Request": "true"})
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (
            200,
            f"{GATE}?next=/actions/",
        )

    def test_lets_one_leave_and_ask_for_help(self):
        agent()
        client = by_mail()
        for path in ("/aide/", "/contact/", "/mentions-legales/", "/deconnexion/", "/sante/"):
            assert client.get(path).status_code == 200, path
        assert client.post("/deconnexion/").headers["Location"] == "/"
        assert signed_in(client) is None

    def test_stands_before_a_password_alone_too(self, settings):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        user = agent()
        user.set_password("une phrase longue et secrète")
        user.save()
        client = Client()
        client.post("/connexion/", {"login": EMAIL, "password": "une phrase longue et secrète"})
        assert client.get("/espace/").headers["Location"] == f"{GATE}?next=/espace/"

    def test_closes_on_a_session_in_which_the_role_came(self):
        UserFactory(email=EMAIL)
        client = by_mail()
        assert client.get("/espace/").status_code == 200
        Group.objects.get_or_create(name="agent")[0].user_set.set(
            [Session.objects.get(user__email=EMAIL).user]
        )
        assert client.get("/espace/").headers["Location"] == f"{GATE}?next=/espace/"

    def test_closes_on_a_session_that_did_not_give_the_factor_that_there_is(self):
        user = agent()
        client = by_mail()
        TOTP.activate(user, SECRET)
        assert client.get("/espace/").headers["Location"] == f"{GATE}?next=/espace/"
        assert client.get(f"{GATE}?next=/espace/").headers["Location"] == f"{CONFIRM}?next=/espace/"
        # Neither does it set up another one in its place.
        assert client.get(APPLICATION).status_code == 302
        assert client.post(APPLICATION, {"code": "123456"}).status_code == 302
        assert client.post("/connexion/cles/ajouter/", {"credential": "{}"}).status_code == 302
        assert Authenticator.objects.count() == 1
        answer = client.post(CONFIRM, {"code": shown(SECRET), "next": "/espace/"})
        assert answer.headers["Location"] == "/espace/"
        assert client.get("/espace/").status_code == 200


class TestSettingUp:
    def test_an_application_opens_everything_and_gives_recovery_codes_once(self):
        agent()
        client = by_mail()
        page = Page(client.get(f"{APPLICATION}?next=/commission/"))
        secret = page.main.one("code").text.replace(" ", "")
        assert page.main.one("img")["src"].startswith("data:image/svg+xml;base64,")
        # Opened twice, it shows the same secret.
        again = Page(client.get(APPLICATION)).main.one("code").text
        assert again.replace(" ", "") == secret

        answer = client.post(APPLICATION, {"code": shown(secret), "next": "/commission/"})
        assert answer.headers["Location"] == f"{CODES}?next=/commission/"
        kept = Authenticator.objects.get(type="totp")
        assert decrypt(kept.data["secret"]) == secret
        assert secret not in str(kept.data)

        page = Page(client.get(answer.headers["Location"]))
        codes = [code.text for code in page.main.all("code")]
        assert [len(code) for code in codes] == [8] * 10
        file = client.get(f"{CODES}fichier/")
        assert re.findall(r"^\d{8}\r$", file.content.decode(), re.MULTILINE) == [
            f"{code}\r" for code in codes
        ]
        assert "attachment" in file.headers["Content-Disposition"]

        answer = client.post(CODES, {"kept": "1", "next": "/commission/"})
        assert answer.headers["Location"] == "/commission/"
        assert client.get("/commission/").status_code == 200
        # Put away, they are never shown again.
        assert [code.text for code in Page(client.get(CODES)).main.all("code")] == []
        assert client.get(f"{CODES}fichier/").status_code == 404

    def test_shows_a_secret_for_a_quarter_of_an_hour(self):
        agent()
        client = by_mail()

        def secret() -> str:
            return Page(client.get(APPLICATION)).main.one("code").text.replace(" ", "")

        first = secret()
        client.post(APPLICATION, {"code": "000000"})
        assert secret() == first

        session = client.session
        assert 890 < session[SHOWN_UNTIL] - time.time() <= 900
        session[SHOWN_UNTIL] = time.time() - 1
        session.save()
        page = Page(client.post(APPLICATION, {"code": shown(first)}))
        assert [error.replace("\u00a0", " ") for error in page.errors] == [
            "Code à six chiffres que montre l’application : La clé que montrait cette page ne vaut "
            "plus, en voici une autre : photographiez le nouveau dessin avec votre application, "
            "puis recopiez le code qu’elle montre."
        ]
        second = page.main.one("code").text.replace(" ", "")
        assert second != first
        assert (secret(), Authenticator.objects.count()) == (second, 0)

        client.post(APPLICATION, {"code": shown(second)})
        assert decrypt(Authenticator.objects.get(type="totp").data["secret"]) == second
        assert secret() != second

    def test_the_code_that_confirmed_it_has_served(self):
        agent()
        here = by_mail()
        secret = Page(here.get(APPLICATION)).main.one("code").text.replace(" ", "")
        code = shown(secret)
        here.post(APPLICATION, {"code": f"{code[:3]} {code[3:]}"})
        elsewhere = by_mail()
        page = Page(elsewhere.post(SECOND_STEP, {"code": code}))
        assert page.errors == [f"Code de votre application, ou code de secours : {WRONG}"]
        assert (signed_in(here), signed_in(elsewhere)) == (EMAIL, None)

    def test_is_told_by_mail_and_ends_the_other_sessions(self):
        user = agent()
        elsewhere, client = by_mail(), by_mail()
        secret = Page(client.get(APPLICATION)).main.one("code").text.replace(" ", "")
        client.post(APPLICATION, {"code": shown(secret)})
        mails = OutgoingMail.objects.filter(recipient=EMAIL, secret=False).order_by("pk")
        assert [(mail.subject, mail.body.split("\n\n")[1]) for mail in mails] == [
            ("Votre compte du portail : connexion modifiée", what)
            for what in (
                "Une application d’authentification vient d’être associée à votre compte.",
                "Des codes de secours viennent d’être créés pour votre compte.",
            )
        ]
        assert [secret in mail.body for mail in mails] == [False, False]
        assert (signed_in(elsewhere), signed_in(client)) == (None, user.email)

    @pytest.mark.parametrize("code", ["", "000000", "abcdef", "1" * 500, "12\x0034"])
    def test_refuses_a_code_that_the_application_does_not_show(self, code):
        agent()
        client = by_mail()
        client.get(APPLICATION)
        page = Page(client.post(APPLICATION, {"code": code}))
        assert len(page.errors) == 1
        assert Authenticator.objects.count() == 0
        assert client.get("/espace/").status_code == 302

    def test_by_a_passkey_opens_everything_too(self):
        agent()
        client, device = by_mail(), Device()
        options = asked_by(client.get("/connexion/cles/ajouter/", secure=True))
        answer = client.post(
            "/connexion/cles/ajouter/",
            {"name": "Téléphone", "credential": device.make(options), "next": "/commission/"},
            secure=True,
        )
        assert answer.headers["Location"] == f"{CODES}?next=/commission/"
        assert client.get("/commission/", secure=True).status_code == 200

    def test_never_leads_out_of_the_portal(self):
        agent()
        client = by_mail()
        secret = Page(client.get(APPLICATION)).main.one("code").text.replace(" ", "")
        answer = client.post(APPLICATION, {"code": shown(secret), "next": "//evil.example"})
        assert answer.headers["Location"] == CODES


class TestSecondStep:
    def test_follows_the_mailed_code(self):
        with_application(agent())
        client = by_mail(next="/commission/")
        assert client.answer.headers["Location"] == SECOND_STEP
        assert signed_in(client) is None
        assert client.get("/commission/").headers["Location"].startswith("/connexion/?")
        assert Page(client.get(SECOND_STEP)).title == "Vérifier que c’est vous"
        answer = client.post(SECOND_STEP, {"code": shown(SECRET)})
        assert answer.headers["Location"] == "/commission/"
        assert client.get("/commission/").status_code == 200

    def test_takes_a_code_once(self):
        with_application(agent())
        code = shown(SECRET)
        first, second = by_mail(), by_mail()
        first.post(SECOND_STEP, {"code": code})
        page = Page(second.post(SECOND_STEP, {"code": code}))
        assert page.errors == [f"Code de votre application, ou code de secours : {WRONG}"]
        assert (signed_in(first), signed_in(second)) == (EMAIL, None)

    def test_takes_a_code_once_though_it_stays_valid(self):
        """Longer than allauth itself remembers it, which is for thirty seconds."""
        with_application(agent())
        code = shown(SECRET, later=1)
        by_mail().post(SECOND_STEP, {"code": code})
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM ess_portal_cache WHERE cache_key LIKE '%mfa.totp.used%'")
            assert cursor.rowcount == 1
        second = by_mail()
        second.post(SECOND_STEP, {"code": code})
        assert signed_in(second) is None

    def test_takes_each_recovery_code_once(self):
        user = with_application(agent())
        kept = Authenticator.objects.get(user=user, type="recovery_codes").wrap()
        code = kept.get_unused_codes()[3]
        first, second = by_mail(), by_mail()
        first.post(SECOND_STEP, {"code": code})
        second.post(SECOND_STEP, {"code": code})
        assert (signed_in(first), signed_in(second)) == (EMAIL, None)
        assert first.get("/espace/").status_code == 200
        assert "Il vous reste 9 codes de secours" in Page(first.get(GATE)).main.text

    def test_stops_after_five_faults(self, settings):
        from ess_portal.settings import sign_in_limits

        settings.ACCOUNT_RATE_LIMITS = sign_in_limits(1)
        with_application(agent())
        client = by_mail()
        for _ in range(5):
            client.post(SECOND_STEP, {"code": "000000"})
        client.post(SECOND_STEP, {"code": shown(SECRET)})
        assert signed_in(client) is None

    def test_takes_a_passkey(self):
        user, device = agent(), Device()
        client = by_mail()
        options = asked_by(client.get("/connexion/cles/ajouter/", secure=True))
        client.post("/connexion/cles/ajouter/", {"credential": device.make(options)}, secure=True)
        client = by_mail()
        assert client.answer.headers["Location"] == SECOND_STEP
        options = asked_by(client.get(SECOND_STEP, secure=True))
        client.post(SECOND_STEP, {"credential": device.use(options)}, secure=True)
        assert signed_in(client) == user.email

    def test_is_not_asked_of_those_whose_passkey_is_only_another_way_in(self):
        UserFactory(email=EMAIL)
        client, device = by_mail(), Device()
        options = asked_by(client.get("/connexion/cles/ajouter/", secure=True))
        answer = client.post(
            "/connexion/cles/ajouter/", {"credential": device.make(options)}, secure=True
        )
        assert answer.headers["Location"] == "/connexion/cles/"
        assert signed_in(by_mail()) == EMAIL


class TestPasskeyAlone:
    OPEN = "/connexion/cle/"

    def begin(self, **device):
        """A browser, and a device that holds a key of an agent."""
        agent()
        client, holds = by_mail(), Device(**device)
        options = asked_by(client.get("/connexion/cles/ajouter/", secure=True))
        client.post("/connexion/cles/ajouter/", {"credential": holds.make(options)}, secure=True)
        return holds

    def use(self, device):
        """Sign in with it, and nothing else."""
        client = Client()
        asked = client.get(self.OPEN, headers={"Accept": "application/json"}, secure=True).json()
        client.post(self.OPEN, {"credential": device.use(asked["request_options"])}, secure=True)
        return client

    def test_that_verifies_its_holder_is_enough(self):
        client = self.use(self.begin())
        assert client.get("/commission/", secure=True).status_code == 200

    def test_that_verifies_nobody_is_nothing(self):
        device = self.begin()
        device.flags = 1
        assert signed_in(self.use(device)) is None
