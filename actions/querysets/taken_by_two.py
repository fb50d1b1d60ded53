"""Reads of what one person proposes and another confirms: decisions, amendments."""

from django.db import models

from actions.enums import DecisionKind


class TakenByTwoQuerySet(models.QuerySet):
    """Words for what one person proposes and another confirms."""

    def pending(self):
        """Those that wait for a second person."""
        return self.filter(confirmed_at__isnull=True, cancelled_at__isnull=True)

    def confirmed(self):
        """Those that two people took."""
        return self.filter(confirmed_at__isnull=False)


class AmendmentQuerySet(TakenByTwoQuerySet):
    """Words for amendments."""

    def with_carriers(self):
        """What `Amendment.changes` reads."""
        return self.select_related("old_carrier", "new_carrier")


class DecisionQuerySet(TakenByTwoQuerySet):
    """Words for decisions."""

    def about_the_outcome(self):
        """Decisions people follow: not the reopening of an evaluation."""
        return self.exclude(kind=DecisionKind.REOPEN_EVALUATION)
