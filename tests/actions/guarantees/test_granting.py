"""Guarantee 2: no granted action without a true snapshot, two distinct deciders and an amount."""

from decimal import Decimal

import pytest

from actions.enums import ActionStatus, DecisionKind
from actions.models import Recusal
from actions.models.action_guarantees import DECISION_COLUMNS, SNAPSHOT_COLUMNS
from actors.enums import Role
from tests.plugins.prepared import prepared, starts_from
from tests.support.factories import (
    BELOW_FLOOR,
    BELOW_THRESHOLD,
    OrganisationFactory,
    Story,
    person,
    story_in,
)
from tests.support.guarantee_steps import (
    append_result,
    assign,
    behind_everything,
    close,
    closing_columns,
    confirm,
    grant,
    granted_columns,
    is_deactivated,
    joins_a_partner,
    joins_the_carrier,
    leaves_the_committee,
    propose,
    reopen,
)
from tests.support.refusals import (
    WAYS,
    by_sql,
    execute,
    holder_of,
    refusal_of,
    refused_by,
    refused_every_way,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOT_DECIDED = "actions_action_granting_is_decided_by_two"

NOT_OF_INTEREST = "actions_action_granted_is_of_community_interest"

NOT_INDEPENDENT = "actions_decision_by_somebody_independent"


@prepared
def story() -> Story:
    """An evaluated action of community interest."""
    return Story(partners=[OrganisationFactory()]).evaluated()


@prepared
def granted(param: str) -> Story:
    """An action that was granted, in some status."""
    return story_in(param)


def test_a_true_decision_gets_through(story):
    """What the refusals below leave to do: so they refuse for their own reason."""
    for change in WAYS:
        assert refusal_of(lambda change=change: grant(story, change)) is None


@pytest.mark.parametrize(
    "levels", [BELOW_FLOOR, BELOW_THRESHOLD, (None, 3, 3, 3), (None, None, None, None)]
)
def test_two_deciders_and_an_amount_do_not_make_community_interest(levels):
    story = Story().evaluated(levels)

    for change in WAYS:
        with refused_by(NOT_OF_INTEREST):
            grant(story, change)


def test_below_the_quorum():
    story = Story().in_evaluation()
    for evaluation in story.evaluations[:2]:
        story.score(evaluation)
    close(story)

    with refused_by(NOT_OF_INTEREST):
        grant(story)


def test_from_the_reserve_the_same_is_asked():
    with refused_by(NOT_OF_INTEREST):
        grant(Story().postponed(BELOW_FLOOR))


@pytest.mark.parametrize("granted", ActionStatus.GRANTED, indirect=True)
def test_nothing_of_it_becomes_null_afterwards(granted):
    action = granted.action

    for column in SNAPSHOT_COLUMNS:
        refused_every_way("actions_action_snapshot_is_kept", action, **{column: None})
    for column in DECISION_COLUMNS:
        refused_every_way("actions_action_granting_is_kept", action, **{column: None})


@starts_from(granted="prioritised")
def test_the_constraints_alone_refuse_every_null(granted):
    """Even without the triggers in front of them: NULL is not "unknown, so let it pass"."""
    action = granted.action
    for first in ("actions_action_snapshot_is_kept", "actions_action_granting_is_kept"):
        holder_of(first).drop()

    for column in SNAPSHOT_COLUMNS:
        refused_every_way("actions_action_evaluated_has_snapshot", action, **{column: None})
    for column in DECISION_COLUMNS:
        refused_every_way(NOT_OF_INTEREST, action, **{column: None})


@starts_from(granted="prioritised")
def test_the_constraint_alone_refuses_unknown_interest(granted):
    """NULL instead of true, with the constraints on the whole snapshot away too."""
    for first in (
        "actions_action_snapshot_is_kept",
        "actions_action_evaluated_has_snapshot",
        "actions_action_snapshot_is_whole",
    ):
        holder_of(first).drop()

    with refused_by(NOT_OF_INTEREST):
        by_sql(granted.action, gate_community_interest=None)
    with refused_by(NOT_OF_INTEREST):
        by_sql(granted.action, gate_community_interest=False)


def test_granting_with_a_null_is_refused(story):
    for column in DECISION_COLUMNS:
        for change in WAYS:
            with refused_by(NOT_DECIDED):
                grant(story, change, **{column: None})


def test_granting_without_decision_is_refused(story):
    with refused_by(NOT_DECIDED):
        by_sql(story.action, **granted_columns(story))
    with refused_by(NOT_DECIDED):
        by_sql(story.action, status="prioritised")


def test_a_decision_that_only_one_took_is_refused(story):
    propose(story)

    with refused_by(NOT_DECIDED):
        by_sql(story.action, **granted_columns(story))


def test_a_cancelled_decision_is_refused(story):
    by_sql(propose(story), cancelled_at="2026-01-01T00:00:00Z")

    with refused_by(NOT_DECIDED):
        by_sql(story.action, **granted_columns(story))


@pytest.mark.parametrize("kind", [DecisionKind.POSTPONE, DecisionKind.ANNOUNCE_REFUSAL])
def test_a_decision_of_another_kind_is_refused(story, kind):
    confirm(propose(story, kind), story.members[1])

    with refused_by(NOT_DECIDED):
        by_sql(story.action, **granted_columns(story))


def test_a_decision_on_another_action_is_refused(story):
    other = Story().evaluated()
    other.members = story.members
    confirm(propose(other), story.members[1])

    with refused_by(NOT_DECIDED):
        by_sql(story.action, **granted_columns(story))


def test_another_amount_than_the_decided_one_is_refused(story):
    for amount in (Decimal("4999.99"), Decimal("5000.01"), Decimal(50000)):
        with refused_by(NOT_DECIDED):
            grant(story, amount_granted=amount)


def test_other_deciders_than_the_true_ones_are_refused(story):
    third = person(Role.COMMITTEE)
    first, second = story.members

    for decided_by, confirmed_by in [(second, first), (third, second), (first, third)]:
        with refused_by(NOT_DECIDED):
            grant(story, decided_by_id=decided_by.pk, confirmed_by_id=confirmed_by.pk)


def test_the_same_person_twice_is_refused(story):
    decision, first = propose(story), story.members[0]

    for change in WAYS:
        with refused_by("actions_decision_confirmed_by_another"):
            confirm(decision, first, change)


def test_the_same_person_twice_is_refused_by_the_action_too(story):
    """Behind the decision's own check, the action's."""
    for first in ("actions_decision_confirmed_by_another", NOT_DECIDED):
        holder_of(first).drop()

    with refused_by(NOT_OF_INTEREST):
        grant(story, confirmed_by_id=story.members[0].pk)


def test_half_a_confirmation_is_refused(story):
    """The database dates a confirmation itself; who confirmed, it can't guess."""
    decision = propose(story)

    refused_every_way(
        "actions_decision_confirmed_by_another", decision, confirmed_at="2026-01-01T00:00:00Z"
    )
    by_sql(decision, confirmed_by_id=story.members[1].pk)
    decision.refresh_from_db()
    assert [(decision.confirmed_at,)] == execute("SELECT now()")


# NaN is a number for PostgreSQL, above every other. Django refuses to write it: raw SQL doesn't.
NO_AMOUNTS = (None, 0, -1, "NaN")


def insert_decision(story: Story, amount) -> None:
    execute(
        "INSERT INTO actions_decision"
        " (action_id, kind, amount, reason, proposed_by_id, proposed_at)"
        " VALUES (%s, 'prioritise', %s, 'Un motif.', %s, now())",
        story.action.pk,
        amount,
        story.members[0].pk,
    )


def test_no_amount_is_no_grant(story):
    for amount in NO_AMOUNTS:
        with refused_by("actions_decision_granting_has_amount"):
            insert_decision(story, amount)


@pytest.mark.parametrize("amount", NO_AMOUNTS[1:])
def test_no_amount_is_no_grant_for_the_action_either(story, amount):
    holder_of("actions_decision_granting_has_amount").drop()
    insert_decision(story, amount)
    execute("UPDATE actions_decision SET confirmed_by_id = %s", story.members[1].pk)

    with refused_by(NOT_OF_INTEREST):
        by_sql(story.action, **granted_columns(story, amount_granted=amount))


def evaluated_it(story, user):
    """Reopened so that `user` could write, then closed again."""
    reopen(story)
    assign(story, user)
    close(story)


def recused(story, user):
    reopen(story)
    Recusal.objects.create(action=story.action, user=user, declared_by=user, reason="Un lien.")
    close(story)


UNFIT = [
    pytest.param(joins_the_carrier, NOT_INDEPENDENT, id="carrier"),
    pytest.param(joins_a_partner, NOT_INDEPENDENT, id="partner"),
    pytest.param(evaluated_it, NOT_INDEPENDENT, id="evaluator"),
    pytest.param(recused, NOT_INDEPENDENT, id="recused"),
    pytest.param(leaves_the_committee, "actions_decision_by_the_right_role", id="left"),
    pytest.param(is_deactivated, "actions_decision_by_the_right_role", id="inactive"),
]


@pytest.mark.parametrize(("happens", "name"), UNFIT)
def test_somebody_unfit_cannot_propose(story, happens, name):
    happens(story, story.members[0])

    with refused_by(name):
        propose(story)


@pytest.mark.parametrize(("happens", "name"), UNFIT)
def test_somebody_unfit_cannot_confirm(story, happens, name):
    happens(story, story.members[1])
    decision = propose(story)

    for change in WAYS:
        with refused_by(name):
            confirm(decision, story.members[1], change)


@pytest.mark.parametrize("joins", [joins_the_carrier, joins_a_partner])
def test_nobody_joins_while_a_decision_of_theirs_waits(story, joins):
    propose(story)

    with refused_by("actions_belonging_behind_no_decision"):
        joins(story, story.members[0])


@pytest.mark.parametrize("joins", [joins_the_carrier, joins_a_partner])
def test_somebody_who_lost_their_independence_since_proposing(story, joins):
    decision = propose(story)
    behind_everything(joins)(story, story.members[0])

    with refused_by(NOT_INDEPENDENT):
        confirm(decision, story.members[1])


def test_only_the_committee_grants(story):
    others = [person(role) for role in Role if role != Role.COMMITTEE]

    for other in others:
        with refused_by("actions_decision_by_the_right_role"):
            propose(story, proposed_by=other)
    decision = propose(story)
    for other in others:
        with refused_by("actions_decision_by_the_right_role"):
            confirm(decision, other)


def test_a_superuser_without_the_role_grants_nothing(story):
    with refused_by("actions_decision_by_the_right_role"):
        propose(story, proposed_by=person(is_superuser=True, is_staff=True))


def test_a_decision_confirmed_earlier_grants_nothing_now(story):
    """It isn't a loaded gun, even if it could be confirmed without granting anything."""
    holder_of("actions_decision_took_place").drop()
    decision = propose(story)
    confirm(decision, story.members[1])
    holder_of("actions_decision_is_kept").drop()
    by_sql(decision, confirmed_at="2026-01-01T00:00:00Z")

    with refused_by(NOT_DECIDED):
        by_sql(story.action, **granted_columns(story))


@pytest.mark.django_db(transaction=True)
def test_a_decision_is_not_confirmed_for_later():
    story = Story().evaluated()

    with refused_by("actions_decision_took_place"):
        confirm(propose(story), story.members[1])


@pytest.mark.django_db(transaction=True)
def test_a_result_is_not_written_for_later():
    story = Story().scored()

    with refused_by("actions_gateresult_of_a_closing"):
        append_result(story)


@starts_from(granted="scored")
def test_a_result_of_an_earlier_closing_closes_nothing_now(granted):
    holder_of("actions_gateresult_of_a_closing").drop()
    result = append_result(granted)
    holder_of("actions_gateresult_append_only").drop()
    by_sql(result, closed_at="2026-01-01T00:00:00Z")

    with refused_by("actions_action_snapshot_is_true"):
        by_sql(granted.action, **closing_columns(granted))
