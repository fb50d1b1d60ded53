"""Real actions known from before the portal."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from actions.enums import ActionStatus
from actions.models import Action
from actors.models import Commune, Organisation
from challenges.models import Challenge


@transaction.atomic
def load_recorded_action(row: Mapping[str, Any]) -> Action:
    """Create the recorded action of a parsed file, or leave the one that bears its reference.

    A challenge that the source names is taken as such; one that we propose is labelled so.
    Unknown facts (null) stay empty.
    """
    existing = Action.objects.filter(reference=row["reference"]).first()
    if existing is not None:
        return existing
    number: Any = row.get("challenge") or row.get("proposed_challenge")
    challenge = Challenge.objects.of_current_programme().filter(number=number).first()
    action = Action.objects.create(
        reference=row["reference"],
        status=ActionStatus.RECORDED,
        title=row["title"],
        description=row["description"],
        carrier=Organisation.objects.filter(slug=row.get("carrier")).first(),
        carrier_name=row.get("carrier_name") or "",
        challenge=challenge,
        challenge_is_proposed=challenge is not None and row.get("challenge") is None,
        recorded_year=row.get("year"),
        recorded_state=row.get("state_in_source") or "",
        recorded_amount=row.get("amount_eur"),
        recorded_funder=row.get("funder") or "",
        sources="\n".join(row["sources"]),
    )
    action.communes.set(Commune.objects.filter(insee_code=row.get("commune")))
    return action
