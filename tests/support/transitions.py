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
from tests.support.announced import asked_days_ago
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


def overdue(story: Story) -> Story:
    """Sent back with a date that is past: the request was made in time."""
    story.in_correction()
    asked_days_ago(story.action, 11)
    return story


def incomplete(story: Story) -> Story:
    """Refused, it is announced, because nothing came before the date."""
    return overdue(story).apply("announce_refusal", story.agent, comment="Incomplet.")


def declined_incomplete(story: Story) -> Story:
    """Refused for good because it wasn't completed; the carrier's reply was answered."""
    incomplete(story)
    reply_to_refusal(action=story.action, by=fresh(story.manager), text="Nous répondons.")
    return story.apply("confirm_refusal", story.agent, comment="Non.")


FURTHER = {"overdue": overdue, "incomplete": incomplete}


def story_at(place: str) -> Story:
    story = Story(partners=[OrganisationFactory()])
    if place in FURTHER:
        FURTHER[place](story)
    else:
        getattr(story, place)()
    if place in ("inadmissible", "incomplete", "refusal_announced"):
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
