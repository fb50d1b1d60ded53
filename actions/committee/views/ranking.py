"""The committee's ranking, as a list."""

from django.db.models import Q
from django.utils import timezone

from actions.committee.filters import RankingFilter
from actions.committee.queries.choices import CountedInAdvance
from actions.committee.queries.ranking import ranked_rows
from actions.committee.views.access import CommitteeMixin
from actions.enums import ActionStatus
from actions.models import Action
from actions.querysets import TEXTS
from ess_portal.base.pagination import rows_between
from ess_portal.base.views import FilteredListView

# Whoever reads the ranking may read all of it.
DECIDABLE = CountedInAdvance(lambda _brief: Q(status__in=ActionStatus.DECIDABLE))

SHOWN = (
    "reference",
    "title",
    "status",
    "submitted_at",
    "funding_asked",
    "only_commune",
    "only_sector",
    "carrier__name",
    "measure__number",
    "measure__title",
    "measure__challenge__number",
    "measure__challenge__title",
    "grid",
    "gate_quorum_reached",
    "gate_quorum_required",
    "gate_points",
    "gate_max_points",
    "gate_threshold",
    "gate_community_interest",
    "gate_medians",
    "gate_closed_at",
)


class RankingView(CommitteeMixin, FilteredListView):
    """What is evaluated, ranked or grouped, with what blocks it."""

    filterset_class = RankingFilter
    cut = staticmethod(rows_between)
    results_template = "actions/committee/_ranking_results.html"
    nouns = ("Aucune action à décider", "action à décider", "actions à décider")
    is_whole = True
    # What they answer to comes with the measure: no more tables than PostgreSQL joins in any order,
    # so that it begins with the keys of the page.
    queryset = (
        Action.objects.decidable()
        .select_related("carrier", "measure__challenge", "grid")
        .only(*SHOWN)
        .with_disagreement()
    )

    def get_listed(self):
        """Date, as of today, the silence that each file awaits."""
        listed = super().get_listed().with_silence()
        # What extracts are taken from.
        return listed.only(*SHOWN, *TEXTS) if self.filterset.is_searched else listed

    def get_shape(self):
        """Compose the whole ranking once a day: silence is dated as of today."""
        return timezone.localdate() if self.is_whole else None

    def get_filter_options(self):
        """Count the choices in advance where the list is all that can be decided."""
        options = {"user": self.request.user, "states": ActionStatus.DECIDABLE}
        return options | ({"counted": DECIDABLE} if self.is_whole else {})

    def get_searched_texts(self, item):
        """Title, then what an extract may be taken from."""
        return item.title, item.summary, item.description

    def get_rows(self, page) -> list:
        return ranked_rows(page, queryset=self.object_list, grouping=self.filterset.grouping)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"rows": self.get_rows(context["page_obj"])}
