"""What must not be done to a correction, in the shape of `test_needed.py`'s rows."""

from collections.abc import Callable
from datetime import date, timedelta

from django.utils import timezone

from actions.models import ApplicationVersion, CorrectionAct, CorrectionRequest
from actors.enums import Role
from actors.models import Membership
from tests.support.announced import asked_days_ago
from tests.support.factories import Story, person
from tests.support.guarantee_rows.actions import Attempt
from tests.support.guarantee_steps import joins_the_carrier, tell
from tests.support.refusals import by_sql
from tests.support.transitions import incomplete


def asked(story: Story) -> CorrectionRequest:
    """What is asked of the carrier."""
    return story.action.correction_requests.get()


def ask(story: Story, **columns) -> CorrectionRequest:
    """Ask for another summary, and move nothing."""
    columns = {
        "action": story.action,
        "fields": ["summary"],
        "due_on": timezone.localdate() + timedelta(days=5),
        "requested_by": story.agent,
    } | columns
    return CorrectionRequest.objects.create(**columns)


def asking(**columns) -> Callable[[Story], CorrectionRequest]:
    """The same, later."""
    return lambda story: ask(story, **columns)


def ask_for_ones_own(story: Story) -> None:
    tied = person(Role.AGENT)
    joins_the_carrier(story, tied)
    ask(story, requested_by=tied)


class OfAnIncompleteFile(Attempt):
    """Something that must not be done to an action refused because it wasn't completed."""

    def story(self) -> Story:
        return incomplete(Story())


def ask_for_something_else(story: Story) -> None:
    """Back from its refusal, the file is asked for another part than before."""
    ask(story, fields=["title"], message="Précisez le budget.")


def keep(content) -> Callable[[Story], ApplicationVersion]:
    """Keep a version of the file that says `content`."""
    return lambda story: ApplicationVersion.objects.create(
        action=story.action, number=9, content=content, sent_by=story.manager
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


KEPT = "actions_correctionrequest_is_kept"
LISTED = "actions_correctionrequest_lists_parts"

ON_CORRECTIONS: dict[str, Attempt] = {
    LISTED: Attempt("submitted", asking(fields="summary")),
    "actions_correctionrequest_by_an_agent": Attempt(
        "submitted", lambda story: ask(story, requested_by=story.manager)
    ),
    "actions_correctionrequest_by_an_agent_without_interest": Attempt(
        "submitted", ask_for_ones_own
    ),
    "actions_correctionrequest_due_within_reach": Attempt(
        "submitted", asking(due_on=date(9999, 12, 31))
    ),
    "actions_correctionrequest_due_later": Attempt(
        "submitted", asking(due_on=timezone.localdate())
    ),
    "actions_correctionrequest_asked_again_as_it_was": OfAnIncompleteFile(
        "refusal_announced", ask_for_something_else
    ),
    "actions_fileversion_says_it_in_words": Attempt("submitted", keep(7)),
    "actions_correctionrequest_asked_in_its_state": Attempt("in_evaluation", ask),
    "actions_correctionrequest_of_a_step": Attempt("submitted", ask),
    KEPT: Attempt("in_correction", lambda story: by_sql(asked(story), message="Autre chose.")),
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
