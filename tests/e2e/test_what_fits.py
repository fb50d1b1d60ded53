"""What a sheet, a column or a phone holds: nothing is cut, and nothing spills."""

import re

import pytest
from django.urls import reverse

from actions.models import Action
from tests.support.demonstration import load_proposals

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
# A4 at 96 pixels an inch, without its margins.
SHEET = {"width": 672, "height": 1000}


def sheets(page) -> int:
    """How many sheets the page makes on A4 paper."""
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    return len(re.findall(rb"/MediaBox", pdf))


def hidden_widths(page, selector: str) -> list[int]:
    """How much of each such element is beyond its right edge, the whole page's first."""
    return page.evaluate(
        """selector => [document.documentElement, ...document.querySelectorAll(selector)]
        .map(element => element.scrollWidth - element.clientWidth)""",
        selector,
    )


def test_the_receipt_and_the_page_of_a_file_leave_no_sheet_empty(portal):
    load_proposals(lambda row: row["status"] == "in_correction")
    action = Action.objects.get(carrier__memberships__user__email="porteur@demo.example")
    page = portal.signed_in("porteur")
    page.goto(reverse("actions:receipt", args=[action.uuid]))
    assert sheets(page) == 1
    # As much as one sheet holds, whatever the height of the screen.
    page.set_viewport_size({"width": 1280, "height": 4000})
    page.evaluate(
        "document.querySelectorAll('main > *:not(:first-child)').forEach(e => e.remove())"
    )
    assert sheets(page) == 1


def test_amounts_stay_in_their_column_on_the_dashboard(portal):
    load_proposals(lambda row: row["measure"] == "5.1" and row["status"] == "prioritised")
    page = portal.signed_in("elu", viewport={"width": 1280, "height": 900})
    page.goto(reverse("dashboards:dashboard"))
    kind = page.locator(".decisions .number .small")
    kind.evaluate("element => { element.textContent = 'proposés au conseil' }")
    assert hidden_widths(page, ".decisions .table-responsive") == [0, 0]


def test_the_administrations_lists_and_histories_fit_a_phone_and_a_desk(portal):
    load_proposals(lambda row: row["status"] == "refusal_announced")
    action = Action.objects.order_by("pk").first()
    page = portal.signed_in("agent")
    for viewport in (PHONE, DESK):
        page.set_viewport_size(viewport)
        for name in ("action", "actionevent", "evaluation", "committeesession"):
            page.goto(reverse(f"admin:actions_{name}_changelist"))
            assert set(hidden_widths(page, ".results")) == {0}, (name, viewport)
        for name in ("actors_organisation", "base_outgoingmail"):
            page.goto(reverse(f"admin:{name}_changelist"))
            assert set(hidden_widths(page, ".results")) == {0}, (name, viewport)
        page.goto(reverse("admin:actions_action_change", args=[action.pk]))
        assert set(hidden_widths(page, ".workflow")) == {0}, viewport


def test_a_sheet_holds_the_result_by_criterion(portal):
    load_proposals(lambda row: row["status"] == "completed")
    own = Action.objects.filter(carrier__memberships__user__email="porteur@demo.example")
    page = portal.signed_in("porteur", viewport=SHEET)
    page.emulate_media(media="print")
    page.goto(reverse("actions:own_action", args=[own.first().uuid]))
    hidden = hidden_widths(page, ".result-figures .table-responsive")
    assert hidden == [0, 0]
