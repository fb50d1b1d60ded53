"""One person's files are looked into one after the other, in however many windows."""

from threading import Thread

import pytest
from django.db import connection

from actions.models import Attachment
from actions.proposals.services.attachments import attach
from ess_portal.base import turns
from ess_portal.base.refusals import Refused
from ess_portal.base.turns import turn_of
from tests.support.factories import Story, fresh
from tests.support.files import GOOD
from tests.support.races import outcome_of, race
from tests.support.reading import plain

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
NO_PDF = (
    "Le fichier « statuts.pdf » n’est pas un fichier PDF, malgré son nom. Ouvrez-le, "
    "enregistrez-le dans l’un des types acceptés et joignez-le à nouveau."
)
LATER = (
    "Le fichier « statuts.pdf » attend d’être vérifié : le portail est très occupé. Dans un "
    "instant, joignez-le à nouveau."
)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """An empty folder for the files."""
    settings.ATTACHMENTS_ROOT = tmp_path


def sending(story: Story, data: bytes = GOOD["statuts.pdf"]):
    manager = fresh(story.manager)
    return lambda: attach(action=story.action, by=manager, name="statuts.pdf", data=data)


@pytest.mark.parametrize("same", [True, False])
def test_a_second_file_waits_for_the_same_persons_first(same):
    """Red without the lock: a file that is refused takes no other."""
    story = Story()
    other = story if same else Story()

    first, second, waited = race(sending(story), sending(other, b"MZ"))

    assert (first, said(second), waited) == (Attachment.objects.get(), NO_PDF, same)


def test_who_waits_too_long_is_told_to_come_back(monkeypatch):
    monkeypatch.setattr(turns, "SECONDS_OF_PATIENCE", 1)
    story, told = Story(), []

    def other_window():
        try:
            told.append(said(outcome_of(sending(story))))
        finally:
            connection.close()

    with turn_of(f"file of {story.manager.pk}"):
        window = Thread(target=other_window)
        window.start()
        window.join()

    assert (told, Attachment.objects.count()) == ([LATER], 0)


def said(outcome: object) -> str:
    assert isinstance(outcome, Refused), outcome
    return plain(str(outcome))
