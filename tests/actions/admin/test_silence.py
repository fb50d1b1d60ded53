"""The agents’ administration says when silence takes its meaning, and raises an alarm."""

import pytest
from django.utils import timezone

from actions.models import Action
from actors.enums import Role
from ess_portal.base.french import long_date
from tests.support.factories import Story, person
from tests.support.reading import Page

pytestmark = pytest.mark.django_db

LIST = "/admin/actions/action/"


@pytest.fixture
def client(as_user):
    """An agent's browser."""
    return as_user(person(Role.AGENT))


@pytest.fixture
def files(ago):
    """A file past its date, one near it, one far from it, and one that was answered."""
    with ago(70):
        past = Story().submitted().action
    with ago(50):
        near = Story().submitted().action
        answered = Story().inadmissible().action
    return past, near, Story().submitted().action, answered


def said(action: Action) -> tuple[str, int]:
    on = Action.objects.with_silence().get(pk=action.pk).silent_until
    return f"Rejet implicite le {long_date(on)}", (on - timezone.localdate()).days


def listed(client, query="") -> list[tuple[str, str]]:
    """Reference and effect of silence, of each row of the list."""
    table = Page(client.get(LIST + query)).main.one("table", id="result_list")
    return [
        (row.one("th").text, row.all("td", cls="field-silence")[0].text)
        for row in table.one("tbody").all("tr")
    ]


class TestList:
    def test_dates_silence_and_alarms(self, client, files):
        past, near, far, answered = files
        (gone, since), (soon, left), (later, _) = map(said, (past, near, far))
        assert dict(listed(client)) == {
            past.reference: f"{gone} il y a {-since} jours",
            near.reference: f"{soon} dans {left} jours",
            far.reference: later,
            answered.reference: "–",
        }
        in_order = [past.reference, near.reference, far.reference, answered.reference]
        assert [reference for reference, _ in listed(client, "?o=3")] == in_order

    def test_keeps_those_to_be_looked_at_first(self, client, files):
        past, near, *_ = files
        for word, kept in (("passe", [past]), ("proche", [near])):
            references = [reference for reference, _ in listed(client, f"?silence={word}")]
            assert references == [action.reference for action in kept]

    def test_is_led_to_from_the_first_page(self, client, files):
        page = Page(client.get("/admin/"))
        links = [link["href"] for link in page.main.all("a") if link.text == "Voir et répondre"]
        assert links == [f"{LIST}?silence=passe&o=3", f"{LIST}?silence=proche&o=3"]
        assert "1 dossier sans réponse à la date où le silence prend effet" in page.main.text


def test_the_file_says_it(client, files):
    past, *_, answered = files
    sentence, since = said(past)
    for address in (f"{LIST}{past.pk}/change/", f"/actions/{past.reference}/"):
        assert f"{sentence} il y a {-since} jours" in Page(client.get(address)).main.text
    assert "implicite" not in Page(client.get(f"/actions/{answered.reference}/")).main.text


def test_a_suspended_time_is_said_to_be_one(client):
    story = Story().in_correction()
    sentence, _ = said(story.action)
    page = Page(client.get(f"/actions/{story.action.reference}/"))
    assert f"{sentence} au plus tard (délai suspendu)" in page.main.text


@pytest.mark.parametrize("stage", ["instruire", "evaluer", "decider", "priorisees"])
def test_lists_of_what_waits_say_it(client, stage):
    stories = {
        "instruire": Story().submitted,
        "evaluer": Story().in_evaluation,
        "decider": Story().evaluated,
        "priorisees": Story().prioritised,
    }
    action = stories[stage]().action
    text = Page(client.get(f"/tableau-de-bord/attentes/{stage}/")).main.text
    assert action.reference in text
    assert ("Effet du silence" in text) == (stage != "priorisees")
    if stage != "priorisees":
        assert said(action)[0] in text


def test_the_committee_and_the_one_who_shares_out_see_what_is_near(client, ago):
    with ago(50):
        evaluated = Story().evaluated().action
        admitted = Story().in_evaluation(assign=False).action
    for address, action in (
        ("/commission/", evaluated),
        (f"/commission/{evaluated.reference}/", evaluated),
        ("/evaluations/attribuer/", admitted),
    ):
        sentence, days = said(action)
        assert f"{sentence} dans {days} jours" in Page(client.get(address)).main.text
