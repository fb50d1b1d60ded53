"""What one person's dashboard is made over."""

from dataclasses import dataclass

from django.db.models import QuerySet

from actions.models import Action
from actors.models import User
from challenges.models import Challenge, Measure, Programme
from ess_portal.dashboards.statistics.stages import COUNTED, Stage, stages_for


@dataclass(frozen=True)
class Scope:
    """A programme's promise, its actions that the person may see, and the stages they read."""

    programme: Programme
    challenges: list[Challenge]
    measures: list[Measure]
    visible: QuerySet[Action]
    stages: tuple[Stage, ...]

    @classmethod
    def of(cls, user: User, programme: Programme) -> "Scope":
        """What `user` may see of `programme`, so that each figure leads to exactly its list.

        Two queries. The measures' keys, rather than a join, let the planner know how many actions
        there are, and read them in their index alone.
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
        return cls(programme, challenges, measures, visible, stages_for(user))

    @property
    def counted(self) -> QuerySet[Action]:
        """The filed ones, which figures count."""
        return self.visible.filter(status__in=COUNTED)
