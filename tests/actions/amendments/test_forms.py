"""An amendment to propose: what it says of today, what it refuses."""

from datetime import timedelta
from decimal import Decimal

import pytest

from actions.amendments.forms import AmendmentForm
from ess_portal.base.french import long_date
from tests.plugins.prepared import prepared
from tests.support.factories import OrganisationFactory, Story
from tests.support.forms import NO_DATE, REQUIRED, at_least
from tests.support.reading import NO_CHOICE, plain

pytestmark = pytest.mark.django_db
NOTHING = {"__all__": ["Indiquez au moins un changement."]}
BACKWARDS = "La fin de l’action doit suivre son début."


@prepared
def story() -> Story:
    """An action granted 5,000 €."""
    return Story().prioritised()


@pytest.fixture
def action(story):
    """An action granted 5,000 €."""
    return story.action


def filled(action, **typed) -> AmendmentForm:
    """The form, with a reason."""
    return AmendmentForm({"reason": "Un local moins cher."} | typed, action=action)


def test_hands_over_what_changes_and_nothing_else(action):
    carrier = OrganisationFactory()
    form = filled(action, amount="4 000,50", carrier=str(carrier.pk))
    assert form.errors == {}
    assert form.cleaned_data == {
        "amount": Decimal("4000.50"),
        "starts_on": None,
        "ends_on": None,
        "carrier": carrier,
        "reason": "Un local moins cher.",
    }


def test_says_what_holds_today(action):
    form = AmendmentForm(action=action)
    assert {
        name: plain(form.fields[name].help_text)
        for name in ("amount", "starts_on", "ends_on", "carrier")
    } == {
        name: plain(f"Aujourd’hui : {today}. Laissez vide pour ne rien changer.")
        for name, today in (
            ("amount", "5 000 €"),
            ("starts_on", long_date(action.starts_on)),
            ("ends_on", long_date(action.ends_on)),
            ("carrier", action.carrier.name),
        )
    }


def test_refuses_what_changes_nothing(action):
    assert filled(action).errors == NOTHING
    same = {"amount": "5000", "starts_on": str(action.starts_on), "ends_on": str(action.ends_on)}
    assert filled(action, **same).errors == NOTHING


def test_the_end_follows_the_start(action):
    before = str(action.starts_on - timedelta(days=1))
    after = str(action.ends_on + timedelta(days=1))
    assert filled(action, ends_on=before).errors == {"ends_on": [BACKWARDS]}
    assert filled(action, starts_on=after).errors == {"starts_on": [BACKWARDS]}
    assert filled(action, starts_on=after, ends_on=after).errors == {}


def test_says_beside_each_field_what_cannot_be_read(action):
    form = AmendmentForm(
        {"amount": "0", "starts_on": "demain", "ends_on": "x", "carrier": str(action.carrier_id)},
        action=action,
    )
    assert form.errors == {
        "amount": [at_least(1)],
        "starts_on": [NO_DATE],
        "ends_on": [NO_DATE],
        "carrier": [NO_CHOICE],
        "reason": [REQUIRED],
    }
