"""Anybody reads when and why an action was prioritised or abandoned; no other reason ever."""

from decimal import Decimal

import pytest
from django.test import Client

from actions.enums import DecisionKind
from actions.models import TransitionNote
from actions.workflow import refusals
from actions.workflow.guards import Attempt
from ess_portal.base.french import long_date
from tests.support.factories import LESS_THAN_ASKED, Story
from tests.support.reading import Page
from tests.support.sessions import HeldSession

pytestmark = pytest.mark.django_db

PUBLIC = "L’épicerie ouvre là où il n’y en a plus."
SECRET = "Ceci ne regarde que le porteur."


def prioritised(public_reason: str = PUBLIC) -> Story:
    amount = Decimal(5000)
    return (
        Story()
        .evaluated()
        .decide(DecisionKind.PRIORITISE, amount=amount, reason=SECRET, public_reason=public_reason)
    )


def page_of(action) -> Page:
    return Page(Client().get(f"/actions/{action.reference}/"))


def told(action) -> list[str]:
    """What the public page tells of decisions, line by line."""
    boxes = page_of(action).main.all("section", **{"aria-labelledby": "decisions"})
    return [line.text for box in boxes for line in box.all("li")]


def dated(action, transition: str) -> str:
    return long_date(action.events.get(transition=transition).at)


def test_a_prioritisation_is_published_with_the_public_part_of_its_reason():
    action = prioritised().action
    assert told(action) == [f"Priorisée le {dated(action, 'prioritise')} {PUBLIC}"]
    without = prioritised("").action
    assert told(without) == [f"Priorisée le {dated(without, 'prioritise')}"]
    for one in (action, without):
        assert SECRET not in page_of(one).main.text


def test_an_abandonment_says_why_and_when():
    action = Story().abandoned().action
    assert told(action)[1] == (f"Abandonnée le {dated(action, 'abandon')} Il n’y a plus de local.")
    assert LESS_THAN_ASKED not in page_of(action).main.text
    assert "Local perdu." not in page_of(action).main.text


def test_an_abandonment_needs_its_public_reason():
    story = Story().prioritised()
    attempt = Attempt(action=story.action, by=story.agent, comment=SECRET)
    assert refusals("abandon", attempt) == ["Écrivez ce que le public lira du motif."]


def test_of_a_session_it_is_published_with_the_session():
    sitting = HeldSession().opened()
    item = sitting.items[0]
    sitting.record(item, outcome="prioritise", amount=4000, public_reason=PUBLIC)
    sitting.close()
    assert Client().get(f"/actions/{item.action.reference}/").status_code == 404
    assert sitting.confirm(sitting.second).is_published
    assert told(item.action)[0].endswith(PUBLIC)


@pytest.mark.parametrize("kind", [DecisionKind.POSTPONE, DecisionKind.ANNOUNCE_REFUSAL])
def test_another_decision_keeps_none(kind):
    story = Story().evaluated().decide(kind, reason=SECRET, public_reason=PUBLIC)
    decision = story.action.decisions.get()
    assert (decision.reason, decision.public_reason) == (SECRET, "")
    assert not TransitionNote.objects.exclude(public_text="").exists()


def shown(response) -> str:
    """All that a page says; what was looked for stands in its fields alone."""
    return Page(response).main.text if response.status_code == 200 else ""


@pytest.mark.slow
def test_no_page_or_export_for_anybody_says_why_one_was_refused_or_postponed(as_user):
    refused = Story().evaluated().decide(DecisionKind.ANNOUNCE_REFUSAL, reason=SECRET)
    postponed = Story().evaluated().decide(DecisionKind.POSTPONE, reason=SECRET)
    inadmissible = Story().submitted()
    inadmissible.apply("announce_refusal", inadmissible.agent, comment=SECRET)
    stories = (refused, postponed, inadmissible)
    addresses = ["/", "/programme/", "/defis/1/", "/defis/1/mesures/1/", "/actions/"]
    addresses += ["/acteurs/", "/recherche/?q=porteur", "/actions/?q=porteur"]
    for story in stories:
        addresses += [f"/actions/{story.action.reference}/", f"/acteurs/{story.carrier.slug}/"]
    for address in addresses:
        assert SECRET not in shown(Client().get(address))
    member = as_user(postponed.members[0])
    for name in ("defis", "mesures", "etapes", "communes", "decisions"):
        response = member.get(f"/tableau-de-bord/{name}.csv")
        assert response.status_code == 200
        assert SECRET not in response.content.decode()
