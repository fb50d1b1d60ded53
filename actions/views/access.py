"""Who comes in, and what one person may see of one action, asked once for a page."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import SimpleLazyObject

from actions import rules
from actions.enums import ActionStatus
from actions.gate import GateOutcome, score_out_of_100
from actions.models import Action, Attachment, CommitteeSession
from actions.services.amendments import may_take_part
from actions.views.opinions import Spread, compared, next_steps


class CommitteeMixin:
    """Pages for committee and agents: to others they don't exist."""

    def dispatch(self, request, *args, **kwargs):
        """Let committee members and agents in."""
        self.check_reader(request)
        return super().dispatch(request, *args, **kwargs)

    def check_reader(self, request):
        """Raise `Http404` to everybody else."""
        if not rules.sees_sessions(request.user):
            raise Http404

    def get_action(self) -> Action:
        """The evaluated, or refused, action of the address."""
        return get_object_or_404(
            Action.objects.visible_to(self.request.user)
            .committee_matters()
            .for_list()
            .with_gate()
            .prefetch_related("partners", "self_assessments"),
            reference=self.kwargs["reference"],
        )


class SessionMixin(CommitteeMixin):
    """Pages about one session."""

    def get_session(self) -> CommitteeSession:
        """The session of the address."""
        return get_object_or_404(
            CommitteeSession.objects.select_related("chair", "programme", "closed_by"),
            pk=self.kwargs["pk"],
        )


def must_keep(user, session: CommitteeSession) -> None:
    """Answer 403 to whoever reads the session but doesn't keep it."""
    if not rules.keeps_session(user, session):
        raise PermissionDenied


@dataclass(frozen=True)
class ReadableAttachment:
    """An attached file as one person sees it: listed, and with an address when they may read it."""

    attachment: Attachment
    is_readable: bool


def attachments_for(action: Action, user) -> list[ReadableAttachment]:
    """List the attached files that `user` may know of (docs/decisions/0015).

    One that waits for the antivirus is known to its carrier alone; one with a virus also to those
    who would have read it, and nobody reads it.
    """
    if not rules.can_see_attachments(user, action):
        return []
    rows = list(action.attachments.all())
    is_carrier = bool(rows) and rules.is_carrier(user, action)
    return [
        ReadableAttachment(
            attachment,
            is_readable=not attachment.is_infected and (attachment.is_available or is_carrier),
        )
        for attachment in rows
        if attachment.is_available or attachment.is_infected or is_carrier
    ]


@dataclass(frozen=True)
class Access:
    """Which parts of an action's page a person may read (rules.md, section 6)."""

    file: bool
    contact: bool
    result: bool
    reasons: bool
    history: bool
    names: bool
    attachments: list[ReadableAttachment]


def access_to(action: Action, user) -> Access:
    """Ask every predicate about `user` and `action`."""
    return Access(
        file=rules.can_see_file(user, action),
        contact=rules.can_see_contact(user, action),
        result=rules.can_see_result(user, action),
        reasons=rules.can_see_reasons(user, action),
        history=rules.can_see_history(user, action),
        names=rules.can_see_names(user, action),
        # Asked for by the pages that show the whole file only.
        attachments=SimpleLazyObject(lambda: attachments_for(action, user)),
    )


def result_context(action: Action, access: Access) -> dict:
    """What `actions/_result.html` shows: figures for all who see the result.

    For those who may read the reasons also these, without names, the spread of opinions, the
    carrier's own levels and what would bring each criterion forward.
    """
    outcome = action.gate_outcome if access.result else None
    if outcome is None:
        return {"outcome": None, "score": None, "result_rows": []}
    return {
        "outcome": outcome,
        "score": score_out_of_100(outcome.points, outcome.max_points),
        "radar": radar(outcome),
        **(_in_detail(action, outcome) if access.reasons else _in_brief(outcome)),
    }


def _in_brief(outcome: GateOutcome) -> dict:
    return {"result_rows": [{"criterion": criterion} for criterion in outcome.criteria]}


def _in_detail(action: Action, outcome: GateOutcome) -> dict:
    criteria = {criterion.code: criterion for criterion in action.grid.criteria.all()}
    scores = _scores(action)
    own = {said.criterion_code: said.level for said in action.self_assessments.all()}
    rows = []
    for criterion in outcome.criteria:
        code = criterion.rule.code
        opinions = scores.get(criteria[code].pk, [])
        rows.append(
            {
                "criterion": criterion,
                "opinions": opinions,
                "spread": Spread.of(opinions),
                "own": own.get(code),
                "compared": compared(own.get(code), criterion.median),
            }
        )
    return {
        "result_rows": rows,
        "divided": [row["criterion"].rule.title for row in rows if row["spread"].is_divided],
        "next_steps": next_steps(outcome.criteria, criteria),
    }


def _scores(action: Action) -> dict[int, list]:
    """The counted scores of each criterion, by its key, in the order they were sent."""
    scores: dict[int, list] = {}
    counted = action.evaluations.counted().prefetch_related("scores")
    for evaluation in counted.order_by("sent_at", "pk"):
        for score in evaluation.scores.all():
            scores.setdefault(score.criterion_id, []).append(score)
    return scores


def amendment_context(action: Action, user) -> dict:
    """What the committee reads of an action's amendments, and what `user` may do about them."""
    amendments = list(
        action.amendments.with_carriers().select_related("proposed_by", "confirmed_by")
    )
    pending = next((amendment for amendment in amendments if amendment.is_pending), None)
    may_act = pending is not None and may_take_part(user, action, pending.new_carrier)
    return {
        "amendments": amendments,
        "pending_amendment": pending,
        "can_confirm_amendment": may_act and pending.proposed_by_id != user.pk,
        "can_cancel_amendment": may_act,
        "can_amend": pending is None and rules.amends(user, action),
    }


def confirmed_amendments(action: Action) -> list:
    """What the carrier and the public may know of: amendments that two people took."""
    if action.status not in ActionStatus.GRANTED:
        return []
    return list(action.amendments.confirmed().with_carriers())


# Four axes, up, right, down, left, on a 200 × 200 drawing whose centre is (100, 100).
_AXES = ((0, -1), (1, 0), (0, 1), (-1, 0))
_RADIUS = 24


def radar(outcome: GateOutcome) -> dict:
    """Return the points of the result's radar: medians and floors, one axis a criterion."""

    def polygon(levels) -> str:
        return " ".join(
            f"{100 + x * _RADIUS * level},{100 + y * _RADIUS * level}"
            for (x, y), level in zip(_AXES, levels, strict=False)
        )

    return {
        "medians": polygon(criterion.median or 0 for criterion in outcome.criteria),
        "floors": polygon(criterion.rule.floor for criterion in outcome.criteria),
        "rings": [polygon([level] * len(outcome.criteria)) for level in (1, 2, 3)],
    }
