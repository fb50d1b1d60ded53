"""actions/models/receipt.py: the dates that the law attaches to a proposal."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from actions.models import CorrectionRequest
from actions.models.receipt import receipt_of, silent_until, terms_of
from challenges.enums import SilenceMeaning
from challenges.models import ReceiptTerms
from tests.support.factories import Story
from tests.support.refusals import by_sql, holder_of

PARIS = ZoneInfo("Europe/Paris")
RECEIVED = date(2026, 11, 2)


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)


def asked(requested: date, due: date, answered: date | None = None) -> CorrectionRequest:
    return CorrectionRequest(
        requested_at=at(requested), due_on=due, answered_at=answered and at(answered)
    )


@pytest.mark.parametrize(
    ("corrections", "until"),
    [
        ([], date(2027, 1, 2)),
        # Ten days from the request to the answer.
        ([asked(date(2026, 11, 10), date(2026, 11, 30), date(2026, 11, 20))], date(2027, 1, 12)),
        # The answer came after the date that was given: the time ran again from that date.
        ([asked(date(2026, 11, 10), date(2026, 11, 20), date(2026, 12, 20))], date(2027, 1, 12)),
        # Not answered yet: suspended until the date that was given.
        ([asked(date(2026, 11, 10), date(2026, 11, 25))], date(2027, 1, 17)),
        (
            [
                asked(date(2026, 11, 10), date(2026, 11, 30), date(2026, 11, 20)),
                asked(date(2026, 12, 1), date(2026, 12, 30), date(2026, 12, 6)),
            ],
            date(2027, 1, 17),
        ),
        ([asked(date(2026, 11, 10), date(2026, 11, 30), date(2026, 11, 10))], date(2027, 1, 2)),
    ],
)
def test_silence_means_rejection_after_two_months_without_the_suspended_days(corrections, until):
    assert silent_until(RECEIVED, ReceiptTerms(), corrections) == until


@pytest.mark.parametrize(
    ("corrections", "until"),
    [
        ([], date(2027, 2, 2)),
        ([asked(date(2026, 11, 10), date(2026, 11, 30))], None),
        ([asked(date(2026, 11, 10), date(2026, 11, 30), date(2026, 11, 20))], date(2027, 2, 20)),
    ],
)
def test_silence_that_means_acceptance_runs_from_the_last_answer(corrections, until):
    terms = ReceiptTerms(silence_means=SilenceMeaning.ACCEPTANCE, months_of_silence=3)
    assert silent_until(RECEIVED, terms, corrections) == until


@pytest.mark.django_db
class TestReceipt:
    def received(self, moment: datetime):
        story = Story().submitted()
        holder_of("actions_action_filing_is_kept").drop()
        by_sql(story.action, submitted_at=moment)
        story.action.refresh_from_db()
        return story.action

    @pytest.mark.parametrize(
        ("moment", "by", "until"),
        [
            (datetime(2026, 11, 30, 23, 30, tzinfo=PARIS), date(2026, 12, 14), date(2027, 1, 30)),
            (datetime(2026, 12, 1, 0, 30, tzinfo=PARIS), date(2026, 12, 15), date(2027, 2, 1)),
            (datetime(2026, 12, 31, 12, 0, tzinfo=PARIS), date(2027, 1, 15), date(2027, 2, 28)),
        ],
    )
    def test_is_dated_in_paris_and_counts_month_ends(self, moment, by, until):
        receipt = receipt_of(self.received(moment))
        assert (receipt.acknowledged_by, receipt.silent_until) == (by, until)
        assert (receipt.means_rejection, receipt.is_suspended) == (True, False)

    @pytest.mark.parametrize(
        ("paper", "on_paper", "until"),
        [
            (date(2026, 11, 20), True, date(2027, 1, 20)),
            (date(2026, 12, 1), False, date(2027, 2, 1)),
        ],
    )
    def test_of_what_came_on_paper_runs_from_that_day(self, paper, on_paper, until):
        action = self.received(datetime(2026, 12, 1, 10, 0, tzinfo=PARIS))
        by_sql(action, received_on_paper=paper)
        action.refresh_from_db()
        receipt = receipt_of(action)
        assert (receipt.received_on, receipt.silent_until) == (paper, until)
        assert receipt.came_on_paper == on_paper

    def test_is_suspended_while_a_piece_is_waited_for(self):
        story = Story().in_correction()
        due_on = story.action.correction_requests.get().due_on
        assert receipt_of(story.action, due_on).is_suspended
        day_after = date.fromordinal(due_on.toordinal() + 1)
        assert not receipt_of(story.action, day_after).is_suspended

    def test_terms_are_those_of_the_programme_or_by_default_unconfirmed(self, settings):
        settings.AUTHORITY = settings.AUTHORITY | {
            "name": "Mon Agglo",
            "address": "1 place de la Mairie",
            "email": "ess@agglo.example",
            "phone": "04 73 00 00 00",
        }
        action = Story().submitted().action
        default = terms_of(action)
        assert (default.is_confirmed, default.months_of_silence) == (False, 2)
        assert default.contact == [
            "Mon Agglo",
            "1 place de la Mairie",
            "ess@agglo.example",
            "04\u00a073\u00a000\u00a000\u00a000",
        ]
        ReceiptTerms.objects.create(
            programme=action.programme, service="Mission ESS", phone="04", is_confirmed=True
        )
        kept = terms_of(action)
        assert kept.contact == ["Mission ESS", "1 place de la Mairie", "ess@agglo.example", "04"]
        assert kept.is_confirmed
