"""The web server as `gunicorn.conf.py` configures it: what it believes of what clients send."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

BASE_DIR = Path(__file__).resolve().parent.parent.parent
START_SECONDS, STOP_SECONDS = 20, 10
TELLS_WHERE_IT_IS = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['SCRIPT_NAME']} {environ['PATH_INFO']}".encode()]
"""


@pytest.fixture
def port(tmp_path) -> Iterator[int]:
    """The port of a server that runs."""
    (tmp_path / "told.py").write_text(TELLS_WHERE_IT_IS)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", str(BASE_DIR / "gunicorn.conf.py")]
    server = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{number}", "told:application"],
        cwd=tmp_path,
        env=os.environ | {"WEB_CONCURRENCY": "1"},
    )
    try:
        yield number
    finally:
        server.terminate()
        server.wait(STOP_SECONDS)


def get(port: int, path: str, headers: dict[str, str]) -> tuple[int, str]:
    """Ask for a page, once the server listens."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
        try:
            asked.request("GET", path, headers=headers | {"Connection": "close"})
            answer = asked.getresponse()
            return answer.status, answer.read().decode()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        finally:
            asked.close()


@pytest.mark.parametrize("header", ["SCRIPT_NAME", "Script-Name", "PATH_INFO", "Path-Info"])
def test_no_client_says_where_the_portal_is(port, header):
    told = get(port, "/ailleurs/aide/", {header: "/ailleurs"})
    assert told == (200, " /ailleurs/aide/")
