"""Who carries an action: kept once it is filed, unless an agent merges it; confirmed to decide."""

import pytest

from actions.enums import ActionStatus, DecisionKind, Transition
from actors.models import Membership, Organisation
from tests.support.factories import OrganisationFactory, Story, story_in
from tests.support.guarantee_steps import a_transaction_later, amend, confirm, propose
from tests.support.organisations import provisional
from tests.support.refusals import by_sql, refused_by, refused_every_way

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

KEPT = "actions_action_carrier_is_kept"
TERMS = "actions_action_terms_are_kept"
UNCONFIRMED = "actions_action_decided_carrier_is_confirmed"
FILED = [s for s in ActionStatus.values if s not in ("draft", "recorded")]


def merged(twin: Organisation, into: Organisation) -> None:
    by_sql(twin, is_published=False)
    by_sql(twin, merged_into_id=into.pk)


@pytest.mark.parametrize("status", FILED)
def test_is_kept_once_filed(status):
    action = story_in(status).action
    name = TERMS if status in ActionStatus.GRANTED else KEPT
    refused_every_way(name, action, carrier_id=OrganisationFactory().pk)
    refused_every_way(name, action, carrier_id=None)


def test_of_a_draft_is_its_people_s_matter():
    action, other = Story().action, OrganisationFactory()
    by_sql(action, carrier_id=other.pk)
    by_sql(action, carrier_id=None)
    action.refresh_from_db()
    assert action.carrier is None


@pytest.mark.parametrize("status", ["submitted", "withdrawn"])
def test_of_a_draft_does_not_change_as_it_is_sent_or_withdrawn(status):
    """Whoever may send it for one organisation doesn't send it for another."""
    with refused_by(KEPT):
        by_sql(Story().action, status=status, carrier_id=OrganisationFactory().pk)


@pytest.mark.parametrize("status", FILED)
def test_follows_an_organisation_that_is_merged(status):
    story, into = story_in(status), OrganisationFactory()
    merged(story.carrier, into)
    by_sql(story.action, carrier_id=into.pk)
    story.action.refresh_from_db()
    assert story.action.carrier == into


@pytest.mark.parametrize("status", ["submitted", "prioritised"])
def test_follows_it_nowhere_else(status):
    story = story_in(status)
    merged(story.carrier, OrganisationFactory())
    name = TERMS if status in ActionStatus.GRANTED else KEPT
    refused_every_way(name, story.action, carrier_id=OrganisationFactory().pk)


def test_takes_no_other_term_with_it():
    story, into = story_in("prioritised"), OrganisationFactory()
    merged(story.carrier, into)
    refused_every_way(TERMS, story.action, carrier_id=into.pk, ends_on="2050-01-01")


@pytest.mark.parametrize(
    "columns",
    [{"status": "postponed"}, {"status": "refusal_announced", "refused_from": "evaluated"}],
    ids=["postponed", "refused"],
)
def test_of_what_is_decided_is_confirmed(columns):
    story = Story(carrier=provisional()).evaluated()
    refused_every_way(UNCONFIRMED, story.action, **columns)


@pytest.mark.parametrize("kind", ["prioritise", "postpone", "announce_refusal"])
def test_no_decision_is_confirmed_before_it(kind):
    story = Story(carrier=provisional()).evaluated()
    decision = propose(story, DecisionKind(kind))
    refused_every_way(
        "actions_decision_carrier_is_confirmed",
        decision,
        confirmed_by_id=story.members[1].pk,
        confirmed_at="2026-01-01T00:00:00Z",
    )


def test_an_agent_may_refuse_a_file_of_a_provisional_one_without_the_committee():
    story = Story(carrier=provisional()).submitted()
    story.apply(Transition.ANNOUNCE_REFUSAL, story.agent, comment="Hors programme.")
    story.action.refresh_from_db()
    assert story.action.status == "refusal_announced"


def test_an_amendment_leads_to_a_confirmed_one():
    story, towards = story_in("prioritised"), OrganisationFactory(is_published=False)
    amendment = amend(story, new_carrier=towards)
    by_sql(towards, merged_into_id=OrganisationFactory().pk)
    with refused_by("actions_amendment_towards_a_confirmed_carrier"):
        confirm(amendment, story.members[1])


@pytest.mark.parametrize("status", ["scored", "evaluated", "prioritised"])
def test_is_merged_with_no_interest_of_those_who_judge(status):
    """In whichever way, and for those who decided and those who evaluated alike."""
    story, into = story_in(status), OrganisationFactory()
    a_transaction_later()
    judges = [story.evaluators[0], *(story.members if status == "prioritised" else [])]
    for judge in judges:
        place = Membership.objects.create(user=judge, organisation=into)
        if not story.carrier.merged_into_id:
            merged(story.carrier, into)
            story.carrier.refresh_from_db()
        refused_every_way(
            "actions_action_merged_beside_no_interest", story.action, carrier_id=into.pk
        )
        place.delete()
    by_sql(story.action, carrier_id=into.pk)
