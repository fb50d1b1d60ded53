"""When an agreement is needed: for one year, all that an organisation is granted together."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from actions.models.agreement import AGREEMENT_ABOVE, agreement_for, agreements_for
from tests.support.factories import OrganisationFactory, Story

pytestmark = pytest.mark.django_db

CENT = Decimal("0.01")
YEAR = timezone.localdate().year


def granted(carrier, amount, **columns) -> Story:
    """An action of `carrier` that starts this year and is granted `amount`."""
    dates = {"starts_on": date(YEAR, 1, 1), "ends_on": date(YEAR, 12, 31)}
    return Story(carrier=carrier, **dates | columns).prioritised(amount)


@pytest.fixture
def carrier():
    return OrganisationFactory()


def test_it_is_needed_strictly_above_the_legal_amount(carrier):
    story = granted(carrier, 5000)
    assert agreement_for(story.action, AGREEMENT_ABOVE) is None
    needed = agreement_for(story.action, AGREEMENT_ABOVE + CENT)
    assert (needed.carrier, needed.references, needed.year, needed.amount) == (
        carrier,
        (story.action.reference,),
        YEAR,
        AGREEMENT_ABOVE + CENT,
    )


def test_all_the_grants_of_an_organisation_for_a_year_count_together(carrier):
    granted(carrier, 20_000)
    second = granted(carrier, 3000)
    assert agreement_for(second.action) is None
    assert agreement_for(second.action, Decimal("3000.01")).amount == Decimal("23000.01")


def test_those_of_others_or_of_other_years_do_not(carrier):
    granted(OrganisationFactory(), 20_000)
    granted(carrier, 20_000, starts_on=date(YEAR + 1, 1, 1), ends_on=date(YEAR + 1, 6, 30))
    assert agreement_for(granted(carrier, 20_000).action) is None


@pytest.mark.parametrize(
    ("ends_on", "amount", "needed"),
    [
        (date(YEAR + 1, 12, 30), 46_000, True),  # one full year, whatever is begun of the next
        (date(YEAR + 1, 12, 31), 46_000, False),
        (date(YEAR + 1, 12, 31), 46_001, True),
        (date(YEAR + 2, 12, 31), 69_000, False),
    ],
)
def test_an_amount_over_several_years_counts_by_full_years(carrier, ends_on, amount, needed):
    action = granted(carrier, 5000, ends_on=ends_on).action
    assert (agreement_for(action, Decimal(amount)) is not None) is needed


def test_what_is_asked_counts_while_nothing_is_granted(carrier):
    granted(carrier, 20_000)
    draft = Story(carrier=carrier, starts_on=date(YEAR, 3, 1), ends_on=date(YEAR, 9, 1)).action
    draft.funding_asked = Decimal(4000)
    assert agreement_for(draft).amount == Decimal(24_000)
    draft.funding_asked = Decimal(0)
    assert agreement_for(draft) is None


def test_several_actions_are_one_agreement(carrier):
    actions = [granted(carrier, 12_000).action for _ in range(2)]
    (needed,) = agreements_for(dict.fromkeys(actions, Decimal(12_000)))
    assert (needed.references, needed.amount) == (
        tuple(action.reference for action in actions),
        Decimal(24_000),
    )
