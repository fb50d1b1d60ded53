"""What a browser sends from the proposal's form."""

import uuid
from datetime import timedelta

from django.utils import timezone

from tests.factories import CODES, REASON, CommuneFactory, MeasureFactory, grid


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
        "measure": str(MeasureFactory().pk),
        "communes": [str(CommuneFactory().pk)],
        "sectors": [],
        "partners": [],
        "other_partners": "Une ressourcerie",
        "total_cost": "12 000,50 €",
        "funding_asked": "7 000,50",
        "own_resources": "4000",
        "other_funding": "1000.00",
        "jobs_created": "1,5",
        "jobs_kept": "",
        "starts_on": day(30),
        "ends_on": day(300),
        "certifies_accuracy": "on",
        "accepts_terms": "on",
    }
    for number, code in enumerate(CODES):
        data |= {f"self_level_{code}": str(number), f"self_reason_{code}": REASON}
    data |= changes
    return {name: value for name, value in data.items() if value is not None}


def sending(**changes) -> dict:
    """The same with the button that sends."""
    return complete(**changes) | {"send": "1"}


def keeping(**changes) -> dict:
    """The same with the button that keeps a draft."""
    return complete(**changes) | {"draft": "1"}
