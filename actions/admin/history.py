"""What agents look at and the workflow writes."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from actions.admin.evaluators import LateFilter
from actions.models import (
    ActionEvent,
    Amendment,
    CommitteeSession,
    Deliberation,
    Evaluation,
    Recusal,
)
from actions.rules import must_leave_to_another_agent
from ess_portal.base.admin import ReadOnlyAdmin, said, titled
from ess_portal.base.admin_periods import by_period


@admin.register(ActionEvent)
class ActionEventAdmin(ReadOnlyAdmin):
    """Everything that happened, newest first."""

    list_display = ("at", "action", "transition", "from_status", "to_status", "by", "confirmed_by")
    list_filter = (
        "transition",
        ("to_status", titled(admin.ChoicesFieldListFilter, "état atteint")),
        by_period("at", "date", "date"),
    )
    list_select_related = ("action", "by", "confirmed_by")
    search_fields = ("action__reference", "action__title")
    ordering = ("-at", "-pk")


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnlyAdmin):
    """Who evaluates what, and whether it was sent: no score is shown before the closing."""

    list_display = ("action", "evaluator", "round", "due_on", "reminded_at", "sent_at", "follow")
    list_filter = (LateFilter, "round", ("sent_at", admin.EmptyFieldListFilter), "action__status")
    list_select_related = ("action", "evaluator")
    search_fields = ("action__reference", "action__title", "evaluator__full_name")

    fields = (
        "action",
        "evaluator",
        "evaluator_kind",
        "round",
        "assigned_at",
        "declared_at",
        "due_on",
        "reminded_at",
        "sent_at",
    )

    @admin.display(description="suivi")
    def follow(self, evaluation) -> str:
        """Lead to the action's page, where one reminds, gives a date or replaces."""
        address = reverse("admin:actions_action_change", args=[evaluation.action_id])
        return format_html('<a href="{}">Au dossier</a>', address)


@admin.register(Recusal)
class RecusalAdmin(ReadOnlyAdmin):
    """The register of recusals."""

    list_display = ("action", "user", "declared_by", "declared_at")
    list_select_related = ("action", "user", "declared_by")
    search_fields = ("action__reference", "user__full_name")

    def get_fields(self, request, obj=None):
        """Leave out the reason for an agent who steps aside from the action."""
        fields = [field for field in super().get_fields(request, obj) if field != "reason"]
        if obj is not None and must_leave_to_another_agent(request.user, obj.action):
            return fields
        return [*fields, "reason"]


@admin.register(Amendment)
class AmendmentAdmin(ReadOnlyAdmin):
    """Amendments of granted actions: two members of the committee take them."""

    list_display = ("action", "proposed_by", "proposed_at", "confirmed_by", "confirmed_at")
    list_select_related = ("action", "proposed_by", "confirmed_by")
    search_fields = ("action__reference", "action__title")
    date_hierarchy = "proposed_at"
    fields = (
        "action",
        "reason",
        said(Amendment, "new_amount"),
        "new_starts_on",
        "new_ends_on",
        "new_carrier",
        said(Amendment, "old_amount"),
        "old_starts_on",
        "old_ends_on",
        "old_carrier",
        "proposed_by",
        "proposed_at",
        "confirmed_by",
        "confirmed_at",
        "cancelled_at",
    )


ENVELOPE = said(CommitteeSession, "envelope")


@admin.register(CommitteeSession)
class CommitteeSessionAdmin(ReadOnlyAdmin):
    """Sessions of the committee: prepared and held on their own pages."""

    list_display = (
        "held_on",
        "place",
        "chair",
        "state",
        ENVELOPE,
        "published_at",
    )
    list_filter = ("state",)
    list_select_related = ("chair",)
    search_fields = ("place",)
    date_hierarchy = "held_on"

    def get_fields(self, request, obj=None):
        """Write the envelope as people do."""
        fields = super().get_fields(request, obj)
        return [ENVELOPE if field == "envelope" else field for field in fields]


@admin.register(Deliberation)
class DeliberationAdmin(ReadOnlyAdmin):
    """What the council voted: agents note it on the pages of sessions and actions."""

    list_display = ("number", "held_on", "action", "amendment", "recorded_by", "recorded_at")
    list_select_related = ("action", "amendment__action", "recorded_by")
    search_fields = ("number", "action__reference", "action__title")
    date_hierarchy = "held_on"
