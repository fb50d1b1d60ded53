"""A budget is kept line by line."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from actions.enums import ExpenseCategory, FundingState
from actions.models import Expense, Funder
from actions.proposals.services.budget_lines import (
    Budget,
    Funding,
    budget_lines_of,
    save_budget_lines,
)
from tests.plugins.prepared import prepared
from tests.support.factories import Story

STAFF, TAXES = ExpenseCategory.STAFF, ExpenseCategory.TAXES


def test_its_totals_are_the_sums_of_its_lines():
    budget = Budget(
        {STAFF: Decimal("10.50"), TAXES: Decimal(2)},
        [Funding("Le Département", Decimal(3)), Funding("L’État", Decimal("0.50"))],
    )
    assert (budget.total_cost, budget.other_funding) == (Decimal("12.50"), Decimal("3.50"))
    assert (Budget({}).total_cost, Budget({}).other_funding) == (0, 0)


@pytest.mark.django_db
class TestLines:
    @prepared
    def action(self):
        """A draft with lines of its own."""
        return Story().action

    def test_take_the_place_of_those_before(self, action):
        budget = Budget(
            {STAFF: Decimal("9000.50")},
            [
                Funding("L’État", Decimal(500), FundingState.GRANTED),
                Funding("Le Département", Decimal(100)),
            ],
        )
        save_budget_lines(action, budget)
        assert budget_lines_of(action) == budget

    def test_without_an_amount_are_left_out(self, action):
        save_budget_lines(action, Budget({STAFF: Decimal(0), TAXES: Decimal(1)}))
        assert budget_lines_of(action) == Budget({TAXES: Decimal(1)}, [])

    @pytest.mark.parametrize(
        ("budget", "field"),
        [
            (Budget({STAFF: Decimal(-1)}), "amount"),
            (Budget({}, [Funding("L’État", Decimal(0))]), "__all__"),
            (Budget({}, [Funding("", Decimal(1))]), "name"),
            (Budget({}, [Funding("L’État", Decimal(1), "lost")]), "state"),
            (Budget({"bribes": Decimal(1)}), "category"),
        ],
    )
    def test_that_cannot_be_kept_are_refused(self, action, budget, field):
        with pytest.raises(ValidationError) as refused:
            save_budget_lines(action, budget)
        assert list(refused.value.message_dict) == [field]

    def test_of_other_files_stay(self, action):
        other = Story().action
        save_budget_lines(action, Budget({}))
        assert budget_lines_of(action) == Budget({}, [])
        assert {line.action for line in (*Expense.objects.all(), *Funder.objects.all())} == {other}
