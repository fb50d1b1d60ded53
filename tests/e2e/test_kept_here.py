"""What is typed in a form that isn't kept by the portal waits in the tab, until it is sent."""

from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from actions.proposals.services.applications import ProposalContent, save_proposal
from actors.models import User
from ess_portal.pages.models import ContactMessage
from tests.support.files import GOOD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT = "Object.entries(sessionStorage).map(([name, kept]) => [name, kept])"


@pytest.mark.slow
def test_a_message_comes_back_until_it_is_sent(portal):
    page, hands = portal.visitor(), portal.hands
    page.goto(reverse("pages:contact"))
    expect(page.locator("[data-back-here]")).to_be_hidden()
    hands.write(page.get_by_label("Prénom et nom"), "Ana Bé")
    hands.write(page.get_by_label("Message"), "Quand se réunit la commission ?")
    page.goto(reverse("pages:help"))
    page.goto(reverse("pages:contact"))
    expect(page.get_by_label("Message")).to_have_value("Quand se réunit la commission ?")
    expect(page.locator("[data-back-here]")).to_be_visible()
    assert ContactMessage.objects.count() == 0

    # What was typed before signing in is one's own; what is typed then is nobody else's.
    portal.sign_in(page, "porteur")
    page.goto(reverse("pages:contact"))
    expect(page.get_by_label("Prénom et nom")).to_have_value("Ana Bé")
    hands.write(page.get_by_label("Objet"), "Une question")
    page.context.clear_cookies()
    page.goto(reverse("pages:contact"))
    expect(page.get_by_label("Message")).to_have_value("")
    assert page.evaluate(KEPT) == []

    hands.write(page.get_by_label("Prénom et nom"), "Ana Bé")
    hands.write(page.get_by_label("Message"), "Bonjour")
    hands.press(page.get_by_role("button", name="Envoyer le message"))
    expect(page.get_by_role("heading", name="Erreur")).to_be_visible()
    page.goto(reverse("pages:contact"))
    expect(page.get_by_label("Message")).to_have_value("Bonjour")
    hands.write(page.get_by_label("Adresse électronique"), "ana@example.org")
    hands.write(page.get_by_label("Objet"), "Une question")
    hands.press(page.get_by_role("button", name="Envoyer le message"))
    page.wait_for_url("**/contact/merci/")
    assert page.evaluate(KEPT) == []
    page.goto(reverse("pages:contact"))
    expect(page.get_by_label("Message")).to_have_value("")


def test_attaching_a_file_unticks_nothing(portal, settings, tmp_path):
    settings.ATTACHMENTS_ROOT = tmp_path
    author = User.objects.get(email="porteur@demo.example")
    action, _ = save_proposal(key=uuid4(), by=author, content=ProposalContent())
    page, hands = portal.signed_in("porteur"), portal.hands
    page.goto(reverse("actions:send", args=[action.uuid]))
    hands.tick(page.get_by_label("Je certifie l’exactitude"))
    for name, data in (("statuts.exe", b"MZ"), ("statuts.pdf", GOOD["statuts.pdf"])):
        page.get_by_label("Fichier à joindre").set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        )
        hands.press(page.get_by_role("button", name="Joindre ce fichier"))
        expect(page.get_by_text(f"« {name} »").first).to_be_visible()
        expect(page.get_by_label("Je certifie l’exactitude")).to_be_checked()
        expect(page.get_by_label("J’ai lu les conditions")).not_to_be_checked()
    page.goto(action.get_space_url())
    assert page.evaluate(KEPT) == []
