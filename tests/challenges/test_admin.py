"""The programme's administration: one current programme, grids of four criteria, used ones kept."""

import pytest

from actors.enums import Role
from challenges.models import Criterion, Grid, Programme
from tests.support.factories import CODES, MeasureFactory, ProgrammeFactory, Story, grid, person
from tests.support.reading import Page, form_values

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(as_user):
    """An agent's browser."""
    return as_user(person(Role.AGENT))


def typed(programme, criteria=4, **changes) -> dict:
    """What a browser sends for a new grid."""
    data = {
        "programme": str(programme.pk),
        "version": "2",
        "quorum": "3",
        "threshold": "60",
        "criteria-TOTAL_FORMS": "4",
        "criteria-INITIAL_FORMS": "0",
    }
    for number in range(4):  # a browser sends the defaults of an empty form
        data |= {f"criteria-{number}-weight": "1", f"criteria-{number}-floor": "1"}
    for number in range(criteria):
        data |= {
            f"criteria-{number}-{name}": value
            for name, value in {
                "code": CODES[number],
                "position": str(number + 1),
                "title": f"Critère {number + 1}",
                "questions": "Une question ?",
                "level_0": "a",
                "level_1": "b",
                "level_2": "c",
                "level_3": "d",
            }.items()
        }
    return data | changes


def errors(response) -> list[str]:
    """The sentences beside the fields."""
    return [
        line.text for box in Page(response).all("ul", cls="errorlist") for line in box.all("li")
    ]


class TestGrid:
    @pytest.mark.parametrize("address", ["/admin/challenges/grid/add/", "errors"])
    def test_of_a_new_one_nothing_is_said_that_only_a_stored_one_has(self, client, address):
        if address == "errors":
            page = Page(client.post("/admin/challenges/grid/add/", typed(ProgrammeFactory(), 0)))
        else:
            page = Page(client.get(address))
        assert page.all("div", cls="field-version") != []
        assert page.all("div", cls="field-bound_at") == []
        assert "object at" not in page.root.text

    def test_new_one_has_its_four_criteria(self, client):
        response = client.post("/admin/challenges/grid/add/", typed(ProgrammeFactory()))
        assert response.headers["Location"] == "/admin/challenges/grid/"
        made = Grid.objects.get()
        assert [criterion.code for criterion in made.criteria.order_by("position")] == list(CODES)
        assert (made.version, made.quorum, made.threshold, made.is_current) == (2, 3, 60, False)

    @pytest.mark.parametrize("criteria", [0, 3])
    def test_with_fewer_criteria_is_refused(self, client, criteria):
        response = client.post("/admin/challenges/grid/add/", typed(ProgrammeFactory(), criteria))
        assert errors(response) == ["Une grille a exactement quatre critères."]
        assert not Grid.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"quorum": "1"}, "Assurez-vous que cette valeur est supérieure ou égale à 2."),
            ({"threshold": "101"}, "Assurez-vous que cette valeur est inférieure ou égale à 100."),
            ({"threshold": "0"}, "Assurez-vous que cette valeur est supérieure ou égale à 1."),
            (
                {"criteria-0-floor": "4"},
                "Assurez-vous que cette valeur est inférieure ou égale à 3.",
            ),
            (
                {"criteria-0-weight": "0"},
                "Assurez-vous que cette valeur est supérieure ou égale à 1.",
            ),
            (
                {"version": "99999"},
                "Assurez-vous que cette valeur est inférieure ou égale à 32767.",
            ),
        ],
    )
    def test_out_of_bounds_is_refused(self, client, changes, sentence):
        response = client.post("/admin/challenges/grid/add/", typed(ProgrammeFactory(), **changes))
        assert errors(response) == [sentence]
        assert not Grid.objects.exists()

    def test_in_force_is_alone(self, client):
        current = grid()
        response = client.post(
            "/admin/challenges/grid/add/", typed(current.programme, is_current="on")
        )
        assert errors(response) == ["Une autre grille est déjà en vigueur pour ce programme."]

    def test_used_one_is_read_only_but_for_being_in_force(self, client):
        bound = Story().in_evaluation(assign=False).action.grid
        address = f"/admin/challenges/grid/{bound.pk}/change/"
        page = Page(client.get(address))
        form = page.one("form", id="grid_form")
        names = {
            node["name"]
            for node in form.walk()
            if node.tag in ("input", "select", "textarea")
            and node.get("type") not in ("hidden", "submit")
        }
        assert names == {"is_current"}
        first = bound.criteria.get(position=1)
        forged = {"quorum": "2", "threshold": "1", "criteria-0-floor": "3", "is_current": ""}
        response = client.post(address, form_values(form) | forged)
        assert response.headers["Location"] == "/admin/challenges/grid/"
        bound.refresh_from_db()
        assert (bound.quorum, bound.threshold, bound.is_current) == (3, 60, False)
        assert Criterion.objects.get(pk=first.pk).floor == 1
        assert client.get(f"/admin/challenges/grid/{bound.pk}/delete/").status_code == 403

    def test_used_one_can_leave_its_place_to_another(self, client):
        bound = Story().in_evaluation(assign=False).action.grid
        address = f"/admin/challenges/grid/{bound.pk}/change/"
        form = form_values(Page(client.get(address)).one("form", id="grid_form"))
        client.post(address, form | {"is_current": ""})
        client.post(
            "/admin/challenges/grid/add/", typed(bound.programme, is_current="on", version="2")
        )
        assert Grid.objects.current_for(bound.programme).version == 2

    def test_unused_one_can_still_change(self, client):
        unused = grid()
        page = Page(client.get(f"/admin/challenges/grid/{unused.pk}/change/"))
        assert page.all("textarea", name="criteria-0-level_0") != []


class TestProgramme:
    def test_current_is_alone(self, client):
        ProgrammeFactory()
        data = {
            "code": "2028-2032",
            "title": "Le suivant",
            "authority": "Mon Agglo",
            "starts_on": "2028-01-01",
            "ends_on": "2032-12-31",
            "state": "current",
            "challenges-TOTAL_FORMS": "0",
            "challenges-INITIAL_FORMS": "0",
            "receipt_terms-TOTAL_FORMS": "0",
            "receipt_terms-INITIAL_FORMS": "0",
        }
        response = client.post("/admin/challenges/programme/add/", data)
        assert errors(response) == [
            "Un seul programme peut être en cours : archivez d’abord l’autre."
        ]
        assert Programme.objects.count() == 1

    def test_ends_after_it_starts(self, client):
        data = {
            "code": "x",
            "title": "x",
            "authority": "x",
            "starts_on": "2028-01-01",
            "ends_on": "2027-12-31",
            "state": "preparation",
            "challenges-TOTAL_FORMS": "0",
            "challenges-INITIAL_FORMS": "0",
            "receipt_terms-TOTAL_FORMS": "0",
            "receipt_terms-INITIAL_FORMS": "0",
        }
        response = client.post("/admin/challenges/programme/add/", data)
        assert errors(response) == ["La fin du programme doit suivre son début."]

    def test_a_measure_tells_how_far_it_is_kept(self, client):
        measure = MeasureFactory()
        client.post(
            f"/admin/challenges/measure/{measure.pk}/change/",
            {
                "challenge": str(measure.challenge.pk),
                "number": "1",
                "title": measure.title,
                "state": "in_progress",
                "note": "Deux réunions ont eu lieu.",
            },
        )
        measure.refresh_from_db()
        assert (measure.state, measure.note) == ("in_progress", "Deux réunions ont eu lieu.")
        page = Page(client.get(measure.get_absolute_url()))
        assert page.main.one(cls="measure-state").text == "En cours"
        assert page.main.one("div", cls="prose").text == "Deux réunions ont eu lieu."


class TestRowsOfAnother:
    """What no browser sends: rows that are there, sent as new ones."""

    @pytest.mark.parametrize(
        ("model", "prefix", "sentence"),
        [
            ("challenge", "measures", "Ce numéro de mesure est déjà pris dans le défi."),
            ("programme", "challenges", "Ce numéro de défi est déjà pris dans le programme."),
        ],
    )
    def test_are_refused_in_words_with_what_was_typed(self, client, model, prefix, sentence):
        measure = MeasureFactory()
        row = {"challenge": measure.challenge, "programme": measure.challenge.programme}[model]
        address = f"/admin/challenges/{model}/{row.pk}/change/"
        form = Page(client.get(address)).one("form", id=f"{model}_form")
        data = form_values(form) | {
            f"{prefix}-INITIAL_FORMS": "0",
            f"{prefix}-0-id": "",
            "title": "Un autre titre",
        }
        response = client.post(address, data)
        assert (response.status_code, errors(response)) == (200, [sentence])
        assert Page(response).one("input", name="title")["value"] == "Un autre titre"
        row.refresh_from_db()
        assert row.title != "Un autre titre"


class TestCopy:
    def test_makes_the_next_version_to_change(self, client):
        first = grid(ProgrammeFactory())
        page = Page(client.get(f"/admin/challenges/grid/{first.pk}/change/"))
        (button,) = [one for one in page.all("button") if one.text.startswith("Dupliquer")]
        assert button.text == "Dupliquer la version 1"
        response = client.post(f"/admin/challenges/grid/{first.pk}/dupliquer/")
        copy = Grid.objects.get(version=2)
        assert response.headers["Location"] == f"/admin/challenges/grid/{copy.pk}/change/"
        assert (copy.is_current, copy.bound_at, copy.quorum) == (False, None, first.quorum)
        columns = ("code", "position", "title", "weight", "floor", "questions", "level_3")
        rows = [list(one.criteria.values_list(*columns)) for one in (first, copy)]
        assert rows[0] == rows[1]
        assert (
            "La version 2 est prête"
            in Page(client.get(response.headers["Location"])).one("body").text
        )

    def test_is_made_by_a_button_alone(self, client):
        first = grid(ProgrammeFactory())
        assert client.get(f"/admin/challenges/grid/{first.pk}/dupliquer/").status_code == 405
        assert Grid.objects.count() == 1
