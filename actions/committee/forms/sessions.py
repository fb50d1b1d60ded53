"""A session to prepare."""

from django import forms

from actions.committee.forms.conduct import amount_field
from actions.committee.queries.settled import settled_in
from actions.committee.services.sessions import SessionContent
from actions.enums import SessionState
from actions.models import CommitteeSession
from actions.models.committee_session_guarantees import MIN_QUORUM
from actors.enums import Role
from actors.models import User
from challenges.models import Challenge
from ess_portal.base.forms import DATE_INPUT

MOST_MEMBERS = 1000
TIME_INPUT = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
# What can't change once the session is open.
SETTLED = ("quorum", "envelope", "budget_line", "voters", "observers")
COLUMNS = ("held_on", "starts_at", "place", "chair", "quorum", "envelope", "budget_line")


def _with_role(*roles: Role):
    people = User.objects.filter(groups__name__in=roles, is_active=True)
    return people.distinct().order_by("full_name", "pk")


class SessionForm(forms.Form):
    """What preparing a session settles; once it is open, only date, place and chair."""

    # What the page of a session showed when it was opened: an older one overwrites nothing.
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)
    held_on = forms.DateField(label="Date", widget=DATE_INPUT)
    starts_at = forms.TimeField(label="Heure", widget=TIME_INPUT)
    place = forms.CharField(label="Lieu", max_length=200)
    chair = forms.ModelChoiceField(
        label="Présidence de la séance",
        queryset=User.objects.none(),
        empty_label="Choisissez un membre",
        help_text="Un membre de la commission : il clôt la séance et porte les décisions.",
    )
    quorum = forms.IntegerField(
        label="Quorum",
        min_value=MIN_QUORUM,
        max_value=MOST_MEMBERS,
        initial=MIN_QUORUM,
        help_text="Membres ayant droit de vote qui doivent être là pour chaque point.",
    )
    envelope = amount_field("Enveloppe de la séance (€)", help_text="Par exemple 80 000.")
    budget_line = forms.CharField(
        label="Ligne budgétaire",
        max_length=120,
        required=False,
        help_text="Facultatif : par exemple « chapitre 65, article 65748, fonction 61 ». Compte "
        "rendu et projet de délibération la reprennent.",
    )
    voters = forms.ModelMultipleChoiceField(
        label="Membres ayant droit de vote",
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    observers = forms.ModelMultipleChoiceField(
        label="Participants sans droit de vote",
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args, programme, session: CommitteeSession | None = None, **kwargs):
        """Fill it with what `session` has; ask for an envelope a challenge of `programme`."""
        self.session = session
        super().__init__(*args, **kwargs)
        committee = _with_role(Role.COMMITTEE)
        self.fields["chair"].queryset = self.fields["voters"].queryset = committee
        self.fields["observers"].queryset = _with_role(Role.AGENT, Role.ELECTED)
        self.challenges = list(Challenge.objects.filter(programme=programme).order_by("number"))
        for challenge in self.challenges:
            self.fields[_part(challenge)] = amount_field(
                f"Enveloppe du défi {challenge.number} (€)",
                required=False,
                help_text="Facultatif : laissez vide si ce défi n’a pas d’enveloppe à lui.",
            )
        self.order_fields(COLUMNS)
        for name in ("voters", "observers"):
            self.fields[name] = self.fields.pop(name)  # after the envelopes
        if session is None:
            del self.fields["shown"]
        else:
            self._fill(session)

    def _fill(self, session: CommitteeSession) -> None:
        self.initial = {name: getattr(session, name) for name in COLUMNS} | {
            f"envelope_{part.challenge_id}": part.amount
            for part in session.challenge_envelopes.all()
        }
        self.initial["shown"] = settled_in(session)
        members = list(session.members.all())
        self.initial["voters"] = [member.user_id for member in members if member.votes]
        self.initial["observers"] = [member.user_id for member in members if not member.votes]
        if session.state != SessionState.PREPARING:
            for name in (*SETTLED, *map(_part, self.challenges)):
                del self.fields[name]

    def replaces(self, session: CommitteeSession) -> None:
        """Let what is typed here, once sent again, replace what `session` holds knowingly."""
        self.data = self.data.copy()
        self.data["shown"] = settled_in(session)

    @property
    def content(self) -> SessionContent:
        """What was typed, as the service takes it."""
        data = self.cleaned_data
        return SessionContent(
            columns={name: data[name] for name in COLUMNS if name in data},
            envelopes={
                challenge.pk: data[_part(challenge)]
                for challenge in self.challenges
                if data.get(_part(challenge)) is not None
            },
            voters=data.get("voters", ()),
            observers=data.get("observers", ()),
        )


def _part(challenge: Challenge) -> str:
    return f"envelope_{challenge.pk}"
