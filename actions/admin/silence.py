"""What the administration's list of actions says of the authority's silence."""

from datetime import timedelta

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils import timezone

from actions.models.silence import DAYS_OF_ALARM, silence_of

NEAR, PAST = "proche", "passe"


@admin.display(description="effet du silence", ordering="silent_until")
def silence(action) -> str:
    """Say what silence would mean and when, of a row of `with_silence()`."""
    found = silence_of(action)
    return render_to_string("components/_silence.html", {"silence": found}) if found else "–"


class SilenceFilter(admin.SimpleListFilter):
    """Files whose silence is about to take its meaning, or has taken it."""

    title = "effet du silence"
    parameter_name = "silence"

    def lookups(self, request, model_admin):
        """Name the two that are to be looked at first."""
        return ((NEAR, f"dans {DAYS_OF_ALARM} jours au plus"), (PAST, "date passée"))

    def queryset(self, request, queryset):
        """Keep the files of the choice; any other word keeps them all."""
        today = timezone.localdate()
        if self.value() == PAST:
            return queryset.silent_before(today)
        if self.value() == NEAR:
            return queryset.silent_before(today + timedelta(days=DAYS_OF_ALARM + 1), since=today)
        return queryset
