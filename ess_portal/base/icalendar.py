"""Calendar files: one event, as RFC 5545 writes it and RFC 5546 sends it."""

from dataclasses import dataclass
from datetime import UTC, datetime

MOST_OCTETS = 75
MEDIA_TYPE = "text/calendar"


@dataclass(frozen=True)
class Event:
    """One event. Instants are aware; `edition` grows with each change, under the same `uid`."""

    uid: str
    edition: int
    written_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    place: str
    description: str
    address: str
    organiser: str
    organiser_email: str
    is_cancelled: bool = False

    @property
    def method(self) -> str:
        """What the file asks of a calendar: nobody answers it, so it is no request."""
        return "CANCEL" if self.is_cancelled else "PUBLISH"


def calendar_file(event: Event) -> str:
    """Return the file: lines that end in CRLF, none above 75 octets. Instants are in UTC."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//ESS Portal//Sessions//FR",
        f"METHOD:{event.method}",
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"SEQUENCE:{event.edition}",
        f"DTSTAMP:{_instant(event.written_at)}",
        f"DTSTART:{_instant(event.starts_at)}",
        f"DTEND:{_instant(event.ends_at)}",
        f"SUMMARY:{_text(event.summary)}",
        f"LOCATION:{_text(event.place)}",
        f"DESCRIPTION:{_text(event.description)}",
        f"URL:{event.address}",
        f"ORGANIZER;CN={_parameter(event.organiser)}:mailto:{event.organiser_email}",
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    for sign in ("\\", ";", ","):
        value = value.replace(sign, f"\\{sign}")
    # Any way to end a line; other control characters have no place in a text.
    value = "\\n".join(value.splitlines())
    return "".join(letter for letter in value if letter.isprintable() or letter.isspace())


def _parameter(value: str) -> str:
    # Nothing escapes a quotation mark in a parameter.
    kept = "".join(letter for letter in value if letter.isprintable())
    return f'"{kept.replace(chr(34), chr(39))}"'


def _folded(line: str) -> str:
    """Part a line where it would pass 75 octets, never within a letter."""
    parts, size = [""], 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > MOST_OCTETS:
            parts.append(" ")
            size = 1
        parts[-1] += letter
        size += octets
    return "\r\n".join(parts)
