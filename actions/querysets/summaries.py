"""Reads of what is counted in advance."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from actions.querysets.visibility import seen_by_role
from actors.models import Visitor

_Summary = TypeVar("_Summary", bound=models.Model)
IS_CLOSED = Q(is_closed=True)


def counts_seen_by(user: Visitor, *, brief: bool) -> Q:
    """Which counts are of actions that `user` may see by their roles alone, as a condition."""
    return seen_by_role(user, brief=brief, closed=IS_CLOSED)


class SummaryQuerySet(models.QuerySet[_Summary]):
    """Words for what is counted in advance."""

    def seen_by(self, user: Visitor, *, brief: bool = True) -> Self:
        """What is counted of actions that `user` may see by their roles alone; what they see as a
        carrier or an evaluator comes on top (`ActionQuerySet.seen_besides`).
        """
        return self.filter(counts_seen_by(user, brief=brief))
