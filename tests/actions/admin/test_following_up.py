"""The agents' pages about one evaluation: remind, another date, somebody else; what is late."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.admin.evaluators import TAKEN_AWAY
from actions.models import AssignmentAct, Evaluation
from actors.enums import Role
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import starts_from
from tests.support.administration import change, errors
from tests.support.factories import Story, person
from tests.support.payloads import day
from tests.support.reading import Page, plain

pytestmark = pytest.mark.django_db


def address(evaluation, word: str) -> str:
    """One page about one evaluation."""
    return f"/admin/actions/action/evaluations/{evaluation.pk}/{word}/"


@pytest.fixture
def client(as_user, story):
    """The agent's browser."""
    return as_user(story.agent)


def told(client, story) -> list[str]:
    """What is said on the action's page."""
    page = Page(client.get(change(story)))
    return [plain(line.text) for line in page.one("ul", cls="messagelist").all("li")]


def history(client, story) -> list[list[str]]:
    """What the action's page tells of the agents' acts: whom, what, by whom."""
    region = Page(client.get(change(story))).one("div", **{"aria-label": "Suivi des évaluations"})
    rows = region.one("tbody").all("tr")
    return [[plain(cell.text) for cell in row.all("td")[1:]] for row in rows]


@starts_from(story="in_evaluation")
def test_one_is_reminded_once_a_day_and_the_file_tells(client, story):
    evaluation, eve = story.evaluations[0], story.evaluators[0]
    page = Page(client.get(address(evaluation, "rappeler")))
    assert page.title == f"Envoyer un rappel à {eve}"
    OutgoingMail.objects.all().delete()
    for _ in range(2):
        assert client.post(address(evaluation, "rappeler")).headers["Location"] == change(story)
    assert list(OutgoingMail.objects.values_list("recipient", flat=True)) == [eve.email]
    assert told(client, story) == [
        f"Le rappel à {eve} est parti.",
        "Un rappel est déjà parti aujourd’hui : le suivant peut partir demain.",
    ]
    assert history(client, story) == [[str(eve), "Rappel envoyé", str(story.agent)]]


@starts_from(story="in_evaluation")
def test_another_date_is_shown_to_the_evaluator(client, as_user, story):
    evaluation, eve = story.evaluations[0], story.evaluators[0]
    page = Page(client.get(address(evaluation, "date")))
    assert page.one("input", name="due_on")["value"] == evaluation.due_on.isoformat()
    assert errors(client.post(address(evaluation, "date"), {"due_on": day(-1)})) == [
        "La date de rendu est passée : donnez une date à venir."
    ]
    client.post(address(evaluation, "date"), {"due_on": "2050-03-05"})
    assert told(client, story) == [f"{eve} a une nouvelle date de rendu."]
    assert history(client, story) == [
        [str(eve), "Nouvelle date de rendu, à rendre au plus tard le 5 mars 2050", str(story.agent)]
    ]
    queue = Page(as_user(eve).get("/evaluations/"))
    assert "À rendre au plus tard le 5 mars 2050" in plain(queue.main.text)


@starts_from(story="in_evaluation")
def test_somebody_else_is_asked_in_one_act(client, story):
    evaluation, eve = story.evaluations[0], story.evaluators[0]
    zoe = person(Role.EVALUATOR, full_name="Zoé Libre")
    page = Page(client.get(address(evaluation, "remplacer")))
    assert plain(TAKEN_AWAY) in [plain(paragraph.text) for paragraph in page.all("p")]
    assert [box["value"] for box in page.all("input", type="radio")] == [str(zoe.pk)]
    assert errors(client.post(address(evaluation, "remplacer"), {"due_on": day(9)})) == [
        "Ce champ est obligatoire."
    ]
    key = page.one("input", name="form_key")["value"]
    typed = {"evaluator": str(zoe.pk), "due_on": "2050-03-05", "form_key": key}
    # The second click finds what the first one did.
    for _ in range(2):
        answer = client.post(address(evaluation, "remplacer"), typed)
        assert answer.headers["Location"] == change(story)
    assert set(story.action.evaluations.values_list("evaluator", flat=True)) == {
        zoe.pk,
        *(one.pk for one in story.evaluators[1:]),
    }
    assert history(client, story) == [
        [
            str(eve),
            "Évaluation confiée à quelqu’un d’autre : Zoé Libre, à rendre au plus tard "
            "le 5 mars 2050",
            str(story.agent),
        ]
    ]


@starts_from(story="in_evaluation")
def test_nobody_else_may_be_free(client, story):
    page = Page(client.get(address(story.evaluations[0], "remplacer")))
    [said, *_] = [box.text for box in page.all("div", cls="help") if box.text]
    assert said == "Personne d’autre ne peut évaluer cette action."


@starts_from(story="declared")
def test_what_is_sent_has_no_such_steps(client, story):
    sent, awaited, _ = story.evaluations
    story.score(sent)
    links = [link.get("href") for link in Page(client.get(change(story))).all("a")]
    assert [link for link in links if f"/evaluations/{sent.pk}/" in link] == [
        address(sent, "deport")
    ]
    assert [link for link in links if f"/evaluations/{awaited.pk}/" in link] == [
        address(awaited, word) for word in ("rappeler", "date", "remplacer", "retirer", "deport")
    ]
    client.post(address(sent, "rappeler"))
    assert told(client, story) == ["Cette évaluation est déjà envoyée."]
    assert not AssignmentAct.objects.exists()


class TestLate:
    @pytest.fixture
    def late(self, story) -> Evaluation:
        """The first evaluation, whose date was yesterday."""
        Evaluation.objects.filter(pk=story.evaluations[0].pk).update(
            due_on=timezone.localdate() - timedelta(days=1)
        )
        return story.evaluations[0]

    @starts_from(story="in_evaluation")
    def test_is_said_on_the_file(self, client, story, late):
        rows = [row.text for row in Page(client.get(change(story))).all("tr")]
        [said] = [row for row in rows if "en retard" in row]
        assert said.startswith(str(late.evaluator))

    @starts_from(story="in_evaluation")
    def test_is_a_filter_of_both_lists(self, client, story, late):
        Story().in_evaluation()
        for path, shown in (("action", story.action), ("evaluation", late)):
            page = Page(client.get(f"/admin/actions/{path}/?retard=oui"))
            rows = page.one("table", id="result_list").one("tbody").all("tr")
            assert [row.one("th").one("a")["href"].partition("?")[0] for row in rows] == [
                f"/admin/actions/{path}/{shown.pk}/change/"
            ]
            everything = Page(client.get(f"/admin/actions/{path}/?retard=autre"))
            assert len(everything.one("table", id="result_list").one("tbody").all("tr")) > 1

    @starts_from(story="in_evaluation")
    def test_leads_there_from_the_page_that_shares_files_out(self, client, late):
        page = Page(client.get("/evaluations/attribuer/"))
        assert plain(page.main.one("p", cls="notice").text) == (
            "1 évaluation en retard. Voir, rappeler ou remplacer"
        )
        assert page.links["Voir, rappeler ou remplacer"] == (
            "/admin/actions/evaluation/?retard=oui"
        )
        Evaluation.objects.update(due_on=timezone.localdate())
        assert Page(client.get("/evaluations/attribuer/")).main.all("p", cls="notice") == []
