"""Guarantee 3: the snapshot is written by closing only, with no other values than the rows give."""

import pytest

from actions.enums import ActionStatus
from actions.models.action_guarantees import SNAPSHOT_COLUMNS
from actors.models import Membership
from tests.plugins.prepared import prepared, starts_from
from tests.support.factories import BELOW_FLOOR, Story
from tests.support.guarantee_steps import (
    FIGURES,
    a_transaction_later,
    append_result,
    close,
    closing_columns,
    joins_a_partner,
    joins_the_carrier,
    reopen,
    true_figures,
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
FORGED = "actions_action_snapshot_is_true"
KEPT = "actions_action_snapshot_is_kept"
LINKED = "actions_action_no_linked_evaluator"


def other_values(value) -> list:
    """Values next to a true one, and NULL."""
    if isinstance(value, bool):
        return [not value, None]
    if isinstance(value, list):
        first = 3 if value[0] is None else None
        return [[first, *value[1:]], [*value[::-1], 3], [], None]
    return [value + 1, value - 1, None]


LEVELS = [(2, 2, 2, 2), BELOW_FLOOR, (None, 3, 3, 3)]


@prepared
def scored(param: tuple) -> Story:
    """An action to which everybody gave the same levels."""
    return Story().scored(param)


# --- Closing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("scored", LEVELS, indirect=True)
def test_the_true_figures_get_through(scored):
    story = scored

    for change in WAYS:
        assert refusal_of(lambda change=change: close(story, change)) is None


@pytest.mark.parametrize("scored", LEVELS, indirect=True)
def test_a_forged_figure_is_refused(scored):
    """One figure beside the truth, or NULL, all others true."""
    story = scored
    append_result(story)

    for name, value in true_figures(story).items():
        for forged in other_values(value):
            columns = closing_columns(story, **{f"gate_{name}": forged})
            refused_every_way(FORGED, story.action, **columns)


@starts_from(story="scored")
def test_a_forged_date_is_refused(story):
    append_result(story)

    for forged in ("2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z", None):
        columns = closing_columns(story, gate_closed_at=forged)
        refused_every_way(FORGED, story.action, **columns)


@starts_from(story="scored")
def test_closing_without_figures_or_without_result_is_refused(story):
    refused_every_way(FORGED, story.action, status="evaluated")
    refused_every_way(FORGED, story.action, **closing_columns(story))


def test_the_figures_of_another_action_are_refused():
    story, better = Story().scored(BELOW_FLOOR), Story().scored((3, 3, 3, 3))
    append_result(story)

    refused_every_way(FORGED, story.action, **closing_columns(better))


@starts_from(story="scored")
def test_scores_that_do_not_count_are_not_counted(story):
    """Taken back, or recused: the figures of before are no longer the true ones."""
    before = closing_columns(story)
    by_sql(story.evaluations[0], sent_at=None)
    append_result(story)

    assert true_figures(story)["quorum_reached"] == 2
    refused_every_way(FORGED, story.action, **before)


JOINS = {"carrier": joins_the_carrier, "partner": joins_a_partner}


@pytest.mark.parametrize("through", JOINS)
@starts_from(story="scored with a partner")
def test_nobody_joins_while_an_evaluation_of_theirs_counts(through, story):
    with refused_by("actions_belonging_behind_no_evaluation"):
        JOINS[through](story, story.evaluators[0])


@pytest.mark.parametrize("through", JOINS)
@starts_from(story="scored with a partner")
def test_an_evaluator_who_joined_since_stops_the_closing(through, story):
    holder_of("actions_belonging_behind_no_evaluation").drop()
    JOINS[through](story, story.evaluators[0])
    append_result(story)

    refused_every_way(LINKED, story.action, **closing_columns(story))


@starts_from(story="scored")
def test_an_evaluator_who_joined_and_recused_themselves_does_not(story):
    joined = story.evaluators[0]
    story.action.recusals.create(user=joined, declared_by=story.agent, reason="Adhésion.")
    a_transaction_later()
    Membership.objects.create(user=joined, organisation=story.carrier)
    close(story)

    story.action.refresh_from_db()
    assert story.action.gate_quorum_reached == 2
    assert story.action.gate_community_interest is False


# --- Outside closing ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "status", ["draft", "submitted", "in_correction", "in_evaluation", "withdrawn"]
)
def test_nothing_is_written_before_closing(status):
    action = getattr(Story(), status)().action
    values = dict.fromkeys(SNAPSHOT_COLUMNS, 1) | {
        "gate_community_interest": True,
        "gate_medians": [3, 3, 3, 3],
        "gate_closed_at": "2026-01-01T00:00:00Z",
    }

    for column, value in values.items():
        refused_every_way(KEPT, action, **{column: value})
    refused_every_way(KEPT, action, **values)


@pytest.mark.parametrize(
    "story",
    ["evaluated", "postponed", "completed", "abandoned", *ActionStatus.REFUSED],
    indirect=True,
)
def test_nothing_changes_after_closing(story):
    figures = {f"gate_{name}": value for name, value in true_figures(story).items()}

    assert {name: getattr(story.action, name) for name in figures} == figures
    for name, value in figures.items():
        for other in other_values(value):
            refused_every_way(KEPT, story.action, **{name: other})
    refused_every_way(KEPT, story.action, gate_closed_at="2020-01-01T00:00:00Z")
    refused_every_way(KEPT, story.action, **dict.fromkeys(SNAPSHOT_COLUMNS))


def test_nothing_changes_on_the_way_to_another_status():
    story = Story().evaluated(BELOW_FLOOR)

    for columns in (
        {"status": "postponed"},
        {"status": "withdrawn"},
        {"status": "refusal_announced", "refused_from": "evaluated"},
    ):
        refused_every_way(KEPT, story.action, gate_community_interest=True, **columns)
        refused_every_way(KEPT, story.action, **dict.fromkeys(SNAPSHOT_COLUMNS) | columns)


# --- Reopening ------------------------------------------------------------------------------------


@starts_from(story="evaluated")
def test_reopening_clears_everything(story):
    for change in WAYS:
        assert refusal_of(lambda change=change: reopen(story, change)) is None
    for column in SNAPSHOT_COLUMNS:
        for change in WAYS:
            with refused_by("actions_action_reopening_clears_snapshot"):
                reopen(story, change, **{column: getattr(story.action, column)})


def test_a_result_does_not_survive_by_a_detour():
    """Refuse, pretend that it came from instruction, evaluate again, and come back.

    The result of the first evaluation would stand beside the scores of the second.
    """
    story = Story().refusal_announced((2, 2, 2, 2))

    refused_every_way(
        "actions_action_refusal_returns_to_origin",
        story.action,
        status="submitted",
        refused_from="",
    )
    refused_every_way(
        "actions_action_refusal_returns_to_origin", story.action, refused_from="submitted"
    )


@starts_from(story="evaluated")
def test_closing_again_asks_for_the_figures_of_now(story):
    first = closing_columns(story)
    reopen(story)
    by_sql(story.evaluations[0], sent_at=None)
    append_result(story)

    refused_every_way(FORGED, story.action, **first)


# --- What each closing gave -----------------------------------------------------------------------


@starts_from(story="scored")
def test_a_forged_result_is_refused(story):
    for name, value in true_figures(story).items():
        for forged in other_values(value):
            if forged is None:
                continue
            with refused_by("actions_gateresult_true_to_the_rows"):
                append_result(story, **{name: forged})


@starts_from(story="scored")
def test_a_result_with_a_null_is_refused(story):
    """Raw: Django would say so itself."""
    statement = (
        f"INSERT INTO actions_gateresult (action_id, closed_at, {', '.join(FIGURES)})"
        f" VALUES (%s, now(), {', '.join(['%s'] * len(FIGURES))})"
    )

    for missing in FIGURES:
        figures = true_figures(story) | {missing: None}
        with refused_by("actions_gateresult_true_to_the_rows"):
            execute(statement, story.action.pk, *[figures[figure] for figure in FIGURES])


@starts_from(story="scored")
def test_a_result_is_dated_by_the_database(story):
    result = append_result(story)

    result.refresh_from_db()
    assert [(result.closed_at,)] == execute("SELECT now()")


@pytest.mark.parametrize(
    "story", ["submitted", "evaluated", "prioritised", "withdrawn"], indirect=True
)
def test_a_result_is_written_by_a_closing_only(story):
    figures = dict.fromkeys(FIGURES, 1) | {"community_interest": True, "medians": [3, 3, 3, 3]}

    with refused_by("actions_gateresult_written_by_a_closing"):
        story.action.gate_results.create(closed_at="2026-01-01T00:00:00Z", **figures)
