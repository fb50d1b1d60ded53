"""What an action costs, over how long and who pays for it; what that is for each year."""

from datetime import date, timedelta
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models

AMOUNT = {"max_digits": 12, "decimal_places": 2, "default": 0, "validators": [MinValueValidator(0)]}


class FundingPlan(models.Model):
    """The totals of a budget, whose lines are in `budget.py`, and the dates it is for."""

    total_cost = models.DecimalField("coût total", **AMOUNT)
    funding_asked = models.DecimalField("financement demandé", **AMOUNT)
    own_resources = models.DecimalField("ressources propres", **AMOUNT)
    other_funding = models.DecimalField("autres financements", **AMOUNT)
    starts_on = models.DateField("début prévu", null=True, blank=True)
    ends_on = models.DateField("fin prévue", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def budget_gap(self):
        """Resources less expenses, in euros: zero when the budget balances."""
        return self.total_resources - self.total_cost

    @property
    def budget_shortfall(self):
        """Expenses less resources, in euros: what is still to be found."""
        return -self.budget_gap

    @property
    def total_resources(self):
        """What is asked, what the carrier brings and what others pay, in euros."""
        return self.funding_asked + self.own_resources + self.other_funding

    def shares_of(self, amount: Decimal, *, otherwise: int) -> dict[int, Decimal]:
        """Return what `amount`, in euros, is for each year that it is granted for.

        The whole of it for the year it starts in, up to two years or without dates (for the year
        `otherwise`); beyond, shared out among the complete years.
        """
        years = max(complete_years(self.starts_on, self.ends_on), 1)
        first = self.starts_on.year if self.starts_on else otherwise
        share = (amount / years).quantize(Decimal("0.01"))
        return {first + year: share for year in range(years)}


def complete_years(starts_on: date | None, ends_on: date | None) -> int:
    """Return how many whole years lie from `starts_on` to `ends_on`, both included (0 or more)."""
    if starts_on is None or ends_on is None or ends_on < starts_on:
        return 0
    after = ends_on + timedelta(days=1) if ends_on < date.max else ends_on
    return (
        after.year - starts_on.year - ((after.month, after.day) < (starts_on.month, starts_on.day))
    )
