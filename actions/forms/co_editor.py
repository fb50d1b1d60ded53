"""Whom to invite on a file."""

from django import forms

from actions.models import CoEditor


class CoEditorForm(forms.ModelForm):
    """The address of somebody who is to write the file too."""

    class Meta:
        model = CoEditor
        fields = ("email",)
        labels = {"email": "Adresse électronique"}
        help_texts = {
            "email": "Exemple : prenom.nom@exemple.fr. La personne se connectera avec cette "
            "adresse."
        }
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "off"})}
