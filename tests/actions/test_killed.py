"""Web processes killed under load: what was acknowledged is there, and nothing is half-written."""

import http.client
import os
import random
import signal
import threading
import time
import uuid
from urllib.parse import urlencode

import pytest

from actions.models import Action
from actions.proposals.services import applications
from actions.proposals.services.applications import save_proposal
from actors.enums import Role
from ess_portal.base.models import OutgoingMail
from tests.benchmarks.server import Server
from tests.support.factories import OrganisationFactory, content, member, person
from tests.support.mailserver import own_environment
from tests.support.payloads import CONSENTS, day, step_address

KILLS, FILES, CLIENTS, ATTEMPTS = 15, 160, 4, 5
PATIENCE = 180
TOKEN = "a" * 32
READERS = 2  # the carrier's manager and an agent
TITLE = "Écrit pendant la tempête"
WRITTEN = {"title": TITLE, "summary": "Un résumé.", "go": "mesure"}
WRITTEN |= {"starts_on": day(30), "ends_on": day(300)}


class Carrier(threading.Thread):
    """Somebody who writes and sends files, one after the other, and notes what was answered."""

    def __init__(self, server: Server, session: str, files: list[Action]):
        super().__init__(daemon=True)
        self.server, self.session, self.files = server, session, files
        self.kept: set[int] = set()
        self.sent: set[int] = set()

    def run(self) -> None:
        for action in self.files:
            # As a person would: what wasn't answered is pressed again, a few times.
            for _ in range(ATTEMPTS):
                if self._post(action, "action", WRITTEN):
                    self.kept.add(action.pk)
                    break
            for _ in range(ATTEMPTS):
                if self._post(action, "envoi", CONSENTS):
                    self.sent.add(action.pk)
                    break

    def _post(self, action: Action, step: str, data: dict) -> bool:
        # Whether it was acknowledged: an answer that leads elsewhere, read to its end.
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={TOKEN}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        # One page of each file: pressed again, it doesn't contradict itself.
        page = {"csrfmiddlewaretoken": TOKEN, "window": str(action.uuid)}
        body = urlencode(page | data)
        try:
            connection.request("POST", step_address(action, step), body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self.server.wait()
            return False
        finally:
            connection.close()
        assert answer.status in (200, 302), answer.status
        return answer.status == http.client.FOUND


def kill_workers(server: Server, while_alive: list[Carrier]) -> int:
    """Kill the web processes, again and again, as long as somebody works; return how often."""
    kills = 0
    chance = random.Random(7)  # noqa: S311 - moments that nobody chose, the same each time
    while kills < KILLS and any(one.is_alive() for one in while_alive):
        server.wait()
        time.sleep(chance.uniform(0.1, 0.6))
        for worker in server.workers():
            os.kill(worker.pid, signal.SIGKILL)
        kills += 1
    return kills


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_fifteen_kills_lose_nothing_that_was_acknowledged(as_user, monkeypatch):
    # One person writes them all.
    monkeypatch.setattr(applications, "MOST_DRAFTS", FILES)
    carrier = OrganisationFactory()
    manager = member(carrier)
    person(Role.AGENT)
    files = [
        save_proposal(key=uuid.uuid4(), by=manager, content=content(carrier=carrier))[0]
        for _ in range(FILES)
    ]
    session = as_user(manager).cookies["sessionid"].value
    server = Server(own_environment())
    try:
        clients = [Carrier(server, session, files[n::CLIENTS]) for n in range(CLIENTS)]
        for one in clients:
            one.start()
        kills = kill_workers(server, clients)
        for one in clients:
            one.join(PATIENCE)
            assert not one.is_alive()
    finally:
        server.stop()
    assert kills == KILLS
    kept = set().union(*(one.kept for one in clients))
    sent = set().union(*(one.sent for one in clients))
    assert len(sent) > FILES // 2
    half_written = []
    for action in Action.objects.filter(pk__in=[one.pk for one in files]):
        mails = OutgoingMail.objects.filter(topic=str(action.uuid)).count()
        traces = (
            action.status,
            action.reference is not None,
            action.events.count(),
            action.versions.count(),
            mails,
        )
        if traces not in (("draft", False, 0, 0, 0), ("submitted", True, 1, 1, READERS)):
            half_written.append(traces)
        if action.pk in sent:
            assert action.status == "submitted"
        if action.pk in kept:
            assert action.title == TITLE
    assert half_written == []
    # References go on without a gap: a sending that was cut left none behind.
    numbers = sorted(
        int(reference[-4:])
        for reference in Action.objects.exclude(reference=None).values_list("reference", flat=True)
    )
    assert numbers == list(range(1, len(numbers) + 1))
