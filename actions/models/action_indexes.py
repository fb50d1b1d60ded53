"""The indexes of actions: each order that a list is read in, so that nothing is sorted that isn't
shown, and what is looked for.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length

from actions.enums import ActionStatus
from actions.models.groups import GROUPED_INDEXES
from actions.querysets import LATEST_FIRST, RANKING, TO_DO_FIRST
from ess_portal.base.collation import Folded

ACTION_INDEXES: tuple[models.Index, ...] = (
    models.Index(fields=("status", "-submitted_at"), name="actions_action_queue"),
    # What is counted one by one, of what somebody sees besides their roles, and what says who may
    # see: read in this index alone, without opening a file.
    models.Index(
        fields=("measure", "status"),
        include=(
            "id",
            "submitted_at",
            "funding_asked",
            "amount_granted",
            "amount_proposed",
            "jobs_created",
            "jobs_kept",
            "carrier",
            "created_by",
            "gate_closed_at",
            "reference",
            "challenge",
        ),
        name="actions_action_figures",
    ),
    # Whichever was given last: a longer number comes after a shorter one.
    models.Index(
        Length("reference"),
        "reference",
        condition=Q(reference__isnull=False),
        name="actions_action_by_reference",
    ),
    # The latest ones, whatever their state.
    models.Index(
        fields=("-submitted_at", "-id"),
        name="actions_action_latest",
    ),
    models.Index(fields=("carrier", "status"), name="actions_action_by_carrier"),
    # Those that have waited longest.
    models.Index(fields=("status", "waiting_since", "id"), name="actions_action_waiting"),
    models.Index(
        *RANKING,
        condition=Q(status__in=ActionStatus.DECIDABLE),
        name="actions_action_ranking",
    ),
    *GROUPED_INDEXES,
    GinIndex(fields=("search",), name="actions_action_search"),
    # Lists are read in their order: nothing is sorted that isn't shown.
    models.Index(*LATEST_FIRST, name="actions_action_listed"),
    models.Index("status", *LATEST_FIRST, name="actions_action_by_status"),
    models.Index("measure", *LATEST_FIRST, name="actions_action_by_measure"),
    models.Index(*TO_DO_FIRST, name="actions_action_to_do"),
    models.Index(Folded("title"), "id", name="actions_action_by_title"),
    models.Index(F("amount_granted").desc(nulls_last=True), "id", name="actions_action_by_amount"),
)
