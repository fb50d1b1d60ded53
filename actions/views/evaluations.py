"""The evaluator's queue and the scoring view."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from django.views.generic import FormView, View

from actions.enums import ActionStatus
from actions.forms import EvaluationForm, RecusalForm
from actions.gate import score_out_of_100
from actions.models import Action, Evaluation
from actions.services.evaluations import (
    StaleEvaluation,
    recuse,
    save_evaluation,
    take_back_evaluation,
)
from actions.workflow import TransitionRefused
from actors.rules import is_evaluator
from ess_portal.base.pagination import KeysFirstPaginator
from ess_portal.base.views import SearchedListView


class EvaluatorMixin:
    """Pages for evaluators: to others they don't exist."""

    def dispatch(self, request, *args, **kwargs):
        """Let evaluators in."""
        if not is_evaluator(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_evaluation(self) -> Evaluation:
        """The evaluator's own evaluation, whose action they didn't recuse themselves from."""
        return get_object_or_404(
            Evaluation.objects.of_evaluator(self.request.user)
            .select_related("action__carrier", "action__measure__challenge", "action__grid")
            .prefetch_related("scores"),
            pk=self.kwargs["pk"],
        )


class QueueView(EvaluatorMixin, SearchedListView):
    """What is to be evaluated, soonest first; then what was sent."""

    template_name = "actions/evaluation_queue.html"
    paginator_class = KeysFirstPaginator

    @property
    def queryset(self):
        """The evaluator's open evaluations first, then the closed ones."""
        return (
            Evaluation.objects.of_evaluator(self.request.user)
            .select_related("action__carrier", "action__measure__challenge")
            .in_queue_order()
        )

    def search(self, queryset, words):
        """Keep the queue's order."""
        return queryset.filter(action__in=Action.objects.matching(words, self.request.user))

    def get_context_data(self, **kwargs):
        """Give the number still to send."""
        own = Evaluation.objects.of_evaluator(self.request.user).open()
        return super().get_context_data(to_send=own.to_send().count(), **kwargs)


class ScoringView(EvaluatorMixin, FormView):
    """The file beside the grid: levels, reasons, total; draft or sent."""

    template_name = "actions/evaluation_form.html"
    form_class = EvaluationForm

    def dispatch(self, request, *args, **kwargs):
        """Find the evaluation before anything else."""
        if not is_evaluator(request.user):
            raise Http404
        self.evaluation = self.get_evaluation()
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        """Tell the form which evaluation it is."""
        return super().get_form_kwargs() | {"evaluation": self.evaluation}

    def get_context_data(self, **kwargs):
        """Give the file, the progress and the total of what is saved."""
        action = self.evaluation.action
        is_open = action.status == ActionStatus.IN_EVALUATION
        return super().get_context_data(
            evaluation=self.evaluation,
            action=action,
            is_open=is_open,
            can_write=is_open and not self.evaluation.is_sent,
            self_assessments={a.criterion_code: a for a in action.self_assessments.all()},
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
            for reason in refused.reasons:
                form.add_error(None, reason)
            return self.form_invalid(form)
        messages.success(
            self.request,
            "Votre évaluation est envoyée. Vous pouvez la reprendre jusqu’à la clôture."
            if sending
            else "Le brouillon de votre évaluation est enregistré.",
        )
        return HttpResponseRedirect(self._next(sending))

    def _next(self, sent: bool) -> str:
        if sent:
            return reverse("actions:evaluations")
        return reverse("actions:evaluation", args=[self.evaluation.pk])

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


class RecusalView(EvaluatorMixin, FormView):
    """Declare an interest, and leave the file."""

    template_name = "actions/recusal.html"
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
            for reason in refused.reasons:
                form.add_error(None, reason)
            return self.form_invalid(form)
        messages.success(
            self.request, "Votre déport est enregistré : ce dossier quitte votre liste."
        )
        return HttpResponseRedirect(reverse("actions:evaluations"))
