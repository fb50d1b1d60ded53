"""The page of an organisation for its own people: who they are, invitations, leaving."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import DetailView, View

from actors.enums import MembershipRole
from actors.forms import InvitationForm, RoleForm
from actors.models import Membership, Organisation
from actors.services.belonging import change_role, is_last_manager, leave, remove_member
from actors.services.invitations import invite, withdraw_invitation
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


class WithdrawInvitationView(ManagedOrganisationMixin, View):
    """Withdraw an invitation that waits."""

    http_method_names = ("post",)

    def post(self, request, *args, **kwargs):
        waiting = self.organisation.invitations.unanswered()
        invitation = get_object_or_404(waiting, uuid=kwargs["uuid"])
        withdraw_invitation(invitation=invitation, by=request.user)
        messages.success(request, "L’invitation est retirée : son lien ne mène plus nulle part.")
        return HttpResponseRedirect(self.space_url)


class MemberFormView(ManagedOrganisationMixin, RefusableFormView):
    """Something about one member."""

    @cached_property
    def member(self) -> Membership:
        return get_object_or_404(
            self.organisation.memberships.select_related("user"), pk=self.kwargs["pk"]
        )

    def dispatch(self, request, *args, **kwargs):
        if not self.is_manager or not self.member:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            member=self.member, is_last_manager=is_last_manager(self.member), **kwargs
        )


class MemberView(MemberFormView):
    """Change a member's role."""

    form_class = RoleForm
    template_name = "actors/member.html"
    said = "Le rôle est enregistré."

    def get_form_kwargs(self):
        """Show the present role; what is chosen is written by the service alone."""
        copy = Membership(organisation=self.organisation, role=self.member.role)
        return super().get_form_kwargs() | {"instance": copy}

    def perform(self, form):
        change_role(membership=self.member, role=form.cleaned_data["role"], by=self.request.user)


class RemoveMemberView(MemberFormView):
    """Take a member off, after a confirmation."""

    template_name = "actors/remove_member.html"
    said = "Cette personne ne fait plus partie de la structure sur le portail."

    def perform(self, form):
        remove_member(membership=self.member, by=self.request.user)

    def get_success_url(self):
        """Back to the organisation, or to one's own space when one took oneself off."""
        if self.member.user_id == self.request.user.pk:
            return HOME
        return super().get_success_url()


class LeaveView(OwnOrganisationMixin, RefusableFormView):
    """Leave the organisation, after a confirmation."""

    template_name = "actors/leave.html"
    said = "Vous ne faites plus partie de cette structure sur le portail."

    def get_context_data(self, **kwargs):
        """Say why not, before it is asked."""
        return super().get_context_data(can_leave=not is_last_manager(self.membership), **kwargs)

    def perform(self, form):
        leave(membership=self.membership)

    def get_success_url(self):
        """The organisation's page may not be seen any more."""
        return HOME
