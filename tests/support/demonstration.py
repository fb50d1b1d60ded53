"""The demonstration, loaded as `make demo` loads it."""

from django.core.management import call_command

from tests.plugins.database import as_owner

PASSWORD = "le mot de passe de la démonstration"


def load() -> None:
    """Load it as the owner of the tables; `DEMO_PASSWORD` must be set."""
    with as_owner():
        call_command("load_demo")
