"""The life of an action as the dashboard tells it, and the lists that its figures lead to."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from actions.enums import ActionStatus
from actors.models import User
from actors.rules import is_agent, is_evaluator
from challenges.models import Programme
from ess_portal.base.address_words import word_of


@dataclass(frozen=True)
class Stage:
    """One or several statuses under one name.

    `waits` is false once nobody has anything left to do. `limit` is the number of days after
    which the dashboard says that actions wait, None when it never does.
    """

    code: str
    label: str
    statuses: tuple[str, ...]
    waits: bool = True
    limit: int | None = None


EVALUATING = "evaluer"
# In the order they are lived.
STAGES = (
    Stage(
        "instruire",
        "À instruire",
        (ActionStatus.SUBMITTED, ActionStatus.IN_CORRECTION),
        limit=30,
    ),
    Stage(EVALUATING, "En évaluation", (ActionStatus.IN_EVALUATION,)),
    Stage("decider", "À décider", (ActionStatus.EVALUATED,), limit=60),
    Stage("vivier", "En vivier", (ActionStatus.POSTPONED,)),
    Stage("priorisees", "Priorisées", (ActionStatus.PRIORITISED,)),
    Stage("en-cours", "En cours", (ActionStatus.IN_PROGRESS,)),
    Stage("realisees", "Réalisées", (ActionStatus.COMPLETED,), waits=False),
    Stage("abandonnees", "Abandonnées", (ActionStatus.ABANDONED,), waits=False),
    Stage("refus-annonces", "Refus annoncés", (ActionStatus.REFUSAL_ANNOUNCED,), limit=30),
    Stage("refusees", "Refusées", (ActionStatus.DECLINED,), waits=False),
)
STAGES_BEFORE_CLOSING = 2
# What counts as filed: drafts, withdrawn and recorded actions don't.
COUNTED: tuple[str, ...] = tuple(status for stage in STAGES for status in stage.statuses)
# What answers a measure: what was refused or given up doesn't keep the promise.
ANSWERING: tuple[str, ...] = tuple(
    status for status in COUNTED if status not in (*ActionStatus.REFUSED, ActionStatus.ABANDONED)
)


def stages_for(user: User) -> tuple[Stage, ...]:
    """The stages whose actions `user` may see.

    Before the evaluation is closed: agents, and those who carry or evaluate some of them.
    """
    sees_all = is_agent(user) or is_evaluator(user) or bool(user.organisation_ids)
    return STAGES if sees_all else STAGES[STAGES_BEFORE_CLOSING:]


def list_url(statuses: Iterable[str], programme: Programme | None = None, **filters: object) -> str:
    """The address of the list of actions in `statuses`, of `programme`, kept by `filters`.

    `filters` are those of the list: `defi` (a number), `mesure` (a key), `commune` (INSEE code).
    """
    of_programme = [("programme", programme.code)] if programme else []
    query = [
        *((name, str(value)) for name, value in filters.items()),
        *of_programme,
        *(("etat", word_of(ActionStatus(status))) for status in statuses),
    ]
    return f"{reverse('actions:list')}?{urlencode(query)}"
