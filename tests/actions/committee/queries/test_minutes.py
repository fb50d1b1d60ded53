"""What the minutes say, and to whom."""

import pytest

from actions.committee.queries.minutes import minutes_of
from actions.evaluation.services.evaluations import recuse
from actors.enums import Role
from actors.models import Membership
from challenges.models import Programme
from ess_portal.base.french import long_date
from tests.plugins.prepared import starts_from
from tests.support.deliberations import NUMBER, note
from tests.support.factories import Story, fresh, person
from tests.support.sessions import HeldSession

pytestmark = pytest.mark.django_db


def test_whoever_is_bound_to_an_action_reads_nothing_of_who_stepped_aside():
    """As on the page of the session: neither their names nor why."""
    story = Story().in_evaluation()
    evaluator = story.evaluators[0]
    recuse(action=story.action, user=evaluator, by=fresh(evaluator), reason="Ma mère y est.")
    for evaluation in story.evaluations[1:]:
        story.score(evaluation)
    story.apply("close_evaluation", story.agent)
    sitting = HeldSession(stories=[story]).opened()
    bound = [person(Role.AGENT), person(Role.COMMITTEE)]
    for reader in bound:
        Membership.objects.create(user=reader, organisation=story.carrier)

    said = [
        [line.reason for line in minutes_of(sitting.session, fresh(reader)).evaluation_recusals]
        for reader in (sitting.agent, sitting.chair, *bound)
    ]

    assert said == [["Ma mère y est."], ["Ma mère y est."], [], []]


@starts_from(sitting="closed")
def test_they_are_subject_to_the_council_until_it_votes(sitting):
    Programme.objects.update(requires_deliberation=True)
    sitting.session.refresh_from_db()

    def said():
        minutes = minutes_of(sitting.session, fresh(sitting.agent))
        return minutes.deliberation, [item.is_proposed for item in minutes.items]

    waiting = ("Sous réserve de la délibération du conseil", [True])
    assert said() == waiting
    sitting.confirm(sitting.second)
    sitting.refresh()
    assert said() == waiting
    noted = note(sitting.stories[0], recorded_by=sitting.agent)
    sitting.refresh()
    assert said() == (f"{NUMBER} du {long_date(noted.held_on)}", [False])
