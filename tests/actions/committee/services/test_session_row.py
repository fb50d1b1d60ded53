"""A session's row is taken by whoever keeps the session, while it may be written."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.committee.services.session_row import in_session, locked, writable
from tests.plugins.prepared import starts_from
from tests.support.factories import fresh
from tests.support.refusals import refusal
from tests.support.sessions import HeldSession

pytestmark = pytest.mark.django_db


def test_the_row_is_locked_and_read_again():
    session = HeldSession(actions=0).session
    session.place = "Ailleurs"
    with CaptureQueriesContext(connection) as queries:
        assert locked(session).place == "Salle des mariages"
    [query] = queries
    assert query["sql"].endswith('FOR UPDATE OF "actions_committeesession"')


@pytest.mark.parametrize("who", ["agent", "chair"])
@starts_from(sitting="prepared")
def test_is_for_who_keeps_the_session(who, sitting):
    by = fresh(getattr(sitting, who))
    assert writable(sitting.session, by) == sitting.session
    sitting.opened()
    assert in_session(sitting.session, by) == writable(sitting.session, by) == sitting.session


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (writable, "Préparer la séance revient à un agent ou le président de la séance."),
        (in_session, "Tenir la séance revient à un agent ou le président de la séance."),
    ],
)
@starts_from(sitting="open")
def test_is_for_nobody_else(step, sentence, sitting):
    assert refusal(step, sitting.session, fresh(sitting.second)) == [sentence]


@starts_from(sitting="open")
def test_a_closed_session_is_neither_written_nor_held(sitting):
    sitting.closed()
    assert refusal(writable, sitting.session, sitting.agent) == [
        "Cette séance est close : son ordre du jour ne change plus."
    ]
    assert refusal(in_session, sitting.session, sitting.agent) == ["La séance n’est pas ouverte."]


@starts_from(sitting="prepared")
def test_a_session_in_preparation_is_not_held(sitting):
    assert refusal(in_session, sitting.session, sitting.agent) == ["La séance n’est pas ouverte."]
