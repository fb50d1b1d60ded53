"""Reads of what one person proposes and another confirms: decisions, amendments."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef

from actions.enums import DecisionKind

if TYPE_CHECKING:
    from actions.models import Amendment, Decision

_Model = TypeVar("_Model", bound=models.Model)


class TakenByTwoQuerySet(models.QuerySet[_Model]):
    """Words for what one person proposes and another confirms."""

    def pending(self) -> Self:
        """Those that wait for a second person."""
        return self.filter(confirmed_at__isnull=True, cancelled_at__isnull=True)

    def confirmed(self) -> Self:
        """Those that two people took."""
        return self.filter(confirmed_at__isnull=False)


class AmendmentQuerySet(TakenByTwoQuerySet["Amendment"]):
    """Words for amendments."""

    def with_carriers(self) -> Self:
        """What `Amendment.changes` reads."""
        voted = apps.get_model("actions", "Deliberation").objects.filter(amendment=OuterRef("pk"))
        return self.select_related("old_carrier", "new_carrier").annotate(is_voted=Exists(voted))


class DecisionQuerySet(TakenByTwoQuerySet["Decision"]):
    """Words for decisions."""

    def about_the_outcome(self) -> Self:
        """Decisions people follow: not the reopening of an evaluation."""
        return self.exclude(kind=DecisionKind.REOPEN_EVALUATION)
