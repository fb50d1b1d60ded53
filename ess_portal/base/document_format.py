"""How documents write days, amounts and facts: plain values in French for the templates."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from ess_portal.base import french


def document(*, title: str, authority: str, programme: str, as_of: datetime) -> dict[str, str]:
    """Return what every document has: see `render_pdf`. Dated in the portal's time zone."""
    local = timezone.localtime(as_of).replace(microsecond=0)
    return {
        "title": title,
        "authority": authority,
        "programme": programme,
        "as_of": moment(as_of),
        "dated": local.isoformat(),
    }


def day(at: datetime) -> str:
    """Write a day that no line break parts, for titles: "3 novembre 2026"."""
    return french.long_date(at).replace(" ", french.NO_BREAK)


def moment(at: datetime | None) -> str:
    """Write a date and time: "1er mars 2027 à 14:30"; nothing for None."""
    return french.long_date(at, "j F Y à H:i")


def facts(*pairs: tuple[str, str]) -> list[list[str]]:
    """Return the label and value of each fact that is known."""
    return [[label, value] for label, value in pairs if value]


def jobs(value: Decimal) -> str:
    """Write full-time equivalents: "1,5 ETP"."""
    return f"{french.exactly(value)}{french.NO_BREAK}ETP"
