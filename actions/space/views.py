"""The carrier's own space: applications, replies, withdrawals."""

from django.db.models import prefetch_related_objects
from django.forms import Form
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import DetailView

from actions.amendments.queries import confirmed_amendments
from actions.committee.services.decisions import keep_reply, reply_to_refusal
from actions.enums import ActionStatus, Transition
from actions.evaluation.queries.results import result_context
from actions.models import Action, RefusalNotice, TypedReply
from actions.models.application_version import differences
from actions.models.completeness import missing_sentences
from actions.models.receipt import terms_of
from actions.proposals.queries.access import access_to
from actions.proposals.queries.application import own_levels
from actions.proposals.queries.corrections import correction_of
from actions.proposals.queries.steps import unread_steps
from actions.proposals.services.applications import delete_draft
from actions.proposals.services.copies import start_again
from actions.proposals.views.own_action import READING, OwnActionMixin
from actions.rules import may
from actions.space.forms import ConfirmForm, KeyForm, ReplyForm
from actions.space.queries.timeline import timeline_of
from actions.space.queries.tracking import may_answer, refusal_step, refusal_steps, tracking_of
from actions.space.queries.waiting import awaited_of, claims_of
from actions.workflow import apply_transition
from ess_portal.base.ask_first import AskFirstView, Question
from ess_portal.base.autosave import AutosaveMixin
from ess_portal.base.models import OutgoingMail
from ess_portal.base.views import OnceMixin, RefusableFormView, SearchedListView

MAILS_SHOWN = 10
SHOWN = ("uuid", "reference", "title", "status", "amount_granted", "amount_proposed")
SAID_IN_THE_NOTICE = (Transition.ANNOUNCE_REFUSAL, Transition.CONFIRM_REFUSAL)


class SpaceView(SearchedListView):
    """Every file of the person's organisations, with its state in words."""

    template_name = "actions/space/space.html"

    def get_listed(self):
        own = Action.objects.written_by(self.request.user)
        rows = own.select_related("carrier").only(*SHOWN, "carrier__name")
        return rows.order_by("-updated_at", "-pk")

    def search(self, queryset, words):
        """Keep the latest first."""
        return queryset.matching(words, self.request.user)

    def get_context_data(self, **kwargs):
        user = self.request.user
        context = super().get_context_data(
            memberships=user.memberships.with_waiting_invitations(),
            awaited=awaited_of(user),
            claims=claims_of(user),
            **kwargs,
        )
        steps = refusal_steps(context["object_list"], user)
        for action in context["object_list"]:
            action.refusal_step = steps.get(action.pk, refusal_step(None))
        return context


class OwnActionView(OwnActionMixin, DetailView):
    """One's own action: state, next step, corrections, result, history."""

    template_name = "actions/space/own_action.html"
    for_co_editors = READING

    def get_context_data(self, **kwargs):
        action, user = self.object, self.request.user
        access = access_to(action, user)
        # What was corrected and what changed are read from the same rows.
        prefetch_related_objects([action], "versions")
        is_own = may(user, "carry", action)
        is_refused = is_own and action.status in ActionStatus.REFUSED
        notice = action.refusal_notices.first() if is_refused else None
        # The refusal's reasons stand there once, and not in the history again.
        said_above = SAID_IN_THE_NOTICE if notice else ()
        return super().get_context_data(
            access=access,
            tracking=tracking_of(action),
            refusal_step=refusal_step(notice),
            may_answer=may_answer(notice),
            own_levels=own_levels(action),
            differences=differences(action.versions.all()),
            # The latest ones, in the order of what happened above them.
            sent_mails=list(
                OutgoingMail.objects.filter(topic=str(action.uuid), recipient=user.email)[
                    :MAILS_SHOWN
                ]
            )[::-1],
            is_own=is_own,
            missing=[*unread_steps(action), *missing_sentences(action)]
            if may(user, "edit", action)
            else [],
            blockers=action.blockers() if may(user, "see_own_result", action) else [],
            correction=correction_of(action),
            notice=notice,
            appeal=terms_of(action) if action.status == ActionStatus.DECLINED else None,
            amendments=confirmed_amendments(action) if is_own else [],
            moments=(
                timeline_of(action, user, said_above=said_above, notice=notice)
                if access.history
                else []
            ),
            **result_context(action, access),
            **kwargs,
        )


class OwnActionFormView(OnceMixin, OwnActionMixin, RefusableFormView):
    """A short form about one's own action."""

    def dispatch(self, request, *args, **kwargs):
        self.action = self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(action=self.action, **kwargs)

    def get_success_url(self):
        return self.action.get_space_url()


class AskAboutOwnActionView(OwnActionFormView, AskFirstView):
    """What ends one's own action, after a question."""

    template_name = AskFirstView.template_name

    def ask(self, title: str, consequence: str, act: str) -> Question:
        """The question about this very action."""
        action = self.action
        return Question(
            title=title,
            about=f"«\u00a0{action.shown_title}\u00a0»"
            + (f" ({action.reference})" if action.reference else ""),
            consequence=consequence,
            act=act,
            keep="Revenir au dossier",
            back=action.get_space_url(),
            crumbs=(
                ("Mon espace", reverse("actions:space")),
                (action.shown_title, action.get_space_url()),
            ),
        )


class WithdrawView(AskAboutOwnActionView):
    """A manager withdraws a proposal, until a decision."""

    said = "La proposition est retirée."
    permission = "withdraw"

    def get_form_class(self):
        """Nobody has read a draft: there is nobody to explain it to."""
        return ConfirmForm if self.action.reference else Form

    def get_question(self):
        return self.ask(
            "Retirer la proposition",
            "Une proposition retirée ne revient pas : il faudra en déposer une autre. Le dossier "
            "reste dans votre espace, et vos membres et les agents sont prévenus par courriel.",
            "Retirer définitivement",
        )

    def perform(self, form):
        comment = form.cleaned_data.get("comment", "")
        apply_transition(self.action, Transition.WITHDRAW, by=self.request.user, comment=comment)


class DeleteView(AskAboutOwnActionView):
    """A draft can be thrown away."""

    said = "Le brouillon est supprimé."
    permission = "delete"

    def get_question(self):
        return self.ask(
            "Supprimer le brouillon",
            "Ce que vous avez écrit sera effacé pour toujours, pièces jointes comprises. Personne "
            "n’en est averti.",
            "Supprimer le brouillon",
        )

    def perform(self, form):
        delete_draft(action=self.action, by=self.request.user)

    def get_success_url(self):
        """The action is no more."""
        return reverse("actions:space")


class ReplyView(AutosaveMixin, OwnActionFormView):
    """The carrier answers an announced refusal; what is typed waits for whoever types it."""

    said = "Votre réponse est enregistrée et transmise."
    form_class = ReplyForm
    template_name = "actions/space/reply.html"
    permission = "reply"
    kept_is = "cette réponse"

    @cached_property
    def notice(self) -> RefusalNotice | None:
        return self.action.refusal_notices.first()

    @cached_property
    def draft(self) -> TypedReply | None:
        """What the person typed before, and didn't send."""
        drafts = TypedReply.objects.select_related("saved_by")
        return drafts.filter(notice=self.notice, saved_by=self.request.user).first()

    def get_form_kwargs(self):
        """Show what was typed last."""
        draft = self.draft
        return super().get_form_kwargs() | {
            "edition": draft.edition if draft else 0,
            "initial": {"text": draft.text if draft else ""},
            "sends": not self.is_quiet,
        }

    def get_context_data(self, **kwargs):
        contact = terms_of(self.action).contact
        return super().get_context_data(
            notice=self.notice, row=self.draft, contact=contact, **kwargs
        )

    def keep(self, form):
        return keep_reply(**self._written(form))

    def kept_form(self, row):
        return ReplyForm(edition=row.edition, initial={"text": row.text})

    def perform(self, form):
        reply_to_refusal(**self._written(form))

    def _written(self, form) -> dict:
        return {
            "action": self.action,
            "by": self.request.user,
            "text": form.cleaned_data["text"],
            "shown": form.shown(quiet=self.is_quiet),
        }


class StartAgainView(OwnActionFormView):
    """A new proposal that starts from this one."""

    form_class = KeyForm
    template_name = "actions/space/start_again.html"
    permission = "start_again"

    def perform(self, form):
        user = self.request.user
        self.action = start_again(source=self.action, key=form.cleaned_data["key"], by=user)

    def get_success_url(self):
        return reverse("actions:edit", args=[self.action.uuid])
