"""What a carrier reads of a file once it is sent: who has it, which dates, what was written."""

import io
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from pypdf import PdfReader

from actions.models import Action
from actions.models.receipt import receipt_of
from actions.space.queries.tracking import tracking_of
from actions.space.queries.usual_times import _KEY
from actors.models import User
from challenges.models import ReceiptTerms
from ess_portal.base import french
from tests.plugins.prepared import starts_from
from tests.support.factories import Story, member, story_in
from tests.support.payloads import send, step_address
from tests.support.reading import Page, plain

pytestmark = pytest.mark.django_db

# What the tests' environment says of it (tests/plugins/database.py).
AUTHORITY = "Clermont Communauté, 1 place de la Mairie, 04 65 71 00 10"


def facts(page) -> dict[str, str]:
    """The first list of facts of a page."""
    box = page.main.all("dl", cls="facts")[0]
    labels, values = box.all("dt"), box.all("dd")
    return {label.text: value.text for label, value in zip(labels, values, strict=True)}


def space(action) -> str:
    return f"/espace/actions/{action.uuid}/"


class TestTracking:
    @pytest.mark.parametrize(
        ("story", "holder"),
        [
            ("draft", "vous"),
            ("submitted", "un agent de l’agglomération"),
            ("in_correction", "vous"),
            ("in_evaluation", "les évaluateurs"),
            ("evaluated", "la commission"),
            ("postponed", "la commission"),
            ("prioritised", "vous et l’agglomération"),
            ("refusal_announced", "vous, puis la commission ou l’agent qui l’a annoncé"),
        ],
        indirect=["story"],
    )
    def test_says_who_has_the_file(self, as_user, story, holder):
        page = Page(as_user(story.manager).get(space(story.action)))
        assert facts(page)["Le dossier est chez"] == holder

    @pytest.mark.parametrize(
        "story", ["completed", "declined", "withdrawn", "abandoned"], indirect=True
    )
    def test_says_nothing_of_a_file_that_nobody_waits_for(self, as_user, story):
        page = Page(as_user(story.manager).get(space(story.action)))
        assert "Le dossier est chez" not in facts(page)

    @starts_from(story="submitted")
    def test_says_how_long_it_usually_takes(self, as_user, story):
        cache.set(_KEY, {"submitted": 12, "draft": 3}, 60)
        try:
            page = Page(as_user(story.manager).get(space(story.action)))
        finally:
            cache.delete(_KEY)
        assert facts(page)["Cette étape dure"] == "en général 12 jours"

    @starts_from(story="submitted")
    def test_says_which_dates_count(self, as_user, story):
        page = Page(as_user(story.manager).get(space(story.action)))
        labels = list(facts(page))[1:]
        assert labels == [
            "Sans réponse de notre part, rejet le",
            "Une question ?",
        ]
        assert facts(page)["Une question ?"] == f"{AUTHORITY} · Nous écrire"

    @starts_from(story="in_correction")
    def test_names_the_agent_who_follows_the_file(self, as_user, story):
        address = space(story.action)
        named = f"{story.agent.full_name}, {AUTHORITY} · Nous écrire"
        client = as_user(story.manager)
        assert facts(Page(client.get(address)))["Une question ?"] == named
        User.objects.filter(pk=story.agent.pk).update(is_active=False)
        assert facts(Page(client.get(address)))["Une question ?"] == f"{AUTHORITY} · Nous écrire"

    @starts_from(story="in_correction")
    def test_of_a_correction_says_until_when_and_that_the_time_is_suspended(self, as_user, story):
        page = Page(as_user(story.manager).get(space(story.action)))
        due_on = story.action.correction_requests.get().due_on
        assert facts(page)["Complément à envoyer au plus tard le"] == french.long_date(due_on)
        assert facts(page)["Délai de réponse"] == (
            "suspendu jusqu’à votre envoi, et au plus tard jusqu’à la date demandée"
        )

    @starts_from(story="refusal_announced")
    def test_of_an_announced_refusal_says_until_when_to_reply(self, as_user, story):
        page = Page(as_user(story.manager).get(space(story.action)))
        until = story.action.refusal_notices.get().reply_until
        assert facts(page)["Réponse au refus envisagé jusqu’au"] == french.long_date(until)

    @starts_from(story="in_evaluation")
    def test_lists_what_was_written_to_this_person_about_this_file(self, as_user, story):
        other = story_in("submitted")
        page = Page(as_user(story.manager).get(space(story.action)))
        mails = page.main.one("section", **{"aria-labelledby": "mails"})
        said = [line.text.partition(" : ")[2] for line in mails.all("li")]
        reference = story.action.reference
        assert said == [
            f"Proposition reçue : {reference} (en cours d’envoi)",
            f"{reference} : en évaluation (en cours d’envoi)",
        ]
        colleague = member(story.carrier)
        page = Page(as_user(colleague).get(space(story.action)))
        assert page.main.all("section", **{"aria-labelledby": "mails"}) == []
        assert other.action.reference not in said


class TestReceipt:
    def receipt(self, as_user, story) -> Page:
        return Page(as_user(story.manager).get(f"{space(story.action)}accuse-de-reception/"))

    @starts_from(story="submitted")
    def test_says_what_the_law_asks(self, as_user, settings, story):
        settings.AUTHORITY = settings.AUTHORITY | {
            "name": "Mon Agglo",
            "address": "",
            "phone": "04 73",
        }
        page = self.receipt(as_user, story)
        box = page.main.all("dl", cls="facts")[1]
        assert [label.text for label in box.all("dt")] == [
            "Reçue le",
            "Accusé de réception",
            "Service chargé du dossier",
            "Effet du silence",
            "Pièce manquante",
            "Recours",
        ]
        values = [value.text for value in box.all("dd")]
        assert values[2] == "Mon Agglo, 04 73"
        assert values[3].endswith("la demande est réputée rejetée.")
        # What isn't confirmed is said to staff, and nobody else.
        assert "juridique" not in page.main.text

    @starts_from(story="submitted")
    def test_is_worded_by_staff(self, as_user, story):
        ReceiptTerms.objects.create(
            programme=story.action.programme,
            service="Mission ESS",
            months_of_silence=4,
            silence_means="acceptance",
            appeal="Écrivez-nous.",
            is_confirmed=True,
        )
        page = self.receipt(as_user, story)
        values = [one.text for one in page.main.all("dl", cls="facts")[1].all("dd")]
        contact = "Mission ESS, 1 place de la Mairie, 04 65 71 00 10"
        assert (values[2], values[-1]) == (contact, "Écrivez-nous.")
        assert values[3].endswith("la demande est réputée acceptée.")
        said = [notice.text for notice in page.main.all("p", cls="notice-info")]
        assert [one for one in said if "juridique" in one] == []

    @starts_from(story="in_correction")
    def test_while_a_piece_is_missing_the_time_is_suspended(self, as_user, story):
        values = self.receipt(as_user, story).main.all("dl", cls="facts")[1].all("dd")
        assert values[3].text == story.agent.full_name
        assert values[4].text == (
            "Le délai est suspendu jusqu’à l’envoi du complément, et au plus tard jusqu’à la date "
            "demandée."
        )

    @starts_from(story="submitted")
    def test_the_mail_says_the_same(self, story):
        from ess_portal.base.models import OutgoingMail

        body = plain(OutgoingMail.objects.get(recipient=story.manager.email).body)
        contact = "Clermont Communauté, 1 place de la Mairie, 04 65 71 00 10"
        assert f"- Service chargé du dossier : {contact}\n" in body
        assert "la demande est réputée rejetée.\n" in body
        assert "juridique" not in body


class TestVersions:
    def test_differences_are_shown_to_the_carrier_and_to_agents(self, as_user):
        story = Story().in_correction(fields=["title"])
        client = as_user(story.manager)
        typed = Page(client.get(step_address(story.action, "action"))).form
        client.post(step_address(story.action, "action"), typed | {"title": "Un meilleur titre"})
        send(client, story.action)
        carrier = Page(client.get(space(story.action)))
        agent = Page(as_user(story.agent).get(f"/admin/actions/action/{story.action.pk}/change/"))
        for page in (carrier, agent):
            (table,) = page.all("table", cls="table-changes")
            assert [cell.text for cell in table.one("tbody").all("td")] == [
                "Une épicerie solidaire",
                "Un meilleur titre",
            ]


class TestFile:
    def text(self, client, action) -> str:
        response = client.get(f"{space(action)}dossier.pdf")
        assert response.headers["Content-Type"] == "application/pdf"
        content = b"".join(response.streaming_content)
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)

    def test_of_a_draft_says_what_is_missing(self, as_user):
        story = Story(summary="")
        text = self.text(as_user(story.manager), story.action)
        assert "Une épicerie solidaire" in text
        assert "Résumez l’action en quelques phrases." in text

    @starts_from(story="evaluated")
    def test_of_a_file_sent_says_all_of_it(self, as_user, story):
        text = self.text(as_user(story.manager), story.action)
        for words in (
            story.action.reference,
            story.carrier.name,
            "Autres charges",
            "Total des dépenses",
            "niveau 2 – Avéré",
        ):
            assert words in text
        assert "Il lui manque" not in text

    @starts_from(story="submitted")
    def test_the_same_file_gives_the_same_bytes(self, as_user, story):
        client = as_user(story.manager)
        address = f"{space(story.action)}dossier.pdf"
        first, second = (b"".join(client.get(address).streaming_content) for _ in range(2))
        assert first == second

    def test_of_an_empty_draft_is_drawn_too(self, as_user):
        story = Story(title="", summary="", description="", assessments={}, total_cost=0)
        assert "Brouillon sans titre" in self.text(as_user(story.manager), story.action)


class TestStartingAgain:
    @starts_from(story="declined")
    def test_makes_a_draft_and_leads_to_it(self, as_user, story):
        client = as_user(story.manager)
        links = Page(client.get(space(story.action))).links
        address = links["Proposer à nouveau à partir de ce dossier"]
        typed = Page(client.get(address)).form
        first, second = (client.post(address, typed) for _ in range(2))
        draft = Action.objects.get(status="draft")
        assert (draft.title, draft.carrier) == (story.action.title, story.carrier)
        assert first.headers["Location"] == f"{space(draft)}modifier/"
        assert second.headers["Location"] == first.headers["Location"]

    @starts_from(story="submitted")
    def test_without_a_key_is_refused(self, as_user, story):
        address = f"{space(story.action)}reprendre/"
        page = Page(as_user(story.manager).post(address, {}))
        assert page.title == "Proposer à nouveau à partir de ce dossier"
        assert Action.objects.count() == 1


@starts_from(story="draft")
def test_a_draft_of_long_ago_is_still_shown(as_user, story):
    Action.objects.update(updated_at=timezone.now() - timedelta(days=80))
    page = Page(as_user(story.manager).get("/espace/"))
    assert len(page.main.all("li", cls="row-item")) == 1


def test_what_silence_meant_is_said_until_there_is_an_answer(ago):
    with ago(70):
        story = Story().submitted()
    story.action.refresh_from_db()
    receipt = receipt_of(story.action)

    labels = [deadline.label for deadline in tracking_of(story.action).deadlines]
    assert labels == ["L’examen continue ; en droit, la demande est réputée rejetée depuis le"]
    assert tracking_of(story.action).deadlines[0].on == receipt.silent_until

    story.apply("announce_refusal", story.agent, comment="Hors programme.")
    assert [deadline.label for deadline in tracking_of(story.action).deadlines] == [
        "Réponse au refus envisagé jusqu’au"
    ]
