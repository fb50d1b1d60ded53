"""Short forms about one's own action: confirmations and replies."""

import uuid

from django import forms


class KeyForm(forms.Form):
    """A confirmation that makes something: pressed twice, it makes it once."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class ConfirmForm(forms.Form):
    """A confirmation, with a word of explanation when the person wants to give one."""

    comment = forms.CharField(
        label="Un mot d’explication (facultatif)",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReplyForm(forms.Form):
    """The carrier's reply to an announced refusal."""

    text = forms.CharField(
        label="Votre réponse",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Dites ce qui n’a pas été compris, ou ce qui a changé.",
    )
