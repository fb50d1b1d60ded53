"""The administration writes amounts and jobs as people do."""

from decimal import Decimal

import pytest

from actions.models import Action
from actors.enums import Role
from tests.support.factories import Story, person
from tests.support.reading import Page
from tests.support.sessions import HeldSession

pytestmark = pytest.mark.django_db

READ = ("total_cost", "funding_asked", "own_resources", "other_funding")


def shown(client, model: str, pk: int) -> dict[str, str]:
    """What a row's page only shows, by field."""
    page = Page(client.get(f"/admin/actions/{model}/{pk}/change/"))
    rows = [row for row in page.main.all("div") if "form-row" in row.classes]
    found = {}
    for row in rows:
        if texts := row.all("div", cls="readonly"):
            (name,) = [word for word in row.classes if word.startswith("field-")]
            found[name.removeprefix("field-")] = texts[0].text
    return found


@pytest.fixture
def client(as_user):
    """An agent's browser."""
    return as_user(person(Role.AGENT))


def test_of_a_file_that_only_reads(client):
    action = Story().in_evaluation().action
    said = shown(client, "action", action.pk)
    assert [said[name] for name in READ] == ["10 000 €", "6 000 €", "3 000 €", "1 000 €"]
    assert (said["jobs_created"], said["jobs_kept"]) == ("1,5", "1")


def test_of_a_file_that_is_corrected_only_what_nobody_types_here(client):
    action = Story().submitted().action
    said = shown(client, "action", action.pk)
    assert {name: said.get(name) for name in READ} == {
        "total_cost": "10 000 €",
        "funding_asked": None,
        "own_resources": None,
        "other_funding": "1 000 €",
    }


def test_of_an_action_known_from_before_the_portal(client):
    for number, (amount, words) in enumerate(((Decimal("2000.50"), "2 000,50 €"), (None, "–"))):
        action = Action.objects.create(
            status="recorded", reference=f"ANT-000{number}", title="Une", recorded_amount=amount
        )
        assert shown(client, "action", action.pk)["recorded_amount"] == words


def test_of_a_session(client):
    row = HeldSession(envelope=28_000).session
    assert shown(client, "committeesession", row.pk)["envelope"] == "28 000 €"
    table = Page(client.get("/admin/actions/committeesession/")).main.one("table", id="result_list")
    assert [cell.text for cell in table.all("td", cls="field-envelope")] == ["28 000 €"]
