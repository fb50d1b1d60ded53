"""What a closing would lack now: opinions below the quorum, and who could give another one."""

from dataclasses import dataclass

from actions.evaluation.queries.candidates import choices_for
from actions.models import Action
from actors.models import User
from ess_portal.base.french import listed, plural
from ess_portal.base.presence import present


@dataclass(frozen=True)
class Shortfall:
    """Fewer complete evaluations than the quorum asks: no community interest, if closed now.

    `silent` names, for each evaluator who left some out, the criteria without opinion; `proposed`
    is who could be asked for another evaluation, None when nobody is left.
    """

    complete: int
    quorum: int
    silent: tuple[tuple[User, tuple[str, ...]], ...]
    proposed: User | None

    @property
    def sentences(self) -> list[str]:
        """What to say before closing."""
        count = f"{self.complete} évaluation{plural(self.complete)} complète{plural(self.complete)}"
        said = [
            f"{count} pour un quorum de {self.quorum} : si vous clôturez maintenant, l’action ne "
            "peut pas être d’intérêt communautaire."
        ]
        for evaluator, titles in self.silent:
            criteria = listed([f"« {title} »" for title in titles])
            said.append(f"{evaluator} ne se prononce pas sur {criteria}.")
        said.append(
            f"Une autre évaluation peut être demandée, par exemple à {self.proposed}."
            if self.proposed is not None
            else "Aucun autre évaluateur ne peut être sollicité : invitez-en un d’abord."
        )
        return said


def shortfall_of(action: Action) -> Shortfall | None:
    """Return what `action`, in evaluation, lacks for its quorum; None when it lacks nothing."""
    grid = present(action.grid)
    titles = {criterion.pk: criterion.title for criterion in grid.criteria.all()}
    counted = action.evaluations.counted().select_related("evaluator").prefetch_related("scores")
    without = {
        evaluation.evaluator: tuple(
            title
            for key, title in titles.items()
            if key not in {s.criterion_id for s in evaluation.scores.all() if s.level is not None}
        )
        for evaluation in counted
    }
    complete = sum(not silent for silent in without.values())
    if complete >= grid.quorum:
        return None
    asked = action.evaluations.taking_part().count()
    [choice] = choices_for([action], per_action=asked + grid.quorum - complete)
    proposed = {one.pk: one for one in choice.eligible}
    return Shortfall(
        complete=complete,
        quorum=grid.quorum,
        silent=tuple((who, silent) for who, silent in without.items() if silent),
        proposed=next((proposed[key] for key in choice.proposed), None),
    )
