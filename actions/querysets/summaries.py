"""Reads of what is counted in advance."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from actions.querysets.visibility import seen_by_role
from actors.models import Visitor

_Summary = TypeVar("_Summary", bound=models.Model)
IS_CLOSED = Q(is_closed=True)


class SummaryQuerySet(models.QuerySet[_Summary]):
    """Words for what is counted in advance."""

    def seen_by(self, user: Visitor, *, brief: bool = True) -> Self:
        """What is counted of actions that `user` may see by their roles alone; what they see as a
        carrier or an evaluator comes on top (`ActionQuerySet.seen_besides`).
        """
        return self.filter(seen_by_role(user, brief=brief, closed=IS_CLOSED))
