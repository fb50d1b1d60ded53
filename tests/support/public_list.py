"""The public list of actions."""

from django.test import Client

from actions.enums import ActionStatus
from actions.models import Action
from tests.support.reading import Page

LIST = "/actions/"


def recorded(number=1, **columns) -> Action:
    """A real action known from before the portal."""
    columns = {"title": f"Recensée {number}", "sources": "Une délibération"} | columns
    return Action.objects.create(
        status=ActionStatus.RECORDED, reference=f"ANT-{number:04d}", **columns
    )


def listed(query="", client=None) -> list[str]:
    """The titles on the list of actions."""
    page = Page((client or Client()).get(f"{LIST}{query}"))
    return [row.one("h3").text for row in page.main.all("li", cls="row-item")]
