"""Calendar files: what RFC 5545 asks of them, whatever people typed."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ess_portal.base.icalendar import Event, calendar_file

PARIS = ZoneInfo("Europe/Paris")
EVENT = Event(
    uid="seance-1@portail.example",
    edition=2,
    written_at=datetime(2026, 11, 28, 9, 0, tzinfo=PARIS),
    starts_at=datetime(2026, 12, 3, 14, 30, tzinfo=PARIS),
    ends_at=datetime(2026, 12, 3, 16, 30, tzinfo=PARIS),
    summary="Séance de la commission",
    place="Salle des mariages",
    description="Présidence : Ana",
    address="https://portail.example/commission/seances/1/",
    organiser="Clermont Communauté",
    organiser_email="portail@example.org",
)


def lines(**fields) -> dict[str, str]:
    """The lines of the file, unfolded, by what comes before their first colon."""
    unfolded = calendar_file(replace(EVENT, **fields)).replace("\r\n ", "")
    return dict(line.split(":", 1) for line in unfolded.split("\r\n") if line)


def test_an_event_is_published():
    assert calendar_file(EVENT).split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//ESS Portal//Sessions//FR",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:seance-1@portail.example",
        "SEQUENCE:2",
        "DTSTAMP:20261128T080000Z",
        "DTSTART:20261203T133000Z",
        "DTEND:20261203T153000Z",
        "SUMMARY:Séance de la commission",
        "LOCATION:Salle des mariages",
        "DESCRIPTION:Présidence : Ana",
        "URL:https://portail.example/commission/seances/1/",
        'ORGANIZER;CN="Clermont Communauté":mailto:portail@example.org',
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_cancelled_one_is_taken_away():
    said = lines(is_cancelled=True)
    assert (said["METHOD"], said["STATUS"]) == ("CANCEL", "CANCELLED")


def test_summer_is_two_hours_ahead():
    assert lines(starts_at=datetime(2027, 7, 1, 14, 30, tzinfo=PARIS))["DTSTART"] == (
        "20270701T123000Z"
    )


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Salle A, 1er étage ; fond", "Salle A\\, 1er étage \\; fond"),
        ("a\\b", "a\\\\b"),
        ("un\r\ndeux\ntrois", "un\\ndeux\\ntrois"),
        ("un\nEND:VEVENT", "un\\nEND:VEVENT"),
        ("sonne\x07", "sonne"),
    ],
)
def test_what_is_typed_stays_a_text(typed, written):
    assert lines(place=typed)["LOCATION"] == written


def test_a_quotation_mark_does_not_end_a_name():
    assert lines(organiser='L"Agglo\n')['ORGANIZER;CN="L\'Agglo"'] == "mailto:portail@example.org"


def test_no_line_passes_75_octets_nor_parts_a_letter():
    place = "Médiathèque, salle à l’étage " * 10
    raw = calendar_file(replace(EVENT, place=place)).encode()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert all(line.decode() for line in raw.split(b"\r\n")[:-1])
    assert lines(place=place)["LOCATION"] == place.replace(",", "\\,")
