"""A session is held: who is there, who leaves, what may be granted, how it ends."""

from decimal import Decimal

import pytest

from actions.committee.services.conduct import (
    close_session,
    note_attendance,
    open_session,
    reopen_session,
    step_aside,
    vote_envelope,
)
from actions.enums import Attendance, SessionState
from actions.models import AgendaItem
from actors.enums import Role
from actors.models import Membership
from ess_portal.base.french import euros
from tests.plugins.prepared import prepared, starts_from
from tests.support.factories import (
    ChallengeFactory,
    MeasureFactory,
    Story,
    fresh,
    person,
)
from tests.support.refusals import refusal
from tests.support.sessions import HeldSession, missing

pytestmark = pytest.mark.django_db


@prepared
def sitting() -> HeldSession:
    """An open session with one action on its agenda."""
    return HeldSession().opened()


class TestOpening:
    @starts_from(story="evaluated")
    def test_takes_an_agenda(self, story):
        sitting = HeldSession(stories=[story])
        sitting.items[0].delete()
        assert refusal(open_session, session=sitting.session, by=sitting.agent) == [
            "L’ordre du jour est vide : ajoutez-y des actions."
        ]

    @starts_from(story="evaluated")
    def test_is_for_who_keeps_the_session(self, story):
        sitting = HeldSession(stories=[story])
        assert refusal(open_session, session=sitting.session, by=sitting.second) == [
            "Ouvrir la séance revient à un agent ou le président de la séance."
        ]
        assert open_session(session=sitting.session, by=fresh(sitting.chair)).is_in_session

    def test_happens_once(self, sitting):
        assert refusal(open_session, session=sitting.session, by=sitting.agent) == [
            "Cette séance a déjà été ouverte."
        ]


class TestLeavingTheRoom:
    @starts_from(story="evaluated")
    def test_takes_the_voice_and_counts_the_quorum_again(self, story):
        sitting = HeldSession(stories=[story], quorum=3).opened()
        sitting.record(sitting.items[0], outcome="postpone", reason="M.")
        sitting.step_aside(sitting.items[0], sitting.third)
        assert missing(sitting, sitting.items[0]) == [
            "Le quorum n’est pas atteint sur ce point : 2 membres ayant droit de vote, il en faut "
            "3.",
            "Comptez les voix : pour, contre, abstentions (0 s’il n’y en a pas).",
        ]

    def test_is_declared_by_oneself_or_noted(self, sitting):
        assert refusal(
            sitting.step_aside, sitting.items[0], sitting.third, by=fresh(sitting.second)
        ) == [
            "Un déport est déclaré par la personne, ou noté par un agent ou le président de la "
            "séance."
        ]
        recusal = sitting.step_aside(sitting.items[0], sitting.third, by=sitting.agent)
        assert (recusal.member.user, recusal.declared_by) == (sitting.third, sitting.agent)

    def test_said_twice_keeps_what_was_counted_since(self, sitting):
        first = sitting.step_aside(sitting.items[0], sitting.third)
        sitting.record(sitting.items[0], outcome="postpone", reason="M.", votes_for=2)
        sitting.carry(sitting.items[0], sitting.second)
        assert sitting.step_aside(sitting.items[0], sitting.third, by=sitting.agent) == first
        item = sitting.items[0]
        assert (item.votes_for, item.proposed_by, missing(sitting, item)) == (2, sitting.second, [])

    def test_a_chair_who_left_notes_nothing_on_that_point(self, sitting):
        sitting.step_aside(sitting.items[0], sitting.chair)
        assert refusal(
            sitting.record, sitting.items[0], by=fresh(sitting.chair), outcome="adjourn"
        ) == ["Vous vous êtes déporté de ce point : une autre personne le note."]

    def test_is_asked_of_members_of_the_carrier(self, sitting):
        sitting.third.memberships.create(
            organisation=sitting.stories[0].carrier, role="contributor"
        )
        sitting.record(sitting.items[0], outcome="postpone", reason="M.")
        assert missing(sitting, sitting.items[0]) == [
            f"{sitting.third} appartient au porteur ou à un partenaire : notez son déport."
        ]


class TestEnvelope:
    def test_is_never_passed(self):
        sitting = HeldSession(actions=2, envelope=5000).opened()
        first, second = sitting.items
        sitting.record(first, outcome="prioritise", amount=4000)
        assert refusal(sitting.record, second, outcome="prioritise", amount="1000.01") == [
            f"Séance : {euros(Decimal('5000.01'))} accordés dépassent l’enveloppe de "
            f"{euros(Decimal(5000))}. Baissez un montant, ou faites voter une enveloppe plus haute."
        ]
        sitting.record(second, outcome="prioritise", amount=1000)
        assert [item.amount for item in sitting.items] == [Decimal(4000), Decimal(1000)]

    @starts_from(story="evaluated")
    def test_a_vote_raises_it(self, story):
        sitting = HeldSession(stories=[story], envelope=3000).opened()
        item = sitting.items[0]
        raised = {"session": sitting.session, "by": sitting.agent, "amount": Decimal(4000)}
        assert not vote_envelope(**raised, votes=(1, 2, 0)).is_adopted
        assert len(refusal(sitting.record, item, outcome="prioritise", amount=4000)) == 1
        assert vote_envelope(**raised, votes=(2, 1, 0)).is_adopted
        assert sitting.record(item, outcome="prioritise", amount=4000).amount == Decimal(4000)
        assert sitting.close().confirm(sitting.second).is_published

    @starts_from(story="evaluated")
    def test_a_vote_doesnt_take_back_what_is_granted(self, story):
        sitting = HeldSession(stories=[story], envelope=5000).opened()
        sitting.record(sitting.items[0], outcome="prioritise", amount=4000)
        lower = {"session": sitting.session, "by": sitting.agent, "amount": Decimal(3000)}
        assert len(refusal(vote_envelope, **lower, votes=(3, 0, 0))) == 1
        assert sitting.session.envelope_votes.count() == 0

    def test_a_vote_counts_the_voters_present(self, sitting):
        vote = {"session": sitting.session, "by": sitting.agent, "amount": Decimal(90_000)}
        assert refusal(vote_envelope, **vote, votes=(2, 0, 0)) == [
            "Le décompte fait 2 voix pour 3 votants présents."
        ]

    def test_a_challenge_may_have_its_own(self):
        challenge = ChallengeFactory(number=3)
        story = Story(measure=MeasureFactory(challenge=challenge)).evaluated()
        sitting = HeldSession(stories=[story])
        sitting.session.challenge_envelopes.create(challenge=challenge, amount=Decimal(1000))
        sitting.opened()
        (reason,) = refusal(sitting.record, sitting.items[0], outcome="prioritise", amount=2000)
        assert reason.startswith("Défi 3 : ")
        vote_envelope(
            session=sitting.session,
            by=sitting.agent,
            amount=Decimal(2000),
            votes=(3, 0, 0),
            challenge=challenge,
        )
        assert sitting.record(sitting.items[0], outcome="prioritise", amount=2000).amount == 2000

    def test_a_challenge_without_its_own_has_no_vote(self, sitting):
        assert refusal(
            vote_envelope,
            session=sitting.session,
            by=sitting.agent,
            amount=Decimal(1),
            votes=(3, 0, 0),
            challenge=ChallengeFactory(),
        ) == ["Ce défi n’a pas d’enveloppe à lui dans cette séance."]


class TestTheEnd:
    def test_is_the_chairs(self, sitting):
        assert refusal(sitting.close, sitting.second) == [
            "Clore la séance revient à son président."
        ]

    @pytest.mark.parametrize("attendance", [Attendance.EXPECTED, Attendance.EXCUSED])
    def test_is_said_by_a_chair_who_is_there(self, sitting, attendance):
        """Another one is chosen, or they are noted present: then it ends."""
        item = sitting.items[0]
        sitting.record(item, outcome="adjourn")
        chair = sitting.members[sitting.chair].pk
        noting = {"session": sitting.session, "by": sitting.agent}
        note_attendance(**noting, attendance={chair: attendance})
        assert refusal(sitting.close) == [
            "Vous n’êtes pas noté présent : notez votre présence, ou choisissez un autre président "
            "parmi les membres présents."
        ]

        note_attendance(**noting, attendance={chair: Attendance.PRESENT})
        assert sitting.close().session.state == SessionState.CLOSED

    def test_comes_once_every_point_is_whole(self):
        sitting = HeldSession(actions=2).opened()
        sitting.record(sitting.items[1], outcome="postpone")
        assert refusal(sitting.close) == [
            "Point 1 : Aucune suite n’est notée : décidez, ou reportez le point.",
            "Point 2 : Écrivez le motif : le porteur le lira.",
        ]

    def test_may_be_taken_back_by_the_chair_until_the_publication(self, sitting):
        sitting.closed()
        assert refusal(reopen_session, session=sitting.session, by=sitting.agent) == [
            "Rouvrir la séance revient à son président."
        ]
        session = reopen_session(session=sitting.session, by=fresh(sitting.chair))
        assert (session.state, session.closed_by) == (SessionState.SITTING, None)
        sitting.close().confirm(sitting.second)
        assert refusal(reopen_session, session=session, by=fresh(sitting.chair)) == [
            "Cette séance n’attend pas d’être publiée."
        ]

    def test_somebody_who_lost_the_role_no_longer_carries(self, sitting):
        sitting.record(sitting.items[0], outcome="postpone", reason="M.")
        sitting.carry(sitting.items[0], sitting.second)
        sitting.second.groups.clear()
        sitting.close()
        assert AgendaItem.objects.get().proposed_by == sitting.chair


def test_attendance_may_be_noted_again(sitting):
    key = sitting.members[sitting.third].pk
    note_attendance(session=sitting.session, by=sitting.agent, attendance={key: Attendance.ABSENT})
    assert {m.user: m.attendance for m in sitting.session.members.all()} == {
        sitting.chair: "present",
        sitting.second: "present",
        sitting.third: "absent",
    }


@starts_from(sitting="open")
def test_a_vote_on_the_envelope_is_counted_again_at_the_end(sitting):
    """Somebody noted present by mistake: the vote has one voice too many."""
    agent, third = fresh(sitting.agent), sitting.members[sitting.third]
    vote = {"session": sitting.session, "by": agent, "amount": Decimal(90_000)}
    vote_envelope(**vote, votes=(3, 0, 0))
    note_attendance(session=sitting.session, by=agent, attendance={third.pk: "absent"})
    for item in sitting.items:
        sitting.record(item, outcome="postpone", reason="Plus tard.", votes_for=2)
    said = (
        "Enveloppe (séance) : le vote compte 3 voix pour 2 votants présents. Corrigez les "
        "présences, ou faites voter de nouveau."
    )

    assert refusal(close_session, session=sitting.session, by=fresh(sitting.chair)) == [said]

    vote_envelope(**vote, votes=(2, 0, 0))
    assert sitting.close().session.state == "closed"


@starts_from(sitting="open")
def test_nobody_bound_to_an_action_notes_that_others_step_aside(sitting):
    agent = person(Role.AGENT)
    Membership.objects.create(user=agent, organisation=sitting.stories[0].carrier)
    note = {"item": sitting.items[0], "by": fresh(agent), "reason": "Un lien."}

    assert refusal(step_aside, member=sitting.members[sitting.third], **note) == [
        "Vous êtes lié à cette action, ou déporté : une autre personne note ce déport."
    ]
    step_aside(member=sitting.members[sitting.third], **note | {"by": fresh(sitting.agent)})
