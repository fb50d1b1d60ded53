"""What a carrier attaches to its file. The bytes lie outside the database, under a random name."""

import uuid

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from actions.enums import ScanState
from actions.models.action import Action
from actions.models.file_guarantees import ATTACHMENT_TRIGGERS
from actions.querysets import AttachmentQuerySet
from ess_portal.base import antivirus
from ess_portal.base.dated import dated
from ess_portal.base.files.kinds import KINDS, MEGABYTE, MOST_BYTES, Kind

MOST_FILES = 20
MOST_BYTES_IN_ALL = 40 * MEGABYTE
# Of a SHA-256, in hexadecimal digits: what tells two files apart on a page.
SHORT_HASH = 12


class Attachment(models.Model):
    """One file attached to an action. Made and removed by `actions.proposals.services.attachments`, which
    keeps row and file together.

    `uuid` is its address and the name of the kept file; `name` what its sender called it.
    """

    action = models.ForeignKey(
        Action, models.CASCADE, related_name="attachments", verbose_name="action"
    )
    uuid = models.UUIDField("identifiant", default=uuid.uuid4, editable=False)
    name = models.CharField("nom", max_length=150)
    kind = models.CharField(
        "type", max_length=10, choices=[(code, kind.label) for code, kind in KINDS.items()]
    )
    size = models.PositiveIntegerField("taille en octets")
    sha256 = models.CharField(
        "empreinte SHA-256", max_length=64, validators=[RegexValidator(r"^[0-9a-f]{64}\Z")]
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="jointe par"
    )
    uploaded_at = models.DateTimeField("jointe le", auto_now_add=True)
    scan = models.CharField(
        "analyse", max_length=12, choices=ScanState, default=ScanState.NOT_SCANNED
    )
    scanned_at = models.DateTimeField("analysée le", null=True, blank=True)
    scan_after = models.DateTimeField("à analyser après", default=timezone.now)

    # What was left out when it came, in sentences: said once, to who sent it.
    notes: tuple[str, ...] = ()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"
        ordering = ("action_id", "pk")
        indexes = (
            models.Index(
                fields=("scan_after",),
                condition=Q(scan__in=ScanState.WAITING),
                name="actions_attachment_to_scan",
            ),
        )
        triggers = ATTACHMENT_TRIGGERS
        constraints = (
            dated(
                "actions_attachment",
                instants=(
                    "uploaded_at",
                    "scanned_at",
                    "scan_after",
                ),
            ),
            models.UniqueConstraint(
                fields=("uuid",),
                name="actions_attachment_one_per_file",
                violation_error_message="Ce fichier est déjà celui d’une autre pièce jointe.",
            ),
            models.UniqueConstraint(
                fields=("action", "sha256"),
                name="actions_attachment_once_per_action",
                violation_error_message="Ce fichier est déjà joint.",
            ),
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=MOST_BYTES),
                name="actions_attachment_bounded",
                violation_error_message="Un fichier joint pèse de 1 octet à 10 Mo.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(KINDS), sha256__regex=r"^[0-9a-f]{64}$") & ~Q(name=""),
                name="actions_attachment_known_and_named",
                violation_error_message="Une pièce jointe a un nom, un type et une empreinte.",
            ),
            models.CheckConstraint(
                condition=Q(scan__in=ScanState.SETTLED, scanned_at__isnull=False)
                | Q(scan__in=ScanState.WAITING, scanned_at__isnull=True),
                name="actions_attachment_scanned_when_said",
                violation_error_message="Une analyse a une date, et une date suppose une analyse.",
            ),
        )

    def __str__(self):
        return f"{self.name} ({self.sha256[:SHORT_HASH]})"

    def get_absolute_url(self) -> str:
        """Where it is read, by those who may."""
        return reverse("actions:attachment", args=[self.uuid])

    @property
    def is_infected(self) -> bool:
        """Whether the antivirus found something: nobody reads it any more."""
        return self.scan == ScanState.INFECTED

    @property
    def is_available(self) -> bool:
        """Whether others than its carrier may read it: found clean, or no antivirus here."""
        return self.scan == ScanState.CLEAN or (
            self.scan == ScanState.NOT_SCANNED and not antivirus.is_configured()
        )

    @property
    def what(self) -> Kind:
        """The kind of file."""
        return KINDS[self.kind]
