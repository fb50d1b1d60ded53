"""The file as it was each time its carrier sent it, and what changed from one to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.conf import settings
from django.db import models

from actions.models.action import Action
from actions.models.correction import CORRECTABLE_FIELDS
from actions.models.history_guarantees import VERSION_TRIGGERS
from actions.models.words_guarantees import SENT_VERSION
from actors.models import User
from ess_portal.base import french
from ess_portal.base.dated import dated

LONGEST_REASON = 1000  # characters


class ApplicationVersion(models.Model):
    """The file as it was sent, or as an agent corrected it with a `reason`: part → words.

    Made by the workflow and by `note_correction`; retention may empty it.
    """

    action = models.ForeignKey(
        Action, models.CASCADE, related_name="versions", verbose_name="action"
    )
    number = models.PositiveSmallIntegerField("version")
    content = models.JSONField("contenu")
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="envoyée par"
    )
    sent_at = models.DateTimeField("envoyée le", auto_now_add=True)
    # Given when an agent corrects what its carrier sent.
    reason = models.TextField(
        "motif de la correction", max_length=LONGEST_REASON, blank=True, default=""
    )

    class Meta:
        db_table = "actions_fileversion"
        verbose_name = "version du dossier"
        verbose_name_plural = "versions du dossier"
        ordering = ("action_id", "number")
        constraints = (
            dated("actions_fileversion", instants=("sent_at",)),
            models.UniqueConstraint(
                fields=("action", "number"),
                name="actions_fileversion_numbered_once",
                violation_error_message="Cette version du dossier existe déjà.",
            ),
        )
        triggers = (*VERSION_TRIGGERS, SENT_VERSION)

    def __str__(self):
        by = ", corrigée par le service" if self.reason else ""
        return f"Version {self.number} du {french.long_date(self.sent_at)}{by}"


@dataclass(frozen=True)
class Difference:
    """What one sending changed from the one before."""

    version: ApplicationVersion
    changes: list["VersionChange"]


@dataclass(frozen=True)
class VersionChange:
    """One part of the file that isn't what it was."""

    field: str
    old: str
    new: str

    @property
    def label(self) -> str:
        """The part, in the carrier's words."""
        return CORRECTABLE_FIELDS[self.field]


def changes_between(old: dict[str, str], new: dict[str, str]) -> list[VersionChange]:
    """List what differs between two contents, in the order of the form."""
    return [
        VersionChange(field, old.get(field, ""), new.get(field, ""))
        for field in CORRECTABLE_FIELDS
        if old.get(field, "") != new.get(field, "")
    ]


def differences(versions: Sequence[ApplicationVersion]) -> list[Difference]:
    """List what each version but the first changed, in their order."""
    return [
        Difference(new, changes_between(old.content, new.content))
        for old, new in pairwise(versions)
    ]


def record_version(action: Action, *, by: User, reason: str = "") -> ApplicationVersion:
    """Keep the file as it is now, sent by `by`, or corrected by them for a reason; return it."""
    last = action.versions.last()
    return ApplicationVersion.objects.create(
        action=action,
        number=last.number + 1 if last else 1,
        content=content_of(action),
        sent_by=by,
        reason=reason,
    )


def content_of(action: Action) -> dict[str, str]:
    """Say every part of the file in words: what a version keeps and compares."""
    return {
        "carrier": action.carrier_label,
        "title": action.title,
        "summary": action.summary,
        "description": action.description,
        "starts_on": french.long_date(action.starts_on),
        "ends_on": french.long_date(action.ends_on),
        "measure": str(action.measure or ""),
        "communes": french.listed([str(commune) for commune in action.communes.all()]),
        "sectors": french.listed([str(sector) for sector in action.sectors.all()]),
        "partners": _lines([*map(str, action.partners.all()), action.other_partners]),
        "jobs_created": f"{french.number(action.jobs_created, 2)} ETP",
        "jobs_kept": f"{french.number(action.jobs_kept, 2)} ETP",
        "total_cost": _budget(action.total_cost, action.expenses.all()),
        "funding_asked": french.euros(action.funding_asked),
        "own_resources": french.euros(action.own_resources),
        "other_funding": _budget(action.other_funding, action.funders.all()),
        "self_assessments": _lines(
            [
                f"{said.criterion_code} : niveau {said.level}. {said.reason}".strip()
                for said in action.self_assessments.all()
            ]
        ),
        "attachments": _lines([str(attachment) for attachment in action.attachments.all()]),
    }


def _lines(words: list[str]) -> str:
    return "\n".join(filter(None, words))


def _budget(total, lines) -> str:
    return _lines([*map(str, lines), f"Total : {french.euros(total)}"])


def changes_since_sent(action: Action) -> list[VersionChange]:
    """List what changed since the file was last sent; nothing when it never was."""
    last = action.versions.last()
    return [] if last is None else changes_between(last.content, content_of(action))
