"""axe finds nothing: one of each page type always, every theme and width in `make test-full`."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from actions.enums import ActionStatus
from actions.models import Action
from actions.services.demonstration import load_organisations, load_proposal
from actors.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VISITOR = "visitor"


@pytest.fixture
def addresses(portal):
    """Every page type, by who reads it, over the demonstration's data."""
    import json

    from tests.e2e.conftest import ROOT

    data = json.loads((ROOT / "actions/data/demo.json").read_text(encoding="utf-8"))
    people = {user.email.split("@")[0]: user for user in User.objects.all()}
    managers = load_organisations(data["organisations"], people)
    for row in data["proposals"]:
        load_proposal(row, managers[row["carrier"]], people)
    return _addresses()


def _addresses():
    def own(status, name="own_action"):
        carrier = "cooperative-imaginaire-des-volcans"
        mine = Action.objects.filter(carrier__slug=carrier, status=status).first()
        return reverse(f"actions:{name}", args=[mine.uuid])

    def first(status):
        return Action.objects.filter(status=status).order_by("pk").first()

    def result(action):
        return reverse("actions:result", args=[action.reference])

    failing = Action.objects.get(status="evaluated", gate_floor_margin__lt=0)
    waiting = first(ActionStatus.IN_EVALUATION)
    evaluation = waiting.evaluations.get(sent_at=None)
    submitted = first(ActionStatus.SUBMITTED)
    admin = {
        "index": [],
        "actions_action_changelist": [],
        "actions_action_change": [submitted.pk],
        "actions_action_transition": [submitted.pk, "request_correction"],
        "actions_action_assign": [waiting.pk],
        "actions_action_paper": [],
        "challenges_measure_changelist": [],
        "actors_organisation_add": [],
        "base_outgoingmail_changelist": [],
    }
    public_pages = (
        "home",
        "programme",
        "help",
        "contact",
        "legal_notice",
        "terms",
        "accessibility",
        "privacy",
        "site_map",
    )
    return {
        VISITOR: [
            *(reverse(f"pages:{name}") for name in public_pages),
            reverse("pages:challenge", args=[2]),
            reverse("pages:measure", args=[2, 1]),
            reverse("actions:list"),
            reverse("actions:action", args=[first(ActionStatus.PRIORITISED).reference]),
            reverse("actions:action", args=[first(ActionStatus.POSTPONED).reference]),
            reverse("actors:organisation_list"),
            reverse("actors:organisation", args=["cooperative-imaginaire-des-volcans"]),
            reverse("actions:propose"),
            reverse("account_login"),
            "/nulle-part/",
        ],
        "porteur": [
            reverse("actions:space"),
            reverse("actions:propose"),
            own("draft"),
            own("in_correction"),
            own("in_correction", "edit"),
            own("completed"),
            own("completed", "receipt"),
            own("in_evaluation", "withdraw"),
        ],
        "evaluateur3": [
            reverse("actions:evaluations"),
            reverse("actions:evaluation", args=[evaluation.pk]),
            reverse("actions:recuse", args=[evaluation.pk]),
        ],
        "comite1": [
            reverse("actions:committee"),
            result(failing),
            reverse("actions:propose_decision", args=[failing.reference, "postpone"]),
            result(first(ActionStatus.REFUSAL_ANNOUNCED)),
            reverse("dashboards:dashboard"),
            reverse("dashboards:waiting", args=["decider"]),
        ],
        "agent": [reverse(f"admin:{name}", args=args) for name, args in admin.items()],
    }


def faults(portal, addresses, **options) -> list[tuple[str, str, str]]:
    """What axe reports, page by page, and pages wider than the screen."""
    found = []
    for who, pages in addresses.items():
        page = portal.visitor(**options) if who == VISITOR else portal.signed_in(who, **options)
        for address in pages:
            page.goto(address)
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                found.append((who, address, "wider than the screen"))
            # axe measures with inline styles, which the policy reports: those aren't ours.
            noted = list(portal.faults)
            for violation in Axe().run(page).response["violations"]:
                target = violation["nodes"][0]["html"][:120]
                found.append((who, address, f"{violation['id']}: {target}"))
            portal.faults[:] = noted
        page.context.close()
    # A missing page is one of those looked at: the browser notes it as an error.
    portal.faults[:] = [fault for fault in portal.faults if "404" not in fault]
    return found


def test_axe_finds_nothing_on_any_page_type(portal, addresses):
    assert faults(portal, addresses) == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_in_any_theme_at_any_width(portal, addresses, width, scheme):
    viewport = {"width": width, "height": 800}
    assert faults(portal, addresses, viewport=viewport, color_scheme=scheme) == []
