"""What must not be done to a correction, in the shape of `test_needed.py`'s rows."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from actions.models import CorrectionAct, CorrectionRequest
from actors.enums import Role
from actors.models import Membership
from tests.support.announced import asked_days_ago
from tests.support.factories import Story, person
from tests.support.guarantee_rows.actions import Attempt
from tests.support.guarantee_steps import tell
from tests.support.refusals import by_sql


def asked(story: Story) -> CorrectionRequest:
    """What is asked of the carrier."""
    return story.action.correction_requests.get()


def ask(story: Story) -> CorrectionRequest:
    """Ask for a correction, and move nothing."""
    return CorrectionRequest.objects.create(
        action=story.action,
        fields=["title"],
        due_on=timezone.localdate() + timedelta(days=5),
        requested_by=story.agent,
    )


def act(**columns) -> Callable[[Story], CorrectionAct]:
    """Act on what is awaited: a reminder by the agent, unless said otherwise."""
    return lambda story: CorrectionAct.objects.create(
        **{"asked": asked(story), "kind": "reminded", "by": story.agent} | columns
    )


def remind_twice(story: Story) -> None:
    for _ in range(2):
        act()(story)


def act_for_ones_own(story: Story) -> None:
    tied = person(Role.AGENT)
    Membership.objects.create(user=tied, organisation=story.carrier)
    act(by=tied)(story)


def act_too_late(story: Story) -> None:
    asked_days_ago(story.action, 11)
    act()(story)


def refuse_too_early(story: Story) -> None:
    story.action.refusal_notices.create(reason="Incomplet.", announced_at=timezone.now())
    tell(story.action, "refusal_announced", story.agent)
    by_sql(story.action, status="refusal_announced", refused_from="in_correction")


ON_CORRECTIONS: dict[str, Attempt] = {
    "actions_correctionrequest_asked_in_its_state": Attempt("in_evaluation", ask),
    "actions_correctionrequest_of_a_step": Attempt("submitted", ask),
    "actions_correctionrequest_is_kept": Attempt(
        "in_correction", lambda story: by_sql(asked(story), message="Autre chose.")
    ),
    "actions_correctionact_is_kept": Attempt(
        "in_correction", lambda story: by_sql(act()(story), by_id=person(Role.AGENT).pk)
    ),
    "actions_correctionact_says_what_was_done": Attempt(
        "in_correction", act(due_on=timezone.localdate() + timedelta(days=40))
    ),
    "actions_correctionact_one_reminder_a_day": Attempt("in_correction", remind_twice),
    "actions_correctionact_by_an_agent": Attempt(
        "in_correction", lambda story: act(by=story.manager)(story)
    ),
    "actions_correctionact_by_an_agent_without_interest": Attempt(
        "in_correction", act_for_ones_own
    ),
    "actions_correctionact_in_time": Attempt("in_correction", act_too_late),
    "actions_correctionact_gives_more_time": Attempt(
        "in_correction", act(kind="extended", due_on=timezone.localdate() + timedelta(days=40))
    ),
    "actions_correctionact_moves_the_date": Attempt(
        "in_correction",
        act(
            kind="extended",
            due_on=timezone.localdate() + timedelta(days=40),
            reason="Congés.",
        ),
    ),
    "actions_action_incomplete_after_its_date": Attempt("in_correction", refuse_too_early),
}
