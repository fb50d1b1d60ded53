"""What a type of page is, and how its address is found in the demonstration's data."""

from dataclasses import dataclass
from typing import Any

VISITOR = "visitor"
SUPERUSER = "superuser"
GUEST = "porteur2"
CARRIER, AGENT, EVALUATOR, COMMITTEE = "porteur", "agent", "evaluateur3", "comite1"
ELECTED, ADMINISTRATOR, NEWCOMER = "elu", "admin", "evaluateur4"
# What is asked of nobody's data: each form is sent empty, so nothing is ever written.
SUBMIT = "main form:not([role=search]) [type=submit]:not([formnovalidate])"


@dataclass(frozen=True)
class PageType:
    """One page: its name, who reads it (an account of the demonstration), its address.

    `press` is a selector: the page is looked at after that was clicked (a form with errors).
    `template` is an error page that no address gives: it is rendered, then shown there.
    """

    name: str
    reader: str
    address: str
    press: str = ""
    template: str = ""

    @property
    def is_admin(self) -> bool:
        """Tell whether Django's admin draws it."""
        return self.name.startswith("admin_")


def address_of(name: str, *arguments: Any) -> str:
    """Return the address of a view of the portal."""
    from django.urls import reverse  # noqa: PLC0415

    return reverse(name, args=arguments)


def action_in(status: str, **conditions: Any) -> Any:
    """Return the first action of a status; `LookupError` when the data has none."""
    from actions.models import Action  # noqa: PLC0415

    found = Action.objects.filter(status=status, **conditions).order_by("pk").first()
    if found is None:
        raise LookupError(f"no action is {status}: the demonstration's data is incomplete")
    return found


def person_of(name: str) -> Any:
    """Return an account of the demonstration by its name."""
    from actors.models import User  # noqa: PLC0415

    return User.objects.get(email=email_of(name))


def email_of(reader: str) -> str:
    """Return the address of an account of the demonstration."""
    return f"{reader}@demo.example"
