"""An action: proposed by a carrier, judged on the grid, decided by the committee, then done."""

import uuid
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from rules.contrib.models import RulesModelBase, RulesModelMixin

from actions.enums import ActionStatus
from actions.models.action_guarantees import ACTION_CONSTRAINTS, ACTION_TRIGGERS
from actions.models.action_indexes import ACTION_INDEXES
from actions.models.carrier_guarantees import CARRIER_TRIGGERS
from actions.models.correction_answer_guarantees import FILING_DATED
from actions.models.counted import ACTION_IS_COUNTED, WAITS_SINCE
from actions.models.deliberation_guarantees import PROPOSED_CONSTRAINTS, PROPOSED_TRIGGERS
from actions.models.file_guarantees import FILE_CONSTRAINTS, REPORT_IS_KEPT
from actions.models.funding_plan import FundingPlan
from actions.models.gate_snapshot import GateSnapshot
from actions.models.groups import IS_GROUPED, Grouped
from actions.models.published import ACTION_MOVES_VERSION
from actions.querysets import ActionQuerySet
from actors.enums import Role
from actors.models import Commune, MembershipClaim, Organisation, Sector, User
from actors.rules import is_agent
from challenges.models import Challenge, Measure, Programme
from ess_portal.base.checks import ChecksTogether
from ess_portal.base.dated import dated
from ess_portal.base.french import plural
from ess_portal.base.plain_names import validate_title
from ess_portal.base.search import search_column

UNTITLED = "Brouillon sans titre"
JOBS = {"max_digits": 7, "decimal_places": 2, "default": 0, "validators": [MinValueValidator(0)]}


class Action(
    ChecksTogether, RulesModelMixin, FundingPlan, GateSnapshot, Grouped, metaclass=RulesModelBase
):
    """One action. Never set `status`, `reference`, the `gate_*` snapshot or the decision
    columns directly: call `actions.workflow.apply_transition`.
    """

    uuid = models.UUIDField("identifiant", default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(
        "référence", max_length=20, unique=True, null=True, blank=True, editable=False
    )
    status = models.CharField(
        "état", max_length=20, choices=ActionStatus, default=ActionStatus.DRAFT, editable=False
    )
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name="programme",
    )
    carrier = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="carried_actions",
        verbose_name="structure porteuse",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="created_actions",
        verbose_name="saisie par",
    )

    # A draft is kept before it has a title.
    title = models.CharField(
        "titre de l’action", max_length=150, blank=True, validators=[validate_title]
    )
    summary = models.CharField("résumé", max_length=400, blank=True)
    description = models.TextField("description", max_length=10_000, blank=True)
    measure = models.ForeignKey(
        Measure,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name="mesure",
    )
    communes = models.ManyToManyField(
        Commune, blank=True, related_name="actions", verbose_name="communes"
    )
    sectors = models.ManyToManyField(
        Sector, blank=True, related_name="actions", verbose_name="filières"
    )
    partners = models.ManyToManyField(
        Organisation,
        blank=True,
        related_name="partnered_actions",
        verbose_name="structures partenaires",
    )
    other_partners = models.CharField("autres partenaires", max_length=400, blank=True)

    jobs_created = models.DecimalField("emplois créés (ETP)", **JOBS)
    jobs_kept = models.DecimalField("emplois maintenus (ETP)", **JOBS)

    certifies_accuracy = models.BooleanField("exactitude certifiée", default=False)
    accepts_terms = models.BooleanField("conditions acceptées", default=False)
    signs_contract = models.BooleanField("contrat d’engagement républicain signé", default=False)
    received_on_paper = models.DateField("reçue sur papier le", null=True, blank=True)

    created_at = models.DateTimeField("créée le", auto_now_add=True)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)
    draft_reminded_at = models.DateTimeField("rappel envoyé le", null=True, editable=False)
    deletion_announced_at = models.DateTimeField(
        "suppression annoncée le", null=True, editable=False
    )
    submitted_at = models.DateTimeField("déposée le", null=True, blank=True, editable=False)
    started_at = models.DateTimeField("commencée le", null=True, blank=True, editable=False)
    # The instant of the last change of state. Written by the database.
    waiting_since = models.DateTimeField("dans cet état depuis", null=True, editable=False)
    refused_from = models.CharField(
        "refusée depuis l’état", max_length=20, blank=True, editable=False
    )
    final_report = models.TextField("bilan final", blank=True)

    amount_granted = models.DecimalField(
        "montant accordé", max_digits=12, decimal_places=2, null=True, blank=True, editable=False
    )
    # Of it, what the council has yet to vote; null where it needn't. Written by the database.
    amount_proposed = models.DecimalField(
        "dont proposé au conseil",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        editable=False,
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="décision proposée par",
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="décision confirmée par",
    )

    # Recorded actions only: what is known of them from before the portal.
    challenge = models.ForeignKey(
        Challenge,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recorded_actions",
        verbose_name="défi",
    )
    challenge_is_proposed = models.BooleanField("rattachement proposé", default=False)
    carrier_name = models.CharField("porteur selon la source", max_length=200, blank=True)
    recorded_year = models.PositiveSmallIntegerField("année", null=True, blank=True)
    recorded_state = models.CharField("état selon la source", max_length=120, blank=True)
    recorded_amount = models.DecimalField(
        "montant selon la source", max_digits=12, decimal_places=2, null=True, blank=True
    )
    recorded_funder = models.CharField("financeur selon la source", max_length=200, blank=True)
    sources = models.TextField("sources", blank=True)

    # The title's part is public as soon as the title is: rules.md, section 6.
    search = search_column(
        ["title", "carrier_name"], ["summary"], ["description", "other_partners"]
    )

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = "action"
        ordering = ("-submitted_at", "-pk")
        constraints = (
            dated(
                "actions_action",
                dates=("received_on_paper",),
                instants=(
                    "created_at",
                    "updated_at",
                    "draft_reminded_at",
                    "deletion_announced_at",
                    "waiting_since",
                ),
            ),
            *ACTION_CONSTRAINTS,
            *PROPOSED_CONSTRAINTS,
            *FILE_CONSTRAINTS,
        )
        triggers = (
            *ACTION_TRIGGERS,
            *PROPOSED_TRIGGERS,
            *CARRIER_TRIGGERS,
            REPORT_IS_KEPT,
            FILING_DATED,
            WAITS_SINCE,
            IS_GROUPED,
            ACTION_IS_COUNTED,
            ACTION_MOVES_VERSION,
        )
        indexes = ACTION_INDEXES
        rules_permissions = {
            "view": is_agent,
            "add": is_agent,
            "change": is_agent,
        }

    def __str__(self):
        return f"{self.reference or 'Brouillon'} – {self.title}" if self.title else UNTITLED

    def get_absolute_url(self) -> str:
        """The action's page; a draft has one in its carrier's space only."""
        if self.reference:
            return reverse("actions:action", args=[self.reference])
        return self.get_space_url()

    def get_space_url(self) -> str:
        """The action's page in its carrier's own space."""
        return reverse("actions:own_action", args=[self.uuid])

    @property
    def is_recorded(self) -> bool:
        """Whether it is a real action known from before the portal."""
        return self.status == ActionStatus.RECORDED

    @property
    def is_proposed_to_council(self) -> bool:
        """Whether the council has yet to vote what the committee granted: nothing of it is sure."""
        return bool(self.amount_awaited) and self.amount_awaited == self.amount_granted

    @property
    def amount_awaited(self) -> Decimal | None:
        """What the council may still vote, in euros: nothing of what was given up meanwhile."""
        return self.amount_proposed if self.status in ActionStatus.FUNDED else None

    @property
    def amount_voted(self) -> Decimal | None:
        """What is granted for good, in euros: None where the committee granted nothing."""
        if self.amount_granted is None:
            return None
        return self.amount_granted - (self.amount_proposed or 0)

    @property
    def state_label(self) -> str:
        """Its state in words; until the council voted its grant, that it is proposed to it."""
        said = self.get_status_display()
        return f"{said}, proposée au conseil" if self.is_proposed_to_council else said

    @property
    def state_meaning(self) -> str:
        """What its state means, in one sentence."""
        return ActionStatus(self.status).meaning

    @property
    def received_on(self) -> date | None:
        """The day it was received, in Paris: on paper, if it was before somebody typed it in."""
        if self.received_on_paper or self.submitted_at is None:
            return self.received_on_paper
        return timezone.localtime(self.submitted_at).date()

    @property
    def is_public_brief(self) -> bool:
        """Whether anybody may know its title, carrier and state, and nothing more."""
        return self.status in ActionStatus.PUBLIC_BRIEF

    @property
    def shown_title(self) -> str:
        """Its title, or what a draft is called before it has one."""
        return self.title or UNTITLED

    @property
    def shown_challenge(self) -> Challenge | None:
        """The challenge it answers: its measure's, or the one recorded for it."""
        return self.measure.challenge if self.measure_id else self.challenge

    @property
    def carrier_label(self) -> str:
        """The carrier's name, from the register or from the source of a recorded action."""
        return self.carrier.name if self.carrier_id else self.carrier_name

    @property
    def source_list(self) -> list[str]:
        """The sources of a recorded action, one by one."""
        return [line for line in self.sources.splitlines() if line.strip()]

    @property
    def other_organisations(self) -> list[Organisation]:
        """The partners to show: once one of them carries the action, it isn't named twice."""
        return [partner for partner in self.partners.all() if partner.pk != self.carrier_id]

    def is_linked_to(self, user: User) -> bool:
        """Whether `user` belongs to the carrier or to a partner, waits for a place there, or ever
        wrote the file with them (in the loaded rows).
        """
        linked = {self.carrier_id, *(partner.pk for partner in self.partners.all())}
        return bool(linked & user.interest_ids) or user.pk in self.co_writer_ids

    def tied_agents(self) -> models.QuerySet[User]:
        """The agents who take no act on it: they belong to the carrier or to a partner, wait for a
        place there, or ever wrote the file with them (rules.md, section 4).
        """
        concerned = [self.carrier_id, *self.partners.values_list("pk", flat=True)]
        asking = MembershipClaim.objects.pending().filter(organisation__in=concerned)
        return User.objects.filter(
            Q(memberships__organisation__in=concerned)
            | Q(pk__in=asking.values("user"))
            | Q(co_edited__action=self),
            groups__name=Role.AGENT,
            is_active=True,
        ).distinct()

    @property
    def co_writer_ids(self) -> set[int]:
        """The keys of those who are, or were, co-carriers of the file (in the loaded rows)."""
        return {row.user_id for row in self.co_editors.all() if row.user_id is not None}

    @property
    def writing_co_editors(self) -> list:
        """The co-carriers who write the file now."""
        return list(self.co_editors.active().select_related("user"))

    @property
    def progress(self) -> str:
        """How many of its evaluations are sent: « 2 sur 3 rendues », of a row of `with_progress()`."""
        if not self.asked_count:
            return "aucune évaluation demandée"
        return f"{self.sent_count} sur {self.asked_count} rendue{plural(self.sent_count)}"
