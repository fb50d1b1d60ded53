"""What an action costs, over how long and who pays for it; whether that calls for an agreement."""

from datetime import date, timedelta
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models

from actions.rules import AGREEMENT_ABOVE

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

    @property
    def yearly_funding_asked(self) -> Decimal:
        """What is asked of the agglomeration for one year, in euros.

        The whole of it up to two years or without dates; beyond, shared out among the complete
        years. It says whether an agreement will be needed (article 10 of law 2000-321).
        """
        years = complete_years(self.starts_on, self.ends_on)
        return (self.funding_asked / max(years, 1)).quantize(Decimal("0.01"))

    @property
    def needs_agreement(self) -> bool:
        """Whether what is asked calls for an agreement: strictly above 23,000 € a year."""
        return self.yearly_funding_asked > AGREEMENT_ABOVE


def complete_years(starts_on: date | None, ends_on: date | None) -> int:
    """Return how many whole years lie from `starts_on` to `ends_on`, both included (0 or more)."""
    if starts_on is None or ends_on is None or ends_on < starts_on:
        return 0
    after = ends_on + timedelta(days=1) if ends_on < date.max else ends_on
    return (
        after.year - starts_on.year - ((after.month, after.day) < (starts_on.month, starts_on.day))
    )
