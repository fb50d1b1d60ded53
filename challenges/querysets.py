"""Reads of the promise."""

from typing import TYPE_CHECKING, Self

from django.db import models

from challenges.enums import ProgrammeState

if TYPE_CHECKING:
    from challenges.models import Challenge, Grid, Measure, Programme


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Words for programmes."""

    def published(self) -> Self:
        """Programmes that anybody may read: the current one and the archived ones."""
        return self.filter(state__in=(ProgrammeState.CURRENT, ProgrammeState.ARCHIVED))

    def current(self) -> "Programme | None":
        """The programme under way, with its legal texts, or None when there is none."""
        current = self.filter(state=ProgrammeState.CURRENT)
        return current.select_related("receipt_terms").first()


class ChallengeQuerySet(models.QuerySet["Challenge"]):
    """Words for challenges."""

    def of_current_programme(self) -> Self:
        """Challenges of the programme under way, in their order."""
        return self.filter(programme__state=ProgrammeState.CURRENT).order_by("number")


class MeasureQuerySet(models.QuerySet["Measure"]):
    """Words for measures."""

    def of_current_programme(self) -> Self:
        """Measures of the programme under way, in their order, with their challenge."""
        return (
            self.filter(challenge__programme__state=ProgrammeState.CURRENT)
            .select_related("challenge")
            .order_by("challenge__number", "number")
        )


class GridQuerySet(models.QuerySet["Grid"]):
    """Words for grids."""

    def current_for(self, programme: "Programme | int | None") -> "Grid | None":
        """The grid that an action of `programme` admitted now would be bound to, or None."""
        return self.filter(programme=programme, is_current=True).first()
