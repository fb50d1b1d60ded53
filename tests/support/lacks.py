"""What a transition lacks, in the sentences of the guards."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from actions.models import Action
from actions.workflow import apply_transition
from ess_portal.base.refusals import Refused
from tests.support.factories import Story, fresh

NOTHING_WAITS = ["Aucune décision n’attend d’être confirmée."]


def refusals(story: Story, transition: str, by, **options) -> list[str]:
    """What a transition is refused with; nothing when it gets through. Nothing of it stays."""
    story.action = Action.objects.get(pk=story.action.pk)
    try:
        with transaction.atomic():
            apply_transition(story.action, transition, by=fresh(by), **options)
            transaction.set_rollback(True)
    except Refused as refused:
        return refused.reasons
    finally:
        story.action = Action.objects.get(pk=story.action.pk)
    return []


def today(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days=days)


def reasons_of(step) -> list[str]:
    try:
        with transaction.atomic():
            step()
            transaction.set_rollback(True)
    except Refused as refused:
        return refused.reasons
    return []
