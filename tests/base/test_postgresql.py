"""A database that falls silent costs a page seconds, not a thread for good."""

import socket
import time
from contextlib import closing

import psycopg
import pytest
from django.db import OperationalError, connections

from ess_portal.base.postgresql import options
from ess_portal.base.postgresql.base import AnsweringConnection, DatabaseWrapper


@pytest.fixture
def other(django_db_setup, django_db_blocker):
    """A connection of its own to the tests' database."""
    with django_db_blocker.unblock():
        wrapper = DatabaseWrapper(connections["default"].settings_dict, alias="other")
        wrapper.inc_thread_sharing()
        yield wrapper
        wrapper.close()


def test_a_silent_server_is_given_up(other, settings):
    settings.ANSWER_SECONDS = 0.5
    other.ensure_connection()
    begun = time.monotonic()

    with pytest.raises(OperationalError, match=r"no answer within 0\.5 s"):
        other.cursor().execute("SELECT pg_sleep(20)")

    assert time.monotonic() - begun < 5
    assert other.connection.closed


def test_without_a_limit_an_answer_may_take_its_time(other, settings):
    settings.ANSWER_SECONDS = 0
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.3), 1")
        assert cursor.fetchone()[1] == 1


@pytest.mark.slow
def test_a_server_that_greets_nobody_is_given_up(settings):
    with closing(socket.create_server(("127.0.0.1", 0))) as mute:
        begun = time.monotonic()
        with pytest.raises(psycopg.OperationalError):
            AnsweringConnection.connect(
                host="127.0.0.1", port=mute.getsockname()[1], user="a", connect_timeout=2
            )
        assert time.monotonic() - begun < 8


def test_every_connection_says_how_long_it_waits():
    found = connections["default"].settings_dict["OPTIONS"]

    assert {name: value for name, value in found.items() if name != "options"} == {
        "connect_timeout": 5,
        "server_side_binding": True,
        "prepare_threshold": 2,
        "tcp_user_timeout": 10_000,
        "keepalives": 1,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 2,
    }
    assert isinstance(connections["default"], DatabaseWrapper)


@pytest.mark.django_db
def test_a_transaction_of_the_web_left_open_is_ended():
    parameters = connections["default"].get_connection_params()
    said = options.of_web(connect=5, statement=5_000, lock=2_000)["options"]

    with psycopg.connect(**parameters | {"options": said, "context": None}) as web:
        shown = {
            name: web.execute(f"SHOW {name}").fetchone()[0]
            for name in ("idle_in_transaction_session_timeout", "statement_timeout", "lock_timeout")
        }

    assert shown == {
        "idle_in_transaction_session_timeout": "2min",
        "statement_timeout": "5s",
        "lock_timeout": "2s",
    }
