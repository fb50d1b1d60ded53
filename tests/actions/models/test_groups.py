"""The heading kept beside an action says what its links do, while it can be decided on."""

import random

import pytest

from actions.enums import ActionStatus, Transition
from actions.models import Action
from actors.models import Commune
from tests.support.factories import CommuneFactory, SectorFactory, Story, story_in
from tests.support.refusals import by_sql

pytestmark = pytest.mark.django_db


def only(places) -> str | None:
    """The name of the only one, or None."""
    names = [place.name for place in places.all()]
    return names[0] if len(names) == 1 else None


def wrong() -> list[str]:
    """Actions whose columns say otherwise than their links."""
    return [
        f"{action} ({action.status}): {action.only_commune}, {action.only_sector}"
        for action in Action.objects.order_by("pk")
        if (action.only_commune, action.only_sector)
        != (
            (only(action.communes), only(action.sectors))
            if action.status in ActionStatus.DECIDABLE
            else (None, None)
        )
    ]


@pytest.mark.parametrize("status", [one for one in ActionStatus.values if one != "recorded"])
def test_it_stands_there_in_no_other_state(status):
    story = story_in(status, communes=[CommuneFactory()], sectors=[SectorFactory()])
    action = Action.objects.get(pk=story.action.pk)
    kept = (action.only_commune, action.only_sector)
    names = (action.communes.get().name, action.sectors.get().name)
    assert kept == (names if status in ActionStatus.DECIDABLE else (None, None))


def test_it_says_what_the_links_say_whatever_happens():
    drawn = random.Random(38)  # noqa: S311 - no secret
    communes = [CommuneFactory() for _ in range(3)]
    sectors = [SectorFactory() for _ in range(3)]
    for number in range(8):
        columns = {
            "communes": drawn.sample(communes, drawn.randint(1, 2)),
            "sectors": drawn.sample(sectors, drawn.randint(1, 2)),
        }
        story = Story(**columns).submitted()
        action = story.action
        action.communes.set(drawn.sample(communes, drawn.randint(1, 3)))
        action.sectors.set(drawn.sample(sectors, drawn.randint(0, 2)))
        story.apply(Transition.ADMIT, story.agent).assign(*story.evaluators).score_all()
        story.apply(Transition.CLOSE_EVALUATION, story.agent)
        place = drawn.choice([*communes, *sectors])
        place.name = f"{place.name} {number}"
        place.save()
        assert wrong() == []
    assert Action.objects.exclude(only_commune=None).exists()
    assert Action.objects.exclude(only_sector=None).exists()


def test_a_renaming_reaches_what_stands_under_it_alone():
    here, there = CommuneFactory(name="Aubière"), CommuneFactory(name="Royat")
    one, other = Story(communes=[here]).evaluated(), Story(communes=[there]).evaluated()
    both, written = Story(communes=[here, there]).evaluated(), Story(communes=[here]).submitted()
    Commune.objects.filter(pk=here.pk).update(name="Aubière-le-Haut")
    kept = dict(Action.objects.values_list("pk", "only_commune"))
    assert kept == {
        one.action.pk: "Aubière-le-Haut",
        other.action.pk: "Royat",
        both.action.pk: None,
        written.action.pk: None,
    }


@pytest.mark.parametrize("status", ["evaluated", "submitted"])
def test_nobody_says_otherwise(status):
    story = story_in(status, communes=[CommuneFactory(name="Aubière")])
    by_sql(story.action, only_commune="Royat", only_sector="Royat")
    assert wrong() == []
