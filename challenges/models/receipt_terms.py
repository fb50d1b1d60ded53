"""What the law asks a receipt to say, as staff word it for one programme.

CRPA, articles L112-3, L114-5, L231-4 and R112-5: what silence means, from when, and how to appeal.
Until the legal service has confirmed it, staff are reminded of it, and nobody else (rules.md, section 8).
"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from challenges.enums import SilenceMeaning
from challenges.models.programme import Programme
from ess_portal.base.french import NO_BREAK
from ess_portal.base.published import MovesVersion
from ess_portal.base.telephones import LONGEST_NUMBER, validate_telephone

MONTHS_OF_SILENCE = 2
MOST_MONTHS = 24
SUSPENSION = (
    "Si une pièce manque, nous vous la demandons avec une date. Le délai est suspendu jusqu’à ce "
    "que vous l’ayez envoyée, et au plus tard jusqu’à cette date."
)
APPEAL = (
    "Vous pouvez contester une décision, écrite ou née du silence, dans les deux mois : par un "
    "recours gracieux adressé au service ci-dessus, ou devant le tribunal administratif, y compris "
    "par l’application Télérecours citoyens."
)


class ReceiptTerms(models.Model):
    """The receipts of one programme: who is in charge, what silence means, how to appeal."""

    programme = models.OneToOneField(
        Programme, models.CASCADE, related_name="receipt_terms", verbose_name="programme"
    )
    service = models.CharField("service chargé des dossiers", max_length=200, blank=True)
    address = models.CharField("adresse postale", max_length=300, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    phone = models.CharField(
        "téléphone", max_length=LONGEST_NUMBER, blank=True, validators=[validate_telephone]
    )
    months_of_silence = models.PositiveSmallIntegerField(
        "mois de silence",
        default=MONTHS_OF_SILENCE,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MONTHS)],
        help_text="Au bout desquels la demande est réputée rejetée, ou acceptée.",
    )
    silence_means = models.CharField(
        "le silence vaut",
        max_length=20,
        choices=SilenceMeaning,
        default=SilenceMeaning.REJECTION,
        help_text="Rejet, en principe, pour une demande à caractère financier (CRPA, L231-4).",
    )
    seat = models.CharField(
        "siège de la collectivité",
        max_length=300,
        blank=True,
        help_text="Les mentions légales et les accusés de réception le donnent.",
    )
    publication_director = models.CharField(
        "direction de la publication", max_length=200, blank=True
    )
    suspension = models.TextField("suspension du délai", default=SUSPENSION, max_length=1000)
    appeal = models.TextField("voies et délais de recours", default=APPEAL, max_length=2000)
    is_confirmed = models.BooleanField(
        "confirmés par le service juridique",
        default=False,
        help_text="Tant que la case n’est pas cochée, l’accueil de l’administration le rappelle.",
    )

    class Meta:
        verbose_name = "textes légaux et accusés de réception"
        verbose_name_plural = "textes légaux et accusés de réception"
        ordering = ("programme",)
        triggers = (MovesVersion(),)
        constraints = (
            models.CheckConstraint(
                condition=Q(months_of_silence__gte=1, months_of_silence__lte=MOST_MONTHS)
                & Q(silence_means__in=SilenceMeaning.values),
                name="challenges_receiptterms_known_silence",
                violation_error_message="Le silence dure de 1 à 24 mois et vaut rejet ou acceptation.",
            ),
        )

    def __str__(self):
        return f"Accusés de réception – {self.programme}"

    @property
    def contact(self) -> list[str]:
        """The service in charge with its addresses and telephone, as far as they are known."""
        authority = settings.AUTHORITY
        return [
            line
            for line in (
                self.service or authority["name"],
                self.address or self.identity["address"],
                self.email or authority["email"],
                # On one line, wherever it stands.
                self.identity["phone"].replace(" ", NO_BREAK),
            )
            if line
        ]

    @property
    def identity(self) -> dict[str, str]:
        """Seat, telephone and director of the publication, by the names of `settings.AUTHORITY`: as
        staff wrote them on the programme's page, else as the settings say.
        """
        written = {
            "address": self.seat,
            "phone": self.phone,
            "publication_director": self.publication_director,
        }
        return {name: text.strip() or settings.AUTHORITY[name] for name, text in written.items()}

    @property
    def missing(self) -> list[str]:
        """What the law wants said before anybody may propose, and nobody has written yet.

        CRPA, articles R112-5 and R421-5 of the code de justice administrative (how to appeal); law
        2004-575, article 1-1 (who publishes).
        """
        identity = self.identity
        texts = {
            "le siège de la collectivité": identity["address"],
            "le téléphone": identity["phone"],
            "la direction de la publication": identity["publication_director"],
            "la suspension du délai": self.suspension,
            "les voies et délais de recours": self.appeal,
        }
        return [label for label, text in texts.items() if not text.strip()]


def terms_for(programme: Programme | None) -> ReceiptTerms:
    """Return the terms of `programme`, or those by default, which nobody confirmed."""
    written: ReceiptTerms | None = getattr(programme, "receipt_terms", None)
    return written or ReceiptTerms(programme_id=programme and programme.pk)
