"""Signing in by password, and leaving."""

import pytest
from django.test import Client
from django.utils import timezone

from actors.models import Session, User
from tests.support.factories import UserFactory
from tests.support.reading import Page
from tests.support.signing_in import ASK, code_of, enter, open_session, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hasher")]


LOGIN = "/connexion/"


PASSWORD = "une phrase longue et secrète"


@pytest.fixture
def quick_hasher(settings):
    """Hashing is slow on purpose; its strength isn't what these tests are about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class TestPassword:
    @pytest.fixture
    def user(self):
        """Somebody who was given a password."""
        user = UserFactory(email="agent@example.org")
        user.set_password(PASSWORD)
        user.save()
        return user

    def test_signs_in_whatever_the_case_of_the_address(self, user):
        client = Client()
        response = client.post(
            LOGIN, {"login": "Agent@Example.org", "password": PASSWORD, "next": "/evaluations/"}
        )
        assert response.headers["Location"] == "/evaluations/"
        assert signed_in(client) == user.email

    @pytest.mark.parametrize(
        ("login", "password"),
        [
            ("agent@example.org", "faux"),
            ("inconnue@example.org", PASSWORD),
            ("agent@example.org", "a\x00b"),
        ],
    )
    def test_wrong_gets_one_answer(self, user, login, password):
        client = Client()
        response = client.post(LOGIN, {"login": login, "password": password})
        assert response.status_code == 200
        errors = Page(response).errors
        assert len(errors) == 1
        assert signed_in(client) is None

    def test_of_a_person_without_one_never_matches(self):
        UserFactory(email="sans@example.org")
        client = Client()
        for password in ("", "!"):
            client.post(LOGIN, {"login": "sans@example.org", "password": password})
            assert signed_in(client) is None

    def test_of_a_closed_account_signs_nobody_in(self, user):
        User.objects.update(is_active=False)
        client = Client()
        response = client.post(LOGIN, {"login": user.email, "password": PASSWORD}, follow=True)
        assert signed_in(client) is None
        assert response.status_code == 200

    @pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "///evil"])
    def test_never_leads_out_of_the_portal(self, user, address):
        response = Client().post(
            LOGIN, {"login": user.email, "password": PASSWORD, "next": address}
        )
        assert response.headers["Location"] == "/espace/"

    def test_changes_the_session(self, user):
        client = Client()
        client.get(LOGIN)
        client.post(ASK, {"email": user.email})
        before = client.session.session_key
        enter(client, code_of(user.email))
        assert client.session.session_key != before


class TestLeaving:
    def test_needs_a_post(self, as_user):
        client = as_user(UserFactory())
        page = Page(client.get("/deconnexion/"))
        assert page.title == "Se déconnecter"
        assert signed_in(client) is not None
        assert client.post("/deconnexion/").headers["Location"] == "/"
        assert signed_in(client) is None
        assert (
            not Session.objects.filter(expire_date__gt=timezone.now())
            .exclude(session_key=client.session.session_key)
            .exists()
        )

    def test_needs_the_form_of_the_portal(self, as_user):
        user = UserFactory()
        client = Client(enforce_csrf_checks=True)
        open_session(client, user)
        response = client.post("/deconnexion/")
        assert (response.status_code, Page(response).title) == (403, "Ce formulaire a expiré")
        assert signed_in(client) == user.email

    def test_never_leads_out_of_the_portal(self, as_user):
        response = as_user(UserFactory()).post("/deconnexion/", {"next": "https://evil.example/"})
        assert response.headers["Location"] == "/"
