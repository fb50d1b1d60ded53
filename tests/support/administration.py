"""Pages of the administration of actions."""

from actions.models import Action
from tests.support.reading import Page


def change(story) -> str:
    """An action's page in the administration."""
    return f"/admin/actions/action/{story.action.pk}/change/"


def step(story, transition) -> str:
    """The page of one transition."""
    return f"/admin/actions/action/{story.action.pk}/transition/{transition}/"


def assigning(story) -> str:
    """The page where evaluators are asked."""
    return f"/admin/actions/action/{story.action.pk}/evaluateurs/"


def status(story) -> str:
    """The action's state, as stored."""
    return Action.objects.get(pk=story.action.pk).status


def errors(response) -> list[str]:
    """The sentences beside the fields of an admin page."""
    return [
        line.text for box in Page(response).all("ul", cls="errorlist") for line in box.all("li")
    ]


def buttons(response) -> dict[str, str]:
    """The steps that the action's page offers: text → address."""
    return {
        link.text: link["href"]
        for link in Page(response).all("a")
        if "/transition/" in link.get("href") or "/evaluateurs/" in link.get("href")
    }
