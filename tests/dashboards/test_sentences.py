"""What the figures say: none, one, several, all."""

import inspect
from decimal import Decimal

import pytest

from ess_portal.dashboards import sentences, views
from ess_portal.dashboards.sentences import (
    Late,
    Sentence,
    Tone,
    about_communes,
    about_funded,
    about_gaps,
    about_late,
)
from ess_portal.dashboards.statistics.promised import Promised

URL = "/liste/"


@pytest.mark.parametrize(
    ("gaps", "measures", "said"),
    [
        (0, 0, []),
        (0, 14, [Sentence("Chaque mesure a au moins une action financée.", Tone.GOOD)]),
        (1, 14, [Sentence("1 mesure sur 14 n’a encore aucune action financée.", Tone.ALERT, URL)]),
        (
            5,
            14,
            [Sentence("5 mesures sur 14 n’ont encore aucune action financée.", Tone.ALERT, URL)],
        ),
        (
            14,
            14,
            [Sentence("Aucune des 14 mesures n’a encore d’action financée.", Tone.ALERT, URL)],
        ),
        (
            1,
            1,
            [
                Sentence(
                    "La seule mesure du programme n’a encore aucune action financée.",
                    Tone.ALERT,
                    URL,
                )
            ],
        ),
    ],
)
def test_gaps(gaps, measures, said):
    assert about_gaps(gaps, measures, URL) == said


@pytest.mark.parametrize(
    ("stage", "count", "said"),
    [
        ("decider", 0, None),
        ("decider", 1, "1 action attend une décision depuis plus de 60 jours."),
        ("decider", 3, "3 actions attendent une décision depuis plus de 60 jours."),
        ("instruire", 1, "1 action est en cours d’instruction depuis plus de 60 jours."),
        ("instruire", 2, "2 actions sont en cours d’instruction depuis plus de 60 jours."),
        (
            "refus-annonces",
            1,
            "1 action attend la suite d’un refus annoncé depuis plus de 60 jours.",
        ),
        (
            "refus-annonces",
            2,
            "2 actions attendent la suite d’un refus annoncé depuis plus de 60 jours.",
        ),
    ],
)
def test_late(stage, count, said):
    expected = [] if said is None else [Sentence(said, Tone.ALERT, URL)]
    assert about_late([Late(stage, count, 60, URL)]) == expected


@pytest.mark.parametrize(
    ("promised", "said"),
    [
        (Promised(), [Sentence("Aucune action n’est encore financée.", Tone.PLAIN)]),
        (
            Promised(funded=1, granted=Decimal("4000.00")),
            [
                Sentence(
                    "1 action est financée, pour 4\u00a0000\u00a0€ accordés.", Tone.PLAIN, URL
                ),
            ],
        ),
        (
            Promised(funded=2, granted=Decimal("1234567.5"), abandoned=1, given_up=Decimal(5000)),
            [
                Sentence(
                    "2 actions sont financées, pour 1\u00a0234\u00a0567,50\u00a0€ accordés.",
                    Tone.PLAIN,
                    URL,
                ),
                Sentence(
                    "1 action abandonnée ne compte plus : 5\u00a0000\u00a0€ étaient accordés.",
                    Tone.PLAIN,
                    "/abandonnees/",
                ),
            ],
        ),
        (
            Promised(waiting=1, proposed=Decimal(4000)),
            [
                Sentence("Aucune action n’est encore financée.", Tone.PLAIN),
                Sentence(
                    "4\u00a0000\u00a0€ sont proposés au conseil, qui n’a pas encore délibéré.",
                    Tone.PLAIN,
                    "/proposees/",
                ),
            ],
        ),
        (
            Promised(abandoned=2, given_up=Decimal(9000)),
            [
                Sentence("Aucune action n’est encore financée.", Tone.PLAIN),
                Sentence(
                    "2 actions abandonnées ne comptent plus : 9\u00a0000\u00a0€ étaient accordés.",
                    Tone.PLAIN,
                    "/abandonnees/",
                ),
            ],
        ),
    ],
)
def test_funded(promised, said):
    assert about_funded(promised, URL, "/proposees/", "/abandonnees/") == said


@pytest.mark.parametrize(
    ("without", "communes", "said"),
    [
        (0, 0, []),
        (0, 21, [Sentence("Chaque commune a au moins une action financée.", Tone.GOOD)]),
        (1, 21, [Sentence("1 commune sur 21 n’a encore aucune action financée.", Tone.PLAIN, URL)]),
        (
            6,
            21,
            [Sentence("6 communes sur 21 n’ont encore aucune action financée.", Tone.PLAIN, URL)],
        ),
        (21, 21, [Sentence("Aucune commune n’a encore d’action financée.", Tone.PLAIN, URL)]),
    ],
)
def test_communes(without, communes, said):
    assert about_communes(without, communes, URL) == said


def test_the_dashboard_says_every_sentence():
    said = inspect.getsource(views)
    made = {name for name in vars(sentences) if name.startswith("about_")}
    assert {name for name in made if f"sentences.{name}(" not in said} == set()
