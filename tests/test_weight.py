"""At most 1 kB of HTML for each row of the lists and tables that grow with the actions."""

import pytest
from django.test import Client

from actions.models import Action
from actors.models import User
from tests.benchmarks import data

MOST = 1000
PAGES = [
    ("/actions/", "", "li", "row-item"),
    ("/actions/?q=recyclerie", "", "li", "row-item"),
    ("/acteurs/", "", "li", "card-item"),
    ("/espace/", "carrier", "li", "row-item"),
    ("/evaluations/", "evaluator", "li", "row-item"),
    ("/commission/", "committee", "tr", ""),
    ("/tableau-de-bord/attentes/decider/", "elected", "tr", ""),
    ("/admin/actions/action/", "agent", "tr", ""),
]


def rows(html: str, tag: str, css: str) -> list[str]:
    """The rows of a page as they are sent, but those that head a table."""
    starts = [start for start in html.split(f"<{tag}")[1:] if css in start.split(">")[0]]
    found = [start.split(f"</{tag}>")[0] for start in starts]
    return [row for row in found if 'scope="col"' not in row]


@pytest.mark.django_db
def test_rows_are_light(promise, as_user):
    data.load_actions(60)
    assert Action.objects.public().count() > 20
    heavy = []
    for path, reader, tag, css in PAGES:
        client = as_user(User.objects.get(email=f"{reader}@bench.example")) if reader else Client()
        found = rows(client.get(path).content.decode(), tag, css)
        assert len(found) >= 1, path
        heavy += [(path, len(row.encode())) for row in found if len(row.encode()) > MOST]
    assert heavy == []
