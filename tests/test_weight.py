"""What one more row costs, on the lists that grow: bytes on the wire, and processor time.

The same list is shown with n, then with 2n rows. Templates are written for people, and whitespace
compresses to next to nothing: so rows are weighed compressed, as they travel.
"""

import gc
import time
import zlib
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import resolve

from actors.models import Membership, Organisation, User
from tests.benchmarks import data
from tests.benchmarks.bars import REFERENCE

# Compressed bytes, and processor time as a share of that of the reference page.
MOST_BYTES = 60
MOST_TIME = 0.5
FEW, MANY = 10, 20
ROUNDS, TRIES = 6, 3
PAGES = [
    ("/actions/", "", "li", "row-item"),
    ("/actions/?q=quartier", "", "li", "row-item"),
    ("/acteurs/", "", "li", "card-item"),
    ("/espace/", "carrier", "li", "row-item"),
    ("/evaluations/", "evaluator", "li", "row-item"),
    ("/commission/", "committee", "tr", ""),
    ("/tableau-de-bord/attentes/decider/", "elected", "tr", ""),
    ("/admin/actions/action/", "agent", "tr", ""),
]
pytestmark = pytest.mark.django_db


@pytest.fixture
def read(promise, as_user, monkeypatch):
    """A function that reads a list with so many rows a page, of which there are enough."""
    data.load_actions(150)
    carrier = User.objects.get(email="carrier@bench.example")
    for organisation in Organisation.objects.exclude(memberships__user=carrier)[:MANY]:
        Membership.objects.create(user=carrier, organisation=organisation)
    clients = {
        name: as_user(User.objects.get(email=f"{name}@bench.example")) if name else Client()
        for _, name, *_ in PAGES
    }

    def page(path: str, name: str, rows: int) -> bytes:
        view = resolve(path.partition("?")[0]).func
        if hasattr(view, "model_admin"):
            monkeypatch.setattr(view.model_admin, "list_per_page", rows)
        else:
            monkeypatch.setattr(view.view_class, "paginate_by", rows)
        return clients[name].get(path).content

    return page


def count_rows(html: str, tag: str, css: str) -> int:
    """How many rows a page has, but those that head a table."""
    starts = [start for start in html.split(f"<{tag}")[1:] if css in start.split(">")[0]]
    return sum('scope="col"' not in start.split(f"</{tag}>")[0] for start in starts)


def processor_time(call: Callable) -> float:
    """Seconds of this thread alone: whoever else is busy doesn't count."""
    started = time.thread_time()
    call()
    return time.thread_time() - started


def time_a_row(read: Callable, path: str, name: str) -> float:
    """The processor time of one more row, as a share of the reference page's; the least of some."""
    calls = {
        "reference": lambda: Client().get(REFERENCE),
        "few": lambda: read(path, name, FEW),
        "many": lambda: read(path, name, MANY),
    }
    taken = dict.fromkeys(calls, float("inf"))
    gc.collect()
    gc.disable()
    try:
        # In turn, so that a machine that slows down slows all of them.
        for _ in range(ROUNDS):
            for what, call in calls.items():
                taken[what] = min(taken[what], processor_time(call))
    finally:
        gc.enable()
    return (taken["many"] - taken["few"]) / (MANY - FEW) / taken["reference"]


@pytest.mark.slow
def test_a_row_weighs_little_once_compressed(read):
    heavy = {}
    for path, name, tag, css in PAGES:
        few, many = read(path, name, FEW), read(path, name, MANY)
        counted = [count_rows(html.decode(), tag, css) for html in (few, many)]
        assert counted == [FEW, MANY], path
        weight = (len(zlib.compress(many)) - len(zlib.compress(few))) / (MANY - FEW)
        if weight > MOST_BYTES:
            heavy[path] = weight
    assert heavy == {}


@pytest.mark.slow
def test_a_row_takes_little_time(read):
    slow = {}
    for path, name, *_ in PAGES:
        # A busy machine may be slow once; three times is the row.
        for _ in range(TRIES):
            share = time_a_row(read, path, name)
            if share <= MOST_TIME:
                break
        else:
            slow[path] = share
    assert slow == {}
