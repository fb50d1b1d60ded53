"""What a selection of actions covers: challenges, communes, families of the ESS."""

from collections.abc import Iterable
from dataclasses import dataclass

from actions.models import Action
from actors.enums import OrganisationFamily
from actors.models import Commune
from challenges.models import Challenge, Programme
from ess_portal.base.presence import present


@dataclass(frozen=True)
class CoveragePart:
    """One thing to cover: how many there are, the names of those covered and of the others."""

    label: str
    covered: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many there are to cover."""
        return len(self.covered) + len(self.missing)


def coverage_of(actions: Iterable[Action], programme: Programme) -> list[CoveragePart]:
    """Return what `actions` (carrier and measure loaded) cover: three queries."""
    actions = list(actions)
    challenges = {present(action.measure).challenge_id for action in actions}
    places = Action.communes.through.objects.filter(action__in=[action.pk for action in actions])
    communes = set(places.values_list("commune_id", flat=True))
    families = {present(action.carrier).family for action in actions}
    every_challenge = Challenge.objects.filter(programme=programme).order_by("number")
    return [
        _part("Défis", ((f"Défi {c.number}", c.pk in challenges) for c in every_challenge)),
        _part("Communes", ((c.name, c.pk in communes) for c in Commune.objects.order_by("name"))),
        _part(
            "Familles de l’ESS",
            ((label, key in families) for key, label in OrganisationFamily.choices),
        ),
    ]


def _part(label: str, things: Iterable[tuple[str, bool]]) -> CoveragePart:
    things = list(things)
    return CoveragePart(
        label,
        covered=tuple(name for name, is_covered in things if is_covered),
        missing=tuple(name for name, is_covered in things if not is_covered),
    )
