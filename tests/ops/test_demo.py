"""ops/demo.py: the refusals, and (slow) the whole of `make demo` in a clean folder."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from ops import demo, embedded
from ops.supervisor import Failure

BASE_DIR = embedded.BASE_DIR
NOT_COPIED = shutil.ignore_patterns("var", ".venv", ".git", "__pycache__", ".*_cache", ".coverage*")
FIRST_RUN_SECONDS = 150
SECOND_RUN_SECONDS = 30
STOP_SECONDS = 10


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which something already listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def run_demo(environment: dict[str, str], port: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ops.demo"],
        cwd=BASE_DIR,
        env={**environment, "PORT": port},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_a_taken_port_is_refused_with_one_sentence(plain_environment, taken_port):
    outcome = run_demo(plain_environment, str(taken_port))

    assert outcome.returncode == 1
    assert outcome.stdout == ""
    assert outcome.stderr.count("\n") == 1
    assert outcome.stderr.startswith(f"Le port {taken_port} est déjà pris")


@pytest.mark.parametrize("port", ["", "0", "-1", "65536", "80x", "8²"])
def test_only_a_port_is_a_port(port):
    with pytest.raises(Failure, match="PORT doit être un nombre"):
        demo.chosen_port(port)


def test_a_free_port_is_accepted(free_port):
    demo.require_free(free_port)
    assert demo.health(free_port) is None


def test_the_environment_of_the_demonstration_cannot_be_production(monkeypatch):
    monkeypatch.setenv("DEBUG", "1")
    monkeypatch.setenv("CONNECT_AS_OWNER", "1")
    monkeypatch.setenv("SECRET_KEY", "s")
    monkeypatch.setenv("DEMO_PASSWORD", "p")

    environment = demo.demo_environment(8123)

    assert environment["DEMO"] == "1"
    assert environment["DEBUG"] == "0"
    assert environment["PORT"] == "8123"
    assert "CONNECT_AS_OWNER" not in environment


def test_its_mails_are_read_by_their_owner_alone(tmp_path):
    folder = tmp_path / "mail"
    folder.mkdir(mode=0o755)

    demo.keep_to_oneself(folder)
    demo.keep_to_oneself(tmp_path / "var" / "mail")

    modes = [path.stat().st_mode & 0o777 for path in (folder, tmp_path / "var" / "mail")]
    assert modes == [0o700, 0o700]


def test_a_server_that_cannot_start_is_told_in_french():
    sentence = demo._french(embedded.EmbeddedDatabaseError("plus de place.\n"))
    assert sentence.startswith("Le PostgreSQL embarqué ne peut pas servir (plus de place) :")
    assert "DATABASE_URL" in sentence


# --- The real thing ---------------------------------------------------------------------------


@pytest.fixture
def clean_folder(tmp_path: Path) -> Iterator[Path]:
    """A copy of the sources, as a clone would be: nothing installed, no data."""
    folder = tmp_path / "clone"
    shutil.copytree(BASE_DIR, folder, ignore=NOT_COPIED, symlinks=True)
    yield folder
    for process in left_running(folder):
        process.kill()


def left_running(folder: Path) -> list[psutil.Process]:
    """The processes that work in this folder."""
    found = []
    for process in psutil.process_iter():
        try:
            where = [process.cwd(), *process.cmdline()]
            running = process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            continue
        if running and any(str(folder) in text for text in where):
            found.append(process)
    return found


def wait_until_open(make: subprocess.Popen[bytes], port: int, seconds: float, output: Path) -> None:
    deadline = time.monotonic() + seconds
    while demo.health(port) != 200:
        assert make.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.2)


@pytest.mark.slow
def test_make_demo_works_twice_and_leaves_nothing(clean_folder, plain_environment, free_port):
    output = clean_folder / "output.txt"
    environment = {**plain_environment, "PORT": str(free_port), "DEMO_PASSWORD": "mot de passe"}
    runs = ((FIRST_RUN_SECONDS, signal.SIGTERM), (SECOND_RUN_SECONDS, signal.SIGINT))
    for seconds, number in runs:
        with output.open("wb") as file:
            make = subprocess.Popen(
                ["make", "demo"],
                cwd=clean_folder,
                env=environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            wait_until_open(make, free_port, seconds, output)
            time.sleep(1)  # the address is printed right after the first answer
            # The whole group, as the terminal does.
            os.killpg(make.pid, number)
            make.wait(STOP_SECONDS)
        finally:
            if make.poll() is None:
                os.killpg(make.pid, signal.SIGKILL)
                make.wait()
        text = output.read_text()
        assert f"http://127.0.0.1:{free_port}/" in text
        assert "agent@demo.example" in text
        assert "mot de passe" in text
        assert left_running(clean_folder) == []
