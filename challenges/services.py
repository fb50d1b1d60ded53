"""Load a programme from a file: any agglomeration can bring its own."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from challenges.enums import ProgrammeState
from challenges.models import (
    CRITERIA_PER_GRID,
    LEVELS,
    Challenge,
    Criterion,
    Grid,
    Measure,
    Programme,
)

_PROGRAMME_TEXTS = ("context", "coproduction", "vision", "source")


class ProgrammeFileError(Exception):
    """The file can't be loaded; `problems` says where and why, in French."""

    def __init__(self, problems: list[str]):
        super().__init__(" ".join(problems))
        self.problems = problems


@transaction.atomic
def load_programme(data: Mapping[str, Any]) -> Programme:
    """Create or update a programme, its challenges, measures and grid from a parsed file.

    Loading the same file twice changes nothing. What staff wrote (state and note of measures) is
    kept. A grid already bound to actions is never changed: another version is made. The
    programme becomes current when none is. Raises `ProgrammeFileError`.
    """
    if problems := _problems(data):
        raise ProgrammeFileError(problems)
    try:
        programme = _load_texts(data)
        _load_challenges(programme, data["challenges"])
        _load_grid(programme, data["grid"])
    except ValidationError as error:
        raise ProgrammeFileError(error.messages) from error
    return programme


@transaction.atomic
def copy_grid(grid: Grid) -> Grid:
    """Return a new version of `grid`, not in force, with the same rules and criteria: to be changed
    before an action is bound to it.
    """
    content = _grid_content(grid)
    Programme.objects.select_for_update().get(pk=grid.programme_id)
    copy = Grid(
        programme=grid.programme,
        version=1 + max(grid.programme.grids.values_list("version", flat=True)),
        quorum=grid.quorum,
        threshold=grid.threshold,
    )
    copy.save()
    for criterion in content["criteria"]:
        Criterion.objects.create(grid=copy, **criterion)
    return copy


def _problems(data: object) -> list[str]:
    if not isinstance(data, Mapping):
        return ["Le fichier doit contenir un objet JSON."]
    problems = [
        f"« {key} » manque."
        for key in ("code", "title", "authority", "starts_on", "ends_on", "challenges", "grid")
        if not data.get(key)
    ]
    problems += [
        f"« {key} » n’est pas une date (AAAA-MM-JJ)."
        for key in ("starts_on", "ends_on")
        if data.get(key) and _date(data[key]) is None
    ]
    problems += [
        f"« {key} » n’est pas un texte."
        for key in ("code", "title", "authority", *_PROGRAMME_TEXTS)
        if data.get(key) and not _is_text(data[key])
    ]
    if problems:
        return problems
    return _challenge_problems(data["challenges"]) + _grid_problems(data["grid"])


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _is_text(value: object) -> bool:
    # PostgreSQL keeps no NUL character.
    return isinstance(value, str) and bool(value.strip()) and "\x00" not in value


def _challenge_problems(challenges: object) -> list[str]:
    if not isinstance(challenges, list):
        return ["« challenges » doit être une liste."]
    problems = _row_problems(challenges, "défi", Challenge)
    for challenge in challenges:
        if not isinstance(challenge, Mapping) or not challenge.get("measures"):
            problems.append("Chaque défi doit avoir au moins une mesure.")
            continue
        problems += _row_problems(
            challenge["measures"], f"mesure du défi {challenge.get('number')}", Measure
        )
    return problems


def _row_problems(rows: object, what: str, model: type[Challenge] | type[Measure]) -> list[str]:
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        return [f"Liste illisible ({what})."]
    problems = []
    if [row.get("number") for row in rows] != list(range(1, len(rows) + 1)):
        problems.append(f"Les numéros doivent aller de 1 en 1 ({what}).")
    if not all(_is_text(row.get("title")) for row in rows):
        problems.append(f"Un intitulé manque ({what}).")
    longest = model._meta.get_field("title").max_length or 0
    if any(len(str(row.get("title"))) > longest for row in rows):
        problems.append(f"Un intitulé dépasse {longest} caractères ({what}).")
    return problems


def _grid_problems(grid: object) -> list[str]:
    criteria = grid.get("criteria") if isinstance(grid, Mapping) else None
    if (
        not isinstance(criteria, list)
        or len(criteria) != CRITERIA_PER_GRID
        or not all(isinstance(criterion, Mapping) for criterion in criteria)
    ):
        return ["La grille doit avoir exactement quatre critères."]
    problems = []
    if [c.get("position") for c in criteria] != list(range(1, CRITERIA_PER_GRID + 1)):
        problems.append("Les critères doivent être donnés dans l’ordre, de rang 1 à 4.")
    if len({str(criterion.get("code")) for criterion in criteria}) != CRITERIA_PER_GRID:
        problems.append("Deux critères portent le même code.")
    for number, criterion in enumerate(criteria, 1):
        problems += _criterion_problems(criterion, number)
    return problems


def _criterion_problems(criterion: Mapping[str, Any], number: int) -> list[str]:
    if not _is_text(criterion.get("code")) or not _is_text(criterion.get("title")):
        return [f"Le critère {number} n’a pas de code ou d’intitulé."]
    problems = []
    if not _are_texts(criterion.get("questions")):
        problems.append(f"Le critère « {criterion['title']} » n’a pas de questions.")
    levels = criterion.get("levels")
    if not isinstance(levels, list) or len(levels) != len(LEVELS) or not _are_texts(levels):
        problems.append(f"Le critère « {criterion['title']} » doit décrire ses quatre niveaux.")
    return problems


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and bool(values) and all(_is_text(value) for value in values)


def _load_texts(data: Mapping[str, Any]) -> Programme:
    programme = Programme.objects.filter(code=data["code"]).first() or Programme(code=data["code"])
    if programme.pk is None and Programme.objects.current() is None:
        programme.state = ProgrammeState.CURRENT
    programme.title, programme.authority = data["title"], data["authority"]
    programme.starts_on = date.fromisoformat(data["starts_on"])
    programme.ends_on = date.fromisoformat(data["ends_on"])
    for name in _PROGRAMME_TEXTS:
        setattr(programme, name, data.get(name) or "")
    programme.full_clean()
    programme.save()
    return programme


def _load_challenges(programme: Programme, challenges: Iterable[Mapping[str, Any]]) -> None:
    for row in challenges:
        challenge, _ = Challenge.objects.update_or_create(
            programme=programme, number=row["number"], defaults={"title": row["title"]}
        )
        for measure in row["measures"]:
            Measure.objects.update_or_create(
                challenge=challenge, number=measure["number"], defaults={"title": measure["title"]}
            )


def _load_grid(programme: Programme, data: Mapping[str, Any]) -> None:
    current = Grid.objects.current_for(programme)
    if current is not None and _grid_content(current) == _file_content(data):
        return
    last = programme.grids.order_by("-version").first()
    programme.grids.filter(is_current=True).update(is_current=False)
    grid = Grid(
        programme=programme,
        version=last.version + 1 if last else 1,
        quorum=data.get("quorum", 3),
        threshold=data.get("threshold", 60),
        is_current=True,
    )
    grid.full_clean()
    grid.save()
    for content in _file_content(data)["criteria"]:
        criterion = Criterion(grid=grid, **content)
        criterion.full_clean()
        criterion.save()


def _file_content(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "quorum": data.get("quorum", 3),
        "threshold": data.get("threshold", 60),
        "criteria": [
            {
                "code": row["code"],
                "position": row["position"],
                "title": row["title"],
                "weight": row.get("weight", 1),
                "floor": row.get("floor", 1),
                "questions": "\n".join(row["questions"]),
                **{f"level_{level}": text for level, text in enumerate(row["levels"])},
            }
            for row in data["criteria"]
        ],
    }


def _grid_content(grid: Grid) -> dict[str, Any]:
    names = ["code", "position", "title", "weight", "floor", "questions"]
    names += [f"level_{level}" for level in LEVELS]
    return {
        "quorum": grid.quorum,
        "threshold": grid.threshold,
        "criteria": [
            {name: getattr(criterion, name) for name in names}
            for criterion in grid.criteria.order_by("position")
        ],
    }
