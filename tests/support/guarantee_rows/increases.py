"""What must not be done to raise an amount, in the shape of `test_needed.py`'s rows."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from actions.models import Amendment
from tests.support.factories import Story
from tests.support.guarantee_rows.actions import Attempt
from tests.support.guarantee_steps import amend, confirm
from tests.support.refusals import at_commit, by_sql
from tests.support.sessions import HeldSession

REASON = "Davantage."
A_DAY = "2026-03-01T08:00:00Z"


def seconded(story: Story, more: int = 1000) -> HeldSession:
    """A closed session that gives `story` so many euros more, and two people behind it."""
    sitting = HeldSession(stories=[story]).opened()
    sitting.record(sitting.items[0], outcome="increase", amount=more, reason=REASON)
    sitting.close()
    by_sql(sitting.items[0], seconded_by_id=sitting.second.pk)
    return sitting


def proposed(sitting: HeldSession, **columns) -> Amendment:
    """The amendment that it leads to, which nobody confirmed yet."""
    said = {"new_amount": Decimal(6000), "proposed_by": sitting.chair, "reason": REASON}
    columns = said | columns
    return amend(sitting.stories[0], **columns)


def raise_it(sitting: HeldSession) -> Amendment:
    """Everything but the publication."""
    amendment = proposed(sitting)
    confirm(amendment, sitting.second)
    by_sql(sitting.stories[0].action, amount_granted=6000)
    by_sql(sitting.items[0], amendment_id=amendment.pk)
    return amendment


def publish(sitting: HeldSession) -> None:
    by_sql(sitting.items[0], is_open=False)
    by_sql(sitting.session, state="published", published_at=A_DAY)


@dataclass(frozen=True)
class IncreaseAttempt:
    """Something that must not be done once a closed session raises an amount."""

    act: Callable[[HeldSession], object]
    behind: tuple[str, ...] = ()

    def story(self) -> HeldSession:
        """The session, with two people behind its only point."""
        return seconded(Story().prioritised())


def raise_without_publishing(sitting: HeldSession) -> None:
    raise_it(sitting)
    at_commit()


def link_another_decision(sitting: HeldSession) -> None:
    """The decision that granted the action is another point's, or nobody's."""
    by_sql(sitting.items[0], decision_id=sitting.stories[0].action.decisions.get().pk)


ON_INCREASES = {
    "actions_agendaitem_leads_to_its_own": IncreaseAttempt(link_another_decision),
    "actions_amendment_raised_in_a_session": Attempt(
        "prioritised", lambda story: amend(story, new_amount=Decimal(6000))
    ),
    "actions_amendment_published_with_its_session": IncreaseAttempt(
        raise_without_publishing, behind=("actions_agendaitem_leads_to_what_is_published",)
    ),
}
