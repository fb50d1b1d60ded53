"""Agents' pages of organisations that await them."""

import pytest

from actors.enums import Role
from actors.models import Organisation
from tests.support.factories import OrganisationFactory, Story, member, person
from tests.support.organisations import provisional
from tests.support.reading import NO_CHOICE, Page

LIST = "/structures-a-confirmer/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(as_user):
    """An agent's browser."""
    return as_user(person(Role.AGENT))


def review(organisation) -> str:
    return f"{LIST}{organisation.pk}/"


def test_lists_those_that_wait_those_that_sent_something_first(agent):
    provisional(name="Une")
    Story(carrier=provisional(name="Deux"))
    Story(carrier=provisional(name="Trois")).submitted()
    OrganisationFactory(name="Confirmée")
    provisional(name="Réunie", merged_into=OrganisationFactory())
    page = Page(agent.get(LIST))
    rows = [item.text for item in page.main.all("li", cls="row-item")]
    assert [row.split(" décrite")[0] for row in rows] == ["Trois", "Une", "Deux"]
    assert [row.split(" · ")[-1] for row in rows] == [
        "1 dossier envoyé",
        "0 dossier envoyé",
        "0 dossier envoyé",
    ]


def test_says_when_none_waits(agent):
    assert "Aucune structure n’attend." in Page(agent.get(LIST)).main.text


def test_an_agent_is_led_there(agent):
    story = Story(carrier=provisional(name="Les Jardins")).submitted()
    for address, there in (
        ("/admin/", LIST),
        (f"/admin/actions/action/{story.action.pk}/change/", review(story.carrier)),
        ("/admin/actors/organisation/?confirmation=attente", review(story.carrier)),
    ):
        links = [link for link in Page(agent.get(address)).all("a") if "confirmer" in link.text]
        assert [link["href"] for link in links if link.text.lower().startswith("voir et")] == [
            there
        ]


def test_is_confirmed_in_one_act(agent):
    organisation = provisional(name="Les Jardins")
    manager = member(organisation)
    page = Page(agent.get(review(organisation)))
    assert (page.title, page.form.get("decision", "")) == ("Les Jardins", "")
    response = agent.post(review(organisation), {"decision": "confirm"}, follow=True)
    assert Page(response).messages == [
        "« Les Jardins » est confirmée : ses responsables sont prévenus."
    ]
    organisation.refresh_from_db()
    assert (organisation.is_confirmed, manager.memberships.count()) == (True, 1)


@pytest.mark.parametrize(
    "same", [{"siret": "73282932000074"}, {"rna": "W632000001"}, {"name": "LES JARDINS DÉTÉ"}]
)
def test_its_likely_twin_is_proposed_and_merged_in_one_act(agent, same):
    columns = {"name": "Les jardins d’été"} | same
    twin = provisional(**columns | ({"name": "Les jardins deté"} if "name" in same else {}))
    into = OrganisationFactory(**{"name": "Jardins"} | same)
    story = Story(carrier=twin).submitted()
    page = Page(agent.get(review(twin)))
    # Which one it may be is proposed; that it is one, is for the agent to say.
    assert (page.form.get("decision", ""), page.form["into"]) == ("", str(into.pk))
    response = agent.post(review(twin), page.form | {"decision": "merge"}, follow=True)
    assert Page(response).messages == [
        f"« {twin} » est réunie à « {into} » : ses membres sont prévenus."
    ]
    story.action.refresh_from_db()
    assert story.action.carrier == into


@pytest.mark.parametrize(
    ("there", "twins", "said"),
    [
        (0, 0, "à Jardins, qui n’a aucun membre : personne d’autre n’y entre"),
        (0, 1, "à Jardins, qui n’a aucun membre : Ana en sera membre"),
        (0, 2, "à Jardins, qui n’a aucun membre : Ana, Bob en seront membres"),
        (1, 1, "à Jardins, qui a déjà 1 membre : Ana demandera à la rejoindre"),
        (2, 2, "à Jardins, qui a déjà 2 membres : Ana, Bob demanderont à la rejoindre"),
    ],
)
def test_says_before_what_becomes_of_whom(agent, there, twins, said):
    twin, into = provisional(name="Jardins"), OrganisationFactory(name="Jardins")
    for name in ("Ana", "Bob")[:twins]:
        member(twin, full_name=name)
    for number in range(there):
        both = member(into, full_name=f"Des deux {number}")
        twin.memberships.create(user=both, role="contributor")
    notice = Page(agent.get(review(twin))).main.one("div", cls="notice-warning")
    assert [item.text for item in notice.all("li")] == [said]


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, ["Votre réponse : Ce champ est obligatoire."]),
        (
            {"decision": "merge"},
            ["La structure confirmée : Choisissez la structure à laquelle la réunir."],
        ),
        ({"decision": "merge", "into": "0"}, [f"La structure confirmée : {NO_CHOICE}"]),
    ],
)
def test_says_what_is_missing(agent, typed, errors):
    organisation = provisional()
    assert Page(agent.post(review(organisation), typed)).errors == errors
    assert Organisation.objects.provisional().get() == organisation


def test_says_why_it_is_refused(agent):
    OrganisationFactory(name="La Source", siret="73282932000074")
    organisation = provisional(siret="73282932000074")
    page = Page(agent.post(review(organisation), {"decision": "confirm"}))
    assert page.errors == ["« La Source » porte déjà ce numéro : réunissez-les."]


def test_a_confirmed_one_is_only_merged(agent):
    organisation = OrganisationFactory()
    page = Page(agent.post(review(organisation), {"decision": "confirm"}))
    assert page.errors[0].startswith("Votre réponse : Sélectionnez un choix valide.")


def test_an_agent_of_its_own_is_told_so(as_user):
    organisation = provisional()
    own = person(Role.AGENT)
    organisation.memberships.create(user=own, role="manager")
    page = Page(as_user(own).get(review(organisation)))
    assert "Vous faites partie de cette structure : un autre agent s’en occupe." in page.main.text
    assert page.main.all("form") == []


def test_one_that_was_merged_leads_to_the_other(client, agent):
    into = OrganisationFactory(slug="la-source")
    twin = provisional(slug="source", merged_into=into)
    response = client.get("/acteurs/source/")
    assert (response.status_code, response.headers["Location"]) == (301, "/acteurs/la-source/")
    assert Page(agent.get(review(twin))).main.all("form") == []


@pytest.mark.slow
class TestNobodyElseReadsItsName:
    ADDRESSES = (
        "/acteurs/",
        "/acteurs/?q=zanzibar",
        "/recherche/?q=zanzibar",
        "/actions/?q=zanzibar",
        "/actions/",
        "/",
        "/acteurs/zanzibar/",
        "/acteurs/zanzibar/rattachement/",
    )

    def test_on_any_page(self, client, as_user):
        Story(carrier=provisional(name="Zanzibar", slug="zanzibar")).evaluated()
        for browser in (client, as_user(member(OrganisationFactory()))):
            pages = {one: browser.get(one, follow=True).content for one in self.ADDRESSES}
            bodies = {one: page.decode().replace('"zanzibar"', "") for one, page in pages.items()}
            assert [one for one, body in bodies.items() if "Zanzibar" in body] == []

    def test_among_partners_or_carriers(self, as_user):
        provisional(name="Zanzibar")
        story = Story().prioritised()
        draft = Story(carrier=story.carrier)
        client = as_user(draft.manager)
        for step in ("mesure", "moyens", "structure"):
            page = client.get(f"/espace/actions/{draft.action.uuid}/modifier/{step}/")
            assert "Zanzibar" not in page.content.decode()
        amendment = as_user(story.members[0]).get(f"/commission/{story.action.reference}/avenant/")
        assert "Zanzibar" not in amendment.content.decode()


def test_its_own_people_are_told(as_user):
    organisation = provisional(slug="les-jardins")
    client = as_user(member(organisation))
    said = "Un agent doit encore confirmer votre structure."
    for address in (
        "/espace/structures/les-jardins/",
        "/espace/structures/les-jardins/inviter/",
        "/acteurs/les-jardins/",
    ):
        assert said in Page(client.get(address)).main.text
    page = Page(
        client.post(
            "/espace/structures/les-jardins/inviter/",
            {"email": "ana@example.org", "role": "contributor"},
        )
    )
    assert page.errors == [
        "Un agent doit d’abord confirmer votre structure : vous pourrez inviter aussitôt après. "
        "Écrire et envoyer vos dossiers n’attend pas."
    ]


def test_co_carriers_wait_too(as_user):
    story = Story(carrier=provisional())
    address = f"/espace/actions/{story.action.uuid}/co-porteurs/"
    client = as_user(story.manager)
    assert "Un agent doit encore confirmer" in Page(client.get(address)).main.text
    client.post(address, {"email": "ana@example.org"})
    assert story.action.co_editors.count() == 0


def test_the_committee_reads_why_it_cannot_decide(as_user):
    story = Story(carrier=provisional()).evaluated()
    client = as_user(story.members[0])
    page = Page(client.get(f"/commission/{story.action.reference}/proposer/mettre-en-vivier/"))
    sentence = (
        "La structure porteuse attend d’être confirmée par un agent : la décision attend aussi."
    )
    assert sentence in page.main.text
    page = Page(
        client.post(
            f"/commission/{story.action.reference}/proposer/mettre-en-vivier/",
            {"reason": "À mûrir."},
        )
    )
    assert page.errors == [sentence]
