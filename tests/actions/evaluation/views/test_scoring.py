"""Evaluating over HTTP: the queue, the grid, what is sent, taken back and kept from others."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.enums import Transition
from actions.evaluation.services.assignments import assign_evaluators
from actions.models import CriterionScore, Evaluation, Recusal, SentEvaluation
from actors.enums import Role
from actors.models import Membership
from tests.support.factories import (
    REASON,
    CommuneFactory,
    OrganisationFactory,
    Story,
    fresh,
    grid,
    person,
)
from tests.support.reading import Page

pytestmark = pytest.mark.django_db
QUEUE = "/evaluations/"
EVIDENCE = ("evidence_document", "evidence_page", "evidence_quote")


@pytest.fixture
def story():
    """An action given to three evaluators, who declared that they have no interest in it."""
    return Story().in_evaluation().declare()


@pytest.fixture
def evaluation(story):
    """The first evaluator's."""
    return story.evaluations[0]


@pytest.fixture
def client(story, as_user):
    """The first evaluator's browser."""
    return as_user(story.evaluators[0])


def address(evaluation) -> str:
    """The page of an evaluation."""
    return f"/evaluations/{evaluation.pk}/"


def criteria_of(evaluation):
    """The criteria of its grid, in their order."""
    return list(evaluation.action.grid.criteria.order_by("position"))


def typed(evaluation, levels="2222", reason=REASON, version=0) -> dict:
    """What a browser sends: one level (or N, or nothing for a dash) and a reason a criterion."""
    data = {"version": str(version)}
    for criterion, level in zip(criteria_of(evaluation), levels, strict=True):
        data |= {f"{name}_{criterion.pk}": "" for name in EVIDENCE}
        if level != "-":
            data |= {f"level_{criterion.pk}": level, f"reason_{criterion.pk}": reason}
    return data


def stored(evaluation) -> list:
    """Its levels in the order of the criteria; N for no opinion."""
    scores = CriterionScore.objects.filter(evaluation=evaluation).order_by("criterion__position")
    return ["N" if score.no_opinion else score.level for score in scores]


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
    @pytest.fixture
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
    @pytest.fixture
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


class TestDraft:
    def test_may_be_partial_and_comes_back_as_typed(self, client, evaluation):
        data = typed(evaluation, "2N--") | {"draft": "1"}
        last = criteria_of(evaluation)[3]
        data[f"reason_{last.pk}"] = "À creuser."
        response = client.post(address(evaluation), data)
        assert response.headers["Location"] == address(evaluation)
        page = Page(client.get(address(evaluation)))
        assert page.messages == ["Le brouillon de votre évaluation est enregistré."]
        third = criteria_of(evaluation)[2]
        kept = {name: value for name, value in data.items() if name != "draft"}
        assert page.form == kept | {"version": "1", f"reason_{third.pk}": ""}
        assert stored(evaluation) == [2, "N", None, None]
        assert not SentEvaluation.objects.exists()

    @pytest.mark.parametrize(
        ("levels", "weights", "total"),
        [
            ("2222", (1, 1, 1, 1), "8 points sur 12, soit 66,6 sur 100"),
            ("2N--", (1, 1, 1, 1), "2 points sur 12, soit 16,6 sur 100"),
            ("3333", (1, 1, 1, 1), "12 points sur 12, soit 100,0 sur 100"),
            ("1222", (1, 1, 1, 3), "11 points sur 18, soit 61,1 sur 100"),
            ("----", (1, 1, 1, 1), "0 points sur 12, soit 0,0 sur 100"),
        ],
    )
    def test_shows_its_total_cut_to_one_decimal(self, as_user, levels, weights, total):
        grid(weights=weights)
        story = Story().in_evaluation().declare()
        client, evaluation = as_user(story.evaluators[0]), story.evaluations[0]
        client.post(address(evaluation), typed(evaluation, levels) | {"draft": "1"})
        assert Page(client.get(address(evaluation))).main.one("output").text == total

    def test_withdraws_an_answer(self, client, evaluation):
        client.post(address(evaluation), typed(evaluation, "2222") | {"draft": "1"})
        client.post(address(evaluation), typed(evaluation, "---3", version=1) | {"draft": "1"})
        assert stored(evaluation) == [None, None, None, 3]


class TestSending:
    def test_counts_and_leaves_the_form(self, client, evaluation):
        response = client.post(address(evaluation), typed(evaluation, "210N") | {"send": "1"})
        assert response.headers["Location"] == QUEUE
        evaluation.refresh_from_db()
        assert evaluation.is_sent
        assert stored(evaluation) == [2, 1, 0, "N"]
        page = Page(client.get(QUEUE))
        assert page.messages == [
            "Votre évaluation est envoyée. Vous pouvez la reprendre jusqu’à la clôture."
        ]
        page = Page(client.get(address(evaluation)))
        assert page.main.all("input", type="radio") == []
        blocks = page.main.all("div", cls="criterion-block")
        assert [block.one("strong").text for block in blocks] == [
            "Niveau 2",
            "Niveau 1",
            "Niveau 0",
            "Ne se prononce pas",
        ]

    def test_incomplete_says_what_is_missing_field_by_field(self, client, evaluation):
        data = typed(evaluation, "2-2N")
        first, second = criteria_of(evaluation)[:2]
        data[f"reason_{first.pk}"] = " "
        data[f"reason_{second.pk}"] = "Pas encore de niveau."
        page = Page(client.post(address(evaluation), data | {"send": "1"}))
        assert page.errors == [
            "Explication : « Critère 1 » : expliquez votre choix.",
            "Niveau pour « Critère 2 » : « Critère 2 » : choisissez un niveau ou « ne se "
            "prononce pas ».",
        ]
        assert page.form == data
        assert stored(evaluation) == []

    def test_with_too_short_an_explanation_names_criterion_and_length(self, client, evaluation):
        data = typed(evaluation)
        second = criteria_of(evaluation)[1]
        data[f"reason_{second.pk}"] = "  Pas convaincu.  "
        page = Page(client.post(address(evaluation), data | {"send": "1"}))
        assert page.errors == [
            "Explication : Critère « Critère 2 » : votre explication compte 14 caractères, "
            "il en faut au moins 20."
        ]
        assert page.form == data
        assert stored(evaluation) == []
        client.post(address(evaluation), data | {"draft": "1"})
        assert stored(evaluation) == [2, 2, 2, 2]

    def test_keeps_the_evidence_with_the_reason(self, client, story, evaluation):
        data = typed(evaluation)
        first, second = criteria_of(evaluation)[:2]
        data |= {
            f"evidence_document_{first.pk}": "Statuts",
            f"evidence_page_{first.pk}": "4",
            f"evidence_quote_{first.pk}": "Une personne, une voix.",
            f"evidence_page_{second.pk}": "12",
        }
        client.post(address(evaluation), data | {"draft": "1"})
        page = Page(client.get(address(evaluation)))
        assert page.form == data | {"version": "1"}
        assert ["open" in box.attributes for box in page.main.all("details", cls="evidence")] == [
            True,
            True,
            False,
            False,
        ]
        client.post(address(evaluation), data | {"version": "1", "send": "1"})
        [sending] = SentEvaluation.objects.filter(evaluation=evaluation)
        names = EVIDENCE
        assert [[score[name] for name in names] for score in sending.scores] == [
            ["Statuts", "4", "Une personne, une voix."],
            ["", "12", ""],
            ["", "", ""],
            ["", "", ""],
        ]
        page = Page(client.get(address(evaluation)))
        assert [noted.text for noted in page.main.all(cls="evidence-noted")] == [
            "Statuts, page 4 Une personne, une voix.",
            "page 12",
        ]

    def test_with_impossible_evidence_is_refused_beside_its_field(self, client, evaluation):
        data = typed(evaluation)
        data[f"evidence_page_{criteria_of(evaluation)[2].pk}"] = "1" * 41
        page = Page(client.post(address(evaluation), data | {"send": "1"}))
        assert [error.split(" :")[0] for error in page.errors] == ["Page"]
        assert page.form == data
        assert [("open" in box.attributes) for box in page.main.all("details", cls="evidence")] == [
            False,
            False,
            True,
            False,
        ]

    @pytest.mark.parametrize("level", ["4", "-1", "2.5", "x", "\x00", "9" * 40])
    def test_a_level_outside_the_grid_is_refused(self, client, evaluation, level):
        data = typed(evaluation)
        data[f"level_{criteria_of(evaluation)[0].pk}"] = level
        for button in ("send", "draft"):
            (error,) = Page(client.post(address(evaluation), data | {button: "1"})).errors
            assert error.startswith("Niveau pour « Critère 1 » : Sélectionnez un choix valide.")
        assert stored(evaluation) == []

    @pytest.mark.parametrize("version", ["", "-1", "x", "9" * 40])
    def test_an_unreadable_version_writes_nothing(self, client, evaluation, version):
        response = client.post(address(evaluation), typed(evaluation, version=version))
        assert response.status_code in (200, 409)
        assert Page(response).errors != []
        assert stored(evaluation) == []

    @pytest.mark.parametrize("reason", ["é" * 4001, "a\x00b"])
    def test_an_impossible_reason_is_refused_beside_its_field(self, client, evaluation, reason):
        data = typed(evaluation, reason=reason) | {"send": "1"}
        errors = Page(client.post(address(evaluation), data)).errors
        assert [error.partition(" : ")[0] for error in errors] == ["Explication"] * 4
        assert stored(evaluation) == []

    def test_twice_is_refused_in_words(self, client, evaluation):
        data = typed(evaluation) | {"send": "1"}
        client.post(address(evaluation), data)
        page = Page(client.post(address(evaluation), typed(evaluation, "3333", version=1)))
        assert page.errors == ["Cette évaluation est déjà envoyée : reprenez-la pour la modifier."]
        assert stored(evaluation) == [2, 2, 2, 2]
        assert SentEvaluation.objects.count() == 1


class TestTakingBack:
    def test_gives_the_form_again_and_keeps_what_was_sent(self, client, evaluation):
        client.post(address(evaluation), typed(evaluation, "1111") | {"send": "1"})
        client.get(QUEUE)
        response = client.post(f"{address(evaluation)}reprendre/")
        assert response.headers["Location"] == address(evaluation)
        page = Page(client.get(address(evaluation)))
        assert page.messages == ["Vous pouvez modifier votre évaluation, puis l’envoyer à nouveau."]
        version = page.form["version"]
        client.post(address(evaluation), typed(evaluation, "3333", version=version) | {"send": "1"})
        sendings = SentEvaluation.objects.filter(evaluation=evaluation)
        assert [[score["level"] for score in sent.scores] for sent in sendings] == [
            [1, 1, 1, 1],
            [3, 3, 3, 3],
        ]
        assert sendings[0].scores[0] == {
            "criterion": "shared_governance",
            "level": 1,
            "no_opinion": False,
            "reason": REASON,
            "evidence_document": "",
            "evidence_page": "",
            "evidence_quote": "",
        }
        assert stored(evaluation) == [3, 3, 3, 3]

    def test_ends_with_the_closing(self, as_user):
        story = Story().evaluated()
        client, evaluation = as_user(story.evaluators[0]), story.evaluations[0]
        client.post(f"{address(evaluation)}reprendre/")
        page = Page(client.get(address(evaluation)))
        assert page.messages == ["L’évaluation de cette action n’est pas ouverte."]
        assert page.main.all("form") == []
        evaluation.refresh_from_db()
        assert evaluation.is_sent

    def test_after_the_closing_everything_is_read_only(self, as_user):
        story = Story().evaluated()
        client, evaluation = as_user(story.evaluators[0]), story.evaluations[0]
        page = Page(client.get(address(evaluation)))
        assert page.main.all("form") == []
        assert [b.one("strong").text for b in page.main.all("div", cls="criterion-block")] == [
            "Niveau 2"
        ] * 4
        data = typed(evaluation, "3333", version=1) | {"send": "1"}
        assert Page(client.post(address(evaluation), data)).errors == [
            "L’évaluation de cette action n’est pas ouverte."
        ]
        assert stored(evaluation) == [2, 2, 2, 2]
        page = Page(client.post(f"{address(evaluation)}deport/", {"reason": "Lien."}))
        assert page.errors == ["L’évaluation de cette action n’est pas ouverte."]
        assert not Recusal.objects.exists()


class TestStale:
    def test_save_overwrites_nothing_and_shows_both_versions(self, client, evaluation):
        client.post(address(evaluation), typed(evaluation, "11N-", "Ailleurs.") | {"draft": "1"})
        data = typed(evaluation, "3333", "Ici, d’après les statuts.")
        response = client.post(address(evaluation), data | {"send": "1"})
        page = Page(response)
        assert (response.status_code, stored(evaluation)) == (409, [1, 1, "N", None])
        assert page.errors == [
            "Cette évaluation a été enregistrée ailleurs entre-temps : rien n’a été écrasé. "
            "Comparez les deux versions, puis enregistrez celle-ci si elle est la bonne."
        ]
        other = page.main.one(id="stale").parent
        assert [line.text for line in other.all("li")] == [
            "Critère 1 : niveau 1 – Ailleurs.",
            "Critère 2 : niveau 1 – Ailleurs.",
            "Critère 3 : ne se prononce pas – Ailleurs.",
            "Critère 4 : sans niveau",
        ]
        assert page.form == data | {"version": "1"}

    def test_can_then_be_saved_with_full_knowledge(self, client, evaluation):
        client.post(address(evaluation), typed(evaluation, "1111") | {"draft": "1"})
        page = Page(client.post(address(evaluation), typed(evaluation, "3333") | {"draft": "1"}))
        client.post(address(evaluation), page.form | {"draft": "1"})
        assert stored(evaluation) == [3, 3, 3, 3]


class TestRecusal:
    def test_removes_the_file_from_the_queue_for_good(self, client, story, evaluation):
        response = client.post(
            f"{address(evaluation)}deport/", {"reason": "Mon frère y travaille."}
        )
        assert response.headers["Location"] == QUEUE
        page = Page(client.get(QUEUE))
        assert page.messages == ["Votre déport est enregistré : ce dossier quitte votre liste."]
        assert page.main.all("li", cls="row-item") == []
        recusal = Recusal.objects.get()
        assert (recusal.user, recusal.declared_by, recusal.reason) == (
            story.evaluators[0],
            story.evaluators[0],
            "Mon frère y travaille.",
        )
        for path in (address(evaluation), story.action.get_absolute_url()):
            assert client.get(path).status_code == 404
        assert client.post(address(evaluation), typed(evaluation)).status_code == 404
        assert stored(evaluation) == []

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_needs_a_reason(self, client, evaluation, reason):
        page = Page(client.post(f"{address(evaluation)}deport/", {"reason": reason}))
        assert page.errors == [
            "Quel lien avez-vous avec l’action ou sa structure ? : Ce champ est obligatoire."
        ]
        assert not Recusal.objects.exists()


def test_the_scores_of_others_appear_nowhere_before_the_closing(as_user):
    story = Story().in_evaluation().declare()
    secret = "Un avis que personne d’autre ne doit lire."
    other = story.evaluations[1]
    client = as_user(story.evaluators[1])
    client.post(address(other), typed(other, "0303", secret) | {"send": "1"})
    readers = {
        "evaluator": story.evaluators[0],
        "manager": story.manager,
        "agent": story.agent,
        "committee": story.members[0],
        "superuser": person(is_superuser=True),
    }
    pages = [
        QUEUE,
        address(story.evaluations[0]),
        story.action.get_absolute_url(),
        story.action.get_space_url(),
        f"/admin/actions/action/{story.action.pk}/change/",
        f"/admin/actions/evaluation/{other.pk}/change/",
        "/admin/actions/evaluation/",
        "/commission/",
        "/tableau-de-bord/",
    ]
    read = {
        (who, path)
        for who, user in readers.items()
        for path in pages
        if secret in as_user(fresh(user)).get(path).content.decode()
    }
    assert read == set()


def test_somebody_without_the_role_any_more_writes_nothing(as_user):
    story = Story().in_evaluation()
    evaluation = story.evaluations[0]
    client = as_user(story.evaluators[0])
    story.evaluators[0].groups.clear()
    assert client.post(address(evaluation), typed(evaluation) | {"send": "1"}).status_code == 404
    assert not Evaluation.objects.filter(sent_at__isnull=False).exists()


def test_the_carriers_self_assessment_stands_beside_each_criterion(client, evaluation):
    page = Page(client.get(address(evaluation)))
    assert [
        block.one("p", cls="self-assessment").text
        for block in page.main.all("div", cls="criterion-block")
    ] == [f"Auto-évaluation du porteur : niveau 2. {REASON}"] * 4
    assert [line.text for line in page.main.all("ul", cls="questions")[0].all("li")] == [
        "Une question ?",
        "Une autre ?",
    ]
