"""What amends a granted action: two independent people, on what it says now, then for ever."""

from decimal import Decimal

import pytest

from actions.enums import ActionStatus
from actors.enums import Role
from actors.models import Membership
from tests.support.factories import OrganisationFactory, Story, member, person
from tests.support.guarantee_steps import (
    action_in,
    amend,
    confirm,
    is_deactivated,
    joins_a_partner,
    joins_the_carrier,
    leaves_the_committee,
)
from tests.support.refusals import WAYS, by_sql, execute, holder_of, refused_by, refused_every_way

pytestmark = pytest.mark.django_db
KEPT = "actions_action_granting_is_kept"
TERMS_KEPT = "actions_action_terms_are_kept"
NOT_INDEPENDENT = "actions_amendment_by_somebody_independent"
WRONG_ROLE = "actions_amendment_by_the_right_role"
AT = "2026-01-01T00:00:00Z"


@pytest.fixture
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
    amended(story, new_ends_on="2050-01-01")

    with refused_by(KEPT):
        by_sql(story.action, amount_granted=Decimal(4000))
    with refused_by(TERMS_KEPT):
        by_sql(story.action, ends_on="2050-01-01")


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

    by_sql(story.action, ends_on="2050-01-01", carrier_id=OrganisationFactory().pk)


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
    by_sql(story.action, status="abandoned")

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


@pytest.mark.parametrize("amount", [0, -1, "NaN"])
def test_no_amount_is_no_amendment(story, amount):
    with refused_by("actions_amendment_grants_something"):
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


# --- Who amends -----------------------------------------------------------------------------------


UNFIT = [
    pytest.param(joins_the_carrier, NOT_INDEPENDENT, id="carrier"),
    pytest.param(joins_a_partner, NOT_INDEPENDENT, id="partner"),
    pytest.param(leaves_the_committee, WRONG_ROLE, id="left"),
    pytest.param(is_deactivated, WRONG_ROLE, id="inactive"),
]


@pytest.mark.parametrize(("happens", "name"), UNFIT)
def test_somebody_unfit_cannot_propose(story, happens, name):
    happens(story, story.members[0])

    with refused_by(name):
        amend(story)


@pytest.mark.parametrize(("happens", "name"), UNFIT)
@pytest.mark.parametrize("who", [0, 1])
def test_somebody_unfit_since_then_keeps_it_from_being_confirmed(story, happens, name, who):
    amendment = amend(story)
    happens(story, story.members[who])

    for change in WAYS:
        with refused_by(name):
            confirm(amendment, story.members[1], change)


def test_an_evaluator_takes_no_part(story):
    evaluator = story.evaluators[0]
    evaluator.groups.set(story.members[0].groups.all())

    with refused_by(NOT_INDEPENDENT):
        amend(story, proposed_by=evaluator)
    with refused_by(NOT_INDEPENDENT):
        confirm(amend(story), evaluator)


@pytest.mark.parametrize("who", [0, 1])
def test_a_member_of_the_new_carrier_takes_no_part(story, who):
    carrier = OrganisationFactory()
    Membership.objects.create(user=story.members[who], organisation=carrier)

    with refused_by(NOT_INDEPENDENT):
        confirm(amend(story, new_carrier=carrier), story.members[1])


def test_only_the_committee_amends(story):
    others = [person(role) for role in Role if role != Role.COMMITTEE]
    others += [person(is_superuser=True, is_staff=True), member(OrganisationFactory())]

    for other in others:
        with refused_by(WRONG_ROLE):
            amend(story, proposed_by=other)
    amendment = amend(story)
    for other in others:
        with refused_by(WRONG_ROLE):
            confirm(amendment, other)


def test_the_same_person_twice_is_refused(story):
    amendment = amend(story)

    for change in WAYS:
        with refused_by("actions_amendment_confirmed_by_another"):
            confirm(amendment, story.members[0], change)


def test_half_a_confirmation_is_refused(story):
    amendment = amend(story)

    refused_every_way("actions_amendment_confirmed_by_another", amendment, confirmed_at=AT)
    by_sql(amendment, confirmed_by_id=story.members[1].pk)
    amendment.refresh_from_db()
    assert [(amendment.confirmed_at,)] == execute("SELECT now()")


# --- Amendments are kept --------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["pending", "confirmed", "cancelled"])
def test_an_amendment_changes_neither_object_nor_author(story, state):
    amendment = settled(story, state)
    other = Story().prioritised()

    for columns in (
        {"action_id": other.action.pk},
        {"new_amount": Decimal(9000)},
        {"new_amount": None},
        {"new_ends_on": "2050-01-01"},
        {"new_carrier_id": other.carrier.pk},
        {"old_amount": Decimal(9000)},
        {"old_ends_on": None},
        {"old_carrier_id": other.carrier.pk},
        {"proposed_by_id": other.members[0].pk},
        {"proposed_at": AT},
        {"reason": "Un autre motif."},
    ):
        refused_every_way("actions_amendment_is_kept", amendment, **columns)

    by_sql(amendment, reason="")  # retention may


@pytest.mark.parametrize("state", ["confirmed", "cancelled"])
def test_a_settled_amendment_stays_so(story, state):
    amendment = settled(story, state)
    third = person(Role.COMMITTEE)

    for columns in (
        {"confirmed_by_id": third.pk, "confirmed_at": AT},
        {"cancelled_at": "2026-02-01T00:00:00Z"},
        {"confirmed_by_id": None, "confirmed_at": None, "cancelled_at": None},
    ):
        refused_every_way("actions_amendment_is_kept", amendment, **columns)


def settled(story: Story, state: str):
    amendment = amend(story)
    if state == "confirmed":
        confirm(amendment, story.members[1])
    elif state == "cancelled":
        by_sql(amendment, cancelled_at=AT)
    return amendment


def test_an_amendment_starts_pending(story):
    for columns in (
        {"confirmed_at": AT},
        {"cancelled_at": AT},
        {"confirmed_by": story.members[1]},
        {"confirmed_by": story.members[1], "confirmed_at": AT},
    ):
        with refused_by("actions_amendment_starts_pending"):
            amend(story, **columns)


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("action_id", "actions_amendment_while_under_way"),
        ("reason", "actions_amendment_has_reason"),
        ("proposed_by_id", WRONG_ROLE),
        ("old_amount", "actions_amendment_starts_from_the_present"),
        ("old_carrier_id", "actions_amendment_starts_from_the_present"),
    ],
)
def test_every_null_is_refused_by_its_rule(story, column, name):
    """By the trigger, before the column itself says that it can't be null."""
    columns = {
        "action_id": story.action.pk,
        "reason": "R",
        "new_amount": Decimal(4000),
        "old_amount": story.action.amount_granted,
        "old_starts_on": story.action.starts_on,
        "old_ends_on": story.action.ends_on,
        "old_carrier_id": story.carrier.pk,
        "proposed_by_id": story.members[0].pk,
        "proposed_at": AT,
    } | {column: None}

    with refused_by(name):
        execute(
            f"INSERT INTO actions_amendment ({', '.join(columns)})"
            f" VALUES ({', '.join(['%s'] * len(columns))})",
            *columns.values(),
        )
