"""An evaluator finds what to read, and declares whether they may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.enums import Transition
from actions.evaluation.services.assignments import assign_evaluators
from actions.models import Evaluation, Recusal
from actors.enums import Role
from actors.models import Membership
from tests.plugins.prepared import prepared
from tests.support.factories import (
    REASON,
    CommuneFactory,
    OrganisationFactory,
    Story,
    person,
)
from tests.support.reading import Page
from tests.support.scoring import (
    QUEUE,
    address,
    stored,
    typed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(story, as_user):
    """The first evaluator's browser."""
    return as_user(story.evaluators[0])


class TestQueue:
    def test_puts_what_is_due_first_then_sent_then_closed(self, as_user):
        evaluator = person(Role.EVALUATOR)
        today = timezone.localdate()

        def given(title, days, *, send=False, close=False):
            story = Story(title=title).in_evaluation(assign=False)
            (evaluation,) = assign_evaluators(
                action=story.action,
                evaluators=[evaluator],
                due_on=today + timedelta(days=days),
                by=story.agent,
            )
            if send or close:
                story.score(evaluation)
            if close:
                story.apply(Transition.CLOSE_EVALUATION, story.agent)

        given("Close", 1, close=True)
        given("Envoyée", 2, send=True)
        given("Plus tard", 20)
        given("Bientôt", 3)
        page = Page(as_user(evaluator).get(QUEUE))
        rows = page.main.all("li", cls="row-item")
        assert [row.one("h2").text for row in rows] == ["Bientôt", "Plus tard", "Envoyée", "Close"]
        assert [row.one("span", cls="status").text for row in rows][2:] == [
            "Envoyée",
            "Évaluation close",
        ]
        assert page.main.one("p", cls="lead").text == "2 évaluations à envoyer."

    def test_of_somebody_without_any_says_so(self, as_user):
        page = Page(as_user(person(Role.EVALUATOR)).get(QUEUE))
        assert page.main.one("p", cls="lead").text == "Rien ne vous attend pour le moment."
        assert page.main.all("li", cls="row-item") == []

    def test_holds_ones_own_only(self, client, story, as_user):
        assert [
            link
            for text, link in Page(client.get(QUEUE)).links.items()
            if text == story.action.title
        ] == [address(story.evaluations[0])]
        assert client.get(address(story.evaluations[1])).status_code == 404


class TestDeclaration:
    @prepared
    def story(self):
        """An action whose evaluators declared nothing yet."""
        return Story(
            partners=[OrganisationFactory(name="La Cagette")],
            communes=[CommuneFactory(name="Royat")],
            other_partners="Emmaüs, la Régie",
        ).in_evaluation()

    def test_comes_before_the_file(self, client, story, evaluation):
        response = client.get(address(evaluation))
        page = Page(response)
        assert page.title == story.action.title
        facts = page.main.one("dl", cls="facts")
        assert [fact.text for fact in facts.all("dd")] == [
            story.carrier.name,
            "La Cagette, Emmaüs, la Régie",
            "Royat",
        ]
        assert [button.text for button in page.main.all("button")] == [
            "Je déclare n’avoir aucun intérêt dans cette action",
            "Me déporter",
        ]
        assert page.main.all(cls="notice") == []
        for hidden in (story.action.summary, story.action.description, REASON):
            assert hidden not in response.content.decode()

    def test_opens_the_file_and_is_dated(self, client, story, evaluation):
        response = client.post(f"{address(evaluation)}declarer/")
        assert response.headers["Location"] == address(evaluation)
        page = Page(client.get(address(evaluation)))
        assert page.messages == ["Votre déclaration est enregistrée : voici le dossier."]
        assert len(page.main.all("div", cls="criterion-block")) == 4
        assert list(
            Evaluation.objects.filter(declared_at__isnull=False).values_list("pk", flat=True)
        ) == [evaluation.pk]

    def test_is_asked_for_at_every_door(self, client, story, evaluation):
        page = Page(client.post(address(evaluation), typed(evaluation) | {"send": "1"}))
        assert page.messages == [
            "Déclarez d’abord n’avoir aucun intérêt dans cette action, ou déportez-vous."
        ]
        assert stored(evaluation) == []
        assert client.get(story.action.get_absolute_url()).status_code == 404
        assert story.action.title not in client.get("/actions/").content.decode()
        client.post(f"{address(evaluation)}declarer/")
        assert client.get(story.action.get_absolute_url()).status_code == 200

    def test_or_recusal_with_its_reason(self, client, evaluation):
        page = Page(client.get(address(evaluation)))
        [_, form] = page.main.all("form")
        assert form["action"] == f"{address(evaluation)}deport/"
        client.post(form["action"], {"reason": "J’y suis bénévole."})
        assert Recusal.objects.get().reason == "J’y suis bénévole."
        assert client.post(f"{address(evaluation)}declarer/").status_code == 404

    def test_reminds_of_the_ties_the_portal_knows(self, client, story, evaluation):
        own = [OrganisationFactory(name=name) for name in ("Emmaus Clermont", "Vélo Services")]
        Story(carrier=story.carrier, partners=[own[1]]).submitted()
        for organisation in own:
            Membership.objects.create(user=story.evaluators[0], organisation=organisation)
        page = Page(client.get(address(evaluation)))
        assert [line.text for line in page.main.one("section", cls="notice").all("li")] == [
            "Vous appartenez à : Emmaus Clermont, Vélo Services.",
            f"Vélo Services est partenaire de {story.carrier.name} sur une autre action.",
            "Parmi les partenaires, « Emmaüs » ressemble au nom de votre structure "
            "« Emmaus Clermont ».",
        ]

    def test_is_not_asked_for_once_the_evaluation_is_closed(self, as_user):
        story = Story().in_evaluation()
        for evaluation in story.evaluations[1:]:
            story.score(evaluation)
        late = story.evaluations[0]
        Evaluation.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(1))
        story.apply(Transition.CLOSE_EVALUATION, story.agent)
        page = Page(as_user(story.evaluators[0]).get(address(late)))
        assert page.main.one(id="file").text == "Le dossier"
        assert story.action.summary in page.main.text

    def test_of_a_file_that_went_back_shows_nothing_more(self, client, story, evaluation):
        story.apply(Transition.RETURN_TO_SCREENING, story.agent, comment="Budget à revoir.")
        page = Page(client.get(address(evaluation)))
        assert page.main.all("form") == []
        assert page.main.one(cls="notice").text.startswith("L’évaluation de cette action n’est pas")
        assert story.action.summary not in page.main.text


class TestQueueProgress:
    @prepared
    def files(self):
        """Three files of one evaluator, each with the evaluations already sent beside theirs."""
        evaluator, today = person(Role.EVALUATOR), timezone.localdate()

        def given(title, days, sent):
            story = Story(title=title).in_evaluation(assign=False)
            own, *others = assign_evaluators(
                action=story.action,
                evaluators=[evaluator, *story.evaluators[:2]],
                due_on=today + timedelta(days=days),
                by=story.agent,
            )
            story.declare(own)
            for evaluation in others[:sent]:
                story.score(evaluation)
            return own

        return evaluator, [given("A", 9, 0), given("B", 2, 2), given("C", 5, 1), given("D", 3, 1)]

    def test_is_shown_in_words_on_every_page(self, as_user, files):
        evaluator, evaluations = files
        client = as_user(evaluator)
        shown = []
        for evaluation in evaluations[:2]:
            client.post(address(evaluation), typed(evaluation) | {"send": "1"})
            for path in (QUEUE, address(evaluations[3])):
                bar = Page(client.get(path)).main.one("p", cls="queue-progress")
                shown.append((bar.text, bar.one("progress")["value"], bar.one("progress")["max"]))
        assert shown == [
            ("1 sur 4 rendue", "1", "4"),
            ("1 sur 4 rendue", "1", "4"),
            ("2 sur 4 rendues", "2", "4"),
            ("2 sur 4 rendues", "2", "4"),
        ]

    def test_going_on_leads_to_the_file_with_the_fewest_evaluations_then_the_soonest_due(
        self, as_user, files
    ):
        evaluator, (a, b, c, d) = files
        client = as_user(evaluator)
        visited = []
        for evaluation in (b, a, d, c):
            assert ("Envoyer et passer au suivant" in client.get(address(evaluation)).text) is (
                evaluation != c
            )
            response = client.post(address(evaluation), typed(evaluation) | {"send": "next"})
            visited.append(response.headers["Location"])
        assert visited == [address(a), address(d), address(c), QUEUE]
