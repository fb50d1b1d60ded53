"""Filters of the list that anybody reads, kept in the address."""

from collections.abc import Collection

import django_filters
from django.db.models import F, Q, QuerySet

from actions.committee.filters import ActionFilter
from actions.committee.queries.finding import found_in
from actions.querysets import AWAITING, LATEST_FIRST, VOTED
from challenges.models import Programme
from ess_portal.base.collation import Folded

# Of an action put aside, the public knows title, carrier and state: a filter on anything else
# would tell more, and so would its count (rules.md, section 6).
REVEALING = frozenset({"defi", "mesure", "commune", "filiere", "programme"})


class PublicActionFilter(ActionFilter):
    """By programme too; nothing filters by what the reader may not know."""

    programme = django_filters.ModelChoiceFilter(
        label="Programme",
        method="by_programme",
        to_field_name="code",
        empty_label="Tous",
        queryset=Programme.objects.published(),
    )

    conseil = django_filters.ChoiceFilter(
        label="Financement",
        method="by_condition",
        empty_label="Tous",
        choices=(("accorde", "Accordé"), ("propose", "Proposé au conseil")),
    )

    facets_if = {"conseil": {"accorde": VOTED, "propose": AWAITING}}
    facet_names = (*ActionFilter.facet_names, "programme", "conseil")
    find = staticmethod(found_in)
    shown_when_several = frozenset({"programme", "conseil"})
    orders = {
        "recentes": ("Les plus récentes d’abord", LATEST_FIRST),
        "titre": ("Titre, de A à Z", (Folded("title"), "pk")),
        "montant": (
            "Montant décidé, du plus grand au plus petit",
            (F("amount_granted").desc(nulls_last=True), "pk"),
        ),
    }

    def narrow(self, queryset: QuerySet, *, without: Collection[str] = ()) -> QuerySet:
        """Leave out what is known in brief only, as soon as a filter would tell more of it."""
        queryset = super().narrow(queryset, without=without)
        if not self.shows_brief(without):
            queryset = queryset.visible_to(self.user, brief=False)
        return queryset

    def shows_brief(self, without):
        """Not once anything tells more of it."""
        return not REVEALING & {*self.chosen, *without}

    def by_programme(self, queryset, name, value):
        """Keep the actions of a programme's measures, and those recorded under its challenges."""
        return queryset.filter(
            Q(measure__challenge__programme=value) | Q(challenge__programme=value)
        )
