"""Legal pages and robots."""

import pytest
from django.test import Client

from tests.support.reading import Page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/aide/", "Aide"),
        ("/mentions-legales/", "Mentions légales"),
        ("/conditions-d-utilisation/", "Conditions d’utilisation du téléservice"),
        ("/accessibilite/", "Déclaration d’accessibilité"),
        ("/donnees-personnelles/", "Données personnelles"),
        ("/plan-du-site/", "Plan du site"),
    ],
)
def test_pages_say_what_they_are(path, title):
    assert Page(Client().get(path)).title == title


def test_a_portal_without_audit_says_so_on_every_page():
    link = Page(Client().get("/")).one("footer").all("a")[0]
    assert (link.text, link["href"]) == ("Accessibilité : non conforme", "/accessibilite/")


def test_what_only_the_authority_knows_comes_from_its_settings(settings):
    settings.AUTHORITY = settings.AUTHORITY | {
        "publication_director": "Ana Bé, présidente",
        "host_name": "Hébergeur Exemple",
        "dpo_email": "dpo@agglo.example",
        "accessibility_state": "partiellement conforme",
    }
    assert "Ana Bé, présidente" in Page(Client().get("/mentions-legales/")).main.text
    assert "Hébergeur Exemple" in Page(Client().get("/mentions-legales/")).main.text
    assert "dpo@agglo.example" in Page(Client().get("/donnees-personnelles/")).main.text
    assert "partiellement conforme" in Page(Client().get("/accessibilite/")).main.text


def test_the_page_on_personal_data_speaks_to_everybody_who_leaves_some():
    headings = Page(Client().get("/donnees-personnelles/")).main.one("tbody").all("th")
    assert [heading.text for heading in headings] == [
        "Consultez le portail",
        "Proposez une action",
        "Joignez des fichiers à une proposition",
        "Faites partie d’une structure, ou co-portez un dossier",
        "Ajoutez une clé d’accès",
        "Ajoutez un second facteur",
        "Restez connecté",
        "Évaluez, instruisez ou décidez",
        "Siégez à la commission",
        "Avez un compte",
        "Nous écrivez",
    ]


@pytest.mark.parametrize(
    ("demo", "lines"),
    [
        (True, ["User-agent: *", "Disallow: /"]),
        (
            False,
            [
                "User-agent: *",
                "Disallow: /admin/",
                "Disallow: /sante/",
                "Disallow: /espace/",
                "Disallow: /evaluations/",
                "Disallow: /commission/",
                "Disallow: /connexion/",
            ],
        ),
    ],
)
def test_robots_leave_private_spaces_and_demonstrations_alone(settings, demo, lines):
    settings.DEMO = demo
    response = Client().get("/robots.txt")
    assert response.headers["Content-Type"] == "text/plain"
    assert response.content.decode().splitlines() == [
        *lines,
        "# http://127.0.0.1:8000/plan-du-site/",
    ]


@pytest.mark.parametrize("demo", [True, False])
def test_every_page_of_a_demonstration_says_so(settings, demo):
    settings.DEMO = demo
    banners = Page(Client().get("/aide/")).all("aside", cls="demo-banner")
    assert len(banners) == int(demo)
