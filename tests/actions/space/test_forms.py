"""Short forms about one's own action."""

import uuid

import pytest

from actions.space.forms import ConfirmForm, KeyForm, ReplyForm
from tests.support.forms import REQUIRED, too_long

TOO_LONG = too_long(4000, 4001)


def test_each_page_has_a_key_of_its_own():
    first, second = KeyForm()["key"].value(), KeyForm()["key"].value()
    assert first != second
    form = KeyForm({"key": str(first)})
    assert form.errors == {}
    assert form.cleaned_data == {"key": uuid.UUID(str(first))}


@pytest.mark.parametrize(
    ("typed", "sentence"), [("", REQUIRED), ("x", "Saisissez un UUID valide.")]
)
def test_a_confirmation_needs_its_key(typed, sentence):
    assert KeyForm({"key": typed}).errors == {"key": [sentence]}


@pytest.mark.parametrize(
    ("typed", "errors"), [("", {}), ("Merci.", {}), ("x" * 4001, {"comment": [TOO_LONG]})]
)
def test_a_word_of_explanation_is_optional(typed, errors):
    assert ConfirmForm({"comment": typed}).errors == errors


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ("Le local a changé.", {}),
        (" ", {"text": [REQUIRED]}),
        ("x" * 4001, {"text": [TOO_LONG]}),
    ],
)
def test_a_reply_has_words(typed, errors):
    assert ReplyForm({"text": typed}).errors == errors
