"""actions/workflow: the table of rules.md, section 4, and who may what."""

import pytest

from actions.committee.services.decisions import (
    cancel_decision,
    confirm_decision,
)
from actions.enums import ALLOWED_TRANSITIONS, ActionStatus, DecisionKind, Transition
from actions.workflow import TRANSITIONS, apply_transition, offers
from actors.enums import MembershipRole, Role
from actors.services import grant_role
from tests.plugins.prepared import prepared, starts_from
from tests.support.factories import (
    BELOW_FLOOR,
    OrganisationFactory,
    Story,
    fresh,
    member,
    person,
)
from tests.support.transitions import MEMBER, apply, decision, refusals, story_at

pytestmark = pytest.mark.django_db


def test_the_workflow_and_the_database_hold_the_same_pairs():
    pairs = {
        (source, target)
        for (_, source), rule in TRANSITIONS.items()
        for target in rule.targets(source)
    }

    assert pairs == ALLOWED_TRANSITIONS


# --- Who ---------------------------------------------------------------------------------------

MEMBERS = {"manager", "contributor", "committee of the carrier"}


MANAGER = "un responsable de la structure porteuse"


AGENT = "un agent"


TWO = "deux membres de la commission, sans lien avec l’action et qui ne l’ont pas évaluée"


REOPENERS = "un agent, puis un membre de la commission, sans lien avec l’action"


REFUSERS = (
    "un agent (dossier irrecevable ou incomplet) ou un membre de la commission (dossier évalué)"
)


# (where the action stands, transition) → (who may, who it is said to belong to). Where two are
# needed, the first set proposes; the second confirms.
WHO = {
    ("draft", "submit"): (MEMBERS, MEMBER),
    ("submitted", "request_correction"): ({"agent"}, AGENT),
    ("in_correction", "resubmit"): (MEMBERS, MEMBER),
    ("submitted", "admit"): ({"agent"}, AGENT),
    ("in_evaluation", "return_to_instruction"): ({"agent"}, AGENT),
    ("scored", "close_evaluation"): ({"agent"}, AGENT),
    ("postponed", "reconsider"): ({"agent"}, AGENT),
    ("submitted", "announce_refusal"): ({"agent"}, AGENT),
    ("overdue", "announce_refusal"): ({"agent"}, AGENT),
    ("inadmissible", "confirm_refusal"): ({"agent"}, REFUSERS),
    ("incomplete", "confirm_refusal"): ({"agent"}, REFUSERS),
    ("incomplete", "withdraw_refusal"): ({"agent"}, REFUSERS),
    ("refusal_announced", "confirm_refusal"): ({"committee"}, REFUSERS),
    ("inadmissible", "withdraw_refusal"): ({"agent"}, REFUSERS),
    ("refusal_announced", "withdraw_refusal"): ({"committee"}, REFUSERS),
    ("prioritised", "start"): ({"agent"}, AGENT),
    ("in_progress", "complete"): ({"agent"}, AGENT),
    ("prioritised", "abandon"): ({"agent"}, AGENT),
    ("in_progress", "abandon"): ({"agent"}, AGENT),
    ("draft", "withdraw"): ({"manager"}, MANAGER),
    ("submitted", "withdraw"): ({"manager"}, MANAGER),
    ("in_correction", "withdraw"): ({"manager"}, MANAGER),
    ("in_evaluation", "withdraw"): ({"manager"}, MANAGER),
    ("evaluated", "withdraw"): ({"manager"}, MANAGER),
    ("postponed", "withdraw"): ({"manager"}, MANAGER),
}


WHO_OF_TWO = {
    ("evaluated", "prioritise"): ({"committee"}, {"committee"}, TWO),
    ("postponed", "prioritise"): ({"committee"}, {"committee"}, TWO),
    ("evaluated", "postpone"): ({"committee"}, {"committee"}, TWO),
    ("evaluated", "announce_refusal"): ({"committee"}, {"committee"}, TWO),
    ("postponed", "announce_refusal"): ({"committee"}, {"committee"}, TWO),
    ("declined", "appeal_upheld"): ({"committee"}, {"committee"}, TWO),
    ("evaluated", "reopen_evaluation"): ({"agent"}, {"committee"}, REOPENERS),
}


def everybody(story: Story) -> dict:
    """One person in each place around the action, and one in each role who has none."""
    partner = story.action.partners.get()
    return {
        **{str(role.value): person(role) for role in Role},
        "manager": story.manager,
        "contributor": member(story.carrier, MembershipRole.CONTRIBUTOR),
        "partner": member(partner),
        "outsider": member(OrganisationFactory()),
        "nobody": person(),
        "superuser": person(is_superuser=True, is_staff=True),
        "assigned": story.evaluators[0],
        # The role, but not the independence it takes.
        "committee of the carrier": committee_member_of(story.carrier),
        "committee of a partner": committee_member_of(partner),
    }


def committee_member_of(organisation):
    user = member(organisation, MembershipRole.CONTRIBUTOR)
    grant_role(user, Role.COMMITTEE)
    return fresh(user)


@prepared
def around(param: str) -> tuple[str, Story, dict]:
    """A place of the table, an action that stands there, and everybody around it."""
    story = story_at(param)
    return param, story, everybody(story)


def test_the_table_says_who_for_every_transition():
    states = {
        "in_evaluation": "scored",
        "overdue": "in_correction",
        "inadmissible": "refusal_announced",
        "incomplete": "refusal_announced",
    }
    rows = {(states.get(place, place), transition) for place, transition in [*WHO, *WHO_OF_TWO]}

    assert {
        ("scored" if source == "in_evaluation" else str(source.value), str(transition.value))
        for transition, source in TRANSITIONS
    } == rows


@pytest.mark.parametrize(("around", "transition"), WHO, indirect=["around"])
def test_who_may(around, transition):
    place, story, people = around
    allowed, who = WHO[place, transition]
    sentence = f"« {Transition(transition).label} » revient à {who}."

    outcomes = {
        name: refusals(lambda user=user: apply(story, transition, user))
        for name, user in people.items()
    }

    assert outcomes == {name: [] if name in allowed else [sentence] for name in people}


@pytest.mark.parametrize(("around", "kind"), WHO_OF_TWO, indirect=["around"])
def test_who_may_when_it_takes_two(around, kind):
    place, story, people = around
    proposers, confirmers, who = WHO_OF_TWO[place, kind]
    sentence = f"« {Transition(kind).label} » revient à {who}."

    proposing = {
        name: refusals(lambda user=user: decision(story, kind, user))
        for name, user in people.items()
    }
    first = person(Role.AGENT if proposers == {"agent"} else Role.COMMITTEE)
    proposed = decision(story, kind, first)
    confirming = {
        name: refusals(lambda user=user: confirm_decision(decision=proposed, by=fresh(user)))
        for name, user in people.items()
    }

    assert proposing == {name: [] if name in proposers else [sentence] for name in people}
    assert confirming == {name: [] if name in confirmers else [sentence] for name in people}


@pytest.mark.parametrize(
    "around", [s for s in ActionStatus.values if s != "recorded"], indirect=True
)
def test_what_is_not_in_the_table_is_possible_to_nobody(around):
    status, story, _ = around
    story.everybody()
    label = ActionStatus(status).label
    elsewhere = [t for t in Transition if (t, ActionStatus(status)) not in TRANSITIONS]

    for transition in elsewhere:
        sentence = f"L’action est à l’état « {label} » : « {transition.label} » n’est pas possible."
        assert refusals(lambda t=transition: apply(story, t, story.agent)) == [sentence]
        if transition in DecisionKind.values:
            assert refusals(lambda t=transition: decision(story, t.value, story.members[0])) == [
                sentence
            ]


@pytest.mark.parametrize("kind", ["prioritise", "postpone", "announce_refusal"])
@starts_from(story="evaluated")
def test_one_person_alone_never_decides(kind, story):
    assert refusals(lambda: apply(story, kind, story.members[0])) == [
        "Aucune décision n’attend d’être confirmée."
    ]


@starts_from(story="evaluated")
def test_a_decision_confirms_nothing_else_than_itself(story):
    proposed = decision(story, "announce_refusal", story.members[0])

    def postpone():
        apply_transition(
            story.action, Transition.POSTPONE, by=fresh(story.members[1]), decision=proposed
        )

    assert refusals(postpone) == ["La décision proposée n’est pas celle-là."]


@starts_from(story="evaluated")
def test_a_removed_right_is_refused_at_once(story):
    first, second = story.members
    proposed = decision(story, "postpone", first)
    first.groups.clear()

    assert refusals(lambda: confirm_decision(decision=proposed, by=fresh(second))) == [
        f"« Mettre en vivier » revient à {TWO}."
    ]
    second.groups.clear()
    assert refusals(lambda: cancel_decision(decision=proposed, by=fresh(second))) == [
        f"« Mettre en vivier » revient à {TWO}."
    ]


def test_what_is_offered_and_what_it_lacks():
    story = Story().evaluated(BELOW_FLOOR)

    def offered(user) -> dict:
        return {str(o.transition.value): o.blockers for o in offers(story.action, fresh(user))}

    assert offered(story.members[0]) == {
        "prioritise": story.action.blockers(),
        "postpone": [],
        "announce_refusal": [],
    }
    assert offered(story.agent) == {"reopen_evaluation": []}
    assert offered(story.manager) == {"withdraw": []}
    assert offered(story.evaluators[0]) == {}


# --- The same sentence at every door -----------------------------------------------------------


@pytest.mark.parametrize(
    "levels", [BELOW_FLOOR, (1, 2, 2, 2), (None, 3, 3, 3), (0, 0, 0, 0), (None, None, None, None)]
)
def test_every_door_refuses_with_the_same_sentences(levels):
    story = Story().evaluated(levels)
    blockers = story.action.blockers()

    assert blockers != []
    assert refusals(lambda: decision(story, "prioritise", story.members[0])) == blockers
    # Written past the service: the database lets a decision wait, not be carried out.
    waiting = story.action.decisions.create(
        kind="prioritise", amount=6000, proposed_by=story.members[0]
    )
    assert (
        refusals(lambda: confirm_decision(decision=waiting, by=fresh(story.members[1]))) == blockers
    )
    assert {
        str(o.transition.value): o.blockers for o in offers(story.action, fresh(story.members[0]))
    }["prioritise"] == blockers


def test_before_closing_there_is_one_sentence():
    story = Story().scored()

    assert story.action.blockers() == [
        "L’évaluation n’est pas close : la commission ne peut pas encore décider."
    ]
