"""Reads of sessions of the committee, and of their agendas."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Q, Sum

from actions.enums import Outcome, SessionState

if TYPE_CHECKING:
    from actions.models import AgendaItem, CommitteeSession


class CommitteeSessionQuerySet(models.QuerySet["CommitteeSession"]):
    """Words for sessions of the committee."""

    def open(self) -> Self:
        """Sessions that still hold the actions of their agenda."""
        return self.filter(state__in=SessionState.OPEN)

    def for_list(self) -> Self:
        """What a list of sessions shows."""
        granted = Q(items__outcome=Outcome.PRIORITISE)
        return self.select_related("chair").annotate(
            item_count=Count("items"), granted=Sum("items__amount", filter=granted)
        )


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    """Words for points of agendas."""

    def open(self) -> Self:
        """Points that keep their action from any other agenda."""
        return self.filter(is_open=True)

    def prioritised(self) -> Self:
        """Points whose action the session wants to grant money to."""
        return self.filter(outcome=Outcome.PRIORITISE)

    def for_list(self) -> Self:
        """What an agenda shows of each item."""
        return self.select_related(
            "session",
            "action__carrier",
            "action__measure__challenge",
            "action__grid",
            "proposed_by",
            "seconded_by",
        )
