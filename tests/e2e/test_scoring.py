"""Levels by the keyboard, on the scoring view, without taking what is typed elsewhere."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from actions.models import Evaluation
from tests.support.demonstration import load_proposals

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def evaluation(portal) -> Evaluation:
    """The one that evaluateur3 has declared for and not written yet."""
    load_proposals(lambda row: row["status"] == "in_evaluation" and "declared" not in row)
    return Evaluation.objects.get(sent_at=None)


def test_levels_are_chosen_by_their_keys(portal, evaluation):
    page = portal.signed_in("evaluateur3")
    page.goto(reverse("actions:evaluation", args=[evaluation.pk]))
    first, second, *_ = page.locator("[data-criterion]").all()
    total, said = page.locator("[data-total]"), page.locator("[data-said]")
    expect(page.locator("[data-shortcuts]")).to_be_visible()

    first.get_by_role("radio").first.focus()
    page.keyboard.press("3")
    expect(first.get_by_role("radio").nth(3)).to_be_checked()
    expect(first.get_by_role("radio").nth(3)).to_be_focused()
    expect(total).to_have_text("incomplet : 1 niveau sur 4 critères")
    expect(said).to_have_text("Une gouvernance partagée : niveau 3")
    page.keyboard.press("n")
    expect(first.get_by_role("radio").nth(4)).to_be_checked()
    expect(said).to_have_text("Une gouvernance partagée : ne se prononce pas")

    # From anything of the criterion but a text, and there alone.
    second.locator("summary").focus()
    page.keyboard.press("2")
    expect(second.get_by_role("radio").nth(2)).to_be_checked()
    page.keyboard.press("9")
    page.keyboard.press("Control+1")
    expect(second.get_by_role("radio").nth(2)).to_be_checked()
    second.get_by_label("Explication").focus()
    page.keyboard.type("De 0 à 3, non.")
    expect(second.get_by_label("Explication")).to_have_value("De 0 à 3, non.")
    expect(second.get_by_role("radio").nth(2)).to_be_checked()
    page.get_by_role("button", name="Enregistrer le brouillon").focus()
    page.keyboard.press("1")
    expect(page.locator("[data-criterion] input:checked")).to_have_count(2)
