"""What is typed in a window that nothing can be written from any more is shown, to be copied."""

import pytest

from tests.support.factories import REASON
from tests.support.reading import Page
from tests.support.scoring import address, criteria_of, stored, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(story, as_user):
    """The first evaluator's browser."""
    return as_user(story.evaluators[0])


def shown(page) -> list[tuple[str, str]]:
    """Each part that wasn't kept, as it was typed."""
    section = page.main.one(id="not-kept").parent
    parts = zip(section.all("dt"), section.all("dd"), strict=True)
    return [(part.text, typed.text) for part, typed in parts]


def test_shows_it_once_it_was_sent_elsewhere(client, evaluation):
    client.post(address(evaluation), typed(evaluation, "2222") | {"send": "1"})
    data = typed(evaluation, "3222", edition=0)
    second = criteria_of(evaluation)[1]
    data[f"reason_{second.pk}"] = "Une phrase à ne pas perdre."
    page = Page(client.post(address(evaluation), data | {"send": "1"}))
    assert shown(page) == [
        ("1. Critère 1 – Niveau", "3 – Exemplaire"),
        ("2. Critère 2 – Explication", "Une phrase à ne pas perdre."),
    ]
    assert page.main.all("textarea") == []
    assert stored(evaluation) == [2, 2, 2, 2]


@pytest.mark.parametrize("button", ["send", "draft"])
def test_shows_it_once_the_evaluation_is_not_open(client, story, evaluation, button):
    story.apply("return_to_instruction", story.agent, comment="Budget à revoir.")
    data = typed(evaluation, "1---")
    page = Page(client.post(address(evaluation), data | {button: "1"}))
    assert shown(page) == [
        ("1. Critère 1 – Niveau", "1 – Amorcé"),
        ("1. Critère 1 – Explication", REASON),
    ]


def test_says_nothing_of_what_was_sent_as_it_is(client, evaluation):
    for _ in range(2):
        response = client.post(address(evaluation), typed(evaluation) | {"send": "1"})
    assert Page(response).main.all(id="not-kept") == []
