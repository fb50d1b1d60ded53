"""Reads of sessions of the committee, and of their agendas."""

from django.db import models
from django.db.models import Count, Q, Sum

from actions.enums import Outcome, SessionState


class CommitteeSessionQuerySet(models.QuerySet):
    """Words for sessions of the committee."""

    def open(self):
        """Sessions that still hold the actions of their agenda."""
        return self.filter(state__in=SessionState.OPEN)

    def for_list(self):
        """What a list of sessions shows."""
        granted = Q(items__outcome=Outcome.PRIORITISE)
        return self.select_related("chair").annotate(
            item_count=Count("items"), granted=Sum("items__amount", filter=granted)
        )


class AgendaItemQuerySet(models.QuerySet):
    """Words for points of agendas."""

    def open(self):
        """Points that keep their action from any other agenda."""
        return self.filter(is_open=True)

    def prioritised(self):
        """Points whose action the session wants to grant money to."""
        return self.filter(outcome=Outcome.PRIORITISE)

    def for_list(self):
        """What an agenda shows of each item."""
        return self.select_related(
            "session",
            "action__carrier",
            "action__measure__challenge",
            "action__grid",
            "proposed_by",
            "seconded_by",
        )
