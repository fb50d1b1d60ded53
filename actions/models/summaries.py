"""What figures and counted choices add up to, kept by the database (decision 37).

An action that was filed or recorded has one `Tally`: all that is counted of it. The other tables
add tallies up, each by what one kind of page asks. When a transaction that changes an action ends,
its tallies are taken out of them, made anew and added again, under a lock: they are exact at every
commit. Only functions that act as the owner write here (migrations 0054 and 0059); `manage.py recount`
compares and makes everything anew.

Keys are numbers without foreign key, and 0 stands for none: nothing of these rows is ever deleted
elsewhere, and a check of each would cost more than the figures. Who may see what is said by `status`
and `is_closed` (its evaluation was closed): see `seen_by_role` in the querysets.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from actions.querysets.summaries import QueuedQuerySet, SummaryQuerySet, TallyQuerySet
from ess_portal.base.dated import dated
from ess_portal.base.models import KeptByDatabase


def _key(name: str) -> models.BigIntegerField:
    return models.BigIntegerField(name, default=0)


def _state() -> models.CharField:
    return models.CharField("état", max_length=20)


def _closed() -> models.BooleanField:
    return models.BooleanField("évaluation close")


def _sum(name: str) -> models.DecimalField:
    return models.DecimalField(name, max_digits=20, decimal_places=2, default=0)


class Summary(KeptByDatabase):
    """Actions alike, and how many they are."""

    actions = models.BigIntegerField("actions")

    objects = SummaryQuerySet.as_manager()

    class Meta(KeptByDatabase.Meta):
        abstract = True


def _once(table: str, *keys: str) -> models.UniqueConstraint:
    """One row for each set of keys; its index holds the number too."""
    return models.UniqueConstraint(
        fields=keys,
        include=("actions",),
        name=f"{table}_once",
        violation_error_message="Ces actions sont déjà comptées.",
    )


def _void(table: str) -> models.Index:
    """Where the rows that count nothing any more are found, and deleted."""
    return models.Index(fields=("id",), condition=models.Q(actions=0), name=f"{table}_void")


class Uncounted(KeptByDatabase):
    """An action that the transaction under way changed, until its end."""

    transaction = models.BigIntegerField("transaction")
    action = models.BigIntegerField("action")

    class Meta(KeptByDatabase.Meta):
        verbose_name = "action à compter"
        verbose_name_plural = "actions à compter"
        constraints = (
            models.UniqueConstraint(
                fields=("transaction", "action"),
                name="actions_uncounted_once",
                violation_error_message="Cette action attend déjà d’être comptée.",
            ),
        )


class Counting(KeptByDatabase):
    """A transaction at whose end something is to be counted."""

    transaction = models.BigIntegerField("transaction", unique=True)

    class Meta(KeptByDatabase.Meta):
        verbose_name = "décompte à faire"
        verbose_name_plural = "décomptes à faire"


class Tally(KeptByDatabase):
    """All that is counted of one action."""

    action = models.BigIntegerField("action", primary_key=True)
    challenge = _key("défi")
    measure = _key("mesure")
    status = _state()
    is_closed = _closed()
    is_proposed = models.BooleanField("rien n’en est voté")
    is_voted = models.BooleanField("quelque chose en est voté")
    is_awaiting = models.BooleanField("quelque chose attend le conseil")
    filed_in = models.DateField("premier jour du trimestre de dépôt", null=True)
    waiting_on = models.DateField("jour du dernier changement d’état", null=True)
    asked = _sum("demandé")
    voted = _sum("accordé")
    proposed = _sum("proposé au conseil")
    jobs = _sum("emplois")
    communes = ArrayField(models.BigIntegerField(), verbose_name="communes")
    sectors = ArrayField(models.BigIntegerField(), verbose_name="filières")
    organisations = ArrayField(models.BigIntegerField(), verbose_name="structures")
    # Its instant of filing, the order they are shared out in; of an action in evaluation alone.
    unshared_since = models.DateTimeField("sans assez d’évaluateurs, déposée le", null=True)

    objects = TallyQuerySet.as_manager()

    class Meta(KeptByDatabase.Meta):
        verbose_name = "décompte d’une action"
        verbose_name_plural = "décomptes des actions"
        constraints = (
            dated("actions_tally", dates=("filed_in", "waiting_on"), instants=("unshared_since",)),
        )
        indexes = (
            models.Index(
                fields=("unshared_since", "action"),
                condition=models.Q(unshared_since__isnull=False),
                name="actions_tally_unshared",
            ),
        )


class QueuedEvaluation(KeptByDatabase):
    """Where an evaluation stands in the queue of its evaluator, who didn't recuse themselves."""

    evaluation = models.BigIntegerField("évaluation", primary_key=True)
    action = models.BigIntegerField("action", db_index=True)
    evaluator = models.BigIntegerField("évaluateur")
    is_initial = models.BooleanField("premier tour")
    is_closed = models.BooleanField("close")
    was_sent = models.BooleanField("envoyée")
    due_on = models.DateField("à rendre au plus tard le")

    objects = QueuedQuerySet.as_manager()

    class Meta(KeptByDatabase.Meta):
        verbose_name = "place dans une file d’évaluations"
        verbose_name_plural = "places dans les files d’évaluations"
        constraints = (dated("actions_queuedevaluation", dates=("due_on",)),)
        indexes = (
            models.Index(
                fields=("evaluator", "is_closed", "was_sent", "due_on", "evaluation"),
                include=("is_initial",),
                name="actions_queued_in_order",
            ),
            models.Index(
                fields=("due_on",),
                condition=models.Q(is_initial=True, is_closed=False, was_sent=False),
                name="actions_queued_awaited",
            ),
        )


class ActionTotal(Summary):
    """What the actions of a measure, or recorded under a challenge, ask and promise."""

    challenge = _key("défi")
    measure = _key("mesure")
    status = _state()
    is_closed = _closed()
    is_proposed = models.BooleanField("rien n’en est voté")
    asked = _sum("demandé")
    voted = _sum("accordé")
    proposed = _sum("proposé au conseil")
    jobs = _sum("emplois")

    class Meta(Summary.Meta):
        verbose_name = "total des actions"
        verbose_name_plural = "totaux des actions"
        constraints = (
            _once(
                "actions_actiontotal", "measure", "challenge", "status", "is_closed", "is_proposed"
            ),
        )
        indexes = (_void("actions_actiontotal"),)


class FilingCount(Summary):
    """Actions of a challenge that were filed in a quarter (its first day)."""

    challenge = _key("défi")
    status = _state()
    is_closed = _closed()
    filed_in = models.DateField("trimestre")

    class Meta(Summary.Meta):
        verbose_name = "dépôts d’un trimestre"
        verbose_name_plural = "dépôts des trimestres"
        constraints = (
            _once("actions_filingcount", "filed_in", "challenge", "status", "is_closed"),
            dated("actions_filingcount", dates=("filed_in",)),
        )
        indexes = (_void("actions_filingcount"),)


class WaitingCount(Summary):
    """Actions of a challenge that are in their state since a day, in Paris."""

    challenge = _key("défi")
    status = _state()
    is_closed = _closed()
    waiting_on = models.DateField("depuis le")

    class Meta(Summary.Meta):
        verbose_name = "attentes d’un jour"
        verbose_name_plural = "attentes des jours"
        constraints = (
            _once("actions_waitingcount", "status", "challenge", "is_closed", "waiting_on"),
            dated("actions_waitingcount", dates=("waiting_on",)),
        )
        indexes = (_void("actions_waitingcount"),)


class CommuneTotal(Summary):
    """Actions that take place in a commune, by how many communes they are shared."""

    commune = _key("commune")
    challenge = _key("défi")
    status = _state()
    is_closed = _closed()
    is_voted = models.BooleanField("quelque chose en est voté")
    communes = models.PositiveIntegerField("communes concernées")
    voted = _sum("accordé")
    jobs = _sum("emplois")

    class Meta(Summary.Meta):
        verbose_name = "total d’une commune"
        verbose_name_plural = "totaux des communes"
        constraints = (
            _once(
                "actions_communetotal",
                "commune",
                "challenge",
                "status",
                "is_closed",
                "is_voted",
                "communes",
            ),
        )
        indexes = (_void("actions_communetotal"),)


class ActionCount(Summary):
    """Actions as lists filter them; where `commune` or `sector` is 0, whatever theirs are."""

    commune = _key("commune")
    sector = _key("filière")
    challenge = _key("défi")
    measure = _key("mesure")
    status = _state()
    is_closed = _closed()
    is_voted = models.BooleanField("quelque chose en est voté")
    is_awaiting = models.BooleanField("quelque chose attend le conseil")

    class Meta(Summary.Meta):
        verbose_name = "nombre d’actions"
        verbose_name_plural = "nombres d’actions"
        constraints = (
            _once(
                "actions_actioncount",
                "sector",
                "commune",
                "measure",
                "challenge",
                "status",
                "is_closed",
                "is_voted",
                "is_awaiting",
            ),
        )
        indexes = (_void("actions_actioncount"),)


class InvolvedCount(Summary):
    """Public actions of a measure, or of a challenge, that an organisation carries or takes part in."""

    challenge = _key("défi")
    measure = _key("mesure")
    organisation = _key("structure")

    class Meta(Summary.Meta):
        verbose_name = "actions publiques d’une structure"
        verbose_name_plural = "actions publiques des structures"
        constraints = (_once("actions_involvedcount", "challenge", "measure", "organisation"),)
        indexes = (_void("actions_involvedcount"),)
