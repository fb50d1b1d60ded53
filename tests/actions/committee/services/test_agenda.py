"""Actions are put on the agenda of a session, moved and taken off."""

from decimal import Decimal

import pytest

from actions.committee.services.agenda import move_item, put_on_agenda, take_off_agenda
from actions.committee.services.decisions import propose_decision
from actions.committee.services.sessions import cancel_session
from actions.enums import DecisionKind
from actions.models import CommitteeSession
from challenges.models import Programme
from tests.plugins.prepared import starts_from
from tests.support.factories import Story, fresh
from tests.support.refusals import refusal, refused_by
from tests.support.sessions import HeldSession

pytestmark = pytest.mark.django_db


class TestAgenda:
    @starts_from(sitting="prepared")
    def test_is_drawn_in_the_ranking(self, sitting):
        low, high = Story().evaluated((1, 2, 2, 2)), Story().evaluated((3, 3, 3, 3))
        added = put_on_agenda(
            session=sitting.session, actions=[low.action, high.action], by=sitting.agent
        )
        assert [(item.position, item.action) for item in added] == [
            (2, high.action),
            (3, low.action),
        ]

    @starts_from(story="evaluated")
    def test_an_action_is_on_one_open_agenda(self, story):
        sitting, other = HeldSession(stories=[]), HeldSession(stories=[story])
        put = {"session": sitting.session, "actions": [story.action], "by": sitting.agent}
        assert refusal(put_on_agenda, **put) == [
            f"{story.action.reference} : elle est à l’ordre du jour de la séance du "
            "3 décembre 2026."
        ]
        cancel_session(session=other.session, by=other.agent)
        assert [item.action for item in put_on_agenda(**put)] == [story.action]

    @pytest.mark.parametrize("status", ["submitted", "completed", "declined"])
    def test_takes_what_can_be_decided_on(self, status):
        sitting, story = HeldSession(stories=[]), getattr(Story(), status)()
        assert refusal(
            put_on_agenda, session=sitting.session, actions=[story.action], by=sitting.agent
        ) == [f"{story.action.reference} : elle n’est ni évaluée, ni en vivier, ni en cours."]

    @starts_from(story="evaluated")
    def test_waits_for_a_decision_under_way(self, story):
        sitting = HeldSession(stories=[])
        propose_decision(
            action=story.action, kind="postpone", by=fresh(story.members[0]), reason="M."
        )
        assert refusal(
            put_on_agenda, session=sitting.session, actions=[story.action], by=sitting.agent
        ) == [f"{story.action.reference} : une décision hors séance attend déjà d’être confirmée."]

    @pytest.mark.parametrize("kind", ["prioritise", "postpone", "announce_refusal"])
    @starts_from(sitting="prepared")
    def test_keeps_its_actions_from_other_decisions(self, kind, sitting):
        story = sitting.stories[0]
        amount = Decimal(10) if kind == "prioritise" else None
        decision = {"action": story.action, "kind": kind, "by": fresh(story.members[0])}
        reasons = [
            "L’action est à l’ordre du jour de la séance du 3 décembre 2026 : elle s’y décide."
        ]
        assert refusal(propose_decision, **decision, reason="M.", amount=amount) == reasons

    @starts_from(sitting="prepared")
    def test_keeps_its_evaluation_closed(self, sitting):
        story = sitting.stories[0]
        reopening = {"action": story.action, "kind": DecisionKind.REOPEN_EVALUATION}
        reasons = [
            "L’action est à l’ordre du jour de la séance du 3 décembre 2026 : elle s’y décide."
        ]
        assert refusal(propose_decision, **reopening, by=fresh(story.agent), reason="M.") == reasons

    @starts_from(story="evaluated")
    def test_a_reopening_proposed_before_keeps_it_off(self, story):
        propose_decision(
            action=story.action, kind="reopen_evaluation", by=fresh(story.agent), reason="M."
        )
        sitting = HeldSession(stories=[])
        # Past the service's own check, as two people at one instant may be.
        with refused_by("actions_agendaitem_beside_no_decision"):
            sitting.session.items.create(action=story.action, position=1)

    def test_a_point_moves_and_leaves(self):
        sitting = HeldSession(actions=3)
        first, second, third = sitting.items
        move_item(item=first, by=sitting.agent, up=True)
        move_item(item=third, by=sitting.agent, up=False)
        assert sitting.items == [first, second, third]
        move_item(item=third, by=sitting.agent, up=True)
        assert sitting.items == [first, third, second]
        take_off_agenda(item=first, by=sitting.agent)
        assert [(item.pk, item.position) for item in sitting.items] == [
            (third.pk, 1),
            (second.pk, 2),
        ]

    def test_a_point_that_somebody_left_stays(self):
        sitting = HeldSession(actions=2).opened()
        sitting.step_aside(sitting.items[0], sitting.third)
        assert refusal(take_off_agenda, item=sitting.items[0], by=sitting.agent) == [
            "Un déport est noté sur ce point : reportez-le plutôt à une autre séance."
        ]

    @starts_from(story="evaluated")
    def test_of_another_programme_is_refused(self, story):
        sitting = HeldSession(stories=[])
        CommitteeSession.objects.filter(pk=sitting.session.pk)
        other = Programme.objects.create(
            code="autre", title="Un autre", starts_on="2010-01-01", ends_on="2012-01-01"
        )
        sitting.session.programme = other
        sitting.session.save()
        assert refusal(
            put_on_agenda, session=sitting.session, actions=[story.action], by=sitting.agent
        ) == [f"{story.action.reference} : elle relève d’un autre programme."]

    @pytest.mark.parametrize("step", [cancel_session, put_on_agenda])
    @starts_from(sitting="closed")
    def test_of_a_closed_session_is_kept(self, step, sitting):
        options = {"actions": []} if step is put_on_agenda else {}
        assert refusal(step, session=sitting.session, by=sitting.agent, **options) == [
            "Cette séance est close : son ordre du jour ne change plus."
        ]
