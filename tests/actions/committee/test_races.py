"""Two people of the committee at the same instant, with and without the lock they depend on."""

from decimal import Decimal

import pytest
from django.db.models import QuerySet

from actions.committee.services.agenda import put_on_agenda
from actions.committee.services.decisions import propose_decision
from actions.enums import SessionState
from actions.models import AgendaItem, CommitteeSession, Decision
from tests.support.factories import Story, fresh
from tests.support.races import race
from tests.support.refusals import holder_of, name_of_refusal
from tests.support.sessions import HeldSession
from tests.support.without import reasons

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def no_row_locks(monkeypatch):
    """`select_for_update` locks nothing."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self)


# --- One action, two agendas -------------------------------------------------------------------


def draw_twice() -> tuple:
    story = Story().evaluated()
    one, other = HeldSession(stories=[]), HeldSession(stories=[])

    def draw(sitting):
        return lambda: len(
            put_on_agenda(session=sitting.session, actions=[story.action], by=sitting.agent)
        )

    return story, race(draw(one), draw(other))


def test_two_sessions_never_take_the_same_action():
    story, (first, second, waited) = draw_twice()

    assert (first, waited) == (1, True)
    assert reasons(second) == [
        f"{story.action.reference} : elle est à l’ordre du jour de la séance du 3 décembre 2026."
    ]


def test_without_the_lock_the_database_still_refuses(no_row_locks):
    _, (first, second, _) = draw_twice()

    assert first == 1
    assert reasons(second) == ["Cette action est à l’ordre du jour d’une autre séance."]


def test_without_its_constraint_either_both_take_it(no_row_locks, transactional_db):
    holder = holder_of("actions_agendaitem_one_open_agenda")
    holder.drop()
    try:
        _, (first, second, _) = draw_twice()
        assert (first, second) == (1, 1)
    finally:
        AgendaItem.objects.all().delete()
        holder.put_back()


# --- An agenda and a decision outside it ---------------------------------------------------------


def draw_and_decide() -> tuple:
    story, sitting = Story().evaluated(), HeldSession(stories=[])

    def draw():
        return len(put_on_agenda(session=sitting.session, actions=[story.action], by=sitting.agent))

    def decide():
        return propose_decision(
            action=story.action, kind="postpone", by=fresh(story.members[0]), reason="À revoir."
        ).kind

    return race(draw, decide)


def test_a_decision_outside_waits_for_the_agenda():
    first, second, waited = draw_and_decide()

    assert (first, waited) == (1, True)
    assert reasons(second) == [
        "L’action est à l’ordre du jour de la séance du 3 décembre 2026 : elle s’y décide."
    ]


def test_without_the_lock_the_database_refuses_it(no_row_locks):
    first, second, _ = draw_and_decide()

    assert (first, name_of_refusal(second)) == (1, "actions_decision_not_beside_a_session")


# --- Two amounts, one envelope -------------------------------------------------------------------


def grant_twice() -> tuple:
    sitting = HeldSession(actions=2, envelope=5000).opened()
    first, second = sitting.items

    def grant(item):
        return lambda: sitting.record(item, outcome="prioritise", amount=4000).amount

    return race(grant(first), grant(second))


def granted() -> Decimal:
    """What the agenda grants in all."""
    return sum(item.amount or 0 for item in AgendaItem.objects.all())


def test_two_amounts_never_pass_one_envelope():
    first, second, waited = grant_twice()

    assert (first, waited, granted()) == (Decimal(4000), True, Decimal(4000))
    assert len(reasons(second)) == 1


def test_without_the_lock_they_pass_it(no_row_locks):
    first, second, _ = grant_twice()

    assert (first, second, granted()) == (Decimal(4000), Decimal(4000), Decimal(8000))


# --- Closed twice, published twice ---------------------------------------------------------------


def close_twice() -> tuple:
    sitting = HeldSession().opened()
    sitting.record(sitting.items[0], outcome="prioritise", amount=4000)

    def close():
        return sitting.close().session.state

    return race(close, close)


def test_a_session_is_closed_once():
    first, second, waited = close_twice()

    assert (first, reasons(second), waited) == (
        SessionState.CLOSED,
        ["La séance n’est pas ouverte."],
        True,
    )


def test_without_the_lock_the_database_alone_keeps_it_from_being_closed_again(no_row_locks):
    _, second, _ = close_twice()

    assert reasons(second) == ["Une séance close garde son président, sa date et son lieu."]


def publish_twice() -> tuple:
    sitting = HeldSession().opened()
    sitting.record(sitting.items[0], outcome="prioritise", amount=4000)
    sitting.close()

    def confirm(user):
        return lambda: sitting.confirm(user).is_published

    return race(confirm(sitting.second), confirm(sitting.third))


def test_a_session_is_published_once():
    first, second, waited = publish_twice()

    assert (first, reasons(second), waited) == (
        True,
        ["Cette séance n’attend pas d’être confirmée."],
        True,
    )
    assert Decision.objects.count() == 1
    assert CommitteeSession.objects.get().state == SessionState.PUBLISHED


def test_without_the_lock_something_else_refuses_it(no_row_locks):
    _, second, _ = publish_twice()

    assert not isinstance(second, bool)
    assert getattr(second, "reasons", None) != ["Cette séance n’attend pas d’être confirmée."]
    assert Decision.objects.count() == 1
