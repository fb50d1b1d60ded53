"""The evaluator's queue, and who finds it."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from actions.models import Action, Evaluation, QueuedEvaluation
from actors.rules import is_evaluator
from ess_portal.base.pagination import KeysElsewherePaginator, KeysFirstPaginator
from ess_portal.base.search import Words
from ess_portal.base.views import SearchedListView

SHOWN = (
    "declared_at",
    "due_on",
    "sent_at",
    "action__reference",
    "action__title",
    "action__status",
    "action__carrier__name",
    "action__measure__number",
    "action__measure__challenge__number",
)


class EvaluatorMixin:
    """Pages for evaluators: to others they don't exist."""

    def dispatch(self, request, *args, **kwargs):
        if not is_evaluator(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def evaluation(self) -> Evaluation:
        """The evaluator's own evaluation, whose action they didn't recuse themselves from."""
        return get_object_or_404(
            Evaluation.objects.of_evaluator(self.request.user)
            .select_related("action__carrier", "action__measure__challenge", "action__grid")
            .prefetch_related("scores"),
            pk=self.kwargs["pk"],
        )


class QueueView(EvaluatorMixin, SearchedListView):
    """What is to be evaluated, soonest first; then what was sent."""

    template_name = "actions/evaluation/queue.html"

    def get_listed(self):
        """The evaluator's open evaluations first, then the closed ones."""
        return (
            Evaluation.objects.of_evaluator(self.request.user)
            .select_related("action__carrier", "action__measure__challenge")
            .only(*SHOWN)
            .in_queue_order()
        )

    def get_paginator(self, queryset, per_page, **kwargs):
        """Of the whole queue, one index holds the order."""
        if Words.of(self.request.GET).typed:
            return KeysFirstPaginator(queryset, per_page, **kwargs)
        keys = QueuedEvaluation.objects.of_evaluator(self.request.user).values("evaluation")
        return KeysElsewherePaginator(queryset, per_page, keys=keys, **kwargs)

    def search(self, queryset, words):
        """Keep the queue's order."""
        return queryset.filter(action__in=Action.objects.matching(words, self.request.user))

    def get_context_data(self, **kwargs):
        progress = queue_progress(self.request.user)
        to_send = progress["asked"] - progress["sent"]
        return super().get_context_data(to_send=to_send, progress=progress, **kwargs)


def queue_progress(user) -> dict[str, int]:
    """How many of the person's open evaluations were `asked` for and `sent`: one query."""
    return QueuedEvaluation.objects.of_evaluator(user).open().progress()
