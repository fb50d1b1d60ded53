"""actions/committee/documents/pack.py: what the committee reads before it meets."""

from dataclasses import replace
from decimal import Decimal

import pytest

from actions.committee.documents.pack import Opinion, PackPoint, pack_data, pack_pdf, spread
from tests.support.pdf import read
from tests.support.session_samples import outcome, pack, pack_action

NO_BREAK = "\u00a0"


def ranking(**fields) -> list[tuple]:
    return [
        (row["rank"], row["total"], row["running"].replace(NO_BREAK, " "), row["within"])
        for row in pack_data(pack(**fields))["ranking"]
    ]


def test_the_running_total_counts_what_can_be_granted():
    assert ranking() == [
        ("1", "9 sur 12", "18 000 €", "oui"),
        ("2", "9 sur 12", "36 000 €", "non"),
        ("3", "4 sur 12", "–", "sans objet"),
    ]


def test_an_envelope_that_is_just_enough_and_none():
    assert [row[3] for row in ranking(envelope=Decimal(36000))] == ["oui", "oui", "sans objet"]
    assert [row[3] for row in ranking(envelope=None)] == ["–", "–", "sans objet"]


def test_an_increase_is_said_and_its_amount_left_to_the_session():
    raised = pack_action(1, title="Livrer à vélo", granted_before=Decimal(34000))
    other = PackPoint("ESS-2026-0002", "Atelier vélo participatif", Decimal(18000))
    points = (other, PackPoint(raised.reference, "Livrer à vélo (augmentation)", None))
    data = pack_data(pack(actions=[raised], agenda=points, envelope=Decimal(30000)))

    assert data["agenda"][1]["cells"] == [
        "2",
        f"{raised.reference} – Livrer à vélo (augmentation)",
        "à décider",
        f"18{NO_BREAK}000{NO_BREAK}€",
    ]
    (row,) = data["ranking"]
    assert (row["title"], row["asked"], row["within"]) == (
        "Livrer à vélo (augmentation)",
        "à décider",
        "–",
    )
    assert data["actions"][0]["point"] == "point 2 de l’ordre du jour"


def test_disputed_actions_are_flagged():
    data = pack_data(pack())

    assert [row["opinions_differ"] for row in data["ranking"]] == [False, True, False]
    assert [one["opinions_differ"] for one in data["actions"]] == [False, True, False]


def pages_of(pack) -> list[list[str]]:
    """The actions that begin on each page."""
    pages = [page.extract_text() for page in read(pack_pdf(pack)).pages]
    return [
        [
            title
            for title in ("1. Une épicerie", "2. Atelier vélo", "3. Plateforme")
            if title in page
        ]
        for page in pages
    ]


def test_each_action_has_its_own_page():
    *_, first, second, third = pages_of(pack())

    assert (first, second, third) == (["1. Une épicerie"], ["2. Atelier vélo"], ["3. Plateforme"])


def test_what_is_long_is_drawn_smaller_then_on_two_pages():
    long = replace(pack_action().criteria[0], self_reason="Tout est écrit dans nos statuts. " * 8)

    def drawn(criterion):
        pages = pages_of(pack(actions=[pack_action(criteria=[criterion] * 4)]))
        return pages[pages.index(["1. Une épicerie"]) :]

    assert drawn(long) == [["1. Une épicerie"]]
    assert drawn(replace(long, self_reason=long.self_reason * 4)) == [["1. Une épicerie"], []]


def test_the_line_of_the_envelope_comes_before_what_would_pass_it():
    def lines(**fields) -> list[str]:
        return [row["line"].replace(NO_BREAK, " ") for row in pack_data(pack(**fields))["agenda"]]

    at_the_second = "L’enveloppe de 30 000 € s’arrête ici : le point 2 la dépasserait."
    assert lines() == ["", at_the_second, ""]
    assert lines(envelope=Decimal(54000)) == ["", "", ""]
    assert lines(envelope=None) == ["", "", ""]


def test_an_action_says_all_that_is_decided_on():
    said = pack_data(pack(actions=[pack_action()]))["actions"][0]

    assert dict(map(tuple, said["facts"])) == {
        "Porteur": "Association Les Paniers du Puy",
        "SIRET": NO_BREAK.join(("732", "829", "320", "00074")),
        "Famille de l’ESS": "Association",
        "Partenaires": "Coopérative du Bédat",
        "Défi": "Défi 1 – Alimentation",
        "Mesure": "1.2 – Soutenir l’alimentation durable",
        "Communes": "Clermont-Ferrand et Gerzat",
        "Calendrier": "du 1er mars 2027 au 29 février 2028",
        "Emplois créés": f"1,5{NO_BREAK}ETP",
        "Emplois maintenus": f"0{NO_BREAK}ETP",
    }
    assert [[label, amount.replace(NO_BREAK, " ")] for label, amount in said["budget"]] == [
        ["Financement demandé", "18 000 €"],
        ["Ressources propres", "8 000 €"],
        ["Autres financements", "4 000 €"],
    ]
    assert said["criteria"][0] == {
        "title": "1. Gouvernance partagée",
        "spread": "niveau 3 : 1, niveau 2 : 1, sans avis : 1",
        "self": "niveau 3",
        "self_reason": "Toutes nos décisions sont prises en assemblée.",
        "opinions": [
            ["Niveau 3", "Un collège d’usagers siège au conseil."],
            ["Niveau 2", "Les statuts prévoient une voix par personne."],
            ["Ne se prononce pas", "Le dossier ne permet pas d’en juger."],
        ],
    }


def test_an_action_without_dates_nor_partners():
    said = pack_data(pack(actions=[pack_action(starts_on=None, partners=())]))["actions"][0]

    labels = [label for label, _ in said["facts"]]
    assert "Calendrier" not in labels
    assert "Partenaires" not in labels


@pytest.mark.parametrize(
    ("levels", "text"),
    [
        ([], "aucun avis"),
        ([0, 0, 3], "niveau 3 : 1, niveau 0 : 2"),
        ([None], "sans avis : 1"),
    ],
)
def test_the_spread_of_opinions(levels, text):
    assert spread([Opinion(level, "") for level in levels]) == text


def test_a_criterion_for_each_of_the_results_is_required():
    with pytest.raises(ValueError, match="zip"):
        pack_data(pack(actions=[pack_action(result=outcome(1, 1, 1, 1), criteria=[])]))
