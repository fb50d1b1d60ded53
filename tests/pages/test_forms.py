"""A message to the agglomeration: what is read, what is refused."""

import pytest

from ess_portal.pages.forms import ContactForm
from tests.support.forms import REQUIRED

TYPED = {
    "name": "Ana Bé",
    "email": "ana@example.org",
    "subject": "Une question",
    "message": "Quand se réunit la commission ?",
    "website": "",
}


def test_hands_over_the_message():
    form = ContactForm(TYPED)
    assert form.errors == {}
    assert form.cleaned_data == TYPED


def test_says_what_it_lacks():
    names = ("name", "email", "subject", "message")
    assert ContactForm({}).errors == {name: [REQUIRED] for name in names}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "ana", "Saisissez une adresse de courriel valide."),
        ("website", "x", "Ce champ doit rester vide : effacez-le pour envoyer."),
    ],
)
def test_says_beside_each_field_what_cannot_be_kept(field, value, sentence):
    assert ContactForm(TYPED | {field: value}).errors == {field: [sentence]}
