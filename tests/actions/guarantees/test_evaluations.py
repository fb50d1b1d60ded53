"""Guarantee 5: who evaluates, once, when, with which levels, and what sending asks."""

import pytest
from django.utils import timezone

from actions.enums import ActionStatus, Round
from actions.models import CriterionScore, Evaluation, Recusal, SentEvaluation
from actors.enums import MembershipRole, Role
from actors.models import Membership
from tests.plugins.prepared import prepared, starts_from
from tests.support.factories import REASON, OrganisationFactory, Story, member, person, story_in
from tests.support.guarantee_steps import assign, move, other_grid, scores_of
from tests.support.refusals import WAYS, by_sql, delete, execute, holder_of, refusal_of, refused_by
from tests.support.refusals import refused_every_way as refused

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CLOSED = "actions_evaluation_written_while_open"
LINKED = "actions_evaluation_by_somebody_independent"
NOT_WHOLE = "actions_evaluation_sent_whole"


@prepared
def story() -> Story:
    """An action in evaluation, with three evaluations to write by people without interest."""
    return Story(partners=[OrganisationFactory()]).in_evaluation().declare()


@prepared
def elsewhere(param: str) -> Story:
    """An action in some status."""
    return story_in(param)


# --- Who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", Round)
def test_nobody_evaluates_an_action_of_their_own(story, turn):
    partner = story.action.partners.get()
    if turn == Round.FOLLOW_UP:
        finish(story)

    for organisation in (story.carrier, partner):
        for role in MembershipRole:
            with refused_by(LINKED):
                assign(story, member(organisation, role), round=turn)


def finish(story: Story) -> Story:
    """Take an action in evaluation to its completion."""
    for evaluation in story.evaluations:
        story.score(evaluation)
    story.apply("close_evaluation", story.agent).decide("prioritise", amount=6000)
    return story.apply("start", story.agent).apply("complete", story.agent, comment="Fait.")


def test_somebody_who_joined_since_sends_nothing(story):
    evaluation = story.evaluations[0]
    story.score(evaluation, send=False)
    Membership.objects.create(user=story.evaluators[0], organisation=story.carrier)
    write_history(evaluation)

    refused(LINKED, evaluation, sent_at=SENT_AT)


def test_nobody_evaluates_after_recusing_themselves(story):
    for evaluator in (story.evaluators[0], story.members[0]):
        Recusal.objects.create(action=story.action, user=evaluator, declared_by=story.agent)

    with refused_by("actions_evaluation_not_after_recusal"):
        assign(story, story.members[0])
    refused("actions_evaluation_not_after_recusal", story.evaluations[0], sent_at=SENT_AT)


def test_one_evaluation_for_each_person_and_round(story):
    with refused_by("actions_evaluation_once_per_round"):
        assign(story, story.evaluators[0])

    finish(story)
    assign(story, story.evaluators[0], round=Round.FOLLOW_UP)
    with refused_by("actions_evaluation_once_per_round"):
        assign(story, story.evaluators[0], round=Round.FOLLOW_UP)


def test_there_are_two_rounds_only(story):
    for other in ("", "third", "INITIAL"):
        with refused_by(CLOSED):
            assign(story, story.members[0], round=other)
        refused("actions_evaluation_keeps_its_author", story.evaluations[0], round=other)


# --- When ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "elsewhere", [s for s in ActionStatus.values if s != "recorded"], indirect=True
)
def test_an_evaluation_is_written_in_evaluation_and_a_follow_up_once_completed(elsewhere):
    status = elsewhere.action.status
    evaluator = person(Role.EVALUATOR)

    outcomes = {
        turn: refusal_of(lambda turn=turn: assign(elsewhere, evaluator, round=turn))
        for turn in Round
    }

    assert outcomes == {
        Round.INITIAL: None if status == "in_evaluation" else CLOSED,
        Round.FOLLOW_UP: None if status == "completed" else CLOSED,
    }


@starts_from(elsewhere="in_progress")
def test_or_twelve_months_after_the_start(elsewhere):
    """Only the owner can turn the clock back: the web's role can't date a start."""
    story = elsewhere
    refused("actions_action_start_is_kept", story.action, started_at="2020-01-01T00:00:00Z")
    refused("actions_action_start_is_kept", story.action, started_at=None)
    holder_of("actions_action_start_is_kept").drop()

    def outcome(since: str) -> str | None:
        execute("UPDATE actions_action SET started_at = now() - %s::interval", since)
        return refusal_of(lambda: assign(story, story.agent, round=Round.FOLLOW_UP))

    assert outcome("12 months 1 day") is None
    assert outcome("12 months") is None
    assert outcome("11 months") == CLOSED
    assert outcome("12 months - 1 hour") == CLOSED
    assert outcome("- 1 month") == CLOSED


@starts_from(elsewhere="prioritised")
def test_the_database_dates_the_start(elsewhere):
    story = elsewhere

    move(story.action, "in_progress", story.agent, started_at="2020-01-01T00:00:00Z")

    story.action.refresh_from_db()
    assert [(story.action.started_at,)] == execute("SELECT now()")


@pytest.mark.parametrize("elsewhere", ["draft", "submitted", "prioritised"], indirect=True)
def test_nothing_starts_by_itself(elsewhere):
    refused("actions_action_start_is_kept", elsewhere.action, started_at="2020-01-01T00:00:00Z")


@starts_from(elsewhere="completed")
def test_a_follow_up_never_touches_the_gate(elsewhere):
    story = elsewhere
    evaluation = assign(story, story.evaluators[0], round=Round.FOLLOW_UP)
    for criterion in story.action.grid.criteria.all():
        write_score(evaluation, criterion, level=0)
    send(evaluation)

    [[points, interest]] = execute(
        "SELECT points, community_interest FROM actions_gate(%s)", story.action.pk
    )
    assert (points, interest) == (8, True)


@pytest.mark.parametrize(
    "elsewhere", ["submitted", "evaluated", "prioritised", "refusal_announced"], indirect=True
)
def test_a_recusal_is_declared_in_evaluation_only(elsewhere):
    """After closing, it would take an evaluation out of a result already given."""
    story = elsewhere

    with refused_by("actions_recusal_declared_while_open"):
        Recusal.objects.create(
            action=story.action, user=story.evaluators[0], declared_by=story.agent
        )


# --- Scores -------------------------------------------------------------------------------------

SENT_AT = "2026-01-01T00:00:00Z"


def write_score(evaluation: Evaluation, criterion, **columns) -> CriterionScore:
    columns = {"level": 2, "reason": REASON} | columns
    return CriterionScore.objects.create(evaluation=evaluation, criterion=criterion, **columns)


def write_history(evaluation: Evaluation) -> None:
    scores = scores_of(evaluation)
    SentEvaluation.objects.create(evaluation=evaluation, sent_at=SENT_AT, scores=scores)


def send(evaluation: Evaluation, change=by_sql) -> None:
    """Write the history, then that it is sent."""
    write_history(evaluation)
    change(evaluation, sent_at=SENT_AT)


def criteria_of(story: Story) -> list:
    return list(story.action.grid.criteria.order_by("position"))


def test_levels_go_from_0_to_3(story):
    """A column of positive integers refuses -1 by its own check."""
    [first, *_] = criteria_of(story)
    score = write_score(story.evaluations[0], first)

    for level in (0, 1, 2, 3, None):
        by_sql(score, level=level)
    for level in (4, 5, 32767):
        refused("actions_criterionscore_level_in_range", score, level=level)
    for level in (-1, -32768):
        refused("actions_criterionscore_level_check", score, level=level)


def test_no_opinion_has_no_level(story):
    [first, *_] = criteria_of(story)
    score = write_score(story.evaluations[0], first)

    for level in (0, 1, 2, 3):
        refused("actions_criterionscore_level_in_range", score, level=level, no_opinion=True)


def test_a_criterion_is_scored_once(story):
    [first, *_] = criteria_of(story)
    write_score(story.evaluations[0], first)

    with refused_by("actions_criterionscore_once_per_criterion"):
        write_score(story.evaluations[0], first)


def test_a_criterion_of_another_grid_is_refused(story):
    stranger = other_grid(story).criteria.first()

    with refused_by("actions_criterionscore_of_the_bound_grid"):
        write_score(story.evaluations[0], stranger)


# --- Sending --------------------------------------------------------------------------------------


def test_a_whole_evaluation_is_sent(story):
    for criterion, answer in zip(
        criteria_of(story),
        ({"level": 0}, {"level": 3}, {"level": 2}, {"level": None, "no_opinion": True}),
        strict=True,
    ):
        write_score(story.evaluations[0], criterion, **answer)

    for change in WAYS:
        assert refusal_of(lambda change=change: send(story.evaluations[0], change)) is None


UNSAID = {
    "nothing": {"level": None},
    "empty reason": {"reason": ""},
    "spaces": {"reason": "   "},
    "line breaks": {"reason": "\n\r\n\t\v\f "},
    "no-break spaces": {"reason": "\u00a0\u202f\u2007"},
    "typographic spaces": {"reason": "\u2000\u2003\u2009\u200a\u205f\u3000\u1680"},
    "separators": {"reason": "\u2028\u2029\u0085\u001c\u001d\u001e\u001f"},
    "nothing that shows": {"reason": "\u200b\u200c\u200d\u2060\ufeff"},
    "no opinion, no reason": {"level": None, "no_opinion": True, "reason": ""},
}


def test_a_criterion_without_answer_or_reason_is_not_sent(story):
    *others, last = criteria_of(story)
    for criterion in others:
        write_score(story.evaluations[0], criterion)
    score = write_score(story.evaluations[0], last)

    def refusal_with(**columns) -> str | None:
        by_sql(score, **{"level": 2, "no_opinion": False, "reason": REASON} | columns)
        return refusal_of(lambda: send(story.evaluations[0]))

    assert {what: refusal_with(**columns) for what, columns in UNSAID.items()} == dict.fromkeys(
        UNSAID, NOT_WHOLE
    )
    assert refusal_with() is None


def test_a_criterion_without_score_is_not_sent(story):
    for criterion in criteria_of(story):
        for change in WAYS:
            with refused_by(NOT_WHOLE):
                send(story.evaluations[0], change)
        write_score(story.evaluations[0], criterion)

    assert refusal_of(lambda: send(story.evaluations[0])) is None


def test_an_evaluation_is_not_born_sent(story):
    with refused_by(NOT_WHOLE):
        assign(story, story.members[0], sent_at=timezone.now())


def test_what_is_sent_stands_in_the_history(story):
    """Else it could be taken back and deleted without leaving a trace."""
    evaluation = story.evaluations[0]
    story.score(evaluation, send=False)
    SentEvaluation.objects.create(
        evaluation=evaluation, sent_at="2026-01-02T00:00:00Z", scores=scores_of(evaluation)
    )

    refused("actions_evaluation_sent_is_in_history", evaluation, sent_at=SENT_AT)


def test_what_was_sent_is_neither_unassigned_nor_emptied(story):
    evaluation = story.evaluations[0]
    story.score(evaluation)

    with refused_by("actions_evaluation_sent_is_kept"):
        delete(evaluation)
    with refused_by("actions_criterionscore_sent_is_kept"):
        CriterionScore.objects.filter(evaluation=evaluation).delete()
    refused("actions_evaluation_keeps_its_author", evaluation, evaluator_id=story.agent.pk)
    by_sql(evaluation, sent_at=None)
    with refused_by("actions_evaluation_sent_is_kept"):
        delete(evaluation)


# --- Declaration ----------------------------------------------------------------------------------

UNDECLARED = "actions_evaluation_sent_after_declaration"


def undeclared() -> Evaluation:
    """An evaluation that is whole, and whose author declared nothing."""
    story = Story().in_evaluation()
    evaluation = story.evaluations[0]
    for criterion in criteria_of(story):
        write_score(evaluation, criterion)
    write_history(evaluation)
    return evaluation


def test_nothing_is_sent_before_its_author_declared_no_interest():
    evaluation = undeclared()

    refused(UNDECLARED, evaluation, sent_at=SENT_AT)
    refused(UNDECLARED, evaluation, sent_at=SENT_AT, declared_at=None)
    for change in WAYS:
        assert (
            refusal_of(
                lambda change=change: change(evaluation, declared_at=SENT_AT, sent_at=SENT_AT)
            )
            is None
        )


def test_a_declaration_is_neither_moved_nor_withdrawn(story):
    evaluation = story.evaluations[0]

    refused("actions_evaluation_declaration_is_kept", evaluation, declared_at=SENT_AT)
    refused("actions_evaluation_declaration_is_kept", evaluation, declared_at=None)
    story.score(evaluation)
    refused("actions_evaluation_declaration_is_kept", evaluation, declared_at=None, sent_at=None)


@starts_from(elsewhere="in_evaluation")
def test_a_declaration_is_made_while_the_evaluation_is_open(elsewhere):
    story = elsewhere
    move(story.action, "withdrawn", story.manager)

    refused(CLOSED, story.evaluations[0], declared_at=SENT_AT)


@starts_from(elsewhere="completed")
def test_a_follow_up_asks_for_no_declaration(elsewhere):
    story = elsewhere
    evaluation = assign(story, story.evaluators[0], round=Round.FOLLOW_UP)
    for criterion in criteria_of(story):
        write_score(evaluation, criterion)

    assert refusal_of(lambda: send(evaluation)) is None


def test_an_evaluator_speaks_for_a_known_kind_or_none(story):
    for kind in ("", "agent", "elected", "ess_partner", "inhabitant"):
        by_sql(story.evaluations[0], evaluator_kind=kind)
    for kind in ("lobbyist", "Agent", " "):
        refused(
            "actions_evaluation_known_evaluator_kind", story.evaluations[0], evaluator_kind=kind
        )
    refused(None, story.evaluations[0], evaluator_kind=None)
