"""What a file still lacks to be sent, each piece with the step of the form that asks for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from actions.enums import Step
from actions.models.action import Action
from actors.enums import OrganisationFamily

# Law 2000-321, article 10-1: who signs the "contrat d'engagement républicain".
SIGNING_FAMILIES = (OrganisationFamily.ASSOCIATION, OrganisationFamily.FOUNDATION)


@dataclass(frozen=True)
class MissingPiece:
    """One sentence, and the step where it is corrected."""

    step: Step
    sentence: str


def must_sign_contract(action: Action) -> bool:
    """Tell whether the carrier is of a family that signs the "contrat d'engagement républicain"."""
    return action.carrier is not None and action.carrier.family in SIGNING_FAMILIES


def missing_pieces(action: Action) -> list[MissingPiece]:
    """List what keeps `action` from being sent (rules.md, section 4), in the order of the form."""
    checks = (
        *_of_the_organisation(action),
        *_of_the_action(action),
        *_of_the_measure(action),
        *_of_the_means(action),
    )
    pieces = [MissingPiece(step, sentence) for step, holds, sentence in checks if not holds]
    return [*pieces, *_of_the_criteria(action), *_of_the_sending(action)]


def missing_sentences(action: Action) -> list[str]:
    """Say what keeps `action` from being sent, in French sentences."""
    return [piece.sentence for piece in missing_pieces(action)]


def _of_the_organisation(action):
    yield (
        Step.ORGANISATION,
        action.programme_id and action.programme.is_current,
        "Aucun programme n’est ouvert aux propositions.",
    )
    yield Step.ORGANISATION, action.carrier_id, "Choisissez la structure qui porte l’action."


def _of_the_action(action):
    starts_on, ends_on = action.starts_on, action.ends_on
    yield Step.ACTION, action.title.strip(), "Donnez un titre à l’action."
    yield Step.ACTION, action.summary.strip(), "Résumez l’action en quelques phrases."
    yield Step.ACTION, starts_on and ends_on, "Indiquez le début et la fin prévus."
    yield (
        Step.ACTION,
        not (starts_on and ends_on) or starts_on <= ends_on,
        "La fin prévue doit suivre le début.",
    )


def _of_the_measure(action):
    yield (
        Step.MEASURE,
        action.measure_id,
        "Choisissez la mesure du programme à laquelle l’action répond.",
    )
    yield (
        Step.MEASURE,
        not action.measure_id or action.measure.challenge.programme_id == action.programme_id,
        "Choisissez une mesure du programme en cours.",
    )
    yield Step.MEASURE, action.pk and action.communes.exists(), "Choisissez au moins une commune."


def _of_the_means(action):
    yield Step.MEANS, action.total_cost > 0, "Indiquez le coût total de l’action."
    yield (
        Step.MEANS,
        action.budget_gap == 0,
        "Le budget n’est pas équilibré : le financement demandé, les ressources propres et les "
        "autres financements doivent faire ensemble le coût total.",
    )


def _of_the_criteria(action: Action) -> Iterator[MissingPiece]:
    grid = action.programme.current_grid if action.programme_id else None
    if grid is None:
        yield MissingPiece(Step.CRITERIA, "Aucune grille d’évaluation n’est en vigueur.")
        return
    assessed = {
        assessment.criterion_code
        for assessment in (action.self_assessments.all() if action.pk else ())
    }
    for criterion in grid.criteria.all():
        if criterion.code not in assessed:
            sentence = f"Évaluez votre action sur le critère « {criterion.title} »."
            yield MissingPiece(Step.CRITERIA, sentence)


def _of_the_sending(action: Action) -> Iterator[MissingPiece]:
    if not (action.certifies_accuracy and action.accepts_terms):
        yield MissingPiece(
            Step.SENDING,
            "Certifiez l’exactitude du dossier et acceptez les conditions d’utilisation.",
        )
    if must_sign_contract(action) and not action.signs_contract:
        yield MissingPiece(Step.SENDING, "Signez le contrat d’engagement républicain.")
