"""Guarantee 1: status pairs outside the table, and inserts in another status, are refused."""

import pytest
from django.db import ProgrammingError, connection, transaction

from actions.enums import ALLOWED_TRANSITIONS, ActionStatus
from actions.models import Action
from tests.support.factories import Story
from tests.support.guarantee_steps import RECORDED, action_in
from tests.support.refusals import (
    by_sql,
    by_update,
    delete,
    execute,
    refused_by,
    refused_every_way,
)

pytestmark = pytest.mark.django_db
WRONG_PAIR = "actions_action_status_pair_is_in_the_table"


def test_the_table_of_rules_md():
    """Section 4, word for word: the database and the workflow are both held to these pairs."""
    table = """
        draft submitted
        submitted in_correction
        in_correction submitted
        submitted in_evaluation
        in_evaluation submitted
        in_evaluation evaluated
        evaluated in_evaluation
        evaluated prioritised
        postponed prioritised
        evaluated postponed
        postponed evaluated
        evaluated refusal_announced
        postponed refusal_announced
        submitted refusal_announced
        refusal_announced declined
        refusal_announced submitted
        refusal_announced evaluated
        refusal_announced postponed
        declined submitted
        declined evaluated
        declined postponed
        prioritised in_progress
        in_progress completed
        prioritised abandoned
        in_progress abandoned
        draft withdrawn
        submitted withdrawn
        in_correction withdrawn
        in_evaluation withdrawn
        evaluated withdrawn
        postponed withdrawn
    """
    pairs = {tuple(line.split()) for line in table.strip().splitlines()}

    assert {(str(a.value), str(b.value)) for a, b in ALLOWED_TRANSITIONS} == pairs


@pytest.mark.parametrize("source", ActionStatus.values)
def test_a_pair_outside_the_table_is_refused(source):
    action = action_in(source)
    targets = [
        target
        for target in ActionStatus.values
        if target != source and (source, target) not in ALLOWED_TRANSITIONS
    ]
    for target in targets:
        refused_every_way(WRONG_PAIR, action, status=target)

    action.refresh_from_db()
    assert action.status == source


def test_an_unknown_status_is_refused():
    """NULL too: the trigger speaks before the column's own NOT NULL does."""
    action = Story().action

    for status in ("", "DRAFT", "Submitted", "draft ", "lost", None):
        refused_every_way(WRONG_PAIR, action, status=status)


def test_several_actions_at_once_are_refused_together():
    """One forbidden pair among allowed ones refuses the whole statement."""
    draft, submitted = Story().action, Story().submitted().action

    with refused_by(WRONG_PAIR):
        execute(
            "UPDATE actions_action SET status = 'in_correction' WHERE id IN (%s, %s)",
            submitted.pk,
            draft.pk,
        )

    submitted.refresh_from_db()
    assert submitted.status == "submitted"


# --- Inserts ------------------------------------------------------------------------------------

OTHERS = [status for status in ActionStatus.values if status not in ("draft", "recorded")]


def test_an_action_starts_as_a_draft_or_recorded():
    for status in OTHERS:
        with refused_by("actions_action_inserted_as_draft_or_recorded"):
            Action.objects.create(title="Titre", status=status)
        with refused_by("actions_action_inserted_as_draft_or_recorded"):
            Action.objects.bulk_create([Action(title="Titre", status=status)])


def test_an_insert_that_would_update_is_refused_too():
    """ON CONFLICT DO UPDATE is an update like any other."""
    action = Story().action
    written = [field for field in Action._meta.concrete_fields if not field.generated]
    columns = ", ".join(field.column for field in written)

    with refused_by(WRONG_PAIR):
        execute(
            f"INSERT INTO actions_action ({columns}) "
            f"SELECT {columns} FROM actions_action WHERE id = %s "
            "ON CONFLICT (uuid) DO UPDATE SET status = 'prioritised'",
            action.pk,
        )


@pytest.mark.parametrize("status", ["draft", "recorded"])
def test_a_new_action_has_no_result_and_no_decision(status):
    reference = RECORDED["reference"] if status == "recorded" else None
    for column, value in {
        "grid_id": 1,
        "gate_points": 12,
        "gate_community_interest": False,
        "gate_medians": [3, 3, 3, 3],
        "gate_closed_at": "2026-01-01T00:00:00Z",
        "decided_by_id": 1,
        "confirmed_by_id": 1,
        "amount_granted": 1,
        "started_at": "2020-01-01T00:00:00Z",
    }.items():
        with refused_by("actions_action_inserted_without_result"):
            Action.objects.create(
                title="Titre", status=status, reference=reference, **{column: value}
            )


# --- Refusals return to where they came from ------------------------------------------------------


STRAY = "actions_action_refusal_returns_to_origin"


@pytest.mark.parametrize("status", ["refusal_announced", "declined"])
def test_a_refusal_returns_to_its_origin_only(status):
    action = action_in(status)

    assert action.refused_from == "evaluated"
    for target in ("submitted", "postponed"):
        refused_every_way(STRAY, action, status=target, refused_from="")


@pytest.mark.parametrize("status", ["refusal_announced", "declined"])
def test_the_origin_of_a_refusal_does_not_change(status):
    """Else an evaluated action would reach instruction, its result still on it."""
    action = action_in(status)

    for origin in ("submitted", "postponed", ""):
        refused_every_way(STRAY, action, refused_from=origin)


def test_an_announced_refusal_says_the_true_origin():
    action = action_in("evaluated")

    for origin in ("submitted", "postponed", "", "draft"):
        refused_every_way(STRAY, action, status="refusal_announced", refused_from=origin)


def test_a_confirmed_refusal_keeps_its_origin():
    refused_every_way(
        STRAY, action_in("refusal_announced"), status="declined", refused_from="postponed"
    )


@pytest.mark.parametrize("status", ["draft", "submitted", "prioritised"])
def test_only_a_refusal_has_an_origin(status):
    refused_every_way(STRAY, action_in(status), refused_from="submitted")


# --- Deletion and keys --------------------------------------------------------------------------


@pytest.mark.parametrize("status", [s for s in ActionStatus.values if s != "draft"])
def test_only_a_draft_is_deleted(status):
    with refused_by("actions_action_only_drafts_are_deleted"):
        delete(action_in(status))


def test_a_draft_is_deleted():
    action = Story().action

    action.delete()

    assert Action.objects.count() == 0


def test_two_actions_cannot_swap_their_keys():
    """They would swap their evaluations, and the worse would be closed on the better's scores."""
    action = Story().action

    for change in (by_sql, by_update):
        with refused_by("actions_action_key_is_kept"):
            change(action, id=-1)


# --- Doors that open nothing ----------------------------------------------------------------------


def test_the_ignore_of_pgtrigger_is_ignored():
    """No guarantee has pgtrigger's branch: the setting can be set, and changes nothing."""
    action = Story().action
    execute("SELECT set_config('pgtrigger.ignore', %s, true)", "{actions_action:a,actions_action}")

    with refused_by(WRONG_PAIR):
        by_sql(action, status="prioritised")
    assert (
        execute(
            "SELECT proname FROM pg_proc WHERE proname LIKE 'pgtrigger%' "
            "AND prosrc LIKE '%pgtrigger.ignore%'"
        )
        == []
    )


def test_another_search_path_is_ignored():
    """Functions find their own tables, wherever the session looks first."""
    action = Story().action
    execute("SET LOCAL search_path = pg_temp, nowhere, public")

    with refused_by(WRONG_PAIR):
        by_sql(action, status="prioritised")


def test_a_temporary_table_cannot_stand_in():
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        execute("CREATE TEMPORARY TABLE actions_evaluation (id bigint)")
    assert connection.needs_rollback is False
