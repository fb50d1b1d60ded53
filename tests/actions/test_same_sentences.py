"""What keeps an action from being prioritised is said in the same words at every door."""

import pytest

from actions.enums import DecisionKind
from actions.models import Action
from actors.enums import Role
from actors.services import grant_role
from tests.plugins.prepared import prepared
from tests.support.factories import BELOW_FLOOR, BELOW_THRESHOLD, PASSING, Story
from tests.support.reading import Node, Page

pytestmark = pytest.mark.django_db

CASES = {
    "floor": BELOW_FLOOR,
    "threshold": BELOW_THRESHOLD,
    "quorum and no opinion": (None, 2, 2, 2),
    "floor and threshold": (0, 0, 2, 2),
    "nothing": PASSING,
}


def lines(box: Node) -> list[str]:
    return [line.text for line in box.all("li")]


def boxes(page, title: str) -> list[list[str]]:
    """The sentences of each list of blockers under this title."""
    found = [box for box in page.main.all("div", cls="blockers") if box.text.startswith(title)]
    return [lines(box) for box in found]


def admin_sentences(page) -> list[list[str]]:
    """The sentences that the agents' page of the action gives."""
    headings = [h for h in page.all("h3") if h.text == "Ce qui empêche de prioriser"]
    return [lines(heading.following) for heading in headings]


def of_the_list(page, action) -> list[list[str]]:
    """The sentences in the committee's list, on the row of the action."""
    rows = page.main.one("tbody").all("tr")
    [row] = [row for row in rows if action.reference in row.text]
    return [lines(box) for box in row.all("ul")]


@prepared
def evaluated(param: str) -> tuple[str, Story]:
    """A case, and an action evaluated as it says."""
    return param, Story().evaluated(CASES[param])


@pytest.mark.parametrize("evaluated", CASES, indirect=True)
@pytest.mark.slow
def test_every_door_says_what_blocks_in_the_same_words(evaluated, as_user):
    case, story = evaluated
    story.decide(DecisionKind.POSTPONE, reason="À revoir en 2027.")
    action = Action.objects.get(pk=story.action.pk)
    said = [action.blockers()] if action.blockers() else []
    evaluator, committee_evaluator = story.evaluators[:2]
    grant_role(committee_evaluator, Role.COMMITTEE)

    def page(user, path):
        return Page(as_user(user).get(path))

    result = f"/commission/{action.reference}/"
    own = page(story.manager, action.get_space_url())
    change = page(story.agent, f"/admin/actions/action/{action.pk}/change/")
    shown = page(story.members[0], result)
    form = page(story.members[0], f"{result}proposer/prioriser/")
    ranking = page(story.members[0], "/commission/")
    closed = f"/evaluations/{story.evaluations[1].pk}/"

    assert bool(said) is (case != "nothing")
    assert boxes(own, "Ce qui manque") == said
    assert admin_sentences(change) == said
    assert boxes(shown, "Ce qui manque") == said
    assert boxes(shown, "Prioriser : pas encore possible") == said
    assert boxes(form, "Pas encore possible") == said
    assert of_the_list(ranking, action) == said
    # An evaluator reads the result of a closed evaluation only as a member of the committee too.
    assert boxes(page(committee_evaluator, closed), "Ce qui empêche de prioriser") == said
    assert boxes(page(evaluator, f"/evaluations/{story.evaluations[0].pk}/"), "Ce qui") == []


@pytest.mark.parametrize("evaluated", [name for name in CASES if name != "nothing"], indirect=True)
def test_what_is_tried_all_the_same_is_refused_in_those_words(evaluated, as_user):
    _, story = evaluated
    path = f"/commission/{story.action.reference}/proposer/prioriser/"

    page = Page(as_user(story.members[0]).post(path, {"amount": "5000", "reason": "Oui."}))

    assert page.errors == [" ".join(Action.objects.get(pk=story.action.pk).blockers())]
