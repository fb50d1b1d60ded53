"""More money for an action under way: put it on the agenda of a session, which decides."""

from django.http import Http404
from django.urls import reverse

from actions.committee.forms.increases import IncreaseForm
from actions.committee.services.agenda import put_on_agenda
from actions.committee.views.access import CommitteeFormView
from actions.rules import may
from ess_portal.base.views import OnceMixin


class IncreaseView(OnceMixin, CommitteeFormView):
    """Choose the session: amount and reason are noted there, within its envelope."""

    said = "L’action est à l’ordre du jour : le montant ajouté et son motif s’y notent en séance."
    template_name = "actions/committee/increase.html"
    form_class = IncreaseForm

    def get_action(self):
        """Only an action under way has more; not one of one's own."""
        action = super().get_action()
        if not may(self.request.user, "increase", action):
            raise Http404
        return action

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"action": self.action, "user": self.request.user}

    def get_context_data(self, **kwargs):
        item = self.action.agenda_items.open().select_related("session").first()
        return super().get_context_data(item=item, **kwargs)

    def perform(self, form):
        self.session = form.cleaned_data["session"]
        put_on_agenda(session=self.session, actions=[self.action], by=self.request.user)

    def get_success_url(self):
        session = getattr(self, "session", None)
        if session is None:
            return reverse("actions:result", args=[self.action.reference])
        return session.get_absolute_url()
