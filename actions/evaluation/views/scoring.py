"""The scoring view, the declaration before it and the recusal instead of it."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from django.views.generic import FormView, View

from actions import rules
from actions.enums import ActionStatus
from actions.evaluation.forms.scoring import EvaluationForm, RecusalForm
from actions.evaluation.queries.interests import hints_for
from actions.evaluation.services.evaluations import (
    UNDECLARED,
    StaleEvaluation,
    declare_no_interest,
    recuse,
    save_evaluation,
    take_back_evaluation,
)
from actions.evaluation.views.queue import EvaluatorMixin, queue_progress
from actions.gate import score_out_of_100
from actions.models import Evaluation
from actions.proposals.queries.access import access_to
from actions.workflow import TransitionRefused
from actors.rules import is_evaluator

SEND_AND_GO_ON = "next"


class ScoringView(EvaluatorMixin, FormView):
    """The file beside the grid: levels, reasons, total; draft or sent.

    Until the evaluator declared no interest, the address shows what the declaration is about.
    """

    template_name = "actions/evaluation/scoring.html"
    form_class = EvaluationForm

    def dispatch(self, request, *args, **kwargs):
        """Find the evaluation before anything else."""
        if not is_evaluator(request.user):
            raise Http404
        self.evaluation = self.get_evaluation()
        if not self.evaluation.opens_file:
            return self._ask_declaration()
        return super().dispatch(request, *args, **kwargs)

    def _ask_declaration(self):
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
        """Tell the form which evaluation it is."""
        return super().get_form_kwargs() | {"evaluation": self.evaluation}

    def get_context_data(self, **kwargs):
        """Give the file, the progress and the total of what is saved."""
        action = self.evaluation.action
        is_open = action.status == ActionStatus.IN_EVALUATION
        progress = queue_progress(self.request.user)
        shows_result = action.gate_closed_at is not None and rules.can_see_result(
            self.request.user, action
        )
        return super().get_context_data(
            evaluation=self.evaluation,
            action=action,
            access=access_to(action, self.request.user),
            is_open=is_open,
            can_write=is_open and not self.evaluation.is_sent,
            blockers=action.blockers() if shows_result else [],
            progress=progress,
            has_next=progress["asked"] - progress["sent"] > 1,
            total=saved_total(self.evaluation),
            stale=kwargs.pop("stale", None),
            **kwargs,
        )

    def form_valid(self, form):
        """Save, or send when asked and complete; nothing typed is lost otherwise."""
        sending = "send" in self.request.POST
        if sending and not form.require_complete():
            return self.form_invalid(form)
        try:
            save_evaluation(
                evaluation=self.evaluation,
                by=self.request.user,
                version=form.cleaned_data["version"],
                scores=form.scores,
                send=sending,
            )
        except StaleEvaluation as stale:
            return self._show_both(form, stale.evaluation)
        except TransitionRefused as refused:
            form.add_error(None, refused.reasons)
            return self.form_invalid(form)
        messages.success(
            self.request,
            "Votre évaluation est envoyée. Vous pouvez la reprendre jusqu’à la clôture."
            if sending
            else "Le brouillon de votre évaluation est enregistré.",
        )
        return HttpResponseRedirect(self._next(sending))

    def _next(self, sent: bool) -> str:
        if not sent:
            return reverse("actions:evaluation", args=[self.evaluation.pk])
        if self.request.POST["send"] == SEND_AND_GO_ON:
            own = Evaluation.objects.of_evaluator(self.request.user)
            if following := own.next_to_write():
                return reverse("actions:evaluation", args=[following.pk])
        return reverse("actions:evaluations")

    def _show_both(self, form, current: Evaluation):
        # What the person typed stays in the form; the saved version stands beside it, and the
        # next save from this page counts as made with full knowledge of it.
        form.data = form.data.copy()
        form.data["version"] = current.version
        form.add_error(
            None,
            "Cette évaluation a été enregistrée ailleurs entre-temps : rien n’a été écrasé. "
            "Comparez les deux versions, puis enregistrez celle-ci si elle est la bonne.",
        )
        stale = list(current.scores.select_related("criterion").order_by("criterion__position"))
        return self.render_to_response(self.get_context_data(form=form, stale=stale), status=409)


def saved_total(evaluation: Evaluation) -> dict:
    """Points of what is saved, their maximum, and the total out of 100 (cut to one decimal)."""
    scores = {score.criterion_id: score.level or 0 for score in evaluation.scores.all()}
    criteria = list(evaluation.action.grid.criteria.all())
    points = sum(criterion.weight * scores.get(criterion.pk, 0) for criterion in criteria)
    most = 3 * sum(criterion.weight for criterion in criteria)
    return {"points": points, "max": most, "score": score_out_of_100(points, most)}


@method_decorator(require_POST, name="dispatch")
class TakeBackView(EvaluatorMixin, View):
    """Turn a sent evaluation back into a draft, until the closing."""

    def post(self, request, *args, **kwargs):
        """Take it back, or say why not."""
        evaluation = self.get_evaluation()
        try:
            take_back_evaluation(evaluation=evaluation, by=request.user)
        except TransitionRefused as refused:
            messages.error(request, " ".join(refused.reasons))
        else:
            messages.success(
                request, "Vous pouvez modifier votre évaluation, puis l’envoyer à nouveau."
            )
        return HttpResponseRedirect(reverse("actions:evaluation", args=[evaluation.pk]))


@method_decorator(require_POST, name="dispatch")
class DeclarationView(EvaluatorMixin, View):
    """Declare no interest in the action: its file opens."""

    def post(self, request, *args, **kwargs):
        """Date the declaration, or say why not."""
        evaluation = self.get_evaluation()
        try:
            declare_no_interest(evaluation=evaluation, by=request.user)
        except TransitionRefused as refused:
            messages.error(request, " ".join(refused.reasons))
        else:
            messages.success(request, "Votre déclaration est enregistrée : voici le dossier.")
        return HttpResponseRedirect(reverse("actions:evaluation", args=[evaluation.pk]))


class RecusalView(EvaluatorMixin, FormView):
    """Declare an interest, and leave the file."""

    template_name = "actions/evaluation/recusal.html"
    form_class = RecusalForm

    def get_context_data(self, **kwargs):
        """Give the evaluation."""
        return super().get_context_data(evaluation=self.get_evaluation(), **kwargs)

    def form_valid(self, form):
        """Recuse, or say why not."""
        user = self.request.user
        try:
            recuse(
                action=self.get_evaluation().action,
                user=user,
                by=user,
                reason=form.cleaned_data["reason"],
            )
        except TransitionRefused as refused:
            form.add_error(None, refused.reasons)
            return self.form_invalid(form)
        messages.success(
            self.request, "Votre déport est enregistré : ce dossier quitte votre liste."
        )
        return HttpResponseRedirect(reverse("actions:evaluations"))
