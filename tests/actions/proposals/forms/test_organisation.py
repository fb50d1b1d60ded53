"""Step 1: one's own organisation, or another one described."""

import pytest

from actions.proposals.forms.organisation import (
    ORGANISATION_FIELDS,
    SIMILAR,
    OrganisationForm,
)
from actors.models import Membership, Organisation
from tests.support.factories import (
    CommuneFactory,
    OrganisationFactory,
    Story,
    UserFactory,
    fresh,
    grid,
    member,
)
from tests.support.forms import not_offered, too_long
from tests.support.organisations import provisional
from tests.support.reading import NO_CHOICE, Page

pytestmark = pytest.mark.django_db
KEY = {"key": "3f2a1c9e-0000-4000-8000-000000000001"}
NEW = {"org_name": "Les Jardins", "org_family": "association"}
NO_FAMILY = "Choisissez la famille de l’ESS de votre structure."
SIRET = "732 829 320 00074"


def form(user=None, **typed) -> OrganisationForm:
    """The first step of a new file."""
    return OrganisationForm(KEY | typed, user=user or UserFactory())


def test_ones_own_is_chosen():
    organisation = OrganisationFactory()
    filled = form(member(organisation), carrier=organisation.pk, **NEW)
    assert filled.errors == {}
    assert filled.content.columns == {"carrier": organisation}
    assert filled.new_organisation is None


def test_one_of_others_is_not():
    assert form(carrier=OrganisationFactory().pk).errors == {"carrier": [NO_CHOICE]}


def test_another_is_described():
    commune = CommuneFactory()
    filled = form(
        **NEW,
        org_legal_form="Association loi 1901",
        org_siret=SIRET,
        org_rna=" w63 2000001",
        org_commune=commune.pk,
        org_address="1 rue des Gras",
        org_postal_code="63 000",
        org_website="jardins.example",
    )
    assert filled.errors == {}
    assert filled.content.columns == {"carrier": None}
    new = filled.content.new_organisation
    assert {column: getattr(new, column) for column in ORGANISATION_FIELDS.values()} == {
        "name": "Les Jardins",
        "family": "association",
        "legal_form": "Association loi 1901",
        "siret": "73282932000074",
        "rna": "W632000001",
        "commune": commune,
        "address": "1 rue des Gras",
        "postal_code": "63000",
        "website": "https://jardins.example",
    }
    assert new.pk is None


def test_nothing_at_all_is_kept_in_a_draft():
    filled = form()
    assert (filled.errors, filled.content.columns, filled.new_organisation) == (
        {},
        {"carrier": None},
        None,
    )


def test_described_again_it_is_the_one_that_was_made():
    own = OrganisationFactory(name="Les Jardins", siret="73282932000074")
    filled = form(member(own), **NEW, org_siret=SIRET)
    assert filled.errors == {}
    assert (filled.content.columns, filled.new_organisation) == ({"carrier": own}, None)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            {"org_family": ""},
            {"org_family": [NO_FAMILY]},
        ),
        (
            {"org_family": "bank"},
            {
                "org_family": [
                    not_offered("bank"),
                    "Choisissez la famille de l’ESS de votre structure.",
                ]
            },
        ),
        (
            {"org_siret": "732 829 320 00075"},
            {"org_siret": ["Ce SIRET n’est pas valable : un chiffre est sans doute mal recopié."]},
        ),
        (
            {"org_siret": "732 829 320"},
            {"org_siret": ["Un SIRET a 14 chiffres : vérifiez que vous les avez tous."]},
        ),
        ({"org_legal_form": "x" * 121}, {"org_legal_form": [too_long(120, 121)]}),
        ({"org_commune": "0"}, {"org_commune": [NO_CHOICE]}),
        ({"org_website": "ceci n’est pas"}, {"org_website": ["Saisissez une URL valide."]}),
    ],
)
def test_says_beside_each_field_what_cannot_be_kept(changes, errors):
    filled = form(**NEW | changes)
    assert filled.errors == errors
    assert filled.new_organisation is None


@pytest.mark.parametrize(
    ("known", "field", "sentence"),
    [
        (
            {"siret": "73282932000074"},
            "org_siret",
            "Cette structure est déjà sur le portail : demandez à en faire partie.",
        ),
        (
            {"rna": "W632000001"},
            "org_rna",
            "Cette structure est déjà sur le portail : demandez à en faire partie.",
        ),
    ],
)
def test_one_that_is_known_already_is_told_beside_its_number(known, field, sentence):
    OrganisationFactory(**known)
    filled = form(**NEW, org_siret=SIRET, org_rna="W632000001")
    assert filled.errors == {field: [sentence]}


def test_a_filed_action_keeps_its_carrier():
    story = Story().in_correction()
    other = OrganisationFactory()
    Membership.objects.create(user=story.manager, organisation=other, role="manager")
    for typed in ({"carrier": ""}, {"carrier": other.pk}, NEW):
        filled = OrganisationForm(typed, instance=story.action, user=fresh(story.manager))
        assert filled.errors == {}
        assert filled.content.columns == {"carrier": story.carrier}
        assert filled.new_organisation is None
    assert filled.fields["carrier"].help_text == (
        "Le dossier a été envoyé : la structure qui le porte ne change plus que par un avenant."
    )


def test_what_a_provisional_one_bears_blocks_nobody():
    provisional(siret="73282932000074", rna="W632000001")
    filled = form(**NEW, org_siret=SIRET, org_rna="W632000001")
    assert filled.errors == {}
    assert filled.new_organisation.siret == "73282932000074"


def test_a_name_holds_no_link():
    filled = form(**NEW | {"org_name": "Gagnez sur piege.example"})
    assert filled.errors == {
        "org_name": [
            "Écrivez un nom sans adresse électronique ni lien\u00a0: enlevez "
            "«\u00a0piege.example\u00a0», ou mettez une espace après le point."
        ]
    }


def test_who_writes_the_file_of_others_leaves_its_carrier():
    story = Story()
    filled = OrganisationForm(NEW, instance=story.action, user=UserFactory())
    assert [name for name in ORGANISATION_FIELDS if name in filled.fields] == []
    assert filled.errors == {}
    assert filled.content.columns == {"carrier": story.carrier}


class TestANameThatResemblesOthers:
    @pytest.fixture
    def others(self):
        """Two that anybody reads, and two that nobody else does."""
        provisional(name="Les Jardins")
        OrganisationFactory(name="Les jardins", is_published=False)
        OrganisationFactory(name="La Source")
        return OrganisationFactory(name="Association Les Jardins"), OrganisationFactory(
            name="Les Jardin", slug="les-jardin"
        )

    def test_is_asked_about_before_another_is_made(self, others):
        filled = form(**NEW)
        assert filled.errors == {"org_is_another": [SIMILAR]}
        assert filled.similar == list(others)
        assert filled.new_organisation is None

    def test_is_made_once_it_is_said_to_be_another(self, others):
        filled = form(**NEW, org_is_another="on")
        assert filled.errors == {}
        assert filled.new_organisation.name == "Les Jardins"

    def test_leads_to_those_it_resembles(self, others, as_user):
        grid()
        client = as_user(UserFactory())
        typed = Page(client.get("/actions/proposer/")).form | NEW
        client.post("/actions/proposer/", typed | {"go": "action"})
        address = f"/espace/actions/{typed['key']}/modifier/structure/"
        page = Page(client.get(address))
        links = [link["href"] for link in page.main.one("div", cls="notice").all("a")]
        assert [link for link in links if link.endswith("/rattachement/")] == [
            f"/acteurs/{other.slug}/rattachement/" for other in others
        ]
        client.post(address, page.form | {"org_is_another": "on"})
        made = Organisation.objects.filter(name="Les Jardins").latest("pk")
        assert (made.confirmed_at, made.memberships.count()) == (None, 1)
