"""The carrier's own space: files, receipts, replies, withdrawals."""

from io import BytesIO

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.views.generic import DetailView, FormView
from django.views.generic.detail import SingleObjectMixin

from actions.enums import ActionStatus, Transition
from actions.exports.file import file_pdf
from actions.forms import ConfirmForm, KeyForm, ReplyForm
from actions.models import Action
from actions.models.file_version import differences
from actions.rules import has_published_decision, is_carrier, is_carrier_manager
from actions.services.copies import start_again
from actions.services.decisions import reply_to_refusal
from actions.services.proposals import delete_draft, unread_steps
from actions.services.receipts import receipt_of
from actions.views.access import access_to, confirmed_amendments, result_context
from actions.views.tracking import tracking_of
from actions.workflow import TransitionRefused, apply_transition, rule_for
from actors.models import Invitation
from ess_portal.base.models import OutgoingMail
from ess_portal.base.views import SearchedListView

MAILS_SHOWN = 10


class SpaceView(SearchedListView):
    """Every file of the person's organisations, with its state in words."""

    template_name = "actions/space.html"

    @property
    def queryset(self):
        """Latest first."""
        own = Action.objects.written_by(self.request.user)
        return own.for_table().order_by("-updated_at", "-pk")

    def search(self, queryset, words):
        """Keep the latest first."""
        return queryset.matching(words, self.request.user)

    def get_context_data(self, **kwargs):
        """Give the person's organisations and invitations too."""
        memberships = self.request.user.memberships.select_related("organisation")
        invitations = Invitation.objects.pending().addressed_to(self.request.user)
        return super().get_context_data(
            memberships=memberships,
            invitations=invitations.select_related("organisation"),
            **kwargs,
        )


class OwnActionMixin(SingleObjectMixin):
    """Find one of the person's own actions; others don't exist here."""

    slug_field = slug_url_kwarg = "uuid"
    # Whether co-carriers find the file here too, and not its carrier's members alone.
    for_co_editors = False

    def get_queryset(self):
        """The actions of the person's organisations, and those they write with others."""
        user = self.request.user
        actions = Action.objects
        own = actions.written_by(user) if self.for_co_editors else actions.carried_by(user)
        return own.for_list().with_gate().prefetch_related("partners", "self_assessments")


class OwnActionView(OwnActionMixin, DetailView):
    """One's own action: state, next step, corrections, result, history."""

    template_name = "actions/own_action.html"
    for_co_editors = True

    def get_context_data(self, **kwargs):
        """Give everything the carrier may know of the action."""
        action, user = self.object, self.request.user
        access = access_to(action, user)
        is_own = is_carrier(user, action)
        rule = rule_for(action, Transition.WITHDRAW)
        return super().get_context_data(
            access=access,
            tracking=tracking_of(action),
            differences=differences(action.versions.all()),
            sent_mails=OutgoingMail.objects.filter(topic=str(action.uuid), recipient=user.email)[
                :MAILS_SHOWN
            ],
            can_edit=action.status in ActionStatus.EDITABLE,
            is_own=is_own,
            can_share=is_carrier_manager(user, action),
            can_withdraw=rule is not None
            and action.status != ActionStatus.DRAFT
            and is_carrier_manager(user, action),
            missing=[*unread_steps(action), *action.missing_pieces()]
            if action.status in ActionStatus.EDITABLE
            else [],
            blockers=action.blockers() if is_own and has_published_decision(user, action) else [],
            correction=action.correction_requests.filter(answered_at=None).first(),
            notice=action.refusal_notices.first()
            if is_own and action.status in ActionStatus.REFUSED
            else None,
            amendments=confirmed_amendments(action) if is_own else [],
            events=action.events.select_related("note") if access.history else [],
            **result_context(action, access),
            **kwargs,
        )


class ReceiptView(OwnActionMixin, DetailView):
    """The receipt of a filed proposal."""

    template_name = "actions/receipt.html"
    for_co_editors = True

    def get_queryset(self):
        """Only what was filed has a receipt."""
        return super().get_queryset().filed()

    def get_context_data(self, **kwargs):
        """Give what the law asks a receipt to say."""
        return super().get_context_data(receipt=receipt_of(self.object), **kwargs)


class FileView(OwnActionMixin, DetailView):
    """The file as a PDF, at any time."""

    for_co_editors = True

    def render_to_response(self, context, **kwargs):
        """Draw it from the rows, dated of its last change: the same file gives the same bytes."""
        action = self.object
        content = file_pdf(action, authority=settings.AUTHORITY["name"], as_of=action.updated_at)
        return FileResponse(
            BytesIO(content),
            as_attachment=True,
            filename=f"dossier-{action.reference or 'brouillon'}.pdf",
            content_type="application/pdf",
        )


class OwnActionFormView(OwnActionMixin, FormView):
    """A confirmation or a short form about one's own action."""

    form_class = ConfirmForm

    def dispatch(self, request, *args, **kwargs):
        """Find the action before anything else."""
        self.action = self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        """Give the action."""
        return super().get_context_data(action=self.action, **kwargs)

    def form_valid(self, form):
        """Do it, or show why not beside what was typed."""
        try:
            self.perform(form)
        except TransitionRefused as refused:
            form.add_error(None, refused.reasons)
            return self.form_invalid(form)
        return HttpResponseRedirect(self.get_success_url())

    def get_success_url(self):
        """Back to the action."""
        return self.action.get_space_url()


class WithdrawView(OwnActionFormView):
    """A manager withdraws a proposal, until a decision."""

    template_name = "actions/withdraw.html"

    def get_queryset(self):
        """Only the files that can still be withdrawn, by somebody who manages the carrier."""
        sources = [
            source
            for source in ActionStatus
            if rule_for(Action(status=source), Transition.WITHDRAW)
        ]
        managed = self.request.user.memberships.filter(role="manager").values("organisation")
        return super().get_queryset().filter(status__in=sources, carrier__in=managed)

    def perform(self, form):
        """Withdraw, and say so."""
        apply_transition(
            self.action,
            Transition.WITHDRAW,
            by=self.request.user,
            comment=form.cleaned_data["comment"],
        )
        messages.success(self.request, "La proposition est retirée.")


class DeleteView(OwnActionFormView):
    """A draft can be thrown away."""

    template_name = "actions/delete.html"
    success_url = reverse_lazy("actions:space")

    def get_queryset(self):
        """Drafts only."""
        return super().get_queryset().filter(status=ActionStatus.DRAFT)

    def perform(self, form):
        """Delete, and say so."""
        delete_draft(action=self.action, by=self.request.user)
        messages.success(self.request, "Le brouillon est supprimé.")

    def get_success_url(self):
        """The action is no more."""
        return reverse("actions:space")


class ReplyView(OwnActionFormView):
    """The carrier answers an announced refusal."""

    form_class = ReplyForm
    template_name = "actions/reply.html"

    def get_queryset(self):
        """Only the files whose refusal is announced."""
        return super().get_queryset().filter(status=ActionStatus.REFUSAL_ANNOUNCED)

    def get_context_data(self, **kwargs):
        """Give the notice."""
        return super().get_context_data(notice=self.action.refusal_notices.first(), **kwargs)

    def perform(self, form):
        """Keep the reply, and say so."""
        reply_to_refusal(action=self.action, by=self.request.user, text=form.cleaned_data["text"])
        messages.success(self.request, "Votre réponse est enregistrée et transmise.")


class StartAgainView(OwnActionFormView):
    """A new proposal that starts from this one."""

    form_class = KeyForm
    template_name = "actions/start_again.html"

    def get_queryset(self):
        """Only what was filed once, by an organisation in whose name one may propose."""
        return super().get_queryset().filed().filter(carrier__in=self.request.user.organisation_ids)

    def perform(self, form):
        """Make the draft."""
        user = self.request.user
        self.action = start_again(source=self.action, key=form.cleaned_data["key"], by=user)

    def get_success_url(self):
        """Go on with the draft."""
        return reverse("actions:edit", args=[self.action.uuid])
