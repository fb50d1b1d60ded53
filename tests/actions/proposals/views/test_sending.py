"""Proposing over HTTP, from the first step to the receipt: what is written, told and refused."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import signals
from django.urls import reverse
from django.utils import timezone

from actions import notifications
from actions.enums import Step, Transition
from actions.models import Action, ActionEvent, ApplicationVersion
from actions.workflow import apply_transition
from actors.enums import MembershipRole, Role
from actors.models import Organisation
from challenges.models import Grid
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import starts_from
from tests.support.factories import (
    CODES,
    REASON,
    OrganisationFactory,
    Story,
    member,
    person,
)
from tests.support.payloads import PROPOSE, complete, fill, part, rewrite, send, step_address
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(author, as_user):
    """The author's browser."""
    return as_user(author)


def receipt_of(action) -> str:
    """The address of an action's receipt."""
    return f"/espace/actions/{action.uuid}/accuse-de-reception/"


class TestSending:
    @starts_from(writing="filled")
    def test_gives_a_reference_and_a_receipt(self, client, action):
        response = send(client, action)
        action.refresh_from_db()
        year = timezone.localdate().year
        assert (action.status, action.reference) == ("submitted", f"ESS-{year}-0001")
        assert response.headers["Location"] == receipt_of(action)
        page = Page(client.get(receipt_of(action)))
        assert page.title == "Accusé de réception"
        lead = page.main.one("p", cls="lead").text
        assert lead == f"Votre proposition est enregistrée sous la référence ESS-{year}-0001."

    @starts_from(writing="filled")
    def test_shows_all_that_is_sent_with_a_way_back_to_each_part(self, client, action):
        page = Page(client.get(step_address(action, "envoi")))
        parts = page.main.all("section", cls="file-part")
        assert [(part.one("h3").text, part.one("a")["href"]) for part in parts] == [
            (f"{number}. {Step(step).label}", step_address(action, step))
            for number, step in enumerate(Step.WRITTEN, start=1)
        ]
        carrier, presentation, place, means, criteria = (part.text for part in parts)
        assert f"Structure porteuse {action.carrier}" in carrier
        assert action.description in presentation
        assert str(action.measure) in place
        assert "Coût total" in means
        assert criteria.count(REASON) == len(CODES)

    @starts_from(writing="filled")
    def test_errors_are_told_in_the_title(self, client, action):
        address = step_address(action, "envoi")
        assert Page(client.get(address)).browser_title == "Vérifier et envoyer – Portail ESS"
        page = Page(client.post(address, {"send": "1"}))
        assert page.browser_title == "Erreur : Vérifier et envoyer – Portail ESS"

    @starts_from(writing="filled")
    def test_keeps_a_version_of_the_file(self, client, action, author):
        send(client, action)
        version = ApplicationVersion.objects.get()
        assert (version.action, version.number, version.sent_by) == (action, 1, author)
        content = version.content
        assert (content["title"], content["carrier"]) == (
            "Une épicerie solidaire",
            "Les Jardins partagés",
        )
        assert content["total_cost"].splitlines() == [
            "Achats : 2\u00a0000,50\u00a0€",
            "Charges de personnel : 10\u00a0000\u00a0€",
            "Total : 12\u00a0000,50\u00a0€",
        ]
        assert content["other_funding"].splitlines() == [
            "Le Département : 1\u00a0000\u00a0€ (obtenu)",
            "Total : 1\u00a0000\u00a0€",
        ]
        assert content["self_assessments"].splitlines() == [
            f"{code} : niveau {level}. {REASON}"
            for code, level in sorted((code, level) for level, code in enumerate(CODES))
        ]

    def test_tells_each_member_of_the_carrier_and_each_agent_once(self, as_user):
        organisation = OrganisationFactory()
        manager = member(organisation, email="manager@example.org")
        member(organisation, MembershipRole.CONTRIBUTOR, email="contributor@example.org")
        member(organisation, email="gone@example.org", is_active=False)
        member(OrganisationFactory(), email="elsewhere@example.org")
        for name in ("agent1", "agent2"):
            person(Role.AGENT, email=f"{name}@example.org")
        person(Role.AGENT, email="former@example.org", is_active=False)
        client = as_user(manager)
        action = fill(client, carrier=str(organisation.pk), org_name="")
        send(client, action)
        action.refresh_from_db()
        mails = OutgoingMail.objects.order_by("pk").values_list("recipient", "subject")
        received = f"Proposition reçue : {action.reference}"
        notice = f"{action.reference} : Une nouvelle proposition est arrivée"
        assert sorted(mails) == [
            ("agent1@example.org", notice),
            ("agent2@example.org", notice),
            ("contributor@example.org", received),
            ("manager@example.org", received),
        ]
        body = OutgoingMail.objects.get(recipient="manager@example.org").body
        assert f"Référence : {action.reference}\n" in body
        assert f"http://127.0.0.1:8000/espace/actions/{action.uuid}/\n" in body

    @starts_from(writing="filled")
    def test_writes_everything_or_nothing(self, client, action, monkeypatch):
        """A notice that can't even be written takes the whole sending back with it."""
        person(Role.AGENT)
        monkeypatch.setitem(notifications.AGENT_SENTENCES, Transition.SUBMIT, Unwritable())
        client.raise_request_exception = False
        assert send(client, action).status_code == 500
        action.refresh_from_db()
        assert (action.status, action.certifies_accuracy) == ("draft", False)
        assert (OutgoingMail.objects.count(), ActionEvent.objects.count()) == (0, 0)

    @pytest.mark.parametrize("edited", [{}, {"accepts_terms": None}])
    @pytest.mark.parametrize("hours", [0, 1])
    @starts_from(writing="filled")
    def test_twice_makes_one_receipt(self, client, action, edited, hours):
        person(Role.AGENT)
        send(client, action)
        if hours:
            an_hour_ago = timezone.now() - timedelta(hours=hours)
            Action.objects.update(updated_at=an_hour_ago, created_at=an_hour_ago)
        mails = OutgoingMail.objects.count()
        second = send(client, action, **edited)
        assert (second.status_code, second.headers.get("Location")) == (302, receipt_of(action))
        assert OutgoingMail.objects.count() == mails
        assert (Organisation.objects.count(), ActionEvent.objects.count()) == (1, 1)
        assert Page(client.get(receipt_of(action))).messages == [
            "Cette proposition était déjà envoyée."
        ]

    @starts_from(writing="filled")
    def test_again_once_it_moved_on_says_so(self, client, action):
        send(client, action)
        action.refresh_from_db()
        apply_transition(action, Transition.ADMIT, by=person(Role.AGENT))
        response = send(client, action)
        assert response.headers["Location"] == f"/espace/actions/{action.uuid}/"
        assert Page(client.get(action.get_space_url())).messages == [
            "Ce dossier n’est plus modifiable."
        ]

    @starts_from(writing="filled")
    def test_a_step_typed_after_it_was_sent_leads_to_the_receipt(self, client, action):
        send(client, action)
        response = client.post(
            step_address(action, "action"), {"key": str(action.uuid), "title": "Trop tard"}
        )
        action.refresh_from_db()
        assert (response.headers["Location"], action.title) == (
            receipt_of(action),
            "Une épicerie solidaire",
        )

    @starts_from(writing="filled")
    def test_says_what_is_missing_with_the_step_that_asks_for_it(self, client, action):
        rewrite(client, action, summary="", communes=[], funding_asked="1")
        page = Page(client.get(step_address(action, "envoi")))
        section = page.main.one("section", cls="blockers-by-step")
        assert section.one("h2").text == "Ce qui manque encore"
        assert [(line.text, line.one("a")["href"]) for line in section.all("li")] == [
            (
                "L’action : Résumez l’action en quelques phrases.",
                step_address(action, "action"),
            ),
            (
                "Le défi et la mesure : Choisissez au moins une commune.",
                step_address(action, "mesure"),
            ),
            (
                "Les partenaires et le budget : Le budget n’est pas équilibré : le financement "
                "demandé, les ressources propres et les autres financements doivent faire "
                "ensemble le coût total.",
                step_address(action, "moyens"),
            ),
        ]
        page = Page(send(client, action))
        assert page.errors == [
            "Résumez l’action en quelques phrases. Choisissez au moins une commune. Le budget "
            "n’est pas équilibré : le financement demandé, les ressources propres et les autres "
            "financements doivent faire ensemble le coût total."
        ]
        action.refresh_from_db()
        assert action.status == "draft"

    @starts_from(writing="filled")
    def test_asks_for_every_consent(self, client, action):
        page = Page(send(client, action, certifies_accuracy=None, accepts_terms=None))
        assert page.errors == [
            "Je certifie l’exactitude de ces renseignements et agir au nom de la structure "
            "porteuse : Cochez cette case : sans elle, le dossier ne peut pas être reçu.",
            "J’ai lu les conditions d’utilisation et l’information sur les données personnelles, "
            "et je les accepte : Cochez cette case : sans elle, le dossier ne peut pas être reçu.",
        ]

    @starts_from(writing="filled")
    def test_without_a_grid_in_force_is_refused_in_words(self, client, action):
        Grid.objects.update(is_current=False)
        assert Page(send(client, action)).errors == ["Aucune grille d’évaluation n’est en vigueur."]

    @starts_from(writing="filled")
    def test_waits_for_what_could_not_be_read(self, client, action):
        page = Page(client.get(step_address(action, "action")))
        client.post(step_address(action, "action"), page.form | {"starts_on": "demain"})
        page = Page(send(client, action))
        assert page.errors == ["Reprenez l’étape « L’action » : une réponse n’a pas pu être lue."]
        action.refresh_from_db()
        assert action.status == "draft"


class TestRepublicanContract:
    @pytest.mark.parametrize(
        ("family", "asked"),
        [
            ("association", True),
            ("cooperative", False),
            pytest.param("foundation", True, marks=pytest.mark.slow),
            pytest.param("mutual", False, marks=pytest.mark.slow),
            pytest.param("commercial_company", False, marks=pytest.mark.slow),
        ],
    )
    def test_is_signed_by_associations_and_foundations_only(self, as_user, family, asked):
        organisation = OrganisationFactory(family=family)
        client = as_user(member(organisation))
        action = fill(client, carrier=str(organisation.pk), org_name="")
        page = Page(client.get(step_address(action, "envoi")))
        assert len(page.main.all("input", name="signs_contract")) == asked
        assert len(page.main.all("details", cls="choice-details")) == asked
        answer = send(client, action, signs_contract=None)
        action.refresh_from_db()
        if asked:
            assert Page(answer).errors == [
                "La structure porteuse souscrit au contrat d’engagement républicain et en informe "
                "ses membres : Cochez cette case : sans elle, le dossier ne peut pas être reçu."
            ]
            assert action.status == "draft"
            send(client, action)
            action.refresh_from_db()
        assert (action.status, action.signs_contract) == ("submitted", asked)


class Unwritable:
    """A sentence that can't be written."""

    def __str__(self):
        raise RuntimeError("no such sentence")


@pytest.mark.parametrize("address", [PROPOSE, None])
def test_somebody_elses_file_is_not_found(client, address):
    other = Story()
    response = client.post(
        address or step_address(other.action, "action"),
        {"key": str(other.action.uuid), "title": "Volée", "go": "mesure"},
    )
    assert response.status_code == 404
    other.action.refresh_from_db()
    assert other.action.title == "Une épicerie solidaire"


def test_a_siret_taken_in_between_is_refused(client):
    """Somebody else's organisation comes after the form's own check, before the writing."""

    def take(sender, created, **kwargs):
        if created:
            OrganisationFactory(siret="73282932000074")

    data = complete(org_rna="")
    signals.post_save.connect(take, sender=Action)
    try:
        page = Page(client.post(PROPOSE, part(Step.ORGANISATION, data) | {"key": data["key"]}))
    finally:
        signals.post_save.disconnect(take, sender=Action)
    assert page.errors == ["Cette structure est déjà sur le portail : demandez à en faire partie."]
    assert (Action.objects.count(), Organisation.objects.count()) == (0, 0)


class TestBesideAFile:
    """The last step has two forms: one attaches, one sends."""

    @starts_from(writing="filled")
    def test_that_is_refused_the_form_that_sends_still_sends(self, client, action):
        file = SimpleUploadedFile("notes.txt", b"x")
        page = Page(client.post(reverse("actions:attachments", args=[action.uuid]), {"file": file}))
        forms = [form["action"] for form in page.main.all("form")]
        assert forms == [
            reverse("actions:attachments", args=[action.uuid]),
            reverse("actions:send", args=[action.uuid]),
        ]

    @starts_from(writing="filled")
    def test_no_asterisk_asks_for_one(self, client, action):
        page = Page(client.get(step_address(action, "envoi")))
        assert page.main.one("label", **{"for": "id_file"}).text == "Fichier à joindre"
