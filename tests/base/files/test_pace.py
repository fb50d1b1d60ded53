"""ess_portal/base/files/pace.py: how many files one person may send in an hour."""

from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.test import RequestFactory

from ess_portal.base.files import pace
from ess_portal.base.files.pace import count_sent_file
from ess_portal.base.refusals import Refused
from tests.support.factories import UserFactory
from tests.support.reading import plain

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch, settings):
    """A clock that stands still where attempts are counted."""
    began = datetime(2026, 11, 27, 13, 4, 30, tzinfo=ZoneInfo("Europe/Paris"))
    clock = SimpleNamespace(
        now=began.timestamp(), time=lambda: clock.now, monotonic=lambda: 0.0, sleep=lambda _: None
    )
    monkeypatch.setattr(ratelimit, "time", clock)
    monkeypatch.setattr(pace, "MOST_IN_AN_HOUR", 2)
    settings.DEMO = False
    cache.clear()
    return clock


def sent_by(user) -> list[str]:
    """What is said to who sends a file; nothing when it is welcome."""
    request = RequestFactory().post("/")
    request.user = user
    try:
        count_sent_file(request)
    except Refused as refused:
        return [plain(reason) for reason in refused.reasons]
    return []


def test_past_the_bound_one_reads_when_to_come_back(clock):
    user = UserFactory()
    assert [sent_by(user), sent_by(user), sent_by(UserFactory())] == [[], [], []]

    assert sent_by(user) == [
        "Vous avez envoyé 2 fichiers en une heure, ceux qui ont été refusés compris. Vous pourrez "
        "envoyer le suivant à partir de 14 h 05."
    ]

    clock.now += 60 * 60
    assert sent_by(user) == []


def test_the_demonstration_is_shared_by_many(settings):
    settings.DEMO = True
    user = UserFactory()

    assert [sent_by(user) for _ in range(3)] == [[], [], []]
