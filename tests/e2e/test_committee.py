"""A session of the committee, from the ranking to the answers: prepared, held, published, heard."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from actions.committee.services.agenda import put_on_agenda
from actions.committee.services.conduct import open_session
from actions.demonstration.applications import load_proposal
from actions.demonstration.people import load_organisations
from actions.models import Action
from actors.models import User
from tests.e2e.conftest import read
from tests.support.committee_steps import (
    BELOW_FLOOR,
    ENVELOPE,
    LEFT,
    NOTED,
    downloaded,
    draw_agenda,
    evaluated_actions,
    hold,
    is_saved,
    note,
    prepare,
    squeezed,
    step,
    text_of,
)
from tests.support.committee_walks import (
    Witnesses,
    answers_are_heard,
    cannot_be_prioritised,
    decide_all,
    leave_the_room,
    minutes_are_read,
    ranking_is_read,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def unwarned():
    """Give a function that watches a page; nothing saved by itself may warn when one leaves."""
    warnings = []

    def watched(page):
        page.on("dialog", lambda dialog: (warnings.append(dialog.type), dialog.accept()))
        return page

    yield watched
    assert warnings == []


@pytest.mark.slow
def test_a_session_of_two_actions_is_prepared_held_and_published(portal, unwarned):
    keys = (LEFT, BELOW_FLOOR)
    actions = evaluated_actions(keys)
    agent = unwarned(portal.signed_in("agent"))
    agent.get_by_role("link", name="Commission", exact=True).click()
    session = prepare(agent, envelope=ENVELOPE)
    draw_agenda(agent, actions.values())
    hold(agent)
    agent.get_by_role("link", name="Reprendre au point 1").click()
    outcome, amount, _, reason = NOTED[LEFT]
    note(agent, outcome, amount, (3, 0, 0), reason)
    is_saved(agent)
    agent.get_by_role("link", name="Point suivant").click()
    cannot_be_prioritised(agent, actions[BELOW_FLOOR])
    outcome, _, votes, reason = NOTED[BELOW_FLOOR]
    note(agent, outcome, None, votes, "")
    expect(agent.locator("#enregistre")).to_contain_text("Enregistré à")
    expect(agent.locator("#enregistre")).to_contain_text("Écrivez le motif")
    agent.get_by_label("Motif", exact=True).fill(reason)  # saved before one leaves the field
    is_saved(agent)

    step(portal, "comite1", session, "Clore la séance", "un autre membre confirme les décisions")
    step(portal, "comite2", session, "Confirmer les décisions", "les porteurs sont prévenus")
    for key in keys:
        actions[key].refresh_from_db()
    assert [actions[key].status for key in keys] == ["prioritised", "refusal_announced"]


@pytest.mark.slow  # three quarters of a minute
def test_ten_actions_are_decided_together_and_a_refused_carrier_is_heard(portal, unwarned):
    actions = evaluated_actions(NOTED)
    witnesses = Witnesses(portal, actions)
    agent = unwarned(portal.signed_in("agent"))
    ranking_is_read(agent, actions)
    session = prepare(agent, envelope=ENVELOPE)
    draw_agenda(agent, actions.values())
    pack = text_of(downloaded(agent, "Dossier de préparation"))
    for action in actions.values():
        assert squeezed(f"{action.reference} – {action.title}") in pack
    hold(agent)
    leave_the_room(portal, session, actions[LEFT])
    decide_all(agent, session, actions)

    step(portal, "comite1", session, "Clore la séance", "un autre membre confirme les décisions")
    witnesses.saw_nothing_move()
    step(portal, "comite2", session, "Confirmer les décisions", "les porteurs sont prévenus")
    witnesses.saw_all_published()
    minutes_are_read(agent, session, actions)
    answers_are_heard(portal, actions)


@pytest.mark.slow
@pytest.mark.parametrize("latency", [0, 400], ids="{} ms".format)
def test_a_button_and_what_saves_itself_do_not_contradict_each_other(portal, unwarned, latency):
    """Pressed before, while and after the page saves by itself: one answer, and nothing is left."""
    actions = evaluated_actions((LEFT, BELOW_FLOOR))
    agent = unwarned(portal.signed_in("agent"))
    agent.get_by_role("link", name="Commission", exact=True).click()
    prepare(agent, envelope=ENVELOPE)
    draw_agenda(agent, actions.values())
    hold(agent)
    agent.get_by_role("link", name="Reprendre au point 1").click()
    slow_down(agent, latency)
    for pause in (0, 350, 1300):
        agent.get_by_label("Mettre en vivier", exact=True).check()
        agent.get_by_label("Motif", exact=True).fill(f"À revoir dans {pause} jours.")
        agent.wait_for_timeout(pause)
        agent.get_by_role("button", name="Enregistrer", exact=True).click()
        expect(agent.get_by_role("status").get_by_text("est enregistré")).to_be_visible()
        agent.wait_for_timeout(1500)
        agent.reload()
        expect(agent.get_by_label("Motif", exact=True)).to_have_value(
            f"À revoir dans {pause} jours."
        )
        expect(agent.get_by_text("n’a pas pu être enregistrée")).to_have_count(0)


def slow_down(page, latency: int) -> None:
    """Have each answer take that many milliseconds more."""
    browser = page.context.new_cdp_session(page)
    unlimited = {"downloadThroughput": -1, "uploadThroughput": -1}
    browser.send("Network.enable")
    browser.send(
        "Network.emulateNetworkConditions", {"offline": False, "latency": latency, **unlimited}
    )


@pytest.mark.slow
def test_an_increase_asks_how_much_is_added(portal):
    data = read("actions/data/demo.json")
    people = {user.email.split("@")[0]: user for user in User.objects.all()}
    managers = load_organisations(data["organisations"], people)
    row = next(row for row in data["proposals"] if row["key"] == "toits-solaires-citoyens")
    load_proposal(row, managers[row["carrier"]], people)
    agent = portal.signed_in("agent")
    agent.get_by_role("link", name="Commission", exact=True).click()
    session = prepare(agent, envelope=ENVELOPE)
    by = people["agent"]
    (item,) = put_on_agenda(session=session, actions=Action.objects.all(), by=by)
    open_session(session=session, by=by)

    agent.goto(reverse("actions:agenda_item", args=[item.pk]))
    added = agent.get_by_label("Montant ajouté (€)")
    expect(added).to_be_hidden()
    agent.get_by_label("Augmenter le montant accordé").check()
    expect(added).to_be_visible()
    expect(agent.get_by_label("Part publique du motif")).to_be_hidden()
    agent.get_by_label("Maintenir le montant accordé").check()
    expect(added).to_be_hidden()
