"""What an agent makes of an organisation: it is confirmed, or one and the same as another."""

from django import forms
from django.db import models

from actors.models import Organisation


class Review(models.TextChoices):
    """An agent's answer."""

    CONFIRM = "confirm", "La confirmer : elle existe, et n’est pas encore sur le portail"
    MERGE = "merge", "La réunir à une structure déjà confirmée : c’est la même"


class OrganisationReviewForm(forms.Form):
    """Confirm it, or say which one it is."""

    use_required_attribute = False

    decision = forms.ChoiceField(
        label="Votre réponse", choices=Review.choices, widget=forms.RadioSelect
    )
    into = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="La structure confirmée",
        required=False,
        empty_label="Choisissez une structure",
        help_text="Si vous la réunissez : ses dossiers et les demandes qui la concernent vont à "
        "cette structure ; ses membres, comme il est dit plus bas.",
    )

    def __init__(self, *args, organisation: Organisation, **kwargs):
        """Offer every other confirmed organisation; one that is confirmed is only merged."""
        super().__init__(*args, **kwargs)
        others = Organisation.objects.confirmed().exclude(pk=organisation.pk)
        self.fields["into"].queryset = others
        if organisation.is_confirmed:
            self.fields["decision"].choices = [(Review.MERGE.value, Review.MERGE.label)]

    def clean(self):
        """Ask for the other one when they are merged."""
        cleaned = super().clean()
        lacks = "into" not in self.errors and not cleaned.get("into")
        if cleaned.get("decision") == Review.MERGE and lacks:
            self.add_error("into", "Choisissez la structure à laquelle la réunir.")
        return cleaned
