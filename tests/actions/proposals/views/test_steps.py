"""The steps of the form: kept as they are typed, never lost, never overwritten unseen."""

import pytest
from django.test import Client
from django.urls import reverse

from actions.enums import Step
from actions.models import Action, TypedStep
from actors.enums import MembershipRole
from actors.models import Organisation
from tests.plugins.prepared import starts_from
from tests.support.factories import Story, grid, member
from tests.support.payloads import PROPOSE, day, rewrite, step_address, typed
from tests.support.reading import Page, plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(as_user, author):
    """The browser of somebody who doesn't belong to any organisation yet."""
    return as_user(author)


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

    @starts_from(writing="filled")
    def test_a_step_that_does_not_exist_stays_here(self, client, action):
        response = client.post(
            step_address(action, "action"),
            typed(Step.ACTION, action) | {"go": "//ailleurs.example"},
        )
        assert response.headers["Location"] == step_address(action, "action")
        assert client.get(step_address(action, "ailleurs")).status_code == 404

    @starts_from(writing="filled")
    def test_a_wrong_answer_keeps_one_here_but_for_another_step_chosen(self, client, action):
        wrong = typed(Step.ACTION, action, starts_on="demain", title="Nouveau titre")
        page = Page(client.post(step_address(action, "action"), wrong | {"go": "mesure"}))
        assert page.errors == ["Début prévu : Saisissez une date valide."]
        assert (page.form["starts_on"], page.form["title"]) == ("demain", "Nouveau titre")
        response = client.post(step_address(action, "action"), wrong | {"go": "structure"})
        assert response.headers["Location"] == step_address(action, "structure")

    @starts_from(writing="filled")
    def test_what_could_not_be_read_waits_as_it_was_typed(self, client, action):
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

    @starts_from(writing="filled")
    def test_one_may_leave_with_a_wrong_answer_and_is_told(self, client, action):
        wrong = typed(Step.ACTION, action, starts_on="demain")
        response = client.post(step_address(action, "action"), wrong | {"later": "1"})
        assert response.headers["Location"] == f"/espace/actions/{action.uuid}/"
        page = Page(client.get(response.headers["Location"]))
        assert page.messages == [
            "Le brouillon est enregistré, tel que vous l’avez écrit : une réponse est à reprendre "
            "à l’étape « L’action »."
        ]
        assert [line.text for line in page.one(cls="blockers").all("li")] == [
            "Reprenez l’étape « L’action » : une réponse n’a pas pu être lue.",
            "Certifiez l’exactitude du dossier et acceptez les conditions d’utilisation.",
            "Signez le contrat d’engagement républicain.",
        ]

    @starts_from(writing="filled")
    def test_marks_say_where_something_is_missing(self, client, action):
        rewrite(client, action, summary="", self_level_employment=None, self_reason_employment="")
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

    @starts_from(writing="filled")
    def test_going_on_leads_where_something_is_missing(self, client, action):
        rewrite(client, action, communes=[])
        address = reverse("actions:edit", args=[action.uuid])
        assert client.get(address).headers["Location"] == step_address(action, "mesure")
        client.post(step_address(action, "mesure"), typed(Step.MEASURE, action))
        assert client.get(address).headers["Location"] == step_address(action, "envoi")

    @starts_from(writing="filled")
    def test_another_member_goes_on_from_another_browser(self, client, action, as_user):
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

    @starts_from(writing="filled")
    def test_keeps_what_cannot_be_read_yet(self, client, action):
        data = typed(Step.ACTION, action, starts_on="2026-", title="Un titre")
        assert saved(client, step_address(action, "action"), data).endswith(
            "une réponse reste à compléter."
        )
        action.refresh_from_db()
        assert action.title == "Un titre"
        assert TypedStep.objects.get(step="action").typed["starts_on"] == ["2026-"]

    @starts_from(writing="filled")
    def test_keeps_a_budget_whose_total_is_too_large(self, client, action):
        most = {"expense_purchases": "9999999999,99", "expense_staff": "9999999999,98"}
        data = typed(Step.MEANS, action, **most, other_partners="Une ferme")
        said = "Avec les autres lignes, le total dépasse 9 999 999 999,99 € : vérifiez ce montant."
        address = step_address(action, "moyens")
        assert saved(client, address, data).endswith("une réponse reste à compléter.")
        assert [plain(error) for error in Page(client.post(address, data)).errors] == [
            f"Achats (€) : {said}"
        ]
        page = Page(client.get(address))
        assert {name: page.form[name] for name in most} == most
        assert page.form["other_partners"] == "Une ferme"

    def test_of_a_file_sent_meanwhile_leads_to_its_receipt(self, as_user):
        story = Story().submitted()
        client = as_user(story.manager)
        response = client.post(
            step_address(story.action, "action"), typed(Step.ACTION, story.action) | {"quiet": "1"}
        )
        receipt = f"/espace/actions/{story.action.uuid}/accuse-de-reception/"
        assert response.headers["Location"] == receipt

    @pytest.mark.parametrize("step", ["", "action"])
    @starts_from(writing="filled")
    def test_of_somebody_signed_out_meanwhile_leads_elsewhere(self, client, action, step):
        """The page then says that nothing was saved, and keeps what is typed."""
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
            "Pas enregistré. Choisissez une structure dont vous êtes membre."
        )
        story.action.refresh_from_db()
        assert story.action.carrier == story.carrier


class TestTwoWindows:
    def open(self, client, action) -> dict:
        """Open the second step in a window; return what its form holds."""
        return Page(client.get(step_address(action, "action"))).form

    @starts_from(writing="filled")
    def test_the_stale_one_is_told_and_shows_both_versions(self, client, action):
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

    @starts_from(writing="filled")
    def test_names_the_other_person(self, client, action, as_user):
        mine = self.open(client, action)
        other = as_user(member(action.carrier, full_name="Bruno"))
        other.post(step_address(action, "action"), self.open(other, action) | {"title": "De Bruno"})
        page = Page(client.post(step_address(action, "action"), mine | {"title": "D’Ana"}))
        said = page.main.one("section", cls="notice-warning").all("p")[0].text
        assert said.startswith("Bruno a enregistré cette étape, à ")

    @starts_from(writing="filled")
    def test_a_quiet_saving_is_refused_too(self, client, action):
        first, second = self.open(client, action), self.open(client, action)
        address = step_address(action, "action")
        client.post(address, first | {"title": "Premier"})
        assert saved(client, address, second | {"title": "Second"}).startswith("Pas enregistré. ")
        action.refresh_from_db()
        assert action.title == "Premier"

    @starts_from(writing="filled")
    def test_a_page_never_contradicts_itself(self, client, action):
        page = self.open(client, action)
        address = step_address(action, "action")
        for title in ("Un", "Deux"):
            saved(client, address, page | {"title": title})
        response = client.post(address, page | {"title": "Trois", "go": "mesure"})
        action.refresh_from_db()
        assert (response.status_code, action.title) == (302, "Trois")

    @starts_from(writing="filled")
    def test_other_steps_are_not_concerned(self, client, action):
        page = self.open(client, action)
        measure = Page(client.get(step_address(action, "mesure"))).form
        client.post(step_address(action, "mesure"), measure)
        response = client.post(
            step_address(action, "action"), page | {"title": "Un", "go": "mesure"}
        )
        assert response.status_code == 302
