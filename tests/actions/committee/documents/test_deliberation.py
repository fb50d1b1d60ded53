"""actions/committee/documents/deliberation.py: what the assembly is asked to vote."""

import json

from actions.committee.documents.deliberation import (
    AFTER_THE_VOTE,
    BEFORE_THE_VOTE,
    MADE_FROM,
    deliberation_data,
    deliberation_pdf,
)
from tests.support.pdf import text_of
from tests.support.session_samples import INCREASE, ITEMS, POSTPONED, REFUSED, minutes

NO_BREAK = "\u00a0"
BENEFICIARY = (
    f"Association Les Paniers du Puy\nSIRET {NO_BREAK.join(('732', '829', '320', '00074'))}"
)


def test_it_grants_what_the_committee_granted():
    data = deliberation_data(minutes())

    assert data["granted"] == [
        [
            "ESS-2026-0001",
            "Une épicerie solidaire à Croix-Neyrat",
            BENEFICIARY,
            "18 000 €".replace(" ", NO_BREAK),
            "15 000 €".replace(" ", NO_BREAK),
        ],
        [
            "ESS-2026-0002",
            "Atelier vélo participatif",
            BENEFICIARY,
            "18 000 €".replace(" ", NO_BREAK),
            "24 500,50 €".replace(" ", NO_BREAK),
        ],
    ]
    assert data["granted_total"] == "39 500,50 €".replace(" ", NO_BREAK)


def test_it_is_no_draft_any_more_once_its_vote_is_noted():
    drafted, voted = (
        deliberation_data(minutes(deliberations=numbers))["notice"]
        for numbers in ((), ("2026-118",))
    )
    assert drafted == f"{MADE_FROM} {BEFORE_THE_VOTE}"
    assert voted == f"{MADE_FROM} {AFTER_THE_VOTE}"


def test_it_names_who_waits_and_tells_nothing_of_a_refusal_but_that_there_is_one():
    data = deliberation_data(minutes())

    assert data["postponed"] == [
        f"ESS-2026-0003 – Réemploi de matériaux de construction, {POSTPONED.carrier}"
    ]
    assert [sentence for sentence in data["whereas"] if "refus" in sentence] == [
        "que la commission a annoncé un refus, auquel le porteur peut répondre pendant quinze "
        "jours avant toute décision définitive"
    ]
    told = json.dumps(data, ensure_ascii=False)
    kept = (REFUSED.reference, REFUSED.title, REFUSED.reason, POSTPONED.reason)
    assert [words for words in kept if words in told] == []


def test_it_gives_each_vote_of_the_committee():
    assert [row[2:] for row in deliberation_data(minutes())["votes"]] == [
        ["Priorisée", "vote : 5 pour, 1 contre, 1 abstention"],
        ["Priorisée", "consentement, sans vote"],
        ["Mise en vivier", "consentement, sans vote"],
    ]


def test_it_lists_the_agreements_that_are_needed():
    needed = ["Les Paniers du Puy (ESS-2026-0002) : 23 000,01 € pour 2026"]

    assert deliberation_data(minutes(agreements=needed))["agreement"] == needed


def test_it_says_what_it_rests_on():
    data = deliberation_data(minutes(items=ITEMS[:1]))

    assert data["subject"] == (
        "Programme « 5 engagements pour l’ESS (2022-2026) » : suites données aux actions "
        "examinées par la commission le 3 novembre 2026"
    )
    assert data["seen"][-1] == (
        "le compte rendu de la commission (COM-2026-03), réunie le 3 novembre 2026 à 14:12 "
        "sous la présidence de Claire Aubert"
    )
    assert data["whereas"][0] == "que la commission a examiné 1 action et s’est prononcée sur 1"
    assert data["whereas"][2] == ("que l’action priorisée est reconnue d’intérêt communautaire")


def test_an_increase_is_told_from_what_the_session_prioritises():
    data = deliberation_data(minutes(items=[ITEMS[0], INCREASE]))
    alone = deliberation_data(minutes(items=[INCREASE], reference="Séance n° 12"))

    assert data["granted"][1][1:2] + data["granted"][1][3:] == [
        "Livrer à vélo (augmentation)",
        "–",
        f"4{NO_BREAK}500{NO_BREAK}€",
    ]
    assert data["whereas"][2:4] == [
        "que l’action priorisée est reconnue d’intérêt communautaire",
        f"que l’action {INCREASE.reference}, déjà priorisée, a 34{NO_BREAK}000{NO_BREAK}€ et "
        f"que la commission propose d’y ajouter 4{NO_BREAK}500{NO_BREAK}€",
    ]
    assert not any("priorisée est reconnue" in said for said in alone["whereas"])
    assert "le compte rendu de la commission (séance n° 12), réunie le" in alone["seen"][-1]


def test_articles_are_numbered_as_they_come():
    all_of_them = text_of(deliberation_pdf(minutes()))
    nothing_granted = text_of(deliberation_pdf(minutes(items=[REFUSED], agreements=())))

    def articles(text):
        titles = ("Montants attribués", "Conventions", "Actions mises en vivier")
        return [
            (number, title)
            for number in range(1, 7)
            for title in (*titles, "Imputation", "Exécution")
            if f"Article {number} – {title}"
            in text.replace("1er –", "1 –").replace("1 er –", "1 –")
        ]

    assert articles(all_of_them) == [
        (1, "Montants attribués"),
        (2, "Imputation"),
        (3, "Conventions"),
        (4, "Actions mises en vivier"),
        (5, "Exécution"),
    ]
    assert articles(nothing_granted) == [
        (1, "Montants attribués"),
        (2, "Exécution"),
    ]
    assert "De n’attribuer aucun financement au titre de cette séance." in nothing_granted
