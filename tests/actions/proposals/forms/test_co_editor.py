"""Whom to invite on a file."""

import pytest

from actions.proposals.forms.co_editor import CoEditorForm
from tests.support.forms import REQUIRED

pytestmark = pytest.mark.django_db


def test_hands_over_an_address():
    form = CoEditorForm({"email": " bob@example.org "})
    assert form.errors == {}
    assert form.cleaned_data == {"email": "bob@example.org"}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", REQUIRED), ("bob", "Saisissez une adresse de courriel valide.")],
)
def test_refuses_what_is_none(typed, sentence):
    assert CoEditorForm({"email": typed}).errors == {"email": [sentence]}


def test_the_browser_proposes_others_addresses():
    field = CoEditorForm().fields["email"]
    assert (field.label, field.widget.attrs["autocomplete"]) == (
        "Adresse électronique",
        "section-invited email",
    )
