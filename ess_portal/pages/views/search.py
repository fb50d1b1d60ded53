"""The search over the whole portal."""

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from ess_portal.base.search import Words
from ess_portal.pages.corrections import corrected
from ess_portal.pages.search import search


@method_decorator(login_not_required, name="dispatch")
class SearchView(TemplateView):
    """What answers the words of the address, by kind."""

    template_name = "pages/search.html"

    def get_context_data(self, **kwargs):
        words = Words.of(self.request.GET)
        groups = search(words, self.request.user) if words else []
        meant = corrected(words) if words and not groups else None
        if meant:
            groups = search(meant, self.request.user)
        return super().get_context_data(
            typed=words.typed,
            meant=meant.typed if meant and groups else "",
            groups=groups,
            count=sum(group.count for group in groups),
            there_are_more=any(group.there_are_more for group in groups),
            **kwargs,
        )
