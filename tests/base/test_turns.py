"""ess_portal/base/turns.py: one thing at a time for one person, and nobody waits for ever."""

from threading import Thread

import pytest
from django.db import connection, transaction

from ess_portal.base import turns
from ess_portal.base.turns import TurnTaken, turn_of
from tests.support.races import race

pytestmark = pytest.mark.django_db(transaction=True)


def taking(what: str):
    def take() -> str:
        with turn_of(what):
            return what

    return take


@pytest.mark.parametrize("other", ["a", "b"])
def test_a_turn_keeps_the_same_one_waiting_and_no_other(other):
    assert race(taking("a"), taking(other)) == ("a", other, other == "a")


def test_a_transaction_goes_on_after_a_wait_in_vain(monkeypatch):
    monkeypatch.setattr(turns, "SECONDS_OF_PATIENCE", 1)
    said = []

    def other_window():
        try:
            with transaction.atomic():
                with pytest.raises(TurnTaken):
                    taking("a")()
                said.append(lock_timeout())
                said.append(taking("b")())
                said.append(lock_timeout())
        finally:
            connection.close()

    with turn_of("a"):
        usual = lock_timeout()
        window = Thread(target=other_window)
        window.start()
        window.join()

    assert said == [usual, "b", usual]


def lock_timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return cursor.fetchone()[0]
