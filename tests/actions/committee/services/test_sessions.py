"""A session is prepared: members, envelopes."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from actions.committee.services.sessions import create_session, edit_session
from actions.enums import SessionState
from actors.enums import Role
from challenges.models import Programme
from ess_portal.base.calendar import far_off
from tests.plugins.prepared import prepared
from tests.support.factories import ChallengeFactory, fresh, person
from tests.support.refusals import refusal
from tests.support.sessions import HeldSession

pytestmark = pytest.mark.django_db


@prepared
def sitting() -> HeldSession:
    """A session with one action on its agenda."""
    return HeldSession()


def changed(sitting, **columns):
    """The content of a session with other columns."""
    return replace(sitting.content, columns=sitting.content.columns | columns)


class TestPreparing:
    def test_the_chair_always_votes(self, sitting):
        content = replace(sitting.content, voters=[sitting.second], observers=[sitting.agent])
        session = create_session(by=sitting.agent, content=content)
        assert {member.user: member.votes for member in session.members.all()} == {
            sitting.chair: True,
            sitting.second: True,
            sitting.agent: False,
        }

    @pytest.mark.parametrize("held_on", [date.min, date(1999, 12, 31), date.max])
    def test_is_for_a_day_that_comes(self, sitting, held_on):
        """A year typed wrong: a calendar counts hours from it, in UTC."""
        content = changed(sitting, held_on=held_on, starts_at=time(23, 59))
        assert refusal(create_session, by=sitting.agent, content=content) == [far_off()]
        assert refusal(
            edit_session, session=sitting.session, by=sitting.agent, content=content
        ) == [far_off()]

    @pytest.mark.parametrize("who", ["agent", "chair"])
    def test_is_for_agents_and_the_chair(self, who, sitting):
        by = fresh(getattr(sitting, who))
        assert create_session(by=by, content=sitting.content).state == SessionState.PREPARING
        assert refusal(create_session, by=fresh(sitting.second), content=sitting.content) == [
            "Préparer la séance revient à un agent ou le président de la séance."
        ]

    def test_only_the_committee_votes(self, sitting):
        content = replace(sitting.content, voters=[sitting.second, sitting.agent])
        assert refusal(create_session, by=sitting.agent, content=content) == [
            f"{sitting.agent} n’est pas membre de la commission : il ne peut ni présider ni voter."
        ]

    def test_takes_as_many_voters_as_the_quorum(self, sitting):
        assert refusal(create_session, by=sitting.agent, content=changed(sitting, quorum=4)) == [
            "Il faut au moins 4 membres ayant droit de vote : c’est le quorum."
        ]

    def test_the_parts_stay_within_the_whole(self, sitting):
        parts = {ChallengeFactory(number=n).pk: Decimal(30_000) for n in (1, 2)}
        content = replace(sitting.content, envelopes=parts)
        assert refusal(create_session, by=sitting.agent, content=content) == [
            "Les enveloppes des défis dépassent ensemble celle de la séance."
        ]

    def test_takes_a_current_programme(self, sitting):
        Programme.objects.update(state="archived")
        assert refusal(create_session, by=sitting.agent, content=sitting.content) == [
            "Aucun programme n’est en cours : la commission n’a rien à décider."
        ]

    def test_is_settled_anew(self, sitting):
        content = replace(changed(sitting, place="Ailleurs"), voters=[sitting.second])
        edit_session(session=sitting.session, by=sitting.agent, content=content)
        sitting.refresh()
        assert sitting.session.place == "Ailleurs"
        assert {member.user for member in sitting.session.members.all()} == {
            sitting.chair,
            sitting.second,
        }

    def test_once_open_only_date_place_and_chair_change(self, sitting):
        sitting.opened()
        columns = {"place": "Ailleurs", "chair": sitting.second}
        content = replace(sitting.content, columns=columns, voters=())
        session = edit_session(session=sitting.session, by=sitting.agent, content=content)
        assert (session.place, session.chair, session.members.count()) == (
            "Ailleurs",
            sitting.second,
            3,
        )
        stranger = replace(content, columns={"chair": person(Role.COMMITTEE)})
        assert refusal(edit_session, session=session, by=sitting.agent, content=stranger) == [
            "Le président est choisi parmi les membres ayant droit de vote."
        ]

    def test_a_closed_one_is_settled(self, sitting):
        sitting.opened().closed()
        assert refusal(
            edit_session, session=sitting.session, by=sitting.agent, content=sitting.content
        ) == ["Cette séance est close : elle ne se modifie plus."]
