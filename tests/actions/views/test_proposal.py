"""Proposing over HTTP: drafts, sending, what is refused and what is kept."""

import uuid
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.db.models import signals
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actions import notifications
from actions.enums import ActionStatus, Transition
from actions.models import Action, ActionEvent
from actions.workflow import apply_transition
from actors.enums import MembershipRole, Role
from actors.models import Membership, Organisation
from challenges.enums import ProgrammeState
from challenges.models import Grid, Programme
from ess_portal.base.models import OutgoingMail
from tests.actions.views.payloads import complete, day, keeping, sending
from tests.factories import (
    CODES,
    REASON,
    ChallengeFactory,
    CommuneFactory,
    MeasureFactory,
    OrganisationFactory,
    ProgrammeFactory,
    SectorFactory,
    Story,
    UserFactory,
    fresh,
    grid,
    member,
    person,
)
from tests.reading import Page, form_values

PROPOSE = "/actions/proposer/"
NO_CHOICE = "Sélectionnez un choix valide. Ce choix ne fait pas partie de ceux disponibles."
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


def refused(client, data) -> Page:
    """Send `data`, which must be refused without writing anything; return the page."""
    before = Action.objects.count(), Organisation.objects.count(), OutgoingMail.objects.count()
    response = client.post(PROPOSE, data)
    assert response.status_code == 200
    after = Action.objects.count(), Organisation.objects.count(), OutgoingMail.objects.count()
    assert after == before
    return Page(response)


class TestDraft:
    def test_needs_a_title_only(self, client, author):
        grid()
        key = uuid.uuid4()
        response = client.post(PROPOSE, {"key": key, "title": "Une idée", "draft": "1"})
        action = Action.objects.get()
        assert response.headers["Location"] == f"/espace/actions/{key}/"
        assert (action.uuid, action.title, action.status) == (key, "Une idée", "draft")
        assert (action.reference, action.carrier, action.created_by) == (None, None, author)
        assert action.total_cost == action.jobs_kept == 0
        assert Page(client.get(response.headers["Location"])).messages == [
            "Le brouillon est enregistré."
        ]
        assert not OutgoingMail.objects.exists()

    def test_without_a_title_is_refused_in_words(self, client):
        page = refused(client, keeping(title=" "))
        assert page.errors == ["Titre de l’action : Ce champ est obligatoire."]

    def test_keeps_everything_typed_and_shows_it_again(self, client):
        sector, partner = SectorFactory(), OrganisationFactory()
        data = keeping(sectors=[str(sector.pk)], partners=[str(partner.pk)])
        client.post(PROPOSE, data)
        action = Action.objects.get()
        page = Page(client.get(f"/espace/actions/{action.uuid}/modifier/"))
        form = page.form
        organisation = Organisation.objects.get(name="Les Jardins partagés")
        assert form == {
            "key": data["key"],
            "carrier": str(organisation.pk),
            **dict.fromkeys((name for name in data if name.startswith("org_")), ""),
            **{name: data[name] for name in ("title", "summary", "description", "measure")},
            **{name: data[name] for name in ("communes", "sectors", "partners", "other_partners")},
            "total_cost": "12000,50",
            "funding_asked": "7000,50",
            "own_resources": "4000",
            "other_funding": "1000",
            "jobs_created": "1,50",
            "jobs_kept": "0",
            **{name: data[name] for name in ("starts_on", "ends_on")},
            "certifies_accuracy": ["on"],
            "accepts_terms": ["on"],
            **{f"self_level_{code}": str(number) for number, code in enumerate(CODES)},
            **{f"self_reason_{code}": REASON for code in CODES},
        }

    def test_is_resumed_where_it_was_and_sent(self, client):
        client.post(PROPOSE, keeping(summary=""))
        action = Action.objects.get()
        address = f"/espace/actions/{action.uuid}/modifier/"
        typed = Page(client.get(address)).form
        response = client.post(address, typed | {"summary": "Enfin résumée.", "send": "1"})
        action.refresh_from_db()
        assert response.headers["Location"] == receipt_of(action)
        assert (action.status, action.summary) == ("submitted", "Enfin résumée.")
        assert action.total_cost == Decimal("12000.50")

    def test_saved_twice_with_a_new_organisation_makes_one(self, client):
        data = keeping()
        client.post(PROPOSE, data)
        response = client.post(PROPOSE, data)
        assert Organisation.objects.filter(name="Les Jardins partagés").count() == 1
        assert response.headers["Location"] == Action.objects.get().get_space_url()

    def test_saved_twice_with_an_organisation_without_number_makes_one(self, client):
        data = keeping(org_siret="", org_rna="")
        for _ in range(2):
            assert client.post(PROPOSE, data).status_code == 302
        assert Organisation.objects.filter(name="Les Jardins partagés").count() == 1

    def test_is_deleted_on_demand(self, client):
        client.post(PROPOSE, keeping())
        action = Action.objects.get()
        address = f"/espace/actions/{action.uuid}/supprimer/"
        assert Page(client.get(address)).title == "Supprimer le brouillon"
        response = client.post(address)
        assert (response.headers["Location"], Action.objects.count()) == ("/espace/", 0)
        assert Page(client.get("/espace/")).messages == ["Le brouillon est supprimé."]

    def test_shows_what_is_missing_to_send_it(self, client):
        grid()
        key = uuid.uuid4()
        client.post(PROPOSE, {"key": key, "title": "Une idée", "draft": "1"})
        page = Page(client.get(f"/espace/actions/{key}/"))
        assert [line.text for line in page.one(cls="blockers").all("li")] == [
            "Choisissez la structure qui porte l’action.",
            "Résumez l’action en quelques phrases.",
            "Choisissez la mesure du programme à laquelle l’action répond.",
            "Choisissez au moins une commune.",
            "Indiquez le début et la fin prévus.",
            "Indiquez le coût total de l’action.",
            "Certifiez l’exactitude du dossier et acceptez les conditions d’utilisation.",
            *(f"Évaluez votre action sur le critère « Critère {n} »." for n in (1, 2, 3, 4)),
        ]


class TestSending:
    def test_gives_a_reference_and_a_receipt(self, client, author, settings):
        settings.AUTHORITY = settings.AUTHORITY | {
            "name": "Mon Agglo",
            "address": "1 place de la Mairie",
            "email": "ess@agglo.example",
            "phone": "04 73 00 00 00",
        }
        response = client.post(PROPOSE, sending())
        action = Action.objects.get()
        year = timezone.localdate().year
        assert (action.status, action.reference) == ("submitted", f"ESS-{year}-0001")
        assert response.headers["Location"] == receipt_of(action)
        page = Page(client.get(receipt_of(action)))
        assert page.title == "Récépissé de dépôt"
        lead = page.main.one("p", cls="lead").text
        assert lead == f"Votre proposition est enregistrée sous la référence ESS-{year}-0001."
        facts = page.main.one("dl", cls="facts")
        assert [fact.text for fact in facts.all("dt")] == [
            "Action",
            "Structure porteuse",
            "Mesure",
            "Reçue le",
            "Service chargé du dossier",
        ]
        values = [fact.text for fact in facts.all("dd")]
        assert values[:3] == [
            "Une épicerie solidaire",
            "Les Jardins partagés",
            "1.1 Intitulé de la mesure 1",
        ]
        assert str(year) in values[3]
        assert values[4] == ("Mon Agglo, 1 place de la Mairie, ess@agglo.example, 04 73 00 00 00")
        assert page.main.one("p", cls="notice").text == (
            "Démonstration : ce courriel est écrit dans le dossier var/mail/ de ce poste, il ne "
            "part pas sur internet."
        )

    def test_tells_each_member_of_the_carrier_and_each_agent_once(self, as_user):
        organisation = OrganisationFactory()
        manager = member(organisation, email="manager@example.org")
        member(organisation, MembershipRole.CONTRIBUTOR, email="contributor@example.org")
        member(organisation, email="gone@example.org", is_active=False)
        member(OrganisationFactory(), email="elsewhere@example.org")
        for name in ("agent1", "agent2"):
            person(Role.AGENT, email=f"{name}@example.org")
        person(Role.AGENT, email="former@example.org", is_active=False)
        as_user(manager).post(PROPOSE, sending(carrier=str(organisation.pk), org_name=""))
        action = Action.objects.get()
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
        """A notice that can't even be written takes the whole submission back with it."""
        person(Role.AGENT)
        data = sending()
        monkeypatch.setitem(notifications.AGENT_SENTENCES, Transition.SUBMIT, Unwritable())
        client.raise_request_exception = False
        assert client.post(PROPOSE, data).status_code == 500
        assert (Action.objects.count(), Organisation.objects.count()) == (0, 0)
        assert (OutgoingMail.objects.count(), ActionEvent.objects.count()) == (0, 0)

    @pytest.mark.parametrize("edited", [{}, {"title": "Un autre titre"}, {"total_cost": "1"}])
    @pytest.mark.parametrize("hours", [0, 1])
    def test_twice_makes_one_action_one_receipt_and_one_page(self, client, edited, hours):
        person(Role.AGENT)
        data = sending()
        first = client.post(PROPOSE, data)
        if hours:
            an_hour_ago = timezone.now() - timedelta(hours=hours)
            Action.objects.update(updated_at=an_hour_ago, created_at=an_hour_ago)
        mails = OutgoingMail.objects.count()
        second = client.post(PROPOSE, data | edited)
        action = Action.objects.get()
        assert (second.status_code, second.headers.get("Location")) == (302, receipt_of(action))
        assert first.headers["Location"] == receipt_of(action)
        assert (action.title, OutgoingMail.objects.count()) == ("Une épicerie solidaire", mails)
        assert (Organisation.objects.count(), ActionEvent.objects.count()) == (1, 1)
        assert Page(client.get(receipt_of(action))).messages == [
            "Cette proposition était déjà envoyée."
        ]

    def test_again_once_it_moved_on_says_so(self, client):
        data = sending()
        client.post(PROPOSE, data)
        action = Action.objects.get()
        apply_transition(action, Transition.ADMIT, by=person(Role.AGENT))
        response = client.post(PROPOSE, data)
        assert response.headers["Location"] == f"/espace/actions/{action.uuid}/"
        assert Page(client.get(action.get_space_url())).messages == [
            "Ce dossier n’est plus modifiable."
        ]

    @pytest.mark.parametrize("button", ["send", "draft"])
    def test_under_somebody_elses_key_is_not_found(self, client, button):
        other = Story()
        title = other.action.title
        data = complete(key=str(other.action.uuid), title="Volée") | {button: "1"}
        assert client.post(PROPOSE, data).status_code == 404
        other.action.refresh_from_db()
        assert (other.action.title, Organisation.objects.count()) == (title, 1)

    def test_without_a_grid_in_force_is_refused_in_words(self, client):
        data = sending()
        Grid.objects.update(is_current=False)
        assert refused(client, data).errors == ["Aucune grille d’évaluation n’est en vigueur."]

    def test_is_refused_when_the_siret_was_taken_in_between(self, client):
        """Somebody else's organisation comes after the form's own check, before the writing."""

        def take(sender, created, **kwargs):
            if created:
                OrganisationFactory(siret="73282932000074")

        signals.post_save.connect(take, sender=Action)
        try:
            page = Page(client.post(PROPOSE, sending(org_rna="")))
        finally:
            signals.post_save.disconnect(take, sender=Action)
        assert page.errors == ["Une structure porte déjà ce SIRET."]
        assert (Action.objects.count(), Organisation.objects.count()) == (0, 0)

    def test_under_an_unreadable_key_is_refused(self, client):
        page = refused(client, sending(key="pas-un-uuid"))
        assert page.errors == ["Saisissez un UUID valide."]

    def test_creates_the_organisation_unpublished_with_its_manager(self, client, author):
        commune = CommuneFactory()
        client.post(PROPOSE, sending(org_commune=str(commune.pk)))
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
        assert Action.objects.get().carrier == organisation

    def test_gives_homonyms_different_slugs(self, client):
        OrganisationFactory(name="Les Jardins partagés", slug="les-jardins-partages")
        client.post(PROPOSE, sending())
        assert Action.objects.get().carrier.slug == "les-jardins-partages-2"

    def test_for_an_organisation_of_others_is_refused(self, as_user):
        organisation, other = OrganisationFactory(), OrganisationFactory()
        client = as_user(member(organisation))
        page = refused(client, sending(carrier=str(other.pk), org_name=""))
        assert page.errors == [f"Structure porteuse : {NO_CHOICE}"]


class Unwritable:
    """A sentence that can't be written."""

    def __str__(self):
        raise RuntimeError("no such sentence")


class TestSiret:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("732 829 320 00074", "73282932000074"),
            ("732\u00a0829\u202f320\u00a000074", "73282932000074"),
            # La Poste: the digits of its establishments add up to a multiple of five.
            ("356 000 000 00002", None),
            ("356 000 000 09075", "35600000009075"),
            ("356 000 000 00048", "35600000000048"),
        ],
    )
    def test_is_taken_with_spaces_and_with_la_postes_exception(self, client, typed, kept):
        data = sending(org_siret=typed)
        if kept is None:
            assert refused(client, data).errors == [
                "SIRET : Ce SIRET n’est pas valable : un chiffre est sans doute mal recopié."
            ]
        else:
            assert client.post(PROPOSE, data).status_code == 302
            assert Organisation.objects.get().siret == kept

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            (
                "732 829 320 00075",
                "Ce SIRET n’est pas valable : un chiffre est sans doute mal recopié.",
            ),
            (
                "732 829 320",
                "Un SIRET a 14 chiffres : vérifiez que vous les avez tous.",
            ),
            (
                "٧٣٢٨٢٩٣٢٠٠٠٠٧٤",
                "Un SIRET a 14 chiffres : vérifiez que vous les avez tous.",
            ),
        ],
    )
    def test_wrong_is_refused_in_words_even_for_a_draft(self, client, typed, sentence):
        for data in (sending(org_siret=typed), keeping(org_siret=typed)):
            page = refused(client, data)
            assert page.errors == [f"SIRET : {sentence}"]
            assert page.form["org_siret"] == typed

    def test_already_known_is_refused(self, client):
        OrganisationFactory(siret="73282932000074")
        page = refused(client, sending(org_rna=""))
        assert page.errors == ["SIRET : Une structure porte déjà ce SIRET."]

    def test_rna_already_known_is_refused(self, client):
        OrganisationFactory(rna="W632000001")
        page = refused(client, sending())
        assert page.errors == [
            "Numéro RNA (associations) : Une structure porte déjà ce numéro RNA."
        ]


class TestRefusals:
    @pytest.mark.parametrize(
        ("changes", "errors"),
        [
            (
                {"other_funding": "999"},
                [
                    "Coût total de l’action (€) : Le budget n’est pas équilibré : 12 000,50 € de "
                    "coût pour 11 999,50 € de ressources. Les deux doivent être égaux."
                ],
            ),
            (
                dict.fromkeys(
                    ("total_cost", "funding_asked", "own_resources", "other_funding"), "0"
                ),
                ["Coût total de l’action (€) : Indiquez le coût total de l’action."],
            ),
            (
                {"ends_on": day(29)},
                ["Fin prévue : La fin prévue doit suivre le début : corrigez l’une ou l’autre."],
            ),
            (
                {"self_level_employment": None},
                ["Où en êtes-vous sur « Critère 3 » ? : Choisissez un niveau pour « Critère 3 »."],
            ),
            (
                {"org_name": "", "org_family": "", "org_legal_form": "", "org_siret": ""}
                | {"org_rna": "", "org_address": "", "org_postal_code": "", "org_website": ""},
                ["Nom de la structure : Choisissez la structure porteuse, ou décrivez-la."],
            ),
            (
                {"org_family": ""},
                [
                    "Famille de l’économie sociale et solidaire : Choisissez la famille de l’ESS "
                    "de votre structure."
                ],
            ),
            (
                {"certifies_accuracy": None, "accepts_terms": None},
                [
                    "Je certifie l’exactitude de ces renseignements et agir au nom de la "
                    "structure porteuse. : Ce champ est obligatoire.",
                    "J’ai lu les conditions d’utilisation et l’information sur les données "
                    "personnelles, et je les accepte. : Ce champ est obligatoire.",
                ],
            ),
            ({"communes": []}, ["Communes : Ce champ est obligatoire."]),
            (
                {"total_cost": "beaucoup"},
                ["Coût total de l’action (€) : Écrivez un nombre, par exemple 12000 ou 1,5."],
            ),
            ({"starts_on": "32/13/2026"}, ["Début prévu : Saisissez une date valide."]),
        ],
    )
    def test_say_what_is_wrong_and_keep_what_was_typed(self, client, changes, errors):
        sector, partner = SectorFactory(), OrganisationFactory(name="Partenaire", slug="p")
        data = sending(sectors=[str(sector.pk)], partners=[str(partner.pk)], **changes)
        page = refused(client, data)
        assert page.errors == errors
        kept = {name: value for name, value in data.items() if name != "send"}
        boxes = {
            name: [data[name]] if name in data else []
            for name in ("certifies_accuracy", "accepts_terms")
        }
        assert page.form == kept | boxes

    def test_name_every_empty_field(self, client):
        grid()
        page = refused(client, {"key": uuid.uuid4(), "send": "1"})
        assert page.errors == [
            "Nom de la structure : Choisissez la structure porteuse, ou décrivez-la.",
            *(
                f"{label} : Ce champ est obligatoire."
                for label in (
                    "Titre de l’action",
                    "Résumé",
                    "Description",
                    "Mesure",
                    "Communes",
                    "Coût total de l’action (€)",
                    "Financement demandé à la collectivité (€)",
                    "Début prévu",
                    "Fin prévue",
                )
            ),
            *(
                f"Où en êtes-vous sur « Critère {n} » ? : Choisissez un niveau pour "
                f"« Critère {n} »."
                for n in (1, 2, 3, 4)
            ),
            "Je certifie l’exactitude de ces renseignements et agir au nom de la structure "
            "porteuse. : Ce champ est obligatoire.",
            "J’ai lu les conditions d’utilisation et l’information sur les données personnelles, "
            "et je les accepte. : Ce champ est obligatoire.",
        ]


class TestHostileInput:
    """Never an error 500: a French sentence beside the field, and nothing written."""

    @pytest.mark.parametrize(
        ("field", "value", "label"),
        [
            ("title", "a\x00b", "Titre de l’action"),
            ("description", "a\x00b", "Description"),
            ("org_name", "a\x00b", "Nom de la structure"),
            ("org_siret", "7328293200007\x00", "SIRET"),
            ("org_website", "https://a.example/\x00", "Site internet"),
            ("self_reason_employment", "\x00", "Expliquez en quelques mots"),
            ("measure", "\x00", "Mesure"),
            ("communes", ["\x00"], "Communes"),
            ("starts_on", "\x00", "Début prévu"),
            ("total_cost", "\x00", "Coût total de l’action (€)"),
            ("title", "é" * 151, "Titre de l’action"),
            ("summary", "é" * 401, "Résumé"),
            ("description", "é" * 10_001, "Description"),
            ("org_name", "é" * 201, "Nom de la structure"),
            ("org_postal_code", "6" * 11, "Code postal"),
            ("self_reason_employment", "é" * 2001, "Expliquez en quelques mots"),
            ("total_cost", "9" * 400, "Coût total de l’action (€)"),
            ("total_cost", "1e400", "Coût total de l’action (€)"),
            ("total_cost", "1e-400", "Coût total de l’action (€)"),
            ("total_cost", "NaN", "Coût total de l’action (€)"),
            ("total_cost", "-Infinity", "Coût total de l’action (€)"),
            ("total_cost", "-1", "Coût total de l’action (€)"),
            ("jobs_kept", "-0,5", "Emplois maintenus"),
            ("jobs_kept", "1000000", "Emplois maintenus"),
            ("measure", "9" * 30, "Mesure"),
            ("measure", "-1", "Mesure"),
            ("communes", ["9" * 30], "Communes"),
            ("communes", ["abc"], "Communes"),
            ("partners", ["999999"], "Structures partenaires"),
            ("self_level_employment", "4", "Où en êtes-vous sur « Critère 3 » ?"),
            ("self_level_employment", "-1", "Où en êtes-vous sur « Critère 3 » ?"),
            ("ends_on", "10000-01-01", "Fin prévue"),
            ("ends_on", "0000-00-00", "Fin prévue"),
            ("org_website", "javascript:alert(1)", "Site internet"),
            ("org_family", "sect", "Famille de l’économie sociale et solidaire"),
        ],
    )
    @pytest.mark.parametrize("wanted", [sending, keeping])
    def test_is_refused_beside_its_field(self, client, wanted, field, value, label):
        (error,) = refused(client, wanted(**{field: value})).errors
        said, _, sentence = error.partition(" : ")
        assert said == label
        assert sentence

    def test_unpublished_organisations_are_no_partners(self, client):
        hidden = OrganisationFactory(is_published=False)
        (error,) = refused(client, sending(partners=[str(hidden.pk)])).errors
        assert error.startswith("Structures partenaires : ")

    def test_measures_of_another_programme_are_refused(self, client):
        archived = ProgrammeFactory(code="2016", state=ProgrammeState.ARCHIVED)
        measure = MeasureFactory(challenge=ChallengeFactory(programme=archived))
        (error,) = refused(client, sending(measure=str(measure.pk))).errors
        assert error == f"Mesure : {NO_CHOICE}"

    def test_markup_is_shown_as_typed(self, client):
        title = "<script>alert(1)</script>"
        page = refused(client, sending(title=title, total_cost="x"))
        assert page.form["title"] == title
        assert [
            script for script in page.main.all("script") if "src" not in script.attributes
        ] == []

    def test_invalid_utf8_and_lone_surrogates_are_kept_as_replacement_marks(self, client):
        data = keeping(title=None)
        body = urlencode(data, doseq=True) + "&title=a%ED%A0%80b%FF"
        response = client.post(PROPOSE, body, content_type="application/x-www-form-urlencoded")
        assert response.status_code == 302
        assert Action.objects.get().title == "a\ufffd\ufffd\ufffdb\ufffd"

    def test_over_a_thousand_fields_is_a_readable_refusal(self, client):
        data = sending() | {f"x{number}": "1" for number in range(1001)}
        response = client.post(PROPOSE, data)
        page = Page(response)
        assert (response.status_code, page.title) == (400, "Cette demande n’a pas pu être lue")
        assert not Action.objects.exists()

    def test_unknown_fields_change_nothing(self, client):
        client.post(
            PROPOSE,
            sending(
                status="prioritised", reference="ESS-2026-9999", created_by="1", amount_granted="9"
            ),
        )
        action = Action.objects.get()
        assert (action.status, action.amount_granted) == ("submitted", None)
        assert action.reference.endswith("-0001")

    def test_a_body_that_is_no_form_is_an_empty_one(self, client):
        grid()
        response = client.post(PROPOSE, "{}", content_type="application/json")
        assert response.status_code == 200
        assert Page(response).errors == [
            "Ce champ est obligatoire.",
            "Titre de l’action : Ce champ est obligatoire.",
        ]


class TestBeginning:
    def test_the_measure_comes_from_its_page(self, client):
        grid()
        measure = MeasureFactory()
        address = Page(client.get(measure.get_absolute_url())).links[
            "Proposer une action sur cette mesure"
        ]
        assert Page(client.get(address)).form["measure"] == str(measure.pk)

    @pytest.mark.parametrize("measure", ["", "abc", "9" * 30, "²", "-1", "%00"])
    def test_a_measure_that_makes_no_sense_chooses_none(self, client, measure):
        MeasureFactory()
        page = Page(client.get(f"{PROPOSE}?measure={measure}"))
        assert page.form["measure"] == ""

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
        measure = MeasureFactory()
        page = Page(Client().get(f"{PROPOSE}?measure={measure.pk}"))
        assert page.title == "Proposer une action"
        assert form_values(page.main.one("form")) == {
            "next": f"{PROPOSE}?measure={measure.pk}",
            "email": "",
        }

    @pytest.mark.parametrize("signed_in", [True, False])
    def test_is_closed_when_no_programme_is_current(self, client, signed_in):
        data = sending()
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
        client.post(PROPOSE, keeping())
        action = Action.objects.get()
        address = f"/espace/actions/{action.uuid}/modifier/"
        typed = Page(client.get(address)).form
        Programme.objects.update(state=ProgrammeState.ARCHIVED)
        page = Page(client.post(address, typed | {"send": "1"}))
        assert page.errors[0] == f"Mesure : {NO_CHOICE}"
        action.refresh_from_db()
        assert action.status == "draft"


class TestCorrection:
    def test_is_mended_and_sent_again(self, as_user):
        story = Story().in_correction()
        client = as_user(story.manager)
        address = f"/espace/actions/{story.action.uuid}/modifier/"
        page = Page(client.get(address))
        asked = page.main.one("section", cls="notice")
        assert [line.text for line in asked.all("li")] == ["Coût total"]
        assert asked.one("p").text == "Précisez le budget."
        OutgoingMail.objects.all().delete()
        typed = page.form | {"total_cost": "11 000", "own_resources": "4 000"}
        reference = story.action.reference
        response = client.post(address, typed | {"send": "1"})
        assert response.headers["Location"] == receipt_of(story.action)
        story.action.refresh_from_db()
        assert (story.action.status, story.action.total_cost) == ("submitted", 11000)
        assert story.action.reference == reference
        assert list(OutgoingMail.objects.values_list("recipient", "subject")) == [
            (story.agent.email, f"{reference} : Un dossier complété est revenu")
        ]
        assert story.action.correction_requests.get().answered_at is not None

    def test_is_kept_without_being_sent(self, as_user):
        story = Story().in_correction()
        client = as_user(story.manager)
        address = f"/espace/actions/{story.action.uuid}/modifier/"
        typed = Page(client.get(address)).form | {"summary": "Mieux dit."}
        client.post(address, typed | {"draft": "1"})
        story.action.refresh_from_db()
        assert (story.action.status, story.action.summary) == ("in_correction", "Mieux dit.")

    def test_keeps_its_carrier(self, as_user):
        """A filed action without carrier would belong to nobody."""
        story = Story().in_correction()
        client = as_user(story.manager)
        address = f"/espace/actions/{story.action.uuid}/modifier/"
        typed = Page(client.get(address)).form | {"carrier": ""}
        for button in ("draft", "send"):
            page = Page(client.post(address, typed | {button: "1"}))
            assert page.errors == [
                "Nom de la structure : Choisissez la structure porteuse, ou décrivez-la."
            ]
        story.action.refresh_from_db()
        assert story.action.carrier == story.carrier

    @pytest.mark.parametrize("field", ["measure", "communes", "total_cost"])
    def test_may_be_saved_with_something_missing(self, as_user, field):
        story = Story().in_correction()
        client = as_user(story.manager)
        address = f"/espace/actions/{story.action.uuid}/modifier/"
        typed = Page(client.get(address)).form | {field: ""}
        if field == "communes":
            del typed[field]
        response = client.post(address, typed | {"draft": "1"})
        if field == "measure":
            assert Page(response).errors == ["Mesure : Ce champ est obligatoire."]
        else:
            assert response.headers["Location"] == f"/espace/actions/{story.action.uuid}/"

    def test_a_draft_and_a_contributor(self, as_user):
        """Contributors write and send; managers alone withdraw (rules.md, section 4)."""
        story = Story()
        contributor = member(story.carrier, MembershipRole.CONTRIBUTOR)
        client = as_user(contributor)
        address = f"/espace/actions/{story.action.uuid}/modifier/"
        typed = Page(client.get(address)).form
        assert client.post(address, typed | {"send": "1"}).headers["Location"] == receipt_of(
            story.action
        )
        assert client.get(f"/espace/actions/{story.action.uuid}/retirer/").status_code == 404


@pytest.mark.parametrize("status", [ActionStatus.SUBMITTED, ActionStatus.EVALUATED])
def test_a_file_out_of_its_carriers_hands_is_not_edited(as_user, status):
    story = getattr(Story(), status)()
    client = as_user(fresh(story.manager))
    address = reverse("actions:edit", args=[story.action.uuid])
    data = sending(key=str(story.action.uuid), title="Changé", carrier=str(story.carrier.pk))
    assert client.post(address, data).status_code == 404
    client.post(PROPOSE, data)
    story.action.refresh_from_db()
    assert (story.action.title, story.action.status) == ("Une épicerie solidaire", status)
