"""What an agent asked a carrier to complete, and what the carrier made of each part."""

from dataclasses import dataclass
from datetime import date, datetime

from actions.enums import ActionStatus, Step
from actions.models import Action, ApplicationVersion, CorrectionRequest
from actions.models.application_version import (
    VersionChange,
    changes_between,
    changes_since_sent,
    content_of,
)
from actions.models.correction import CORRECTABLE_FIELDS, step_of


@dataclass(frozen=True)
class AskedPart:
    """A part of the file that was asked for; `is_changed` is None where nobody can tell any more.

    That is so once retention has emptied one of the two versions.
    """

    label: str
    step: Step
    is_changed: bool | None


@dataclass(frozen=True)
class Correction:
    """A request for correction, as its carrier reads it; `answered_at` is None while it is open."""

    message: str
    due_on: date
    answered_at: datetime | None
    parts: list[AskedPart]


def correction_of(action: Action) -> Correction | None:
    """Return what the carrier has to complete, or has just completed.

    That is the latest request, while the carrier answers it and until the file goes further.
    """
    if action.status not in (ActionStatus.IN_CORRECTION, ActionStatus.SUBMITTED):
        return None
    asked = action.correction_requests.first()
    if asked is None:
        return None
    versions = list(action.versions.all())
    return Correction(
        message=asked.message,
        due_on=asked.due_on,
        answered_at=asked.answered_at,
        parts=_parts(asked, *_before_and_after(action, asked, versions)),
    )


def other_changes(action: Action) -> list[VersionChange]:
    """List what was corrected besides what the agent asked for; a file attached is never that."""
    asked = action.correction_requests.filter(answered_at=None).first()
    if asked is None:
        return []
    return [change for change in changes_since_sent(action) if not asked.welcomes(change.field)]


def _before_and_after(
    action: Action, asked: CorrectionRequest, versions: list[ApplicationVersion]
) -> tuple[dict[str, str], dict[str, str]]:
    earlier = [version for version in versions if version.sent_at < asked.requested_at]
    before = earlier[-1].content if earlier else {}
    if asked.answered_at is None:
        return before, content_of(action)
    # The first one sent since answers it.
    return before, next((v.content for v in versions[len(earlier) :]), {})


def _parts(
    asked: CorrectionRequest, before: dict[str, str], after: dict[str, str]
) -> list[AskedPart]:
    changed = {change.field for change in changes_between(before, after)}
    return [
        AskedPart(
            label=CORRECTABLE_FIELDS[field],
            step=step_of(field),
            is_changed=field in changed if before and after else None,
        )
        for field in asked.fields
    ]
