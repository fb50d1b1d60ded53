"""The agents' page of an action: read the file, and take it one step further."""

from django.contrib import admin, messages
from django.db import models
from django.forms import CheckboxSelectMultiple, Textarea
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from actions import rules
from actions.admin.action_list import SHOWN, paginator_of
from actions.admin.corrections import CorrectionPages
from actions.admin.evaluators import EvaluatorPages, LateFilter
from actions.admin.file_fields import (
    CONTENT,
    RECORDED,
    RESULT,
    WORKFLOW,
    CorrectedFileForm,
    as_read,
    corrected_by,
    is_corrected_with_a_reason,
    may_correct,
    why_not_corrected,
)
from actions.admin.partners import NAMED
from actions.admin.silence import SilenceFilter, silence
from actions.admin.steps import typed
from actions.admin.transition_form import TransitionForm
from actions.enums import ActionStatus, Transition
from actions.evaluation.queries.shortfall import shortfall_of
from actions.models import Action
from actions.models.application_version import content_of, differences
from actions.proposals.forms import PaperProposalForm
from actions.proposals.forms.partners import looks_for_partners
from actions.proposals.queries.attachments import attachments_for
from actions.proposals.services.applications import record_submission
from actions.proposals.services.corrections_by_agents import note_correction
from actions.proposals.views.partners import found_partners, wants_found_partners
from actions.querysets import TO_DO_FIRST
from actions.workflow import apply_transition, offers
from actors.rules import is_agent
from challenges.models import Measure
from ess_portal.base.admin import PortalModelAdmin
from ess_portal.base.admin_periods import by_period
from ess_portal.base.french import euros
from ess_portal.base.refusals import Refused
from ess_portal.base.search import Words
from ess_portal.base.views import add_refusal


@admin.register(Action)
class ActionAdmin(EvaluatorPages, CorrectionPages, PortalModelAdmin):
    """Actions: content can be corrected while the file is being examined; the rest is read only."""

    list_display = (
        "reference",
        "title",
        "state",
        silence,
        "carrier",
        "measure_code",
        "submitted_at",
    )
    ordering = TO_DO_FIRST
    list_filter = (
        "status",
        SilenceFilter,
        LateFilter,
        by_period("submitted_at", "dépôt", "depot"),
        "measure__challenge",
        "sectors",
        "communes",
    )
    list_select_related = ("carrier", "measure__challenge")
    list_columns = SHOWN
    search_fields = ("reference", "title", "carrier__name")
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
        """With the council that has yet to vote it, or how many evaluations are sent."""
        is_waiting = action.status == ActionStatus.IN_EVALUATION
        told = (action.state_label, action.progress if is_waiting else "")
        return " : ".join(filter(None, told))

    @admin.display(description="montant accordé")
    def granted(self, action) -> str:
        """What is granted for good."""
        return euros(action.amount_voted) if action.amount_voted else "–"

    @admin.display(description="montant proposé au conseil")
    def proposed(self, action) -> str:
        """What the council has yet to vote."""
        return euros(action.amount_awaited) if action.amount_awaited else "–"

    def get_queryset(self, request):
        """Count the evaluations of the actions that are shown, and date the silence that awaits."""
        return super().get_queryset(request).with_progress().with_silence()

    def get_paginator(self, request, queryset, per_page, *args, **kwargs):
        return paginator_of(queryset, per_page)

    def get_fieldsets(self, request, obj=None):
        """Show what concerns this kind of action."""
        content = as_read(CONTENT, corrected_by(request.user, obj))
        if is_corrected_with_a_reason(request.user, obj):
            content = (*content, "reason", "shown_version")
        fieldsets = [("Où en est l’action", {"fields": WORKFLOW}), ("Dossier", {"fields": content})]
        if obj is not None and obj.is_recorded:
            fieldsets = [
                ("Où en est l’action", {"fields": ("reference", "status", "carrier")}),
                ("Dossier", {"fields": ("title", "description", "communes", "sectors")}),
                ("D’après les sources", {"fields": as_read(RECORDED)}),
            ]
        elif obj is not None and obj.gate_closed_at:
            fieldsets.append(("Résultat et décision", {"fields": RESULT}))
        return fieldsets

    def get_form(self, request, obj=None, **kwargs):
        """Ask why, of whoever corrects what a carrier sent."""
        if is_corrected_with_a_reason(request.user, obj):
            kwargs["form"] = CorrectedFileForm
        return super().get_form(request, obj, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        """Freeze the file once it is out of the agents' hands."""
        corrected = corrected_by(request.user, obj)
        content = [name for name in CONTENT if name not in corrected]
        return as_read((*WORKFLOW, *RESULT, *RECORDED, *content))

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
        """Ask for a title: drafts alone go without, and none is corrected here. A summary is two or
        three sentences, which one line doesn't show.
        """
        if db_field.name == "summary":
            kwargs["widget"] = Textarea(attrs={"rows": 3})
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "title":
            field.required = True
        return field

    def save_model(self, request, obj, form, change):
        """Write what was corrected and nothing else: the workflow may be writing the rest."""
        if is_corrected_with_a_reason(request.user, obj):
            form.content_before = content_of(Action.objects.get(pk=obj.pk))
        columns = {field.name for field in obj._meta.concrete_fields}
        obj.save(update_fields=[*(columns & set(form.changed_data)), "updated_at"])

    def save_related(self, request, form, formsets, change):
        """What was corrected is an event: kept as a version, told to the carrier."""
        super().save_related(request, form, formsets, change)
        if is_corrected_with_a_reason(request.user, form.instance):
            request.corrected = note_correction(
                action=form.instance,
                by=request.user,
                reason=form.cleaned_data["reason"],
                before=form.content_before,
                shown=form.cleaned_data["shown_version"],
            )

    def response_change(self, request, obj):
        """Say what came of a correction, on the page where its version stands."""
        if not hasattr(request, "corrected"):
            return super().response_change(request, obj)
        sentence = (
            "Dossier corrigé\u00a0: le porteur en est prévenu, avec votre motif et ce qui change."
            if request.corrected
            else "Rien n’a changé dans ce dossier."
        )
        self.message_user(request, sentence)
        return self.back_to(obj)

    def get_urls(self):
        pages = [
            ("papier/", self.paper_view, "actions_action_paper"),
            ("<int:pk>/transition/<slug:name>/", self.transition_view, "actions_action_transition"),
            *self.evaluator_pages(),
            *self.correction_pages(),
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
        if wants_found_partners(request) and is_corrected_with_a_reason(request.user, action):
            return found_partners(request, NAMED)
        if action is not None:
            if request.method == "POST" and (reason := why_not_corrected(request.user, action)):
                messages.error(request, reason)
                return self.back_to(action)
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
                "awaits_correction": action.status == ActionStatus.IN_CORRECTION
                and rules.can_screen(request.user, action),
                "corrections": action.correction_requests.select_related(
                    "requested_by"
                ).prefetch_related("acts__by"),
                "acts": action.assignment_acts.select_related("evaluator", "by", "successor"),
                "evaluations": action.evaluations.select_related("evaluator").order_by("pk"),
                "notices": action.refusal_notices.order_by("announced_at", "pk"),
                "events": action.events.select_related("by", "confirmed_by", "entered_by", "note"),
                "differences": differences(action.versions.all())
                if rules.may(request.user, "see_own_levels", action)
                else [],
                "recused": set(action.recusals.values_list("user_id", flat=True)),
                "attachments": attachments_for(action, request.user),
                "blockers": action.blockers() if action.grid_id else [],
                "show_save": may_correct(request.user, action),
                "show_save_and_continue": may_correct(request.user, action),
            }
        try:
            return super().change_view(request, object_id, form_url, context)
        except Refused as refused:
            messages.error(request, " ".join(refused.reasons))
            return self.back_to(action)

    def transition_view(self, request, pk, name):
        """Take one step of the workflow, with what it asks for."""
        action = self.screened(request, pk)
        offer = next((o for o in offers(action, request.user) if o.transition == name), None)
        if offer is None or offer.rule.takes_two:
            raise Http404
        form = TransitionForm(typed(request), action=action, transition=offer.transition)
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
        return self.page(
            request,
            action,
            offer.transition.label,
            "transition",
            form=form,
            offer=offer,
            consequences=(offer.consequence,),
            warnings=[] if offer.blockers else _warnings(action, offer.transition),
        )

    def _after(self, action, transition):
        # Closing shows the result at once.
        if transition == Transition.CLOSE_EVALUATION:
            return HttpResponseRedirect(reverse("actions:result", args=[action.reference]))
        return self.back_to(action)

    def paper_view(self, request):
        """Type a file received on paper, in the name of the member who signed it."""
        if not is_agent(request.user):
            raise Http404
        if wants_found_partners(request):
            return found_partners(request)
        looked_for = Words.of(request.POST)
        form = PaperProposalForm(typed(request), user=request.user, looked_for=looked_for)
        if looks_for_partners(request.POST):
            # Nothing is wrong with what isn't finished.
            form.errors.clear()
        elif request.method == "POST" and form.is_valid():
            try:
                action = record_submission(
                    key=form.cleaned_data["key"],
                    signatory=form.who_signed,
                    by=request.user,
                    content=form.content,
                )
            except Action.DoesNotExist as error:
                raise Http404 from error
            except Refused as refused:
                add_refusal(form, refused)
            else:
                signatory = form.who_signed
                name = signatory.full_name or signatory.email
                messages.success(
                    request,
                    f"Le dossier est enregistré\u00a0: {action.reference}. L’accusé de réception "
                    f"part par courriel à {name}.",
                )
                return self.back_to(action)
        return self.page(request, None, "Dossier reçu sur papier", "paper", form=form)

    def screened(self, request, pk) -> Action:
        """Return an action that the agent may act on; to others there is nothing here."""
        if not is_agent(request.user):
            raise Http404
        action = get_object_or_404(Action.objects.select_related("carrier"), pk=pk)
        if rules.must_leave_to_another_agent(request.user, action):
            raise Http404
        return action

    def back_to(self, action):
        """Lead to the action's page."""
        return HttpResponseRedirect(reverse("admin:actions_action_change", args=[action.pk]))

    def page(self, request, action, title, name, **context):
        """Show a page of one step, below the action's."""
        context |= {
            **self.admin_site.each_context(request),
            "title": title,
            "action_object": action,
            "opts": self.opts,
        }
        return TemplateResponse(request, f"admin/actions/action/{name}.html", context)


def _warnings(action: Action, transition: Transition) -> list[str]:
    shortfall = shortfall_of(action) if transition == Transition.CLOSE_EVALUATION else None
    return shortfall.sentences if shortfall else []
