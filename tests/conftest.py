"""Fixtures shared by the whole suite."""

import json
from contextlib import contextmanager
from datetime import datetime, time, timedelta

import pytest
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone
from hypothesis import settings

from actors.services import load_territory
from challenges.services import load_programme
from tests.benchmarks import data
from tests.support.factories import fresh
from tests.support.signing_in import open_session

# A busy machine is no failure, and a run leaves nothing in the project's folder.
settings.register_profile("suite", deadline=None, database=None)
settings.load_profile("suite")


@pytest.fixture
def as_user():
    """Return a function that gives a client signed in as a person, second factor given."""

    def signed_in(user) -> Client:
        client = Client()
        open_session(client, fresh(user))
        return client

    return signed_in


@pytest.fixture
def promise(db):
    """The programme, the territory, and the benchmark's people."""
    root = configured.BASE_DIR
    load_programme(json.loads((root / "challenges/data/programme-2016-2020.json").read_text()))
    load_territory(json.loads((root / "actors/data/territory.json").read_text()))
    data.load_people()


@pytest.fixture
def ago(monkeypatch):
    """A function that makes what is inside take place a number of days ago."""

    @contextmanager
    def days(number: int, at: time | None = None):
        # The same clock on the wall, that many nights before: across a change of hour too.
        local = timezone.localtime()
        day = local.date() - timedelta(days=number)
        now = timezone.make_aware(datetime.combine(day, at or local.time()))
        with monkeypatch.context() as patch:
            patch.setattr("django.utils.timezone.now", lambda: now)
            yield

    return days
