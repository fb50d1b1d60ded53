"""The agents' pages about those who evaluate an action: ask, remind, replace, take off."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404

from actions.admin.steps import Step, StepPages, led, typed
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
from actions.models import Action, Evaluation
from ess_portal.base.french import long_date, plural
from ess_portal.base.refusals import Refused
from ess_portal.base.sent_forms import first_answer
from ess_portal.base.views import add_refusal

TAKEN_AWAY = (
    "Cette personne n’a plus accès au dossier, et ce qu’elle avait commencé à écrire est effacé. "
    "Un courriel l’en avertit."
)
REMINDED = "Un courriel part aussitôt, un par jour au plus. Le rappel est noté au dossier."
TAKEN_OFF = "Cette évaluation vient d’être retirée."
TOLD = "La personne l’apprend par courriel, et sa liste montre la nouvelle date."


class EvaluatorPages(StepPages):
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
                (f"À rendre jusqu’ici au plus tard le {long_date(evaluation.due_on)}.", TOLD),
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
            return led(request, answer)
        evaluations = Evaluation.objects.select_related("action", "evaluator")
        evaluation = get_object_or_404(evaluations, pk=pk)
        action = self.screened(request, evaluation.action_id)
        return self.answer_step(request, action, ask(evaluation), gone=TAKEN_OFF)


class LateFilter(admin.SimpleListFilter):
    """Evaluations whose date is past, or actions that await one, or a correction, since then."""

    title = "retard"
    parameter_name = "retard"
    LATE, UNCORRECTED = "oui", "complement"

    def lookups(self, request, model_admin):
        """Name what is to be looked at first."""
        late = (self.LATE, "évaluation en retard")
        uncorrected = (self.UNCORRECTED, "complément en retard")
        return (late, uncorrected) if model_admin.model is Action else (late,)

    def queryset(self, request, queryset):
        """Keep those that are late; any other word keeps them all."""
        if self.value() == self.UNCORRECTED and queryset.model is Action:
            return queryset.uncorrected()
        if self.value() != self.LATE:
            return queryset
        late = Evaluation.objects.late()
        if queryset.model is Evaluation:
            return queryset.filter(pk__in=late.values("pk"))
        return queryset.filter(Exists(late.filter(action=OuterRef("pk"))))
