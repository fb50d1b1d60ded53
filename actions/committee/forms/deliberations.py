"""What the council voted: number, date, and which grants."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.utils import timezone

from actions.committee.queries.deliberations import Proposed
from actions.committee.services.deliberations import NOTHING_CHOSEN, TO_COME, too_early
from ess_portal.base.forms import DATE_INPUT


class DeliberationForm(forms.Form):
    """Number and date of a deliberation, and what it covers: all that waits, unless unticked."""

    number = forms.CharField(
        label="Numéro de la délibération", max_length=60, help_text="Par exemple DEL-2026-112."
    )
    held_on = forms.DateField(
        label="Date de la délibération",
        widget=DATE_INPUT,
        help_text="Le jour où le conseil a voté, au plus tôt celui où la commission a décidé.",
    )
    grants = forms.MultipleChoiceField(
        label="Financements votés",
        widget=forms.CheckboxSelectMultiple,
        help_text="Laissez de côté ce que le conseil n’a pas voté.",
        error_messages={"required": NOTHING_CHOSEN},
    )

    def __init__(self, *args, proposed: Sequence[Proposed], **kwargs):
        """Offer what is `proposed` to the council."""
        super().__init__(*args, **kwargs)
        self.proposed = {one.code: one for one in proposed}
        self.fields["grants"].choices = [(code, one.label) for code, one in self.proposed.items()]
        self.fields["grants"].initial = list(self.proposed)

    @property
    def chosen(self) -> list[Proposed]:
        """What was ticked, in the order of the page."""
        return [self.proposed[code] for code in self.cleaned_data["grants"]]

    def clean_number(self) -> str:
        """Fold every kind of space, line breaks included, into one."""
        return " ".join(self.cleaned_data["number"].split())

    def clean_held_on(self) -> date:
        """Refuse a date to come."""
        held_on = self.cleaned_data["held_on"]
        if held_on > timezone.localdate():
            raise forms.ValidationError(TO_COME)
        return held_on

    def clean(self):
        """Refuse a date before the committee decided."""
        cleaned = super().clean()
        if held_on := cleaned.get("held_on"):
            for code in cleaned.get("grants", ()):
                if held_on < self.proposed[code].decided_on:
                    self.add_error("held_on", too_early(self.proposed[code]))
        return cleaned
