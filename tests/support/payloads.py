"""What a browser sends from the proposal's form."""

import uuid
from datetime import timedelta

from django.utils import timezone

from actions.enums import ExpenseCategory, Step
from actions.models import Action, TypedStep
from tests.support.factories import CODES, REASON, CommuneFactory, MeasureFactory, grid

PROPOSE = "/actions/proposer/"


def day(days: int) -> str:
    """The date so many days from now, as a date field sends it."""
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def complete(**changes) -> dict:
    """Every field of a complete proposal of a new organisation; None leaves a field out."""
    grid()
    data = {
        "key": str(uuid.uuid4()),
        "carrier": "",
        "org_name": "Les Jardins partagés",
        "org_family": "association",
        "org_legal_form": "Association loi 1901",
        "org_siret": "732 829 320 00074",
        "org_rna": "W632000001",
        "org_address": "1 rue des Gras",
        "org_postal_code": "63000",
        "org_commune": "",
        "org_website": "https://jardins.example",
        "title": "Une épicerie solidaire",
        "summary": "Une épicerie ouverte à tous.",
        "description": "Des produits locaux à prix coûtant.",
        "starts_on": day(30),
        "ends_on": day(300),
        "measure": str(MeasureFactory().pk),
        "communes": [str(CommuneFactory().pk)],
        "sectors": [],
        "partners": [],
        "other_partners": "Une ressourcerie",
        "jobs_created": "1,5",
        "jobs_kept": "",
        **{f"expense_{category}": "" for category in ExpenseCategory},
        "expense_purchases": "2 000,50 €",
        "expense_staff": "10000",
        "funding_asked": "7 000,50",
        "own_resources": "4000",
        "funder_0_name": "Le Département",
        "funder_0_amount": "1000.00",
        "funder_0_state": "granted",
        "certifies_accuracy": "on",
        "accepts_terms": "on",
        "signs_contract": "on",
    }
    for number, code in enumerate(CODES):
        data |= {f"self_level_{code}": str(number), f"self_reason_{code}": REASON}
    data |= changes
    return {name: value for name, value in data.items() if value is not None}


FIELDS = {
    Step.ORGANISATION: ("carrier", "org_"),
    Step.ACTION: ("title", "summary", "description", "starts_on", "ends_on"),
    Step.MEASURE: ("measure", "communes", "sectors"),
    Step.MEANS: ("partners", "other_partners", "jobs_", "expense_", "own_", "funding_", "funder_"),
    Step.CRITERIA: ("self_",),
    Step.SENDING: ("certifies_accuracy", "accepts_terms", "signs_contract", "reason"),
}


def part(step: Step, data: dict) -> dict:
    """What of `data` belongs to one step."""
    return {name: value for name, value in data.items() if name.startswith(FIELDS[step])}


def typed(step: Step, action=None, **changes) -> dict:
    """What one step's form sends, from a page that shows its latest edition."""
    data = complete(**changes)
    row = TypedStep.objects.filter(action=action, step=step).first() if action else None
    return part(step, data) | {
        "key": str(action.uuid) if action else data["key"],
        "edition": str(row.edition) if row else "0",
        "window": str(uuid.uuid4()),
    }


def step_address(action_or_key, step: str) -> str:
    """The address of one step of a file."""
    key = getattr(action_or_key, "uuid", action_or_key)
    return f"/espace/actions/{key}/modifier/{step}/"


def fill(client, **changes) -> Action:
    """Go through the five written steps as a person does; return the draft."""
    data = complete(**changes)
    key = data["key"]
    response = client.post(
        PROPOSE, part(Step.ORGANISATION, data) | {"key": key, "go": Step.ACTION.value}
    )
    assert response.headers["Location"] == step_address(key, "action")
    for step, following in (
        (Step.ACTION, Step.MEASURE),
        (Step.MEASURE, Step.MEANS),
        (Step.MEANS, Step.CRITERIA),
        (Step.CRITERIA, Step.SENDING),
    ):
        response = client.post(
            step_address(key, step), part(step, data) | {"key": key, "go": following.value}
        )
        assert response.headers["Location"] == step_address(key, following)
    return Action.objects.get(uuid=key)


def rewrite(client, action, **changes) -> None:
    """Answer some questions of a filled file anew, each on its step; None leaves a field out."""
    for step, names in FIELDS.items():
        if own := {name: value for name, value in changes.items() if name.startswith(names)}:
            response = client.post(step_address(action, step), typed(step, action, **own))
            assert response.status_code == 302
    action.refresh_from_db()


CONSENTS = {"certifies_accuracy": "on", "accepts_terms": "on", "signs_contract": "on"}


def send(client, action, **changes):
    """Press the last step's button; return the answer."""
    data = {"key": str(action.uuid), "send": "1"} | CONSENTS | changes
    data = {name: value for name, value in data.items() if value is not None}
    return client.post(step_address(action, "envoi"), data)
