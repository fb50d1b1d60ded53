"""Minutes and draft deliberation as a text that people edit: the same words as the PDF."""

from collections.abc import Iterator
from datetime import datetime

from actions.committee.documents.deliberation import deliberation_data
from actions.committee.documents.minutes import Minutes, minutes_data
from ess_portal.base.opendocument_text import Block, Heading, Paragraph, Rows, text_document
from ess_portal.base.pdf import data_hash
from ess_portal.base.plain_text import BREAK_HERE, drawable, mapped

BLANK = "…………………"
RESULT_HEADER = ("Critère", "Niveau médian", "Plancher", "Atteint")


def minutes_odt(minutes: Minutes) -> bytes:
    """Return the minutes as an OpenDocument text."""
    return _file(minutes_data(minutes), _minutes)


def deliberation_odt(minutes: Minutes) -> bytes:
    """Return the draft deliberation as an OpenDocument text."""
    return _file(deliberation_data(minutes), _deliberation)


def _file(data: dict, draw) -> bytes:
    # The spaces of French, as in the PDF; a word processor breaks long words by itself.
    drawn = mapped(data, lambda text: drawable(text).replace(BREAK_HERE, ""))
    about = drawn["document"]
    blocks = [
        Paragraph(f"{about['authority']}\n{about['programme']}"),
        *draw(drawn),
        Paragraph(
            f"Copie modifiable, sur l’état des données du {about['as_of']} : le PDF fait foi. "
            f"Empreinte des données : {data_hash(data)}",
            "Notice",
        ),
    ]
    return text_document(
        title=about["title"],
        author=about["authority"],
        at=datetime.fromisoformat(about["dated"]),
        blocks=blocks,
    )


def _rows(header: tuple[str, ...], rows: list[list[str]], empty: str) -> Iterator[Block]:
    yield Rows(rows, header) if rows else Paragraph(empty)


def _minutes(data: dict) -> Iterator[Block]:
    yield Rows(data["session"])
    yield Heading("Présences")
    yield from _rows(
        ("Membre", "Voix délibérative", "Présence"),
        data["seats"],
        "Aucune présence n’a été enregistrée.",
    )
    yield Heading("Déports")
    for title, who, key, empty in (
        ("Pour la séance", "Membre", "session_recusals", "pour la séance"),
        ("Pendant l’évaluation", "Évaluateur", "evaluation_recusals", "pendant l’évaluation"),
    ):
        yield Heading(title, 2)
        yield from _rows(
            (who, "Action", "Motif"), data[key], f"Aucun déport n’a été déclaré {empty}."
        )
    yield Heading("Enveloppe")
    yield from _envelope(data["envelope"])
    yield Heading("Points de l’ordre du jour")
    if not data["items"]:
        yield Paragraph("L’ordre du jour ne comptait aucune action.")
    for item in data["items"]:
        yield from _item(item)
    yield Heading("Récapitulatif")
    yield Rows(data["totals"])
    if data["granted"]:
        yield Rows(
            [*data["granted"], ["Total", "", "", data["granted_total"]]],
            ("Référence", "Action", "Porteur", data["granted_heading"]),
        )
    yield Heading("Signatures")
    yield Rows([[data["chair"], ""]], ("Présidence de séance", "Secrétariat de séance"))


def _envelope(envelope: dict) -> Iterator[Block]:
    yield Paragraph(f"Enveloppe de la séance : {envelope['total']}")
    if envelope["challenges"]:
        yield Rows(envelope["challenges"], ("Défi", "Enveloppe", "Décidé"))
    for vote in envelope["votes"]:
        yield Heading(vote["title"], 2)
        yield Rows(vote["facts"])
        if vote["reason"]:
            yield Paragraph(vote["reason"])


def _item(item: dict) -> Iterator[Block]:
    yield Heading(item["heading"], 2)
    yield Paragraph(item["reference"])
    yield Rows(item["facts"])
    yield Heading("Résultat de l’évaluation", 3)
    result = item["result"]
    if result is None:
        yield Paragraph("L’évaluation n’est pas close.")
    else:
        yield Rows(result["criteria"], RESULT_HEADER)
        yield Rows([["Total", result["total"]], ["Évaluations complètes", result["quorum"]]])
        if result["community_interest"]:
            yield Paragraph("D’intérêt communautaire.")
        else:
            yield Paragraph("\n".join(["Pas d’intérêt communautaire.", *result["blockers"]]))
    yield Heading("Décision", 3)
    granted = f" : {item['granted']}" if item["granted"] else ""
    yield Paragraph(f"{item['decision']}{granted}")
    if item["decision_facts"]:
        yield Rows(item["decision_facts"])
    if item["reason"]:
        yield Paragraph("Motif", "Label")
        yield Paragraph(item["reason"])


def _deliberation(data: dict) -> Iterator[Block]:
    yield Paragraph(data["subject"])
    yield Paragraph(f"Délibération n° {data['number'] or BLANK}")
    yield Paragraph(data["notice"], "Notice")
    for source in data["seen"]:
        yield Paragraph(f"Vu {source} ;")
    for sentence in data["whereas"]:
        yield Paragraph(f"Considérant {sentence} ;")
    yield Paragraph("L’assemblée délibérante, après en avoir délibéré, DÉCIDE", "Label")
    for number, (title, blocks) in enumerate(_articles(data), 1):
        yield Heading(f"Article {'1er' if number == 1 else number} – {title}")
        yield from blocks
    yield Heading("Votes de la commission")
    yield from _rows(
        ("Référence", "Action", "Décision", "Mode"),
        data["votes"],
        "La commission n’a pris aucune décision.",
    )
    yield Heading("Vote de l’assemblée délibérante")
    yield Paragraph(f"Pour : {BLANK} Contre : {BLANK} Abstentions : {BLANK}")
    yield Rows([["", ""]], ("Présidence", "Secrétariat de séance"))


def _articles(data: dict) -> Iterator[tuple[str, list[Block]]]:
    """Each article that has an object, by its title."""
    if data["granted"]:
        yield (
            "Montants attribués",
            [
                Paragraph(
                    "D’attribuer les financements suivants, pour un total de "
                    f"{data['granted_total']} :"
                ),
                Rows(
                    [*data["granted"], ["Total", "", "", "", data["granted_total"]]],
                    ("Référence", "Action", "Bénéficiaire", "Demandé", "Attribué"),
                ),
            ],
        )
        yield (
            "Imputation",
            [Paragraph(f"D’imputer la dépense sur la ligne {data['budget_line'] or BLANK}.")],
        )
    else:
        yield (
            "Montants attribués",
            [Paragraph("De n’attribuer aucun financement au titre de cette séance.")],
        )
    if data["agreement"]:
        yield (
            "Conventions",
            [Paragraph(data["agreement_words"]), *map(Paragraph, data["agreement"])],
        )
    if data["postponed"]:
        yield (
            "Actions mises en vivier",
            [Paragraph(data["postponed_words"]), *map(Paragraph, data["postponed"])],
        )
    yield (
        "Exécution",
        [Paragraph("De charger l’autorité exécutive de l’exécution de la présente délibération.")],
    )
