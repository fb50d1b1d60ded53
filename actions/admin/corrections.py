"""The agents' pages of a correction that is awaited: remind the carrier, or give more time."""

from django import forms
from django.http import Http404

from actions.admin.steps import Step, StepPages, typed
from actions.enums import ActionStatus
from actions.models import Action, CorrectionRequest
from actions.models.correction_guarantees import TOO_LATE
from actions.proposals.services.correction_dates import give_more_time, remind_carrier
from ess_portal.base.forms import DATE_INPUT
from ess_portal.base.french import long_date

REMINDED = (
    "Un courriel part aux personnes qui écrivent le dossier, un par jour au plus. Le rappel est "
    "noté au dossier, et elles le voient dans leur espace."
)
EXTENDED = (
    "Les personnes qui écrivent le dossier l’apprennent par courriel, avec le motif. Le délai au "
    "terme duquel le silence vaut réponse reste suspendu jusqu’à la nouvelle date."
)


class MoreTimeForm(forms.Form):
    """A later day, and why."""

    due_on = forms.DateField(label="À rendre au plus tard le", widget=DATE_INPUT)
    reason = forms.CharField(
        label="Motif",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Le porteur le lira.",
    )


class CorrectionPages(StepPages):
    """Pages of `ActionAdmin`, which finds the action and draws them."""

    def correction_pages(self):
        """Give the addresses, views and names of these pages."""
        return [
            ("<int:pk>/complement/rappeler/", self.recall_view, "actions_action_recall"),
            ("<int:pk>/complement/date/", self.more_time_view, "actions_action_more_time"),
        ]

    def recall_view(self, request, pk):
        """Remind those who write the file of what is to be completed."""
        action, asked = self._awaited(request, pk)
        step = Step(
            "Rappeler le complément demandé",
            lambda: remind_carrier(action=action, by=request.user),
            "Le rappel est parti.",
            consequences=(_until(asked), REMINDED),
        )
        return self.answer_step(request, action, step)

    def more_time_view(self, request, pk):
        """Give the carrier until a later day."""
        action, asked = self._awaited(request, pk)
        form = MoreTimeForm(typed(request))
        step = Step(
            "Donner plus de temps",
            lambda: give_more_time(action=action, by=request.user, **form.cleaned_data),
            "Le porteur a une nouvelle date pour compléter son dossier.",
            form,
            (_until(asked), EXTENDED),
        )
        return self.answer_step(request, action, step)

    def _awaited(self, request, pk) -> tuple[Action, CorrectionRequest]:
        action = self.screened(request, pk)
        asked = action.correction_requests.first()
        if action.status != ActionStatus.IN_CORRECTION or asked is None:
            raise Http404
        return action, asked


def _until(asked: CorrectionRequest) -> str:
    past = f" {TOO_LATE}" if asked.is_overdue() else ""
    return f"Complément attendu au plus tard le {long_date(asked.due_on)}.{past}"
