"""The demonstration, loaded once for all the tests of this package."""

from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from ess_portal.base.models import OutgoingMail
from tests.support.demonstration import PASSWORD, load


@pytest.fixture(scope="package")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demonstration; what waited in the outbox before, and since when it is being loaded."""
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("django.conf.settings.ATTACHMENTS_ROOT", tmp_path_factory.mktemp("files"))
        patch.setenv("DEMO_PASSWORD", PASSWORD)
        call_command("load_programme", "challenges/data/programme-2016-2020.json", verbosity=0)
        call_command("load_territory", verbosity=0)
        waiting = OutgoingMail.objects.create(recipient="a@example.org", subject="S", body="B")
        since = timezone.now()
        load()
        yield SimpleNamespace(waiting=waiting, since=since)
        transaction.set_rollback(True)


@pytest.fixture
def demonstration(loaded, db, monkeypatch):
    """The same for one test: what it changes is undone."""
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    return loaded
