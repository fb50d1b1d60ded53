"""The pages of passkeys: one's own alone, made after a fresh sign-in, never a second step."""

import json
import time

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from actors.services.passkeys import add_passkey
from tests.support.factories import UserFactory
from tests.support.passkey_device import credential
from tests.support.reading import Page
from tests.support.signing_in import ask, code_of, enter, signed_in

pytestmark = pytest.mark.django_db
ADD, LIST, OPEN = "/connexion/cles/ajouter/", "/connexion/cles/", "/connexion/cle/"


def by_code(email="ana@example.org") -> Client:
    """The browser of somebody who has just signed in."""
    client = Client()
    ask(client, email)
    enter(client, code_of(email))
    return client


def key_of(user, name="Téléphone") -> Authenticator:
    """A passkey of `user`."""
    return add_passkey(user=user, name=name, credential=credential())


class TestMaking:
    def test_asks_the_device_to_verify_its_holder(self):
        client = by_code()
        page = client.get(ADD).content.decode()
        options = json.loads(page.partition('type="application/json">')[2].partition("</script")[0])
        asked = options["publicKey"]
        assert asked["rp"] == {"name": "Portail ESS", "id": "testserver"}
        assert asked["authenticatorSelection"]["userVerification"] == "required"
        assert asked["authenticatorSelection"]["residentKey"] == "required"
        assert asked["user"]["name"] == "ana@example.org"

    def test_asks_to_sign_in_again_after_a_while(self, monkeypatch):
        client = by_code()
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 10 * 60 + 1)
        confirm = "/connexion/confirmer/?next=/connexion/cles/ajouter/"
        assert client.post(ADD, {"credential": "{}"}).headers["Location"] == confirm
        page = Page(client.get(ADD, follow=True))
        assert [button.text for button in page.main.all("button")] == ["Me reconnecter"]
        assert Authenticator.objects.count() == 0

    @pytest.mark.parametrize(
        "credential", ["", "[" * 100_000, "{}", "[]", "1", '"x"', "x", '{"id": 1}', "null"]
    )
    def test_refuses_what_isnt_a_key(self, credential):
        client = by_code()
        client.get(ADD)
        response = client.post(ADD, {"name": "Clé", "credential": credential})
        assert (response.status_code, len(Page(response).errors)) == (200, 1)
        assert Authenticator.objects.count() == 0


class TestOnesOwn:
    def test_are_listed_and_removed(self, as_user):
        user, other = UserFactory(), UserFactory()
        key_of(user, "Téléphone"), key_of(other, "Ordinateur")
        client = as_user(user)
        page = Page(client.get(LIST))
        assert [title.text for title in page.main.all("h2")] == ["Téléphone"]
        for passkey in Authenticator.objects.filter(user=other):
            address = f"{LIST}{passkey.pk}/retirer/"
            assert [client.get(address).status_code, client.post(address).status_code] == [404, 404]
        own = Authenticator.objects.get(user=user)
        client.post(f"{LIST}{own.pk}/retirer/")
        assert [row.user for row in Authenticator.objects.all()] == [other]


class TestSigningIn:
    def test_by_code_asks_for_no_key_of_those_who_have_one(self):
        user = UserFactory(email="ana@example.org")
        key_of(user)
        assert signed_in(by_code()) == "ana@example.org"

    @pytest.mark.parametrize(
        "credential",
        [
            "",
            "[" * 100_000,
            "x",
            "{}",
            "[]",
            "null",
            '{"response": 1}',
            '{"response": {"userHandle": "%s"}}',
            '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": '
            '"e30", "authenticatorData": "AA", "signature": "AA", "userHandle": "%s"}}',
        ],
    )
    @pytest.mark.parametrize("known", [True, False])
    def test_refuses_everything_else_alike(self, credential, known):
        from fido2.utils import websafe_encode

        user = UserFactory()
        key_of(user)
        handle = websafe_encode(str(user.pk if known else user.pk + 1).encode())
        client = Client()
        assert client.get(OPEN, headers={"Accept": "application/json"}).status_code == 200
        data = {"credential": credential.replace("%s", handle)}
        response = client.post(OPEN, data, follow=True)
        assert Page(response).title == "Se connecter"
        assert signed_in(client) is None

    def test_begins_alike_for_everybody(self):
        key_of(UserFactory())
        answer = Client().get(OPEN, headers={"Accept": "application/json"}).json()
        asked = answer["request_options"]["publicKey"]
        assert asked.get("allowCredentials", []) == []
        assert (asked["rpId"], asked["userVerification"]) == ("testserver", "required")

    def test_stops_after_twenty_a_minute_whatever_one_pretends(self, settings):
        settings.MFA_RATE_LIMITS = {"webauthn_login": "20/m/ip"}
        answers = [
            Client().post(
                OPEN, {"credential": "{}"}, headers={"X-Forwarded-For": f"203.0.113.{number}"}
            )
            for number in range(21)
        ]
        assert [answer.status_code for answer in answers] == [302] * 20 + [429]

    def test_shows_only_where_the_browser_can(self):
        page = Page(Client().get("/connexion/?next=/espace/preferences/"))
        [section] = [
            one for one in page.main.all("section") if one.get("aria-labelledby") == "par-cle"
        ]
        assert "hidden" in section.attributes
        assert section.one("input", name="next")["value"] == "/espace/preferences/"
