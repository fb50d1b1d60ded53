"""ess_portal/base/document_view.py: one document at a time for a person, and words when none."""

from threading import Thread

import pytest
from django.db import connection
from django.test import RequestFactory

from ess_portal.base import turns
from ess_portal.base.document_view import document_response
from ess_portal.base.pdf import UndrawnDocument
from tests.support.factories import UserFactory
from tests.support.races import race
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


def asked_by(user, draw):
    request = RequestFactory().get("/document/")
    request.user = user
    return document_response(request, "dossier.pdf", draw)


def undrawn(*, is_busy: bool):
    def draw():
        raise UndrawnDocument("minutes", is_busy=is_busy)

    return draw


def test_a_document_is_given_to_be_saved():
    response = asked_by(UserFactory(), lambda: b"%PDF-1.7")

    assert (response.status_code, b"".join(response)) == (200, b"%PDF-1.7")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="dossier.pdf"'


@pytest.mark.parametrize(
    ("is_busy", "title", "retry"),
    [
        (True, "Ce document n’est pas encore prêt", "10"),
        (False, "Ce document n’a pas pu être préparé", None),
    ],
)
def test_what_cannot_be_drawn_is_a_page_that_says_so(is_busy, title, retry):
    response = asked_by(UserFactory(), undrawn(is_busy=is_busy))

    assert (response.status_code, response.get("Retry-After")) == (503, retry)
    assert Page(response).title == title


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", [True, False])
def test_a_persons_documents_are_drawn_one_after_the_other(same):
    first = UserFactory()
    second = first if same else UserFactory()

    ahead, behind, waited = race(
        lambda: asked_by(first, lambda: b"%PDF-1.7"),
        lambda: asked_by(second, lambda: b"%PDF-1.7"),
    )

    assert (ahead.status_code, behind.status_code, waited) == (200, 200, same)


@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_is_told_to_come_back(monkeypatch):
    monkeypatch.setattr(turns, "SECONDS_OF_PATIENCE", 1)
    user, told = UserFactory(), []

    def other_window():
        try:
            told.append(asked_by(user, lambda: b"%PDF-1.7"))
        finally:
            connection.close()

    def draw():
        window = Thread(target=other_window)
        window.start()
        window.join()
        return b"%PDF-1.7"

    assert asked_by(user, draw).status_code == 200
    assert [(page.status_code, page["Retry-After"]) for page in told] == [(503, "10")]
