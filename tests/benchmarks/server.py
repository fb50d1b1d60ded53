"""The web server as in production, on loopback."""

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
from django.conf import settings

BASE_DIR = Path(__file__).resolve().parent.parent.parent
START_SECONDS, STOP_SECONDS, ANSWER_SECONDS = 30, 15, 60


class Server:
    """Gunicorn, no debugging, HTTPS as a proxy would tell of it."""

    def __init__(
        self,
        environment: dict[str, str],
        workers: int = 2,
        *,
        root: Path = BASE_DIR,
        cookie: str = "",
    ):
        """Start it; `root` holds its code, `cookie` is what its sessions' cookie is called."""
        self.port = _free_port()
        self.cookie = cookie or settings.SESSION_COOKIE_NAME
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}"],
            cwd=root,
            env=environment | {"WEB_CONCURRENCY": str(workers)},
            start_new_session=True,
        )
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise

    def wait(self) -> None:
        """Wait until it answers; give up when it never does."""
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise SystemExit("The web server didn't start.")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            return self.get("/sante/", "").status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False

    def get(self, path: str, session: str, **more: str):
        """Ask for a page, with `more` headers; return the answer, with the bytes of its body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        headers = {
            "X-Forwarded-Proto": "https",
            "Accept-Encoding": "gzip, deflate, br",
            # As most proxies ask. One that is kept would keep a thread busy with its end.
            "Connection": "close",
        } | {name.replace("_", "-"): value for name, value in more.items()}
        if session:
            headers["Cookie"] = f"{self.cookie}={session}"
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.size = len(answer.read())
        finally:
            connection.close()
        return answer

    def fetch(self, path: str, session: str) -> int:
        """Ask for a page that must be there; return its bytes."""
        answer = self.get(path, session)
        if answer.status != http.client.OK:
            raise SystemExit(f"{path} answers {answer.status}.")
        return answer.size

    def is_unchanged(self, path: str) -> bool:
        """Whether somebody who has a page already is told so (304) instead of given it again."""
        had = self.get(path, "").headers["ETag"]
        if not had:
            return False
        again = self.get(path, "", If_None_Match=had)
        return again.status == http.client.NOT_MODIFIED and again.size == 0

    def workers(self) -> list[psutil.Process]:
        """The processes that answer."""
        return psutil.Process(self.process.pid).children()

    def peak_megabytes(self) -> float:
        """The highest resident memory that one worker ever had."""
        peaks = []
        for worker in self.workers():
            status = Path(f"/proc/{worker.pid}/status").read_text()
            line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
            peaks.append(int(line.split()[1]) / 1024)
        return max(peaks)

    def stop(self) -> None:
        """End it, and wait until it has."""
        self.process.terminate()
        try:
            self.process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # Gunicorn's workers look whether their parent lives, and end by themselves.
            self.process.kill()
            self.process.wait(timeout=STOP_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def production_environment() -> dict[str, str]:
    """What a server in production finds, HTTPS told by its proxy."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DEMO", "DEBUG")
    }
    return environment | {
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECURE_PROXY_SSL_HEADER": "HTTP_X_FORWARDED_PROTO,https",
        "EMAIL_URL": "consolemail://",
    }
