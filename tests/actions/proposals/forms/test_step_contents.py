"""What the steps ask: the organisation and its numbers, the budget, the self-assessment."""

from decimal import Decimal

import pytest

from actions.enums import FundingState, Step
from actions.models import Action, Expense, Funder
from actors.models import Organisation
from tests.plugins.prepared import starts_from
from tests.support.factories import OrganisationFactory, member
from tests.support.payloads import PROPOSE, day, rewrite, step_address, typed
from tests.support.reading import NO_CHOICE, Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(as_user, author):
    """The browser of somebody who doesn't belong to any organisation yet."""
    return as_user(author)


class TestBudget:
    @starts_from(writing="filled")
    def test_lines_make_the_totals(self, client, action):
        rewrite(client, action, expense_taxes="0", funder_1_name="L’État", funder_1_amount="500")
        assert list(Expense.objects.values_list("category", "amount")) == [
            ("purchases", Decimal("2000.50")),
            ("staff", 10000),
        ]
        assert list(Funder.objects.values_list("name", "amount", "state")) == [
            ("Le Département", 1000, FundingState.GRANTED),
            ("L’État", 500, FundingState.ASKED),
        ]
        assert (action.total_cost, action.other_funding, action.budget_gap) == (
            Decimal("12000.50"),
            1500,
            500,
        )

    @starts_from(writing="filled")
    def test_says_how_it_stands(self, client, action):
        page = Page(client.get(step_address(action, "moyens")))
        assert page.main.one(cls="budget-balance").text == (
            "Le budget est équilibré : 12 000,50 € de dépenses et de ressources."
        )
        client.post(step_address(action, "moyens"), page.form | {"own_resources": "1000"})
        page = Page(client.get(step_address(action, "moyens")))
        assert page.main.one(cls="budget-balance").text == (
            "Enregistré : 12 000,50 € de dépenses, 9 000,50 € de ressources. Il manque 3 000 € de "
            "ressources."
        )

    @pytest.mark.parametrize(
        ("asked", "days", "said"),
        [("23 000", 300, False), ("23 000,01", 300, True), ("46 000", 760, False)],
    )
    @starts_from(writing="filled")
    def test_above_23_000_euros_a_year_an_agreement_is_announced(
        self, client, action, asked, days, said
    ):
        rewrite(client, action, funding_asked=asked, ends_on=day(30 + days))
        page = Page(client.get(step_address(action, "moyens")))
        notices = [notice.text for notice in page.main.all("p", cls="notice-info")]
        assert len(notices) == said

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            (
                {"funder_1_name": "L’État", "funder_1_amount": ""},
                "Montant (€) : Indiquez le montant de ce financeur, ou effacez son nom.",
            ),
            (
                {"funder_1_name": "", "funder_1_amount": "5"},
                "Financeur 2 : Indiquez le nom de ce financeur, ou effacez son montant.",
            ),
        ],
    )
    @starts_from(writing="filled")
    def test_a_funder_has_a_name_and_an_amount(self, client, action, changes, error):
        data = typed(Step.MEANS, action, expense_staff="1", **changes)
        page = Page(client.post(step_address(action, "moyens"), data))
        assert page.errors == [error]
        # A total with a line missing would be false: the budget stays as it was.
        action.refresh_from_db()
        assert action.total_cost == Decimal("12000.50")

    @starts_from(writing="filled")
    def test_rows_are_added_as_they_are_filled(self, client, action):
        rows = {f"funder_{n}_name": f"Financeur {n}" for n in range(1, 4)}
        rows |= {f"funder_{n}_amount": "1" for n in range(1, 4)}
        client.post(step_address(action, "moyens"), typed(Step.MEANS, action, **rows))
        page = Page(client.get(step_address(action, "moyens")))
        assert len(page.main.all(cls="funder")) == 5
        assert "Ajouter un financeur" in [button.text for button in page.main.all("button")]
        more = {f"funder_{n}_name": f"Financeur {n}" for n in range(10)}
        more |= {f"funder_{n}_amount": "1" for n in range(10)} | {"funder_10_name": "De trop"}
        client.post(step_address(action, "moyens"), typed(Step.MEANS, action, **more))
        assert Funder.objects.count() == 10
        page = Page(client.get(step_address(action, "moyens")))
        assert "Ajouter un financeur" not in [button.text for button in page.main.all("button")]

    @starts_from(writing="filled")
    def test_a_button_keeps_what_is_typed_and_gives_another_line(self, client, action):
        row = {"funder_0_name": "La Région", "funder_0_amount": "1", "go": "moyens"}
        response = client.post(
            step_address(action, "moyens"), typed(Step.MEANS, action, **row), follow=True
        )
        form = Page(response).form
        names = {name: value for name, value in form.items() if name.endswith("_name")}
        assert names == {"funder_0_name": "La Région", "funder_1_name": ""}


class TestSelfAssessment:
    @starts_from(writing="filled")
    def test_says_criterion_by_criterion_what_is_missing(self, client, action):
        unsaid = {"self_level_territorial_anchoring": None, "self_reason_territorial_anchoring": ""}
        rewrite(client, action, **unsaid)
        page = Page(client.get(step_address(action, "criteres")))
        hints = page.main.one("section", cls="hints")
        assert hints.one("h2").text.startswith("À ces niveaux, l’action ne serait pas encore")
        assert hints.all("p")[1].text == ("Total incomplet : 1 critère sur 4 attend un niveau.")
        assert [hint.text for hint in hints.all("li")] == [
            "Critère 1 : Vous êtes au niveau 0 ; il faut au moins le niveau 1, que rien ne "
            "compense : Amorcé",
            "Critère 2 : Niveau 1. Pour aller au niveau 2 : Avéré",
            "Critère 3 : Niveau 2. Pour aller au niveau 3 : Exemplaire",
            "Critère 4 : Situez votre action : choisissez un niveau.",
        ]

    @starts_from(writing="filled")
    def test_high_levels_are_said_to_pass(self, client, action):
        levels = {f"self_level_{code}": "3" for code in ("shared_governance", "employment")}
        levels |= {"self_level_collective_interest": "2"}
        rewrite(client, action, **levels)
        hints = Page(client.get(step_address(action, "criteres"))).main.one("section", cls="hints")
        assert hints.one("h2").text == "À ces niveaux, l’action serait d’intérêt communautaire"

    @starts_from(writing="filled")
    def test_they_are_reckoned_again_when_the_page_saves_by_itself(self, client, action):
        data = typed(Step.CRITERIA, action) | {"quiet": "1"}
        page = Page(client.post(step_address(action, "criteres"), data))
        assert page.root.one("section", cls="hints")["hx-swap-oob"] == "true"

    @starts_from(writing="filled")
    def test_an_explanation_goes_with_a_level(self, client, action):
        data = typed(Step.CRITERIA, action, self_level_employment=None)
        page = Page(client.post(step_address(action, "criteres"), data))
        assert page.errors == [
            "Où en êtes-vous sur « Critère 3 » ? Choisissez un niveau pour « Critère 3 », avec "
            "l’explication."
        ]


class TestSiret:
    @pytest.mark.parametrize(
        ("siret", "kept"),
        [
            ("732 829 320 00074", "73282932000074"),
            ("732\u00a0829\u202f320\u00a000074", "73282932000074"),
            # La Poste: the digits of its establishments add up to a multiple of five.
            ("356 000 000 09075", "35600000009075"),
            ("356 000 000 00048", "35600000000048"),
        ],
    )
    def test_is_taken_with_spaces_and_with_la_postes_exception(self, client, siret, kept):
        client.post(PROPOSE, typed(Step.ORGANISATION, org_siret=siret))
        assert Organisation.objects.get().siret == kept

    @pytest.mark.parametrize(
        ("siret", "sentence"),
        [
            (
                "732 829 320 00075",
                "Ce SIRET n’est pas valable : un chiffre est sans doute mal recopié.",
            ),
            (
                "356 000 000 00002",
                "Ce SIRET n’est pas valable : un chiffre est sans doute mal recopié.",
            ),
            ("732 829 320", "Un SIRET a 14 chiffres : vérifiez que vous les avez tous."),
            ("٧٣٢٨٢٩٣٢٠٠٠٠٧٤", "Un SIRET a 14 chiffres : vérifiez que vous les avez tous."),
        ],
    )
    def test_wrong_is_told_and_kept(self, client, siret, sentence):
        page = Page(client.post(PROPOSE, typed(Step.ORGANISATION, org_siret=siret)))
        assert page.errors == [f"SIRET : {sentence}"]
        assert page.form["org_siret"] == siret
        assert not Organisation.objects.exists()
        again = Page(client.get(step_address(Action.objects.get(), "structure")))
        assert again.form["org_siret"] == siret

    @pytest.mark.parametrize(
        ("known", "changes", "error"),
        [
            (
                {"siret": "73282932000074"},
                {"org_rna": ""},
                "SIRET : Cette structure est déjà sur le portail : demandez à en faire partie.",
            ),
            (
                {"rna": "W632000001"},
                {},
                "Numéro RNA (associations) : Cette structure est déjà sur le portail : demandez à "
                "en faire partie.",
            ),
        ],
    )
    @pytest.mark.parametrize("is_published", [True, False])
    def test_already_known_is_refused_and_can_be_joined(
        self, client, known, changes, error, is_published
    ):
        organisation = OrganisationFactory(is_published=is_published, **known)
        page = Page(client.post(PROPOSE, typed(Step.ORGANISATION, **changes)))
        assert page.errors == [error]
        address = f"/acteurs/{organisation.slug}/rattachement/"
        assert page.links["Demander à en faire partie"] == address
        assert Page(client.get(address)).title == f"Je fais partie de {organisation}"

    def test_a_new_organisation_has_a_family(self, client):
        page = Page(client.post(PROPOSE, typed(Step.ORGANISATION, org_family="")))
        assert page.errors == [
            "Famille de l’économie sociale et solidaire : Choisissez la famille de l’ESS de votre "
            "structure."
        ]

    def test_an_organisation_of_others_is_refused(self, as_user):
        own, other = OrganisationFactory(), OrganisationFactory()
        data = typed(Step.ORGANISATION, carrier=str(other.pk), org_name="")
        page = Page(as_user(member(own)).post(PROPOSE, data))
        assert page.errors == [f"Structure porteuse : {NO_CHOICE}"]
        assert Action.objects.get().carrier is None
