"""actions/models/silence.py: the date that staff see is the one that the receipt gives."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from actions.enums import ActionStatus
from actions.models import Action, CorrectionRequest
from actions.models.receipt import receipt_of
from actions.models.silence import DAYS_OF_ALARM, Silence, silence_of
from challenges.enums import SilenceMeaning
from challenges.models import ReceiptTerms
from tests.support.announced import asked_days_ago
from tests.support.factories import Story, story_in
from tests.support.refusals import by_sql, holder_of
from tests.support.samples import some_at_once

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2026, 11, 27)
REJECTION, ACCEPTANCE = SilenceMeaning.REJECTION, SilenceMeaning.ACCEPTANCE


def row(action: Action) -> Action:
    return Action.objects.with_silence().get(pk=action.pk)


@pytest.mark.parametrize(
    ("days", "alarm", "is_near", "is_past"),
    [
        (-2, "il y a 2 jours", False, True),
        (-1, "il y a 1 jour", False, True),
        (0, "aujourd’hui", True, False),
        (1, "dans 1 jour", True, False),
        (DAYS_OF_ALARM, "dans 15 jours", True, False),
        (DAYS_OF_ALARM + 1, "", False, False),
    ],
)
def test_alarms_when_it_is_near_or_past(days, alarm, is_near, is_past):
    silence = Silence(TODAY + timedelta(days=days), ACCEPTANCE, is_suspended=False, today=TODAY)
    assert (silence.alarm, silence.is_near, silence.is_past) == (alarm, is_near, is_past)
    assert silence.label == "acceptation implicite"


@pytest.mark.django_db
class TestOfRows:
    @pytest.mark.parametrize(
        "status", some_at_once([s for s in ActionStatus if s != "recorded"], 3)
    )
    def test_applies_until_there_is_an_answer(self, status):
        action = story_in(status).action
        applies = status in ("submitted", "in_correction", "in_evaluation", "evaluated")
        assert (silence_of(row(action)) is not None) == applies

    @pytest.mark.parametrize("meaning", some_at_once(SilenceMeaning, 2))
    @pytest.mark.parametrize("paper", some_at_once([None, date(2025, 12, 31)], 2))
    @pytest.mark.parametrize(
        "corrections",
        [
            (),
            # Answered in time, near midnight in Paris; then another, after its date.
            (("2026-01-10T23:30", "2026-01-30", "2026-01-20T00:30"),),
            (
                ("2026-01-10T12:00", "2026-01-20", "2026-02-25T12:00"),
                ("2026-03-01T12:00", "2026-03-30", "2026-03-04T23:59"),
            ),
            # Asked once its date was past; answered the same day.
            (("2026-01-10T12:00", "2026-01-09", "2026-01-10T13:00"),),
            # Not answered.
            (("2026-01-10T12:00", "2026-01-31", None),),
            (
                ("2026-01-10T12:00", "2026-01-20", "2026-01-15T12:00"),
                ("2026-01-30T12:00", "2026-02-28", None),
            ),
        ],
    )
    def test_is_what_the_receipt_says(self, meaning, paper, corrections):
        story = Story().submitted()
        holder_of("actions_action_filing_is_kept").drop()
        filed = datetime(2025, 12, 31, 23, 30, tzinfo=PARIS)
        by_sql(story.action, submitted_at=filed, received_on_paper=paper)
        ReceiptTerms.objects.create(
            programme=story.action.programme, months_of_silence=2, silence_means=meaning
        )
        for name in ("is_kept", "of_a_step", "due_later", "answered_as_it_is_sent"):
            holder_of(f"actions_correctionrequest_{name}").drop()
        for requested, due, answered in corrections:
            asked = CorrectionRequest.objects.create(
                action=story.action, fields=["summary"], due_on=due, requested_by=story.agent
            )
            by_sql(
                asked,
                requested_at=datetime.fromisoformat(requested).replace(tzinfo=PARIS),
                answered_at=answered and datetime.fromisoformat(answered).replace(tzinfo=PARIS),
            )
        action = row(story.action)
        receipt, silence = receipt_of(action, date(2026, 1, 15)), silence_of(action)
        assert action.silent_until == receipt.silent_until
        assert silence is None or silence.meaning == meaning

    def test_of_a_paper_file_runs_from_the_day_it_came(self):
        today = timezone.localdate()
        story = Story(received_on_paper=today - timedelta(days=40)).submitted()
        assert story.action.received_on == today - timedelta(days=40)
        assert row(story.action).silent_until == receipt_of(story.action).silent_until
        assert row(story.action).silent_until < today + timedelta(days=25)

    def test_without_terms_is_a_rejection_suspended_until_the_date(self):
        story = Story().in_correction()
        silence = silence_of(row(story.action))
        assert (silence.meaning, silence.is_suspended) == (REJECTION, True)
        asked_days_ago(story.action, 11)
        assert not silence_of(row(story.action)).is_suspended


@pytest.mark.django_db
def test_lists_keep_those_before_a_day(ago):
    with ago(70):
        past = Story().submitted().action
    with ago(50):
        near = Story().submitted().action
        Story().inadmissible()
    far = Story().submitted().action
    today = timezone.localdate()
    soon = today + timedelta(days=DAYS_OF_ALARM + 1)
    assert set(Action.objects.silent_before(today)) == {past}
    assert set(Action.objects.silent_before(soon)) == {past, near}
    assert set(Action.objects.silent_before(soon, since=today)) == {near}
    assert set(Action.objects.silent_before(date.max)) == {past, near, far}
