"""The demonstration, loaded as `make demo` loads it, or some of its proposals."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.management import call_command

from actions.demonstration.applications import load_proposal
from actions.demonstration.people import load_organisations
from actors.models import User
from challenges.models import Programme
from tests.plugins.database import as_owner

PASSWORD = "le mot de passe de la démonstration"


def load() -> None:
    """Load it as the owner of the tables; `DEMO_PASSWORD` must be set."""
    with as_owner():
        call_command("load_demo")


def load_proposals(wanted: Callable[[Mapping[str, Any]], bool] = lambda row: True) -> None:
    """Load its organisations, and those of its proposals that are `wanted`; its accounts must be
    there. They are decided outside sessions, and await no council.
    """
    Programme.objects.update(requires_deliberation=False)
    path = settings.BASE_DIR / "actions/data/demo.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    people = {user.email.split("@")[0]: user for user in User.objects.all()}
    managers = load_organisations(data["organisations"], people)
    for row in filter(wanted, data["proposals"]):
        load_proposal(row, managers[row["carrier"]], people)
