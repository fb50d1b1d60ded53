"""Sharing files out among evaluators: which files, then who reads each."""

from collections.abc import Sequence
from datetime import timedelta

from django import forms
from django.utils import timezone

from actions.enums import ActionStatus
from actions.evaluation.queries.candidates import Choice, choices_for
from actions.models import Action, Evaluation
from actors.models import User
from ess_portal.base.forms import DATE_INPUT

DAYS_TO_EVALUATE = 21
MOST_EVALUATORS = 20


class DueOnField(forms.DateField):
    """Until when evaluations are to be sent: three weeks, unless said otherwise."""

    def __init__(self):
        super().__init__(
            label="À rendre au plus tard le", widget=DATE_INPUT, initial=_in_three_weeks
        )

    def clean(self, value):
        day = super().clean(value)
        if day and day < timezone.localdate():
            raise forms.ValidationError("La date de rendu est passée : donnez une date à venir.")
        return day


def _in_three_weeks():
    return timezone.localdate() + timedelta(days=DAYS_TO_EVALUATE)


class BatchForm(forms.Form):
    """Which actions lack evaluators, until when they are to be read, and by how many."""

    actions = forms.ModelMultipleChoiceField(
        label="Actions",
        queryset=Action.objects.filter(status=ActionStatus.IN_EVALUATION),
        error_messages={"required": "Cochez au moins une action."},
    )
    due_on = DueOnField()
    per_action = forms.IntegerField(
        label="Évaluateurs par action",
        required=False,
        min_value=1,
        max_value=MOST_EVALUATORS,
        help_text="Vide : le quorum de la grille de chaque action.",
    )

    @property
    def ticked(self) -> set[str]:
        """The keys of the actions that were ticked, as typed."""
        return set(self["actions"].value() or ()) if self.is_bound else set()

    @property
    def choices(self) -> list[Choice]:
        """Who may read each of the ticked actions, and who is proposed."""
        actions = sorted(self.cleaned_data["actions"], key=lambda action: action.reference)
        return choices_for(actions, self.cleaned_data["per_action"])


class SharingForm(forms.Form):
    """Those who are to read each action, the proposed ones ticked."""

    due_on = DueOnField()

    def __init__(self, *args, choices: Sequence[Choice], **kwargs):
        super().__init__(*args, **kwargs)
        self.choices = choices
        for choice in choices:
            self.fields[_name(choice.action)] = forms.MultipleChoiceField(
                label=f"{choice.action.reference} « {choice.action.title} »",
                help_text=_known(choice.action),
                choices=[(str(one.pk), label_of(one)) for one in choice.eligible],
                initial=[str(key) for key in choice.proposed],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    @property
    def names(self) -> list[str]:
        """The field of each choice, in their order."""
        return [_name(choice.action) for choice in self.choices]

    @property
    def wanted(self) -> dict[Action, list[User]]:
        """Who is to read what; actions for which nobody is ticked are left out."""
        ticked = {
            choice.action: [
                one
                for one in choice.eligible
                if str(one.pk) in self.cleaned_data[_name(choice.action)]
            ]
            for choice in self.choices
        }
        return {action: people for action, people in ticked.items() if people}

    def clean(self):
        data = super().clean()
        if not self.errors and not self.wanted:
            raise forms.ValidationError("Cochez au moins un évaluateur.")
        return data


def _name(action: Action) -> str:
    return f"evaluators_{action.pk}"


def _known(action: Action) -> str:
    return f"{action.carrier_label} · {action.progress}, quorum de {action.grid.quorum}"


def label_of(evaluator: User) -> str:
    """Name an evaluator with their kind and load: « Ève Évaluatrice (habitant, 2 à rendre) »."""
    load = f"{evaluator.load} à rendre" if evaluator.load else "rien à rendre"
    kind = evaluator.get_evaluator_kind_display()
    return f"{evaluator} ({kind}, {load})" if kind else f"{evaluator} ({load})"


class DueDateForm(forms.Form):
    """Until when one evaluation is now to be sent."""

    due_on = DueOnField()

    def __init__(self, *args, evaluation: Evaluation, **kwargs):
        """Show the date that it has."""
        super().__init__(*args, initial={"due_on": evaluation.due_on}, **kwargs)


class ReplaceForm(forms.Form):
    """Who evaluates an action in the place of somebody else, and until when."""

    evaluator = forms.ChoiceField(label="À qui la confier", widget=forms.RadioSelect)
    due_on = DueOnField()

    def __init__(self, *args, action: Action, **kwargs):
        """Offer the evaluators who may evaluate `action` and aren't asked yet."""
        super().__init__(*args, **kwargs)
        [choice] = choices_for([action])
        self.people = {str(one.pk): one for one in choice.eligible}
        field = self.fields["evaluator"]
        field.choices = [(key, label_of(one)) for key, one in self.people.items()]
        if not self.people:
            field.help_text = "Personne d’autre ne peut évaluer cette action."

    def clean_evaluator(self) -> User:
        return self.people[self.cleaned_data["evaluator"]]


class AssignForm(forms.Form):
    """Who evaluates one action, and until when."""

    evaluators = forms.MultipleChoiceField(label="Évaluateurs", widget=forms.CheckboxSelectMultiple)
    due_on = DueOnField()

    def __init__(self, *args, action: Action, **kwargs):
        """Offer the evaluators who may evaluate `action` and aren't asked yet."""
        super().__init__(*args, **kwargs)
        [choice] = choices_for([action])
        self.people = {str(one.pk): one for one in choice.eligible}
        field = self.fields["evaluators"]
        field.choices = [(key, label_of(one)) for key, one in self.people.items()]
        if choice.proposed:
            names = ", ".join(str(self.people[str(key)]) for key in choice.proposed)
            field.help_text = f"Répartition proposée : {names}."

    def clean_evaluators(self) -> list[User]:
        return [self.people[key] for key in self.cleaned_data["evaluators"]]
