"""One's own action: how its pages find it, for its carrier and for co-carriers."""

from django.views.generic.detail import SingleObjectMixin

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


class OwnFileMixin(OwnActionMixin):
    """Find a file that its carrier is still writing."""

    def dispatch(self, request, *args, **kwargs):
        """Find the file before anything else."""
        self.action = self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)
