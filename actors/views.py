"""Public pages of organisations, and the preferences of a person."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import DetailView, UpdateView

from actors.filters import OrganisationFilter
from actors.forms import PreferencesForm
from actors.models import Organisation, User
from actors.services import save_preferences
from ess_portal.base.views import FilteredListView

ACTIONS_A_PAGE = 20


@method_decorator(login_not_required, name="dispatch")
class OrganisationListView(FilteredListView):
    """Published organisations."""

    queryset = Organisation.objects.published().for_list()
    filterset_class = OrganisationFilter
    template_name = "actors/organisation_list.html"
    results_template = "actors/_organisation_results.html"
    nouns = ("Aucune structure", "structure", "structures")

    def get_searched_texts(self, item):
        """Give the name, then what tells of it."""
        return item.name, item.description, item.activity, item.key_figures


@method_decorator(login_not_required, name="dispatch")
class OrganisationView(DetailView):
    """A published organisation, or one's own."""

    template_name = "actors/organisation_detail.html"

    def get_queryset(self):
        """Published organisations, and those the person belongs to."""
        queryset = Organisation.objects.published()
        if self.request.user.is_authenticated:
            queryset |= Organisation.objects.filter(pk__in=self.request.user.organisation_ids)
        return queryset.for_list()

    def get_context_data(self, **kwargs):
        """Give the actions it carries that anybody may know of."""
        # Through the relation: organisations don't know the app of actions.
        actions = self.object.carried_actions.announced().for_rows().latest_first()
        page = Paginator(actions, ACTIONS_A_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(page_obj=page, **kwargs)


class PreferencesView(UpdateView):
    """One's own name, telephone, and how often the portal writes."""

    form_class = PreferencesForm
    template_name = "actors/preferences.html"

    def get_object(self, queryset=None):
        """Read the account anew: a refused name must not show in the page's header."""
        return User.objects.get(pk=self.request.user.pk)

    def form_valid(self, form):
        """Keep them, and show them again."""
        save_preferences(user=self.request.user, **form.cleaned_data)
        messages.success(self.request, "Vos préférences sont enregistrées.")
        return HttpResponseRedirect(reverse("actors:preferences"))
