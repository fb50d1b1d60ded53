"""A session of the committee, prepared and noted in a browser, step by step."""

import re
from decimal import Decimal
from io import BytesIO
from itertools import cycle

from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from actions.committee.queries.ticked import ticked_of
from actions.demonstration.applications import load_proposal
from actions.demonstration.people import load_organisations
from actions.enums import Transition
from actions.evaluation.services.evaluations import recuse
from actions.models import Action, CommitteeSession
from actions.workflow import apply_transition
from actors.enums import EvaluatorKind
from actors.models import User
from tests.e2e.conftest import read
from tests.support.reading import plain

EVALUATORS = (1, 2, 3, 4)


NAMES = ("Ève Évaluatrice", "Evan Évaluateur", "Élie Évaluateur", "Emma Évaluatrice")


SHARED = "transmission-cooperative"  # levels 3 and 1 on its last criterion


BELOW_FLOOR = "boutique-ephemere-hiver"


RECUSED = "creche-parentale-insertion"


LEFT = "epicerie-solidaire-itinerante"


# What the session makes of each action: outcome, euros, votes (none: by consent), reason.
NOTED = {
    RECUSED: ("Prioriser", 48_000, (3, 0, 0), "La commission salue le partage des tâches."),
    LEFT: ("Prioriser", 30_000, (2, 0, 0), "Une tournée de moins la première année."),
    "rendez-vous-annuel-ess": ("Prioriser", 20_000, None, "Un rendez-vous attendu."),
    "toits-solaires-citoyens": ("Prioriser", 40_000, (2, 1, 0), "Un toit de moins."),
    "cyclologistique-centre-ville": ("Prioriser", 36_000, (2, 0, 1), "Un vélo de moins."),
    SHARED: ("Prioriser", 38_000, (3, 0, 0), "Les avis partagés ont été discutés."),
    "habitat-participatif-romagnat": (
        "Mettre en vivier",
        None,
        (3, 0, 0),
        "À revoir quand le terrain sera trouvé.",
    ),
    "garage-solidaire-est": ("Annoncer un refus", None, (2, 1, 0), "Un garage existe à côté."),
    BELOW_FLOOR: ("Annoncer un refus", None, (3, 0, 0), "L’intérêt collectif n’est pas établi."),
    "formation-elus-ess": ("Reporter à une autre séance", None, None, ""),
}


GRANTED, ENVELOPE, RAISED = 212_000, 180_000, 220_000


REPLY_DAYS = 15


STATUSES = {
    "Prioriser": "prioritised",
    "Mettre en vivier": "postponed",
    "Annoncer un refus": "refusal_announced",
    "Reporter à une autre séance": "evaluated",
}


# How the minutes say it.
MINUTED = {
    "Prioriser": "Action priorisée, sous réserve de la délibération du conseil",
    "Mettre en vivier": "Action mise en vivier",
    "Annoncer un refus": "Refus annoncé au porteur, qui a quinze jours pour répondre",
    "Reporter à une autre séance": "Point reporté à une autre séance",
}


# What is said on each page of a PDF around the text.
RUNNING = r"\AClermont Communauté\s*5 engagements.*|État\s+des\s+données(.|\n)*?Page \d+ / \d+"


def euros(amount: int) -> str:
    """Write an amount as people read it, its spaces made plain."""
    return f"{amount:,} €".replace(",", " ")


def evaluated_actions(keys) -> dict[str, Action]:
    """File the demonstration's proposals `keys`, have them evaluated, and close that.

    Three of four evaluators, of three kinds, write on each; somebody stepped back from `RECUSED`.
    """
    data = read("actions/data/demo.json")
    User.objects.filter(email="evaluateur4@demo.example").update(
        evaluator_kind=EvaluatorKind.INHABITANT
    )
    people = {user.email.split("@")[0]: user for user in User.objects.all()}
    managers = load_organisations(data["organisations"], people)
    rows = {row["key"]: row for row in data["proposals"]}
    actions = {}
    for key, spared in zip(keys, cycle(EVALUATORS), strict=False):
        asked = [number for number in EVALUATORS if number != spared]
        asked += [spared] if key == RECUSED else []
        row = rows[key] | {"status": "in_evaluation", "evaluators": asked, "sent": 3}
        load_proposal(row, managers[row["carrier"]], people)
        action = actions[key] = Action.objects.get(title=row["title"])
        if key == RECUSED:
            last = people[f"evaluateur{asked[-1]}"]
            recuse(action=action, user=last, by=last, reason="Mon enfant y est inscrit.")
        apply_transition(action, Transition.CLOSE_EVALUATION, by=people["agent"])
    return actions


def prepare(page, *, envelope: int) -> CommitteeSession:
    """As an agent, from the committee's page: a session of three who vote, chaired by comite1."""
    page.get_by_role("link", name="Préparer une séance").click()
    page.get_by_label("Date").fill(f"{timezone.localdate():%Y-%m-%d}")
    page.get_by_label("Heure").fill("14:30")
    page.get_by_label("Lieu").fill("Salle des Vergnes")
    page.get_by_label("Présidence de la séance").select_option(label="Noa Commission")
    page.get_by_label("Enveloppe de la séance").fill(str(envelope))
    voters = page.get_by_role("group", name="Membres ayant droit de vote")
    for name in ("Noa Commission", "Sacha Commission", "Charlie Commission"):
        voters.get_by_label(name).check()
    page.get_by_role("button", name="Préparer la séance").click()
    expect(page.get_by_text("composez maintenant son ordre du jour")).to_be_visible()
    return CommitteeSession.objects.get()


def draw_agenda(page, actions) -> None:
    """As an agent, on the session's page: tick actions in the ranking."""
    page.get_by_role("link", name="Composer l’ordre du jour").click()
    expect(page.locator("[data-sum]")).to_contain_text("Rien n’est coché.")
    for action in actions:
        page.get_by_label(f"Mettre {action.reference} à l’ordre du jour").check()
    if page.get_by_role("button", name="Calculer la somme").is_hidden():
        # The script adds up, in the words of the page itself.
        envelope = CommitteeSession.objects.get().envelope
        said = ticked_of(actions, taken=Decimal(0), ceiling=envelope).sentence
        assert plain(page.locator("[data-sum]").inner_text()) == plain(said)
    page.get_by_role("button", name="Mettre à l’ordre du jour").click()
    number = len(actions)
    expect(page.get_by_text(f"{number} actions à l’ordre du jour.")).to_be_visible()


def hold(page) -> None:
    """As an agent, on the session's page: open it, and note that everybody came."""
    page.get_by_role("button", name="Ouvrir la séance").click()
    page.get_by_role("link", name="Noter les présences").first.click()
    for name in ("Noa Commission", "Sacha Commission", "Charlie Commission"):
        page.get_by_role("group", name=name).get_by_label("Présent").check()
    page.get_by_role("button", name="Enregistrer les présences").click()
    expect(page.get_by_text("Les présences sont notées.")).to_be_visible()


def note(page, outcome: str, amount: int | None, votes, reason: str) -> None:
    """Note an item on the screen; nothing is pushed, for it saves itself."""
    page.get_by_label(outcome, exact=True).check()
    if outcome.startswith("Reporter"):
        return
    if reason:
        page.get_by_label("Motif", exact=True).fill(reason)
    if amount:
        page.get_by_label("Montant accordé").fill(str(amount))
    if votes is None:
        page.get_by_label("Consentement").check()
        return
    page.get_by_label("Vote", exact=True).check()
    for label, count in zip(("Pour", "Contre", "Abstentions"), votes, strict=True):
        page.get_by_label(label, exact=True).fill(str(count))
    page.keyboard.press("Tab")


def is_saved(page) -> None:
    """Wait until the screen says that it saved a whole point."""
    said = page.locator("#enregistre")
    expect(said).to_contain_text("Enregistré à")
    expect(said).to_contain_text("Ce point est complet.")


def step(portal, name: str, session, button: str, said: str) -> None:
    """Have `name` push one button of the session's page."""
    page = portal.signed_in(name)
    page.goto(session.get_absolute_url())
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("status").get_by_text(said)).to_be_visible()


def downloaded(page, link: str) -> bytes:
    """Follow a link to a file, and return the file."""
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    return download.value.path().read_bytes()


def squeezed(text: str) -> str:
    """Leave spaces and hyphens out: a PDF breaks lines and words where it likes."""
    return re.sub(r"[\s\xad\u2010-]", "", text)


def text_of(pdf: bytes) -> str:
    """What a PDF says, squeezed, without what is said on each page around the text."""
    assert pdf.startswith(b"%PDF-")
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    return squeezed("".join(re.sub(RUNNING, "", page) for page in pages))
