"""What an agent types with a transition."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from actions.committee.forms.decisions import public_reason_field
from actions.enums import ActionStatus, Transition
from actions.models import Action
from actions.models.correction import CORRECTABLE_FIELDS, DAYS_TO_CORRECT
from ess_portal.base.forms import DATE_INPUT

COMMENT_LABELS = {
    Transition.REQUEST_CORRECTION: "Message au porteur",
    Transition.COMPLETE: "Bilan final",
    Transition.ADMIT: None,
    Transition.CLOSE_EVALUATION: None,
    Transition.START: None,
}


class TransitionForm(forms.Form):
    """The fields that a transition asks for; what is missing is said by the workflow itself."""

    def __init__(self, *args, action: Action, transition: Transition, **kwargs):
        super().__init__(*args, **kwargs)
        if transition == Transition.REQUEST_CORRECTION:
            self._ask_what_to_correct()
            self._ask_until_when()
        if _returns_to_its_correction(action, transition):
            self._ask_until_when()
        label = COMMENT_LABELS.get(transition, "Motif")
        if label:
            self.fields["comment"] = forms.CharField(
                label=label,
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 5}),
                help_text="Le porteur le lira.",
                initial=_reason_of(action, transition),
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

    def _ask_until_when(self):
        self.fields["due_on"] = forms.DateField(
            label="À rendre au plus tard le",
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


def _returns_to_its_correction(action: Action, transition: Transition) -> bool:
    origin = ActionStatus.IN_CORRECTION
    return transition == Transition.WITHDRAW_REFUSAL and action.refused_from == origin


def _reason_of(action: Action, transition: Transition) -> str:
    # Of a file that wasn't completed, the reason is known.
    if transition != Transition.ANNOUNCE_REFUSAL or action.status != ActionStatus.IN_CORRECTION:
        return ""
    asked = action.correction_requests.first()
    return asked.incompleteness if asked is not None else ""
