"""Guarantee 7: references are unique and without gaps within a year of Paris."""

import pytest
from django.db import transaction
from django.utils import timezone

from actions.enums import ActionStatus
from actions.models import Action
from actions.proposals.services.recorded_actions import load_recorded_action
from tests.plugins.database import as_owner
from tests.plugins.prepared import starts_from
from tests.support.factories import Story
from tests.support.guarantee_steps import RECORDED, action_in, move
from tests.support.refusals import by_sql, execute, holder_of, refused_by, refused_every_way

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
KEPT = "actions_action_reference_is_kept"


def replace_in_the_trigger(old: str, new: str) -> None:
    """Change words of the function that gives references."""
    holder = holder_of(KEPT)
    function = holder.thing.get_pgid(holder.model)
    with as_owner():
        [[definition]] = execute("SELECT pg_get_functiondef(%s::regproc)", function)
        assert definition.count(old) == 1
        execute(definition.replace(old, new))


def stop_the_clock(instant: str) -> None:
    """Give the trigger another `now()`, and nothing else: the database's own can't be set."""
    replace_in_the_trigger("now()", f"timestamptz '{instant}'")


def submit() -> str:
    """Submit a new action; return its reference."""
    return Story().submitted().action.reference


def this_year() -> str:
    [[year]] = execute("SELECT to_char(now() AT TIME ZONE 'Europe/Paris', 'YYYY')")
    return year


def test_numbers_follow_each_other():
    year = this_year()

    assert [submit() for _ in range(3)] == [f"ESS-{year}-{n:04d}" for n in (1, 2, 3)]


def test_a_submission_that_is_rolled_back_leaves_no_gap():
    first = submit()
    with transaction.atomic():
        submit()
        transaction.set_rollback(True)

    assert (first[-4:], submit()[-4:]) == ("0001", "0002")


def test_a_withdrawn_action_keeps_its_number():
    Story().withdrawn()

    assert submit()[-4:] == "0002"


@starts_from(story="draft")
def test_a_draft_that_is_withdrawn_or_deleted_takes_no_number(story):
    story.apply("withdraw", story.manager)
    Story().action.delete()

    assert story.action.reference is None
    assert submit()[-4:] == "0001"


def test_recorded_actions_are_numbered_apart():
    assert load_recorded_action(RECORDED).reference == "ANT-0001"
    assert submit()[-4:] == "0001"


@pytest.mark.parametrize(
    ("instant", "year"),
    [
        ("2026-12-31 22:59:59+00", "2026"),  # winter: one hour ahead of UTC
        ("2026-12-31 23:00:00+00", "2027"),
        ("2026-12-31 23:59:59+00", "2027"),
        ("2026-07-01 00:00:00+00", "2026"),
    ],
)
def test_the_year_is_the_one_in_paris(instant, year):
    stop_the_clock(instant)
    execute("SET LOCAL TIME ZONE 'Pacific/Auckland'")  # whatever the session says

    assert submit() == f"ESS-{year}-0001"


def test_each_year_begins_again():
    stop_the_clock("2026-12-31 12:00:00+00")
    references = [submit(), submit()]
    replace_in_the_trigger("2026-12-31", "2027-01-01")
    references += [submit()]

    assert references == ["ESS-2026-0001", "ESS-2026-0002", "ESS-2027-0001"]


@starts_from(story="submitted")
def test_there_are_more_than_four_digits_when_needed(story):
    year = this_year()
    holder_of(KEPT).drop()
    by_sql(story.action, reference=f"ESS-{year}-9999")
    install_again(KEPT)

    assert [submit(), submit()] == [f"ESS-{year}-10000", f"ESS-{year}-10001"]


def install_again(name: str) -> None:
    holder = holder_of(name)
    with as_owner():
        holder.thing.install(holder.model)


# --- Nobody chooses a reference -----------------------------------------------------------------


@pytest.mark.parametrize("status", [s for s in ActionStatus.values if s != "draft"])
def test_a_reference_never_changes(status):
    action = action_in(status)

    for reference in ("ESS-2026-0099", "ANT-0099", "", None):
        refused_every_way(KEPT, action, reference=reference)


@starts_from(story="draft")
def test_a_reference_is_not_chosen_on_the_way(story):
    columns = {"reference": "ESS-2026-7777", "submitted_at": timezone.now()}
    move(story.action, "submitted", story.manager, **columns)

    story.action.refresh_from_db()
    assert story.action.reference == f"ESS-{this_year()}-0001"


@starts_from(story="draft")
def test_a_draft_has_none(story):
    refused_every_way(KEPT, story.action, reference="ESS-2026-0001")
    with refused_by("actions_action_reference_fits_status"):
        Action.objects.create(title="Titre", reference="ESS-2026-0001")


@pytest.mark.parametrize(
    "reference", [None, "", "ESS-2026-0001", "ANT-1", "ANT-00001x", "XANT-0001", "ANT-0001\nX"]
)
def test_a_recorded_action_has_one_of_its_own_kind(reference):
    with refused_by("actions_action_reference_fits_status"):
        Action.objects.create(title="Titre", status="recorded", reference=reference)


@starts_from(story="submitted")
def test_two_actions_never_share_one(story):
    """The column is unique, were the trigger itself away."""
    first, second = story.action, Story().submitted().action
    holder_of(KEPT).drop()

    with refused_by("actions_action_reference_key"):
        by_sql(second, reference=first.reference)
