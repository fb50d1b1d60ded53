"""Who evaluates, whom staff invited to, and what an invited person answers."""

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views.generic import ListView

from actors.enums import Role
from actors.forms import EvaluatorInvitationForm
from actors.models import EvaluatorInvitation, User
from actors.rules import is_staff_member
from actors.services.evaluators import (
    accept_invitation,
    decline_invitation,
    invite_evaluator,
    resend_invitation,
    withdraw_invitation,
)
from actors.sign_in import signed_in_recently
from actors.views.belonging import HOME
from actors.views.invitations import AnswerView
from actors.views.second_factors import with_next
from ess_portal.base.ask_first import AskFirstView, Question
from ess_portal.base.sent_forms import Answer
from ess_portal.base.views import OnceMixin, RefusableButtonView, RefusableFormView

EVALUATORS = reverse_lazy("actors:evaluators")
NAME_YOURSELF = (
    "Vous êtes maintenant évaluateur\u00a0: donnez votre nom, pour que l’agent qui vous confie un "
    "dossier sache à qui il s’adresse."
)


class StaffMixin:
    """Pages for agents and administrators: to others they don't exist."""

    success_url = EVALUATORS

    def dispatch(self, request, *args, **kwargs):
        if not is_staff_member(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class EvaluatorsView(StaffMixin, ListView):
    """Who evaluates now, and the invitations, those that wait first."""

    template_name = "actors/evaluators.html"
    context_object_name = "evaluators"
    paginate_by = 50

    def get_queryset(self):
        return User.objects.filter(groups__name=Role.EVALUATOR, is_active=True).order_by(
            "full_name", "email"
        )

    def get_context_data(self, **kwargs):
        invitations = EvaluatorInvitation.objects.select_related("invited_by", "withdrawn_by")
        return super().get_context_data(
            waiting=invitations.unanswered(),
            answered=invitations.answered(),
            **kwargs,
        )


class InviteEvaluatorView(OnceMixin, StaffMixin, RefusableFormView):
    """Invite somebody to evaluate."""

    form_class = EvaluatorInvitationForm
    template_name = "actors/invite_evaluator.html"

    def perform(self, form):
        invitation = invite_evaluator(by=self.request.user, **form.cleaned_data)
        self.said = f"L’invitation est envoyée à {invitation.email}."


class OneInvitationMixin(StaffMixin):
    """Find one invitation that nobody accepted."""

    @cached_property
    def invitation(self) -> EvaluatorInvitation:
        waiting = EvaluatorInvitation.objects.unanswered()
        return get_object_or_404(waiting, uuid=self.kwargs["uuid"])


class ResendEvaluatorInvitationView(OneInvitationMixin, RefusableButtonView):
    """Send it anew, for fourteen days more."""

    def perform(self, form):
        resend_invitation(invitation=self.invitation, by=self.request.user)
        self.said = f"L’invitation est renvoyée à {self.invitation.email}."


class WithdrawEvaluatorInvitationView(OneInvitationMixin, AskFirstView):
    """Withdraw it, after a question."""

    said = "L’invitation est retirée."

    def get_question(self):
        return Question(
            title=f"Retirer l’invitation de {self.invitation.email}",
            consequence="Le lien du courriel n’ouvrira plus rien. Personne n’en est averti\u00a0; "
            "vous pourrez inviter de nouveau cette personne.",
            act="Retirer l’invitation",
            keep="Garder l’invitation",
            back=str(EVALUATORS),
            crumbs=(("Évaluateurs", str(EVALUATORS)),),
        )

    def perform(self, form):
        withdraw_invitation(invitation=self.invitation, by=self.request.user)


class EvaluatorInvitationView(AnswerView):
    """An invitation to evaluate, to the invited person alone."""

    template_name = "actors/evaluator_invitation.html"

    def get_queryset(self):
        """One's own, answered or not."""
        own = EvaluatorInvitation.objects.addressed_to(self.request.user)
        return own.select_related("invited_by")

    def post(self, request, *args, **kwargs):
        """Let nobody take a role in a session found open: whoever accepts proves first who they
        are, as whoever gives a role does, then comes back to the question.
        """
        if request.POST.get("answer") == "accept" and not signed_in_recently(request):
            self.object = self.get_object()
            return HttpResponseRedirect(with_next("actors:confirm_identity", request.path))
        return super().post(request, *args, **kwargs)

    def accept(self):
        user = self.request.user
        here = self.request.session.session_key
        accept_invitation(invitation=self.object, by=user, keep=here)
        if not user.full_name:
            return Answer(reverse("actors:preferences"), NAME_YOURSELF)
        return Answer(
            reverse("actions:evaluations"),
            "Vous êtes maintenant évaluateur\u00a0: ce qu’on vous confiera sera ici.",
        )

    def decline(self):
        decline_invitation(invitation=self.object, by=self.request.user)
        return Answer(HOME, "Vous avez décliné l’invitation.")
