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
        # Somebody else's address: the browser keeps it apart from the person's own.
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "section-invited email"})}
