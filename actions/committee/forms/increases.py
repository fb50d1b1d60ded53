"""On which session an increase is put."""

from django import forms

from actions.committee.services.agenda import sessions_to_write
from actions.models import Action, CommitteeSession
from actors.models import User
from ess_portal.base.french import NO_BREAK, long_date


class SessionChoiceField(forms.ModelChoiceField):
    """Sessions named so that two of one day can be told apart."""

    def label_from_instance(self, obj: CommitteeSession) -> str:
        return (
            f"Séance du {long_date(obj.held_on)}, {obj.starts_at:%H}{NO_BREAK}h{NO_BREAK}"
            f"{obj.starts_at:%M}, {obj.place}"
        )


class IncreaseForm(forms.Form):
    """A session that whoever asks prepares or holds."""

    session = SessionChoiceField(queryset=None, label="Séance", empty_label="Choisissez une séance")

    def __init__(self, *args, action: Action, user: User, **kwargs):
        """Offer the sessions of the action's programme whose agenda `user` may write."""
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = sessions_to_write(action, user)
