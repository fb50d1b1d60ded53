"""What amends a granted action: two independent people, on what it says now, then for ever."""

from decimal import Decimal

import pytest
from django.db import transaction

from actions.enums import ActionStatus
from actors.enums import Role
from tests.plugins.prepared import prepared
from tests.support.factories import OrganisationFactory, Story, person
from tests.support.guarantee_steps import (
    action_in,
    amend,
    confirm,
    move,
)
from tests.support.refusals import WAYS, by_sql, execute, holder_of, refused_by, refused_every_way

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


KEPT = "actions_action_granting_is_kept"


TERMS_KEPT = "actions_action_terms_are_kept"


AT = "2026-01-01T00:00:00Z"


@prepared
def story() -> Story:
    """An action granted 5,000 €."""
    return Story().prioritised()


def amended(story: Story, **columns):
    """An amendment that two people took, not written on the action yet."""
    amendment = amend(story, **columns)
    confirm(amendment, story.members[1])
    return amendment


# --- The amount -----------------------------------------------------------------------------------


@pytest.mark.parametrize("change", WAYS)
def test_a_confirmed_amendment_changes_the_amount_once(story, change):
    amended(story)

    change(story.action, amount_granted=Decimal(4000))

    refused_every_way(KEPT, story.action, amount_granted=Decimal(5000))


def test_another_amount_than_the_confirmed_one_is_refused(story):
    amended(story)

    for amount in (Decimal("4000.01"), Decimal(6000), None):
        refused_every_way(KEPT, story.action, amount_granted=amount)


def test_an_amendment_that_nobody_confirmed_changes_nothing(story):
    amendment = amend(story, new_ends_on="2050-01-01")
    refused_every_way(KEPT, story.action, amount_granted=Decimal(4000))
    refused_every_way(TERMS_KEPT, story.action, ends_on="2050-01-01")

    by_sql(amendment, cancelled_at=AT)

    refused_every_way(KEPT, story.action, amount_granted=Decimal(4000))
    refused_every_way(TERMS_KEPT, story.action, ends_on="2050-01-01")


def test_the_amendment_of_another_action_changes_nothing(story):
    other = Story().prioritised()
    amended(other, new_ends_on="2050-01-01")

    refused_every_way(KEPT, story.action, amount_granted=Decimal(4000))
    refused_every_way(TERMS_KEPT, story.action, ends_on="2050-01-01")


def test_the_deciders_stay_whatever_is_amended(story):
    amended(story)
    third = person(Role.COMMITTEE)

    for columns in (
        {"decided_by_id": third.pk},
        {"confirmed_by_id": third.pk},
        {"decided_by_id": None},
        {"confirmed_by_id": None},
        {"amount_granted": Decimal(4000), "confirmed_by_id": third.pk},
    ):
        refused_every_way(KEPT, story.action, **columns)


@pytest.mark.django_db(transaction=True)
def test_an_amendment_confirmed_earlier_changes_nothing_now():
    story = Story().prioritised()
    with transaction.atomic():
        amended(story, new_ends_on="2050-01-01")
        by_sql(story.action, amount_granted=Decimal(4000), ends_on="2050-01-01")

    for amount in (Decimal(5000), Decimal(4000) - 1):
        with refused_by(KEPT):
            by_sql(story.action, amount_granted=amount)
    with refused_by(TERMS_KEPT):
        by_sql(story.action, ends_on="2049-01-01")


# --- The carrier and the calendar -----------------------------------------------------------------


@pytest.mark.parametrize("status", ActionStatus.GRANTED)
def test_the_terms_of_a_granted_action_are_kept(status):
    action = action_in(status)

    for columns in (
        {"carrier_id": OrganisationFactory().pk},
        {"starts_on": "2020-01-01"},
        {"ends_on": "2050-01-01"},
        {"starts_on": None},
        {"ends_on": None},
        {"starts_on": None, "ends_on": None},
    ):
        refused_every_way(TERMS_KEPT, action, **columns)


def test_a_granted_action_is_never_without_carrier(story):
    refused_every_way(TERMS_KEPT, story.action, carrier_id=None)
    holder_of(TERMS_KEPT).drop()
    refused_every_way("actions_action_filed_has_carrier_and_measure", story.action, carrier_id=None)


def test_a_confirmed_amendment_changes_the_terms_as_it_says(story):
    carrier, another = OrganisationFactory(), OrganisationFactory()
    amended(story, new_amount=None, new_ends_on="2050-01-01", new_carrier=carrier)

    for columns in (
        {"ends_on": "2050-01-01"},  # only half of it
        {"carrier_id": carrier.pk},
        {"ends_on": "2050-01-02", "carrier_id": carrier.pk},
        {"ends_on": "2050-01-01", "carrier_id": another.pk},
        {"ends_on": "2050-01-01", "carrier_id": carrier.pk, "starts_on": None},
    ):
        refused_every_way(TERMS_KEPT, story.action, **columns)
    refused_every_way(KEPT, story.action, amount_granted=Decimal(4000))

    by_sql(story.action, ends_on="2050-01-01", carrier_id=carrier.pk)


def test_before_it_is_granted_the_file_is_not_frozen():
    story = Story().submitted()

    by_sql(story.action, ends_on="2050-01-01")


# --- What an amendment may be ---------------------------------------------------------------------


@pytest.mark.parametrize("status", ["prioritised", "in_progress"])
def test_an_action_under_way_is_amended(status):
    amended(getattr(Story(), status)())


@pytest.mark.parametrize("status", ["evaluated", "postponed", "completed", "abandoned"])
def test_another_is_not(status):
    story = getattr(Story(), status)()

    with refused_by("actions_amendment_while_under_way"):
        amend(story)


def test_an_action_that_ended_since_is_not_amended_any_more(story):
    amendment = amend(story)
    move(story.action, "abandoned", story.agent)

    with refused_by("actions_amendment_while_under_way"):
        confirm(amendment, story.members[1])


def test_an_amendment_starts_from_the_present(story):
    for columns in (
        {"old_amount": Decimal(9000)},
        {"old_starts_on": "2020-01-01"},
        {"old_starts_on": None},
        {"old_ends_on": None},
        {"old_carrier_id": OrganisationFactory().pk},
        {"old_carrier_id": None},
        {"old_amount": None},
    ):
        with refused_by("actions_amendment_starts_from_the_present"):
            amend(story, **columns)


def test_what_changed_since_is_seen_when_it_is_confirmed(story):
    amendment = amend(story)
    holder_of(TERMS_KEPT).drop()
    by_sql(story.action, ends_on="2050-01-01")

    for change in WAYS:
        with refused_by("actions_amendment_starts_from_the_present"):
            confirm(amendment, story.members[1], change)


def test_what_changes_nothing_is_no_amendment(story):
    action = story.action

    for columns in (
        {},
        {"new_amount": action.amount_granted},
        {"new_starts_on": action.starts_on},
        {"new_ends_on": action.ends_on},
        {"new_carrier_id": action.carrier_id},
        {"new_amount": Decimal(4000), "new_carrier_id": action.carrier_id},
    ):
        with refused_by("actions_amendment_changes_something"):
            amend(story, **{"new_amount": None} | columns)


@pytest.mark.parametrize(
    ("amount", "name"),
    [
        (0, "grants_something"),
        (-1, "grants_something"),
        ("NaN", "raised_in_a_session"),  # more than any number
    ],
)
def test_no_amount_is_no_amendment(story, amount, name):
    with refused_by(f"actions_amendment_{name}"):
        execute(
            "INSERT INTO actions_amendment (action_id, reason, new_amount, old_amount,"
            " old_starts_on, old_ends_on, old_carrier_id, proposed_by_id, proposed_at)"
            " SELECT id, 'R', %s, amount_granted, starts_on, ends_on, carrier_id, %s, now()"
            " FROM actions_action WHERE id = %s",
            amount,
            story.members[0].pk,
            story.action.pk,
        )


def test_the_end_follows_the_start(story):
    action = story.action

    for columns in (
        {"new_ends_on": "2020-01-01"},
        {"new_starts_on": "2050-01-01"},
        {"new_starts_on": "2050-01-02", "new_ends_on": "2050-01-01"},
    ):
        with refused_by("actions_amendment_dates_in_order"):
            amend(story, **columns)
    amend(story, new_starts_on=action.ends_on)


@pytest.mark.parametrize("reason", ["", " ", "\n", "\u200b\u00a0"])
def test_an_amendment_says_why(story, reason):
    with refused_by("actions_amendment_has_reason"):
        amend(story, reason=reason)


def test_a_reason_emptied_while_it_waits_is_missed(story):
    amendment = amend(story)
    by_sql(amendment, reason="")

    with refused_by("actions_amendment_has_reason"):
        confirm(amendment, story.members[1])
