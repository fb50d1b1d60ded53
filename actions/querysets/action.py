"""Reads of actions."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, Max, Min, OuterRef, Q

from actions.enums import ActionStatus
from actions.gate import DISAGREEMENT
from actions.querysets.council import AWAITING
from actions.querysets.orders import LATEST_FIRST, RANKING
from actions.querysets.silence import is_suspended, silence_means, silent_until
from actions.querysets.visibility import (
    matches,
    seen_by_role,
    seen_by_their_own,
    visibility,
)
from actors.enums import ClaimState, Role
from actors.models import Commune, User, Visitor
from ess_portal.base.search import Words

if TYPE_CHECKING:
    from actions.models import Action

# Of an action's fifty columns, long texts among them, those of a row in a list.
SHOWN_IN_ROWS = (
    "uuid",
    "reference",
    "title",
    "status",
    "carrier_name",
    "recorded_year",
    "challenge_is_proposed",
    "amount_granted",
    "amount_proposed",
    "carrier__name",
    "measure__challenge__number",
    "measure__challenge__title",
    "challenge__number",
    "challenge__title",
)
TEXTS = ("summary", "description")


def _ties(user: User) -> Q:
    own = user.interest_ids
    return Q(carrier_id__in=own) | Q(partners__in=own) | Q(co_editors__user=user)


def _stepped_aside(user: User) -> Q:
    return Q(recusals__user=user) | Q(agenda_items__recusals__member__user=user)


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
        if not user.ever_wrote:
            return self.carried_by(user)
        # Both sets of keys first: with an OR between them PostgreSQL would look at every action.
        carried = self.model.objects.carried_by(user).order_by().values("pk")
        co_edited = user.co_edited.active().order_by().values("action")
        return self.filter(pk__in=carried.union(co_edited))

    def committee_matters(self) -> Self:
        """The same, and refused files of any kind: an appeal comes to the committee."""
        return self.filter(Q(gate_closed_at__isnull=False) | Q(status=ActionStatus.DECLINED))

    def decidable(self) -> Self:
        """Actions the committee can decide on now."""
        return self.filter(status__in=ActionStatus.DECIDABLE)

    def tied_to(self, user: User) -> Self:
        """Actions of the organisations that `user` belongs to, or waits for a place in, as carrier
        or partner, and those they ever wrote as a co-carrier: the same as not passing
        `rules.has_no_tie`.
        """
        return self.filter(_ties(user)).distinct()

    def left_without_agent(self) -> Self:
        """Actions under way that no agent may act on: all of them are tied to it."""
        agents = User.objects.filter(groups__name=Role.AGENT, is_active=True)
        tied = agents.filter(
            Q(memberships__isnull=False)
            | Q(membership_claims__state=ClaimState.PENDING)
            | Q(co_edited__isnull=False)
        ).distinct()
        if agents.exclude(pk__in=tied.values("pk")).exists():
            return self.none()
        found = self.filter(status__in=(*ActionStatus.OPEN, *ActionStatus.AMENDABLE))
        for agent in tied:
            theirs = self.model.objects.tied_to(agent).order_by().values("pk")
            found = found.filter(pk__in=theirs)
        return found

    def left_by(self, user: User) -> Self:
        """Actions from which `user` stepped aside, in evaluation or in a session."""
        return self.filter(_stepped_aside(user)).distinct()

    def involving(self, user: User) -> Self:
        """Actions in which `user` has an interest: their organisation's, or theirs to write, or
        they stepped aside.

        The same as not passing `rules.has_neither_link_nor_recusal`.
        """
        return self.filter(_ties(user) | _stepped_aside(user)).distinct()

    def proposed_to_council(self) -> Self:
        """Actions of whose grant, or of an increase of it, the council has a vote to take."""
        return self.filter(AWAITING)

    def on_no_agenda(self) -> Self:
        """Actions that no open agenda holds."""
        return self.exclude(agenda_items__is_open=True)

    def visible_to(self, user: Visitor, *, brief: bool = True) -> Self:
        """Actions that `user` may see: the same as `rules.can_see`.

        With `brief=False`, only those whose file they may read (`rules.can_see_application`).
        """
        return self.filter(visibility(user, brief=brief))

    def seen_besides(self, user: Visitor, *, brief: bool = True) -> Self:
        """Of the actions that `user` may see, those that they don't see by their roles alone."""
        by_role = seen_by_role(user, brief=brief)
        # Agents see everything so, and nobody in particular has anything of their own.
        if not by_role or not user.is_authenticated:
            return self.none()
        return self.filter(seen_by_their_own(user)).exclude(by_role)

    def matching(self, words: Words, user: Visitor) -> Self:
        """Actions that answer the `words` by what `user` may read of them: see `matches`."""
        return self.filter(matches(words, user))

    def latest_first(self) -> Self:
        """Filed ones by date, then recorded ones by year."""
        return self.order_by(*LATEST_FIRST)

    def for_table(self) -> Self:
        """What a table of actions shows: carrier, measure, challenge, programme."""
        return self.select_related("carrier", "measure__challenge", "challenge", "programme")

    def for_rows(self, *more: str) -> Self:
        """What a row of a list shows (components/_action_row.html), and `more`: one query."""
        communes = Commune.objects.filter(actions=OuterRef("pk")).values("name")
        rows = self.select_related("carrier", "measure__challenge", "challenge")
        return rows.only(*SHOWN_IN_ROWS, *more).annotate(commune_names=ArraySubquery(communes))

    def for_list(self) -> Self:
        """What a page about an action shows, in a constant number of queries."""
        return self.for_table().prefetch_related("communes", "sectors")

    def with_progress(self) -> Self:
        """How many evaluations were asked for and sent, recusals left out: `Action.progress`."""
        evaluations = apps.get_model("actions", "Evaluation").objects.taking_part()
        return self.annotate(
            asked_count=evaluations.count_for("action"),
            sent_count=evaluations.sent().count_for("action"),
        )

    def with_silence(self) -> Self:
        """When the authority's silence takes its meaning, and which: read by `silence_of()`."""
        return self.annotate(
            silent_until=silent_until(),
            silence_means=silence_means(),
            silence_is_suspended=is_suspended(),
        )

    def silent_before(self, day: date, *, since: date | None = None) -> Self:
        """Unanswered files whose silence takes its meaning before `day`, and not before `since`."""
        unanswered = self.filter(status__in=ActionStatus.UNANSWERED).with_silence()
        found = unanswered.filter(silent_until__lt=day)
        return found if since is None else found.filter(silent_until__gte=since)

    def uncorrected(self) -> Self:
        """Actions whose carrier let the date of a correction go by."""
        return self.filter(~is_suspended(), status=ActionStatus.IN_CORRECTION)

    def lacking_evaluators(self) -> Self:
        """Actions in evaluation given to fewer people than their grid's quorum."""
        unshared = apps.get_model("actions", "Tally").objects.unshared().order_by()
        return self.filter(pk__in=unshared.values("action"))

    def with_disagreement(self) -> Self:
        """Whether the counted opinions diverge on some criterion: `disagreement`, true or false."""
        scores = apps.get_model("actions", "CriterionScore").objects
        counted = (
            apps.get_model("actions", "Evaluation")
            .objects.counted()
            .filter(action=OuterRef(OuterRef("pk")))
        )
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

    def ranked(self) -> Self:
        """The committee's order (rules of the programme).

        Community interest first, then the share of points, then the medians in the order the
        programme gives its criteria, then the date of filing.
        """
        return self.order_by(*RANKING)
