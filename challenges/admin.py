"""The programme, as staff manage it."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse

from challenges.models import (
    CRITERIA_PER_GRID,
    Challenge,
    Criterion,
    Grid,
    Measure,
    Programme,
    ReceiptTerms,
)
from challenges.services import copy_grid
from ess_portal.base.admin import BoundedInline, PortalModelAdmin


class ChallengeInline(BoundedInline):
    """The challenges of a programme."""

    model = Challenge
    show_change_link = True


class MeasureInline(BoundedInline):
    """The measures of a challenge."""

    model = Measure


class ReceiptTermsInline(BoundedInline):
    """What the receipts of a programme say."""

    model = ReceiptTerms
    can_delete = False

    def get_extra(self, request, obj=None, **kwargs):
        """Offer the form at once while nothing is written."""
        return 0 if obj and hasattr(obj, "receipt_terms") else 1


@admin.register(Programme)
class ProgrammeAdmin(PortalModelAdmin):
    """Programmes: at most one is current."""

    list_display = ("title", "code", "starts_on", "ends_on", "state")
    list_filter = ("state",)
    search_fields = ("title", "code")
    readonly_fields = ("rules_of_deliberation",)
    inlines = (ReceiptTermsInline, ChallengeInline)

    @admin.display(description="règle de délibération", empty_value="–")
    def rules_of_deliberation(self, programme: Programme) -> str:
        """Since when a deliberation is required, or not."""
        return programme.rules_of_deliberation


@admin.register(Challenge)
class ChallengeAdmin(PortalModelAdmin):
    """Challenges and their measures."""

    list_display = ("number", "title", "programme")
    list_filter = ("programme",)
    search_fields = ("title",)
    inlines = (MeasureInline,)


@admin.register(Measure)
class MeasureAdmin(PortalModelAdmin):
    """How far each measure is kept."""

    list_display = ("code", "title", "state")
    list_filter = ("state", "challenge__programme", "challenge")
    list_select_related = ("challenge",)
    search_fields = ("title",)


class CriterionFormSet(BaseInlineFormSet):
    """The four criteria of a grid."""

    def clean(self):
        """Refuse a grid that hasn't exactly four criteria."""
        super().clean()
        kept = [
            form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        if not any(self.errors) and len(kept) != CRITERIA_PER_GRID:
            raise ValidationError("Une grille a exactement quatre critères.")


class CriterionInline(BoundedInline):
    """The criteria of a grid, until an action is bound to it."""

    model = Criterion
    formset = CriterionFormSet
    max_num = CRITERIA_PER_GRID

    def get_extra(self, request, obj=None, **kwargs):
        """Offer the four criteria of a new grid."""
        return 0 if obj else CRITERIA_PER_GRID

    def has_add_permission(self, request, obj=None):
        """A bound grid gets no criterion."""
        return super().has_add_permission(request, obj) and not _is_bound(obj)

    def has_change_permission(self, request, obj=None):
        """A bound grid keeps its criteria."""
        return super().has_change_permission(request, obj) and not _is_bound(obj)

    def has_delete_permission(self, request, obj=None):
        """A bound grid loses no criterion."""
        return super().has_delete_permission(request, obj) and not _is_bound(obj)


@admin.register(Grid)
class GridAdmin(PortalModelAdmin):
    """Versions of the grid: once used, only "in force" can change."""

    list_display = ("programme", "version", "quorum", "threshold", "is_current", "bound_at")
    list_filter = ("programme",)
    inlines = (CriterionInline,)
    readonly_fields = ("bound_at",)

    def get_readonly_fields(self, request, obj=None):
        """Show a bound grid as it is; of a new one, nothing that isn't written yet."""
        if obj is None:
            return ()
        if _is_bound(obj):
            return ("programme", "version", "quorum", "threshold", "bound_at")
        return self.readonly_fields

    def get_urls(self):
        copy = path(
            "<int:pk>/dupliquer/",
            self.admin_site.admin_view(self.copy_view),
            name="challenges_grid_copy",
        )
        return [copy, *super().get_urls()]

    def copy_view(self, request, pk):
        """Make a new version with the same criteria, and open it."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_add_permission(request):
            raise Http404
        copy = copy_grid(get_object_or_404(Grid, pk=pk))
        self.message_user(
            request,
            f"La version {copy.version} est prête : changez-la, puis mettez-la en vigueur.",
        )
        return HttpResponseRedirect(reverse("admin:challenges_grid_change", args=[copy.pk]))

    def has_delete_permission(self, request, obj=None):
        """A bound grid stays."""
        return super().has_delete_permission(request, obj) and not _is_bound(obj)


def _is_bound(grid: Grid | None) -> bool:
    return grid is not None and grid.bound_at is not None
