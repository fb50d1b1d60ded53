"""What the database holds of mails, and of forms sent twice.

Each name by which it refuses has one row: columns that a mail must not have. They are refused by
that name; once its constraint is dropped, they no longer are.
"""

import uuid

import pytest
from django.utils import timezone

from ess_portal.base.models import AccessRecord, OutgoingMail, SentForm
from tests.support.refusals import holder_of, names_held_by, refusal_of, refused_every_way

pytestmark = pytest.mark.django_db
NOW = timezone.now()

FILE = {"attachment_name": "a.ics", "attachment_type": "text/calendar", "attachment": "x"}
ATTEMPTS = {
    "base_outgoingmail_known_pace": {"pace": "weekly"},
    "base_outgoingmail_hourly_topic": {"pace": "hourly", "topic": ""},
    "base_outgoingmail_reply_to_alone": {"pace": "daily", "reply_to": "a@example.org"},
    "base_outgoingmail_attachment_alone": {"pace": "daily"} | FILE,
    "base_outgoingmail_attachment_small": FILE | {"attachment": "x" * 20_001},
    "base_outgoingmail_tried_so_often": {"attempts": 20},
    "base_outgoingmail_sent_or_given_up": {"sent_at": NOW, "given_up_at": NOW},
}
SENT_ONCE = "base_sentform_once"
KIND = "base_accessrecord_known_kind"


@pytest.fixture
def mail() -> OutgoingMail:
    """A mail that waits."""
    return OutgoingMail.objects.create(recipient="ana@example.org", subject="Un", topic="a")


def test_every_refusal_has_its_row():
    others = {SENT_ONCE, KIND, "base_accessrecord_kept_a_year"}  # the last in test_access_records
    assert {*ATTEMPTS, *others} == names_held_by("base")


@pytest.mark.parametrize("name", ATTEMPTS)
def test_the_guarantee_is_needed(name, mail):
    def attempt():
        OutgoingMail.objects.filter(pk=mail.pk).update(**ATTEMPTS[name])

    refused_every_way(name, mail, **ATTEMPTS[name])

    holder_of(name).drop()

    assert refusal_of(attempt) != name


def test_a_key_serves_once_a_page():
    key = uuid.uuid4()
    rows = [SentForm.objects.create(page=page, key=key) for page in ("a", "b")]

    def attempt():
        SentForm.objects.filter(pk=rows[0].pk).update(page="b")

    refused_every_way(SENT_ONCE, rows[0], page="b")

    holder_of(SENT_ONCE).drop()

    assert refusal_of(attempt) != SENT_ONCE


def test_an_access_is_of_a_known_kind():
    line = AccessRecord(kind="guessed")

    assert refusal_of(line.save) == KIND

    holder_of(KIND).drop()

    assert refusal_of(AccessRecord(kind="guessed").save) is None
