"""actions/committee/documents/minutes.py: what the minutes say of a session."""

from datetime import UTC, datetime
from decimal import Decimal

from actions.committee.documents.minutes import Envelope, minutes_data, minutes_pdf
from actions.enums import Outcome
from tests.support.session_samples import INCREASE, ITEMS, item, minutes, outcome

NO_BREAK = "\u00a0"


def euros(text: str) -> str:
    return f"{text} €".replace(" ", NO_BREAK)


def test_it_begins_with_the_session():
    assert minutes_data(minutes())["session"] == [
        ["Séance", "COM-2026-03"],
        ["Prévue le", "3 novembre 2026 à 14:00"],
        ["Ouverte le", "3 novembre 2026 à 14:12"],
        ["Close le", "3 novembre 2026 à 17:20"],
        ["Lieu", "Salle du conseil, 64 avenue de l’Union soviétique"],
        ["Présidence", "Claire Aubert"],
        ["Votants présents", "3 sur 4 (quorum : 4)"],
        ["Ligne budgétaire", "chapitre 65, article 65748"],
        ["Délibération", "2026-11-042 du 17/11/2026"],
    ]


def test_what_is_not_known_is_not_said():
    unknown = minutes(opened_at=None, ends_at=None, quorum=None, deliberations=(), budget_line="")
    said = minutes_data(unknown)["session"]

    assert [label for label, _ in said] == [
        "Séance",
        "Prévue le",
        "Lieu",
        "Présidence",
        "Votants présents",
    ]
    assert said[-1] == ["Votants présents", "3 sur 4"]


def test_it_says_who_came_and_who_stood_back():
    data = minutes_data(minutes())

    assert data["seats"] == [
        ["Claire Aubert, présidente", "oui", "présent"],
        ["Paul Mercier", "oui", "présent"],
        ["Nadia Benali", "oui", "présent"],
        ["Jean Roux", "oui", "excusé"],
        ["Marc Faure", "non", "présent"],
    ]
    assert data["session_recusals"] == [
        [
            "Nadia Benali",
            "ESS-2026-0001 – Une épicerie solidaire à Croix-Neyrat",
            "Membre du conseil d’administration du porteur.",
        ]
    ]
    # Emptied by retention.
    assert data["evaluation_recusals"] == [
        ["Luc Petit", "ESS-2026-0004 – Plateforme de livraison", "–"]
    ]


def test_it_says_what_the_envelope_was_and_became():
    assert minutes_data(minutes())["envelope"] == {
        "total": euros("45 000"),
        "challenges": [
            ["Défi 1 – Alimentation", euros("25 000"), euros("15 000")],
            ["Défi 2 – Mobilités", "non fixée", euros("24 500,50")],
        ],
        "votes": [
            {
                "title": f"Enveloppe de la séance : de {euros('40 000')} à {euros('45 000')}",
                "facts": [
                    ["Vote", "6 pour, 0 contre, 1 abstention"],
                    ["Proposé par", "Claire Aubert"],
                    ["Confirmé par", "Paul Mercier"],
                ],
                "reason": "Reliquat de l’exercice précédent.",
            }
        ],
    }


def test_an_item_decided_by_vote():
    said = minutes_data(minutes(items=ITEMS[:1]))["items"][0]

    assert said == {
        "heading": "1. Une épicerie solidaire à Croix-Neyrat",
        "reference": "ESS-2026-0001",
        "facts": [
            ["Porteur", "Association Les Paniers du Puy"],
            ["SIRET", NO_BREAK.join(("732", "829", "320", "00074"))],
            ["Mesure", "1.2 – Soutenir l’alimentation durable"],
            ["Communes", "Clermont-Ferrand et Gerzat"],
            ["Montant demandé", euros("18 000")],
        ],
        "result": {
            "total": "9 points sur 12, soit 75,0 sur 100 (seuil : 60)",
            "quorum": "3 (quorum : 3)",
            "community_interest": True,
            "blockers": [],
            "criteria": [
                ["1. Gouvernance partagée", "2 sur 3", "1", "oui"],
                ["2. Intérêt collectif", "3 sur 3", "1", "oui"],
                ["3. Emploi et conditions de travail", "2 sur 3", "1", "oui"],
                ["4. Ancrage territorial", "2 sur 3", "1", "oui"],
            ],
        },
        "decision": "Priorisée",
        "granted": euros("15 000"),
        "decided": True,
        "decision_facts": [
            ["Présidence pour ce point", "Paul Mercier"],
            ["Mode de décision", "vote : 5 pour, 1 contre, 1 abstention"],
            ["Proposée par", "Claire Aubert"],
            ["Confirmée par", "Paul Mercier"],
            ["A quitté la salle", "Nadia Benali"],
        ],
        "reason": "La commission retient l’ouverture aux habitants du quartier.",
    }


def test_what_blocks_an_action_is_said_in_the_words_of_everywhere():
    refused = outcome(0, 2, None, 2)

    said = minutes_data(minutes(items=[item(result=refused)]))["items"][0]["result"]

    assert said["community_interest"] is False
    assert said["blockers"] == refused.blockers
    assert said["criteria"][2] == ["3. Emploi et conditions de travail", "aucun avis", "1", "non"]


def test_an_item_decided_without_vote_one_left_open_one_withdrawn():
    said = minutes_data(minutes())["items"]

    assert [(one["decision"], one["granted"], one["decision_facts"][:1]) for one in said[1:]] == [
        ("Priorisée", euros("24 500,50"), [["Mode de décision", "consentement, sans vote"]]),
        ("Mise en vivier", "", [["Mode de décision", "consentement, sans vote"]]),
        ("Refus annoncé", "", [["Mode de décision", "vote : 6 pour, 0 contre, 1 abstention"]]),
        ("Sans décision", "", []),
        ("Point sans objet", "", []),
    ]
    assert said[4]["result"] is None


def test_the_amounts_add_up_against_the_envelope():
    data = minutes_data(minutes())

    assert data["totals"] == [
        ["Actions à l’ordre du jour", "6"],
        ["Montant demandé", euros("108 000")],
        ["Montant accordé", euros("39 500,50")],
        ["Enveloppe", euros("45 000")],
        ["Reste", euros("5 499,50")],
    ]
    assert [row[0] for row in data["granted"]] == ["ESS-2026-0001", "ESS-2026-0002"]
    assert data["granted_total"] == euros("39 500,50")


def test_an_exceeded_envelope_and_none():
    exceeded = minutes_data(minutes(envelope=Envelope(Decimal(39000))))["totals"]
    none = minutes_data(minutes(envelope=Envelope(None)))

    assert exceeded[-1] == ["Dépassement", euros("500,50")]
    assert none["totals"][-1] == ["Enveloppe", "non fixée"]
    assert none["envelope"]["total"] == "Aucune enveloppe n’a été fixée."


def test_items_are_found_by_what_became_of_them():
    assert minutes().with_outcome(Outcome.POSTPONE) == [ITEMS[2]]


def test_the_time_is_that_of_paris():
    at = datetime(2026, 7, 31, 22, 30, tzinfo=UTC)

    said = minutes_data(minutes(as_of=at))["document"]

    assert (said["as_of"], said["dated"]) == ("1er août 2026 à 00:30", "2026-08-01T00:30:00+02:00")


def test_it_is_a_pdf():
    assert minutes_pdf(minutes()).startswith(b"%PDF-1.7")


def test_what_the_council_has_yet_to_vote_is_told_apart():
    voted, waiting = (
        item(1, granted=Decimal(9000)),
        item(2, granted=Decimal(4000), is_proposed=True),
    )
    data = minutes_data(minutes(items=[voted, waiting]))
    subject_to_it = "sous réserve de la délibération du conseil"

    assert data["session"][-1] == [
        "Délibération",
        f"2026-11-042 du 17/11/2026 ; le reste {subject_to_it}",
    ]
    assert [one["decision"] for one in data["items"]] == [
        "Priorisée",
        f"Priorisée, {subject_to_it}",
    ]
    sums = {label: euros.replace("\u00a0", " ") for label, euros in data["totals"]}
    assert sums["Montant accordé"] == "9 000 €"
    assert sums["Montant proposé au conseil"] == "4 000 €"


def test_an_increase_says_what_it_adds_and_what_that_makes():
    (said,) = minutes_data(minutes(items=[INCREASE]))["items"]

    assert said["granted"] == f"{euros('4 500')} de plus, soit {euros('38 500')} en tout"
