"""Words that the session's documents share: plain values in French for the templates."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from actions.gate import GateOutcome, score_out_of_100
from ess_portal.base import french


def document(*, title: str, authority: str, programme: str, as_of: datetime) -> dict[str, str]:
    """Return what every document has: see `render_pdf`. Dated in the portal's time zone."""
    local = timezone.localtime(as_of).replace(microsecond=0)
    return {
        "title": title,
        "authority": authority,
        "programme": programme,
        "as_of": moment(as_of),
        "dated": local.isoformat(),
    }


def day(at: datetime) -> str:
    """Write a day that no line break parts, for titles: "3 novembre 2026"."""
    return french.long_date(at).replace(" ", french.NO_BREAK)


def moment(at: datetime | None) -> str:
    """Write a date and time: "1er mars 2027 à 14:30"; nothing for None."""
    return french.long_date(at, "j F Y à H:i")


def facts(*pairs: tuple[str, str]) -> list[list[str]]:
    """Return the label and value of each fact that is known."""
    return [[label, value] for label, value in pairs if value]


def jobs(value: Decimal) -> str:
    """Write full-time equivalents: "1,5 ETP"."""
    return f"{french.number(value, max(0, -value.normalize().as_tuple().exponent))}\u00a0ETP"


def gate_words(outcome: GateOutcome | None) -> dict | None:
    """Return the result of the gate in words; None when the evaluation isn't closed."""
    if outcome is None:
        return None
    score = score_out_of_100(outcome.points, outcome.max_points)
    return {
        "total": (
            f"{outcome.points} points sur {outcome.max_points}, soit {score} sur 100 "
            f"(seuil : {outcome.threshold})"
        ),
        "quorum": f"{outcome.quorum_reached} (quorum : {outcome.quorum_required})",
        "community_interest": outcome.community_interest,
        "blockers": outcome.blockers,
        "criteria": [
            [
                f"{position}. {criterion.rule.title}",
                "aucun avis" if criterion.median is None else f"{criterion.median} sur 3",
                str(criterion.rule.floor),
                "oui" if criterion.passes else "non",
            ]
            for position, criterion in enumerate(outcome.criteria, 1)
        ],
    }
