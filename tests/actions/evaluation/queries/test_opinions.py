"""actions/evaluation/queries/opinions.py: spread, comparison, next steps; who reads them."""

import pytest
from django.test import Client

from actions.evaluation.queries.opinions import Spread, compared, next_steps
from actions.evaluation.services.evaluations import recuse
from actions.gate import CriterionOutcome, CriterionRule
from actions.models import Action, CriterionScore
from actors.enums import Role
from tests.plugins.prepared import prepared
from tests.support.factories import CODES, REASON, Story, fresh, grid, person
from tests.support.reading import Page


def spread(*levels) -> Spread:
    return Spread.of(CriterionScore(level=level, no_opinion=level is None) for level in levels)


@pytest.mark.parametrize(
    ("levels", "sentence", "divided"),
    [
        ((), "aucun avis", False),
        ((None,), "aucun avis ; 1 ne se prononce pas", False),
        ((None, None, 2), "1 avis au niveau 2 ; 2 ne se prononcent pas", False),
        ((1, 2, 2), "1 avis au niveau 1, 2 avis au niveau 2", False),
        ((3, 1), "1 avis au niveau 1, 1 avis au niveau 3", True),
        ((0, 3, None), "1 avis au niveau 0, 1 avis au niveau 3 ; 1 ne se prononce pas", True),
    ],
)
def test_a_spread_in_words(levels, sentence, divided):
    assert (spread(*levels).sentence, spread(*levels).is_divided) == (sentence, divided)


def test_a_spread_is_drawn_to_the_highest_column():
    bars = spread(0, 2, 2, 3, 3, 3, None).bars
    assert [(bar["level"], bar["y"], bar["height"]) for bar in bars] == [
        (0, 16, 8),
        (1, 24, 0),
        (2, 8, 16),
        (3, 0, 24),
    ]


@pytest.mark.parametrize(
    ("own", "median", "words"),
    [
        (None, 2, ""),
        (2, None, ""),
        (2, 2, "le même niveau que l’évaluation"),
        (3, 2, "un niveau au-dessus de l’évaluation"),
        (3, 0, "trois niveaux au-dessus de l’évaluation"),
        (0, 2, "deux niveaux au-dessous de l’évaluation"),
    ],
)
def test_the_carriers_own_level_is_compared(own, median, words):
    assert compared(own, median) == words


@pytest.mark.django_db
def test_next_steps_start_with_what_is_below_its_floor():
    criteria = {criterion.code: criterion for criterion in grid().criteria.all()}
    rules = [
        CriterionRule(code, code.title(), floor=floor)
        for code, floor in zip(CODES, (1, 1, 3, 1), strict=True)
    ]
    outcomes = [CriterionOutcome(*pair) for pair in zip(rules, (2, 3, 1, None), strict=True)]
    assert [
        (step["title"], step["level"], step["description"], step["is_below_floor"])
        for step in next_steps(outcomes, criteria)
    ] == [
        ("Employment", 2, "Avéré", True),
        ("Shared_Governance", 3, "Exemplaire", False),
    ]


@pytest.mark.django_db
class TestResult:
    @prepared
    def story(self):
        """Opinions that diverge on the first criterion; decided, so that everybody reads it."""
        story = Story().in_evaluation()
        for evaluation, first in zip(story.evaluations, (1, 3, None), strict=True):
            story.score(evaluation, (first, 2, 2, 3))
        return story

    def close(self, story) -> Story:
        return story.apply("close_evaluation", story.agent)

    def test_shows_all_to_committee_agents_and_carrier(self, story, as_user):
        self.close(story).decide("postpone", reason="À revoir.")
        action = story.action
        pages = [
            Page(as_user(user).get(path))
            for user, path in (
                (story.members[0], f"/commission/{action.reference}/"),
                (story.agent, f"/commission/{action.reference}/"),
                (story.manager, action.get_space_url()),
            )
        ]
        for page in pages:
            result = page.main.one("div", cls="result")
            assert [row.one("p").text for row in result.all("div", cls="spread")] == [
                "1 avis au niveau 1, 1 avis au niveau 3 ; 1 ne se prononce pas. Avis partagés.",
                "3 avis au niveau 2.",
                "3 avis au niveau 2.",
                "3 avis au niveau 3.",
            ]
            assert [line.text for line in result.all("p", cls="small") if "Auto" in line.text] == [
                "Auto-évaluation : niveau 2, un niveau au-dessus de l’évaluation.",
                "Auto-évaluation : niveau 2, le même niveau que l’évaluation.",
                "Auto-évaluation : niveau 2, le même niveau que l’évaluation.",
                "Auto-évaluation : niveau 2, un niveau au-dessous de l’évaluation.",
            ]
            assert [step.text for step in result.one("dl", cls="next-steps").all("dd")] == [
                "Pour le niveau 2 : Avéré",
                "Pour le niveau 3 : Exemplaire",
                "Pour le niveau 3 : Exemplaire",
            ]
            assert result.one("p", cls="notice").text == (
                "Avis partagés : deux niveaux ou plus séparent l’avis le plus bas du plus haut "
                "pour « Critère 1 »."
            )
            assert result.text.count(REASON) == 12
            assert not any(str(evaluator) in result.text for evaluator in story.evaluators)

    def test_shows_levels_only_to_the_public_and_to_elected_officials(self, as_user):
        story = Story().prioritised()
        elected, outsider = person(Role.ELECTED), person()
        for client in (Client(), as_user(outsider), as_user(elected), as_user(story.evaluators[0])):
            response = client.get(story.action.get_absolute_url())
            result = Page(response).main.one("div", cls="result")
            assert len(result.one("tbody").all("tr")) == 4
            for secret in (
                REASON,
                "Auto-évaluation",
                "avis au niveau",
                "Avéré",
                "Exemplaire",
                "progresser",
            ):
                assert secret not in response.text

    def test_shows_nothing_to_the_carrier_before_the_decision(self, story, as_user):
        self.close(story)
        for path in (story.action.get_space_url(), story.action.get_absolute_url()):
            page = Page(as_user(story.manager).get(path))
            assert page.main.all("div", cls="result") == []

    def test_flags_disagreement_in_the_committees_list(self, story, as_user):
        self.close(story)
        agreed = Story(title="D’accord").evaluated()
        page = Page(as_user(story.members[0]).get("/commission/"))
        flagged = {
            row.one("a").text: [badge.text for badge in row.all("span", cls="badge-divided")]
            for row in page.main.one("tbody").all("tr")
        }
        assert flagged == {story.action.title: ["Avis partagés"], agreed.action.title: []}

    def test_disagreement_reads_counted_opinions_only(self, story):
        def found() -> list[bool]:
            rows = Action.objects.filter(pk=story.action.pk).with_disagreement()
            return list(rows.values_list("disagreement", flat=True))

        assert found() == [True]
        who = fresh(story.evaluators[1])
        recuse(action=story.action, user=who, by=who, reason="Lien.")
        assert found() == [False]
