"""Grants that wait for the council, and what it voted, by raw writes and by the services."""

from decimal import Decimal

from django.utils import timezone

from actions.amendments.services import confirm_amendment, propose_amendment
from actions.models import Amendment, Deliberation
from tests.support.factories import ProgrammeFactory, Story, fresh
from tests.support.sessions import raised

NUMBER = "DEL-2026-112"


def proposed_to_the_council(amount=5000, **columns) -> Story:
    """An action whose grant, of 5,000 € unless said, the council has yet to vote."""
    ProgrammeFactory(requires_deliberation=True)
    return Story(**columns).prioritised(amount)


def note(story: Story, **columns) -> Deliberation:
    """Write that the council voted the grant today, without any check."""
    columns = {
        "action_id": story.action.pk,
        "number": NUMBER,
        "held_on": timezone.localdate(),
        "recorded_by": story.agent,
    } | columns
    return Deliberation.objects.create(**columns)


def change_amount(story: Story, amount: int) -> Amendment:
    """Change the amount granted, by an amendment or in a session; return what was written."""
    story.action.refresh_from_db()
    if amount > story.action.amount_granted:
        raised(story, amount)
        return story.action.amendments.latest("pk")
    amendment = propose_amendment(
        action=story.action,
        by=fresh(story.members[0]),
        reason="Un motif.",
        amount=Decimal(amount),
    )
    confirm_amendment(amendment=amendment, by=fresh(story.members[1]))
    story.action.refresh_from_db()
    amendment.refresh_from_db()
    return amendment
