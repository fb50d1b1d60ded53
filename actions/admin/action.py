"""The agents' page of an action: read the file, and take it one step further."""

from django.contrib import admin, messages
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from actions import rules
from actions.admin.silence import SilenceFilter, silence
from actions.admin.transition_form import TransitionForm
from actions.enums import ActionStatus, Transition
from actions.evaluation.forms.assignment import AssignForm
from actions.evaluation.forms.scoring import RecusalForm
from actions.evaluation.queries.shortfall import shortfall_of
from actions.evaluation.services.assignments import assign_evaluators, unassign_evaluator
from actions.evaluation.services.evaluations import recuse
from actions.models import Action, Evaluation
from actions.models.application_version import differences
from actions.proposals.forms import PaperProposalForm
from actions.proposals.queries.attachments import attachments_for
from actions.proposals.services.applications import record_submission
from actions.workflow import apply_transition, offers
from actors.models import User
from actors.rules import is_agent
from challenges.models import Measure
from ess_portal.base.admin import PortalModelAdmin
from ess_portal.base.french import euros, plural
from ess_portal.base.refusals import Refused
from ess_portal.base.views import add_refusal

TAKEN_AWAY = (
    "Cette personne n’a plus accès au dossier, et ce qu’elle avait commencé à écrire est effacé. "
    "Aucun courriel ne l’en avertit : dites-le-lui."
)
CONTENT = (
    "title",
    "summary",
    "description",
    "measure",
    "communes",
    "sectors",
    "partners",
    "other_partners",
    "total_cost",
    "funding_asked",
    "own_resources",
    "other_funding",
    "jobs_created",
    "jobs_kept",
    "starts_on",
    "ends_on",
)
# The sums of lines that the carrier alone writes.
TOTALS = ("total_cost", "other_funding")
WORKFLOW = (
    "reference",
    "status",
    "carrier",
    "programme",
    "submitted_at",
    "received_on_paper",
    silence,
)
RESULT = (
    "grid",
    "gate_closed_at",
    "gate_quorum_reached",
    "gate_quorum_required",
    "gate_points",
    "gate_max_points",
    "gate_threshold",
    "gate_floor_margin",
    "gate_community_interest",
    "granted",
    "proposed",
    "decided_by",
    "confirmed_by",
)
RECORDED = (
    "challenge",
    "challenge_is_proposed",
    "carrier_name",
    "recorded_year",
    "recorded_state",
    "recorded_amount",
    "recorded_funder",
    "sources",
)


@admin.register(Action)
class ActionAdmin(PortalModelAdmin):
    """Actions: content can be corrected while the file is being examined; the rest is read only."""

    list_display = (
        "reference",
        "title",
        "carrier",
        "measure_code",
        "state",
        silence,
        "progress",
        "submitted_at",
    )
    list_filter = ("status", SilenceFilter, "measure__challenge", "sectors", "communes")
    list_select_related = ("carrier", "measure__challenge")
    search_fields = ("reference", "title", "carrier__name")
    date_hierarchy = "submitted_at"
    list_per_page = 50
    show_full_result_count = False
    formfield_overrides = {models.ManyToManyField: {"widget": CheckboxSelectMultiple}}
    change_form_template = "admin/actions/action/change_form.html"

    @admin.display(description="mesure", ordering="measure__challenge__number")
    def measure_code(self, action) -> str:
        """The number alone: titles of measures are long, and the state must be seen."""
        return action.measure.code if action.measure_id else "–"

    @admin.display(description="état", ordering="status")
    def state(self, action) -> str:
        """Its state, and whether its grant is still proposed to the council."""
        return action.state_label

    @admin.display(description="montant accordé")
    def granted(self, action) -> str:
        """What is granted for good."""
        return euros(action.amount_voted) if action.amount_voted else "–"

    @admin.display(description="montant proposé au conseil")
    def proposed(self, action) -> str:
        """What the council has yet to vote."""
        return euros(action.amount_proposed) if action.amount_proposed else "–"

    @admin.display(description="évaluations")
    def progress(self, action) -> str:
        """How many are sent, while they may still come."""
        return action.progress if action.status == ActionStatus.IN_EVALUATION else "–"

    def get_queryset(self, request):
        """Count the evaluations of the actions that are shown, and date the silence that awaits."""
        return super().get_queryset(request).with_progress().with_silence()

    def get_fieldsets(self, request, obj=None):
        """Show what concerns this kind of action."""
        fieldsets = [("Où en est l’action", {"fields": WORKFLOW}), ("Dossier", {"fields": CONTENT})]
        if obj is not None and obj.is_recorded:
            fieldsets = [
                ("Où en est l’action", {"fields": ("reference", "status", "carrier")}),
                ("Dossier", {"fields": ("title", "description", "communes", "sectors")}),
                ("D’après les sources", {"fields": RECORDED}),
            ]
        elif obj is not None and obj.gate_closed_at:
            fieldsets.append(("Résultat et décision", {"fields": RESULT}))
        return fieldsets

    def get_readonly_fields(self, request, obj=None):
        """Freeze the file once it is out of the agents' hands."""
        fixed = (*WORKFLOW, *RESULT, *RECORDED, *TOTALS)
        return fixed if _may_correct(request.user, obj) else (*fixed, *CONTENT)

    def has_add_permission(self, request):
        """A file is added through the paper form only."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Actions are kept."""
        return False

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Offer the measures of the current programme only."""
        if db_field.name == "measure":
            kwargs["queryset"] = Measure.objects.of_current_programme()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Ask for a title: drafts alone go without, and none is corrected here."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "title":
            field.required = True
        return field

    def save_model(self, request, obj, form, change):
        """Write what was corrected and nothing else: the workflow may be writing the rest."""
        relations = {field.name for field in obj._meta.many_to_many}
        obj.save(update_fields=[*(set(form.changed_data) - relations), "updated_at"])

    def get_urls(self):
        pages = [
            ("papier/", self.paper_view, "actions_action_paper"),
            ("<int:pk>/transition/<slug:name>/", self.transition_view, "actions_action_transition"),
            ("<int:pk>/evaluateurs/", self.assign_view, "actions_action_assign"),
            (
                "evaluations/<int:pk>/retirer/",
                self.unassign_view,
                "actions_action_unassign",
            ),
            ("evaluations/<int:pk>/deport/", self.recuse_view, "actions_action_recuse"),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=name) for route, view, name in pages
        ] + super().get_urls()

    def changelist_view(self, request, extra_context=None):
        context = {
            "paper_url": reverse("admin:actions_action_paper"),
            "assign_url": reverse("actions:assign"),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        action = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if action is not None:
            context |= {
                "offers": [
                    offer for offer in offers(action, request.user) if not offer.rule.takes_two
                ]
                if rules.can_screen(request.user, action)
                else [],
                "can_assign": action.status == ActionStatus.IN_EVALUATION
                and rules.can_screen(request.user, action),
                "leaves_it": rules.must_leave_to_another_agent(request.user, action),
                "tied_agents": action.tied_agents(),
                "lacks_evaluators": action.status == ActionStatus.IN_EVALUATION
                and action.asked_count < action.grid.quorum,
                "evaluations": action.evaluations.select_related("evaluator").order_by("pk"),
                "events": action.events.select_related("by", "confirmed_by", "entered_by", "note"),
                "differences": differences(action.versions.all()),
                "recused": set(action.recusals.values_list("user_id", flat=True)),
                "attachments": attachments_for(action, request.user),
                "blockers": action.blockers() if action.grid_id else [],
                "show_save": _may_correct(request.user, action),
                "show_save_and_continue": _may_correct(request.user, action),
            }
        return super().change_view(request, object_id, form_url, context)

    def transition_view(self, request, pk, name):
        """Take one step of the workflow, with what it asks for."""
        action = self._get(request, pk)
        offer = next((o for o in offers(action, request.user) if o.transition == name), None)
        if offer is None or offer.rule.takes_two:
            raise Http404
        form = TransitionForm(_typed(request), transition=offer.transition)
        if request.method == "POST" and form.is_valid():
            try:
                apply_transition(
                    action,
                    offer.transition,
                    by=request.user,
                    comment=form.cleaned_data.get("comment", ""),
                    details=form.details,
                )
            except Refused as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, f"{action} : {action.get_status_display().lower()}.")
                return self._after(action, offer.transition)
        return self._page(
            request,
            action,
            offer.transition.label,
            "transition",
            form=form,
            offer=offer,
            warnings=_warnings(action, offer.transition),
        )

    def _after(self, action, transition):
        # Closing shows the result at once.
        if transition == Transition.CLOSE_EVALUATION:
            return HttpResponseRedirect(reverse("actions:result", args=[action.reference]))
        return self._back(action)

    def assign_view(self, request, pk):
        action = self._get(request, pk)
        if action.status != ActionStatus.IN_EVALUATION:
            raise Http404
        form = AssignForm(_typed(request), action=action)
        if request.method == "POST" and form.is_valid():
            try:
                assigned = assign_evaluators(action=action, by=request.user, **form.cleaned_data)
            except Refused as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, _evaluations(len(assigned), "demandée") + ".")
                return self._back(action)
        return self._page(request, action, "Demander des évaluations", "transition", form=form)

    def unassign_view(self, request, pk):
        """Take an evaluation that was never sent away from its evaluator."""
        evaluation = get_object_or_404(Evaluation.objects.select_related("action"), pk=pk)
        self._get(request, evaluation.action_id)
        if request.method == "POST":
            try:
                unassign_evaluator(evaluation=evaluation, by=request.user)
            except Refused as refused:
                messages.error(request, " ".join(refused.reasons))
            else:
                messages.success(request, "L’évaluation est retirée.")
            return self._back(evaluation.action)
        title = f"Retirer l’évaluation de {evaluation.evaluator}"
        said = [TAKEN_AWAY]
        return self._page(
            request, evaluation.action, title, "transition", form=None, consequences=said
        )

    def recuse_view(self, request, pk):
        """Note that an evaluator has an interest in the action."""
        evaluation = get_object_or_404(
            Evaluation.objects.select_related("action", "evaluator"), pk=pk
        )
        self._get(request, evaluation.action_id)
        form = RecusalForm(_typed(request))
        form.fields["reason"].label = "Quel lien cette personne a-t-elle avec l’action ?"
        if request.method == "POST" and form.is_valid():
            try:
                recuse(
                    action=evaluation.action,
                    user=evaluation.evaluator,
                    by=request.user,
                    reason=form.cleaned_data["reason"],
                )
            except Refused as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, "Le déport est constaté.")
                return self._back(evaluation.action)
        title = f"Constater le déport de {evaluation.evaluator}"
        return self._page(request, evaluation.action, title, "transition", form=form)

    def paper_view(self, request):
        """Type a file received on paper, in the name of the member who signed it."""
        if not is_agent(request.user):
            raise Http404
        form = PaperProposalForm(_typed(request), user=request.user)
        if request.method == "POST" and form.is_valid():
            signatory = form.cleaned_data["signatory"]
            try:
                action = record_submission(
                    key=form.cleaned_data["key"],
                    signatory=signatory,
                    by=request.user,
                    content=form.content,
                )
            except Action.DoesNotExist as error:
                raise Http404 from error
            except Refused as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, f"Le dossier est enregistré : {action.reference}.")
                return self._back(action)
        return self._page(request, None, "Dossier reçu sur papier", "paper", form=form)

    def _get(self, request, pk) -> Action:
        if not is_agent(request.user):
            raise Http404
        action = get_object_or_404(Action.objects.select_related("carrier"), pk=pk)
        if rules.must_leave_to_another_agent(request.user, action):
            raise Http404
        return action

    def _back(self, action):
        return HttpResponseRedirect(reverse("admin:actions_action_change", args=[action.pk]))

    def _page(self, request, action, title, name, **context):
        context |= {
            **self.admin_site.each_context(request),
            "title": title,
            "action_object": action,
            "opts": self.opts,
        }
        return TemplateResponse(request, f"admin/actions/action/{name}.html", context)


def _is_correctable(action: Action | None) -> bool:
    return action is not None and action.status in (
        ActionStatus.SUBMITTED,
        ActionStatus.RECORDED,
    )


def _may_correct(user: User, action: Action | None) -> bool:
    return _is_correctable(action) and not rules.must_leave_to_another_agent(user, action)


def _warnings(action: Action, transition: Transition) -> list[str]:
    shortfall = shortfall_of(action) if transition == Transition.CLOSE_EVALUATION else None
    return shortfall.sentences if shortfall else []


def _evaluations(number: int, state: str) -> str:
    return f"{number} évaluation{plural(number)} {state}{plural(number)}"


def _typed(request):
    # Even an empty POST is an answer: some transitions ask for nothing.
    return request.POST if request.method == "POST" else None
