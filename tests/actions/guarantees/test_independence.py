"""Independence is held through a transaction: nothing moves away while somebody decides, and back.

Each is tried in one transaction, and once more with the checks of its end brought forward
(`SET CONSTRAINTS`), which anybody may do.
"""

from decimal import Decimal

import pytest

from actions.committee.services.sessions import cancel_session
from actions.enums import DECIDED_FROM, ActionStatus, DecisionKind
from actions.models import Decision
from actions.rules import can_decide
from actors.enums import MembershipRole, Role
from actors.models import Membership
from tests.plugins.prepared import prepared, starts_from
from tests.support.factories import (
    OrganisationFactory,
    Story,
    fresh,
    grant_role,
    member,
    person,
    story_in,
)
from tests.support.guarantee_rows.interests import (
    BROUGHT_FORWARD,
    and_looked_at,
    away_and_back,
    send_whole,
)
from tests.support.guarantee_steps import (
    amend,
    confirm,
    grant,
    granted_columns,
    joins_a_partner,
    joins_the_carrier,
    move,
    propose,
    tell,
)
from tests.support.refusals import by_sql, execute, refusal_of, refused_by
from tests.support.sessions import closed

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NO_DECISION = "actions_belonging_behind_no_decision"
NO_EVALUATION = "actions_belonging_behind_no_evaluation"


@prepared
def story() -> Story:
    """An evaluated action of community interest, which has a partner."""
    return Story(partners=[OrganisationFactory()]).evaluated()


@prepared
def granted() -> Story:
    """An action granted 5,000 €."""
    return Story().prioritised()


# --- Deciding -----------------------------------------------------------------------------------


@BROUGHT_FORWARD
@pytest.mark.parametrize("who", [0, 1])
def test_nobody_leaves_the_carrier_to_decide_and_comes_back(story, who, early):
    joins_the_carrier(story, story.members[who])

    with refused_by(NO_DECISION):
        away_and_back(story.members[who], story.carrier, early(lambda: grant(story)))


@BROUGHT_FORWARD
@pytest.mark.parametrize("who", [0, 1])
def test_nor_a_partner(story, who, early):
    joins_a_partner(story, story.members[who])
    partner = story.action.partners.get()

    with refused_by(NO_DECISION):
        away_and_back(story.members[who], partner, early(lambda: grant(story)))


@pytest.mark.parametrize("column", ["organisation_id", "user_id"])
def test_nor_is_a_place_moved_elsewhere_and_back(story, column):
    """The last manager of the carrier too: the end of the transaction finds them in their place."""
    place, manager = lone_manager(story)
    elsewhere = OrganisationFactory() if column == "organisation_id" else person()
    before = getattr(place, column)

    with refused_by(NO_DECISION):
        by_sql(place, **{column: elsewhere.pk})
        decide_with(story, manager)
        by_sql(place, **{column: before})
    with refused_by("actors_membership_last_manager_stays"):
        by_sql(place, organisation_id=OrganisationFactory().pk)
        and_looked_at(lambda: decide_with(story, manager))()


def lone_manager(story: Story) -> tuple[Membership, object]:
    """The place of the only manager of the carrier, who is of the committee."""
    manager = member(story.carrier, MembershipRole.MANAGER)
    grant_role(manager, Role.COMMITTEE)
    place = Membership.objects.get(user=manager)
    Membership.objects.filter(organisation=story.carrier).exclude(pk=place.pk).delete()
    return place, manager


def decide_with(story: Story, second) -> None:
    """Grant, confirmed by `second`, by raw writes only."""
    confirm(propose(story), second)
    tell(story.action, "prioritised", story.members[0], second)
    by_sql(story.action, **granted_columns(story, confirmed_by_id=second.pk))


def test_nor_does_a_partner_leave_for_that_time(story):
    joins_a_partner(story, story.members[0])

    for statement in (
        "DELETE FROM actions_action_partners WHERE action_id = %s",
        "UPDATE actions_action_partners SET organisation_id = %s WHERE action_id = %s",
    ):
        parameters = [OrganisationFactory().pk, story.action.pk][-statement.count("%s") :]
        with refused_by("actions_partnership_while_the_file_is_written"):
            execute(statement, *parameters)


@pytest.mark.parametrize("column", ["action_id", "organisation_id"])
def test_a_partner_of_nothing_is_none(story, column):
    columns = {"action_id": story.action.pk, "organisation_id": story.carrier.pk} | {column: None}
    names = {
        "action_id": "actions_partnership_of_an_action",
        "organisation_id": "actions_partnership_while_the_file_is_written",
    }

    with refused_by(names[column]):
        execute(
            "INSERT INTO actions_action_partners (action_id, organisation_id) VALUES (%s, %s)",
            *columns.values(),
        )


@pytest.mark.parametrize("status", [s for s in ActionStatus.values if s != "recorded"])
def test_partners_change_until_the_file_is_admitted(status):
    action = story_in(status).action
    partner = OrganisationFactory()

    outcome = refusal_of(lambda: action.partners.add(partner))

    written = status in ("draft", "submitted", "in_correction")
    assert outcome == (None if written else "actions_partnership_while_the_file_is_written")


def test_nor_does_the_carrier_change_for_that_time(story):
    joins_the_carrier(story, story.members[0])

    for other in (OrganisationFactory().pk, None):
        with refused_by("actions_action_carrier_is_kept"):
            by_sql(story.action, carrier_id=other)


def test_nobody_joins_behind_a_point_of_an_agenda_that_they_carry():
    sitting = closed()

    for somebody in (sitting.chair, sitting.second):
        by_sql(sitting.items[0], seconded_by_id=sitting.second.pk)
        with refused_by(NO_DECISION):
            joins_the_carrier(sitting.stories[0], somebody)
    joins_the_carrier(sitting.stories[0], sitting.third)


@pytest.mark.django_db(transaction=True)
def test_whoever_decided_long_ago_joins_whom_they_like():
    story = Story().prioritised()

    joins_the_carrier(story, story.members[0])

    assert Membership.objects.filter(user=story.members[0]).count() == 1


@starts_from(sitting="open")
def test_nobody_who_stepped_aside_in_a_session_decides_elsewhere(sitting):
    """The session is given up, and a decision of two taken outside."""
    story = sitting.stories[0]
    sitting.step_aside(sitting.items[0], sitting.third)
    cancel_session(session=sitting.session, by=fresh(sitting.agent))

    with refused_by("actions_decision_by_somebody_independent"):
        propose(story, proposed_by=sitting.third)
    decision = propose(story, proposed_by=sitting.second)
    with refused_by("actions_decision_by_somebody_independent"):
        confirm(decision, sitting.third)
    assert can_decide(fresh(sitting.third), story.action) is False
    assert can_decide(fresh(sitting.chair), story.action) is True


# --- From the right state -------------------------------------------------------------------------


@pytest.mark.parametrize("status", [s for s in ActionStatus.values if s != "recorded"])
def test_a_decision_is_taken_where_its_kind_starts_from(status):
    story = story_in(status)
    story.everybody()
    proposers = {DecisionKind.REOPEN_EVALUATION: story.agent}

    outcomes = {
        kind: refusal_of(
            lambda kind=kind: propose(
                story, kind, proposed_by=proposers.get(kind, story.members[0])
            )
        )
        for kind in DecisionKind
    }

    wrong = "actions_decision_from_the_right_state"
    assert outcomes == {
        kind: None if status in DECIDED_FROM[kind] else wrong for kind in DecisionKind
    }


def test_a_decision_is_not_confirmed_on_what_the_action_has_become(story):
    """It waited while the carrier withdrew."""
    decision = propose(story)
    move(story.action, "withdrawn", story.manager)

    with refused_by("actions_decision_from_the_right_state"):
        confirm(decision, story.members[1])


def test_an_action_that_does_not_exist_yet_is_not_decided_on(story):
    """A foreign key is looked at when the transaction ends: the action could come after."""
    for action in (story.action.pk + 1000, None):
        with refused_by("actions_decision_from_the_right_state"):
            execute(
                "INSERT INTO actions_decision"
                " (action_id, kind, amount, reason, proposed_by_id, proposed_at)"
                " VALUES (%s, 'prioritise', 5000, '', %s, now())",
                action,
                story.members[0].pk,
            )
    assert Decision.objects.count() == 0


# --- Granting -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_nothing_is_granted_on_the_opinion_of_somebody_of_the_carrier():
    """They joined once their evaluation was closed: it is to be opened again without them."""
    story = Story().evaluated()
    joins_the_carrier(story, story.evaluators[0])

    with refused_by("actions_action_granted_on_independent_opinions"):
        grant(story)


# --- Evaluating -----------------------------------------------------------------------------------


@BROUGHT_FORWARD
def test_nobody_leaves_to_evaluate_and_comes_back(early):
    story = Story(partners=[OrganisationFactory()]).in_evaluation()
    joins_the_carrier(story, story.evaluators[0])

    with refused_by(NO_EVALUATION):
        away_and_back(story.evaluators[0], story.carrier, early(lambda: send_whole(story)))


# --- Amending -------------------------------------------------------------------------------------


@BROUGHT_FORWARD
@pytest.mark.parametrize("who", [0, 1])
def test_nobody_leaves_to_give_an_action_to_their_own_organisation(granted, who, early):
    two = [person(Role.COMMITTEE) for _ in range(2)]
    other = OrganisationFactory()
    Membership.objects.create(user=two[who], organisation=other)

    def give() -> None:
        confirm(amend(granted, proposed_by=two[0], new_carrier=other), two[1])
        by_sql(granted.action, carrier_id=other.pk, amount_granted=Decimal(4000))

    with refused_by("actions_action_carried_away_from_the_deciders"):
        away_and_back(two[who], other, early(give))
