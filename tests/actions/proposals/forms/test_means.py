"""Step 4: partners, jobs, and the budget line by line."""

from decimal import Decimal

import pytest

from actions.enums import ExpenseCategory, FundingState
from actions.proposals.forms.means import MeansStepForm
from actions.proposals.services.budget_lines import Budget, Funding, save_budget_lines
from tests.plugins.prepared import prepared
from tests.support.factories import OrganisationFactory, Story, UserFactory
from tests.support.forms import at_least, not_offered, too_long
from tests.support.reading import plain

pytestmark = pytest.mark.django_db
KEY = {"key": "3f2a1c9e-0000-4000-8000-000000000001"}
NO_NUMBER = "Écrivez un nombre, par exemple 12000 ou 1,5."


@prepared
def story() -> Story:
    """A draft."""
    return Story()


def form(**typed) -> MeansStepForm:
    """The fourth step of a new file."""
    return MeansStepForm(KEY | typed, user=UserFactory.build())


def test_hands_over_columns_partners_and_budget():
    partner = OrganisationFactory()
    filled = form(
        partners=[partner.pk],
        other_partners="Une ferme",
        jobs_created="1,5",
        funding_asked="7 000,50 €",
        expense_staff="10 000",
        expense_taxes="0",
        funder_0_name="Le Département",
        funder_0_amount="1000.00",
        funder_0_state="granted",
        funder_1_name="L’État",
        funder_1_amount="500",
    )
    assert filled.errors == {}
    content = filled.content
    assert content.columns == {
        "other_partners": "Une ferme",
        "jobs_created": Decimal("1.5"),
        "jobs_kept": Decimal(0),
        "funding_asked": Decimal("7000.50"),
        "own_resources": Decimal(0),
    }
    assert list(content.relations["partners"]) == [partner]
    assert content.budget == Budget(
        expenses={ExpenseCategory.STAFF: Decimal(10_000)},
        funders=[
            Funding("Le Département", Decimal(1000), FundingState.GRANTED),
            Funding("L’État", Decimal(500), FundingState.ASKED),
        ],
    )


def test_offers_published_partners():
    published = OrganisationFactory()
    hidden = OrganisationFactory(is_published=False)
    assert list(form().fields["partners"].queryset) == [published]
    assert form(partners=[hidden.pk]).errors == {"partners": [not_offered(hidden.pk)]}


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        (
            {"funder_1_name": "L’État"},
            {"funder_1_amount": ["Indiquez le montant de ce financeur, ou effacez son nom."]},
        ),
        (
            {"funder_1_name": "L’État", "funder_1_amount": "0"},
            {"funder_1_amount": ["Indiquez le montant de ce financeur, ou effacez son nom."]},
        ),
        (
            {"funder_1_amount": "5"},
            {"funder_1_name": ["Indiquez le nom de ce financeur, ou effacez son montant."]},
        ),
        ({"expense_staff": "dix"}, {"expense_staff": [NO_NUMBER]}),
        ({"funder_0_name": "x" * 121}, {"funder_0_name": [too_long(120, 121)]}),
        (
            {"funder_0_name": "A", "funder_0_amount": "1", "funder_0_state": "lost"},
            {"funder_0_state": [not_offered("lost")]},
        ),
    ],
)
def test_without_one_line_there_is_no_budget(typed, errors):
    filled = form(expense_purchases="5", **typed)
    assert filled.errors == errors
    assert filled.budget() is None


def test_other_errors_leave_the_budget():
    filled = form(expense_purchases="5", jobs_kept="beaucoup", own_resources="-1")
    assert filled.errors == {"jobs_kept": [NO_NUMBER], "own_resources": [at_least(0)]}
    assert filled.budget() == Budget(expenses={ExpenseCategory.PURCHASES: Decimal(5)}, funders=[])


class TestRows:
    @pytest.mark.parametrize(
        ("typed", "rows"),
        [
            ({}, 1),
            ({"funder_3_name": ""}, 4),
            ({"funder_9_amount": ""}, 10),
            ({"funder_10_name": ""}, 1),
        ],
    )
    def test_are_as_many_as_the_page_had(self, typed, rows):
        filled = form(**typed)
        assert len(filled.funder_rows) == rows
        assert [field.label for field in filled.funder_rows[-1]] == [
            f"Financeur {rows}",
            "Montant (€)",
            "État",
        ]

    @pytest.mark.parametrize(("funders", "rows"), [(0, 1), (1, 2), (9, 10), (10, 10)])
    def test_are_one_more_than_there_are_funders(self, funders, rows, story):
        action = story.action
        lines = [Funding(f"Financeur {number}", Decimal(1)) for number in range(funders)]
        save_budget_lines(action, Budget({}, lines))
        filled = MeansStepForm(instance=action, user=UserFactory.build())
        assert [name.value() for name, _, _ in filled.funder_rows] == [
            *(line.name for line in lines),
            *[None] * (rows - funders),
        ]

    def test_show_what_was_kept(self, story):
        action = story.action
        budget = Budget(
            {ExpenseCategory.STAFF: Decimal("9000.50")},
            [Funding("L’État", Decimal(500), FundingState.GRANTED)],
        )
        save_budget_lines(action, budget)
        filled = MeansStepForm(instance=action, user=UserFactory.build())
        shown = {field.name: field.value() for field in filled.expense_fields}
        assert shown == dict.fromkeys([f"expense_{one}" for one in ExpenseCategory]) | {
            "expense_staff": "9000,50"
        }
        assert [field.value() for field in filled.funder_rows[0]] == ["L’État", "500", "granted"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"expense_purchases": "9999999999,98", "expense_staff": "9999999999,99"}, "expense_staff"),
        (
            {
                "funder_0_name": "Le Département",
                "funder_0_amount": "9999999999,99",
                "funder_1_name": "L’État",
                "funder_1_amount": "0,01",
            },
            "funder_0_amount",
        ),
    ],
)
def test_a_total_too_large_is_said_beside_its_largest_line(typed, field):
    filled = form(**typed)
    assert {name: [plain(line) for line in lines] for name, lines in filled.errors.items()} == {
        field: [
            "Avec les autres lignes, le total dépasse 9 999 999 999,99 € : vérifiez ce montant."
        ]
    }
    assert filled.budget() is None


def test_a_total_that_just_fits_is_taken():
    filled = form(expense_purchases="9999999999,98", expense_staff="0,01")
    assert filled.errors == {}
    assert filled.budget().total_cost == Decimal("9999999999.99")
