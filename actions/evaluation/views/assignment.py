"""Agents share files out among evaluators, many at once."""

from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse

from actions.evaluation.forms.assignment import BatchForm, SharingForm
from actions.evaluation.services.assignments import assign_batch
from actions.models import Action, QueuedEvaluation, Tally
from actions.models.silence import silence_of
from actors.rules import is_agent
from ess_portal.base.french import plural
from ess_portal.base.pagination import KeysElsewherePaginator, KeysFirstPaginator
from ess_portal.base.refusals import Refused
from ess_portal.base.search import Words
from ess_portal.base.sent_forms import Answer
from ess_portal.base.views import OnceMixin, SearchedListView, add_refusal

SHOWN = (
    "reference",
    "title",
    "submitted_at",
    "carrier__name",
    "measure__number",
    "measure__challenge__number",
    "grid__quorum",
)


class AssignmentView(OnceMixin, SearchedListView):
    """The actions that lack evaluators; then, for those ticked, a proposal; then its writing.

    Reading (`GET`) proposes and writes nothing.
    """

    template_name = "actions/evaluation/assignment_list.html"

    def dispatch(self, request, *args, **kwargs):
        """Let agents in: to others the page doesn't exist."""
        if not is_agent(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_listed(self):
        """Those that were filed first, first."""
        waiting = Action.objects.lacking_evaluators().with_progress().with_silence()
        rows = waiting.select_related("carrier", "measure__challenge", "grid").only(*SHOWN)
        return rows.order_by("submitted_at", "pk")

    def search(self, queryset, words):
        """Keep the order."""
        return queryset.matching(words, self.request.user)

    def get_paginator(self, queryset, per_page, **kwargs):
        """Of the whole list, one index holds the order."""
        if Words.of(self.request.GET).typed:
            return KeysFirstPaginator(queryset, per_page, **kwargs)
        keys = Tally.objects.unshared().values("action")
        return KeysElsewherePaginator(queryset, per_page, keys=keys, **kwargs)

    def get(self, request, *args, **kwargs):
        """Show the list, or the proposal when actions were ticked there."""
        self.batch = BatchForm(request.GET if "proposer" in request.GET else None)
        if not self.batch.is_valid():
            return super().get(request, *args, **kwargs)
        due_on = self.batch.cleaned_data["due_on"]
        return self._propose(SharingForm(initial={"due_on": due_on}, choices=self.batch.choices))

    def post(self, request, *args, **kwargs):
        """Write all that is ticked, or nothing and say why."""
        self.batch = BatchForm(request.POST)
        if not self.batch.is_valid():
            return super().get(request, *args, **kwargs)
        form = SharingForm(request.POST, choices=self.batch.choices)
        if not form.is_valid():
            return self._propose(form)
        try:
            return self.once(lambda: self._assign(form))
        except Refused as refused:
            add_refusal(form, refused)
            return self._propose(form)

    def _assign(self, form: SharingForm) -> Answer:
        assigned = assign_batch(
            wanted=form.wanted, due_on=form.cleaned_data["due_on"], by=self.request.user
        )
        s = plural(assigned)
        people = {evaluation.evaluator_id for evaluation in assigned}
        return Answer(
            reverse("actions:assign"),
            f"{len(assigned)} évaluation{s} demandée{s} à {len(people)} "
            f"personne{plural(people)}, chacune prévenue par un seul courriel.",
        )

    def _propose(self, form: SharingForm):
        rows = [(choice, form[name]) for choice, name in zip(form.choices, form.names, strict=True)]
        context = {"form": form, "batch": self.batch, "rows": rows}
        return TemplateResponse(
            self.request, "actions/evaluation/assignment_proposal.html", context
        )

    def get_context_data(self, **kwargs):
        """Count what is late, and date the silence that each file awaits."""
        late = QueuedEvaluation.objects.late().count()
        context = super().get_context_data(form=self.batch, late=late, **kwargs)
        for action in context["page_obj"]:
            action.silence = silence_of(action)
        return context
