"""What the committee makes of each action is noted point by point, and carried by a member."""

from decimal import Decimal

import pytest

from actions.committee.services.agenda import take_off_agenda
from actions.committee.services.item_decisions import ItemRecord, StaleItem, record_item
from actions.models import AgendaItem
from actors.enums import Role
from tests.plugins.prepared import prepared
from tests.support.factories import (
    BELOW_FLOOR,
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


class TestAPoint:
    def test_that_was_taken_off_meanwhile_is_gone(self):
        sitting = HeldSession(actions=2).opened()
        item = sitting.items[0]
        take_off_agenda(item=item, by=sitting.agent)
        with pytest.raises(AgendaItem.DoesNotExist):
            record_item(item=item, by=sitting.agent, version=0, record=ItemRecord())

    def test_is_saved_in_parts(self, sitting):
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
    def test_says_what_it_lacks(self, columns, lacks, sitting):
        item = sitting.record(sitting.items[0], **columns)
        assert missing(sitting, item) == lacks

    def test_consent_takes_no_count(self, sitting):
        item = sitting.record(
            sitting.items[0], outcome="postpone", reason="Un motif.", method="consent"
        )
        assert (item.votes_for, missing(sitting, item)) == (None, [])

    def test_another_outcome_forgets_the_amount(self, sitting):
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

    def test_an_older_screen_writes_nothing(self, sitting):
        item = sitting.items[0]
        sitting.record(item, outcome="adjourn")
        with pytest.raises(StaleItem) as stale:
            record_item(item=item, by=sitting.agent, version=0, record=ItemRecord(outcome="moot"))
        assert (stale.value.item.version, sitting.items[0].outcome) == (1, "adjourn")

    def test_an_older_screen_that_says_what_is_noted_is_not_contradicted(self, sitting):
        """Saved by itself just before the button, or sent twice: what it can't say goes too."""
        item = sitting.items[0]
        sitting.record(item, outcome="adjourn", reason="À revoir.")
        again = ItemRecord(outcome="adjourn", reason="À revoir.", amount=Decimal(4000))
        kept = record_item(item=item, by=sitting.agent, version=0, record=again)
        assert (kept.version, sitting.items[0].reason) == (1, "À revoir.")

    def test_more_votes_than_voters_are_refused_at_once(self, sitting):
        assert refusal(
            sitting.record, sitting.items[0], outcome="postpone", reason="M.", votes_for=4
        ) == ["Il y a 4 voix pour 3 votants présents : corrigez le décompte."]

    @pytest.mark.parametrize("state", ["preparing", "closed"])
    def test_is_noted_in_session_only(self, state, sitting):
        sitting = HeldSession() if state == "preparing" else sitting.closed()
        assert refusal(sitting.record, sitting.items[0], outcome="adjourn") == [
            "La séance n’est pas ouverte."
        ]

    def test_is_noted_by_who_keeps_the_session(self, sitting):
        assert refusal(
            sitting.record, sitting.items[0], by=fresh(sitting.second), outcome="adjourn"
        ) == ["Tenir la séance revient à un agent ou le président de la séance."]
        sitting.record(sitting.items[0], by=fresh(sitting.chair), outcome="adjourn")
        assert sitting.items[0].outcome == "adjourn"

    def test_a_change_drops_who_carried_it(self, sitting):
        sitting.record(sitting.items[0], outcome="postpone", reason="M.")
        sitting.carry(sitting.items[0], sitting.second)
        sitting.record(sitting.items[0], outcome="postpone", reason="M.")
        assert sitting.items[0].proposed_by == sitting.second
        sitting.record(sitting.items[0], outcome="postpone", reason="Un autre motif.")
        assert sitting.items[0].proposed_by is None


class TestCarrying:
    """Somebody else than the chair takes the decision upon them."""

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
