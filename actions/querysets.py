"""Reads of actions, evaluations and decisions."""

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import (
    Case,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    Value,
    When,
)

from actions.enums import ActionStatus, DecisionKind, Round
from actors.models import Commune, Organisation
from actors.rules import is_agent, is_committee, is_elected, is_evaluator
from ess_portal.base.search import Words

LATEST_FIRST = (
    F("submitted_at").desc(nulls_last=True),
    F("recorded_year").desc(nulls_last=True),
    "reference",
)


# The committee's order, which an index holds: community interest first, then the share of points,
# then the medians in the order the programme gives its criteria, then the date of filing.
# PostgreSQL sorts NULL above every number: a criterion without opinion is put below them all.
RANKING = (
    F("gate_community_interest").desc(),
    ExpressionWrapper(
        F("gate_points") * 1.0 / F("gate_max_points"), output_field=models.FloatField()
    ).desc(),
    Func(
        F("gate_medians"),
        Value(None),
        Value(-1),
        function="array_replace",
        output_field=ArrayField(models.SmallIntegerField(null=True)),
    ).desc(),
    F("submitted_at").asc(),
    F("id").asc(),
)


def _visibility(user, *, brief: bool) -> Q:
    """Which actions `user` may see, as a condition: see `ActionQuerySet.visible_to`."""
    public = (*ActionStatus.PUBLIC, *ActionStatus.PUBLIC_BRIEF) if brief else ActionStatus.PUBLIC
    seen = Q(status__in=public)
    if not user.is_authenticated:
        return seen
    if is_agent(user):
        return Q()
    seen |= Q(carrier_id__in=user.organisation_ids)
    seen |= Q(
        carrier__isnull=True,
        created_by=user,
        status__in=(ActionStatus.DRAFT, ActionStatus.WITHDRAWN),
    )
    if is_committee(user) or is_elected(user):
        seen |= Q(
            gate_closed_at__isnull=False,
            status__in=(*ActionStatus.GATED, *ActionStatus.REFUSED),
        )
    if is_committee(user):
        seen |= Q(status=ActionStatus.DECLINED)
    if is_evaluator(user):
        assigned = user.evaluations.filter(action=OuterRef("pk"))
        recused = user.recusals.filter(action=OuterRef("pk"))
        return seen | (Exists(assigned) & ~Exists(recused))
    return seen


def matches(words: Words, user) -> Q:
    """Which actions have all the `words` in what `user` may read of them, or that reference.

    Of an action they know in brief only, that is its title and its carrier's name. Asks one query.
    """
    # The carriers by their keys: a condition on another table would keep PostgreSQL from finding
    # the words in its index.
    carriers = Organisation.objects.filter(search=words.all(weight="A")).order_by()
    known = (
        Q(search=words.all(weight="A"))
        | Q(carrier_id__in=list(carriers.values_list("pk", flat=True)))
        | Q(reference=words.typed.strip().upper())
    )
    return known | Q(search=words.all()) & _visibility(user, brief=False)


def rank(words: Words, user):
    """How well an action answers, by what `user` may read of it, to sort by.

    The order mustn't tell more than the list: what they know in brief is ranked by its title.
    """
    read = _visibility(user, brief=False)
    if not read:
        return words.rank
    return Case(When(read, then=words.rank), default=words.rank_of_title)


class ActionQuerySet(models.QuerySet):
    """Words for actions."""

    def public(self):
        """Actions whose public file anybody may read."""
        return self.filter(status__in=ActionStatus.PUBLIC)

    def announced(self):
        """Actions that anybody may know of: public ones, and title and state of postponed ones."""
        return self.filter(status__in=(*ActionStatus.PUBLIC, *ActionStatus.PUBLIC_BRIEF))

    def filed(self):
        """Actions that were sent to the agglomeration, whatever became of them."""
        return self.filter(submitted_at__isnull=False)

    def carried_by(self, user):
        """Actions of the organisations that `user` belongs to, and their own first drafts."""
        return self.filter(
            Q(carrier_id__in=user.organisation_ids)
            | Q(
                carrier__isnull=True,
                created_by=user,
                status__in=(ActionStatus.DRAFT, ActionStatus.WITHDRAWN),
            )
        )

    def evaluated_or_later(self):
        """Actions the committee has, or had, to decide on."""
        return self.filter(gate_closed_at__isnull=False)

    def committee_matters(self):
        """The same, and refused files of any kind: an appeal comes to the committee."""
        return self.filter(Q(gate_closed_at__isnull=False) | Q(status=ActionStatus.DECLINED))

    def decidable(self):
        """Actions the committee can decide on now."""
        return self.filter(status__in=ActionStatus.DECIDABLE)

    def visible_to(self, user, *, brief: bool = True):
        """Actions that `user` may see: the same as `rules.can_see`.

        With `brief=False`, only those whose file they may read (`rules.can_see_file`).
        """
        return self.filter(_visibility(user, brief=brief))

    def matching(self, words: Words, user):
        """Actions that answer the `words` by what `user` may read of them: see `matches`."""
        return self.filter(matches(words, user))

    def latest_first(self):
        """Filed ones by date, then recorded ones by year."""
        return self.order_by(*LATEST_FIRST)

    def for_table(self):
        """What a table of actions shows: carrier, measure, challenge, programme."""
        return self.select_related("carrier", "measure__challenge", "challenge", "programme")

    def for_rows(self):
        """What a row of a list shows (components/_action_row.html): one query."""
        communes = Commune.objects.filter(actions=OuterRef("pk")).values("name")
        return self.select_related("carrier", "measure__challenge", "challenge").annotate(
            commune_names=ArraySubquery(communes)
        )

    def for_list(self):
        """What a page about an action shows, in a constant number of queries."""
        return self.for_table().prefetch_related("communes", "sectors")

    def with_gate(self):
        """What `Action.gate_outcome` and `blockers()` read."""
        return self.select_related("grid").prefetch_related("grid__criteria")

    def ranked(self):
        """The committee's order (rules of the programme).

        Community interest first, then the share of points, then the medians in the order the
        programme gives its criteria, then the date of filing.
        """
        return self.order_by(*RANKING)


class EvaluationQuerySet(models.QuerySet):
    """Words for evaluations."""

    def of_evaluator(self, user):
        """Evaluations assigned to `user` from which they didn't recuse themselves."""
        recused = user.recusals.filter(action=OuterRef("action"))
        return self.filter(~Exists(recused), evaluator=user)

    def open(self):
        """Initial evaluations that can still be written."""
        return self.filter(round=Round.INITIAL, action__status=ActionStatus.IN_EVALUATION)

    def to_send(self):
        """Evaluations not sent yet."""
        return self.filter(sent_at__isnull=True)

    def in_queue_order(self):
        """What can be written first, unsent before sent, soonest due first."""
        return self.annotate(
            is_closed=Case(
                When(action__status=ActionStatus.IN_EVALUATION, then=Value(False)),
                default=Value(True),
            ),
            was_sent=Case(When(sent_at__isnull=True, then=Value(False)), default=Value(True)),
        ).order_by("is_closed", "was_sent", "due_on", "pk")

    def counted(self):
        """Sent initial evaluations of people who didn't recuse themselves: what the gate reads."""
        return self.filter(round=Round.INITIAL, sent_at__isnull=False).exclude(
            action__recusals__user=F("evaluator")
        )


class TakenByTwoQuerySet(models.QuerySet):
    """Words for what one person proposes and another confirms."""

    def pending(self):
        """Those that wait for a second person."""
        return self.filter(confirmed_at__isnull=True, cancelled_at__isnull=True)

    def confirmed(self):
        """Those that two people took."""
        return self.filter(confirmed_at__isnull=False)


class AmendmentQuerySet(TakenByTwoQuerySet):
    """Words for amendments."""

    def with_carriers(self):
        """What `Amendment.changes` reads."""
        return self.select_related("old_carrier", "new_carrier")


class DecisionQuerySet(TakenByTwoQuerySet):
    """Words for decisions."""

    def about_the_outcome(self):
        """Decisions people follow: not the reopening of an evaluation."""
        return self.exclude(kind=DecisionKind.REOPEN_EVALUATION)
