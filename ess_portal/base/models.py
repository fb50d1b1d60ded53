"""The outbox: a mail is a row of the transaction it tells of. Forms sent already. Accesses.
Synonyms of the search. The version of what is published.
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Length, Now
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from ess_portal.base.access_record_guarantees import KEPT_A_YEAR
from ess_portal.base.dated import dated
from ess_portal.base.folding import folded_words
from ess_portal.base.sealing import unseal

# With the pauses of `OutgoingMail.note_failure`: nearly three days.
MOST_ATTEMPTS = 20
LONGEST_ATTACHMENT = 20_000  # letters: a calendar file has a thousand
FEWEST_SYNONYMS = 2


class Pace(models.TextChoices):
    """How soon a mail leaves."""

    AT_ONCE = "at_once", "aussitôt"
    HOURLY = "hourly", "au plus un par heure sur le même sujet"
    DAILY = "daily", "dans le courriel du jour"


class OutgoingMailQuerySet(models.QuerySet):
    """Words of the outbox."""

    def due(self, at=None):
        """Mails that the worker should try at the instant `at` (default: now)."""
        return self.waiting().filter(next_attempt_at__lte=at or timezone.now())

    def waiting(self):
        """Mails that the worker has yet to send, tried or not."""
        return self.filter(sent_at=None, given_up_at=None)

    def failing(self):
        """Mails tried in vain, which will be tried again."""
        return self.waiting().filter(attempts__gt=0)

    def given_up(self):
        """Mails that will leave only if staff say so."""
        return self.filter(sent_at=None, given_up_at__isnull=False)

    @transaction.atomic
    def try_again(self) -> int:
        """Make the mails that failed due, those given up included; return how many.

        One whose text was erased has nothing to say any more, and one that a worker is trying
        at this moment needn't be asked for.
        """
        failed = self.filter(Q(attempts__gt=0) | Q(given_up_at__isnull=False), sent_at=None)
        failed = failed.exclude(body="").order_by().select_for_update(skip_locked=True)
        keys = list(failed.values_list("pk", flat=True))
        return self.model.objects.filter(pk__in=keys).update(
            next_attempt_at=timezone.now(),
            attempts=Case(When(given_up_at=None, then=F("attempts")), default=Value(0)),
            given_up_at=None,
        )


class OutgoingMail(models.Model):
    """One mail to one person. Don't create it directly: call `ess_portal.base.mail.enqueue`."""

    recipient = models.EmailField("destinataire", max_length=254)
    subject = models.CharField("objet", max_length=200)
    body = models.TextField("texte", blank=True)
    # A sign-in code is a secret: its text is sealed, and goes as soon as it is sent or given up.
    secret = models.BooleanField("texte effacé après envoi", default=False)
    # What it tells of, in the words of who wrote it: nothing here knows what an action is.
    topic = models.CharField("sujet", max_length=64, blank=True)
    pace = models.CharField("rythme", max_length=10, choices=Pace, default=Pace.AT_ONCE)
    reply_to = models.EmailField("répondre à", max_length=254, blank=True)
    # A small text that mail programs open by themselves, as a calendar file; erased with the body.
    attachment_name = models.CharField("fichier joint", max_length=100, blank=True)
    attachment_type = models.CharField("nature du fichier joint", max_length=100, blank=True)
    attachment = models.TextField("contenu du fichier joint", blank=True)
    created_at = models.DateTimeField("écrit le", auto_now_add=True)
    next_attempt_at = models.DateTimeField("prochain essai", default=timezone.now)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    given_up_at = models.DateTimeField("abandonné le", null=True, blank=True)
    last_error = models.CharField("dernière erreur", max_length=500, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        verbose_name_plural = "courriels"
        ordering = ("-created_at", "-pk")
        indexes = (
            models.Index(
                fields=("next_attempt_at",),
                condition=models.Q(sent_at=None),
                name="base_outgoingmail_due",
            ),
            models.Index(fields=("recipient", "topic"), name="base_outgoingmail_topic"),
        )
        constraints = (
            dated(
                "base_outgoingmail",
                instants=(
                    "created_at",
                    "next_attempt_at",
                    "sent_at",
                    "given_up_at",
                ),
            ),
            models.CheckConstraint(
                condition=Q(pace__in=Pace.values),
                name="base_outgoingmail_known_pace",
                violation_error_message="Choisissez un rythme dans la liste.",
            ),
            # Without one, everything a person is told would wait for everything else.
            models.CheckConstraint(
                condition=~Q(pace=Pace.HOURLY) | ~Q(topic=""),
                name="base_outgoingmail_hourly_topic",
                violation_error_message="Un courriel au plus par heure demande un sujet.",
            ),
            models.CheckConstraint(
                condition=Q(reply_to="") | Q(pace=Pace.AT_ONCE),
                name="base_outgoingmail_reply_to_alone",
                violation_error_message="Un courriel auquel on répond ailleurs part seul.",
            ),
            models.CheckConstraint(
                condition=Q(attachment_name="", attachment_type="", attachment="")
                | (
                    Q(pace=Pace.AT_ONCE, secret=False)
                    & ~Q(attachment_name="")
                    & ~Q(attachment_type="")
                ),
                name="base_outgoingmail_attachment_alone",
                violation_error_message="Un fichier se joint, avec son nom et sa nature, à un "
                "courriel qui part seul et n’a rien de secret.",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("attachment"), LONGEST_ATTACHMENT),
                name="base_outgoingmail_attachment_small",
                violation_error_message="Le fichier joint est trop lourd pour un courriel.",
            ),
            # One more would be more than the column holds: the worker would stop there, before
            # everything that waits behind.
            models.CheckConstraint(
                condition=Q(attempts__lt=MOST_ATTEMPTS)
                | Q(attempts=MOST_ATTEMPTS)
                & (Q(sent_at__isnull=False) | Q(given_up_at__isnull=False)),
                name="base_outgoingmail_tried_so_often",
                violation_error_message="Un courriel essayé trop souvent est abandonné.",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(given_up_at=None),
                name="base_outgoingmail_sent_or_given_up",
                violation_error_message="Un courriel envoyé n’est pas abandonné.",
            ),
        )

    def __str__(self):
        return f"{self.subject} → {self.recipient}"

    @property
    def state(self) -> str:
        """Where it is, in a word."""
        if self.sent_at:
            return "envoyé"
        if self.given_up_at:
            return "abandonné"
        return "en échec" if self.attempts else "en attente"

    @property
    def text(self) -> str:
        """What its reader gets. Raises `InvalidToken` for one sealed with a key that is no more."""
        return unseal(self.body) if self.secret and self.body else self.body

    @property
    def can_be_tried_again(self) -> bool:
        """Tell whether staff may ask for another try (see `try_again`)."""
        return self.state in ("en échec", "abandonné") and bool(self.body)

    def note_failure(self, error: str, *, final: bool = False) -> None:
        """Note a failure and set the next try: 1, 2, 4… minutes later, six hours at most.

        After `MOST_ATTEMPTS`, or when the failure is `final`, the mail is given up.
        """
        self.attempts += 1
        self.last_error = error[:500]
        now = timezone.now()
        if final or self.attempts >= MOST_ATTEMPTS:
            self.given_up_at = now
            self._erase_secret()
        else:
            self.next_attempt_at = now + timedelta(minutes=min(2 ** (self.attempts - 1), 360))

    def mark_sent(self) -> None:
        """Note the success, and erase a secret text."""
        self.attempts += 1
        self.sent_at = timezone.now()
        self.last_error = ""
        self._erase_secret()

    def _erase_secret(self) -> None:
        if self.secret:
            self.body = ""


class SentForm(models.Model):
    """A form that was sent and answered. Written by `ess_portal.base.sent_forms`."""

    page = models.CharField("empreinte de la page et de la personne", max_length=64)
    key = models.UUIDField("clé")
    content = models.CharField("empreinte des réponses", max_length=64)
    address = models.TextField("adresse qui suit")
    said = models.TextField("message")
    created_at = models.DateTimeField("envoyé le", auto_now_add=True)

    class Meta:
        verbose_name = "formulaire envoyé"
        verbose_name_plural = "formulaires envoyés"
        ordering = ("pk",)
        constraints = (
            dated("base_sentform", instants=("created_at",)),
            models.UniqueConstraint(
                fields=("page", "key"),
                name="base_sentform_once",
                violation_error_message="Ce formulaire a déjà été envoyé.",
            ),
        )

    def __str__(self):
        return str(self.key)


class AccessKind(models.TextChoices):
    """What somebody did that a later question may be about."""

    SIGNED_IN = "signed_in", "connexion"
    SIGN_IN_REFUSED = "sign_in_refused", "connexion refusée"
    ACCESS_REFUSED = "access_refused", "accès refusé"
    EXPORTED = "exported", "export"
    DOWNLOADED = "downloaded", "téléchargement"


class AccessRecord(models.Model):
    """One line of the register of accesses. Call `ess_portal.base.access_records.note`.

    `person` is the number of an account, which says no name and outlives the account.
    """

    at = models.DateTimeField("le", db_default=Now(), editable=False)
    kind = models.CharField("nature", max_length=20, choices=AccessKind)
    person = models.PositiveBigIntegerField("numéro du compte", null=True, blank=True)
    subject = models.CharField("objet", max_length=200, blank=True)

    class Meta:
        verbose_name = "accès"
        verbose_name_plural = "journal des accès"
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=("-at", "-id"), name="base_accessrecord_latest"),
            models.Index(fields=("person", "-at"), name="base_accessrecord_of_a_person"),
        )
        constraints = (
            dated("base_accessrecord", instants=("at",)),
            models.CheckConstraint(
                condition=Q(kind__in=AccessKind.values),
                name="base_accessrecord_known_kind",
                violation_error_message="Choisissez une nature d’accès dans la liste.",
            ),
        )
        triggers = (KEPT_A_YEAR,)

    def __str__(self):
        return f"{self.get_kind_display()} {self.subject}".strip()


def validate_synonyms(value: str) -> None:
    """Refuse fewer than two words of the same meaning. Raises `ValidationError`."""
    if len({folded_words(one) for one in value.split(",")} - {()}) < FEWEST_SYNONYMS:
        raise ValidationError(
            "Donnez au moins deux mots de même sens, séparés par des virgules :"
            " « recyclerie, ressourcerie »."
        )


class SearchSynonymsQuerySet(models.QuerySet):
    """Words of the synonyms."""

    def folded(self) -> list[list[tuple[str, ...]]]:
        """Each group, as the words of each of its expressions, folded as the search folds."""
        groups = self.values_list("words", flat=True)
        return [
            [words for one in group.split(",") if (words := folded_words(one))] for group in groups
        ]


class SearchSynonyms(models.Model):
    """Words that mean the same: whoever looks for one of them finds the others too.

    An expression of several words is found by its synonyms, but leads to none of them.
    """

    words = models.CharField(
        "mots de même sens",
        max_length=300,
        unique=True,
        validators=[validate_synonyms],
        help_text="Séparés par des virgules. Qui cherche l’un trouve aussi les autres.",
    )

    objects = SearchSynonymsQuerySet.as_manager()

    class Meta:
        verbose_name = "synonymes de la recherche"
        verbose_name_plural = "synonymes de la recherche"
        ordering = ("words",)

    def __str__(self):
        return self.words


class KeptByDatabase(models.Model):
    """Rows that nobody writes but the database: the web's role may read them (web_role.py)."""

    kept_by_database = True

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"


class PublishedVersion(KeptByDatabase):
    """The one version of everything that anybody may read: see ess_portal/base/published.py."""

    version = models.UUIDField("version")

    class Meta(KeptByDatabase.Meta):
        verbose_name = "version de ce qui est publié"
        verbose_name_plural = "versions de ce qui est publié"


class Publication(KeptByDatabase):
    """A transaction that changes what is published: gone once it has moved the version."""

    transaction = models.BigIntegerField("transaction", unique=True)

    class Meta(KeptByDatabase.Meta):
        verbose_name = "publication"
