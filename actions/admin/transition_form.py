"""What an agent types with a transition."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from actions.committee.forms.decisions import public_reason_field
from actions.enums import Transition
from actions.models.correction import CORRECTABLE_FIELDS
from ess_portal.base.forms import DATE_INPUT

DAYS_TO_CORRECT = 15

COMMENT_LABELS = {
    Transition.REQUEST_CORRECTION: "Message au porteur",
    Transition.COMPLETE: "Bilan final",
    Transition.ADMIT: None,
    Transition.CLOSE_EVALUATION: None,
    Transition.START: None,
}


class TransitionForm(forms.Form):
    """The fields that a transition asks for; what is missing is said by the workflow itself."""

    def __init__(self, *args, transition: Transition, **kwargs):
        super().__init__(*args, **kwargs)
        if transition == Transition.REQUEST_CORRECTION:
            self._ask_what_to_correct()
        label = COMMENT_LABELS.get(transition, "Motif")
        if label:
            self.fields["comment"] = forms.CharField(
                label=label,
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 5}),
                help_text="Le porteur le lira.",
            )

        if transition == Transition.ABANDON:
            self.fields["public_reason"] = public_reason_field(
                "Pourquoi, pour le public", required=False
            )

    def _ask_what_to_correct(self):
        self.fields["fields"] = forms.MultipleChoiceField(
            label="Parties à compléter",
            choices=list(CORRECTABLE_FIELDS.items()),
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
        self.fields["due_on"] = forms.DateField(
            label="À rendre avant le",
            widget=DATE_INPUT,
            initial=lambda: timezone.localdate() + timedelta(days=DAYS_TO_CORRECT),
        )

    @property
    def details(self) -> dict:
        """What `apply_transition` takes as details."""
        return {
            name: self.cleaned_data[name]
            for name in ("fields", "due_on", "public_reason")
            if name in self.cleaned_data
        }
