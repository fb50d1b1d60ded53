"""A session to prepare: whom it offers, what it hands over, what is settled once it is open."""

from datetime import date, time
from decimal import Decimal

import pytest

from actions.committee.forms.sessions import SessionForm
from actions.committee.queries.settled import settled_in
from actions.committee.services.sessions import SessionContent
from actions.models.committee_session import MIN_QUORUM
from actors.enums import Role
from tests.support.factories import ChallengeFactory, ProgrammeFactory, person
from tests.support.forms import NO_DATE, REQUIRED, at_least, at_most, too_long
from tests.support.reading import NO_CHOICE
from tests.support.sessions import HeldSession

pytestmark = pytest.mark.django_db


@pytest.fixture
def voter():
    """A member of the committee."""
    return person(Role.COMMITTEE)


def typed(voter, **changes) -> dict:
    """A session of one voter, who presides."""
    return {
        "held_on": "2026-12-03",
        "starts_at": "14:30",
        "place": "Salle des mariages",
        "chair": voter.pk,
        "quorum": "3",
        "envelope": "80 000",
        "voters": [voter.pk],
    } | changes


def columns_of(voter, **changes) -> dict:
    """The same, as the service takes it."""
    return {
        "held_on": date(2026, 12, 3),
        "starts_at": time(14, 30),
        "place": "Salle des mariages",
        "chair": voter,
        "quorum": 3,
        "envelope": Decimal(80_000),
        "budget_line": "",
    } | changes


def test_hands_over_what_was_typed(voter):
    agent, elected = person(Role.AGENT), person(Role.ELECTED)
    first, second = ChallengeFactory(number=1), ChallengeFactory(number=2)
    data = typed(voter, observers=[agent.pk, elected.pk])
    data |= {f"envelope_{first.pk}": "20 000,50", f"envelope_{second.pk}": ""}
    form = SessionForm(data, programme=first.programme)
    assert form.errors == {}
    content = form.content
    assert (content.columns, content.envelopes) == (
        columns_of(voter),
        {first.pk: Decimal("20000.50")},
    )
    assert (list(content.voters), set(content.observers)) == ([voter], {agent, elected})


def test_offers_the_committee_to_vote_and_others_to_watch(voter):
    agent, elected, both = person(Role.AGENT), person(Role.ELECTED), person(*Role)
    person()
    person(Role.COMMITTEE, is_active=False)
    form = SessionForm(programme=ProgrammeFactory())
    offered = {name: set(form.fields[name].queryset) for name in ("chair", "voters", "observers")}
    assert offered == {
        "chair": {voter, both},
        "voters": {voter, both},
        "observers": {agent, elected, both},
    }


def test_asks_in_this_order():
    challenge = ChallengeFactory()
    form = SessionForm(programme=challenge.programme)
    assert list(form.fields) == [
        "held_on",
        "starts_at",
        "place",
        "chair",
        "quorum",
        "envelope",
        "budget_line",
        f"envelope_{challenge.pk}",
        "voters",
        "observers",
    ]
    assert form.fields[f"envelope_{challenge.pk}"].label == "Enveloppe du défi 1 (€)"


def test_says_what_it_lacks():
    form = SessionForm({}, programme=ProgrammeFactory())
    names = ("held_on", "starts_at", "place", "chair", "quorum", "envelope", "voters")
    assert form.errors == {name: [REQUIRED] for name in names}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("held_on", "bientôt", NO_DATE),
        ("starts_at", "midi", "Saisissez une heure valide."),
        ("place", "x" * 201, too_long(200, 201)),
        ("quorum", str(MIN_QUORUM - 1), at_least(MIN_QUORUM)),
        ("quorum", "1001", at_most(1000)),
        ("budget_line", "x" * 121, too_long(120, 121)),
        ("envelope", "-1", at_least(0)),
        ("envelope", "beaucoup", "Écrivez un nombre, par exemple 12000 ou 1,5."),
    ],
)
def test_says_beside_each_field_what_cannot_be_kept(voter, field, value, sentence):
    form = SessionForm(typed(voter, **{field: value}), programme=ProgrammeFactory())
    assert form.errors == {field: [sentence]}


def test_somebody_else_neither_presides_nor_votes(voter):
    stranger = person(Role.AGENT).pk
    form = SessionForm(
        typed(voter, chair=stranger, voters=[stranger]), programme=ProgrammeFactory()
    )
    assert form.errors == {
        "chair": [NO_CHOICE],
        "voters": [f"Sélectionnez un choix valide. {stranger} n’en fait pas partie."],
    }


class TestAgain:
    def test_shows_what_the_session_has(self):
        sitting = HeldSession(actions=0, quorum=3)
        challenge = ChallengeFactory()
        sitting.session.challenge_envelopes.create(challenge=challenge, amount=Decimal(1000))
        sitting.session.members.create(user=sitting.agent, votes=False)
        form = SessionForm(programme=sitting.session.programme, session=sitting.session)
        people = {name: set(form.initial.pop(name)) for name in ("voters", "observers")}
        assert form.initial.pop("shown") == settled_in(sitting.session)
        assert form.initial == columns_of(sitting.chair, envelope=Decimal(50_000)) | {
            f"envelope_{challenge.pk}": Decimal(1000)
        }
        assert people == {
            "voters": {voter.pk for voter in sitting.voters},
            "observers": {sitting.agent.pk},
        }

    def test_once_open_asks_for_date_place_and_chair_alone(self):
        sitting = HeldSession().opened()
        form = SessionForm(
            typed(sitting.second), programme=sitting.session.programme, session=sitting.session
        )
        assert list(form.fields) == ["held_on", "starts_at", "place", "chair", "shown"]
        assert form.errors == {}
        assert form.content == SessionContent(
            columns={
                "held_on": date(2026, 12, 3),
                "starts_at": time(14, 30),
                "place": "Salle des mariages",
                "chair": sitting.second,
            },
            envelopes={},
            voters=(),
            observers=(),
        )
