"""The scoring form: one level and one reason a criterion."""

from django import forms

from actions.evaluation.services.evaluations import MIN_REASON, Score, short_reason
from actions.models import Evaluation
from challenges.models import LEVELS
from ess_portal.base.windows import WindowFields

# Where in the file an opinion comes from: columns of the score, label, widget.
EVIDENCE = (
    ("evidence_document", "Document", 200, forms.TextInput()),
    ("evidence_page", "Page", 40, forms.TextInput()),
    ("evidence_quote", "Citation", 1000, forms.Textarea(attrs={"rows": 2})),
)

NO_OPINION = "N"


class EvaluationForm(WindowFields):
    """Levels 0–3 or "ne se prononce pas", with a reason, for each criterion of the grid."""

    def __init__(self, *args, evaluation: Evaluation, **kwargs):
        """Build the fields from the evaluation's grid, filled with what was saved."""
        self.evaluation = evaluation
        self.criteria = list(evaluation.action.grid.criteria.all())
        saved = {score.criterion_id: score for score in evaluation.scores.all()}
        self._answered = {
            key for key, score in saved.items() if score.level is not None or score.no_opinion
        }
        initial = {}
        for criterion in self.criteria:
            if score := saved.get(criterion.pk):
                level = "" if score.level is None else str(score.level)
                initial[f"level_{criterion.pk}"] = NO_OPINION if score.no_opinion else level
                initial[f"reason_{criterion.pk}"] = score.reason
                for name, *_ in EVIDENCE:
                    initial[f"{name}_{criterion.pk}"] = getattr(score, name)
        super().__init__(*args, **(kwargs | {"initial": initial}))
        self.show(evaluation.edition)
        # A page that doesn't say what it shows overwrites nothing.
        self.fields["edition"].required = True
        for criterion in self.criteria:
            self._add_fields(criterion)

    def _add_fields(self, criterion):
        choices = [
            (str(level), f"{level} – {getattr(criterion, f'level_{level}')}") for level in LEVELS
        ]
        self.fields[f"level_{criterion.pk}"] = forms.ChoiceField(
            label=f"Niveau pour « {criterion.title} »",
            choices=[*choices, (NO_OPINION, "Ne se prononce pas")],
            widget=forms.RadioSelect(attrs={"data-weight": criterion.weight}),
            required=False,
        )
        self.fields[f"reason_{criterion.pk}"] = forms.CharField(
            label="Explication",
            required=False,
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=f"Ce qui justifie votre choix, en {MIN_REASON} caractères au moins pour "
            "envoyer. Elle sera lue sans votre nom.",
        )
        for name, label, length, widget in EVIDENCE:
            self.fields[f"{name}_{criterion.pk}"] = forms.CharField(
                label=label, required=False, max_length=length, widget=widget
            )

    @property
    def rows(self):
        """Each criterion with its bound fields, for the template.

        `shows_evidence` says that somebody wrote there, or has something to correct;
        `is_answered` that the evaluator's own level is saved, beside which the carrier's may stand.
        """
        return [self._row(criterion) for criterion in self.criteria]

    def _row(self, criterion) -> dict:
        evidence = [self[f"{name}_{criterion.pk}"] for name, *_ in EVIDENCE]
        return {
            "criterion": criterion,
            "level": self[f"level_{criterion.pk}"],
            "reason": self[f"reason_{criterion.pk}"],
            "evidence": evidence,
            "is_answered": criterion.pk in self._answered,
            "shows_evidence": any(field.value() or field.errors for field in evidence),
        }

    def part_of(self, field) -> str:
        """Name a field with its criterion: « 2. Ancrage – Explication »."""
        key = field.name.rpartition("_")[2]
        criterion = next(one for one in self.criteria if str(one.pk) == key)
        label = "Niveau" if field.name.startswith("level_") else field.label
        return f"{criterion.position}. {criterion.title} – {label}"

    @property
    def scores(self) -> dict[int, Score]:
        scores = {}
        for criterion in self.criteria:
            level = self.cleaned_data[f"level_{criterion.pk}"]
            scores[criterion.pk] = Score(
                level=int(level) if level and level != NO_OPINION else None,
                no_opinion=level == NO_OPINION,
                reason=self.cleaned_data[f"reason_{criterion.pk}"],
                **{name: self.cleaned_data[f"{name}_{criterion.pk}"] for name, *_ in EVIDENCE},
            )
        return scores

    def require_complete(self) -> bool:
        """Add an error to each field that keeps the evaluation from being sent."""
        scores = self.scores  # read first: a field in error leaves cleaned_data
        for criterion in self.criteria:
            score = scores[criterion.pk]
            if not score.is_answered:
                self.add_error(
                    f"level_{criterion.pk}",
                    # Its label names the criterion, as « Explication » doesn't.
                    "Choisissez un niveau ou « ne se prononce pas ».",
                )
            if not score.reason_length:
                self.add_error(
                    f"reason_{criterion.pk}", f"« {criterion.title} » : expliquez votre choix."
                )
            elif sentence := short_reason(criterion.title, score.reason_length):
                self.add_error(f"reason_{criterion.pk}", sentence)
        return not self.errors


class RecusalForm(forms.Form):
    """Why somebody steps back."""

    reason = forms.CharField(
        label="Quel lien avez-vous avec l’action ou sa structure ?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
