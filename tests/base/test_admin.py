"""The outbox as staff read it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actors.enums import Role
from ess_portal.base.models import OutgoingMail
from tests.factories import person
from tests.reading import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(as_user):
    """An agent's browser."""
    return as_user(person(Role.AGENT))


def mail(**fields) -> OutgoingMail:
    """A mail of the outbox."""
    return OutgoingMail.objects.create(
        **{"recipient": "a@example.org", "subject": "Objet", "body": "Le texte."} | fields
    )


def test_the_text_of_a_mail_is_read_before_it_leaves(client):
    page = Page(client.get(f"/admin/base/outgoingmail/{mail().pk}/change/"))
    assert page.one("div", cls="field-body").one("div", cls="readonly").text == "Le texte."
    assert page.all("input", name="_save") == []


def test_the_text_of_a_secret_mail_is_hidden(client):
    secret = mail(secret=True, body="Votre code : 123456")
    for path in (f"/admin/base/outgoingmail/{secret.pk}/change/", "/admin/base/outgoingmail/"):
        assert "123456" not in client.get(path).content.decode()
    assert (
        Page(client.get(f"/admin/base/outgoingmail/{secret.pk}/change/")).all(
            "div", cls="field-body"
        )
        == []
    )


def test_the_text_of_a_secret_mail_is_not_found_by_searching(client):
    mail(secret=True, body="Votre code : 123456")
    page = Page(client.get("/admin/base/outgoingmail/", {"q": "123456"}))
    assert page.all("th", cls="field-subject") == []


def test_a_failing_mail_is_tried_again_at_once(client):
    later = timezone.now() + timedelta(hours=5)
    failing = mail(next_attempt_at=later, attempts=1)
    sent = mail(next_attempt_at=later, attempts=1, sent_at=timezone.now())
    client.post(
        "/admin/base/outgoingmail/",
        {"action": "try_again", "_selected_action": [failing.pk, sent.pk]},
    )
    assert list(OutgoingMail.objects.due()) == [failing]
    sent.refresh_from_db()
    assert sent.next_attempt_at == later
