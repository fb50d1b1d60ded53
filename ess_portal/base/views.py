"""What lists have in common."""

from django.views.generic import ListView


class FilteredListView(ListView):
    """A paginated list whose filters live in the address.

    Give `filterset_class`; templates find `filter`, `filter_query` (the current filters as a
    query string, to carry over to other pages) and Django's own pagination.
    """

    paginate_by = 20
    filterset_class = None

    def get_queryset(self):
        """Filter by what the address says; what makes no sense there filters nothing."""
        self.filterset = self.filterset_class(
            self.request.GET, queryset=super().get_queryset(), **self.get_filter_options()
        )
        return self.filterset.qs

    def get_filter_options(self) -> dict:
        """Give what else the filters need to know."""
        return {}

    def get_context_data(self, **kwargs):
        """Give the filter form and its query string."""
        query = self.request.GET.copy()
        query.pop("page", None)
        for name in [name for name in query if not any(query.getlist(name))]:
            del query[name]
        return super().get_context_data(
            filter=self.filterset, filter_query=query.urlencode(), **kwargs
        )
