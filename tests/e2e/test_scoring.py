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


def kept_first(evaluation) -> tuple[int | None, str]:
    """Level and reason of the first criterion, as they are kept."""
    return evaluation.scores.values_list("level", "reason").get(criterion__position=1)


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


@pytest.mark.slow
def test_what_is_typed_is_kept_and_an_older_window_is_shown_both_versions(portal, evaluation):
    first, hands = portal.signed_in("evaluateur3"), portal.hands
    first.goto(reverse("actions:evaluation", args=[evaluation.pk]))
    second = first.context.new_page()
    second.goto(first.url)
    block = first.locator("[data-criterion]").first
    block.get_by_role("radio").first.focus()
    first.keyboard.press("2")
    expect(first.locator("#enregistre")).to_contain_text("Enregistré à")
    hands.write(block.get_by_label("Explication"), "Écrit ici, sans bouton.")
    with first.expect_response(lambda answer: answer.request.method == "POST"):
        first.keyboard.press("Tab")
    assert kept_first(evaluation) == (2, "Écrit ici, sans bouton.")

    text = second.locator("[data-criterion]").first.get_by_label("Explication")
    hands.write(text, "Écrit là.")
    alert = second.locator("#enregistre .alert")
    expect(alert).to_contain_text("Vous avez enregistré cette évaluation dans une autre fenêtre")
    hands.press(second.get_by_role("button", name="Enregistrer le brouillon"))
    versions = second.get_by_role("table", name="Les deux versions")
    expect(versions.get_by_role("cell", name="Écrit ici, sans bouton.")).to_be_visible()
    expect(versions.get_by_role("cell", name="Écrit là.")).to_be_visible()
    portal.faults.clear()  # the browser notes the 409 of a page that was out of date
    hands.press(second.get_by_role("button", name="Enregistrer le brouillon"))
    expect(second.get_by_text("Le brouillon de votre évaluation est enregistré.")).to_be_visible()
    assert kept_first(evaluation) == (None, "Écrit là.")
