"""The draft deliberation that the minutes of a session give: what the assembly is asked to vote."""

from decimal import Decimal

from actions.committee.documents.minutes import Item, Minutes, beneficiary, mode_of, title_of
from actions.enums import Outcome
from ess_portal.base import french
from ess_portal.base.document_format import document, moment
from ess_portal.base.pdf import render_pdf

# What the articles say before their lists, in the PDF as in the text that people edit.
WORDS = {
    "agreement_words": "De conclure une convention avec chaque organisme de droit privé qui reçoit "
    f"plus de {french.euros(Decimal(23_000))} pour une année, toutes attributions ensemble, "
    "celles de plusieurs années comptées par année pleine. Sont concernés :",
    "postponed_words": "De prendre acte de la mise en vivier des actions suivantes, qui pourront "
    "être réexaminées :",
}


MADE_FROM = "Projet établi d’après les décisions de la commission."
BEFORE_THE_VOTE = (
    "Il est relu par le service compétent avant d’être soumis au vote de l’assemblée délibérante."
)
AFTER_THE_VOTE = (
    "Le vote de l’assemblée délibérante est noté : le texte qu’elle a adopté fait seul foi."
)


def deliberation_pdf(minutes: Minutes) -> bytes:
    """Return the draft deliberation as an accessible PDF."""
    return render_pdf("deliberation", deliberation_data(minutes))


def deliberation_data(minutes: Minutes) -> dict:
    """Return what `templates/pdf/deliberation.typ` draws: plain values, in French.

    Everybody reads it once it is voted: of a postponed action the title and the carrier, of an
    announced refusal nothing but that there is one (docs/rules.md, section 6).
    """
    granted = minutes.grants
    return {
        "document": document(
            title="Projet de délibération",
            authority=minutes.authority,
            programme=minutes.programme,
            as_of=minutes.as_of,
        ),
        "number": ", ".join(minutes.deliberations),
        "notice": f"{MADE_FROM} {AFTER_THE_VOTE if minutes.deliberations else BEFORE_THE_VOTE}",
        "subject": (
            f"Programme « {minutes.programme} » : suites données aux actions "
            f"examinées par la commission le {french.long_date(minutes.starts_at)}"
        ),
        "whereas": _whereas(minutes, granted),
        "seen": _seen(minutes),
        "granted": [
            [
                item.reference,
                title_of(item),
                beneficiary(item),
                "–" if item.outcome == Outcome.INCREASE else _euros(item.asked),
                _euros(item.granted),
            ]
            for item in granted
        ],
        "granted_total": french.euros(minutes.granted),
        "budget_line": minutes.budget_line,
        "votes": [
            [item.reference, item.title, item.decision, mode_of(item)] for item in _voted(minutes)
        ],
        "agreement": list(minutes.agreements),
        **WORDS,
        "postponed": [
            f"{item.reference} – {item.title}, {item.carrier}"
            for item in minutes.with_outcome(Outcome.POSTPONE)
        ],
    }


def _seen(minutes: Minutes) -> list[str]:
    return [
        "le code général des collectivités territoriales",
        "la loi n° 2000-321, notamment son article 10, et le décret n° 2001-495, "
        "notamment son article 1er",
        f"le programme « {minutes.programme} »",
        f"le compte rendu de la commission ({_lower(minutes.reference)}), réunie le "
        f"{moment(minutes.opened_at or minutes.starts_at)} sous la présidence de {minutes.chair}",
    ]


def _whereas(minutes: Minutes, granted: list[Item]) -> list[str]:
    decided = [item for item in minutes.items if item.is_decided]
    sentences = [
        f"que la commission a examiné {len(minutes.items)} action{french.plural(minutes.items)} "
        f"et s’est prononcée sur {len(decided)}",
        "que nulle action ne peut être priorisée si elle n’est reconnue d’intérêt communautaire, "
        "au vu d’évaluations indépendantes rendues sur les quatre critères du programme",
    ]
    prioritised = [item for item in granted if item.outcome != Outcome.INCREASE]
    if prioritised:
        sentences.append(
            "que l’action priorisée est reconnue d’intérêt communautaire"
            if len(prioritised) == 1
            else f"que les {len(prioritised)} actions priorisées sont reconnues d’intérêt "
            "communautaire"
        )
    sentences += [
        f"que l’action {item.reference}, déjà priorisée, a {french.euros(item.granted_before)} et "
        f"que la commission propose d’y ajouter {french.euros(item.granted)}"
        for item in granted
        if item.outcome == Outcome.INCREASE
        and item.granted is not None
        and item.granted_before is not None
    ]
    if refused := len(minutes.with_outcome(Outcome.ANNOUNCE_REFUSAL)):
        sentences.append(
            "que la commission a annoncé un refus, auquel le porteur peut répondre pendant quinze "
            "jours avant toute décision définitive"
            if refused == 1
            else f"que la commission a annoncé {refused} refus, auxquels les porteurs peuvent "
            "répondre pendant quinze jours avant toute décision définitive"
        )
    if minutes.envelope.total is not None:
        sentences.append(
            f"que l’enveloppe de la séance s’élève à {french.euros(minutes.envelope.total)} et que "
            f"les montants proposés font ensemble {french.euros(minutes.granted)}"
        )
    return sentences


def _lower(reference: str) -> str:
    """Put the first letter of "Séance n° 12" in lower case, within a sentence."""
    return reference[:1].lower() + reference[1:] if reference.startswith("Séance") else reference


def _voted(minutes: Minutes) -> list[Item]:
    """Whatever is decided and may be read by all: a deliberation is public once it is voted."""
    return [item for item in minutes.items if item.is_decided and not _is_refusal(item)]


def _is_refusal(item: Item) -> bool:
    return item.outcome == Outcome.ANNOUNCE_REFUSAL


def _euros(amount: Decimal | None) -> str:
    return "" if amount is None else french.euros(amount)
