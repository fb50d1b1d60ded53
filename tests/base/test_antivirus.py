"""ClamAV's word: clean only when it clearly says so."""

import os
import socket
import threading

import pytest

from ess_portal.base import antivirus
from ess_portal.base.antivirus import NoAnswer, ScanResult, scan
from tests.support import clamd
from tests.support.files import EICAR


@pytest.fixture
def daemon(settings):
    """A ClamAV on loopback, and the setting that leads to it."""
    with clamd.running() as server:
        settings.CLAMAV = server.address
        yield server


def test_a_clean_file_is_sent_whole(daemon):
    data = os.urandom(200_000)
    assert scan([data[:70_000], data[70_000:], b""]) == ScanResult()
    assert daemon.received == [data]


def test_a_virus_is_named(daemon):
    result = scan([EICAR])
    assert (result.virus, result.is_clean) == ("Eicar-Test-Signature", False)


@pytest.mark.parametrize(
    "answer",
    [
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: OK",  # unfinished
        b"stream: OK\0stream: OK\0",
        b"OK\0",
        b"stream: not OK\0",
        b"\xff\xfe\0",
        b"a" * 10_000 + b"\0",
    ],
)
def test_what_is_no_clear_answer_is_no_answer(daemon, answer):
    daemon.answer = answer
    with pytest.raises(NoAnswer):
        scan([b"a"])


def test_a_daemon_that_closes_gives_no_answer(daemon):
    daemon.closes_at_once = True
    with pytest.raises(NoAnswer):
        scan([b"a" * 5_000_000])


def test_a_daemon_that_hangs_gives_no_answer(daemon):
    daemon.answer = None
    with pytest.raises(NoAnswer):
        scan([b"a"], seconds=0.2)


@pytest.mark.parametrize("address", ["", "127.0.0.1", "/nulle/part/clamd.sock"])
def test_nobody_there_gives_no_answer(settings, address):
    settings.CLAMAV = address or clamd.closed_port()
    with pytest.raises(NoAnswer):
        scan([b"a"])


def test_a_unix_socket_is_spoken_to(settings, tmp_path):
    settings.CLAMAV = str(tmp_path / "clamd.sock")

    def serve(listener):
        connection, _ = listener.accept()
        with connection:
            received = b""
            while not received.endswith(b"\0\0\0\0"):
                received += connection.recv(4096)
            connection.sendall(b"stream: OK\0")

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(settings.CLAMAV)
        listener.listen(1)
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        assert scan([b"abc"]) == ScanResult()
        thread.join()


def test_it_is_configured_by_its_address(settings):
    settings.CLAMAV = ""
    assert antivirus.is_configured() is False
    settings.CLAMAV = "clamav:3310"
    assert antivirus.is_configured() is True
