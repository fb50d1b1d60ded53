"""What each transition writes: events, dates, snapshots, references."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from actions.committee.services.decisions import (
    confirm_decision,
    reply_to_refusal,
)
from actions.evaluation.services.evaluations import take_back_evaluation
from actions.models import ActionEvent, CorrectionRequest, GateResult, TransitionNote
from actions.models.action_guarantees import SNAPSHOT_COLUMNS
from actors.enums import Role
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import prepared
from tests.support.factories import (
    LESS_THAN_ASKED,
    Story,
    fresh,
)
from tests.support.transitions import (
    apply,
    decision,
    declined_incomplete,
    history,
    refusals,
    story_at,
)

pytestmark = pytest.mark.django_db


@prepared
def story() -> Story:
    """An evaluated action."""
    return Story().evaluated()


def notes(story: Story) -> list[tuple]:
    """Every reason given, with the transition that it was given for."""
    return list(
        TransitionNote.objects.filter(event__action=story.action)
        .order_by("pk")
        .values_list("event__transition", "text")
    )


def test_the_events_of_a_whole_life():
    story = Story().in_correction()
    manager, agent = story.manager.pk, story.agent.pk
    first, second = (user.pk for user in story.members)
    story.apply("resubmit", story.manager).apply("admit", story.agent)
    story.apply("return_to_instruction", story.agent, comment="  Une pièce manque.  ")
    story.apply("admit", story.agent).assign(story.evaluators[0]).score_all()
    story.apply("close_evaluation", story.agent)
    proposed = decision(story, "reopen_evaluation", story.agent)
    confirm_decision(decision=proposed, by=fresh(story.members[0]))
    story.action.refresh_from_db()
    story.apply("close_evaluation", story.agent)
    story.decide("postpone", reason="Plus tard.")
    story.apply("reconsider", story.agent, comment="C’est plus tard.")
    story.decide("announce_refusal", reason="Hors sujet.")

    assert history(story) == [
        ("submit", "draft", "submitted", manager, None, None),
        ("request_correction", "submitted", "in_correction", agent, None, None),
        ("resubmit", "in_correction", "submitted", manager, None, None),
        ("admit", "submitted", "in_evaluation", agent, None, None),
        ("return_to_instruction", "in_evaluation", "submitted", agent, None, None),
        ("admit", "submitted", "in_evaluation", agent, None, None),
        ("close_evaluation", "in_evaluation", "evaluated", agent, None, None),
        ("reopen_evaluation", "evaluated", "in_evaluation", agent, first, None),
        ("close_evaluation", "in_evaluation", "evaluated", agent, None, None),
        ("postpone", "evaluated", "postponed", first, second, None),
        ("reconsider", "postponed", "evaluated", agent, None, None),
        ("announce_refusal", "evaluated", "refusal_announced", first, second, None),
    ]
    assert notes(story) == [
        ("request_correction", "Précisez le budget."),
        ("return_to_instruction", "Une pièce manque."),
        ("reopen_evaluation", "Un motif."),
        ("postpone", "Plus tard."),
        ("reconsider", "C’est plus tard."),
        ("announce_refusal", "Hors sujet."),
    ]


def test_an_event_holds_no_free_text():
    assert [field.name for field in ActionEvent._meta.fields] == [
        "id",
        "action",
        "transition",
        "from_status",
        "to_status",
        "by",
        "confirmed_by",
        "entered_by",
        "at",
    ]


def test_a_refused_transition_writes_nothing():
    story = Story()
    story.action.communes.clear()

    assert refusals(lambda: apply(story, "submit", story.manager)) != []
    assert (history(story), list(OutgoingMail.objects.all())) == ([], [])


def test_a_refusal_of_the_database_is_a_refusal_in_french(story):
    """What only the database knows is said like the rest: here, who left since they proposed."""
    proposed = decision(story, "reopen_evaluation", story.agent)
    confirmer = fresh(story.members[0])
    assert confirmer.roles == {Role.COMMITTEE}  # remembered, as within one request
    confirmer.groups.clear()

    assert refusals(lambda: confirm_decision(decision=proposed, by=confirmer)) == [
        "Seul un membre de la commission peut confirmer la décision."
    ]


def test_submission_dates_the_file_and_gets_a_reference():
    story = Story().submitted()

    assert story.action.submitted_at.date() == timezone.now().date()
    assert story.action.reference == f"ESS-{timezone.localdate():%Y}-0001"


def test_a_correction_is_kept_and_answered():
    due_on = timezone.localdate() + timedelta(days=3)
    story = Story().in_correction(fields=["title", "communes"], due_on=due_on)
    [request] = CorrectionRequest.objects.all()

    assert (request.fields, request.due_on, request.message, request.requested_by) == (
        ["title", "communes"],
        due_on,
        "Précisez le budget.",
        story.agent,
    )
    assert request.answered_at is None
    story.apply("resubmit", story.manager)
    request.refresh_from_db()
    assert request.answered_at is not None


def test_admission_binds_the_grid_and_keeps_it():
    story = Story().in_evaluation(assign=False)
    bound = story.action.grid
    story.apply("return_to_instruction", story.agent, comment="Une pièce manque.")
    bound.programme.grids.update(is_current=False)
    other = bound.programme.grids.create(version=2, is_current=True)
    for criterion in bound.criteria.all():
        criterion.pk, criterion.grid = None, other
        criterion.save()
    story.apply("admit", story.agent)

    assert bound.bound_at is not None
    assert story.action.grid == bound


def test_closing_writes_the_snapshot_and_appends_a_result():
    story = Story().evaluated((2, 3, 1, 2))
    snapshot = {column: getattr(story.action, column) for column in SNAPSHOT_COLUMNS}
    [result] = GateResult.objects.all()

    assert snapshot == {
        "gate_quorum_reached": 3,
        "gate_quorum_required": 3,
        "gate_points": 8,
        "gate_max_points": 12,
        "gate_threshold": 60,
        "gate_floor_margin": 0,
        "gate_community_interest": True,
        "gate_medians": [2, 3, 1, 2],
        "gate_closed_at": result.closed_at,
    }
    assert {
        f"gate_{field.name}": getattr(result, field.name)
        for field in GateResult._meta.fields
        if field.name not in ("id", "action", "closed_at")
    } == {name: value for name, value in snapshot.items() if name != "gate_closed_at"}


def test_reopening_clears_the_snapshot_and_keeps_the_result(story):
    proposed = decision(story, "reopen_evaluation", story.agent)
    confirm_decision(decision=proposed, by=fresh(story.members[0]))
    story.action.refresh_from_db()

    assert {getattr(story.action, column) for column in SNAPSHOT_COLUMNS} == {None}
    take_back_evaluation(evaluation=story.evaluations[0], by=fresh(story.evaluators[0]))
    story.score(story.evaluations[0], (3, 3, 3, 3))
    story.apply("close_evaluation", story.agent)
    assert [result.points for result in GateResult.objects.order_by("pk")] == [8, 8]
    assert story.action.gate_community_interest is True


def test_granting_writes_amount_and_deciders(story):
    story.decide("prioritise", amount=4200, reason=LESS_THAN_ASKED)

    assert (story.action.amount_granted, story.action.decided_by, story.action.confirmed_by) == (
        4200,
        *story.members,
    )


def test_a_pending_decision_is_dropped_when_the_action_moves(story):
    proposed = decision(story, "postpone", story.members[0])
    story.apply("withdraw", story.manager)
    proposed.refresh_from_db()

    assert proposed.cancelled_at is not None
    assert (proposed.confirmed_by, proposed.is_pending) == (None, False)
    assert refusals(lambda: confirm_decision(decision=proposed, by=fresh(story.members[1]))) == [
        "L’action est à l’état « Retirée » : « Mettre en vivier » n’est pas possible."
    ]


@pytest.mark.parametrize("place", ["inadmissible", "refusal_announced"])
def test_a_refusal_that_is_given_up_returns_to_where_it_came_from(place):
    story = story_at(place)
    origin = story.action.refused_from
    user = story.agent if place == "inadmissible" else story.members[0]
    story.apply("withdraw_refusal", user, comment="La réponse convainc.")
    [notice] = story.action.refusal_notices.all()

    assert origin == ("submitted" if place == "inadmissible" else "evaluated")
    assert (story.action.status, story.action.refused_from) == (origin, "")
    assert (notice.answer, notice.settled_at is not None) == ("La réponse convainc.", True)


def test_an_incomplete_file_is_asked_for_again_with_another_date():
    story = story_at("incomplete")
    due_on = timezone.localdate() + timedelta(days=7)
    story.apply("withdraw_refusal", story.agent, comment="Soit.", details={"due_on": due_on})
    latest, first = story.action.correction_requests.all()

    assert (story.action.status, story.action.refused_from) == ("in_correction", "")
    assert (latest.fields, latest.message, latest.due_on) == (first.fields, first.message, due_on)
    story.apply("resubmit", story.manager, comment="Voici.")
    assert not story.action.correction_requests.filter(answered_at=None).exists()


def test_an_appeal_gives_an_incomplete_file_fifteen_days_again():
    story = declined_incomplete(Story())
    assert story.action.status == "declined"
    story.decide("appeal_upheld", reason="Recours fondé.", appeal_on=timezone.localdate())
    asked = story.action.correction_requests.first()

    assert (story.action.status, story.action.refused_from) == ("in_correction", "")
    assert asked.due_on == timezone.localdate() + timedelta(days=15)
    assert asked.requested_by == story.agent


def test_a_refusal_from_the_reserve_returns_to_the_reserve(story):
    story.decide("postpone", reason="Plus tard.")
    story.decide("announce_refusal", reason="Rien n’a bougé.")
    reply_to_refusal(action=story.action, by=fresh(story.manager), text="Si.")
    story.apply("confirm_refusal", story.members[0], comment="Non.")

    assert (story.action.status, story.action.refused_from) == ("declined", "postponed")
    story.decide("appeal_upheld", reason="Recours fondé.", appeal_on=date(2026, 1, 5))
    assert (story.action.status, story.action.refused_from) == ("postponed", "")


def test_the_final_report_is_kept():
    assert Story().completed().action.final_report == "Trente familles servies chaque semaine."
