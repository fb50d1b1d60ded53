"""The steps of the form: kept as they are typed, never lost, never overwritten unseen."""

import uuid
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from actions.enums import FundingState, Step
from actions.models import Action, Expense, Funder, TypedStep
from actors.enums import MembershipRole
from actors.models import Organisation
from challenges.enums import ProgrammeState
from tests.actions.views.payloads import PROPOSE, complete, day, fill, part, step_address
from tests.factories import (
    ChallengeFactory,
    MeasureFactory,
    OrganisationFactory,
    ProgrammeFactory,
    Story,
    UserFactory,
    fresh,
    grid,
    member,
)
from tests.reading import Page

NO_CHOICE = "Sélectionnez un choix valide. Ce choix ne fait pas partie de ceux disponibles."
pytestmark = pytest.mark.django_db


@pytest.fixture
def client(as_user):
    """The browser of somebody who doesn't belong to any organisation yet."""
    return as_user(UserFactory(email="ana@example.org", full_name="Ana"))


def typed(step: Step, action=None, **changes) -> dict:
    """What one step's form sends, from a page that shows its latest edition."""
    data = complete(**changes)
    row = TypedStep.objects.filter(action=action, step=step).first() if action else None
    return part(step, data) | {
        "key": str(action.uuid) if action else data["key"],
        "edition": str(row.edition) if row else "0",
        "window": str(uuid.uuid4()),
    }


def saved(client, address, data) -> str:
    """Save quietly, as the page does by itself; return what it is told."""
    response = client.post(address, data | {"quiet": "1"})
    assert response.status_code == 200
    return " ".join(Page(response).root.text.split())


class TestGoingAbout:
    def test_any_step_may_be_chosen_and_the_one_left_is_kept(self, client):
        data = typed(Step.ORGANISATION)
        response = client.post(PROPOSE, data | {"go": "criteres"})
        assert response.headers["Location"] == step_address(data["key"], "criteres")
        assert Action.objects.get().carrier.name == "Les Jardins partagés"

    def test_a_step_that_does_not_exist_stays_here(self, client):
        action = fill(client)
        response = client.post(
            step_address(action, "action"),
            typed(Step.ACTION, action) | {"go": "//ailleurs.example"},
        )
        assert response.headers["Location"] == step_address(action, "action")
        assert client.get(step_address(action, "ailleurs")).status_code == 404

    def test_a_wrong_answer_keeps_one_here_but_for_another_step_chosen(self, client):
        action = fill(client)
        wrong = typed(Step.ACTION, action, starts_on="demain", title="Nouveau titre")
        page = Page(client.post(step_address(action, "action"), wrong | {"go": "mesure"}))
        assert page.errors == ["Début prévu : Saisissez une date valide."]
        assert (page.form["starts_on"], page.form["title"]) == ("demain", "Nouveau titre")
        response = client.post(step_address(action, "action"), wrong | {"go": "structure"})
        assert response.headers["Location"] == step_address(action, "structure")

    def test_what_could_not_be_read_waits_as_it_was_typed(self, client):
        action = fill(client)
        wrong = typed(Step.ACTION, action, ends_on="32/13/2026", summary="Un autre résumé.")
        client.post(step_address(action, "action"), wrong | {"go": "criteres"})
        action.refresh_from_db()
        assert action.summary == "Un autre résumé."
        page = Page(client.get(step_address(action, "action")))
        assert page.errors == ["Fin prévue : Saisissez une date valide."]
        assert page.form["ends_on"] == "32/13/2026"
        client.post(
            step_address(action, "action"), page.form | {"ends_on": day(90), "go": "mesure"}
        )
        assert TypedStep.objects.get(action=action, step="action").typed is None
        assert Page(client.get(step_address(action, "action"))).errors == []

    def test_marks_say_where_something_is_missing(self, client):
        action = fill(client, summary="", self_level_employment=None, self_reason_employment="")
        client.post(step_address(action, "moyens"), typed(Step.MEANS, action, jobs_kept="beaucoup"))
        page = Page(client.get(step_address(action, "mesure")))
        marks = page.main.one("nav", cls="steps")
        assert [mark.text for mark in marks.all("li")] == [
            "1. La structure porteuse complète",
            "2. L’action à compléter",
            "3. Le défi et la mesure complète",
            "4. Les partenaires et le budget à compléter",
            "5. Les quatre critères à compléter",
            "6. Vérifier et envoyer",
        ]
        (current,) = [mark for mark in marks.all("li") if mark.get("aria-current")]
        assert current.text == "3. Le défi et la mesure complète"

    def test_going_on_leads_where_something_is_missing(self, client):
        action = fill(client, communes=[])
        address = reverse("actions:edit", args=[action.uuid])
        assert client.get(address).headers["Location"] == step_address(action, "mesure")
        client.post(step_address(action, "mesure"), typed(Step.MEASURE, action))
        assert client.get(address).headers["Location"] == step_address(action, "envoi")

    def test_another_member_goes_on_from_another_browser(self, client, as_user):
        action = fill(client)
        other = member(action.carrier, MembershipRole.CONTRIBUTOR, full_name="Bruno")
        client.post(
            step_address(action, "action"), typed(Step.ACTION, action, title="Déjà commencé")
        )
        page = Page(as_user(other).get(step_address(action, "action")))
        assert page.form["title"] == "Déjà commencé"
        assert page.main.one(id="enregistre").text.endswith("par Ana.")


class TestQuietSaving:
    def test_makes_the_draft_and_says_when(self, client):
        data = typed(Step.ACTION)
        grid()
        response = client.post(PROPOSE, {"key": data["key"], "quiet": "1"})
        action = Action.objects.get()
        assert response.headers["HX-Replace-Url"] == step_address(action, "structure")
        row = TypedStep.objects.get()
        assert (row.step, row.edition, row.typed) == ("structure", 1, None)
        assert Page(response).root.text.startswith("Enregistré à ")

    def test_makes_no_organisation_of_a_name_half_typed(self, client):
        data = typed(Step.ORGANISATION)
        said = saved(client, PROPOSE, data)
        assert said.endswith("tel que vous l’avez écrit : une réponse reste à compléter.")
        assert Organisation.objects.count() == 0
        action = Action.objects.get()
        page = Page(client.get(step_address(action, "structure")))
        assert (page.errors, page.form["org_name"]) == ([], "Les Jardins partagés")
        client.post(step_address(action, "structure"), page.form | {"go": "action"})
        action.refresh_from_db()
        assert action.carrier.name == "Les Jardins partagés"

    def test_keeps_what_cannot_be_read_yet(self, client):
        action = fill(client)
        data = typed(Step.ACTION, action, starts_on="2026-", title="Un titre")
        assert saved(client, step_address(action, "action"), data).endswith(
            "une réponse reste à compléter."
        )
        action.refresh_from_db()
        assert action.title == "Un titre"
        assert TypedStep.objects.get(step="action").typed["starts_on"] == ["2026-"]

    def test_of_a_file_sent_meanwhile_leads_to_its_receipt(self, as_user):
        story = Story().submitted()
        client = as_user(story.manager)
        response = client.post(
            step_address(story.action, "action"), typed(Step.ACTION, story.action) | {"quiet": "1"}
        )
        assert response.headers["Location"] == f"/espace/actions/{story.action.uuid}/recepisse/"

    @pytest.mark.parametrize("step", ["", "action"])
    def test_of_somebody_signed_out_meanwhile_leads_elsewhere(self, client, step):
        """The page then says that nothing was saved, and keeps what is typed."""
        action = fill(client)
        address = step_address(action, step) if step else PROPOSE
        response = Client().post(address, typed(Step.ACTION, action) | {"quiet": "1"})
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/connexion/?next=")

    def test_a_refusal_is_told_in_one_line(self, as_user):
        """Somebody who gives the file away to nobody would lose it."""
        story = Story()
        client = as_user(member(story.carrier))
        address = step_address(story.action, "structure")
        data = typed(Step.ORGANISATION, story.action) | {"carrier": "", "org_name": ""}
        empty = {name: "" for name in data if name.startswith("org_")}
        assert saved(client, address, data | empty) == (
            "Pas enregistré. Gardez une structure dont vous êtes membre."
        )
        story.action.refresh_from_db()
        assert story.action.carrier == story.carrier


class TestTwoWindows:
    def open(self, client, action) -> dict:
        """Open the second step in a window; return what its form holds."""
        return Page(client.get(step_address(action, "action"))).form

    def test_the_stale_one_is_told_and_shows_both_versions(self, client):
        action = fill(client)
        first, second = self.open(client, action), self.open(client, action)
        address = step_address(action, "action")
        client.post(address, first | {"title": "Premier", "go": "mesure"})
        response = client.post(address, second | {"title": "Second", "go": "mesure"})
        page = Page(response)
        assert response.status_code == 409
        action.refresh_from_db()
        assert action.title == "Premier"
        box = page.main.one("section", cls="notice-warning")
        assert box.all("p")[0].text.startswith(
            "Vous avez enregistré cette étape dans une autre fenêtre, à "
        )
        assert [cell.text for cell in box.one("tbody").all("td")] == ["Premier", "Second"]
        assert page.form["title"] == "Second"
        client.post(address, page.form | {"go": "mesure"})
        action.refresh_from_db()
        assert action.title == "Second"

    def test_names_the_other_person(self, client, as_user):
        action = fill(client)
        mine = self.open(client, action)
        other = as_user(member(action.carrier, full_name="Bruno"))
        other.post(step_address(action, "action"), self.open(other, action) | {"title": "De Bruno"})
        page = Page(client.post(step_address(action, "action"), mine | {"title": "D’Ana"}))
        said = page.main.one("section", cls="notice-warning").all("p")[0].text
        assert said.startswith("Bruno a enregistré cette étape, à ")

    def test_a_quiet_saving_is_refused_too(self, client):
        action = fill(client)
        first, second = self.open(client, action), self.open(client, action)
        address = step_address(action, "action")
        client.post(address, first | {"title": "Premier"})
        assert saved(client, address, second | {"title": "Second"}).startswith("Pas enregistré. ")
        action.refresh_from_db()
        assert action.title == "Premier"

    def test_a_page_never_contradicts_itself(self, client):
        action = fill(client)
        page = self.open(client, action)
        address = step_address(action, "action")
        for title in ("Un", "Deux"):
            saved(client, address, page | {"title": title})
        response = client.post(address, page | {"title": "Trois", "go": "mesure"})
        action.refresh_from_db()
        assert (response.status_code, action.title) == (302, "Trois")

    def test_other_steps_are_not_concerned(self, client):
        action = fill(client)
        page = self.open(client, action)
        measure = Page(client.get(step_address(action, "mesure"))).form
        client.post(step_address(action, "mesure"), measure)
        response = client.post(
            step_address(action, "action"), page | {"title": "Un", "go": "mesure"}
        )
        assert response.status_code == 302


class TestBudget:
    def test_lines_make_the_totals(self, client):
        action = fill(client, expense_taxes="0", funder_1_name="L’État", funder_1_amount="500")
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

    def test_says_how_it_stands(self, client):
        action = fill(client)
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
    def test_above_23_000_euros_a_year_an_agreement_is_announced(self, client, asked, days, said):
        action = fill(client, funding_asked=asked, ends_on=day(30 + days))
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
    def test_a_funder_has_a_name_and_an_amount(self, client, changes, error):
        action = fill(client)
        data = typed(Step.MEANS, action, expense_staff="1", **changes)
        page = Page(client.post(step_address(action, "moyens"), data))
        assert page.errors == [error]
        # A total with a line missing would be false: the budget stays as it was.
        action.refresh_from_db()
        assert action.total_cost == Decimal("12000.50")

    def test_rows_are_added_as_they_are_filled(self, client):
        action = fill(client)
        rows = {f"funder_{n}_name": f"Financeur {n}" for n in range(1, 4)}
        rows |= {f"funder_{n}_amount": "1" for n in range(1, 4)}
        client.post(step_address(action, "moyens"), typed(Step.MEANS, action, **rows))
        page = Page(client.get(step_address(action, "moyens")))
        assert len(page.main.all(cls="funder")) == 6
        more = {f"funder_{n}_name": f"Financeur {n}" for n in range(10)}
        more |= {f"funder_{n}_amount": "1" for n in range(10)} | {"funder_10_name": "De trop"}
        client.post(step_address(action, "moyens"), typed(Step.MEANS, action, **more))
        assert Funder.objects.count() == 10


class TestSelfAssessment:
    def test_says_criterion_by_criterion_what_is_missing(self, client):
        action = fill(
            client, self_level_territorial_anchoring=None, self_reason_territorial_anchoring=""
        )
        page = Page(client.get(step_address(action, "criteres")))
        hints = page.main.one("section", cls="hints")
        assert hints.one("h2").text == "Pourquoi pas encore ?"
        assert hints.all("p")[1].text == (
            "Avec ces niveaux, le total est de 25,0 sur 100 : il en faut 60."
        )
        assert [hint.text for hint in hints.all("li")] == [
            "Critère 1 : Vous êtes au niveau 0 ; il faut au moins le niveau 1, que rien ne "
            "compense : Amorcé",
            "Critère 2 : Niveau 1. Pour aller au niveau 2 : Avéré",
            "Critère 3 : Niveau 2. Pour aller au niveau 3 : Exemplaire",
            "Critère 4 : Situez votre action : choisissez un niveau.",
        ]

    def test_high_levels_are_said_to_pass(self, client):
        levels = {f"self_level_{code}": "3" for code in ("shared_governance", "employment")}
        levels |= {"self_level_collective_interest": "2"}
        action = fill(client, **levels)
        hints = Page(client.get(step_address(action, "criteres"))).main.one("section", cls="hints")
        assert hints.one("h2").text == "À ces niveaux, l’action serait d’intérêt communautaire"

    def test_an_explanation_goes_with_a_level(self, client):
        action = fill(client)
        data = typed(Step.CRITERIA, action, self_level_employment=None)
        page = Page(client.post(step_address(action, "criteres"), data))
        assert page.errors == [
            "Où en êtes-vous sur « Critère 3 » ? : Choisissez un niveau pour « Critère 3 », avec "
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
        fill(client, org_siret=siret)
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
                "SIRET : Une structure porte déjà ce SIRET.",
            ),
            (
                {"rna": "W632000001"},
                {},
                "Numéro RNA (associations) : Une structure porte déjà ce numéro RNA.",
            ),
        ],
    )
    def test_already_known_is_refused(self, client, known, changes, error):
        OrganisationFactory(**known)
        page = Page(client.post(PROPOSE, typed(Step.ORGANISATION, **changes)))
        assert page.errors == [error]

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


class TestHostileInput:
    """Never an error 500: a French sentence beside the field, and everything typed is kept."""

    @pytest.mark.parametrize(
        ("step", "field", "value", "label"),
        [
            ("action", "title", "a\x00b", "Titre de l’action"),
            ("action", "description", "a\x00b", "Description"),
            ("structure", "org_name", "a\x00b", "Nom de la structure"),
            ("structure", "org_siret", "7328293200007\x00", "SIRET"),
            ("structure", "org_website", "https://a.example/\x00", "Site internet"),
            ("criteres", "self_reason_employment", "\x00", "Expliquez en quelques mots"),
            ("mesure", "measure", "\x00", "Mesure"),
            ("mesure", "communes", ["\x00"], "Communes"),
            ("action", "starts_on", "\x00", "Début prévu"),
            ("moyens", "expense_staff", "\x00", "Charges de personnel (€)"),
            ("action", "title", "é" * 151, "Titre de l’action"),
            ("action", "summary", "é" * 401, "Résumé"),
            ("action", "description", "é" * 10_001, "Description"),
            ("structure", "org_name", "é" * 201, "Nom de la structure"),
            ("structure", "org_postal_code", "6" * 11, "Code postal"),
            ("criteres", "self_reason_employment", "é" * 2001, "Expliquez en quelques mots"),
            ("moyens", "expense_staff", "9" * 400, "Charges de personnel (€)"),
            ("moyens", "expense_staff", "1e400", "Charges de personnel (€)"),
            ("moyens", "expense_staff", "1e-400", "Charges de personnel (€)"),
            ("moyens", "expense_staff", "NaN", "Charges de personnel (€)"),
            ("moyens", "funding_asked", "-Infinity", "Financement demandé à la collectivité (€)"),
            ("moyens", "funder_0_amount", "-1", "Montant (€)"),
            ("moyens", "funder_0_state", "peut-être", "État"),
            ("moyens", "jobs_kept", "-0,5", "Emplois maintenus"),
            ("moyens", "jobs_kept", "1000000", "Emplois maintenus"),
            ("mesure", "measure", "9" * 30, "Mesure"),
            ("mesure", "measure", "-1", "Mesure"),
            ("mesure", "communes", ["9" * 30], "Communes"),
            ("mesure", "communes", ["abc"], "Communes"),
            ("moyens", "partners", ["999999"], "Structures partenaires"),
            ("criteres", "self_level_employment", "4", "Où en êtes-vous sur « Critère 3 » ?"),
            ("criteres", "self_level_employment", "-1", "Où en êtes-vous sur « Critère 3 » ?"),
            ("action", "ends_on", "10000-01-01", "Fin prévue"),
            ("action", "ends_on", "0000-00-00", "Fin prévue"),
            ("action", "ends_on", "2020-01-01", "Fin prévue"),
            ("structure", "org_website", "javascript:alert(1)", "Site internet"),
            ("structure", "org_family", "sect", "Famille de l’économie sociale et solidaire"),
        ],
    )
    def test_is_refused_beside_its_field(self, client, step, field, value, label):
        grid()
        key = str(uuid.uuid4())
        client.post(PROPOSE, {"key": key})
        action = Action.objects.get(uuid=key)
        data = typed(Step(step), action, **{field: value})
        page = Page(client.post(step_address(action, step), data))
        (error,) = page.errors
        said, _, sentence = error.partition(" : ")
        assert (said, bool(sentence)) == (label, True)
        again = Page(client.get(step_address(action, step)))
        # PostgreSQL keeps no NUL: it is the only thing that doesn't come back.
        wanted = [one.replace("\x00", "") for one in ([value] if isinstance(value, str) else value)]
        row = TypedStep.objects.get(action=action, step=step)
        assert row.typed[field] == wanted
        assert again.title == row.get_step_display()

    def test_a_text_of_ten_million_characters_is_shown_again(self, client):
        action = fill(client)
        huge = "é" * 5_000_000
        response = client.post(
            step_address(action, "action"), typed(Step.ACTION, action, description=huge)
        )
        assert (response.status_code, huge in response.content.decode()) == (200, True)
        assert TypedStep.objects.get(action=action, step="action").typed == {}
        page = Page(client.get(step_address(action, "action")))
        assert (page.errors, page.form["description"]) == (
            [],
            "Des produits locaux à prix coûtant.",
        )

    def test_unpublished_organisations_are_no_partners(self, client):
        action = fill(client)
        hidden = OrganisationFactory(is_published=False)
        data = typed(Step.MEANS, action, partners=[str(hidden.pk)])
        (error,) = Page(client.post(step_address(action, "moyens"), data)).errors
        assert error.startswith("Structures partenaires : ")

    def test_measures_of_another_programme_are_refused(self, client):
        action = fill(client)
        archived = ProgrammeFactory(code="2016", state=ProgrammeState.ARCHIVED)
        measure = MeasureFactory(challenge=ChallengeFactory(programme=archived))
        data = typed(Step.MEASURE, action, measure=str(measure.pk))
        page = Page(client.post(step_address(action, "mesure"), data))
        assert page.errors == [f"Mesure : {NO_CHOICE}"]

    def test_markup_is_shown_as_typed(self, client):
        action = fill(client)
        title = "<script>alert(1)</script>"
        client.post(step_address(action, "action"), typed(Step.ACTION, action, title=title))
        page = Page(client.get(step_address(action, "action")))
        assert page.form["title"] == title
        assert [one for one in page.main.all("script") if "src" not in one.attributes] == []

    def test_invalid_utf8_and_lone_surrogates_are_kept_as_replacement_marks(self, client):
        action = fill(client)
        body = (
            urlencode(typed(Step.ACTION, action, title=None), doseq=True) + "&title=a%ED%A0%80b%FF"
        )
        response = client.post(
            step_address(action, "action"), body, content_type="application/x-www-form-urlencoded"
        )
        action.refresh_from_db()
        assert (response.status_code, action.title) == (302, "a\ufffd\ufffd\ufffdb\ufffd")

    def test_over_a_thousand_fields_is_a_readable_refusal(self, client):
        data = typed(Step.ORGANISATION) | {f"x{number}": "1" for number in range(1001)}
        response = client.post(PROPOSE, data)
        page = Page(response)
        assert (response.status_code, page.title) == (400, "Cette demande n’a pas pu être lue")
        assert not Action.objects.exists()

    def test_unknown_fields_change_nothing(self, client):
        action = fill(client)
        client.post(
            step_address(action, "action"),
            typed(Step.ACTION, action)
            | {"status": "prioritised", "reference": "ESS-2026-9999", "amount_granted": "9"},
        )
        action.refresh_from_db()
        assert (action.status, action.reference, action.amount_granted) == ("draft", None, None)

    @pytest.mark.parametrize("key", ["pas-un-uuid", ""])
    def test_an_unreadable_key_writes_nothing(self, client, key):
        page = Page(client.post(PROPOSE, typed(Step.ORGANISATION) | {"key": key}))
        assert len(page.errors) == 1
        assert (Action.objects.count(), Organisation.objects.count()) == (0, 0)

    @pytest.mark.parametrize(
        ("edition", "window"), [("abc", "abc"), ("9" * 30, ""), ("-1", "\x00")]
    )
    def test_a_forged_edition_is_only_a_stale_page(self, client, edition, window):
        action = fill(client)
        data = typed(Step.ACTION, action, title="Forgé") | {"edition": edition, "window": window}
        response = client.post(step_address(action, "action"), data)
        action.refresh_from_db()
        assert (response.status_code, action.title) == (409, "Une épicerie solidaire")

    def test_a_body_that_is_no_form_is_an_empty_one(self, client):
        grid()
        response = client.post(PROPOSE, "{}", content_type="application/json")
        assert (response.status_code, Action.objects.count()) == (200, 0)


def test_a_step_of_somebody_elses_file_does_not_exist(client):
    story = Story()
    for step in Step.values:
        assert client.get(step_address(story.action, step)).status_code == 404
        assert client.post(step_address(story.action, step), {"title": "Volé"}).status_code == 404
    assert fresh(story.manager).organisation_ids == {story.carrier.pk}
