"""Who comes into the committee's pages, and how they find what they are about."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from actions import rules
from actions.models import Action, CommitteeSession


class CommitteeMixin:
    """Pages for committee and agents: to others they don't exist."""

    def dispatch(self, request, *args, **kwargs):
        """Let committee members and agents in."""
        self.check_reader(request)
        return super().dispatch(request, *args, **kwargs)

    def check_reader(self, request):
        """Raise `Http404` to everybody else."""
        if not rules.sees_sessions(request.user):
            raise Http404

    def get_action(self) -> Action:
        """The evaluated, or refused, action of the address."""
        return get_object_or_404(
            Action.objects.visible_to(self.request.user)
            .committee_matters()
            .for_list()
            .with_gate()
            .prefetch_related("partners", "self_assessments"),
            reference=self.kwargs["reference"],
        )


class SessionMixin(CommitteeMixin):
    """Pages about one session."""

    def get_session(self) -> CommitteeSession:
        """The session of the address."""
        return get_object_or_404(
            CommitteeSession.objects.select_related("chair", "programme", "closed_by"),
            pk=self.kwargs["pk"],
        )


def must_keep(user, session: CommitteeSession) -> None:
    """Answer 403 to whoever reads the session but doesn't keep it."""
    if not rules.keeps_session(user, session):
        raise PermissionDenied
