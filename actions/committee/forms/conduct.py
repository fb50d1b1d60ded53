"""What is noted while a session is held."""

from collections.abc import Mapping
from decimal import Decimal

from django import forms

from actions.committee.forms.decisions import public_reason_field
from actions.committee.queries.outcomes import possible_outcomes
from actions.committee.services.item_decisions import ItemRecord
from actions.enums import ActionStatus, Attendance, Method, Outcome
from actions.models import AgendaItem, CommitteeSession
from challenges.models import Challenge
from ess_portal.base.forms import FrenchDecimalField
from ess_portal.base.french import euros

MOST_VOTES = 1000


def amount_field(label: str, **options) -> FrenchDecimalField:
    return FrenchDecimalField(
        label=label, min_value=Decimal(0), max_digits=12, decimal_places=2, **options
    )


class AttendanceForm(forms.Form):
    """Who came: one choice a member."""

    def __init__(self, *args, members, **kwargs):
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
        """What was changed in this window: others may have noted the rest meanwhile."""
        typed = {member.pk: f"member_{member.pk}" for member in self.members}
        return {
            pk: self.cleaned_data[name]
            for pk, name in typed.items()
            if self.cleaned_data[name] != self.data.get(f"shown_{name}")
        }


def _votes_field(label: str, **options) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_VOTES, **options)


class ItemForm(forms.Form):
    """What the session makes of one action; saved at each change, so nothing is required yet."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    outcome = forms.ChoiceField(label="Suite", required=False, widget=forms.RadioSelect)
    amount = amount_field("Montant accordé (€)", required=False)
    method = forms.ChoiceField(
        label="La commission a décidé par",
        choices=Method.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    votes_for = _votes_field("Pour", required=False)
    votes_against = _votes_field("Contre", required=False)
    abstentions = _votes_field("Abstentions", required=False)
    reason = forms.CharField(
        label="Motif",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Le porteur le lira. Obligatoire pour une mise en vivier, un refus, une "
        "augmentation, ou un autre montant que celui demandé.",
    )

    public_reason = public_reason_field("Part publique du motif", required=False)

    def __init__(self, *args, item: AgendaItem, typed: Mapping[str, str] | None = None, **kwargs):
        """Offer the outcomes that the action's state and result allow; show what was `typed` and
        isn't saved yet, rather than what is.
        """
        saved = {name: getattr(item, name) for name in ("version", *ItemRecord.__annotations__)}
        if item.outcome not in Outcome.GRANTING and item.granted_before is None:
            # What is asked is what is granted most often; it is kept only with « Prioriser ».
            saved["amount"] = item.action.funding_asked or None
        super().__init__(*args, **(kwargs | {"initial": saved | dict(typed or {})}))
        self.fields["outcome"].choices = [
            (outcome.value, outcome.label) for outcome in possible_outcomes(item)
        ]
        asked, amount = euros(item.action.funding_asked), self.fields["amount"]
        amount.help_text = f"Demandé : {asked}. Pour « Prioriser » seulement."
        if item.action.status in ActionStatus.AMENDABLE:
            granted = euros(item.action.amount_granted)
            amount.label = "Montant ajouté (€)"
            amount.help_text = (
                f"Accordé : {granted} ; demandé : {asked}. Pour « Augmenter » seulement."
            )
        self.fields["public_reason"].help_text += " Pour « Prioriser » seulement."

    def clean_amount(self):
        """Refuse zero: it grants nothing."""
        amount = self.cleaned_data["amount"]
        if amount is not None and amount <= 0:
            raise forms.ValidationError("Le montant accordé doit dépasser 0 €.")
        return amount

    @property
    def record(self) -> ItemRecord:
        """What was typed, as the service takes it."""
        return ItemRecord(**{name: self.cleaned_data[name] for name in ItemRecord.__annotations__})


class StepAsideForm(forms.Form):
    """Who steps aside from an item, and why."""

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
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members


class EnvelopeVoteForm(forms.Form):
    """A vote on a higher envelope."""

    challenge = forms.ModelChoiceField(
        label="Enveloppe", queryset=None, required=False, empty_label="Toute la séance"
    )
    amount = amount_field("Nouvelle enveloppe (€)")
    votes_for = _votes_field("Pour")
    votes_against = _votes_field("Contre")
    abstentions = _votes_field("Abstentions")

    def __init__(self, *args, session: CommitteeSession, **kwargs):
        """Offer the challenges that have an envelope of their own."""
        super().__init__(*args, **kwargs)
        self.fields["challenge"].queryset = Challenge.objects.filter(
            pk__in=session.challenge_envelopes.values("challenge")
        )

    @property
    def votes(self) -> tuple[int, int, int]:
        data = self.cleaned_data
        return data["votes_for"], data["votes_against"], data["abstentions"]
