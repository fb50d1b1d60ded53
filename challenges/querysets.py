"""Reads of the promise."""

from django.db import models

from challenges.enums import ProgrammeState


class ProgrammeQuerySet(models.QuerySet):
    """Words for programmes."""

    def published(self):
        """Programmes that anybody may read: the current one and the archived ones."""
        return self.filter(state__in=(ProgrammeState.CURRENT, ProgrammeState.ARCHIVED))

    def current(self):
        """The programme under way, or None when there is none."""
        return self.filter(state=ProgrammeState.CURRENT).first()


class ChallengeQuerySet(models.QuerySet):
    """Words for challenges."""

    def of_current_programme(self):
        """Challenges of the programme under way, in their order."""
        return self.filter(programme__state=ProgrammeState.CURRENT).order_by("number")


class MeasureQuerySet(models.QuerySet):
    """Words for measures."""

    def of_current_programme(self):
        """Measures of the programme under way, in their order, with their challenge."""
        return (
            self.filter(challenge__programme__state=ProgrammeState.CURRENT)
            .select_related("challenge")
            .order_by("challenge__number", "number")
        )


class GridQuerySet(models.QuerySet):
    """Words for grids."""

    def current_for(self, programme):
        """The grid that an action of `programme` admitted now would be bound to, or None."""
        return self.filter(programme=programme, is_current=True).first()
