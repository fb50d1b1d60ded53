"""The scoring view, the declaration before it and the recusal instead of it."""

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy

from actions.enums import ActionStatus
from actions.evaluation.forms.scoring import EvaluationForm, RecusalForm
from actions.evaluation.queries.interests import hints_for
from actions.evaluation.services.evaluations import (
    UNDECLARED,
    declare_no_interest,
    recuse,
    save_evaluation,
    take_back_evaluation,
)
from actions.evaluation.views.queue import EvaluatorMixin, queue_progress
from actions.gate import total_in_words
from actions.models import Evaluation
from actions.proposals.queries.access import access_to
from actions.rules import may
from actors.rules import is_evaluator
from ess_portal.base.autosave import AutosaveMixin
from ess_portal.base.french import plural
from ess_portal.base.two_versions import TwoVersions, two_versions
from ess_portal.base.views import OnceMixin, RefusableButtonView, RefusableFormView

SEND_AND_GO_ON = "next"


class ScoringView(AutosaveMixin, EvaluatorMixin, RefusableFormView):
    """The file beside the grid: levels, reasons, total; draft or sent.

    Until the evaluator declared no interest, the address shows what the declaration is about.
    """

    template_name = "actions/evaluation/scoring.html"
    form_class = EvaluationForm
    kept_is = "cette évaluation"

    def dispatch(self, request, *args, **kwargs):
        if not is_evaluator(request.user):
            raise Http404
        if not self.evaluation.opens_application:
            return self._ask_declaration()
        # The form, the total and each criterion of the page read them.
        prefetch_related_objects([self.evaluation.action], "grid__criteria", "self_assessments")
        return super().dispatch(request, *args, **kwargs)

    def _ask_declaration(self):
        if self.is_quiet:
            return self.say(refused=[UNDECLARED])
        if self.request.method == "POST":
            messages.error(self.request, UNDECLARED)
        action = self.evaluation.action
        context = {
            "evaluation": self.evaluation,
            "action": action,
            "is_open": action.status == ActionStatus.IN_EVALUATION,
            "hints": hints_for(action, self.request.user),
            "form": RecusalForm(),
        }
        return TemplateResponse(self.request, "actions/evaluation/declaration.html", context)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"evaluation": self.evaluation}

    def get_context_data(self, **kwargs):
        action = self.evaluation.action
        is_open = action.status == ActionStatus.IN_EVALUATION
        can_write = is_open and not self.evaluation.is_sent
        progress = queue_progress(self.request.user)
        shows_result = action.gate_closed_at is not None and may(
            self.request.user, "see_result", action
        )
        return super().get_context_data(
            evaluation=self.evaluation,
            row=self.evaluation,
            action=action,
            access=access_to(action, self.request.user),
            is_open=is_open,
            can_write=can_write,
            not_kept=[] if can_write else self._not_kept(kwargs.get("form")),
            blockers=action.blockers() if shows_result else [],
            progress=progress,
            has_next=progress["asked"] - progress["sent"] > 1,
            total=saved_total(self.evaluation),
            **kwargs,
        )

    def _not_kept(self, form: EvaluationForm | None) -> list[TwoVersions]:
        # What was typed in a window whose evaluation was closed, or sent elsewhere, meanwhile.
        if form is None:
            return []
        return [row for row in two_versions(self.kept_form(self.evaluation), form) if row.typed]

    @property
    def is_sending(self) -> bool:
        """Whether the evaluation is to be sent, and not only kept."""
        return "send" in self.request.POST

    def form_valid(self, form):
        """Save, or send when asked and complete; nothing typed is lost otherwise."""
        if self.is_sending and not self.is_quiet and not form.require_complete():
            return self.form_invalid(form)
        return super().form_valid(form)

    def keep(self, form, *, send: bool = False) -> Evaluation:
        return save_evaluation(
            evaluation=self.evaluation,
            by=self.request.user,
            shown=form.shown(quiet=self.is_quiet),
            scores=form.scores,
            send=send,
        )

    def kept_form(self, row):
        return EvaluationForm(evaluation=row)

    def perform(self, form):
        self.keep(form, send=self.is_sending)
        self.said = (
            "Votre évaluation est envoyée. Vous pouvez la reprendre jusqu’à la clôture."
            if self.is_sending
            else "Le brouillon de votre évaluation est enregistré."
        )

    def get_success_url(self) -> str:
        """Stay on what isn't sent; otherwise the next one when asked, or the queue."""
        if not self.is_sending:
            return reverse("actions:evaluation", args=[self.evaluation.pk])
        if self.request.POST["send"] == SEND_AND_GO_ON:
            own = Evaluation.objects.of_evaluator(self.request.user)
            if following := own.next_to_write():
                return reverse("actions:evaluation", args=[following.pk])
        return reverse("actions:evaluations")


def saved_total(evaluation: Evaluation) -> str:
    """Say what the saved levels add up to; « ne se prononce pas » is no zero, and no total.

    The script of the page says the same of what is on the screen (`static/js/scoring.js`).
    """
    levels = {score.criterion_id: score.level for score in evaluation.scores.all()}
    criteria = list(evaluation.action.grid.criteria.all())
    given = [one for one in criteria if levels.get(one.pk) is not None]
    points = sum(one.weight * levels[one.pk] for one in given)
    if len(given) < len(criteria):
        return f"incomplet : {len(given)} niveau{plural(given, 'x')} sur {len(criteria)} critères"
    most = 3 * sum(one.weight for one in criteria)
    return total_in_words(points, most)


class EvaluationButtonView(EvaluatorMixin, RefusableButtonView):
    """A button on the scoring view."""

    def get_success_url(self):
        return reverse("actions:evaluation", args=[self.evaluation.pk])


class TakeBackView(EvaluationButtonView):
    """Turn a sent evaluation back into a draft, until the closing."""

    said = "Vous pouvez modifier votre évaluation, puis l’envoyer à nouveau."

    def perform(self, form):
        take_back_evaluation(evaluation=self.evaluation, by=self.request.user)


class DeclarationView(EvaluationButtonView):
    """Declare no interest in the action: its application opens."""

    said = "Votre déclaration est enregistrée : voici le dossier."

    def perform(self, form):
        declare_no_interest(evaluation=self.evaluation, by=self.request.user)


class RecusalView(OnceMixin, EvaluatorMixin, RefusableFormView):
    """Declare an interest, and leave the application."""

    said = "Votre déport est enregistré : ce dossier quitte votre liste."
    template_name = "actions/evaluation/recusal.html"
    form_class = RecusalForm
    success_url = reverse_lazy("actions:evaluations")

    def get_context_data(self, **kwargs):
        return super().get_context_data(evaluation=self.evaluation, **kwargs)

    def perform(self, form):
        user, reason = self.request.user, form.cleaned_data["reason"]
        recuse(action=self.evaluation.action, user=user, by=user, reason=reason)
