"""Load the demonstration: all of it, or nothing."""

import json
from collections.abc import Mapping
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from actions.demonstration.ageing import require_owner
from actions.demonstration.belonging import load_belonging
from actions.demonstration.calendar import Diary
from actions.demonstration.clock import clock_at
from actions.demonstration.contents import key_of
from actions.demonstration.guarantees import faults
from actions.demonstration.past import Taken, live, of_application, of_mornings, of_session
from actions.demonstration.people import load_accounts, load_organisations
from actions.enums import ActionStatus
from actions.models import Action
from actions.proposals.documents.application import application_pdf
from actions.proposals.queries.application import application_of
from actors.models import User
from challenges.models import Programme, ReceiptTerms
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import Refused
from ess_portal.base.retention import erase_old_mail_bodies

DATA = Path(__file__).parents[1] / "data"
FILES = ("demo.json", "demo_past.json")
# Before the first file, the time to write it.
BEFORE_THE_FIRST = 5
INVITED_DAYS_AGO = 3
# Fictitious; the number is of those that are nobody's.
TERMS = {
    "service": "Mission économie sociale et solidaire (fictive)",
    "seat": "1 place Imaginaire, 63000 Clermont-Ferrand (fictif)",
    "phone": "04 65 71 00 10",
    "publication_director": "Dominique Fictif",
}


def read() -> dict[str, list[dict[str, Any]]]:
    """Return organisations, proposals and sessions of the files, all spelt out."""
    parts = [json.loads((DATA / name).read_text(encoding="utf-8")) for name in FILES]
    names = ("organisations", "proposals", "sessions")
    data = {name: [row for part in parts for row in part[name]] for name in names}
    _spell_out(data["proposals"])
    return data


def _spell_out(rows: list[dict[str, Any]]) -> None:
    """Give the rows whose evaluations are digits the reasons that others give for such levels."""
    known: dict[tuple[str, int], dict[str, None]] = {}
    for row in rows:
        for said in row.get("evaluations", ()):
            for code, score in said.items():
                known.setdefault((code, score["level"]), {})[score["reason"]] = None
    reasons = {level: cycle(found) for level, found in known.items()}
    for row in rows:
        codes = list(row["self_assessment"])
        for digits in row.pop("levels", ()):
            levels = dict(zip(codes, map(int, digits), strict=True))
            said = {
                code: {"level": level, "reason": next(reasons[code, level])}
                for code, level in levels.items()
            }
            row.setdefault("evaluations", []).append(said)


def load_demonstration(password: str) -> int:
    """Load accounts, organisations, applications and sessions; return how many applications.

    Once there is one of them, the accounts are given `password` and nothing else happens. Raises
    `Refused` unless `DEMO=1` and as the owner of the tables, or when a guarantee doesn't hold of
    what was loaded; nothing is kept then.
    """
    data = read()
    with transaction.atomic():
        _write_terms()
        if Action.objects.filter(uuid__in=[key_of(row) for row in data["proposals"]]).exists():
            load_accounts(password)
            return 0
        require_owner()
        _live(data, password)
        if found := faults():
            raise Refused(found)
    return len(data["proposals"])


def _live(data: Mapping[str, list[dict[str, Any]]], password: str) -> None:
    now = timezone.now()
    oldest = max(max(_first_days(row)) for row in data["proposals"])
    last_mail = OutgoingMail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with clock_at(now - timedelta(days=oldest + BEFORE_THE_FIRST)):
        people = load_accounts(password)
        managers = load_organisations(data["organisations"], people)
    steps = [*of_mornings(data["proposals"], now)]
    for row in data["proposals"]:
        steps += of_application(row, managers[row["carrier"]], people, now)
    for row in data["sessions"]:
        steps += of_session(row, people, now)
    steps.append(_belonging(people, now))
    live(steps)
    _deliver(last_mail)


def _write_terms() -> None:
    """Write what the law wants said before anybody may propose, unless somebody has."""
    if programme := Programme.objects.current():
        ReceiptTerms.objects.get_or_create(programme=programme, defaults=TERMS)


def _first_days(row: Mapping[str, Any]) -> list[int]:
    return [days for days in row["story"].values() if isinstance(days, int)]


def _belonging(people: Mapping[str, User], now) -> Taken:
    at = Diary("belonging", now).note("invite", INVITED_DAYS_AGO)
    return Taken(at, lambda: load_belonging(people, document=demonstration_document()))


def demonstration_document() -> bytes:
    """Return a PDF to attach: what one of the files says."""
    action = Action.objects.filter(status=ActionStatus.SUBMITTED).order_by("pk").first()
    return application_pdf(application_of(action))


def _deliver(last_mail: int) -> None:
    """Note that the mails written since `last_mail` left when they were due; nobody gets them.

    Retention then erases the texts that it would have erased.
    """
    mails = OutgoingMail.objects.filter(pk__gt=last_mail, next_attempt_at__lte=timezone.now())
    mails.update(sent_at=F("next_attempt_at"), attempts=1)
    erase_old_mail_bodies()
