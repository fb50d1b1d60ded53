"""Transitions applied, refused, and read again in the history."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from actions.committee.services.decisions import (
    propose_decision,
    reply_to_refusal,
)
from actions.workflow import apply_transition
from ess_portal.base.refusals import Refused
from tests.support.factories import (
    OrganisationFactory,
    Story,
    fresh,
)

MEMBER = "un membre de la structure porteuse"


def refusals(step) -> list[str]:
    """What `step` is refused with; nothing when it gets through. Nothing of it stays."""
    try:
        with transaction.atomic():
            step()
            transaction.set_rollback(True)
    except Refused as refused:
        return refused.reasons
    return []


def story_at(place: str) -> Story:
    story = getattr(Story(partners=[OrganisationFactory()]), place)()
    if place in ("inadmissible", "refusal_announced"):
        reply_to_refusal(action=story.action, by=fresh(story.manager), text="Nous répondons.")
    return story


def apply(story: Story, transition: str, user) -> None:
    """Apply a transition with everything that it needs."""
    details = {"fields": ["title"], "due_on": timezone.localdate() + timedelta(days=5)}
    details["public_reason"] = "Pour tous."
    story.action.refresh_from_db()
    apply_transition(story.action, transition, by=fresh(user), comment="Un motif.", details=details)


def decision(story: Story, kind: str, user):
    """Propose a decision with everything that it needs."""
    return propose_decision(
        action=story.action,
        kind=kind,
        by=fresh(user),
        reason="Un motif.",
        amount=5000,
        appeal_on=timezone.localdate(),
    )


# --- What is written ---------------------------------------------------------------------------


def history(story: Story) -> list[tuple]:
    """Every event of an action, in order."""
    return list(
        story.action.events.order_by("pk").values_list(
            "transition", "from_status", "to_status", "by", "confirmed_by", "entered_by"
        )
    )
