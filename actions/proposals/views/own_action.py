"""One's own action: how its pages find it, for its carrier and for co-carriers."""

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.views.generic.detail import SingleObjectMixin

from actions.enums import ActionStatus
from actions.models import Action
from actions.rules import may

READING = ("GET", "HEAD")
WRITING = (*READING, "POST")


class OwnActionMixin(SingleObjectMixin):
    """Find one of the person's own actions; others don't exist here."""

    slug_field = slug_url_kwarg = "uuid"
    # The methods by which co-carriers find it too, and not its carrier's members alone.
    for_co_editors: tuple[str, ...] = ()
    # What else the person must be allowed to do with it, by its name in `rules.PERMISSIONS`.
    permission = ""

    def get_queryset(self):
        """The actions of the person's organisations, and those they write with others."""
        user, actions = self.request.user, Action.objects
        with_co_editors = self.request.method in self.for_co_editors
        own = actions.written_by(user) if with_co_editors else actions.carried_by(user)
        return own.for_list().with_gate().prefetch_related("partners", "self_assessments")

    def get_object(self, queryset=None):
        """Answer 404 for what one may not do as for what isn't one's own."""
        action = super().get_object(queryset)
        if self.permission and not may(self.request.user, self.permission, action):
            raise Http404
        return action


class OwnApplicationMixin(OwnActionMixin):
    """Find one's own application before anything else."""

    def dispatch(self, request, *args, **kwargs):
        self.action = self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)


def say_already_sent(request, action: Action) -> str:
    """Say that an application isn't the carrier's to write any more; return where to go instead."""
    if action.status == ActionStatus.SUBMITTED:
        messages.info(request, "Cette proposition était déjà envoyée.")
        return reverse("actions:receipt", args=[action.uuid])
    messages.info(request, "Ce dossier n’est plus modifiable.")
    return action.get_space_url()
