"""A real SMTP server on loopback, which a test stops, starts again, or has pause mid-sentence."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection

# Far beyond any wait seen: only a broken test reaches it.
PATIENCE = 30


@dataclass(frozen=True)
class Received:
    """One mail, as the mailbox of its reader would show it."""

    recipient: str
    subject: str
    body: str
    identifier: str
    headers: tuple[str, ...]
    files: tuple[tuple[str, str, str], ...] = ()  # name, kind and text of each


class MailServer:
    """The server, its mailboxes, and what it does on purpose.

    `refusals` gives the answer to `RCPT` for some addresses. `pause_at` is the command (`EHLO`,
    `RCPT`, `DATA`, `QUIT`) at which the next conversation stops until the client is gone; at
    `DATA` the mail is then in its mailbox but the client wasn't told, at `QUIT` it was.
    """

    def __init__(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.received: list[Received] = []
        self.refusals: dict[str, str] = {}
        self.pause_at = ""
        self.paused = threading.Event()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """The address, as `EMAIL_URL` writes it."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def arrivals(self) -> Counter:
        """How often each subject arrived."""
        return Counter(mail.subject for mail in self.received)

    def start(self) -> None:
        """Listen; on the same port as before, if it had been stopped."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Refuse every connection from now on."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    # --- What aiosmtpd calls, in the server's own thread ---

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        """Greet."""
        session.host_name = hostname
        await self._pause("EHLO")
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        """Take the address, or refuse it."""
        await self._pause("RCPT")
        if answer := self.refusals.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        """Put the mail in its mailbox."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        (recipient,) = envelope.rcpt_tos
        self.received.append(
            Received(
                recipient,
                mail["Subject"].strip(),  # a long one begins on its second line
                mail.get_body(("plain",)).get_content(),
                mail["Message-ID"],
                tuple(mail.keys()),
                tuple(
                    (
                        part.get_filename(),
                        part["Content-Type"],
                        part.get_payload(decode=True).decode(),
                    )
                    for part in mail.iter_attachments()
                ),
            )
        )
        await self._pause("DATA")
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802
        """Take leave."""
        await self._pause("QUIT")
        return "221 Bye"

    async def _pause(self, command: str) -> None:
        if self.pause_at == command:
            self.pause_at = ""
            self.paused.set()
            await asyncio.sleep(PATIENCE)  # cut short when the client is gone


def own_environment() -> dict[str, str]:
    """What a process of its own needs to work on the test's database, as the web's role."""
    base, _, query = os.environ["DATABASE_URL"].partition("?")
    database = f"{base.rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    environment = os.environ | {"DATABASE_URL": f"{database}?{query}" if query else database}
    environment.pop("CONNECT_AS_OWNER", None)
    return environment


def worker(server: MailServer, *arguments: str) -> subprocess.Popen:
    """Start `manage.py send_mails` on the test's database, as the web's role."""
    environment = own_environment() | {"EMAIL_URL": server.url}
    return subprocess.Popen(
        [sys.executable, "manage.py", "send_mails", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def until(condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds; fail when it never does."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
