"""An amendment: amount, calendar or carrier of a granted action, changed by two people."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models

from actions.models.action import Action
from actions.models.amendment_guarantees import AMENDMENT_CONSTRAINTS, AMENDMENT_TRIGGERS
from actions.models.carrier_guarantees import AMENDMENT_CARRIER_TRIGGERS
from actions.models.published import OF_AN_ACTION_MOVES_VERSION
from actions.models.session_choice_guarantees import RAISED_ALONE
from actions.models.taken_by_two import TakenByTwo
from actions.querysets import AmendmentQuerySet
from actors.models import Organisation
from ess_portal.base.dated import dated
from ess_portal.base.french import euros, long_date


@dataclass(frozen=True)
class AmendmentChange:
    """One thing that an amendment changes, in words."""

    label: str
    old: str
    new: str


class Amendment(TakenByTwo):
    """A change to a granted action. Don't write it directly: call `actions.amendments.services`.

    A `new_*` that is null leaves things as they are; the `old_*` are what the action said when the
    amendment was proposed, and still says when it is confirmed.
    """

    action = models.ForeignKey(
        Action, models.PROTECT, related_name="amendments", verbose_name="action"
    )
    new_amount = models.DecimalField(
        "nouveau montant accordé",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"), "Le montant accordé doit dépasser 0 €.")],
    )
    new_starts_on = models.DateField("nouveau début prévu", null=True, blank=True)
    new_ends_on = models.DateField("nouvelle fin prévue", null=True, blank=True)
    new_carrier = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="nouvelle structure porteuse",
    )
    old_amount = models.DecimalField("montant d’avant", max_digits=12, decimal_places=2)
    old_starts_on = models.DateField("début d’avant", null=True, blank=True)
    old_ends_on = models.DateField("fin d’avant", null=True, blank=True)
    old_carrier = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="structure porteuse d’avant"
    )

    objects = AmendmentQuerySet.as_manager()

    class Meta(TakenByTwo.Meta):
        verbose_name = "avenant"
        constraints = (
            *AMENDMENT_CONSTRAINTS,
            dated(
                "actions_amendment",
                dates=(
                    "old_starts_on",
                    "old_ends_on",
                ),
                instants=(
                    "proposed_at",
                    "confirmed_at",
                    "cancelled_at",
                ),
            ),
        )
        triggers = (
            *AMENDMENT_TRIGGERS,
            *AMENDMENT_CARRIER_TRIGGERS,
            RAISED_ALONE,
            OF_AN_ACTION_MOVES_VERSION,
        )

    def __str__(self):
        return f"Avenant – {self.action}"

    @property
    def raises_the_amount(self) -> bool:
        """Whether it grants more than before."""
        return self.new_amount is not None and self.new_amount > self.old_amount

    @property
    def awaits_council(self) -> bool:
        """Whether its increase is, or will be, proposed to the council: it isn't granted yet.

        Asks a query for each, unless they are read `with_carriers()`.
        """
        if not self.raises_the_amount or self.action.amount_proposed is None:
            return False
        if self.confirmed_at is not None and not self.action.amount_proposed:
            return False  # later decreases left nothing of it
        if not hasattr(self, "is_voted"):
            self.is_voted = self.deliberations.exists()
        return not self.is_voted

    @property
    def changes(self) -> list[AmendmentChange]:
        """What it changes, in words, in the order of the form."""
        said: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
            ("amount", self._amount_label, euros),
            ("starts_on", "Début prévu", long_date),
            ("ends_on", "Fin prévue", long_date),
            ("carrier", "Structure porteuse", str),
        )
        return [
            AmendmentChange(label, "non renseigné" if old is None else say(old), say(new))
            for name, label, say in said
            for old, new in [(getattr(self, f"old_{name}"), getattr(self, f"new_{name}"))]
            if new is not None
        ]

    @property
    def _amount_label(self) -> str:
        if self.awaits_council:
            return "Montant, dont l’augmentation est proposée au conseil"
        if self.action.is_proposed_to_council:
            return "Montant proposé au conseil"
        return "Montant accordé"
