"""The outbox: a mail is a row written in the transaction of what it tells."""

from datetime import timedelta

from django.db import models
from django.utils import timezone


class OutgoingMailQuerySet(models.QuerySet):
    """Words of the outbox."""

    def due(self, at=None):
        """Mails that the worker should try at the instant `at` (default: now)."""
        return self.filter(sent_at=None, next_attempt_at__lte=at or timezone.now())


class OutgoingMail(models.Model):
    """One mail to one person. Don't create it directly: call `ess_portal.base.mail.enqueue`."""

    recipient = models.EmailField("destinataire", max_length=254)
    subject = models.CharField("objet", max_length=200)
    body = models.TextField("texte", blank=True)
    # A sign-in code is a secret: its text goes as soon as it is sent.
    secret = models.BooleanField("texte effacé après envoi", default=False)
    created_at = models.DateTimeField("écrit le", auto_now_add=True)
    next_attempt_at = models.DateTimeField("prochain essai", default=timezone.now)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
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
        )

    def __str__(self):
        return f"{self.subject} → {self.recipient}"

    def postpone(self, error: Exception) -> None:
        """Note a failure and set the next try: 1, 2, 4… minutes later, six hours at most."""
        self.attempts += 1
        self.last_error = f"{type(error).__name__} : {error}"[:500]
        pause = timedelta(minutes=min(2 ** (self.attempts - 1), 360))
        self.next_attempt_at = timezone.now() + pause

    def mark_sent(self) -> None:
        """Note the success, and erase a secret text."""
        self.attempts += 1
        self.sent_at = timezone.now()
        self.last_error = ""
        if self.secret:
            self.body = ""
