"""Who comes into the committee's pages, and how they find what they are about."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from actions import rules
from actions.models import Action, CommitteeSession
from ess_portal.base.views import RefusableFormView


class CommitteeMixin:
    """Pages for committee and agents: to others they don't exist."""

    def dispatch(self, request, *args, **kwargs):
        self.check_reader(request)
        return super().dispatch(request, *args, **kwargs)

    def check_reader(self, request):
        """Raise `Http404` to everybody else."""
        if not rules.can_see_sessions(request.user):
            raise Http404

    def get_action(self) -> Action:
        """The evaluated, or refused, action of the address."""
        return get_object_or_404(
            Action.objects.visible_to(self.request.user)
            .committee_matters()
            .with_silence()
            .for_list()
            .with_gate()
            .prefetch_related("partners", "self_assessments"),
            reference=self.kwargs["reference"],
        )


class CommitteeFormView(CommitteeMixin, RefusableFormView):
    """A short form about one action, which leads back to its result."""

    def dispatch(self, request, *args, **kwargs):
        self.check_reader(request)
        self.action = self.get_action()
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(action=self.action, **kwargs)

    def get_success_url(self):
        return reverse("actions:result", args=[self.action.reference])


class SessionMixin(CommitteeMixin):
    """Pages about one session."""

    def get_session(self) -> CommitteeSession:
        return get_object_or_404(
            CommitteeSession.objects.select_related("chair", "programme", "closed_by"),
            pk=self.kwargs["pk"],
        )


def must_keep(user, session: CommitteeSession) -> None:
    """Answer 403 to whoever reads the session but doesn't keep it."""
    if not rules.can_keep_session(user, session):
        raise PermissionDenied


class SessionFormView(SessionMixin, RefusableFormView):
    """A form about one session, for whoever keeps it."""

    def dispatch(self, request, *args, **kwargs):
        self.check_reader(request)
        self.session = self.get_session()
        must_keep(request.user, self.session)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(session=self.session, **kwargs)

    def get_success_url(self):
        return self.session.get_absolute_url()
