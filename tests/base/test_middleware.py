"""ess_portal/base/middleware.py: what is typed reaches views in one form."""

import pytest
from django.test import RequestFactory

from ess_portal.base.middleware import NormalisedTextMiddleware
from ess_portal.pages.models import ContactMessage
from tests.support.reading import Page

ACUTE = "\u0301"


def read_by_a_view(data: dict) -> dict:
    request = RequestFactory().post("/", data)
    NormalisedTextMiddleware(lambda _: None).process_view(request, None, (), {})
    return dict(request.POST.lists())


def test_all_that_is_posted_is_normalised_but_passwords():
    piled = "a" + ACUTE * 9

    assert read_by_a_view(
        {"title": [piled, "\u200b"], "password": piled, "new_password1": piled}
    ) == {
        "title": ["á" + ACUTE * 3, ""],
        "password": [piled],
        "new_password1": [piled],
    }


def test_a_text_that_no_field_takes_is_left_as_it_is():
    """To look into thirty megabytes would hold everybody up, for a text that is refused anyway."""
    long = "a" + ACUTE * 60_000

    assert read_by_a_view({"title": long}) == {"title": [long]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("\u2800\u200b", "Ce champ est obligatoire."),
        (
            "Puce \uf0b7",
            "Ce texte contient un caractère illisible (U+F0B7), après « Puce » : effacez-le, ou "
            "retapez ce passage.",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_beside_its_field(client, message, said):
    typed = {"name": "Ana", "email": "ana@example.org", "subject": "Bonjour", "message": message}

    page = Page(client.post("/contact/", typed))

    assert page.errors == [f"Message : {said}"]
    assert ContactMessage.objects.count() == 0
