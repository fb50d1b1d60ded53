"""Reads of actions, evaluations and decisions."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchRank
from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from actions.enums import ActionStatus, DecisionKind, Outcome, Round, ScanState, SessionState
from actions.gate import DISAGREEMENT
from actors.enums import Role
from actors.models import Commune, Organisation, Sector, User, Visitor
from actors.querysets import InvitationQuerySet
from actors.rules import is_agent, is_committee, is_elected, is_evaluator
from ess_portal.base.search import Words

if TYPE_CHECKING:
    from actions.models import (
        Action,
        AgendaItem,
        Amendment,
        Attachment,
        CoEditor,
        CommitteeSession,
        Decision,
        Evaluation,
    )

_Model = TypeVar("_Model", bound=models.Model)

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


def _visibility(user: Visitor, *, brief: bool) -> Q:
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
    # Files they write with their carrier.
    seen |= Q(pk__in=user.co_edited.active().values("action"))
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
        # Before the closing, the file opens to those who declared no interest.
        opened = Exists(assigned.filter(declared_at__isnull=False))
        closed = Q(gate_closed_at__isnull=False) & Exists(assigned)
        read: Q = (opened | closed) & ~Exists(recused)  # type: ignore[assignment]  # combined, a Q
        return seen | read
    return seen


def matches(words: Words, user: Visitor) -> Q:
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


def rank(words: Words, user: Visitor) -> Case | SearchRank:
    """How well an action answers, by what `user` may read of it, to sort by.

    The order mustn't tell more than the list: what they know in brief is ranked by its title.
    """
    read = _visibility(user, brief=False)
    if not read:
        return words.rank
    return Case(When(read, then=words.rank), default=words.rank_of_title)


class CoEditorQuerySet(InvitationQuerySet["CoEditor"]):
    """Words for co-carriers."""

    def active(self) -> Self:
        """Those who accepted, and weren't taken off."""
        return self.filter(accepted_at__isnull=False, withdrawn_at=None)


class ActionQuerySet(models.QuerySet["Action"]):
    """Words for actions."""

    def public(self) -> Self:
        """Actions whose public file anybody may read."""
        return self.filter(status__in=ActionStatus.PUBLIC)

    def announced(self) -> Self:
        """Actions that anybody may know of: public ones, and title and state of postponed ones."""
        return self.filter(status__in=(*ActionStatus.PUBLIC, *ActionStatus.PUBLIC_BRIEF))

    def filed(self) -> Self:
        """Actions that were sent to the agglomeration, whatever became of them."""
        return self.filter(submitted_at__isnull=False)

    def carried_by(self, user: User) -> Self:
        """Actions of the organisations that `user` belongs to, and their own first drafts."""
        return self.filter(
            Q(carrier_id__in=user.organisation_ids)
            | Q(
                carrier__isnull=True,
                created_by=user,
                status__in=(ActionStatus.DRAFT, ActionStatus.WITHDRAWN),
            )
        )

    def written_by(self, user: User) -> Self:
        """Actions that `user` may write: those they carry, and those they are co-carrier of."""
        carried = self.model.objects.carried_by(user).order_by()
        return self.filter(
            Q(pk__in=carried.values("pk")) | Q(pk__in=user.co_edited.active().values("action"))
        )

    def evaluated_or_later(self) -> Self:
        """Actions the committee has, or had, to decide on."""
        return self.filter(gate_closed_at__isnull=False)

    def committee_matters(self) -> Self:
        """The same, and refused files of any kind: an appeal comes to the committee."""
        return self.filter(Q(gate_closed_at__isnull=False) | Q(status=ActionStatus.DECLINED))

    def decidable(self) -> Self:
        """Actions the committee can decide on now."""
        return self.filter(status__in=ActionStatus.DECIDABLE)

    def involving(self, user: User) -> Self:
        """Actions in which `user` has an interest: their organisation's, or theirs to write, or
        they stepped aside.

        The same as not passing `rules.has_neither_link_nor_recusal`.
        """
        own = user.organisation_ids
        interests = (
            Q(carrier_id__in=own)
            | Q(partners__in=own)
            | Q(co_editors__user=user)
            | Q(recusals__user=user)
            | Q(agenda_items__recusals__member__user=user)
        )
        return self.filter(interests).distinct()

    def on_no_agenda(self) -> Self:
        """Actions that no open agenda holds."""
        return self.exclude(agenda_items__is_open=True)

    def visible_to(self, user: Visitor, *, brief: bool = True) -> Self:
        """Actions that `user` may see: the same as `rules.can_see`.

        With `brief=False`, only those whose file they may read (`rules.can_see_application`).
        """
        return self.filter(_visibility(user, brief=brief))

    def matching(self, words: Words, user: Visitor) -> Self:
        """Actions that answer the `words` by what `user` may read of them: see `matches`."""
        return self.filter(matches(words, user))

    def latest_first(self) -> Self:
        """Filed ones by date, then recorded ones by year."""
        return self.order_by(*LATEST_FIRST)

    def for_table(self) -> Self:
        """What a table of actions shows: carrier, measure, challenge, programme."""
        return self.select_related("carrier", "measure__challenge", "challenge", "programme")

    def for_rows(self) -> Self:
        """What a row of a list shows (components/_action_row.html): one query."""
        communes = Commune.objects.filter(actions=OuterRef("pk")).values("name")
        return self.select_related("carrier", "measure__challenge", "challenge").annotate(
            commune_names=ArraySubquery(communes)
        )

    def for_list(self) -> Self:
        """What a page about an action shows, in a constant number of queries."""
        return self.for_table().prefetch_related("communes", "sectors")

    def with_progress(self) -> Self:
        """How many evaluations were asked for and sent, recusals left out: `Action.progress`."""
        # Any: what is found on the way back of a key has no type.
        model: Any = self.model.evaluations.rel.related_model
        evaluations = model.objects.taking_part()
        return self.annotate(
            asked_count=evaluations.count_for("action"),
            sent_count=evaluations.sent().count_for("action"),
        )

    def lacking_evaluators(self) -> Self:
        """Actions in evaluation given to fewer people than their grid's quorum."""
        waiting = self.filter(status=ActionStatus.IN_EVALUATION).with_progress()
        return waiting.filter(asked_count__lt=F("grid__quorum"))

    def with_disagreement(self) -> Self:
        """Whether the counted opinions diverge on some criterion: `disagreement`, true or false."""
        evaluations: Any = self.model.evaluations.rel.related_model
        scores = evaluations.scores.rel.related_model.objects
        counted = evaluations.objects.counted().filter(action=OuterRef(OuterRef("pk")))
        divided = (
            scores.filter(evaluation__in=counted.values("pk"), level__isnull=False)
            .order_by()
            .values("evaluation__action", "criterion")
            .annotate(gap=Max("level") - Min("level"))
            .filter(gap__gte=DISAGREEMENT)
        )
        return self.annotate(disagreement=Exists(divided))

    def with_gate(self) -> Self:
        """What `Action.gate_outcome` and `blockers()` read."""
        return self.select_related("grid").prefetch_related("grid__criteria")

    def with_groups(self) -> Self:
        """Each action's only commune and only sector, to group by; nothing where it has several."""
        return self.annotate(
            only_commune=self._only(Commune, "communes"),
            only_sector=self._only(Sector, "sectors"),
        )

    def _only(self, named: type[Commune] | type[Sector], field: str) -> Subquery:
        """The name of the only row of `named` that an action is tied to by `field`, or NULL."""
        # Counted in the links, which an index holds: only a single one's name is then read.
        links = getattr(self.model, field).through.objects
        single = (
            links.filter(action=OuterRef(OuterRef("pk")))
            .order_by()
            .values("action")
            .annotate(number=Count("*"), only=Min(named._meta.model_name))
            .filter(number=1)
            .values("only")
        )
        return Subquery(named.objects.filter(pk=Subquery(single)).order_by().values("name"))

    def ranked(self) -> Self:
        """The committee's order (rules of the programme).

        Community interest first, then the share of points, then the medians in the order the
        programme gives its criteria, then the date of filing.
        """
        return self.order_by(*RANKING)


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    """Words for evaluations."""

    def of_evaluator(self, user: User) -> Self:
        """Evaluations assigned to `user` from which they didn't recuse themselves."""
        recused = user.recusals.filter(action=OuterRef("action"))
        return self.filter(~Exists(recused), evaluator=user)

    def taking_part(self) -> Self:
        """Initial evaluations of people who didn't recuse themselves."""
        return self.filter(round=Round.INITIAL).exclude(action__recusals__user=F("evaluator"))

    def count_for(self, field: str, outer: str = "pk") -> Coalesce:
        """How many of these have in `field` what each outer row has in `outer`: an expression."""
        counted = self.filter(**{field: OuterRef(outer)}).order_by().values(field)
        return Coalesce(Subquery(counted.annotate(n=Count("*")).values("n")), 0)

    def opening_applications(self) -> Self:
        """Evaluations whose evaluator may read the file: see `Evaluation.opens_file`."""
        return self.filter(Q(declared_at__isnull=False) | Q(action__gate_closed_at__isnull=False))

    def open(self) -> Self:
        """Initial evaluations that can still be written."""
        return self.filter(round=Round.INITIAL, action__status=ActionStatus.IN_EVALUATION)

    def to_send(self) -> Self:
        """Evaluations not sent yet."""
        return self.filter(sent_at__isnull=True)

    def to_remind(self, last_day: date) -> Self:
        """Open evaluations due from today to `last_day`, unsent, that nobody was reminded of.

        Only of people who may still write them: nobody who has joined the carrier or a partner
        since, lost the role, or closed their account.
        """
        waiting = self.taking_part().open().to_send().filter(reminded_at__isnull=True)
        able = waiting.filter(
            due_on__range=(timezone.localdate(), last_day),
            evaluator__is_active=True,
            evaluator__groups__name=Role.EVALUATOR,
        )
        return (
            able.exclude(action__carrier__memberships__user=F("evaluator"))
            .exclude(action__partners__memberships__user=F("evaluator"))
            .exclude(action__co_editors__user=F("evaluator"))
        )

    def sent(self) -> Self:
        """Evaluations that were sent and not taken back."""
        return self.filter(sent_at__isnull=False)

    def progress(self) -> dict[str, int]:
        """How many were `asked` for, and how many of them were `sent`."""
        return self.aggregate(asked=Count("pk"), sent=Count("sent_at"))

    def next_to_write(self) -> "Evaluation | None":
        """The one to write first, or None: fewest sent evaluations, then soonest due."""
        sent_beside = self.model.objects.counted().count_for("action", "action")
        unsent = self.open().to_send().annotate(sent_beside=sent_beside)
        return unsent.order_by("sent_beside", "due_on", "pk").first()

    def in_queue_order(self) -> Self:
        """What can be written first, unsent before sent, soonest due first."""
        return self.annotate(
            is_closed=Case(
                When(action__status=ActionStatus.IN_EVALUATION, then=Value(False)),
                default=Value(True),
            ),
            was_sent=Case(When(sent_at__isnull=True, then=Value(False)), default=Value(True)),
        ).order_by("is_closed", "was_sent", "due_on", "pk")

    def counted(self) -> Self:
        """Sent initial evaluations of people who didn't recuse themselves: what the gate reads."""
        return self.taking_part().sent()


class TakenByTwoQuerySet(models.QuerySet[_Model]):
    """Words for what one person proposes and another confirms."""

    def pending(self) -> Self:
        """Those that wait for a second person."""
        return self.filter(confirmed_at__isnull=True, cancelled_at__isnull=True)

    def confirmed(self) -> Self:
        """Those that two people took."""
        return self.filter(confirmed_at__isnull=False)


class AmendmentQuerySet(TakenByTwoQuerySet["Amendment"]):
    """Words for amendments."""

    def with_carriers(self) -> Self:
        """What `Amendment.changes` reads."""
        return self.select_related("old_carrier", "new_carrier")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Words for what is attached to a file."""

    def to_scan(self, at: datetime | None = None) -> Self:
        """Those that the antivirus should look at, at the instant `at` (default: now)."""
        waiting = self.filter(scan__in=ScanState.WAITING)
        return waiting.filter(scan_after__lte=at or timezone.now()).order_by("scan_after", "pk")

    def total_size(self) -> int:
        """Their bytes together."""
        return self.aggregate(total=Sum("size"))["total"] or 0


class DecisionQuerySet(TakenByTwoQuerySet["Decision"]):
    """Words for decisions."""

    def about_the_outcome(self) -> Self:
        """Decisions people follow: not the reopening of an evaluation."""
        return self.exclude(kind=DecisionKind.REOPEN_EVALUATION)


class CommitteeSessionQuerySet(models.QuerySet["CommitteeSession"]):
    """Words for sessions of the committee."""

    def open(self) -> Self:
        """Sessions that still hold the actions of their agenda."""
        return self.filter(state__in=SessionState.OPEN)

    def for_list(self) -> Self:
        """What a list of sessions shows."""
        granted = Q(items__outcome=Outcome.PRIORITISE)
        return self.select_related("chair").annotate(
            item_count=Count("items"), granted=Sum("items__amount", filter=granted)
        )


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    """Words for points of agendas."""

    def open(self) -> Self:
        """Points that keep their action from any other agenda."""
        return self.filter(is_open=True)

    def prioritised(self) -> Self:
        """Points whose action the session wants to grant money to."""
        return self.filter(outcome=Outcome.PRIORITISE)

    def for_list(self) -> Self:
        """What an agenda shows of each item."""
        return self.select_related(
            "session",
            "action__carrier",
            "action__measure__challenge",
            "action__grid",
            "proposed_by",
            "seconded_by",
        )
