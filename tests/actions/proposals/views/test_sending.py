"""Proposing over HTTP, from the first step to the receipt: what is written, told and refused."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import signals
from django.test import Client
from django.utils import timezone

from actions import notifications
from actions.enums import ActionStatus, Step, Transition
from actions.models import Action, ActionEvent, ApplicationVersion
from actions.workflow import apply_transition
from actors.enums import MembershipRole, Role
from actors.models import Membership, Organisation
from challenges.enums import ProgrammeState
from challenges.models import Grid, Programme
from ess_portal.base.models import OutgoingMail
from tests.support.factories import (
    CODES,
    REASON,
    CommuneFactory,
    OrganisationFactory,
    SectorFactory,
    Story,
    UserFactory,
    fresh,
    grid,
    member,
    person,
)
from tests.support.payloads import PROPOSE, complete, fill, part, send, step_address
from tests.support.reading import Page, form_values

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    """Somebody who doesn't belong to any organisation yet."""
    return UserFactory(email="ana@example.org")


@pytest.fixture
def client(author, as_user):
    """The author's browser."""
    return as_user(author)


def receipt_of(action) -> str:
    """The address of an action's receipt."""
    return f"/espace/actions/{action.uuid}/recepisse/"


class TestFilling:
    def test_keeps_everything_typed_and_shows_it_again(self, client, author):
        sector, partner = SectorFactory(), OrganisationFactory()
        data = complete(sectors=[str(sector.pk)], partners=[str(partner.pk)])
        action = fill(client, **data)
        organisation = Organisation.objects.get(name="Les Jardins partagés")
        assert (action.status, action.created_by, action.carrier) == (
            "draft",
            author,
            organisation,
        )
        assert (action.total_cost, action.other_funding) == (Decimal("12000.50"), 1000)
        shown = {}
        for step in Step.WRITTEN:
            shown |= Page(client.get(step_address(action, step))).form
        kept = part(Step.ORGANISATION, dict.fromkeys(data, "")) | {"carrier": str(organisation.pk)}
        for step in Step.WRITTEN[1:]:
            kept |= part(step, data)
        kept |= {"expense_purchases": "2000,50", "funding_asked": "7000,50", "jobs_kept": "0"}
        kept |= {"funder_0_amount": "1000", "jobs_created": "1,50"}
        for number in (1, 2):
            empty = {"name": "", "amount": "", "state": "asked"}
            kept |= {f"funder_{number}_{name}": value for name, value in empty.items()}
        hidden = ("key", "edition", "window")
        assert {name: value for name, value in shown.items() if name not in hidden} == kept

    def test_creates_the_organisation_unpublished_with_its_manager(self, client, author):
        commune = CommuneFactory()
        fill(client, org_commune=str(commune.pk))
        organisation = Organisation.objects.get()
        assert (organisation.name, organisation.slug) == (
            "Les Jardins partagés",
            "les-jardins-partages",
        )
        assert (organisation.siret, organisation.rna) == ("73282932000074", "W632000001")
        assert (organisation.family, organisation.legal_form) == (
            "association",
            "Association loi 1901",
        )
        assert (organisation.address, organisation.postal_code) == ("1 rue des Gras", "63000")
        assert (organisation.commune, organisation.website) == (commune, "https://jardins.example")
        assert not organisation.is_published
        membership = Membership.objects.get()
        assert (membership.user, membership.organisation, membership.role) == (
            author,
            organisation,
            "manager",
        )

    def test_gives_homonyms_different_slugs(self, client):
        OrganisationFactory(name="Les Jardins partagés", slug="les-jardins-partages")
        assert fill(client).carrier.slug == "les-jardins-partages-2"

    @pytest.mark.parametrize("numbers", [{}, {"org_siret": "", "org_rna": ""}])
    def test_the_first_step_twice_makes_one_file_and_one_organisation(self, client, numbers):
        data = complete(**numbers)
        page = {"key": data["key"], "window": str(uuid.uuid4()), "edition": "0"}
        first = part(Step.ORGANISATION, data) | page | {"go": "action"}
        for _ in range(2):
            response = client.post(PROPOSE, first)
            assert response.headers["Location"] == step_address(data["key"], "action")
        assert (Organisation.objects.count(), Action.objects.count()) == (1, 1)

    def test_is_deleted_on_demand(self, client):
        action = fill(client)
        address = f"/espace/actions/{action.uuid}/supprimer/"
        assert Page(client.get(address)).title == "Supprimer le brouillon"
        response = client.post(address)
        assert (response.headers["Location"], Action.objects.count()) == ("/espace/", 0)
        assert Page(client.get("/espace/")).messages == ["Le brouillon est supprimé."]

    def test_shows_what_is_missing_to_send_it(self, client):
        grid()
        key = uuid.uuid4()
        client.post(PROPOSE, {"key": key, "later": "1"})
        page = Page(client.get(f"/espace/actions/{key}/"))
        assert page.messages == ["Le brouillon est enregistré."]
        assert [line.text for line in page.one(cls="blockers").all("li")] == [
            "Choisissez la structure qui porte l’action.",
            "Donnez un titre à l’action.",
            "Résumez l’action en quelques phrases.",
            "Indiquez le début et la fin prévus.",
            "Choisissez la mesure du programme à laquelle l’action répond.",
            "Choisissez au moins une commune.",
            "Indiquez le coût total de l’action.",
            *(f"Évaluez votre action sur le critère « Critère {n} »." for n in (1, 2, 3, 4)),
            "Certifiez l’exactitude du dossier et acceptez les conditions d’utilisation.",
        ]
        assert not OutgoingMail.objects.exists()


class TestSending:
    def test_gives_a_reference_and_a_receipt(self, client):
        action = fill(client)
        response = send(client, action)
        action.refresh_from_db()
        year = timezone.localdate().year
        assert (action.status, action.reference) == ("submitted", f"ESS-{year}-0001")
        assert response.headers["Location"] == receipt_of(action)
        page = Page(client.get(receipt_of(action)))
        assert page.title == "Récépissé de dépôt"
        lead = page.main.one("p", cls="lead").text
        assert lead == f"Votre proposition est enregistrée sous la référence ESS-{year}-0001."

    def test_keeps_a_version_of_the_file(self, client, author):
        action = fill(client)
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

    def test_writes_everything_or_nothing(self, client, monkeypatch):
        """A notice that can't even be written takes the whole sending back with it."""
        person(Role.AGENT)
        action = fill(client)
        monkeypatch.setitem(notifications.AGENT_SENTENCES, Transition.SUBMIT, Unwritable())
        client.raise_request_exception = False
        assert send(client, action).status_code == 500
        action.refresh_from_db()
        assert (action.status, action.certifies_accuracy) == ("draft", False)
        assert (OutgoingMail.objects.count(), ActionEvent.objects.count()) == (0, 0)

    @pytest.mark.parametrize("edited", [{}, {"accepts_terms": None}])
    @pytest.mark.parametrize("hours", [0, 1])
    def test_twice_makes_one_receipt(self, client, edited, hours):
        person(Role.AGENT)
        action = fill(client)
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

    def test_again_once_it_moved_on_says_so(self, client):
        action = fill(client)
        send(client, action)
        action.refresh_from_db()
        apply_transition(action, Transition.ADMIT, by=person(Role.AGENT))
        response = send(client, action)
        assert response.headers["Location"] == f"/espace/actions/{action.uuid}/"
        assert Page(client.get(action.get_space_url())).messages == [
            "Ce dossier n’est plus modifiable."
        ]

    def test_a_step_typed_after_it_was_sent_leads_to_the_receipt(self, client):
        action = fill(client)
        send(client, action)
        response = client.post(
            step_address(action, "action"), {"key": str(action.uuid), "title": "Trop tard"}
        )
        action.refresh_from_db()
        assert (response.headers["Location"], action.title) == (
            receipt_of(action),
            "Une épicerie solidaire",
        )

    def test_says_what_is_missing_with_the_step_that_asks_for_it(self, client):
        action = fill(client, summary="", communes=[], funding_asked="1")
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

    def test_asks_for_every_consent(self, client):
        action = fill(client)
        page = Page(send(client, action, certifies_accuracy=None, accepts_terms=None))
        assert page.errors == [
            "Je certifie l’exactitude de ces renseignements et agir au nom de la structure "
            "porteuse. : Ce champ est obligatoire.",
            "J’ai lu les conditions d’utilisation et l’information sur les données personnelles, "
            "et je les accepte. : Ce champ est obligatoire.",
        ]

    def test_without_a_grid_in_force_is_refused_in_words(self, client):
        action = fill(client)
        Grid.objects.update(is_current=False)
        assert Page(send(client, action)).errors == ["Aucune grille d’évaluation n’est en vigueur."]

    def test_waits_for_what_could_not_be_read(self, client):
        action = fill(client)
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
            ("foundation", True),
            ("cooperative", False),
            ("mutual", False),
            ("commercial_company", False),
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
                "ses membres. : Ce champ est obligatoire."
            ]
            assert action.status == "draft"
            send(client, action)
            action.refresh_from_db()
        assert (action.status, action.signs_contract) == ("submitted", asked)


class Unwritable:
    """A sentence that can't be written."""

    def __str__(self):
        raise RuntimeError("no such sentence")


class TestBeginning:
    def test_the_measure_comes_from_its_page(self, client):
        grid()
        action = fill(client)
        address = Page(client.get(action.measure.get_absolute_url())).links[
            "Proposer une action sur cette mesure"
        ]
        key = Page(client.get(address)).form["key"]
        client.post(address, {"key": key, "go": "mesure"})
        assert Action.objects.get(uuid=key).measure == action.measure

    @pytest.mark.parametrize("measure", ["", "abc", "9" * 30, "²", "-1", "%00"])
    def test_a_measure_that_makes_no_sense_chooses_none(self, client, measure):
        grid()
        key = uuid.uuid4()
        address = f"{PROPOSE}?measure={measure}"
        assert client.get(address).status_code == 200
        client.post(address, {"key": key, "go": "mesure"})
        assert Action.objects.get(uuid=key).measure is None

    def test_ones_organisation_is_chosen(self, as_user):
        grid()
        organisation = OrganisationFactory()
        page = Page(as_user(member(organisation)).get(PROPOSE))
        assert page.form["carrier"] == str(organisation.pk)

    def test_each_new_form_has_its_own_key(self, client):
        grid()
        keys = {Page(client.get(PROPOSE)).form["key"] for _ in range(2)}
        assert len(keys) == 2

    def test_strangers_are_asked_for_an_address_and_come_back_with_the_measure(self):
        grid()
        page = Page(Client().get(f"{PROPOSE}?measure=1"))
        assert page.title == "Proposer une action"
        assert form_values(page.main.one("form")) == {"next": f"{PROPOSE}?measure=1", "email": ""}

    @pytest.mark.parametrize("signed_in", [True, False])
    def test_is_closed_when_no_programme_is_current(self, client, signed_in):
        data = complete()
        Programme.objects.update(state=ProgrammeState.ARCHIVED)
        browser = client if signed_in else Client()
        for response in (browser.get(PROPOSE), browser.post(PROPOSE, data)):
            page = Page(response)
            assert page.main.one("p", cls="lead").text == (
                "Aucun programme n’est ouvert aux propositions pour le moment."
            )
            assert page.all("form", method="post", action="") == []
        assert not Action.objects.exists()

    def test_a_draft_waits_when_its_programme_closes(self, client):
        action = fill(client)
        Programme.objects.update(state=ProgrammeState.ARCHIVED)
        assert Page(send(client, action)).errors == [
            "Aucun programme n’est ouvert aux propositions."
        ]
        action.refresh_from_db()
        assert action.status == "draft"


class TestCorrection:
    def test_is_mended_and_sent_again(self, as_user):
        story = Story().in_correction()
        client, action = as_user(story.manager), story.action
        first = client.get(f"/espace/actions/{action.uuid}/modifier/")
        assert first.headers["Location"] == step_address(action, "moyens")
        page = Page(client.get(first.headers["Location"]))
        asked = page.main.one("section", cls="notice")
        assert [line.text for line in asked.all("li")] == [
            "Dépenses et coût total (sur cette page)"
        ]
        assert asked.all("p")[0].text == "Précisez le budget."
        OutgoingMail.objects.all().delete()
        typed = page.form | {"expense_other": "11 000", "own_resources": "4 000", "go": "envoi"}
        client.post(step_address(action, "moyens"), typed)
        page = Page(client.get(step_address(action, "envoi")))
        changes = page.main.one("table", cls="table-changes").one("tbody")
        assert [[cell.text for cell in row.all("td")] for row in changes.all("tr")] == [
            ["3 000 €", "4 000 €"]
        ]
        refused = Page(send(client, action, signs_contract="on"))
        assert refused.errors == [
            "Vous avez aussi modifié ce qui n’était pas demandé : dites pourquoi (Ressources "
            "propres)."
        ]
        reference = action.reference
        response = send(client, action, reason="Un don nous est arrivé.")
        assert response.headers["Location"] == receipt_of(action)
        action.refresh_from_db()
        assert (action.status, action.total_cost, action.reference) == (
            "submitted",
            11000,
            reference,
        )
        assert action.events.last().note.text == "Un don nous est arrivé."
        assert [version.number for version in action.versions.all()] == [1, 2]
        assert list(OutgoingMail.objects.values_list("recipient", "subject")) == [
            (story.agent.email, f"{reference} : Un dossier complété est revenu")
        ]
        assert action.correction_requests.get().answered_at is not None

    def test_what_was_asked_needs_no_reason(self, as_user):
        story = Story().in_correction(fields=["total_cost", "own_resources"])
        client, action = as_user(story.manager), story.action
        typed = Page(client.get(step_address(action, "moyens"))).form
        client.post(
            step_address(action, "moyens"),
            typed | {"expense_other": "11 000", "own_resources": "4 000"},
        )
        assert Page(client.get(step_address(action, "envoi"))).main.all(name="reason") == []
        assert send(client, action).headers["Location"] == receipt_of(action)

    def test_keeps_carrier_title_and_measure(self, as_user):
        """A filed action without them would belong to nobody and nowhere."""
        story = Story().in_correction()
        client, action = as_user(story.manager), story.action
        for step, field, error in (
            (
                "structure",
                "carrier",
                "Nom de la structure : Choisissez la structure porteuse, ou décrivez-la.",
            ),
            ("action", "title", "Titre de l’action : Ce champ est obligatoire."),
            ("mesure", "measure", "Mesure : Ce champ est obligatoire."),
        ):
            typed = Page(client.get(step_address(action, step))).form | {field: ""}
            assert Page(client.post(step_address(action, step), typed)).errors == [error]
        action.refresh_from_db()
        assert (action.carrier, action.title, action.measure is None) == (
            story.carrier,
            "Une épicerie solidaire",
            False,
        )

    def test_a_draft_and_a_contributor(self, as_user):
        """Contributors write and send; managers alone withdraw (rules.md, section 4)."""
        story = Story()
        client = as_user(member(story.carrier, MembershipRole.CONTRIBUTOR))
        assert send(client, story.action).headers["Location"] == receipt_of(story.action)
        assert client.get(f"/espace/actions/{story.action.uuid}/retirer/").status_code == 404


@pytest.mark.parametrize("status", [ActionStatus.SUBMITTED, ActionStatus.EVALUATED])
def test_a_file_out_of_its_carriers_hands_is_not_edited(as_user, status):
    story = getattr(Story(), status)()
    client = as_user(fresh(story.manager))
    for step in Step.values:
        assert client.get(step_address(story.action, step)).status_code == 404
    client.post(PROPOSE, {"key": str(story.action.uuid), "carrier": ""})
    client.post(step_address(story.action, "action"), {"title": "Changé"})
    story.action.refresh_from_db()
    assert (story.action.title, story.action.status) == ("Une épicerie solidaire", status)
    assert story.action.carrier == story.carrier


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
    assert page.errors == ["Une structure porte déjà ce SIRET."]
    assert (Action.objects.count(), Organisation.objects.count()) == (0, 0)
