"""Decisions proposed on their page."""

from actions.enums import DecisionKind
from actions.models import Decision
from ess_portal.base.address_words import word_of
from tests.support.factories import LESS_THAN_ASKED

COMMITTEE = "/commission/"


def result(story) -> str:
    """The page of an action's result."""
    return f"/commission/{story.action.reference}/"


def proposing(story, kind) -> str:
    """The page where a decision is proposed."""
    return f"{result(story)}proposer/{word_of(DecisionKind(kind))}/"


def propose(client, story, kind="prioritise", **data):
    """Propose a decision in a browser; return the pending decision."""
    if kind == "prioritise":
        data = {"amount": "5000", "reason": LESS_THAN_ASKED} | data
    response = client.post(proposing(story, kind), data)
    assert response.headers["Location"] == result(story)
    return Decision.objects.pending().get(action=story.action)
