"""Asks ClamAV whether a file is clean: its INSTREAM command, on TCP or on a Unix socket.

Whatever isn't a clear answer is no answer: nothing is clean by default.
"""

import re
import socket
import struct
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass

from django.conf import settings

CONNECT_SECONDS = 5
# Of one file, once connected: clamd itself gives up sooner, as it is commonly set.
ANSWER_SECONDS = 60
LONGEST_ANSWER = 4096
PIECE = 64 * 1024


class NoAnswer(Exception):  # noqa: N818 - an answer that never came
    """ClamAV couldn't be asked, or didn't say."""


@dataclass(frozen=True)
class ScanResult:
    """What ClamAV says of a file: the name of the virus, empty when it is clean."""

    virus: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.virus


def is_configured() -> bool:
    """Tell whether files are scanned here."""
    return bool(settings.CLAMAV)


def scan(pieces: Iterable[bytes], *, seconds: float = ANSWER_SECONDS) -> ScanResult:
    """Send a file to ClamAV, and return its answer. Raises `NoAnswer`."""
    try:
        with closing(_connected()) as connection:
            connection.settimeout(seconds)
            connection.sendall(b"zINSTREAM\0")
            for piece in pieces:
                for start in range(0, len(piece), PIECE):
                    part = piece[start : start + PIECE]
                    connection.sendall(struct.pack("!L", len(part)) + part)
            connection.sendall(struct.pack("!L", 0))
            return _understood(_answer(connection))
    except (OSError, ValueError) as error:
        raise NoAnswer(f"{type(error).__name__}: {error}") from error


def _connected() -> socket.socket:
    address = settings.CLAMAV
    if "/" in address:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(CONNECT_SECONDS)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS)


def _answer(connection: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\0"):
        piece = connection.recv(LONGEST_ANSWER)
        answer += piece
        if not piece or len(answer) > LONGEST_ANSWER:
            raise NoAnswer(f"unfinished answer: {answer[:200]!r}")
    return answer


def _understood(answer: bytes) -> ScanResult:
    text = answer.rstrip(b"\0\r\n").decode("utf-8", "replace")
    if text == "stream: OK":
        return ScanResult()
    if found := re.fullmatch(r"stream: (.+) FOUND", text):
        return ScanResult(virus=found[1])
    raise NoAnswer(f"unknown answer: {text[:200]!r}")
