"""Guarantee 1: status pairs outside the table, and inserts in another status, are refused."""

import pytest
from django.db import ProgrammingError, connection, transaction

from actions.enums import ALLOWED_TRANSITIONS, ActionStatus
from actions.models import Action
from tests.plugins.prepared import prepared, starts_from
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


@prepared
def action(param: str) -> Action:
    """An action in some status."""
    return action_in(param)


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
        in_correction refusal_announced
        refusal_announced declined
        refusal_announced submitted
        refusal_announced in_correction
        refusal_announced evaluated
        refusal_announced postponed
        declined submitted
        declined in_correction
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


@pytest.mark.parametrize("action", ActionStatus.values, indirect=True)
def test_a_pair_outside_the_table_is_refused(action):
    source = action.status
    targets = [
        target
        for target in ActionStatus.values
        if target != source and (source, target) not in ALLOWED_TRANSITIONS
    ]
    for target in targets:
        refused_every_way(WRONG_PAIR, action, status=target)

    action.refresh_from_db()
    assert action.status == source


@starts_from(action="draft")
def test_an_unknown_status_is_refused(action):
    """NULL too: the trigger speaks before the column's own NOT NULL does."""

    for status in ("", "DRAFT", "Submitted", "draft ", "lost", None):
        refused_every_way(WRONG_PAIR, action, status=status)


@starts_from(action="draft")
def test_several_actions_at_once_are_refused_together(action):
    """One forbidden pair among allowed ones refuses the whole statement."""
    submitted = action_in("submitted")

    with refused_by(WRONG_PAIR):
        execute(
            "UPDATE actions_action SET status = 'in_correction' WHERE id IN (%s, %s)",
            submitted.pk,
            action.pk,
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


@starts_from(action="draft")
def test_an_insert_that_would_update_is_refused_too(action):
    """ON CONFLICT DO UPDATE is an update like any other."""
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


@pytest.mark.parametrize("action", ["refusal_announced", "declined"], indirect=True)
def test_a_refusal_returns_to_its_origin_only(action):
    assert action.refused_from == "evaluated"
    for target in ("submitted", "postponed"):
        refused_every_way(STRAY, action, status=target, refused_from="")


@pytest.mark.parametrize("action", ["refusal_announced", "declined"], indirect=True)
def test_the_origin_of_a_refusal_does_not_change(action):
    """Else an evaluated action would reach instruction, its result still on it."""
    for origin in ("submitted", "postponed", ""):
        refused_every_way(STRAY, action, refused_from=origin)


@starts_from(action="evaluated")
def test_an_announced_refusal_says_the_true_origin(action):
    for origin in ("submitted", "postponed", "", "draft"):
        refused_every_way(STRAY, action, status="refusal_announced", refused_from=origin)


@starts_from(action="refusal_announced")
def test_a_confirmed_refusal_keeps_its_origin(action):
    refused_every_way(STRAY, action, status="declined", refused_from="postponed")


@pytest.mark.parametrize("action", ["draft", "submitted", "prioritised"], indirect=True)
def test_only_a_refusal_has_an_origin(action):
    refused_every_way(STRAY, action, refused_from="submitted")


# --- Deletion and keys --------------------------------------------------------------------------


@pytest.mark.parametrize("action", [s for s in ActionStatus.values if s != "draft"], indirect=True)
def test_only_a_draft_is_deleted(action):
    with refused_by("actions_action_only_drafts_are_deleted"):
        delete(action)


@starts_from(action="draft")
def test_a_draft_is_deleted(action):

    action.delete()

    assert Action.objects.count() == 0


@starts_from(action="draft")
def test_two_actions_cannot_swap_their_keys(action):
    """They would swap their evaluations, and the worse would be closed on the better's scores."""

    for change in (by_sql, by_update):
        with refused_by("actions_action_key_is_kept"):
            change(action, id=-1)


# --- Doors that open nothing ----------------------------------------------------------------------


@starts_from(action="draft")
def test_the_ignore_of_pgtrigger_is_ignored(action):
    """No guarantee has pgtrigger's branch: the setting can be set, and changes nothing."""
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


@starts_from(action="draft")
def test_another_search_path_is_ignored(action):
    """Functions find their own tables, wherever the session looks first."""
    execute("SET LOCAL search_path = pg_temp, nowhere, public")

    with refused_by(WRONG_PAIR):
        by_sql(action, status="prioritised")


def test_a_temporary_table_cannot_stand_in():
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        execute("CREATE TEMPORARY TABLE actions_evaluation (id bigint)")
    assert connection.needs_rollback is False
