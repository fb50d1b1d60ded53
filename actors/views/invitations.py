"""What an invited person answers."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import DetailView

from actors.models import Invitation
from actors.services.invitations import accept_invitation, decline_invitation


class InvitationView(DetailView):
    """An invitation, to whoever signs in with the invited address; to others it doesn't exist."""

    slug_field = slug_url_kwarg = "uuid"
    template_name = "actors/invitation.html"

    def get_queryset(self):
        """One's own, answered or not."""
        return Invitation.objects.addressed_to(self.request.user).select_related(
            "organisation", "invited_by"
        )

    def post(self, request, *args, **kwargs):
        """Accept, or say no; answered twice, it was answered once."""
        invitation = self.object = self.get_object()
        answer = request.POST.get("answer")
        if answer == "decline":
            decline_invitation(invitation=invitation, by=request.user)
            messages.success(request, "Vous avez décliné l’invitation.")
            return HttpResponseRedirect(settings.LOGIN_REDIRECT_URL)
        if answer != "accept":
            raise Http404
        try:
            membership = accept_invitation(invitation=invitation, by=request.user)
        except ValidationError as refused:
            return self.render_to_response(
                self.get_context_data(refusals=refused.messages), status=409
            )
        messages.success(request, f"Vous faites maintenant partie de {membership.organisation}.")
        return HttpResponseRedirect(
            reverse("actors:organisation_space", args=[membership.organisation.slug])
        )
