"""Forms of a session of the committee: prepared, then held."""

from decimal import Decimal

from django import forms

from actions.enums import Attendance, Method, Outcome, SessionState, Transition
from actions.models import AgendaItem, CommitteeSession
from actions.models.committee_session import MIN_QUORUM
from actions.services.agendas import SessionContent
from actions.services.sittings import ItemRecord
from actions.workflow import rule_for
from actors.enums import Role
from actors.models import User
from challenges.models import Challenge
from ess_portal.base.forms import FrenchDecimalField
from ess_portal.base.french import euros

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
MOST_VOICES = 1000
SETTLED = ("quorum", "envelope", "voters", "observers")


def _amount(label: str, **options) -> FrenchDecimalField:
    return FrenchDecimalField(
        label=label, min_value=Decimal(0), max_digits=12, decimal_places=2, **options
    )


def _with_role(*roles: Role):
    people = User.objects.filter(groups__name__in=roles, is_active=True)
    return people.distinct().order_by("full_name", "pk")


class SessionForm(forms.Form):
    """What preparing a session settles; once it is open, only date, place and chair."""

    held_on = forms.DateField(label="Date", widget=DATE)
    starts_at = forms.TimeField(label="Heure", widget=TIME)
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
        max_value=MOST_VOICES,
        initial=MIN_QUORUM,
        help_text="Membres ayant droit de vote qui doivent être là pour chaque point.",
    )
    envelope = _amount("Enveloppe de la séance (€)", help_text="Par exemple 80 000.")
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
            self.fields[_part(challenge)] = _amount(
                f"Enveloppe du défi {challenge.number} (€)",
                required=False,
                help_text="Facultatif : laissez vide si ce défi n’a pas d’enveloppe à lui.",
            )
        self.order_fields(["held_on", "starts_at", "place", "chair", "quorum", "envelope"])
        for name in ("voters", "observers"):
            self.fields[name] = self.fields.pop(name)  # after the envelopes
        if session is not None:
            self._fill(session)

    def _fill(self, session: CommitteeSession) -> None:
        columns = ("held_on", "starts_at", "place", "chair", "quorum", "envelope")
        self.initial = {name: getattr(session, name) for name in columns} | {
            f"envelope_{part.challenge_id}": part.amount
            for part in session.challenge_envelopes.all()
        }
        members = list(session.members.all())
        self.initial["voters"] = [member.user_id for member in members if member.votes]
        self.initial["observers"] = [member.user_id for member in members if not member.votes]
        if session.state != SessionState.PREPARING:
            for name in (*SETTLED, *map(_part, self.challenges)):
                del self.fields[name]

    @property
    def content(self) -> SessionContent:
        """What was typed, as the service takes it."""
        data = self.cleaned_data
        columns = ("held_on", "starts_at", "place", "chair", "quorum", "envelope")
        return SessionContent(
            columns={name: data[name] for name in columns if name in data},
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


class AttendanceForm(forms.Form):
    """Who came: one choice a member."""

    def __init__(self, *args, members, **kwargs):
        """Ask for each of `members`."""
        super().__init__(*args, **kwargs)
        self.members = list(members)
        for member in self.members:
            self.fields[f"member_{member.pk}"] = forms.ChoiceField(
                label=f"{member.user}{'' if member.votes else ' (sans droit de vote)'}",
                choices=Attendance.choices,
                initial=member.attendance,
                widget=forms.RadioSelect,
            )

    @property
    def attendance(self) -> dict[int, str]:
        """What was chosen, by member key."""
        return {member.pk: self.cleaned_data[f"member_{member.pk}"] for member in self.members}


def _voices(label: str, **options) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_VOICES, **options)


class ItemForm(forms.Form):
    """What the session makes of one action; saved at each change, so nothing is required yet."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    outcome = forms.ChoiceField(label="Suite", required=False, widget=forms.RadioSelect)
    amount = _amount("Montant accordé (€)", required=False)
    method = forms.ChoiceField(
        label="La commission a décidé par",
        choices=Method.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    votes_for = _voices("Pour", required=False)
    votes_against = _voices("Contre", required=False)
    abstentions = _voices("Abstentions", required=False)
    reason = forms.CharField(
        label="Motif",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Le porteur le lira. Obligatoire pour une mise en vivier ou un refus.",
    )

    def __init__(self, *args, item: AgendaItem, **kwargs):
        """Offer the outcomes that the action's state and result allow."""
        saved = {name: getattr(item, name) for name in ("version", *ItemRecord.__annotations__)}
        super().__init__(*args, **(kwargs | {"initial": saved}))
        self.fields["outcome"].choices = [
            (outcome.value, outcome.label)
            for outcome in Outcome
            if outcome not in Outcome.DECISIONS or _is_possible(item, outcome)
        ]
        self.fields[
            "amount"
        ].help_text = f"Demandé : {euros(item.action.funding_asked)}. Pour « Prioriser » seulement."

    def clean_amount(self):
        """Refuse nought: it grants nothing."""
        amount = self.cleaned_data["amount"]
        if amount is not None and amount <= 0:
            raise forms.ValidationError("Le montant accordé doit dépasser 0 €.")
        return amount

    @property
    def record(self) -> ItemRecord:
        """What was typed, as the service takes it."""
        return ItemRecord(**{name: self.cleaned_data[name] for name in ItemRecord.__annotations__})


def _is_possible(item: AgendaItem, outcome: Outcome) -> bool:
    rule = rule_for(item.action, Transition(outcome.value))
    return rule is not None and not rule.blockers(item.action)


class StepAsideForm(forms.Form):
    """Who leaves the room for a point, and why."""

    member = forms.ModelChoiceField(
        label="Membre qui se déporte", queryset=None, empty_label="Choisissez un membre"
    )
    reason = forms.CharField(
        label="Lien avec l’action ou sa structure",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Le compte rendu le mentionne.",
    )

    def __init__(self, *args, members, **kwargs):
        """Offer `members` alone."""
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members


class EnvelopeVoteForm(forms.Form):
    """A vote on a higher envelope."""

    challenge = forms.ModelChoiceField(
        label="Enveloppe", queryset=None, required=False, empty_label="Toute la séance"
    )
    amount = _amount("Nouvelle enveloppe (€)")
    votes_for = _voices("Pour")
    votes_against = _voices("Contre")
    abstentions = _voices("Abstentions")

    def __init__(self, *args, session: CommitteeSession, **kwargs):
        """Offer the challenges that have an envelope of their own."""
        super().__init__(*args, **kwargs)
        self.fields["challenge"].queryset = Challenge.objects.filter(
            pk__in=session.challenge_envelopes.values("challenge")
        )

    @property
    def voices(self) -> tuple[int, int, int]:
        """For, against, abstentions."""
        data = self.cleaned_data
        return data["votes_for"], data["votes_against"], data["abstentions"]


class DeliberationForm(forms.Form):
    """The number of the deliberation that takes note of the session."""

    number = forms.CharField(
        label="Numéro de délibération",
        max_length=60,
        required=False,
        help_text="Par exemple DEL-2026-112.",
    )
