"""The carrier's own space: what is told, withdrawn and answered there."""

import pytest
from django.utils import timezone

from actions.committee.services.decisions import reply_to_refusal
from actions.enums import Transition
from actions.models import Action
from actions.models.receipt import terms_of
from actors.enums import MembershipRole, Role
from challenges.models import ReceiptTerms
from ess_portal.base.french import long_date
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import starts_from
from tests.support.announced import announced_days_ago
from tests.support.factories import (
    BELOW_FLOOR,
    REASON,
    OrganisationFactory,
    Story,
    UserFactory,
    fresh,
    grid,
    member,
    person,
)
from tests.support.reading import Page, plain

pytestmark = pytest.mark.django_db


class TestSpace:
    def test_lists_the_files_of_ones_organisations_and_no_others(self, as_user):
        story = Story(title="La mienne").submitted()
        Story(title="Celle d’autrui").submitted()
        page = Page(as_user(story.manager).get("/espace/"))
        rows = page.main.all("li", cls="row-item")
        assert [row.one("h3").text for row in rows] == ["La mienne"]
        assert rows[0].one("span", cls="status").text == "Proposée"
        assert rows[0].all("p")[-1].text == "Un agent vérifie que le dossier est recevable."
        assert page.links[story.carrier.name] == f"/espace/structures/{story.carrier.slug}/"

    def test_of_a_newcomer_says_how_to_begin(self, as_user):
        page = Page(as_user(UserFactory()).get("/espace/"))
        assert page.main.one("p", cls="empty").text.startswith("Vous n’avez encore rien proposé.")
        assert page.links["Proposer une action"] == "/actions/proposer/"

    @pytest.mark.parametrize(
        ("story", "sentence"),
        [
            ("draft", "Brouillon : terminez-le et envoyez-le quand vous voulez."),
            ("in_correction", "À vous : complétez le dossier et envoyez-le à nouveau."),
            (
                "in_evaluation",
                "Des évaluateurs examinent l’action sur les quatre critères.",
            ),
            ("evaluated", "L’évaluation est close : la commission va décider."),
            ("postponed", "En vivier : la commission pourra réexaminer l’action."),
            (
                "prioritised",
                "La commission a priorisé l’action : sa mise en œuvre peut commencer.",
            ),
            ("in_progress", "L’action est en cours."),
            ("completed", "L’action est réalisée."),
            ("abandoned", "L’action a été abandonnée."),
            ("declined", "La proposition est refusée."),
            ("withdrawn", "Vous avez retiré cette proposition."),
        ],
        indirect=["story"],
    )
    def test_says_the_next_step_of_each_state(self, as_user, story, sentence):
        page = Page(as_user(story.manager).get(story.action.get_space_url()))
        assert page.main.one("div", cls="page-head").one("p", cls="lead").text == sentence


class TestRefusal:
    """What the pages say of a refusal is true of today."""

    def lead(self, as_user, story) -> tuple[str, str]:
        """The sentence of the file's page, and that of the list."""
        client = as_user(story.manager)
        head = Page(client.get(story.action.get_space_url())).main.one("div", cls="page-head")
        [row] = Page(client.get("/espace/")).main.all("li", cls="row-item")
        return head.one("p", cls="lead").text, row.all("p")[-1].text

    @starts_from(story="refusal_announced")
    def test_may_be_answered_until_a_day(self, as_user, story):
        until = long_date(story.action.refusal_notices.get().reply_until)
        sentence = f"Un refus est envisagé : vous pouvez y répondre jusqu’au {until}."
        assert self.lead(as_user, story) == (sentence, sentence)

    @starts_from(story="refusal_announced")
    def test_was_answered(self, as_user, story):
        reply_to_refusal(action=story.action, by=fresh(story.manager), text="Relisez l’article 4.")
        sentence = (
            f"Un refus est envisagé : votre réponse du {long_date(timezone.now())} est transmise, "
            "et sera lue avant toute décision."
        )
        assert self.lead(as_user, story) == (sentence, sentence)
        page = Page(as_user(story.manager).get(story.action.get_space_url()))
        assert "Répondre" not in page.links
        facts = page.main.all("dl", cls="facts")[0]
        assert facts.all("dd")[0].text == "la commission, ou l’agent qui a annoncé le refus"
        line = page.main.one(id="history").parent.all("li")[-1]
        assert line.text.endswith(": Réponse au refus envisagé envoyée")
        assert page.main.text.count("Relisez l’article 4.") == 1

    def test_was_not_answered_in_time(self, as_user):
        story = Story().refusal_announced()
        announced_days_ago(story.action, 16)
        until = long_date(story.action.refusal_notices.get().reply_until)
        sentence = f"Un refus est envisagé : vous pouviez y répondre jusqu’au {until}."
        assert self.lead(as_user, story) == (sentence, sentence)
        page = Page(as_user(story.manager).get(story.action.get_space_url()))
        assert "Répondre" not in page.links


class TestCorrection:
    """Each part that was asked for is ticked off, or said to be untouched."""

    def parts(self, page) -> list[str]:
        return [plain(line.text) for line in page.main.one(id="correction").parent.all("li")]

    def test_says_what_was_asked_and_not_changed(self, as_user):
        story = Story().in_correction(fields=["summary", "total_cost", "attachments"])
        client = as_user(story.manager)
        page = Page(client.get(story.action.get_space_url()))
        assert self.parts(page) == [
            "Résumé : rien de changé pour l’instant",
            "Dépenses et coût total : rien de changé pour l’instant",
            "Pièces jointes : rien de changé pour l’instant",
        ]
        Action.objects.filter(pk=story.action.pk).update(summary="Un autre résumé.")
        page = Page(client.get(story.action.get_space_url()))
        assert self.parts(page)[:2] == [
            "Résumé : modifié",
            "Dépenses et coût total : rien de changé pour l’instant",
        ]
        story.action.refresh_from_db()
        story.apply(Transition.RESUBMIT, story.manager)
        page = Page(client.get(story.action.get_space_url()))
        today = long_date(timezone.now())
        assert page.main.one(id="correction").text == f"Complément envoyé le {today}"
        assert self.parts(page) == [
            "✓ Résumé : modifié",
            "Dépenses et coût total : demandé et non modifié",
            "Pièces jointes : demandé et non modifié",
        ]

    def test_tells_nothing_of_versions_that_retention_emptied(self, as_user):
        story = Story().in_correction(fields=["summary"])
        story.apply(Transition.RESUBMIT, story.manager)
        story.action.versions.update(content={})
        page = Page(as_user(story.manager).get(story.action.get_space_url()))
        assert self.parts(page) == ["Résumé"]


def test_the_history_holds_ones_own_acts(as_user):
    story = Story().in_correction()
    other = member(story.carrier, MembershipRole.CONTRIBUTOR, full_name="Bob Cé")
    story.apply(Transition.RESUBMIT, other)
    story.apply(Transition.WITHDRAW, story.manager, comment="Nous changeons de projet.")
    page = Page(as_user(story.manager).get(story.action.get_space_url()))
    lines = [line.text.partition(" : ")[2] for line in page.main.one(id="history").parent.all("li")]
    assert lines == [
        "Proposition envoyée, par vous",
        "Complément demandé Précisez le budget.",
        "Complément envoyé, par Bob Cé",
        "Proposition retirée, par vous Nous changeons de projet.",
    ]


class TestResult:
    @starts_from(story="evaluated")
    def test_is_kept_from_the_carrier_until_a_decision(self, as_user, story):
        page = Page(as_user(story.manager).get(story.action.get_space_url()))
        assert "Le résultat, critère par critère" not in page.main.text
        # Its own words on the four criteria, and nobody else's.
        assert page.main.text.count(REASON) == len(story.action.self_assessments.all())
        assert page.main.all(cls="result") == []

    @starts_from(story="refusal_announced")
    def test_is_explained_criterion_by_criterion_without_names(self, as_user, story):
        page = Page(as_user(story.manager).get(story.action.get_space_url()))
        result = page.main.one("div", cls="result")
        assert result.one("p", cls="result-summary").text == (
            "Pas d’intérêt communautaire à ce stade : 75,0 sur 100, pour un seuil de 60."
        )
        assert [row.text for row in result.one("div", cls="blockers").all("li")] == (
            story.action.blockers()
        )
        cells = [
            [cell.text for cell in row.children if not isinstance(cell, str)]
            for row in result.one("tbody").all("tr")
        ]
        assert cells == [
            ["1. Critère 1", "0 sur 3", "1", "non"],
            ["2. Critère 2", "3 sur 3", "1", "oui"],
            ["3. Critère 3", "3 sur 3", "1", "oui"],
            ["4. Critère 4", "3 sur 3", "1", "oui"],
        ]
        opinions = result.all("details")
        assert [opinion.all("li")[0].text for opinion in opinions] == [
            f"Niveau {level} : {REASON}" for level in BELOW_FLOOR
        ]
        assert [len(opinion.all("li")) for opinion in opinions] == [3, 3, 3, 3]
        text = page.main.text
        assert [who.full_name for who in story.evaluators if who.full_name in text] == []


class TestWithdrawing:
    @starts_from(story="submitted")
    def test_tells_the_carrier_and_the_agents(self, as_user, story):
        contributor = member(story.carrier, MembershipRole.CONTRIBUTOR)
        OutgoingMail.objects.all().delete()
        client = as_user(story.manager)
        address = f"/espace/actions/{story.action.uuid}/retirer/"
        assert Page(client.get(address)).title == "Retirer la proposition"
        response = client.post(address, {"comment": "Nous changeons de projet."})
        assert response.headers["Location"] == story.action.get_space_url()
        story.action.refresh_from_db()
        assert story.action.status == "withdrawn"
        reference = story.action.reference
        assert sorted(OutgoingMail.objects.values_list("recipient", "subject")) == sorted(
            [
                (story.manager.email, f"{reference} : retirée"),
                (contributor.email, f"{reference} : retirée"),
                (story.agent.email, f"{reference} : Le porteur a retiré sa proposition"),
            ]
        )
        assert story.action.events.get(transition="withdraw").note.text == (
            "Nous changeons de projet."
        )
        page = Page(client.get(story.action.get_space_url()))
        assert page.messages == ["La proposition est retirée."]
        assert "Retirer la proposition" not in page.links

    @starts_from(story="submitted")
    def test_of_an_agent_who_is_no_member_does_not_exist(self, as_user, story):
        address = f"/espace/actions/{story.action.uuid}/retirer/"
        assert as_user(person(Role.AGENT)).post(address).status_code == 404
        story.action.refresh_from_db()
        assert story.action.status == "submitted"

    @starts_from(story="submitted")
    def test_too_long_a_word_is_refused(self, as_user, story):
        address = f"/espace/actions/{story.action.uuid}/retirer/"
        page = Page(as_user(story.manager).post(address, {"comment": "é" * 4001}))
        assert page.errors == [
            "Un mot d’explication (facultatif) : Assurez-vous que cette valeur comporte au plus "
            "4000 caractères (actuellement 4001)."
        ]
        story.action.refresh_from_db()
        assert story.action.status == "submitted"


class TestReplying:
    def address(self, story):
        return f"/espace/actions/{story.action.uuid}/repondre/"

    @starts_from(story="refusal_announced")
    def test_is_kept_and_told_to_agents(self, as_user, story):
        OutgoingMail.objects.all().delete()
        client = as_user(story.manager)
        page = Page(client.get(self.address(story)))
        assert page.main.one("section", cls="notice").one("p").text == (
            "La gouvernance n’est pas partagée."
        )
        assert page.main.all("p")[-4].text == (
            "C’est un texte seul. Pour l’appuyer d’un document, envoyez celui-ci au service chargé "
            f"du dossier : {plain(', '.join(terms_of(story.action).contact))}."
        )
        response = client.post(self.address(story), {"text": "  Nos statuts ont changé. "})
        assert response.headers["Location"] == story.action.get_space_url()
        notice = story.action.refusal_notices.get()
        assert (notice.reply, notice.has_reply) == ("Nos statuts ont changé.", True)
        assert list(OutgoingMail.objects.values_list("recipient", "subject")) == [
            (
                story.agent.email,
                f"{story.action.reference} : Le porteur a répondu au refus annoncé",
            )
        ]
        page = Page(client.get(story.action.get_space_url()))
        assert page.messages == ["Votre réponse est enregistrée et transmise."]
        assert "Répondre" not in page.links

    @starts_from(story="refusal_announced")
    def test_comes_once(self, as_user, story):
        client = as_user(story.manager)
        client.post(self.address(story), {"text": "Première."})
        page = Page(client.post(self.address(story), {"text": "Seconde."}))
        assert page.errors == ["Vous avez déjà répondu."]
        assert page.form["text"] == "Seconde."
        assert story.action.refusal_notices.get().reply == "Première."

    @starts_from(story="refusal_announced")
    def test_needs_words(self, as_user, story):
        page = Page(as_user(story.manager).post(self.address(story), {"text": " \n "}))
        assert page.errors == ["Votre réponse : Ce champ est obligatoire."]

    @pytest.mark.parametrize(("days", "accepted"), [(15, True), (16, False)])
    @starts_from(story="refusal_announced")
    def test_is_possible_on_the_fifteenth_day_and_not_after(self, as_user, days, accepted, story):
        announced_days_ago(story.action, days)
        notice = story.action.refusal_notices.get()
        response = as_user(story.manager).post(self.address(story), {"text": "Nous répondons."})
        if accepted:
            assert response.headers["Location"] == story.action.get_space_url()
        else:
            assert Page(response).errors == [
                f"Le délai de réponse est passé depuis le {long_date(notice.reply_until)}."
            ]
        notice.refresh_from_db()
        assert notice.has_reply == accepted


def test_the_page_of_a_draft_without_organisation_is_its_authors_alone(as_user):
    author = UserFactory()
    client = as_user(author)
    key = "3f2a1c9e-0000-4000-8000-000000000001"
    grid()
    client.post("/actions/proposer/", {"key": key, "later": "1"})
    address = f"/espace/actions/{key}/"
    assert Page(client.get(address)).title == "Brouillon sans titre"
    other = as_user(member(OrganisationFactory()))
    assert other.get(address).status_code == 404


class TestRefused:
    def test_says_why_once_and_how_to_contest_it(self, as_user):
        story = Story().refusal_announced()
        announced = Page(as_user(story.manager).get(story.action.get_space_url()))
        reason = story.action.refusal_notices.get().reason
        ReceiptTerms.objects.create(
            programme=story.action.programme, appeal="Devant le tribunal.", service="Service ESS"
        )
        reply_to_refusal(action=story.action, by=fresh(story.manager), text="Nous insistons.")
        answer = "Le dossier n’a pas changé."
        story.apply("confirm_refusal", story.members[0], comment=answer)
        page = Page(as_user(story.manager).get(story.action.get_space_url()))

        assert announced.main.text.count(reason) == page.main.text.count(reason) == 1
        assert page.main.text.count(answer) == 1
        section = page.main.one(id="refusal").parent
        assert [title.text for title in section.all("h3")][-1] == "Contester cette décision"
        assert [line.text for line in section.all("p")][-2:] == [
            f"Service chargé du dossier : {plain(', '.join(ReceiptTerms.objects.get().contact))}",
            "Devant le tribunal.",
        ]


def test_a_carrier_reads_its_own_levels_with_its_file(as_user):
    story = Story().submitted()
    page = Page(as_user(story.manager).get(story.action.get_space_url()))
    own = page.main.one("section", **{"aria-labelledby": "file"}).all("dl", cls="facts")[1]
    criteria = story.action.programme.grids.get().criteria.order_by("position")
    assert [title.text for title in own.all("dt")] == [
        f"{criterion.position}. {criterion.title}" for criterion in criteria
    ]
    assert [said.text for said in own.all("dd")] == [
        f"Niveau 2 – {criterion.level_2} {REASON}" for criterion in criteria
    ]


def test_the_service_in_charge_keeps_its_number_on_one_line(as_user):
    story = Story().submitted()
    ReceiptTerms.objects.update_or_create(
        programme=story.action.programme, defaults={"phone": "04 73 00 00 00"}
    )
    response = as_user(story.manager).get(story.action.get_space_url())
    assert "04\u00a073\u00a000\u00a000\u00a000" in response.content.decode()
