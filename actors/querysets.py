"""Reads of actors."""

from django.db import models

from ess_portal.base.collation import Folded


class OrganisationQuerySet(models.QuerySet):
    """Words for organisations."""

    def published(self):
        """Organisations that anybody may see."""
        return self.filter(is_published=True)

    def for_list(self):
        """What a list of organisations shows, in a constant number of queries."""
        queryset = self.select_related("commune").prefetch_related("sectors")
        return queryset.order_by(Folded("name"), "pk")
