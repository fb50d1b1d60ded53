"""Step 5: the carrier's own view of the four criteria, on the evaluators' grid."""

from django import forms

from actions.enums import Step
from actions.proposals.forms.base import ApplicationForm, StepForm
from actions.proposals.services.applications import Assessment
from challenges.models import LEVELS, Programme


class SelfAssessmentForm(ApplicationForm):
    """A level and a few words on each criterion of the grid in force."""

    class Meta(ApplicationForm.Meta):
        pass

    def prepare(self):
        super().prepare()
        programme = Programme.objects.current()
        grid = programme.current_grid if programme else None
        self.criteria = list(grid.criteria.all()) if grid else []
        said = (
            {a.criterion_code: a for a in self.instance.self_assessments.all()}
            if self.instance.pk
            else {}
        )
        for criterion in self.criteria:
            assessment = said.get(criterion.code)
            self.fields[f"self_level_{criterion.code}"] = forms.TypedChoiceField(
                label=f"Où en êtes-vous sur « {criterion.title} » ?",
                choices=[
                    (level, f"{level} – {getattr(criterion, f'level_{level}')}") for level in LEVELS
                ],
                coerce=int,
                empty_value=None,
                widget=forms.RadioSelect,
                initial=assessment.level if assessment else None,
                error_messages={"required": f"Choisissez un niveau pour « {criterion.title} »."},
            )
            self.fields[f"self_reason_{criterion.code}"] = forms.CharField(
                label="Expliquez en quelques mots",
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=assessment.reason if assessment else "",
            )

    @property
    def assessment_rows(self):
        """Each criterion with its two bound fields, for the template."""
        return [
            {
                "criterion": criterion,
                "level": self[f"self_level_{criterion.code}"],
                "reason": self[f"self_reason_{criterion.code}"],
            }
            for criterion in self.criteria
        ]

    def clean(self):
        """An explanation goes with a level."""
        data = super().clean()
        for criterion in self.criteria:
            level = f"self_level_{criterion.code}"
            if data.get(f"self_reason_{criterion.code}") and level in data and data[level] is None:
                self.add_error(
                    level, f"Choisissez un niveau pour « {criterion.title} », avec l’explication."
                )
        return data

    def assessments(self):
        """What could be read, criterion by criterion."""
        data = self.cleaned_data
        return {
            criterion.code: Assessment(
                level=data[f"self_level_{criterion.code}"],
                reason=data.get(f"self_reason_{criterion.code}", ""),
            )
            for criterion in self.criteria
            if data.get(f"self_level_{criterion.code}") is not None
        }


class CriteriaForm(SelfAssessmentForm, StepForm):
    """Step 5."""

    step = Step.CRITERIA

    class Meta(SelfAssessmentForm.Meta):
        pass
