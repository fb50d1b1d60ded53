"""Short forms about one's own action: confirmations and replies."""

import uuid

from django import forms

from ess_portal.base.windows import WindowFields


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


class ReplyForm(WindowFields):
    """The carrier's reply to an announced refusal; maybe empty as long as nobody `sends` it."""

    text = forms.CharField(
        label="Votre réponse",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Dites ce qui n’a pas été compris, ou ce qui a changé.",
    )

    def __init__(self, *args, edition: int = 0, sends: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        self.show(edition)
        self.fields["text"].required = sends
