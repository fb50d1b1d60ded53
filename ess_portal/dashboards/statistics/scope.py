"""What one person's dashboard is made over."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from actions.models import Action, Tally
from actions.querysets import may_have_filed
from actors.models import User
from challenges.models import Challenge, Measure, Programme
from ess_portal.dashboards.statistics.stages import COUNTED, Stage, stages_for


@dataclass(frozen=True)
class Scope:
    """A programme's promise, its actions that the person may see, and the stages they read."""

    user: User
    programme: Programme
    challenges: list[Challenge]
    measures: list[Measure]
    visible: QuerySet[Action]
    stages: tuple[Stage, ...]

    @classmethod
    def of(cls, user: User, programme: Programme) -> "Scope":
        """What `user` may see of `programme`, so that each figure leads to exactly its list.

        Two queries.
        """
        challenges = list(programme.challenges.order_by("number"))
        by_key = {challenge.pk: challenge for challenge in challenges}
        measures = list(
            Measure.objects.filter(challenge__in=challenges).order_by("challenge__number", "number")
        )
        for measure in measures:
            measure.challenge = by_key[measure.challenge_id]
        # Of a programme without measures yet, the key of none: of nothing there would be no SQL.
        keys = [measure.pk for measure in measures] or [0]
        visible = Action.objects.visible_to(user).filter(measure__in=keys)
        return cls(user, programme, challenges, measures, visible, stages_for(user))

    def summed(self, summaries: Any) -> QuerySet[Any]:
        """What is counted in advance of the filed ones that the person sees by their roles."""
        seen: QuerySet[Any, Any] = summaries.objects.seen_by(self.user)
        # Of a programme without challenges yet, the key of none: of nothing there would be no SQL.
        keys = [challenge.pk for challenge in self.challenges] or [0]
        return seen.filter(challenge__in=keys, status__in=COUNTED)

    @cached_property
    def besides(self) -> QuerySet[Tally] | None:
        """What is counted of each filed one that they see besides, as a carrier; None where there
        is none: one query, of who may have any.
        """
        if not may_have_filed(self.user):
            return None
        mine = Action.objects.seen_besides(self.user).filter(
            measure__in=[measure.pk for measure in self.measures], status__in=COUNTED
        )
        keys = list(mine.order_by().values_list("pk", flat=True))
        return Tally.objects.filter(action__in=keys) if keys else None
