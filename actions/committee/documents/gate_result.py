"""The result of the gate, in the words of the session's documents."""

from actions.gate import GateOutcome, total_in_words


def gate_words(outcome: GateOutcome | None) -> dict | None:
    """Return the result of the gate in words; None when the evaluation isn't closed."""
    if outcome is None:
        return None
    return {
        "total": (
            f"{total_in_words(outcome.points, outcome.max_points)} (seuil : {outcome.threshold})"
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
