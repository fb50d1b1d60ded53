"""Number, date and grants of a deliberation: what is refused, and beside which field."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.committee.forms.deliberations import DeliberationForm
from actions.committee.queries.deliberations import proposed_of
from actions.committee.services.deliberations import NOTHING_CHOSEN, TO_COME, too_early
from tests.support.deliberations import NUMBER, proposed_to_the_council

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed():
    """A grant of today that waits for the council."""
    return proposed_of(proposed_to_the_council().action)


def filled(proposed, **typed) -> DeliberationForm:
    """The form as it is sent, with today's date unless told otherwise."""
    typed = {
        "number": NUMBER,
        "held_on": timezone.localdate(),
        "grants": [one.code for one in proposed],
    } | typed
    return DeliberationForm(typed, proposed=proposed)


def test_everything_is_ticked_at_first(proposed):
    form = DeliberationForm(proposed=proposed)
    assert form.fields["grants"].initial == [one.action.reference for one in proposed]


def test_what_is_ticked_is_noted(proposed):
    form = filled(proposed)
    assert (form.errors, form.chosen) == ({}, proposed)


def test_the_number_is_one_line(proposed):
    form = filled(proposed, number=" DEL-2026\r\n112\u2028b ")
    assert form.errors == {}
    assert form.cleaned_data["number"] == "DEL-2026 112 b"


def test_each_field_says_what_it_lacks(proposed):
    today = timezone.localdate()
    errors = filled(proposed, number="", held_on=today + timedelta(days=1), grants=[]).errors
    assert errors == {
        "number": ["Ce champ est obligatoire."],
        "held_on": [TO_COME],
        "grants": [NOTHING_CHOSEN],
    }


def test_the_date_follows_the_decision(proposed):
    form = filled(proposed, held_on=timezone.localdate() - timedelta(days=1))
    assert form.errors == {"held_on": [too_early(proposed[0])]}
