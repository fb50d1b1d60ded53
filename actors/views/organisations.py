"""Public pages of organisations."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponsePermanentRedirect
from django.utils.decorators import method_decorator
from django.views.generic import DetailView

from actors.filters import OrganisationFilter
from actors.models import Organisation
from ess_portal.base.kept_pages import kept
from ess_portal.base.views import FilteredListView

ACTIONS_A_PAGE = 20


@method_decorator(
    [login_not_required, kept(*OrganisationFilter.parameters_to_keep())], name="dispatch"
)
class OrganisationListView(FilteredListView):
    """Published organisations."""

    filterset_class = OrganisationFilter
    template_name = "actors/organisation_list.html"
    results_template = "actors/_organisation_results.html"
    nouns = ("Aucune structure", "structure", "structures")

    def get_listed(self):
        # What extracts are taken from.
        texts = ("activity", "key_figures") if self.filterset.is_searched else ()
        return Organisation.objects.published().for_cards(*texts)

    def get_shape(self):
        """Compose it once: all see the same."""
        return "anybody"

    def get_searched_texts(self, item):
        """Give the name, then what tells of it."""
        return item.name, item.description, item.activity, item.key_figures


@method_decorator([login_not_required, kept("page")], name="dispatch")
class OrganisationView(DetailView):
    """A published organisation, or one's own."""

    template_name = "actors/organisation_detail.html"

    def get(self, request, *args, **kwargs):
        """Lead from an organisation that was merged to the one it is, if that one may be seen."""
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            became = Organisation.objects.filter(slug=kwargs["slug"]).first()
            while became is not None and became.merged_into_id is not None:
                became = became.merged_into
            if became is None or became.slug == kwargs["slug"] or not became.is_published:
                raise
            return HttpResponsePermanentRedirect(became.get_absolute_url())

    def get_queryset(self):
        """Published organisations, and those the person belongs to."""
        queryset = Organisation.objects.published()
        if self.request.user.is_authenticated:
            queryset |= Organisation.objects.filter(pk__in=self.request.user.organisation_ids)
        return queryset.for_list()

    def get_context_data(self, **kwargs):
        # Through the relation: organisations don't know the app of actions.
        actions = self.object.carried_actions.announced().for_rows().latest_first()
        page = Paginator(actions, ACTIONS_A_PAGE).get_page(self.request.GET.get("page"))
        user = self.request.user
        is_own = user.is_authenticated and self.object.pk in user.organisation_ids
        return super().get_context_data(page_obj=page, is_own=is_own, **kwargs)
