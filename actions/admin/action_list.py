"""How the administration's list of actions is read: keys of a page first, then what it shows."""

from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum

from actions.models import Action, ActionTotal
from ess_portal.base.pagination import CountedKeysFirstPaginator, KeysFirstPaginator

# Of the fifty columns of an action, and of what it leads to.
SHOWN = (
    "reference",
    "title",
    "status",
    "submitted_at",
    "amount_granted",
    "amount_proposed",
    "carrier__name",
    "measure__number",
    "measure__challenge__number",
)


def paginator_of(queryset: QuerySet[Action], per_page: int) -> Paginator:
    """Return the pages of a list; the number of all actions is read where it is kept (decision 37).

    Drafts aren't counted there.
    """
    if queryset.query.where:
        return KeysFirstPaginator(queryset, per_page)
    filed = ActionTotal.objects.aggregate(number=Sum("actions"))["number"] or 0
    drafts = Action.objects.filter(reference=None).count()
    return CountedKeysFirstPaginator(queryset, per_page, count=filed + drafts)
