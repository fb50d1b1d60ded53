"""Note what the council voted: of a whole session, or of one action."""

from django.core.exceptions import PermissionDenied

from actions.committee.forms.deliberations import DeliberationForm
from actions.committee.queries.deliberations import leaving_out_ties, proposed_in, proposed_of
from actions.committee.services.deliberations import record_deliberation
from actions.committee.views.access import CommitteeFormView, SessionMixin
from actions.rules import may
from actors.rules import is_agent
from ess_portal.base.views import OnceMixin, RefusableFormView


class NotingMixin(OnceMixin):
    """Number, date, and what of the page's grants the council voted."""

    said = "La délibération est notée : les porteurs sont prévenus."
    template_name = "actions/committee/deliberation.html"
    form_class = DeliberationForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"proposed": self.get_proposed()}

    def perform(self, form):
        record_deliberation(
            proposed=form.chosen,
            by=self.request.user,
            number=form.cleaned_data["number"],
            held_on=form.cleaned_data["held_on"],
        )


class SessionDeliberationView(NotingMixin, SessionMixin, RefusableFormView):
    """What the council voted of the grants of one session."""

    def dispatch(self, request, *args, **kwargs):
        """Let agents in; the committee reads the session, and notes nothing here."""
        self.check_reader(request)
        self.session = self.get_session()
        if not is_agent(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_proposed(self):
        return leaving_out_ties(proposed_in(self.session), self.request.user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            about=str(self.session), back=self.get_success_url(), **kwargs
        )

    def get_success_url(self):
        return self.session.get_absolute_url()


class ActionDeliberationView(NotingMixin, CommitteeFormView):
    """What the council voted of one action: its grant, or an increase of it."""

    def get_action(self):
        """Find it for an agent without interest in it."""
        action = super().get_action()
        if not may(self.request.user, "note_deliberation", action):
            raise PermissionDenied
        return action

    def get_proposed(self):
        return proposed_of(self.action)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            about=self.action.reference, back=self.get_success_url(), **kwargs
        )
