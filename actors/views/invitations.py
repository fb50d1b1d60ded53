"""What an invited person answers."""

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.views.generic import DetailView

from actors.models import Invitation
from actors.services.invitations import accept_invitation, decline_invitation
from ess_portal.base.french import of
from ess_portal.base.refusals import Refused
from ess_portal.base.sent_forms import Answer
from ess_portal.base.views import OnceMixin


class AnswerView(OnceMixin, DetailView):
    """An invitation, to whoever signs in with the invited address; to others it doesn't exist.

    Give `accept` and `decline`, which return where to go and what is said there.
    """

    slug_field = slug_url_kwarg = "uuid"
    context_object_name = "invitation"

    def accept(self) -> Answer:
        """Say yes. May raise `Refused`."""
        raise NotImplementedError

    def decline(self) -> Answer:
        """Say no; answered twice, it was answered once."""
        raise NotImplementedError

    def post(self, request, *args, **kwargs):
        """Accept or decline; what can't be accepted any more is said on the page."""
        self.object = self.get_object()
        answers = {"accept": self.accept, "decline": self.decline}
        if request.POST.get("answer") not in answers:
            raise Http404
        try:
            return self.once(answers[request.POST["answer"]])
        except Refused as refused:
            context = self.get_context_data(refusals=refused.reasons)
            return self.render_to_response(context, status=409)


class InvitationView(AnswerView):
    """An invitation to join an organisation."""

    template_name = "actors/invitation.html"

    def get_queryset(self):
        """One's own, answered or not."""
        return Invitation.objects.addressed_to(self.request.user).select_related(
            "organisation", "invited_by"
        )

    def accept(self):
        membership = accept_invitation(invitation=self.object, by=self.request.user)
        return Answer(
            reverse("actors:organisation_space", args=[membership.organisation.slug]),
            f"Vous faites maintenant partie {of(membership.organisation)}.",
        )

    def decline(self):
        decline_invitation(invitation=self.object, by=self.request.user)
        return Answer(settings.LOGIN_REDIRECT_URL, "Vous avez décliné l’invitation.")
