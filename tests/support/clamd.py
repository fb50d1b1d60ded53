"""A daemon that speaks ClamAV's INSTREAM on loopback, and misbehaves when it is told to."""

import contextlib
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator

from tests.support.files import EICAR


class Clamd(socketserver.ThreadingTCPServer):
    """Answers OK, or FOUND for EICAR; `answer` replaces what it says, None leaves unanswered."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.received: list[bytes] = []
        self.answer: bytes | None = b""
        self.closes_at_once = False
        self.end = threading.Event()

    @property
    def address(self) -> str:
        """What CLAMAV says of it."""
        return f"127.0.0.1:{self.server_address[1]}"


class Handler(socketserver.StreamRequestHandler):
    """One scan."""

    def handle(self):
        """Read a stream whole, then answer."""
        if self.server.closes_at_once:
            return
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        data = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            data += self.rfile.read(size)
        self.server.received.append(data)
        if self.server.answer is None:
            self.server.end.wait(20)
            return
        found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in data else b"stream: OK\0"
        with contextlib.suppress(OSError):
            self.wfile.write(self.server.answer or found)


@contextlib.contextmanager
def running() -> Iterator[Clamd]:
    """Start one, and stop it."""
    with Clamd() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.end.set()
            server.shutdown()
            thread.join()


def closed_port() -> str:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"
