"""ops/embedded/ and entrypoint.py: the database of whoever configured nothing."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from environ import Env

from ops import embedded, entrypoint

HOLD = """
import sys
from pathlib import Path
from ops import embedded
embedded.ensure_database(Path(sys.argv[1]), durable=False)
print("ready", flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("name", ["plain", "Upper Case", "a+b%20c?d#e", "été", "quote'"])
def test_the_settings_read_the_address_back(name):
    folder = Path("/srv") / name / "postgres"

    found = Env.db_url_config(embedded.urls(folder).web)

    assert found["HOST"] == str(folder)
    assert (found["USER"], found["NAME"], found["PORT"]) == ("ess_web", "ess_portal", 5432)
    assert Env.db_url_config(embedded.urls(folder).owner)["USER"] == "ess_owner"


def test_a_path_too_long_for_a_socket_gives_a_short_one():
    folder = Path("/srv") / ("long-" * 30) / "postgres"

    path = embedded.socket_folder(folder)

    assert path != folder
    assert len(str(path / ".s.PGSQL.5432")) <= embedded.LONGEST_SOCKET_PATH
    assert path == embedded.socket_folder(folder)
    assert path != embedded.socket_folder(folder.with_name("other"))


def test_a_comma_in_the_path_would_name_two_hosts():
    assert "," not in str(embedded.socket_folder(Path("/srv/one, two/postgres")))


def test_the_error_is_one_sentence_with_the_way_out():
    text = str(embedded.EmbeddedDatabaseError("no room left on the device.\n"))

    assert text == (
        "The embedded PostgreSQL cannot be used (no room left on the device): set DATABASE_URL "
        "to the address of a PostgreSQL server (see docs/configuration.md)."
    )


def test_a_folder_that_cannot_be_used_is_such_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(embedded.EmbeddedDatabaseError, match="set DATABASE_URL"):
        embedded.ensure_database(tmp_path / "file" / "postgres")


def test_manage_py_exits_with_the_sentence(plain_environment, tmp_path):
    script = (
        "import sys; from pathlib import Path; from ops import embedded, entrypoint;"
        "embedded.ensure_database.__defaults__ = (Path(sys.argv[1]) / 'postgres',);"
        "entrypoint.SECRET_KEY_FILE = Path(sys.argv[2]) / 'key';"
        "entrypoint.prepare(['manage.py', 'migrate'])"
    )
    (tmp_path / "file").write_text("")

    outcome = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "file"), str(tmp_path)],
        env=plain_environment,
        cwd=embedded.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == 1
    assert outcome.stderr.startswith("The embedded PostgreSQL cannot be used")
    assert outcome.stderr.count("\n") == 1


def test_a_secret_is_made_once_and_kept_to_its_owner(tmp_path):
    path = tmp_path / "var" / "secret"

    secret = entrypoint.kept_secret(path)

    assert len(secret) >= 50
    assert entrypoint.kept_secret(path) == secret
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("")
    assert entrypoint.kept_secret(path) not in {"", secret}


@pytest.mark.parametrize(
    ("command", "owner"), [("migrate", "1"), ("grant_web_role", "1"), ("send_mails", None)]
)
def test_only_some_commands_connect_as_the_owner(monkeypatch, command, owner):
    monkeypatch.delenv("CONNECT_AS_OWNER")
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@/somewhere")

    entrypoint.prepare(["manage.py", command])

    assert os.environ.get("CONNECT_AS_OWNER") == owner


def test_nothing_is_guessed_once_something_is_configured(monkeypatch):
    for name in entrypoint.CONFIGURED_BY:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@/somewhere")

    entrypoint.prepare(["manage.py", "check"])

    assert "DEBUG" not in os.environ
    assert "SECRET_KEY" not in os.environ


def hold(folder: Path, environment: dict[str, str]) -> subprocess.Popen[str]:
    """A process that uses the server until it is told to end."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        env=environment,
        cwd=embedded.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=20)


@pytest.mark.slow
def test_the_last_one_to_leave_stops_the_server(tmp_path, plain_environment):
    folder = tmp_path / 'With Space, "é" $x' / "postgres"
    first = hold(folder, plain_environment)
    second = hold(folder, plain_environment)
    try:
        assert not embedded.stop_when_unused(folder)
        end(first)
        assert embedded.is_running(folder)
        end(second)
        assert not embedded.is_running(folder)

        killed = hold(folder, plain_environment)
        killed.kill()
        killed.communicate()
        assert embedded.is_running(folder)
        end(hold(folder, plain_environment))
        assert not embedded.is_running(folder)
    finally:
        for process in (first, second):
            process.kill()
            process.wait()
        embedded.stop_when_unused(folder)


def test_the_web_role_owns_nothing_and_nobody_listens_on_the_network(tmp_path, plain_environment):
    folder = tmp_path / "postgres"
    process = hold(folder, plain_environment)
    options = {"host": str(embedded.socket_folder(folder)), "dbname": "ess_portal", "port": 5432}
    try:
        with psycopg.connect(user="ess_owner", autocommit=True, **options) as owner:
            owner.execute("CREATE TABLE thing (id bigint GENERATED ALWAYS AS IDENTITY, n int)")
            assert owner.execute("SHOW listen_addresses").fetchone() == ("",)
        with psycopg.connect(user="ess_web", autocommit=True, **options) as web:
            web.execute("INSERT INTO thing (n) VALUES (1)")
            web.execute("UPDATE thing SET n = 2")
            assert web.execute("SELECT n FROM thing").fetchall() == [(2,)]
            web.execute("DELETE FROM thing")
            for statement in (
                "TRUNCATE thing",
                "ALTER TABLE thing DISABLE TRIGGER ALL",
                "CREATE TABLE other (n int)",
                "CREATE TEMPORARY TABLE thing (n int)",
                "CREATE SCHEMA other",
                "SET session_replication_role = replica",
                "SET ROLE ess_owner",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    web.execute(statement)
            with pytest.raises(psycopg.errors.InvalidTextRepresentation):
                web.execute("INSERT INTO thing (n) VALUES ('typed by somebody')")
        log = folder.with_name("postgres.log").read_text()
        assert "typed by somebody" not in log
    finally:
        end(process)
