"""Loading a programme: each problem has its sentence, loading again changes nothing."""

import copy
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from actions.proposals.services.applications import Assessment
from challenges.enums import ProgrammeState
from challenges.models import Challenge, Criterion, Grid, Measure, Programme
from challenges.services import ProgrammeFileError, load_programme
from tests.support.factories import Story

pytestmark = pytest.mark.django_db
FILE = Path("challenges/data/programme-2016-2020.json")


@pytest.fixture
def data() -> dict:
    """Clermont's own file, to spoil at will."""
    return json.loads(FILE.read_text())


def rows() -> list:
    """Everything that a loading writes."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Programme, Challenge, Measure, Grid, Criterion)
    ]


def spoil(data, path: str, value) -> dict:
    """Set one value deep in the file; Ellipsis removes it."""
    spoilt = target = copy.deepcopy(data)
    *parents, last = [int(key) if key.isdecimal() else key for key in path.split(".")]
    for key in parents:
        target = target[key]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    return spoilt


FIRST = "Le critère « {} »"


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("code", ..., "« code » manque."),
        ("title", "", "« title » manque."),
        ("title", 5, "« title » n’est pas un texte."),
        ("vision", ["a"], "« vision » n’est pas un texte."),
        ("vision", "a\x00b", "« vision » n’est pas un texte."),
        ("starts_on", "19/12/2016", "« starts_on » n’est pas une date (AAAA-MM-JJ)."),
        ("ends_on", 2020, "« ends_on » n’est pas une date (AAAA-MM-JJ)."),
        ("ends_on", "2015-01-01", "La fin du programme doit suivre son début."),
        ("challenges", {"1": "a"}, "« challenges » doit être une liste."),
        ("challenges.0", "Un défi", "Liste illisible (défi)."),
        ("challenges.0.number", 2, "Les numéros doivent aller de 1 en 1 (défi)."),
        ("challenges.1.title", " ", "Un intitulé manque (défi)."),
        ("challenges.1.title", "é" * 301, "Un intitulé dépasse 300 caractères (défi)."),
        ("challenges.1.measures", [], "Chaque défi doit avoir au moins une mesure."),
        ("challenges.1.measures", {"a": 1}, "Liste illisible (mesure du défi 2)."),
        (
            "challenges.1.measures.0.number",
            3,
            "Les numéros doivent aller de 1 en 1 (mesure du défi 2).",
        ),
        ("challenges.1.measures.0.title", ..., "Un intitulé manque (mesure du défi 2)."),
        (
            "challenges.1.measures.0.title",
            "é" * 401,
            "Un intitulé dépasse 400 caractères (mesure du défi 2).",
        ),
        ("grid", "une grille", "La grille doit avoir exactement quatre critères."),
        ("grid.criteria.3", ..., "La grille doit avoir exactement quatre critères."),
        ("grid.criteria.3", "un critère", "La grille doit avoir exactement quatre critères."),
        (
            "grid.criteria.0.position",
            4,
            "Les critères doivent être donnés dans l’ordre, de rang 1 à 4.",
        ),
        ("grid.criteria.0.code", "", "Le critère 1 n’a pas de code ou d’intitulé."),
        ("grid.criteria.2.title", 3, "Le critère 3 n’a pas de code ou d’intitulé."),
        ("grid.criteria.0.questions", [], f"{FIRST} n’a pas de questions."),
        ("grid.criteria.0.questions", "Une question ?", f"{FIRST} n’a pas de questions."),
        ("grid.criteria.0.levels", ["a", "b", "c"], f"{FIRST} doit décrire ses quatre niveaux."),
        ("grid.criteria.0.levels", [0, 1, 2, 3], f"{FIRST} doit décrire ses quatre niveaux."),
        ("grid.quorum", 1, "Assurez-vous que cette valeur est supérieure ou égale à 2."),
        ("grid.threshold", 101, "Assurez-vous que cette valeur est inférieure ou égale à 100."),
        ("grid.criteria.0.floor", 4, "Assurez-vous que cette valeur est inférieure ou égale à 3."),
        ("grid.criteria.0.weight", 0, "Assurez-vous que cette valeur est supérieure ou égale à 1."),
        (
            "grid.criteria.0.weight",
            "lourd",
            "La valeur «\xa0lourd\xa0» doit être un nombre entier.",
        ),
    ],
)
def test_each_problem_has_its_sentence_and_nothing_is_loaded(data, path, value, sentence):
    first = data["grid"]["criteria"][0]["title"]
    with pytest.raises(ProgrammeFileError) as refused:
        load_programme(spoil(data, path, value))
    assert sentence.format(first) in refused.value.problems
    assert rows() == [[], [], [], [], []]


def test_two_criteria_of_the_same_code_are_refused(data):
    code = data["grid"]["criteria"][1]["code"]
    with pytest.raises(ProgrammeFileError) as refused:
        load_programme(spoil(data, "grid.criteria.0.code", code))
    assert refused.value.problems == ["Deux critères portent le même code."]


@pytest.mark.parametrize("content", [[], "texte", None, 3])
def test_what_is_no_object_is_refused(content):
    with pytest.raises(ProgrammeFileError) as refused:
        load_programme(content)
    assert refused.value.problems == ["Le fichier doit contenir un objet JSON."]


def test_every_missing_key_is_told_at_once():
    with pytest.raises(ProgrammeFileError) as refused:
        load_programme({})
    keys = ("code", "title", "authority", "starts_on", "ends_on", "challenges", "grid")
    assert refused.value.problems == [f"« {key} » manque." for key in keys]


def test_loading_twice_changes_nothing(data):
    programme = load_programme(data)
    before = rows()
    assert load_programme(data) == programme
    assert rows() == before
    assert [len(table) for table in before] == [1, 5, 14, 1, 4]
    assert programme.state == ProgrammeState.CURRENT


def test_another_programme_does_not_take_the_place_of_the_current_one(data):
    load_programme(data)
    other = load_programme(data | {"code": "2022-2026"})
    assert other.state == ProgrammeState.PREPARATION
    assert Programme.objects.current().code == "2016-2020"


def test_what_staff_wrote_is_kept(data):
    load_programme(data)
    Measure.objects.update(state="in_progress", note="Une note de l’agent.")
    load_programme(spoil(data, "challenges.0.measures.0.title", "Mieux dit."))
    first = Measure.objects.get(challenge__number=1, number=1)
    assert (first.title, first.state, first.note) == (
        "Mieux dit.",
        "in_progress",
        "Une note de l’agent.",
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("grid.threshold", 70),
        ("grid.quorum", 2),
        ("grid.criteria.0.weight", 2),
        ("grid.criteria.3.levels", ["a", "b", "c", "d"]),
        ("grid.criteria.0.questions", ["Une autre question ?"]),
    ],
)
def test_another_grid_is_another_version(data, path, value):
    programme = load_programme(data)
    first = Grid.objects.get()
    before = list(Criterion.objects.filter(grid=first).values())
    load_programme(spoil(data, path, value))
    assert list(Criterion.objects.filter(grid=first).values()) == before
    assert Grid.objects.current_for(programme).version == 2
    assert Grid.objects.filter(is_current=True).count() == 1


def test_a_grid_bound_to_an_action_is_never_changed(data):
    data["code"] = "2022-2026"  # the factories' own
    programme = load_programme(data)
    codes = Criterion.objects.values_list("code", flat=True)
    story = Story(assessments={code: Assessment(level=2) for code in codes})
    bound = story.in_evaluation(assign=False).action.grid
    before = Grid.objects.filter(pk=bound.pk).values().get()
    load_programme(spoil(data, "grid.threshold", 70))
    assert Grid.objects.filter(pk=bound.pk).values().get() | {"is_current": True} == before
    assert Grid.objects.current_for(programme).threshold == 70


class TestCommand:
    def test_says_what_it_loaded(self, capsys):
        call_command("load_programme", str(FILE))
        assert capsys.readouterr().out == (
            "5 engagements pour l'Économie Sociale et Solidaire : En cours\n"
        )

    def test_says_what_is_wrong(self, tmp_path):
        file = tmp_path / "programme.json"
        file.write_text("{}")
        with pytest.raises(CommandError) as refused:
            call_command("load_programme", str(file))
        assert str(refused.value).splitlines()[:2] == [f"{file} :", "« code » manque."]

    @pytest.mark.parametrize("content", [b"{", b"\xff\xfe", None])
    def test_says_that_a_file_cannot_be_read(self, tmp_path, content):
        file = tmp_path / "programme.json"
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(CommandError) as refused:
            call_command("load_programme", str(file))
        assert str(refused.value).startswith(f"{file} ne se lit pas comme du JSON : ")
