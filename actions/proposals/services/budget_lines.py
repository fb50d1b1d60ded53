"""Keep a budget line by line, and its totals on the action."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from actions.enums import ExpenseCategory, FundingState
from actions.models import Action, Expense, Funder


@dataclass(frozen=True)
class Funding:
    """What another funder pays: name, euros (more than 0), and whether it is granted yet."""

    name: str
    amount: Decimal
    state: FundingState = FundingState.ASKED


@dataclass(frozen=True)
class Budget:
    """The lines of a budget, in euros; categories without an expense may be left out."""

    expenses: Mapping[ExpenseCategory, Decimal]
    funders: Sequence[Funding] = ()

    @property
    def total_cost(self) -> Decimal:
        """What the action costs."""
        return sum(self.expenses.values(), Decimal(0))

    @property
    def other_funding(self) -> Decimal:
        """What the other funders pay together."""
        return sum((funder.amount for funder in self.funders), Decimal(0))


def budget_lines_of(action: Action) -> Budget:
    """Return the lines of `action`."""
    return Budget(
        expenses={ExpenseCategory(row.category): row.amount for row in action.expenses.all()},
        funders=[
            Funding(row.name, row.amount, FundingState(row.state)) for row in action.funders.all()
        ],
    )


def save_budget_lines(action: Action, budget: Budget) -> None:
    """Replace the lines of `action` by those of `budget`. The caller holds the lock and has set
    the totals (`total_cost`, `other_funding`) that go with them.
    """
    action.expenses.all().delete()
    action.funders.all().delete()
    expenses = [
        Expense(action=action, category=category, amount=amount)
        for category, amount in budget.expenses.items()
        if amount
    ]
    funders = [
        Funder(action=action, name=funder.name, amount=funder.amount, state=funder.state)
        for funder in budget.funders
    ]
    for line in (*expenses, *funders):
        line.full_clean(exclude=["action"])
    Expense.objects.bulk_create(expenses)
    Funder.objects.bulk_create(funders)
