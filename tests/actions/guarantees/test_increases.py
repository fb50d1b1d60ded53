"""More money comes from a closed session alone, as its point says, and is published with it."""

from decimal import Decimal

import pytest

from actions.models import Amendment
from tests.plugins.prepared import prepared
from tests.support.factories import Story
from tests.support.guarantee_rows.increases import proposed, publish, raise_it, seconded
from tests.support.guarantee_steps import amend, confirm
from tests.support.refusals import at_commit, by_sql, refused_by
from tests.support.sessions import HeldSession

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
RAISED = "actions_amendment_raised_in_a_session"


@prepared
def sitting() -> HeldSession:
    """A closed session that gives a granted action 1,000 € more."""
    return seconded(Story().prioritised())


@pytest.mark.parametrize("amount", [Decimal("5000.01"), Decimal(90_000)])
def test_nobody_raises_an_amount_outside_a_session(amount):
    story = Story().prioritised()
    with refused_by(RAISED):
        amend(story, new_amount=amount)
    assert amend(story, new_amount=Decimal(4000)).pk


@pytest.mark.parametrize("columns", [{"new_amount": Decimal(6001)}, {"new_amount": Decimal(5999)}])
def test_the_point_says_how_much(sitting, columns):
    with refused_by(RAISED):
        proposed(sitting, **columns)


def test_the_point_says_who(sitting):
    with refused_by(RAISED):
        proposed(sitting, proposed_by=sitting.third)
    amendment = proposed(sitting)
    with refused_by(RAISED):
        confirm(amendment, sitting.third)


@pytest.mark.parametrize("state", ["sitting", "preparing"])
def test_the_session_is_closed_first(state):
    story = Story().prioritised()
    sitting = HeldSession(stories=[story])
    if state == "sitting":
        sitting.opened().record(
            sitting.items[0], outcome="increase", amount=1000, reason="Davantage."
        )
    with refused_by(RAISED):
        proposed(sitting)


def test_the_session_is_published_with_it(sitting):
    raise_it(sitting)
    with refused_by("actions_agendaitem_leads_to_what_is_published"):
        at_commit()
    publish(sitting)
    at_commit()
    assert Amendment.objects.get().agenda_item.session == sitting.session


def test_no_session_is_published_without_it(sitting):
    by_sql(sitting.items[0], is_open=False)
    with refused_by("actions_committeesession_published_together"):
        publish(sitting)


def test_what_is_added_stays_within_the_envelope():
    story = Story().prioritised()
    sitting = HeldSession(stories=[story], envelope=999).opened()
    by_sql(
        sitting.items[0],
        outcome="increase",
        amount=1000,
        reason="Davantage.",
        method="consent",
        proposed_by_id=sitting.chair.pk,
        seconded_by_id=sitting.second.pk,
    )
    by_sql(
        sitting.session,
        state="closed",
        closed_by_id=sitting.chair.pk,
        closed_at="2026-03-01T08:00:00Z",
    )
    raise_it(sitting)
    by_sql(sitting.items[0], is_open=False)
    with refused_by("actions_committeesession_within_its_envelope"):
        publish(sitting)


def test_a_point_leads_to_its_own_decision_or_amendment(sitting):
    name, granted = "actions_agendaitem_leads_to_its_own", sitting.stories[0].action
    with refused_by(name):
        by_sql(sitting.items[0], decision_id=granted.decisions.get().pk)
    other, lowered = HeldSession().opened().closed(), amend(Story().prioritised())
    with refused_by(name):
        by_sql(other.items[0], amendment_id=lowered.pk)
