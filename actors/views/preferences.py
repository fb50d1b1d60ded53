"""The preferences of a person."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.views.generic import UpdateView

from actors.forms import PreferencesForm
from actors.models import User
from actors.services import save_preferences


class PreferencesView(UpdateView):
    """One's own name, telephone, and how often the portal writes."""

    form_class = PreferencesForm
    template_name = "actors/preferences.html"

    def get_object(self, queryset=None):
        """Read the account anew: a refused name must not show in the page's header."""
        return User.objects.get(pk=self.request.user.pk)

    def form_valid(self, form):
        save_preferences(user=self.request.user, **form.cleaned_data)
        messages.success(self.request, "Vos préférences sont enregistrées.")
        return HttpResponseRedirect(reverse("actors:preferences"))
