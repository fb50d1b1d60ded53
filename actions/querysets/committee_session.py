"""Reads of sessions of the committee, and of their agendas."""

from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from actions.enums import Outcome, SessionState

if TYPE_CHECKING:
    from actions.models import AgendaItem, CommitteeSession


SHOWN_OF_ITEMS = (
    *("session", "position", "is_open", "outcome", "amount", "amount_before", "reason", "method"),
    *("votes_for", "votes_against", "abstentions"),
    *("proposed_by__full_name", "proposed_by__email", "seconded_by__full_name"),
    *("seconded_by__email", "action__title", "action__reference", "action__status"),
    *("action__funding_asked", "action__amount_granted", "action__gate_points"),
    *("action__gate_max_points", "action__carrier__name", "action__carrier__family"),
    "action__measure__challenge__number",
)


class CommitteeSessionQuerySet(models.QuerySet["CommitteeSession"]):
    """Words for sessions of the committee."""

    def open(self) -> Self:
        """Sessions that still hold the actions of their agenda."""
        return self.filter(state__in=SessionState.OPEN)

    def for_list(self) -> Self:
        """What a list of sessions shows; what the council has yet to vote is `proposed`, apart."""
        granted = Q(items__outcome=Outcome.PRIORITISE)
        proposed = granted & Q(
            items__action__amount_proposed__gt=0,
            items__action__amount_proposed__gte=F("items__action__amount_granted"),
        )
        return self.select_related("chair").annotate(
            item_count=Count("items"),
            proposed=Coalesce(Sum("items__amount", filter=proposed), Decimal(0)),
            granted=Sum("items__amount", filter=granted) - F("proposed"),
        )


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    """Words for points of agendas."""

    def open(self) -> Self:
        """Points that keep their action from any other agenda."""
        return self.filter(is_open=True)

    def prioritised(self) -> Self:
        """Points whose action the session wants to grant money to, for the first time."""
        return self.filter(outcome=Outcome.PRIORITISE)

    def with_deliberations(self) -> Self:
        """Load, with each item, what the council voted of its action, and its number and day."""
        loaded = self.select_related("action").prefetch_related("action__deliberations")
        return loaded.order_by("position")

    def for_agenda(self) -> Self:
        """What the page of a session shows of each item: no more columns than that."""
        shown = self.select_related(
            "action__carrier", "action__measure__challenge", "proposed_by", "seconded_by"
        )
        return shown.only(*SHOWN_OF_ITEMS)

    def for_list(self) -> Self:
        """What an agenda shows of each item."""
        return self.select_related(
            "session",
            "action__carrier",
            "action__measure__challenge",
            "action__grid",
            "amendment",
            "proposed_by",
            "seconded_by",
        )
