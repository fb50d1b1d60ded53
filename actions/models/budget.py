"""The budget of an action, line by line: what it costs, and who else pays.

The totals are columns of the action, written with the lines by `actions.proposals.services.budget_lines`.
"""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from actions.enums import ExpenseCategory, FundingState
from actions.models.action import Action
from actions.models.action_guarantees import ABOVE_EVERY_AMOUNT
from actions.models.file_guarantees import written_with_the_file
from ess_portal.base.french import euros

AMOUNT = {"max_digits": 12, "decimal_places": 2, "validators": [MinValueValidator(0)]}


class Expense(models.Model):
    """What one kind of expense costs."""

    action = models.ForeignKey(
        Action, models.CASCADE, related_name="expenses", verbose_name="action"
    )
    category = models.CharField("nature", max_length=20, choices=ExpenseCategory)
    amount = models.DecimalField("montant", **AMOUNT)

    class Meta:
        verbose_name = "dépense"
        ordering = ("action_id", "pk")
        triggers = (written_with_the_file("actions_expense"),)
        constraints = (
            models.UniqueConstraint(
                fields=("action", "category"),
                name="actions_expense_once_per_category",
                violation_error_message="Cette nature de dépense a déjà son montant.",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount__gt=0,
                    amount__lt=ABOVE_EVERY_AMOUNT,
                    category__in=ExpenseCategory.values,
                ),
                name="actions_expense_known_and_positive",
                violation_error_message="Une dépense a une nature de la liste et un montant.",
            ),
        )

    def __str__(self):
        return f"{self.get_category_display()} : {euros(self.amount)}"


class Funder(models.Model):
    """Somebody else who pays for a part of the action."""

    action = models.ForeignKey(
        Action, models.CASCADE, related_name="funders", verbose_name="action"
    )
    name = models.CharField("financeur", max_length=120)
    amount = models.DecimalField("montant", **AMOUNT)
    state = models.CharField(
        "état", max_length=20, choices=FundingState, default=FundingState.ASKED
    )

    class Meta:
        verbose_name = "autre financeur"
        verbose_name_plural = "autres financeurs"
        ordering = ("action_id", "pk")
        triggers = (written_with_the_file("actions_funder"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    amount__gt=0, amount__lt=ABOVE_EVERY_AMOUNT, state__in=FundingState.values
                )
                & ~Q(name=""),
                name="actions_funder_named_and_positive",
                violation_error_message="Un financeur a un nom, un montant et un état.",
            ),
        )

    def __str__(self):
        return f"{self.name} : {euros(self.amount)} ({self.get_state_display().lower()})"
