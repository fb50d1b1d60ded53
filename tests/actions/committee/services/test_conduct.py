"""A session is held: who is there, who leaves, what is noted, what may be granted."""

from decimal import Decimal

import pytest

from actions.committee.queries.quorum import eligible_voters_of, missing_for
from actions.committee.services.conduct import (
    note_attendance,
    open_session,
    reopen_session,
    vote_envelope,
)
from actions.committee.services.item_decisions import ItemRecord, StaleItem, record_item
from actions.enums import Attendance, SessionState
from actions.models import AgendaItem
from actors.enums import Role
from ess_portal.base.french import euros
from tests.support.factories import (
    BELOW_FLOOR,
    ChallengeFactory,
    MeasureFactory,
    Story,
    fresh,
    person,
)
from tests.support.refusals import refusal
from tests.support.sessions import HeldSession, closed

pytestmark = pytest.mark.django_db


def missing(sitting, item) -> list[str]:
    """What an item lacks."""
    (item,) = (other for other in sitting.items if other.pk == item.pk)
    return missing_for(item, eligible_voters_of(sitting.session, [item])[item.pk])


class TestOpening:
    def test_takes_an_agenda(self):
        sitting = HeldSession(actions=1)
        sitting.items[0].delete()
        assert refusal(open_session, session=sitting.session, by=sitting.agent) == [
            "L’ordre du jour est vide : ajoutez-y des actions."
        ]

    def test_is_for_who_keeps_the_session(self):
        sitting = HeldSession()
        assert refusal(open_session, session=sitting.session, by=sitting.second) == [
            "Ouvrir la séance revient à un agent ou le président de la séance."
        ]
        assert open_session(session=sitting.session, by=fresh(sitting.chair)).is_in_session

    def test_happens_once(self):
        sitting = HeldSession().opened()
        assert refusal(open_session, session=sitting.session, by=sitting.agent) == [
            "Cette séance a déjà été ouverte."
        ]


class TestAPoint:
    def test_is_saved_in_parts(self):
        sitting = HeldSession().opened()
        item = sitting.record(
            sitting.items[0],
            outcome="prioritise",
            method="",
            votes_for=None,
            votes_against=None,
            abstentions=None,
        )
        assert (item.outcome, item.amount, item.version) == ("prioritise", None, 1)
        assert missing(sitting, item) == [
            "Indiquez le montant accordé.",
            "Dites si la commission a voté ou consenti.",
        ]

    @pytest.mark.parametrize(
        ("columns", "lacks"),
        [
            ({"outcome": ""}, ["Aucune suite n’est notée : décidez, ou reportez le point."]),
            ({"outcome": "adjourn"}, []),
            ({"outcome": "moot"}, []),
            ({"outcome": "postpone"}, ["Écrivez le motif : le porteur le lira."]),
            ({"outcome": "postpone", "reason": "Un motif."}, []),
            (
                {"outcome": "postpone", "reason": "M.", "votes_for": 2},
                ["Le décompte fait 2 voix pour 3 votants présents."],
            ),
            (
                {"outcome": "postpone", "reason": "M.", "votes_for": 1, "votes_against": 2},
                [
                    "La proposition n’a pas la majorité : notez une autre suite, ou reportez le "
                    "point."
                ],
            ),
            (
                {"outcome": "postpone", "reason": "M.", "votes_for": None},
                ["Comptez les voix : pour, contre, abstentions (0 s’il n’y en a pas)."],
            ),
        ],
    )
    def test_says_what_it_lacks(self, columns, lacks):
        sitting = HeldSession().opened()
        item = sitting.record(sitting.items[0], **columns)
        assert missing(sitting, item) == lacks

    def test_consent_takes_no_count(self):
        sitting = HeldSession().opened()
        item = sitting.record(
            sitting.items[0], outcome="postpone", reason="Un motif.", method="consent"
        )
        assert (item.votes_for, missing(sitting, item)) == (None, [])

    def test_another_outcome_forgets_the_amount(self):
        sitting = HeldSession().opened()
        sitting.record(sitting.items[0], outcome="prioritise", amount=4000)
        item = sitting.record(sitting.items[0], outcome="postpone", reason="M.", amount=4000)
        assert item.amount is None

    def test_the_gate_has_no_derogation(self):
        story = Story().evaluated(BELOW_FLOOR)
        sitting = HeldSession(stories=[story]).opened()
        reasons = refusal(sitting.record, sitting.items[0], outcome="prioritise", amount=4000)
        assert reasons == story.action.blockers()
        assert reasons != []

    def test_a_postponed_action_isnt_postponed_again(self):
        sitting = HeldSession(stories=[Story().postponed()]).opened()
        assert refusal(sitting.record, sitting.items[0], outcome="postpone", reason="M.") == [
            "L’action est à l’état « En vivier » : « Mettre en vivier » n’est pas possible."
        ]

    def test_an_older_screen_writes_nothing(self):
        sitting = HeldSession().opened()
        item = sitting.items[0]
        sitting.record(item, outcome="adjourn")
        with pytest.raises(StaleItem) as stale:
            record_item(item=item, by=sitting.agent, version=0, record=ItemRecord(outcome="moot"))
        assert (stale.value.item.version, sitting.items[0].outcome) == (1, "adjourn")

    def test_more_votes_than_voters_are_refused_at_once(self):
        sitting = HeldSession().opened()
        assert refusal(
            sitting.record, sitting.items[0], outcome="postpone", reason="M.", votes_for=4
        ) == ["Il y a 4 voix pour 3 votants présents : corrigez le décompte."]

    @pytest.mark.parametrize("state", ["preparing", "closed"])
    def test_is_noted_in_session_only(self, state):
        sitting = HeldSession() if state == "preparing" else closed()
        assert refusal(sitting.record, sitting.items[0], outcome="adjourn") == [
            "La séance n’est pas ouverte."
        ]

    def test_is_noted_by_who_keeps_the_session(self):
        sitting = HeldSession().opened()
        assert refusal(
            sitting.record, sitting.items[0], by=fresh(sitting.second), outcome="adjourn"
        ) == ["Tenir la séance revient à un agent ou le président de la séance."]
        sitting.record(sitting.items[0], by=fresh(sitting.chair), outcome="adjourn")
        assert sitting.items[0].outcome == "adjourn"

    def test_a_change_drops_who_carried_it(self):
        sitting = HeldSession().opened()
        sitting.record(sitting.items[0], outcome="postpone", reason="M.")
        sitting.carry(sitting.items[0], sitting.second)
        sitting.record(sitting.items[0], outcome="postpone", reason="M.")
        assert sitting.items[0].proposed_by == sitting.second
        sitting.record(sitting.items[0], outcome="postpone", reason="Un autre motif.")
        assert sitting.items[0].proposed_by is None


class TestLeavingTheRoom:
    def test_takes_the_voice_and_counts_the_quorum_again(self):
        sitting = HeldSession(quorum=3).opened()
        sitting.record(sitting.items[0], outcome="postpone", reason="M.")
        sitting.step_aside(sitting.items[0], sitting.third)
        assert missing(sitting, sitting.items[0]) == [
            "Le quorum n’est pas atteint sur ce point : 2 membres ayant droit de vote, il en faut "
            "3.",
            "Comptez les voix : pour, contre, abstentions (0 s’il n’y en a pas).",
        ]

    def test_is_declared_by_oneself_or_noted(self):
        sitting = HeldSession().opened()
        assert refusal(
            sitting.step_aside, sitting.items[0], sitting.third, by=fresh(sitting.second)
        ) == [
            "Un déport est déclaré par la personne, ou noté par un agent ou le président de la "
            "séance."
        ]
        recusal = sitting.step_aside(sitting.items[0], sitting.third, by=sitting.agent)
        assert (recusal.member.user, recusal.declared_by) == (sitting.third, sitting.agent)

    def test_said_twice_keeps_what_was_counted_since(self):
        sitting = HeldSession().opened()
        first = sitting.step_aside(sitting.items[0], sitting.third)
        sitting.record(sitting.items[0], outcome="postpone", reason="M.", votes_for=2)
        sitting.carry(sitting.items[0], sitting.second)
        assert sitting.step_aside(sitting.items[0], sitting.third, by=sitting.agent) == first
        item = sitting.items[0]
        assert (item.votes_for, item.proposed_by, missing(sitting, item)) == (2, sitting.second, [])

    def test_a_chair_who_left_notes_nothing_on_that_point(self):
        sitting = HeldSession().opened()
        sitting.step_aside(sitting.items[0], sitting.chair)
        assert refusal(
            sitting.record, sitting.items[0], by=fresh(sitting.chair), outcome="adjourn"
        ) == ["Vous vous êtes déporté de ce point : une autre personne le note."]

    def test_is_asked_of_members_of_the_carrier(self):
        sitting = HeldSession().opened()
        sitting.third.memberships.create(
            organisation=sitting.stories[0].carrier, role="contributor"
        )
        sitting.record(sitting.items[0], outcome="postpone", reason="M.")
        assert missing(sitting, sitting.items[0]) == [
            f"{sitting.third} appartient au porteur ou à un partenaire : notez son déport."
        ]

    def test_who_evaluated_votes_but_carries_nothing(self):
        story = Story()
        sitting_member = person(Role.COMMITTEE, Role.EVALUATOR)
        story.evaluators = [sitting_member, *story.evaluators[1:]]
        sitting = HeldSession(stories=[story.evaluated()])
        assert sitting.session.members.count() == 3
        sitting.session.members.create(user=sitting_member, votes=True)
        sitting.voters.append(sitting_member)
        sitting.opened()
        sitting.record(sitting.items[0], outcome="postpone", reason="M.", votes_for=4)
        assert refusal(sitting.carry, sitting.items[0], sitting_member) == [
            "Porter la décision revient à un membre présent, ayant droit de vote, sans lien avec "
            "l’action et qui ne l’a pas évaluée."
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

    def test_a_vote_raises_it(self):
        sitting = HeldSession(envelope=3000).opened()
        item = sitting.items[0]
        raised = {"session": sitting.session, "by": sitting.agent, "amount": Decimal(4000)}
        assert not vote_envelope(**raised, votes=(1, 2, 0)).is_adopted
        assert len(refusal(sitting.record, item, outcome="prioritise", amount=4000)) == 1
        assert vote_envelope(**raised, votes=(2, 1, 0)).is_adopted
        assert sitting.record(item, outcome="prioritise", amount=4000).amount == Decimal(4000)
        assert sitting.close().confirm(sitting.second).is_published

    def test_a_vote_doesnt_take_back_what_is_granted(self):
        sitting = HeldSession(envelope=5000).opened()
        sitting.record(sitting.items[0], outcome="prioritise", amount=4000)
        lower = {"session": sitting.session, "by": sitting.agent, "amount": Decimal(3000)}
        assert len(refusal(vote_envelope, **lower, votes=(3, 0, 0))) == 1
        assert sitting.session.envelope_votes.count() == 0

    def test_a_vote_counts_the_voters_present(self):
        sitting = HeldSession().opened()
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

    def test_a_challenge_without_its_own_has_no_vote(self):
        sitting = HeldSession().opened()
        assert refusal(
            vote_envelope,
            session=sitting.session,
            by=sitting.agent,
            amount=Decimal(1),
            votes=(3, 0, 0),
            challenge=ChallengeFactory(),
        ) == ["Ce défi n’a pas d’enveloppe à lui dans cette séance."]


class TestTheEnd:
    def test_is_the_chairs(self):
        sitting = HeldSession().opened()
        assert refusal(sitting.close, sitting.second) == [
            "Clore la séance revient à son président."
        ]

    def test_comes_once_every_point_is_whole(self):
        sitting = HeldSession(actions=2).opened()
        sitting.record(sitting.items[1], outcome="postpone")
        assert refusal(sitting.close) == [
            "Point 1 : Aucune suite n’est notée : décidez, ou reportez le point.",
            "Point 2 : Écrivez le motif : le porteur le lira.",
        ]

    def test_may_be_taken_back_by_the_chair_until_the_publication(self):
        sitting = closed()
        assert refusal(reopen_session, session=sitting.session, by=sitting.agent) == [
            "Rouvrir la séance revient à son président."
        ]
        session = reopen_session(session=sitting.session, by=fresh(sitting.chair))
        assert (session.state, session.closed_by) == (SessionState.SITTING, None)
        sitting.close().confirm(sitting.second)
        assert refusal(reopen_session, session=session, by=fresh(sitting.chair)) == [
            "Cette séance n’attend pas d’être publiée."
        ]

    def test_somebody_who_lost_the_role_no_longer_carries(self):
        sitting = HeldSession().opened()
        sitting.record(sitting.items[0], outcome="postpone", reason="M.")
        sitting.carry(sitting.items[0], sitting.second)
        sitting.second.groups.clear()
        sitting.close()
        assert AgendaItem.objects.get().proposed_by == sitting.chair


def test_attendance_may_be_noted_again():
    sitting = HeldSession().opened()
    key = sitting.members[sitting.third].pk
    note_attendance(session=sitting.session, by=sitting.agent, attendance={key: Attendance.ABSENT})
    assert {m.user: m.attendance for m in sitting.session.members.all()} == {
        sitting.chair: "present",
        sitting.second: "present",
        sitting.third: "absent",
    }
