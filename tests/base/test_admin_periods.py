"""A list of the administration, by year and by month, in Paris."""

from datetime import UTC, datetime

import pytest

from actions.models import Action
from actors.enums import Role
from ess_portal.base.admin_periods import bounds_of
from tests.support.factories import Story, person
from tests.support.reading import Page

pytestmark = pytest.mark.django_db

LIST = "/admin/actions/action/"
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"


@pytest.mark.parametrize(
    ("period", "bounds"),
    [
        ("2026", (datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC))),
        ("2026-03", (datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 3, 31, 22, tzinfo=UTC))),
        (
            "2026-12",
            (datetime(2026, 11, 30, 23, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)),
        ),
        ("2026-13", None),
        ("2026-00", None),
        ("0000", None),
        ("9999", None),
        ("9999-12", None),
        ("٢٠٢٦", None),
        ("2026-3", None),
        ("douze", None),
        ("", None),
    ],
)
def test_a_period_begins_and_ends_in_paris(period, bounds):
    assert bounds_of(period) == bounds


def choices(page: Page) -> list[str]:
    """What the filter offers."""
    (box,) = [one for one in page.all("details") if one["data-filter-title"] == "dépôt"]
    return [link.text for link in box.all("a")]


def rows(page: Page) -> list[str]:
    """The titles listed."""
    return [cell.text for cell in page.all("td", cls="field-title")]


class TestOfActions:
    @pytest.fixture
    def client(self, as_user, ago):
        """An agent's browser; two actions were filed, four hundred days apart."""
        with ago(400):
            Story(title="Avant").submitted()
        Story(title="Maintenant").submitted()
        return as_user(person(Role.AGENT))

    def test_years_then_the_months_of_the_one_chosen(self, client):
        now = Action.objects.get(title="Maintenant").submitted_at
        before = Action.objects.get(title="Avant").submitted_at
        years = [str(year) for year in range(now.year, before.year - 1, -1)]
        assert choices(Page(client.get(LIST))) == ["Tout", *years]
        page = Page(client.get(LIST, {"depot": f"{before.year}"}))
        assert choices(page) == [
            "Tout",
            *years[: years.index(f"{before.year}") + 1],
            *[f"{month} {before.year}" for month in MONTHS.split()],
            *years[years.index(f"{before.year}") + 1 :],
        ]
        assert rows(page) == ["Avant"]

    def test_a_month_keeps_what_came_in_it(self, client):
        before = Action.objects.get(title="Avant").submitted_at
        assert rows(Page(client.get(LIST, {"depot": f"{before:%Y-%m}"}))) == ["Avant"]
        other = f"{before.year}-{before.month % 12 + 1:02}"
        assert rows(Page(client.get(LIST, {"depot": other}))) == []

    def test_what_is_no_period_keeps_all(self, client):
        assert rows(Page(client.get(LIST, {"depot": "2026-13"}))) == ["Maintenant", "Avant"]


def test_of_nothing_nothing_is_offered(as_user):
    page = Page(as_user(person(Role.AGENT)).get(LIST))
    assert [one for one in page.all("details") if one["data-filter-title"] == "dépôt"] == []
