"""A row of the table of addresses and people, and how it is written."""

from dataclasses import dataclass, field

ANONYMOUS = "anonymous"
EVERYBODY = (
    "anonymous outsider manager contributor partner co_editor invited claimant agent evaluator "
    "tied_agent other_evaluator elected committee administrator superuser"
)


@dataclass(frozen=True)
class Row:
    """One address with one method: who gets `ok`; the others get 404, or 302 when anonymous."""

    method: str
    name: str
    who: str
    of: str = ""  # the object of the address, in the world below
    ok: int = 200
    others: int = 404
    extra: tuple = field(default=())


def get(name, who, of="", **options):
    """A row read by GET."""
    return Row("GET", name, who, of, **options)


def post(name, who, of="", **options):
    """A row written by POST, which leads elsewhere when it worked."""
    return Row("POST", name, who, of, **({"ok": 302} | options))


def both(name, who, of="", **options):
    """A page with a form: read, and shown again when what is sent is wrong."""
    return get(name, who, of, **options), post(name, who, of, ok=200, **options)
