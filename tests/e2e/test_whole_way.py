"""One action goes the whole way, and another is stopped by the gate at every door."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from actions.gate import total_in_words
from actions.models import Action
from tests.support import proposing
from tests.support.hands import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS = "camille@epicerie.example"
LEVELS_OF = {"passing": (2, 2, 3, 2), "below_floor": (0, 3, 3, 3)}


def propose(portal) -> str:
    """As somebody unknown: an address, a code, the form, the receipt. Return the reference."""
    page, hands = portal.visitor(), portal.hands
    page.goto("/")
    hands.press(page.get_by_role("link", name="Proposer une action").first)
    hands.write(page.get_by_label("Adresse électronique"), ADDRESS)
    hands.press(page.get_by_role("button", name="Recevoir un code"))
    page.get_by_role("heading", name="Saisir le code").wait_for()
    hands.write(page.get_by_label("Code reçu par courriel"), portal.code_mailed_to(ADDRESS))
    hands.press(page.get_by_role("button", name="Se connecter"))
    proposing.fill_organisation(page, hands)
    proposing.fill_action(page, hands)
    proposing.fill_measure(page, hands)
    proposing.fill_means(page, hands)
    proposing.fill_criteria(page, hands)
    proposing.send(page, hands)
    page.get_by_role("heading", name="Accusé de réception").wait_for()
    return page.locator("strong.reference").inner_text()


def open_in_admin(portal, page, reference: str) -> None:
    """As an agent: find the action in the administration."""
    page.goto(reverse("admin:actions_action_changelist"))
    portal.hands.press(page.get_by_role("link", name=reference))


def admit_and_assign(portal, reference: str) -> None:
    """As an agent: confirm the organisation, admit the file, ask three people to evaluate it."""
    page, hands = portal.signed_in("agent"), portal.hands
    open_in_admin(portal, page, reference)
    hands.press(page.get_by_role("link", name="Voir et confirmer"))
    hands.tick(page.get_by_label("La confirmer"))
    hands.press(page.get_by_role("button", name="Enregistrer"))
    page.get_by_text("est confirmée").wait_for()
    open_in_admin(portal, page, reference)
    hands.press(page.get_by_role("link", name="Admettre à l’évaluation"))
    hands.press(page.get_by_role("button", name="Admettre à l’évaluation"))
    hands.press(page.get_by_role("link", name="Demander des évaluations"))
    for name in ("Ève Évaluatrice", "Evan Évaluateur", "Élie Évaluateur"):
        hands.tick(page.get_by_label(name))
    hands.press(page.get_by_role("button", name="Demander des évaluations"))
    page.get_by_text("3 évaluations demandées.").wait_for()


def score(portal, evaluator: str, levels) -> None:
    """As an evaluator: declare no interest, open the file from the queue, score it, send it.

    Without JavaScript the total is right once the draft is saved.
    """
    page, hands = portal.signed_in(evaluator), portal.hands
    hands.press(page.get_by_role("link", name="Mes évaluations"))
    hands.press(page.get_by_role("link", name="Une épicerie solidaire de quartier"))
    hands.press(page.get_by_role("button", name="Je déclare n’avoir aucun intérêt"))
    groups = page.get_by_role("group", name="Niveau pour")
    expect(groups).to_have_count(len(levels))  # .all() alone doesn't wait for the page
    boxes = page.get_by_label("Explication").all()
    for group, level, box in zip(groups.all(), levels, boxes, strict=True):
        hands.choose(group, level)
        hands.write(box, "D’après les statuts et le budget joints au dossier.")
    if not portal.script:
        hands.press(page.get_by_role("button", name="Enregistrer le brouillon"))
    expect(page.locator("[data-total]")).to_have_text(total_in_words(sum(levels), 12))
    hands.press(page.get_by_role("button", name="Envoyer mon évaluation"))
    page.get_by_text("Votre évaluation est envoyée.").wait_for()


def close(portal, reference: str):
    """As an agent: close the evaluation; the result is shown at once."""
    page, hands = portal.signed_in("agent"), portal.hands
    open_in_admin(portal, page, reference)
    hands.press(page.get_by_role("link", name="Clore l’évaluation"))
    hands.press(page.get_by_role("button", name="Clore l’évaluation"))
    page.get_by_role("heading", name="Résultat de l’évaluation").wait_for()
    return page


def evaluated(portal, kind: str) -> tuple[str, object]:
    """Take an action to its result. Return its reference and the agent's page on the result."""
    reference = propose(portal)
    admit_and_assign(portal, reference)
    for evaluator in ("evaluateur1", "evaluateur2", "evaluateur3"):
        score(portal, evaluator, LEVELS_OF[kind])
    return reference, close(portal, reference)


@pytest.mark.slow  # a minute of Tab and Enter
def test_an_action_goes_the_whole_way_by_keyboard_alone(portal):
    portal.hands = hands = Keyboard()
    reference, result = evaluated(portal, "passing")
    expect(result.get_by_text("D’intérêt communautaire : 75,0 sur 100")).to_be_visible()

    proposer = portal.signed_in("comite1")
    hands.press(proposer.get_by_role("link", name="Commission", exact=True))
    hands.press(proposer.get_by_role("link", name="Une épicerie solidaire de quartier"))
    hands.press(proposer.get_by_role("link", name="Prioriser", exact=True))
    hands.write(proposer.get_by_label("Montant accordé"), "11000")
    hands.write(proposer.get_by_label("Motif", exact=True), "Le local est prêté la première année.")
    hands.press(proposer.get_by_role("button", name="Proposer la décision"))
    proposer.get_by_text("une autre personne doit la confirmer").wait_for()
    expect(proposer.get_by_role("button", name="Confirmer la décision")).to_have_count(0)

    confirmer = portal.signed_in("comite2")
    confirmer.goto(reverse("actions:result", args=[reference]))
    hands.press(confirmer.get_by_role("button", name="Confirmer la décision"))
    confirmer.get_by_text("l’action est à l’état « Priorisée, proposée au conseil »").wait_for()

    agent = portal.signed_in("agent")
    agent.goto(reverse("actions:result", args=[reference]))
    hands.press(agent.get_by_role("link", name="Noter la délibération"))
    hands.write(agent.get_by_label("Numéro de la délibération"), "DEL-2026-112")
    agent.get_by_label("Date de la délibération").fill(timezone.localdate().isoformat())
    hands.press(agent.get_by_role("button", name="Enregistrer la délibération"))
    agent.get_by_text("La délibération est notée").wait_for()

    elected = portal.signed_in("elu")
    hands.press(elected.get_by_role("link", name="Tableau de bord"))
    hands.press(elected.get_by_role("link", name="11 000 € accordés, défi 2"))
    hands.press(elected.get_by_role("link", name="Une épicerie solidaire de quartier"))
    elected.get_by_role("heading", name="Une épicerie solidaire de quartier").wait_for()

    public = portal.visitor()
    public.goto(reverse("actions:action", args=[reference]))
    expect(public.locator("main").get_by_text("11 000 €")).to_be_visible()


@pytest.mark.slow
def test_an_action_below_a_floor_is_refused_at_every_door_without_any_script(portal):
    """The same sentence everywhere; nobody here has JavaScript."""
    portal.script = False
    reference, result = evaluated(portal, "below_floor")
    action = Action.objects.get(reference=reference)
    (sentence,) = action.blockers()
    assert sentence == (
        "Le critère « Une gouvernance partagée » est au niveau 0 : "
        "le plancher est le niveau 1, que rien ne compense."
    )
    expect(result.get_by_text(sentence).first).to_be_visible()

    # The agent's page of the action, in the administration.
    open_in_admin(portal, result, reference)
    expect(result.get_by_text(sentence)).to_be_visible()

    # The committee's list, the result, and the form that a typed address opens.
    committee = portal.signed_in("comite1")
    committee.goto(reverse("actions:committee"))
    expect(committee.get_by_text(sentence)).to_be_visible()
    committee.get_by_role("link", name="Une épicerie solidaire de quartier").click()
    expect(committee.get_by_role("heading", name="Décider")).to_be_visible()
    expect(committee.get_by_role("link", name="Prioriser", exact=True)).to_have_count(0)
    committee.goto(reverse("actions:propose_decision", args=[reference, "prioritise"]))
    expect(committee.get_by_text(sentence)).to_be_visible()
    committee.get_by_label("Montant accordé").fill("11000")
    committee.get_by_role("button", name="Proposer la décision").click()
    expect(committee.get_by_role("alert").get_by_text(sentence)).to_be_visible()

    action.refresh_from_db()
    assert (action.status, action.decisions.count()) == ("evaluated", 0)

    # Refused in the end, with a reason: the carrier reads the same sentence.
    committee.goto(reverse("actions:propose_decision", args=[reference, "announce_refusal"]))
    committee.get_by_label("Motif").fill("La gouvernance n’est pas partagée.")
    committee.get_by_role("button", name="Proposer la décision").click()
    second = portal.signed_in("comite2")
    second.goto(reverse("actions:result", args=[reference]))
    second.get_by_role("button", name="Confirmer la décision").click()
    second.get_by_text("l’action est à l’état « Refus annoncé »").wait_for()

    carrier = portal.visitor()
    carrier.goto(reverse("account_login"))
    first = carrier.locator("form", has=carrier.get_by_role("button", name="Recevoir un code"))
    first.get_by_label("Adresse électronique").fill(ADDRESS)
    first.get_by_role("button", name="Recevoir un code").click()
    carrier.get_by_label("Code reçu par courriel").fill(portal.code_mailed_to(ADDRESS))
    carrier.get_by_role("button", name="Se connecter").click()
    carrier.get_by_role("link", name="Une épicerie solidaire de quartier").click()
    expect(carrier.get_by_text(sentence).first).to_be_visible()
    expect(carrier.get_by_text("La gouvernance n’est pas partagée.").first).to_be_visible()
