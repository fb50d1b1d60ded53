"""A file is begun, and filled."""

import re
import uuid
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from actions.enums import Step
from actions.models import Action
from actors.models import Membership, Organisation
from challenges.enums import ProgrammeState
from challenges.models import Programme
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import starts_from
from tests.support.factories import (
    CommuneFactory,
    OrganisationFactory,
    SectorFactory,
    grid,
    member,
)
from tests.support.organisations import provisional
from tests.support.payloads import PROPOSE, complete, fill, part, send, step_address
from tests.support.reading import Page, form_values

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(author, as_user):
    """The author's browser."""
    return as_user(author)


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
        empty = {"name": "", "amount": "", "state": "asked"}
        kept |= {f"funder_1_{name}": value for name, value in empty.items()}
        hidden = ("key", "edition", "window", "turn", "q")
        assert {name: value for name, value in shown.items() if name not in hidden} == kept

    def test_creates_the_organisation_unpublished_with_its_manager(self, client, author):
        commune = CommuneFactory()
        fill(client, org_commune=str(commune.pk))
        organisation = Organisation.objects.get()
        assert organisation.name == "Les Jardins partagés"
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

    @pytest.mark.parametrize("known", ["provisional", "hidden", "published", None])
    def test_tells_by_no_address_that_a_homonym_is_known(self, client, known):
        homonym = {"name": "Les Jardins partagés", "slug": "les-jardins-partages"}
        if known is not None:
            confirmed = {} if known == "provisional" else {"confirmed_at": timezone.now()}
            provisional(**homonym, **confirmed, is_published=known == "published")
        carrier = fill(client, org_is_another="on").carrier
        assert re.fullmatch("structure-[0-9a-f]{12}", carrier.slug)

    @pytest.mark.parametrize("numbers", [{}, {"org_siret": "", "org_rna": ""}])
    def test_the_first_step_twice_makes_one_file_and_one_organisation(self, client, numbers):
        data = complete(**numbers)
        page = {"key": data["key"], "window": str(uuid.uuid4()), "edition": "0"}
        first = part(Step.ORGANISATION, data) | page | {"go": "action"}
        for _ in range(2):
            response = client.post(PROPOSE, first)
            assert response.headers["Location"] == step_address(data["key"], "action")
        assert (Organisation.objects.count(), Action.objects.count()) == (1, 1)

    def test_keeps_its_organisation_when_the_page_saved_by_itself_meanwhile(self, client):
        """Sent before the button was pressed, and read after it."""
        data = complete()
        page = {"key": data["key"], "window": str(uuid.uuid4()), "edition": "0"}
        whole = part(Step.ORGANISATION, data) | page | {"turn": "3"}
        half = whole | {"org_name": "Les Jard", "org_siret": "7328", "turn": "2"}
        client.post(PROPOSE, whole | {"go": "action"})
        for late in (half, whole):
            assert client.post(PROPOSE, late | {"quiet": "1"}).status_code == 200
        action = Action.objects.get()
        assert action.carrier == Organisation.objects.get()
        assert action.typed_steps.get().typed is None

    @starts_from(writing="filled")
    def test_is_deleted_on_demand(self, client, action):
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
        address = f"{PROPOSE}?mesure={measure}"
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
        page = Page(Client().get(f"{PROPOSE}?mesure=1"))
        assert page.title == "Proposer une action"
        assert form_values(page.main.one("form")) == {"next": f"{PROPOSE}?mesure=1", "email": ""}

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

    @starts_from(writing="filled")
    def test_a_draft_waits_when_its_programme_closes(self, client, action):
        Programme.objects.update(state=ProgrammeState.ARCHIVED)
        assert Page(send(client, action)).errors == [
            "Aucun programme n’est ouvert aux propositions."
        ]
        action.refresh_from_db()
        assert action.status == "draft"
