"""Error pages: French, without a trace of the machine."""

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import path

from actors.enums import Role
from ess_portal import urls as portal
from tests.support.factories import UserFactory, person
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


def fail(request):
    """A view that fails on a secret."""
    secret = "mot-de-passe-du-serveur"
    raise RuntimeError(secret)


fail.login_required = False


def ask_a_silent_database(request):
    """A view whose database doesn't answer."""
    raise OperationalError("no answer")


ask_a_silent_database.login_required = False
urlpatterns = [
    path("casse/", fail),
    path("muet/", ask_a_silent_database),
    *portal.urlpatterns,
]
handler400, handler403, handler404 = portal.handler400, portal.handler403, portal.handler404
handler500 = portal.handler500


def test_500_says_nothing_of_the_machine(settings):
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    response = client.get("/casse/")
    text = response.content.decode()
    assert response.status_code == 500
    assert Page(response).title == "Le portail a rencontré une erreur"
    assert [
        word for word in ("Traceback", "RuntimeError", "mot-de-passe", ".py") if word in text
    ] == []


def test_503_says_when_to_come_back(settings):
    settings.ROOT_URLCONF = __name__

    response = Client(raise_request_exception=False).get("/muet/")

    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert Page(response).title == "Le portail est momentanément indisponible"
    assert "OperationalError" not in response.content.decode()


@pytest.mark.parametrize(("reader", "offered"), [(False, "connectez-vous"), (True, None)])
def test_404_is_the_portals_own(as_user, reader, offered):
    client = as_user(UserFactory()) if reader else Client()
    response = client.get("/n-existe-pas/")
    page = Page(response)
    assert (response.status_code, page.title) == (404, "Cette page est introuvable")
    assert ("connectez-vous" in page.links) == (offered is not None)
    assert "urlpatterns" not in response.content.decode()


def test_403_names_the_account(as_user):
    agent = person(Role.AGENT, email="agent@agglo.example")
    response = as_user(agent).get("/admin/actions/action/add/")
    page = Page(response)
    assert (response.status_code, page.title) == (403, "Vous ne pouvez pas faire cela")
    assert "agent@agglo.example" in page.main.text


def test_a_form_without_token_is_told_so():
    response = Client(enforce_csrf_checks=True).post("/contact/", {})
    page = Page(response)
    assert (response.status_code, page.title) == (403, "Ce formulaire a expiré")
    assert "Rien n’a été enregistré." in page.main.one("p", cls="lead").text


def test_another_host_is_refused_in_french():
    response = Client(headers={"Host": "evil.example"}).get("/")
    assert (response.status_code, Page(response).title) == (
        400,
        "Cette demande n’a pas pu être lue",
    )
    assert "evil.example" not in response.content.decode()


def test_a_method_that_is_not_allowed_changes_nothing():
    assert Client().post("/").status_code == 405
    assert Client().delete("/contact/").status_code == 405
