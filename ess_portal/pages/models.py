"""Messages left on the contact page."""

from django.db import models

from ess_portal.base.dated import dated
from ess_portal.base.plain_names import validate_no_link


class ContactMessage(models.Model):
    """A message to the agglomeration, kept in case the mail doesn't arrive."""

    name = models.CharField("prénom et nom", max_length=150, validators=[validate_no_link])
    email = models.EmailField("adresse électronique", max_length=254)
    subject = models.CharField("objet", max_length=150, validators=[validate_no_link])
    message = models.TextField("message", max_length=5000)
    created_at = models.DateTimeField("reçu le", auto_now_add=True)
    answered = models.BooleanField("répondu", default=False)
    note = models.TextField(
        "note interne",
        max_length=2000,
        blank=True,
        help_text="Ce qui a été répondu, par qui, ce qui reste à faire. Lue des agents seuls.",
    )

    class Meta:
        verbose_name = "message de contact"
        verbose_name_plural = "messages de contact"
        ordering = ("-created_at", "-pk")
        constraints = (dated("pages_contactmessage", instants=("created_at",)),)

    def __str__(self):
        return self.subject
