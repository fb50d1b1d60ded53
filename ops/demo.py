"""`make demo` and `make dev`: everything from the database to the web server, and back.

Run by the environment's Python: `python -m ops.demo [--dev]`. Ends, with all it started, on
Ctrl-C, SIGTERM, the end of `make`, or the end of any process it started.
"""

import http.client
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from ops import embedded, steps
from ops.entrypoint import SECRET_KEY_FILE, kept_secret
from ops.progress import doing, say
from ops.supervisor import Failure, Stop, Supervisor

BASE_DIR = Path(__file__).resolve().parent.parent
LOG_DIR = BASE_DIR / "var" / "log"
MAIL_DIR = BASE_DIR / "var" / "mail"
PASSWORD_FILE = BASE_DIR / "var" / "demo_password"
START_TIMEOUT = 60
HIGHEST_PORT = 65535

# The current code of an account, for scripts.
DEMO_CODE = "DEMO=1 .venv/bin/python manage.py demo_code agent@demo.example"

ACCOUNTS = (
    ("Porteur d'action", "porteur@demo.example"),
    ("Porteur d'action, autre organisation", "porteur2@demo.example"),
    ("Agent de la collectivité", "agent@demo.example"),
    ("Évaluateurs (quatre comptes)", "evaluateur1@ à evaluateur4@demo.example"),
    ("Élu ou élue", "elu@demo.example"),
    ("Membres de la commission", "comite1@ à comite3@demo.example"),
    ("Administrateur", "admin@demo.example"),
)


def main(arguments: list[str]) -> int:
    """Runs the demonstration until it is stopped; returns the exit code."""
    dev = "--dev" in arguments
    try:
        port = chosen_port(os.environ.get("PORT") or "8000")
        require_free(port)
        run(port, dev=dev)
    except Stop:
        say("Tout est arrêté.")
        return 0
    except (Failure, embedded.EmbeddedDatabaseError) as error:
        if sentence := _french(error):
            sys.stderr.write(f"{sentence}\n")
        return 1
    return 0


def run(port: int, *, dev: bool) -> None:
    """Prepares, serves, watches; returns only by an exception."""
    LOG_DIR.mkdir(parents=True, exist_ok=True)
    own_database = not os.environ.get("DATABASE_URL")
    environment = demo_environment(port, dev=dev)
    try:
        with Supervisor(environment, BASE_DIR) as supervisor:
            if own_database:
                with doing("Démarrage de PostgreSQL (var/postgres/)"):
                    urls = embedded.ensure_database()
                environment |= {"DATABASE_URL": urls.web, "DATABASE_OWNER_URL": urls.owner}
            prepare(supervisor, static=not dev)
            serve(supervisor, port, dev=dev)
            announce(port, environment["DEMO_PASSWORD"])
            supervisor.watch(until=lambda: own_database and not embedded.is_running())
            raise Failure("PostgreSQL s'est arrêté : voir var/postgres.log.")
    finally:
        embedded.release()


def demo_environment(port: int, *, dev: bool = False) -> dict[str, str]:
    """What every process of the demonstration finds in its environment."""
    environment = dict(os.environ)
    # The roles of the database are chosen here, process by process.
    environment.pop("CONNECT_AS_OWNER", None)
    return environment | {
        "DJANGO_SETTINGS_MODULE": "ess_portal.settings",
        "DEMO": "1",
        "DEBUG": "1" if dev else "0",
        "PORT": str(port),
        "SECRET_KEY": os.environ.get("SECRET_KEY") or kept_secret(SECRET_KEY_FILE),
        "DEMO_PASSWORD": os.environ.get("DEMO_PASSWORD") or kept_secret(PASSWORD_FILE, size=12),
        "COMMIT": os.environ.get("COMMIT") or current_commit(),
        "PYTHONUNBUFFERED": "1",
    }


def prepare(supervisor: Supervisor, *, static: bool) -> None:
    """Schema, rights, data, static files; the last ones meanwhile, on the other core."""
    (LOG_DIR / "steps.log").write_text("")
    groups = (steps.DATABASE, steps.STATIC) if static else (steps.DATABASE,)
    for group in groups:
        supervisor.start(group, _python("-m", "ops.steps", group))
    for group in groups:
        _require_success(supervisor.finish(group))


def keep_to_oneself(folder: Path) -> None:
    """Make the folder of mails, sign-in codes among them, its owner's alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def serve(supervisor: Supervisor, port: int, *, dev: bool) -> None:
    """Starts the worker and the web server; returns when the server answers."""
    mails, web = LOG_DIR / "mails.log", LOG_DIR / "web.log"
    keep_to_oneself(MAIL_DIR)
    supervisor.start(
        f"L'envoi des courriels (détails dans {mails.relative_to(BASE_DIR)})",
        _python("manage.py", "send_mails", "--loop"),
        log=mails,
    )
    if dev:
        server = _python("manage.py", "runserver", f"127.0.0.1:{port}")
        supervisor.start("Le serveur web", server)
    else:
        server = _python("-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2")
        name = f"Le serveur web (détails dans {web.relative_to(BASE_DIR)})"
        supervisor.start(name, [*server, "--no-control-socket"], log=web)
    deadline = time.monotonic() + START_TIMEOUT
    status: int | None = None

    def answers() -> bool:
        nonlocal status
        status = health(port)
        if time.monotonic() > deadline:
            what = f"répond {status}" if status else "ne répond pas"
            raise Failure(f"Le serveur web {what} sur /sante/ : voir var/log/web.log.")
        return status == http.client.OK

    supervisor.watch(until=answers)


def health(port: int) -> int | None:
    """The status of /sante/, None without an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/sante/")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def announce(port: int, password: str) -> None:
    """The address, the accounts, the password."""
    width = max(len(role) for role, _ in ACCOUNTS)
    lines = [
        "",
        f"Le portail est ouvert : http://127.0.0.1:{port}/",
        "",
        *(f"  {role:<{width}}  {address}" for role, address in ACCOUNTS),
        "",
        f"Mot de passe de tous ces comptes : {password}",
        "Agent, élu, commission et administrateur donnent ensuite un code, montré sur la page "
        "elle-même",
        f"et par « {DEMO_CODE} ».",
        "Courriels de la démonstration : var/mail/. Ctrl-C arrête tout.",
    ]
    say("\n".join(lines))


def chosen_port(text: str) -> int:
    """The port as a number; Failure when it is not one."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= HIGHEST_PORT:
        raise Failure(f"PORT doit être un nombre de 1 à {HIGHEST_PORT}, pas « {text} ».")
    return int(text)


def require_free(port: int) -> None:
    """Raises Failure when something already listens on this port, or when we may not."""
    with socket.socket() as probe:
        probe.settimeout(1)
        taken = probe.connect_ex(("127.0.0.1", port)) == 0
    with socket.socket() as probe:
        # As the server does: connections of the last minute must not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise Failure(
                f"Le port {port} est réservé : choisissez-en un au-dessus de 1023."
            ) from error
        except OSError:
            taken = True
    if taken:
        raise Failure(
            f"Le port {port} est déjà pris : arrêtez ce qui l'occupe, ou choisissez-en un autre "
            f"(par exemple « make demo PORT={port % HIGHEST_PORT + 1} »)."
        )


def current_commit() -> str:
    """The commit that is served, empty outside a clone."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    try:
        outcome = subprocess.run(
            command, cwd=BASE_DIR, capture_output=True, text=True, check=False, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return outcome.stdout.strip() if outcome.returncode == 0 else ""


def _python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def _require_success(code: int) -> None:
    if code == steps.EXPLAINED:
        raise Failure("")
    if code != 0:
        raise Failure(f"La préparation s'est interrompue (code {code}) : voir var/log/steps.log.")


def _french(error: Exception) -> str:
    if isinstance(error, embedded.EmbeddedDatabaseError):
        return (
            f"Le PostgreSQL embarqué ne peut pas servir ({error.reason}) : indiquez dans "
            "DATABASE_URL l'adresse d'un serveur PostgreSQL (voir docs/configuration.md)."
        )
    return str(error)


if __name__ == "__main__":
    # A connection that a Ctrl-C cuts is nothing to report.
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)
    # Before anything else is ready, Ctrl-C is just an end.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(0)
