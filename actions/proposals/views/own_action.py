"""One's own action: how its pages find it, for its carrier and for co-carriers."""

from django.contrib import messages
from django.urls import reverse
from django.views.generic.detail import SingleObjectMixin

from actions.enums import ActionStatus
from actions.models import Action


class OwnActionMixin(SingleObjectMixin):
    """Find one of the person's own actions; others don't exist here."""

    slug_field = slug_url_kwarg = "uuid"
    # Whether co-carriers find the file here too, and not its carrier's members alone.
    for_co_editors = False

    def get_queryset(self):
        """The actions of the person's organisations, and those they write with others."""
        user = self.request.user
        actions = Action.objects
        own = actions.written_by(user) if self.for_co_editors else actions.carried_by(user)
        return own.for_list().with_gate().prefetch_related("partners", "self_assessments")


class OwnApplicationMixin(OwnActionMixin):
    """Find one's own application before anything else."""

    def dispatch(self, request, *args, **kwargs):
        """Find it; those of others answer 404."""
        self.action = self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)


def say_already_sent(request, action: Action) -> str:
    """Say that an application isn't the carrier's to write any more; return where to go instead."""
    if action.status == ActionStatus.SUBMITTED:
        messages.info(request, "Cette proposition était déjà envoyée.")
        return reverse("actions:receipt", args=[action.uuid])
    messages.info(request, "Ce dossier n’est plus modifiable.")
    return action.get_space_url()
