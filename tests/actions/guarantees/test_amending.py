"""Who amends, and what is kept of amendments."""

from decimal import Decimal

import pytest

from actors.enums import Role
from actors.models import Membership
from tests.plugins.prepared import prepared
from tests.support.factories import OrganisationFactory, Story, member, person
from tests.support.guarantee_steps import (
    a_transaction_later,
    amend,
    behind_everything,
    confirm,
    is_deactivated,
    joins_a_partner,
    joins_the_carrier,
    leaves_the_committee,
)
from tests.support.refusals import WAYS, by_sql, execute, refused_by, refused_every_way

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


NOT_INDEPENDENT = "actions_amendment_by_somebody_independent"


WRONG_ROLE = "actions_amendment_by_the_right_role"


AT = "2026-01-01T00:00:00Z"


@prepared
def story() -> Story:
    """An action granted 5,000 €."""
    return Story(partners=[OrganisationFactory()]).prioritised()


# --- Who amends -----------------------------------------------------------------------------------


UNFIT = [
    pytest.param(joins_the_carrier, NOT_INDEPENDENT, id="carrier"),
    pytest.param(joins_a_partner, NOT_INDEPENDENT, id="partner"),
    pytest.param(leaves_the_committee, WRONG_ROLE, id="left"),
    pytest.param(is_deactivated, WRONG_ROLE, id="inactive"),
]


@pytest.mark.parametrize(("happens", "name"), UNFIT)
def test_somebody_unfit_cannot_propose(story, happens, name):
    behind_everything(happens)(story, story.members[0])

    with refused_by(name):
        amend(story)


@pytest.mark.parametrize(("happens", "name"), UNFIT)
@pytest.mark.parametrize("who", [0, 1])
def test_somebody_unfit_since_then_keeps_it_from_being_confirmed(story, happens, name, who):
    amendment = amend(story)
    behind_everything(happens)(story, story.members[who])

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
    others = [person(Role.COMMITTEE) for _ in range(2)]
    carrier = OrganisationFactory()
    Membership.objects.create(user=others[who], organisation=carrier)

    with refused_by(NOT_INDEPENDENT):
        confirm(amend(story, new_carrier=carrier, proposed_by=others[0]), others[1])


@pytest.mark.parametrize("who", [0, 1])
def test_nothing_is_given_to_an_organisation_of_who_granted_it(story, who):
    others = [person(Role.COMMITTEE) for _ in range(2)]
    carrier = OrganisationFactory()
    a_transaction_later()
    Membership.objects.create(user=story.members[who], organisation=carrier)

    with refused_by("actions_amendment_away_from_the_deciders"):
        amend(story, new_carrier=carrier, proposed_by=others[0])


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
