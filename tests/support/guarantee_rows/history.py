"""What must not be done to the history of an action, in the shape of `test_needed.py`'s rows."""

from collections.abc import Callable

from actions.enums import DecisionKind
from actions.models import AssignmentAct, TransitionNote, TypedReply
from actions.models.application_version import record_version
from actors.enums import Role
from actors.models import Membership
from tests.support.factories import OrganisationFactory, Story, person
from tests.support.guarantee_rows.actions import Attempt, change, recuse
from tests.support.guarantee_steps import (
    amend,
    append_result,
    closing_columns,
    confirm,
    move,
    propose,
    tell,
    tell_by_two,
)
from tests.support.refusals import by_sql

A_DAY = "2026-03-01T08:00:00Z"


def notice_of(story: Story):
    return story.action.refusal_notices.get()


def postpone_alone(story: Story) -> None:
    tell_by_two(story, "postponed")
    by_sql(story.action, status="postponed")


def refuse_at_once(story: Story) -> None:
    move(story.action, "declined", story.members[0])


def close_on_another_result(story: Story) -> None:
    append_result(story)
    by_sql(story.evaluations[0], sent_at=None)
    tell(story.action, "evaluated", story.agent)
    by_sql(story.action, **closing_columns(story))


def announce_without_notice(story: Story) -> None:
    confirm(propose(story, DecisionKind.ANNOUNCE_REFUSAL), story.members[1])
    tell_by_two(story, "refusal_announced")
    by_sql(story.action, status="refusal_announced", refused_from="evaluated")


def act_for_ones_own(story: Story) -> None:
    Membership.objects.create(user=story.agent, organisation=story.carrier)
    tell(story.action, "in_evaluation", story.agent)


def recuse_for_ones_own(story: Story) -> None:
    agent = person(Role.AGENT)
    Membership.objects.create(user=agent, organisation=story.carrier)
    recuse(story, story.evaluators[0], by=agent)


def note_of(story: Story) -> TransitionNote:
    """The reason given with a transition."""
    event = story.action.events.last()
    return TransitionNote.objects.create(event=event, text="Un motif.")


def publish(story: Story, public_text: str) -> None:
    """Give the last transition a reason that anybody reads."""
    TransitionNote.objects.create(event=story.action.events.last(), public_text=public_text)


def reply_begun_twice(story: Story) -> None:
    for _ in range(2):
        TypedReply.objects.create(notice=story.action.refusal_notices.get(), saved_by=story.manager)


def note(**columns) -> Callable[[Story], AssignmentAct]:
    """Note what the agent did about the first evaluation: a reminder, unless said otherwise."""
    return lambda story: AssignmentAct.objects.create(
        **{
            "action": story.action,
            "evaluator": story.evaluators[0],
            "kind": "reminded",
            "by": story.agent,
        }
        | columns
    )


def remind_twice(story: Story) -> None:
    for _ in range(2):
        note()(story)


def note_for_ones_own(story: Story) -> None:
    tied = person(Role.AGENT)
    Membership.objects.create(user=tied, organisation=story.carrier)
    note(by=tied)(story)


ON_HISTORY: dict[str, Attempt] = {
    "actions_assignmentact_append_only": Attempt(
        "in_evaluation", lambda story: by_sql(note()(story), kind="taken_off")
    ),
    "actions_assignmentact_says_what_was_done": Attempt("in_evaluation", note(kind="replaced")),
    "actions_assignmentact_one_reminder_a_day": Attempt("in_evaluation", remind_twice),
    "actions_assignmentact_by_an_agent": Attempt(
        "in_evaluation", lambda story: note(by=story.members[0])(story)
    ),
    "actions_assignmentact_by_an_agent_without_interest": Attempt(
        "in_evaluation", note_for_ones_own
    ),
    "actions_typedreply_once_per_person": Attempt("refusal_announced", reply_begun_twice),
    "actions_action_status_has_its_event": Attempt("submitted", change(status="withdrawn")),
    "actions_action_decided_by_two": Attempt("evaluated", postpone_alone),
    "actions_action_refusal_is_heard": Attempt("refusal_announced", refuse_at_once),
    "actions_action_result_is_the_snapshot": Attempt("scored", close_on_another_result),
    "actions_action_returns_before_evaluations": Attempt(
        "scored", lambda story: move(story.action, "submitted", story.agent)
    ),
    "actions_action_refusal_has_its_notice": Attempt("evaluated", announce_without_notice),
    "actions_action_filing_is_kept": Attempt("submitted", change(submitted_at=A_DAY)),
    "actions_action_carrier_is_kept": Attempt(
        "evaluated", lambda story: by_sql(story.action, carrier_id=OrganisationFactory().pk)
    ),
    "actions_actionevent_tells_a_step": Attempt(
        "submitted",
        lambda story: tell(story.action, "withdrawn", story.manager, from_status="draft"),
    ),
    "actions_actionevent_by_whoever_may": Attempt(
        "submitted", lambda story: move(story.action, "in_correction", story.manager)
    ),
    "actions_actionevent_by_an_agent_without_interest": Attempt("submitted", act_for_ones_own),
    "actions_recusal_by_an_agent_without_interest": Attempt("in_evaluation", recuse_for_ones_own),
    "actions_recusal_by_oneself_or_an_agent": Attempt(
        "in_evaluation",
        lambda story: recuse(story, story.evaluators[0], by=story.evaluators[1]),
    ),
    "actions_transitionnote_is_kept": Attempt(
        "submitted", lambda story: by_sql(note_of(story), text="Un autre.")
    ),
    "actions_transitionnote_published_where_it_may": Attempt(
        "submitted",
        lambda story: publish(story, "À tous."),
    ),
    "actions_transitionnote_published_as_decided": Attempt(
        "prioritised",
        lambda story: publish(story, "Un autre, que personne n’a lu."),
    ),
    "actions_fileversion_is_kept": Attempt(
        "submitted", lambda story: by_sql(story.action.versions.get(), content='{"title": "X"}')
    ),
    "actions_fileversion_corrected_by_an_agent": Attempt(
        "submitted",
        lambda story: record_version(story.action, by=story.manager, reason="Un motif."),
    ),
    "actions_decision_public_reason_of_a_grant": Attempt(
        "evaluated", lambda story: propose(story, "postpone", public_reason="À tous.")
    ),
    "actions_decision_has_reason": Attempt(
        "evaluated", lambda story: propose(story, DecisionKind.POSTPONE, reason="\u200b")
    ),
    "actions_action_is_finite": Attempt("draft", change(ends_on="infinity")),
    "actions_amendment_is_finite": Attempt(
        "prioritised",
        lambda story: by_sql(amend(story), new_ends_on="infinity"),
        behind=("actions_amendment_is_kept",),
    ),
    "actions_actionevent_took_place": Attempt(
        "submitted", lambda story: tell(story.action, "in_correction", story.agent)
    ),
    "actions_gateresult_of_a_closing": Attempt("scored", append_result),
    "actions_gateresult_of_an_evaluation": Attempt("in_evaluation", append_result),
    "actions_decision_took_place": Attempt(
        "evaluated",
        lambda story: confirm(propose(story, DecisionKind.POSTPONE), story.members[1]),
    ),
    "actions_refusalnotice_announced_first": Attempt(
        "evaluated",
        lambda story: story.action.refusal_notices.create(
            reason="R", announced_at=A_DAY, settled_at=A_DAY
        ),
    ),
    "actions_refusalnotice_of_an_announcement": Attempt(
        "evaluated",
        lambda story: story.action.refusal_notices.create(reason="R", announced_at=A_DAY),
    ),
    "actions_refusalnotice_reply_has_words": Attempt(
        "refusal_announced", lambda story: by_sql(notice_of(story), replied_at=A_DAY)
    ),
    "actions_refusalnotice_answer_settles": Attempt(
        "refusal_announced", lambda story: by_sql(notice_of(story), answer="Lu d’avance.")
    ),
    "actions_refusalnotice_settled_as_it_ends": Attempt(
        "refusal_announced", lambda story: by_sql(notice_of(story), settled_at=A_DAY)
    ),
    "actions_refusalnotice_is_kept": Attempt(
        "refusal_announced", lambda story: by_sql(notice_of(story), announced_at=A_DAY)
    ),
}
