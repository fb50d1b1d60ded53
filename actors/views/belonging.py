"""The page of an organisation for its own people: who they are, invitations, leaving."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import DetailView

from actors.enums import MembershipRole
from actors.forms import InvitationForm, RoleForm
from actors.models import Invitation, Membership, Organisation
from actors.services.belonging import change_role, is_last_manager, leave, remove_member
from actors.services.invitations import invite, withdraw_invitation
from ess_portal.base.ask_first import AskFirstView, Question
from ess_portal.base.french import of
from ess_portal.base.views import OnceMixin, RefusableFormView

# The space of a person is drawn by the app above this one.
HOME = settings.LOGIN_REDIRECT_URL


class OwnOrganisationMixin:
    """Find an organisation that the person belongs to; others don't exist here."""

    @cached_property
    def membership(self) -> Membership:
        """The person's own place in the organisation of the address."""
        return get_object_or_404(
            self.request.user.memberships.select_related("organisation", "user"),
            organisation__slug=self.kwargs["slug"],
        )

    @property
    def organisation(self) -> Organisation:
        return self.membership.organisation

    @property
    def is_manager(self) -> bool:
        return self.membership.role == MembershipRole.MANAGER

    @property
    def space_url(self) -> str:
        """Where the organisation's people are listed."""
        return reverse("actors:organisation_space", args=[self.organisation.slug])

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """The way to that page."""
        return (("Mon espace", HOME), (self.organisation.name, self.space_url))

    def get_success_url(self):
        return self.space_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            organisation=self.organisation, is_manager=self.is_manager, **kwargs
        )


class ManagedOrganisationMixin(OwnOrganisationMixin):
    """Find an organisation that the person manages; to others the page doesn't exist."""

    def dispatch(self, request, *args, **kwargs):
        if not self.is_manager:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class OrganisationSpaceView(OwnOrganisationMixin, DetailView):
    """People and roles; for managers also the invitations that wait."""

    template_name = "actors/organisation_space.html"

    def get_object(self, queryset=None):
        return self.organisation

    def get_context_data(self, **kwargs):
        invitations = self.organisation.invitations.pending() if self.is_manager else ()
        return super().get_context_data(
            memberships=self.organisation.memberships.for_list(),
            invitations=invitations,
            can_leave=not is_last_manager(self.membership),
            **kwargs,
        )


class InviteView(OnceMixin, ManagedOrganisationMixin, RefusableFormView):
    """Invite somebody by their address."""

    form_class = InvitationForm
    template_name = "actors/invite.html"
    said = "L’invitation est envoyée."

    def perform(self, form):
        invite(organisation=self.organisation, by=self.request.user, **form.cleaned_data)


class WithdrawInvitationView(ManagedOrganisationMixin, AskFirstView):
    """Withdraw an invitation that waits, after a question."""

    said = "L’invitation est retirée : son lien ne mène plus nulle part."

    @cached_property
    def invitation(self) -> Invitation:
        waiting = self.organisation.invitations.unanswered()
        return get_object_or_404(waiting, uuid=self.kwargs["uuid"])

    def dispatch(self, request, *args, **kwargs):
        if not self.is_manager or not self.invitation:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_question(self):
        return Question(
            title=f"Retirer l’invitation de {self.invitation.email}",
            consequence="Le lien du courriel déjà parti ne mènera plus nulle part ; la personne "
            "n’en est pas avertie, et vous pourrez l’inviter de nouveau.",
            act="Retirer l’invitation",
            keep="Garder l’invitation",
            back=self.space_url,
            crumbs=self.crumbs,
        )

    def perform(self, form):
        withdraw_invitation(invitation=self.invitation, by=self.request.user)


class MemberMixin(ManagedOrganisationMixin):
    """Find one member."""

    @cached_property
    def member(self) -> Membership:
        return get_object_or_404(
            self.organisation.memberships.select_related("user"), pk=self.kwargs["pk"]
        )

    def dispatch(self, request, *args, **kwargs):
        if not self.is_manager or not self.member:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class MemberView(MemberMixin, RefusableFormView):
    """Change a member's role."""

    form_class = RoleForm
    template_name = "actors/member.html"
    said = "Le rôle est enregistré."

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            member=self.member, is_last_manager=is_last_manager(self.member), **kwargs
        )

    def get_form_kwargs(self):
        """Show the present role; what is chosen is written by the service alone."""
        copy = Membership(organisation=self.organisation, role=self.member.role)
        return super().get_form_kwargs() | {"instance": copy}

    def perform(self, form):
        change_role(membership=self.member, role=form.cleaned_data["role"], by=self.request.user)


class RemoveMemberView(MemberMixin, AskFirstView):
    """Take a member off, after a question."""

    said = "Cette personne ne fait plus partie de la structure sur le portail."

    def get_question(self):
        only = "C’est le seul responsable de la structure : nommez-en un autre d’abord."
        return Question(
            title=f"Retirer {self.member.user} de la structure",
            consequence=f"Cette personne ne verra plus les dossiers {of(self.organisation)}. Ce "
            "qu’elle a écrit reste, et les invitations qu’elle a envoyées sont retirées. Un "
            "courriel la prévient.",
            act="Retirer de la structure",
            keep="Revenir aux membres",
            back=self.space_url,
            crumbs=self.crumbs,
            obstacle=only if is_last_manager(self.member) else "",
        )

    def perform(self, form):
        remove_member(membership=self.member, by=self.request.user)

    def get_success_url(self):
        """Back to the organisation, or to one's own space when one took oneself off."""
        if self.member.user_id == self.request.user.pk:
            return HOME
        return super().get_success_url()


class LeaveView(OwnOrganisationMixin, AskFirstView):
    """Leave the organisation, after a question."""

    said = "Vous ne faites plus partie de cette structure sur le portail."

    def get_question(self):
        only = "Vous êtes le seul responsable : nommez-en un autre avant de partir."
        return Question(
            title=f"Quitter {self.organisation}",
            consequence="Vous ne verrez plus les dossiers de la structure ; ce que vous avez écrit "
            "y reste, et les invitations que vous avez envoyées sont retirées. Pour revenir, il "
            "faudra une invitation, ou une demande de rattachement.",
            act="Quitter la structure",
            keep="Rester",
            back=self.space_url,
            crumbs=self.crumbs,
            obstacle=only if is_last_manager(self.membership) else "",
        )

    def perform(self, form):
        leave(membership=self.membership)

    def get_success_url(self):
        """The organisation's page may not be seen any more."""
        return HOME
