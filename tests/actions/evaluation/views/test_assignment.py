"""Sharing files out over HTTP: the list, the proposal, what is written at once."""

import pytest

from actions.evaluation.services.assignments import assign_evaluators
from actions.evaluation.services.evaluations import recuse
from actions.models import Evaluation
from actors.enums import EvaluatorKind, Role
from actors.models import User
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import prepared
from tests.support.factories import Story, fresh, person
from tests.support.payloads import day
from tests.support.reading import Page

pytestmark = pytest.mark.django_db
ASSIGN = "/evaluations/attribuer/"


@prepared
def stories():
    """Two actions in evaluation that nobody evaluates yet."""
    return [Story(title=title).in_evaluation(assign=False) for title in ("Jardin", "Vélo")]


@pytest.fixture
def evaluators(stories):
    """The only evaluators: an agent, two inhabitants, an elected official."""
    User.objects.filter(groups__name=Role.EVALUATOR).update(is_active=False)
    kinds = (
        EvaluatorKind.AGENT,
        EvaluatorKind.INHABITANT,
        EvaluatorKind.INHABITANT,
        EvaluatorKind.ELECTED,
    )
    return [
        person(Role.EVALUATOR, full_name=f"Personne {letter}", evaluator_kind=kind)
        for letter, kind in zip("ABCD", kinds, strict=True)
    ]


@pytest.fixture
def client(stories, as_user):
    """An agent's browser."""
    return as_user(stories[0].agent)


def batch(*stories, **changes) -> dict:
    """What the list sends when `stories` are ticked."""
    keys = [str(story.action.pk) for story in stories]
    return {"actions": keys, "due_on": day(9), "per_action": "", "proposer": "1"} | changes


def rows(page) -> list[tuple[str, str]]:
    """The actions of the list, each with its progress."""
    return [
        (row.one("label").text, row.one("div", cls="side").all("span")[0].text)
        for row in page.main.all("li", cls="row-item")
    ]


class TestList:
    def test_holds_what_lacks_evaluators(self, client, stories):
        whole = Story(title="Complète").in_evaluation()
        Story(title="Déposée").submitted()
        velo = stories[1]
        velo.evaluations = assign_evaluators(
            action=velo.action, evaluators=velo.evaluators[:2], due_on=day_(), by=velo.agent
        )
        velo.score(velo.evaluations[0])
        assert rows(Page(client.get(ASSIGN))) == [
            ("Jardin", "aucune évaluation demandée"),
            ("Vélo", "1 sur 2 rendue"),
        ]
        who = whole.evaluators[0]
        recuse(action=whole.action, user=who, by=fresh(who), reason="Lien.")
        assert rows(Page(client.get(ASSIGN)))[2:] == [("Complète", "0 sur 2 rendue")]

    def test_finds_words(self, client, stories):
        assert rows(Page(client.get(ASSIGN, {"q": "velos"}))) == [
            ("Vélo", "aucune évaluation demandée")
        ]

    def test_without_anything_says_so(self, as_user):
        page = Page(as_user(person(Role.AGENT)).get(ASSIGN))
        assert page.main.one("p", cls="lead").text == (
            "Chaque action en évaluation a autant d’évaluateurs que le demande sa grille."
        )
        assert page.main.all("form") == []

    @pytest.mark.parametrize(
        ("changes", "errors"),
        [
            ({"actions": []}, ["Actions : Cochez au moins une action."]),
            (
                {"due_on": day(-1)},
                [
                    "À rendre au plus tard le : La date de rendu est passée : "
                    "donnez une date à venir."
                ],
            ),
            (
                {"per_action": "0"},
                [
                    "Évaluateurs par action : Assurez-vous que cette valeur est supérieure ou "
                    "égale à 1."
                ],
            ),
        ],
    )
    def test_says_what_is_wrong_and_keeps_the_ticks(self, client, stories, changes, errors):
        data = batch(*stories) | changes
        page = Page(client.get(ASSIGN, data))
        assert page.errors == errors
        ticked = [
            box["value"]
            for box in page.main.all("input", type="checkbox")
            if "checked" in box.attributes
        ]
        assert ticked == data["actions"]


def day_():
    from datetime import date

    return date.fromisoformat(day(9))


class TestProposal:
    def ticked(self, page) -> list[list[str]]:
        """The names ticked for each action."""
        return [
            [
                box.parent.text
                for box in group.all("input", type="checkbox")
                if "checked" in box.attributes
            ]
            for group in page.main.all("div", cls="shared-out")
        ]

    def test_ticks_several_kinds_then_those_with_the_least_to_write(
        self, client, stories, evaluators
    ):
        page = Page(client.get(ASSIGN, batch(*stories)))
        assert page.title == "Répartition proposée"
        assert self.ticked(page) == [
            [
                "Personne A (Agent, rien à rendre)",
                "Personne B (Habitant, rien à rendre)",
                "Personne D (Élu ou élue, rien à rendre)",
            ],
            [
                "Personne A (Agent, rien à rendre)",
                "Personne C (Habitant, rien à rendre)",
                "Personne D (Élu ou élue, rien à rendre)",
            ],
        ]
        assert [
            len(group.all("input", type="checkbox"))
            for group in page.main.all("div", cls="shared-out")
        ] == [4, 4]

    def test_writes_nothing(self, client, stories, evaluators):
        client.get(ASSIGN, batch(*stories))
        assert (
            Evaluation.objects.count(),
            OutgoingMail.objects.filter(subject__contains="à évaluer").count(),
        ) == (0, 0)

    def test_follows_the_number_asked_for(self, client, stories, evaluators):
        page = Page(client.get(ASSIGN, batch(*stories, per_action="1")))
        assert [len(names) for names in self.ticked(page)] == [1, 1]

    def test_is_written_as_the_agent_changed_it(self, client, stories, evaluators):
        jardin, velo = stories
        page = Page(client.get(ASSIGN, batch(*stories)))
        data = hidden(page) | {
            f"evaluators_{jardin.action.pk}": [str(evaluators[1].pk), str(evaluators[2].pk)],
            f"evaluators_{velo.action.pk}": [str(evaluators[2].pk)],
        }
        response = client.post(ASSIGN, data)
        assert response.headers["Location"] == ASSIGN
        made = Evaluation.objects.order_by("pk")
        assert [
            (e.action, e.evaluator, e.evaluator_kind, e.due_on.isoformat(), e.declared_at)
            for e in made
        ] == [
            (jardin.action, evaluators[1], "inhabitant", day(9), None),
            (jardin.action, evaluators[2], "inhabitant", day(9), None),
            (velo.action, evaluators[2], "inhabitant", day(9), None),
        ]
        assert Page(client.get(ASSIGN)).messages == [
            "3 évaluations demandées à 2 personnes, chacune prévenue par un seul courriel."
        ]
        mails = OutgoingMail.objects.filter(subject__contains="à évaluer")
        assert sorted(mails.values_list("recipient", "subject")) == sorted(
            [
                (evaluators[1].email, f"Une action à évaluer : {jardin.action.reference}"),
                (evaluators[2].email, "2 actions à évaluer"),
            ]
        )

    def test_without_anybody_ticked_is_refused(self, client, stories, evaluators):
        page = Page(client.get(ASSIGN, batch(*stories)))
        page = Page(client.post(ASSIGN, hidden(page)))
        assert page.errors == ["Cochez au moins un évaluateur."]
        assert self.ticked(page) == [[], []]

    def test_of_somebody_who_may_not_any_more_is_refused_whole(self, client, stories, evaluators):
        jardin, velo = stories
        data = hidden(Page(client.get(ASSIGN, batch(*stories)))) | {
            f"evaluators_{jardin.action.pk}": [str(evaluators[0].pk)],
            f"evaluators_{velo.action.pk}": [str(evaluators[1].pk)],
        }
        evaluators[1].groups.clear()
        page = Page(client.post(ASSIGN, data))
        assert [error.split(" : ")[0] for error in page.errors] == [
            f"{velo.action.reference} « Vélo »"
        ]
        assert Evaluation.objects.count() == 0

    def test_of_an_action_that_moved_on_leads_back_to_the_list(self, client, stories, evaluators):
        data = hidden(Page(client.get(ASSIGN, batch(*stories)))) | {
            f"evaluators_{stories[0].action.pk}": [str(evaluators[0].pk)]
        }
        stories[0].apply("return_to_instruction", stories[0].agent, comment="Budget à revoir.")
        page = Page(client.post(ASSIGN, data))
        assert page.title == "Attribuer des évaluations"
        assert [error.split(" : ")[0] for error in page.errors] == ["Actions"]
        assert Evaluation.objects.count() == 0


def hidden(page) -> dict:
    """What the proposal's form sends besides the ticks."""
    fields = page.main.all("form")[-1].all("input")
    return {
        "actions": [field["value"] for field in fields if field.get("name") == "actions"],
        "per_action": "",
        "due_on": next(field["value"] for field in fields if field.get("name") == "due_on"),
    }


def test_the_agents_pages_lead_here_and_count_what_is_in(client, stories):
    story = stories[0]
    story.evaluations = assign_evaluators(
        action=story.action, evaluators=story.evaluators[:2], due_on=day_(), by=story.agent
    )
    story.score(story.evaluations[0])
    change = f"/admin/actions/action/{story.action.pk}/change/"
    pages = {
        path: client.get(path)
        for path in ("/admin/actions/action/", change, "/tableau-de-bord/attentes/evaluer/")
    }
    assert {path for path, page in pages.items() if f'href="{ASSIGN}"' in page.text} == set(pages)
    cells = Page(pages["/admin/actions/action/"]).all("td", cls="field-state")
    assert [cell.text for cell in cells] == [
        "En évaluation : aucune évaluation demandée",
        "En évaluation : 1 sur 2 rendue",
    ]
    assert [h.text for h in Page(pages[change]).all("h3") if "Évaluations" in h.text] == [
        "Évaluations : 1 sur 2 rendue"
    ]
    waiting = Page(pages["/tableau-de-bord/attentes/evaluer/"]).main.one("tbody").all("tr")
    assert [row.all("td")[4].text for row in waiting] == [
        "1 sur 2 rendue",
        "aucune évaluation demandée",
    ]
    page = Page(client.get(f"/admin/actions/action/{story.action.pk}/evaluateurs/"))
    [free] = story.evaluators[2:]
    assert page.one(id="id_evaluators_helptext").text.startswith("Répartition proposée : ")
    assert str(free.pk) in [box["value"] for box in page.all("input", name="evaluators")]
