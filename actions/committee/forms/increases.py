"""On which session an increase is put."""

from django import forms

from actions.committee.services.agenda import sessions_to_write
from actions.models import Action
from actors.models import User


class IncreaseForm(forms.Form):
    """A session that whoever asks prepares or holds."""

    session = forms.ModelChoiceField(
        queryset=None, label="Séance", empty_label="Choisissez une séance"
    )

    def __init__(self, *args, action: Action, user: User, **kwargs):
        """Offer the sessions of the action's programme whose agenda `user` may write."""
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = sessions_to_write(action, user)
