"""The web server as in production, on loopback, and what it costs."""

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import psutil

BASE_DIR = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 30
WARM_UP, ROUNDS = 6, 30


class Server:
    """Gunicorn with two workers, no debugging, HTTPS as a proxy would tell of it."""

    def __init__(self, environment: dict[str, str]):
        self.port = _free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}"],
            cwd=BASE_DIR,
            env=environment | {"WEB_CONCURRENCY": "2"},
            start_new_session=True,
        )
        self.wait()

    def wait(self) -> None:
        """Wait until it answers; give up when it never does."""
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                self.stop()
                raise SystemExit("The web server didn't start.")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            return self.get("/sante/", "").status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False

    def get(self, path: str, session: str):
        """Ask for a page; return the answer, its body read, with the bytes of the body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"X-Forwarded-Proto": "https", "Accept-Encoding": "gzip, deflate, br"}
        if session:
            headers["Cookie"] = f"sessionid={session}"
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.size = len(answer.read())
        connection.close()
        return answer

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
        self.process.wait(timeout=15)


class Cost:
    """What one page costs: CPU of web and database, wall time, bytes."""

    def __init__(self, server: Server, postgres: psutil.Process, path: str, session: str):
        for _ in range(WARM_UP):
            answer = server.get(path, session)
            if answer.status != http.client.OK:
                raise SystemExit(f"{path} answers {answer.status}.")
        web, database = _cpu(server.workers()), _cpu_of_tree(postgres)
        walls = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            answer = server.get(path, session)
            walls.append((time.perf_counter() - started) * 1000)
        self.wall = median(walls)
        self.web = (_cpu(server.workers()) - web) * 1000 / ROUNDS
        self.database = (_cpu_of_tree(postgres) - database) * 1000 / ROUNDS
        self.size = answer.size


def _cpu(processes: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def _cpu_of_tree(process: psutil.Process) -> float:
    # Those that ended meanwhile are in their parent's account.
    ended = process.cpu_times()
    return _cpu([process, *process.children(recursive=True)]) + sum(ended[2:4])


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
