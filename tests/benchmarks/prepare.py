"""Say which pages to ask a filled database for, and what they ask of it.

Each time anew, whenever it was filled: the code that asks may have changed, and sessions end.
"""

from django.db import connection

from actors.models import User
from tests.benchmarks.facts import Facts
from tests.benchmarks.pages import asked, measured_pages, session_of

READERS = ("agent", "elected", "committee", "evaluator", "carrier")


def prepare() -> Facts:
    """Open sessions, and ask for each page."""
    sessions = {"": ""} | {
        name: session_of(User.objects.get(email=f"{name}@bench.example")) for name in READERS
    }
    pages = measured_pages()
    found = [asked(page.path, sessions[page.reader]) for page in pages]
    return Facts(sessions, pages, found, _version())


def _version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0]}"


def main() -> None:
    """Print it for the command."""
    print(prepare().write())
