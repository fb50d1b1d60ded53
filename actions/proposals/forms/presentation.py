"""Steps 2 and 3: what the action is, where it takes place, which measure it answers."""

from collections.abc import Iterator
from itertools import groupby

from django import forms
from django.db.models import QuerySet

from actions.enums import Step
from actions.proposals.forms.base import ApplicationForm, StepForm
from actors.models import Sector
from challenges.models import Measure
from ess_portal.base.forms import DATE_INPUT


class PresentationForm(ApplicationForm):
    """What the action is, and when."""

    needed_to_send = ("title", "summary", "description", "starts_on", "ends_on")
    needed_once_filed = ("title",)

    class Meta(ApplicationForm.Meta):
        fields = ("title", "summary", "description", "starts_on", "ends_on")
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "description": forms.Textarea(attrs={"rows": 8}),
            "starts_on": DATE_INPUT,
            "ends_on": DATE_INPUT,
        }
        help_texts = {
            "title": "150 caractères au plus.",
            "summary": "En deux ou trois phrases, 400 caractères au plus : ce que les habitants "
            "liront.",
            "description": "Ce que vous ferez, avec qui, pour qui, à quel rythme.",
        }

    def clean(self):
        data = super().clean()
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error(
                "ends_on", "La fin prévue doit suivre le début : corrigez l’une des deux dates."
            )
        return data


class ActionForm(PresentationForm, StepForm):
    """Step 2."""

    step = Step.ACTION

    class Meta(PresentationForm.Meta):
        pass


class PlaceForm(ApplicationForm):
    """Which measure it answers, where it takes place."""

    needed_to_send = ("measure", "communes")
    needed_once_filed = ("measure",)
    relations = ("communes", "sectors")

    class Meta(ApplicationForm.Meta):
        fields = ("measure", "communes", "sectors")
        widgets = {
            "communes": forms.CheckboxSelectMultiple,
            "sectors": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "measure": "Celle à laquelle votre action répond le mieux.",
            "communes": "Là où l’action aura lieu ou touchera des habitants.",
        }

    def prepare(self):
        """Offer the measures of the current programme, by challenge."""
        super().prepare()
        measure = self.fields["measure"]
        measure.queryset = Measure.objects.of_current_programme()
        measure.choices = [("", "Choisissez une mesure"), *_by_challenge(measure.queryset)]
        self.fields["sectors"].queryset = Sector.objects.all()
        self.fields["sectors"].required = False


def _by_challenge(measures: QuerySet[Measure]) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Give the choices of each challenge, under its name."""
    ordered = measures.select_related("challenge").order_by("challenge__number", "number")
    for challenge, group in groupby(ordered, key=lambda measure: measure.challenge):
        yield str(challenge), [(measure.pk, str(measure)) for measure in group]


class MeasureForm(PlaceForm, StepForm):
    """Step 3."""

    step = Step.MEASURE

    class Meta(PlaceForm.Meta):
        pass
