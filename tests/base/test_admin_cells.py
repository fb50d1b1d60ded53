"""The administration's lists: each cell says its column, for screens too narrow for a table."""

import pytest

from actors.enums import Role
from tests.support.factories import OrganisationFactory, Story, person
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


def cells(client, address: str) -> list[tuple[str, str]]:
    """Role and column of each cell of the first row of a list."""
    table = Page(client.get(address)).main.one("table", id="result_list")
    row = table.one("tbody").all("tr")[0]
    return [(cell["role"], cell.get("data-label")) for cell in row.children if cell != " "]


def test_a_cell_says_its_column(as_user):
    story = Story().submitted()
    assert cells(as_user(story.agent), "/admin/actions/action/") == [
        ("rowheader", "Référence"),
        ("cell", "Titre de l’action"),
        ("cell", "État"),
        ("cell", "Effet du silence"),
        ("cell", "Structure porteuse"),
        ("cell", "Mesure"),
        ("cell", "Déposée le"),
    ]


def test_the_box_that_chooses_a_row_has_its_own_label(as_user):
    OrganisationFactory()
    client = as_user(person(Role.AGENT))
    first, second, *_ = cells(client, "/admin/actors/organisation/")
    assert (first, second) == (("cell", ""), ("rowheader", "Nom"))


@pytest.mark.parametrize(
    ("address", "title"),
    [("/admin/actions/action/", "Actions"), ("/admin/actors/organisation/", "Structures")],
)
def test_a_list_is_titled_as_one_speaks(as_user, address, title):
    page = Page(as_user(person(Role.AGENT)).get(address))
    assert page.root.one("title").text == f"{title} – Portail ESS"


@pytest.mark.parametrize(
    ("role", "address", "titles"),
    [
        (Role.AGENT, "/admin/pages/contactmessage/", ["Par réponse donnée"]),
        (
            Role.ADMINISTRATOR,
            "/admin/actors/user/",
            ["Par rôle", "Par sorte d’évaluateur", "Par compte actif"],
        ),
    ],
)
def test_a_filter_is_titled_as_one_speaks(as_user, role, address, titles):
    page = Page(as_user(person(role)).get(address))
    found = page.main.one("nav", id="changelist-filter").all("summary")
    assert [title.text for title in found] == titles
