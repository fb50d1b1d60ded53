"""The agents' pages about those who evaluate an action: ask, remind, replace, take off."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef
from django.forms import Form
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from actions.enums import ActionStatus
from actions.evaluation.forms.assignment import AssignForm, DueDateForm, ReplaceForm
from actions.evaluation.forms.scoring import RecusalForm
from actions.evaluation.services.assignments import (
    assign_evaluators,
    change_due_date,
    replace_evaluator,
    unassign_evaluator,
)
from actions.evaluation.services.evaluations import recuse
from actions.evaluation.services.reminders import remind_by_hand
from actions.models import Evaluation
from ess_portal.base.french import long_date, plural
from ess_portal.base.refusals import Refused
from ess_portal.base.sent_forms import Answer, answer_once, first_answer
from ess_portal.base.views import add_refusal

TAKEN_AWAY = (
    "Cette personne n’a plus accès au dossier, et ce qu’elle avait commencé à écrire est effacé. "
    "Aucun courriel ne l’en avertit : dites-le-lui."
)
REMINDED = "Un courriel part aussitôt, un par jour au plus. Le rappel est noté au dossier."
TOLD = "La personne l’apprend par courriel, et sa liste montre la nouvelle date."


@dataclass(frozen=True)
class Step:
    """What one page does about one evaluation: `form` is None for a mere button."""

    title: str
    act: Callable[[], object]
    said: str
    form: Form | None = None
    consequences: Sequence[str] = ()


class EvaluatorPages:
    """Pages of `ActionAdmin`, which finds the action and draws them."""

    def evaluator_pages(self):
        """Give the addresses, views and names of these pages."""
        return [
            ("<int:pk>/evaluateurs/", self.assign_view, "actions_action_assign"),
            *(
                (f"evaluations/<int:pk>/{word}/", view, f"actions_action_{name}")
                for word, view, name in (
                    ("rappeler", self.remind_view, "remind"),
                    ("date", self.due_date_view, "due_date"),
                    ("remplacer", self.replace_view, "replace"),
                    ("retirer", self.unassign_view, "unassign"),
                    ("deport", self.recuse_view, "recuse"),
                )
            ),
        ]

    def assign_view(self, request, pk):
        """Ask for evaluations of one action."""
        action = self.screened(request, pk)
        if action.status != ActionStatus.IN_EVALUATION:
            raise Http404
        form = AssignForm(typed(request), action=action)
        if request.method == "POST" and form.is_valid():
            try:
                assigned = assign_evaluators(action=action, by=request.user, **form.cleaned_data)
            except Refused as refused:
                add_refusal(form, refused)
            else:
                s = plural(assigned)
                messages.success(request, f"{len(assigned)} évaluation{s} demandée{s}.")
                return self.back_to(action)
        return self.page(request, action, "Demander des évaluations", "transition", form=form)

    def remind_view(self, request, pk):
        """Remind one evaluator, by mail."""

        def ask(evaluation):
            return Step(
                f"Envoyer un rappel à {evaluation.evaluator}",
                lambda: remind_by_hand(evaluation=evaluation, by=request.user),
                f"Le rappel à {evaluation.evaluator} est parti.",
                consequences=(REMINDED,),
            )

        return self._answer(request, pk, ask)

    def due_date_view(self, request, pk):
        """Give one evaluation another date."""

        def ask(evaluation):
            form = DueDateForm(typed(request), evaluation=evaluation)
            return Step(
                f"Donner une autre date à {evaluation.evaluator}",
                lambda: change_due_date(
                    evaluation=evaluation, by=request.user, due_on=form.cleaned_data["due_on"]
                ),
                f"{evaluation.evaluator} a une nouvelle date de rendu.",
                form,
                (f"À rendre jusqu’ici avant le {long_date(evaluation.due_on)}.", TOLD),
            )

        return self._answer(request, pk, ask)

    def replace_view(self, request, pk):
        """Take one evaluation off and ask somebody else, in one act."""

        def ask(evaluation):
            form = ReplaceForm(typed(request), action=evaluation.action)
            return Step(
                f"Remplacer {evaluation.evaluator}",
                lambda: replace_evaluator(
                    evaluation=evaluation,
                    by=request.user,
                    successor=form.cleaned_data["evaluator"],
                    due_on=form.cleaned_data["due_on"],
                ),
                f"L’évaluation de {evaluation.evaluator} est confiée à quelqu’un d’autre.",
                form,
                (TAKEN_AWAY,),
            )

        return self._answer(request, pk, ask)

    def unassign_view(self, request, pk):
        """Take an evaluation that was never sent away from its evaluator."""

        def ask(evaluation):
            return Step(
                f"Retirer l’évaluation de {evaluation.evaluator}",
                lambda: unassign_evaluator(evaluation=evaluation, by=request.user),
                "L’évaluation est retirée.",
                consequences=(TAKEN_AWAY,),
            )

        return self._answer(request, pk, ask)

    def recuse_view(self, request, pk):
        """Note that an evaluator has an interest in the action."""

        def ask(evaluation):
            form = RecusalForm(typed(request))
            form.fields["reason"].label = "Quel lien cette personne a-t-elle avec l’action ?"
            return Step(
                f"Constater le déport de {evaluation.evaluator}",
                lambda: recuse(
                    action=evaluation.action,
                    user=evaluation.evaluator,
                    by=request.user,
                    reason=form.cleaned_data["reason"],
                ),
                "Le déport est constaté.",
                form,
            )

        return self._answer(request, pk, ask)

    def _answer(self, request, pk, ask: Callable[[Evaluation], Step]):
        # The second of two clicks finds an evaluation that the first one has taken away.
        if request.method == "POST" and (answer := first_answer(request)):
            return _led(request, answer)
        evaluations = Evaluation.objects.select_related("action", "evaluator")
        evaluation = get_object_or_404(evaluations, pk=pk)
        action = self.screened(request, evaluation.action_id)
        step = ask(evaluation)
        if request.method == "POST" and (step.form is None or step.form.is_valid()):
            address = reverse("admin:actions_action_change", args=[action.pk])

            def do() -> Answer:
                step.act()
                return Answer(address, step.said)

            try:
                return _led(request, answer_once(request, do))
            except Evaluation.DoesNotExist:
                messages.error(request, "Cette évaluation vient d’être retirée.")
                return self.back_to(action)
            except Refused as refused:
                if step.form is None:
                    messages.error(request, " ".join(refused.reasons))
                    return self.back_to(action)
                add_refusal(step.form, refused)
        return self.page(
            request,
            action,
            step.title,
            "transition",
            form=step.form,
            consequences=step.consequences,
        )


def _led(request, answer: Answer):
    messages.success(request, answer.said)
    return HttpResponseRedirect(answer.address)


def typed(request):
    """Return what was posted. Even an empty form is an answer: some pages ask for nothing."""
    return request.POST if request.method == "POST" else None


class LateFilter(admin.SimpleListFilter):
    """Evaluations that are awaited although their date is past, or the actions that await them."""

    title = "retard"
    parameter_name = "retard"
    LATE = "oui"

    def lookups(self, request, model_admin):
        """Name what is to be looked at first."""
        return ((self.LATE, "évaluation en retard"),)

    def queryset(self, request, queryset):
        """Keep those that are late; any other word keeps them all."""
        if self.value() != self.LATE:
            return queryset
        late = Evaluation.objects.late()
        if queryset.model is Evaluation:
            return queryset.filter(pk__in=late.values("pk"))
        return queryset.filter(Exists(late.filter(action=OuterRef("pk"))))
