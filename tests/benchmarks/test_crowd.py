"""What a crowd asks for."""

from collections import Counter

from tests.benchmarks.bars import MeasuredPage
from tests.benchmarks.crowd import ANEW, KEPT, SEARCHES, SIGNED_IN, mix
from tests.benchmarks.facts import Asked, Facts

PAGES = [
    MeasuredPage("/"),
    MeasuredPage("/actions/A-1/", name="/actions/…/"),
    MeasuredPage("/programme/"),
    *(MeasuredPage(path) for path in SEARCHES),
    MeasuredPage("/espace/", "carrier"),
    MeasuredPage("/actions/", "agent"),
]


def test_twenty_pages_of_each_kind_as_often_as_said():
    sessions = {"carrier": "c", "agent": "a"}
    pages = mix(Facts(sessions, PAGES, [Asked(0, 0, 0)] * len(PAGES), ""))
    assert len(pages) == KEPT + ANEW + SIGNED_IN == 20
    assert Counter(pages) == {
        ("/", ""): 6,
        ("/actions/A-1/", ""): 6,
        (SEARCHES[0], ""): 1,
        (SEARCHES[1], ""): 1,
        ("/espace/", "c"): 3,
        ("/actions/", "a"): 3,
    }


def test_those_written_anew_do_not_come_together():
    sessions = {"carrier": "c", "agent": "a"}
    pages = mix(Facts(sessions, PAGES, [Asked(0, 0, 0)] * len(PAGES), ""))
    at = [place for place, (path, _) in enumerate(pages) if path in SEARCHES]
    assert at[1] - at[0] >= 8
