"""Step 6: what the carrier engages to, and why other parts changed too."""

from django import forms

from actions.enums import Step
from actions.models.completeness import must_sign_contract
from actions.proposals.forms.base import ApplicationForm

CONTRACT = "signs_contract"
TO_TICK = "Cochez cette case : sans elle, le dossier ne peut pas être reçu."


class ConsentForm(ApplicationForm):
    """What one certifies and accepts when sending."""

    needed_to_send = ("certifies_accuracy", "accepts_terms")

    class Meta(ApplicationForm.Meta):
        # In the order of the page, which the list of errors follows.
        fields = (CONTRACT, "certifies_accuracy", "accepts_terms")
        labels = {
            "certifies_accuracy": "Je certifie l’exactitude de ces renseignements et agir au nom "
            "de la structure porteuse",
            "accepts_terms": "J’ai lu les conditions d’utilisation et l’information sur les "
            "données personnelles, et je les accepte",
            CONTRACT: "La structure porteuse souscrit au contrat d’engagement républicain et en "
            "informe ses membres",
        }
        error_messages = {
            name: {"required": TO_TICK}
            for name in ("certifies_accuracy", "accepts_terms", CONTRACT)
        }


class SendingForm(ConsentForm):
    """Step 6, which sends: nothing is left out."""

    step = Step.SENDING
    demands_all = True
    field_order = ("reason",)

    reason = forms.CharField(
        label="Pourquoi avez-vous modifié ces autres parties ?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    class Meta(ConsentForm.Meta):
        pass

    def __init__(self, *args, other_changes=(), **kwargs):
        """Ask why, when `other_changes` were made besides those that were asked for."""
        super().__init__(*args, **kwargs)
        if not other_changes:
            del self.fields["reason"]

    def prepare(self):
        """Ask for the contract those who sign one: associations and foundations."""
        super().prepare()
        if must_sign_contract(self.instance):
            self.fields[CONTRACT].required = True
        else:
            del self.fields[CONTRACT]
