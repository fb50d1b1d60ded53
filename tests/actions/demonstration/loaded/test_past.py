"""Three years behind the demonstration, in the order in which people live them."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db.models import F, Q, Sum
from django.utils import timezone

from actions.committee.queries.deliberations import proposed_in
from actions.demonstration.columns import DONE
from actions.demonstration.guarantees import faults
from actions.models import (
    Action,
    ActionEvent,
    Amendment,
    Attachment,
    CommitteeSession,
    CorrectionRequest,
    Decision,
    Deliberation,
    EnvelopeVote,
    Evaluation,
    ItemRecusal,
    Recusal,
)
from actions.space.queries.usual_times import usual_days
from actors.models import User
from challenges.models import Programme
from ess_portal.base.calendar import is_working_day
from ess_portal.base.french import long_date
from ess_portal.base.models import OutgoingMail
from ess_portal.base.retention import DAYS_OF_MAIL_BODIES
from ess_portal.dashboards.statistics.scope import Scope
from ess_portal.dashboards.statistics.steering import steering
from ess_portal.dashboards.statistics.waiting import waits

pytestmark = pytest.mark.slow

YEAR = timedelta(days=365)


def by_year(rows, when: str) -> list:
    """Return the rows of three years ago, two years ago, and the last twelve months."""
    now = timezone.now()
    return [
        rows.filter(**{f"{when}__gt": now - (ago + 1) * YEAR, f"{when}__lte": now - ago * YEAR})
        for ago in (2, 1, 0)
    ]


def test_every_guarantee_holds(demonstration):
    assert faults() == []


def test_nothing_says_that_it_was_loaded_today(demonstration):
    from django.db import connection

    fresh = []
    with connection.cursor() as cursor:
        for table, column in DONE:
            cursor.execute(
                f"SELECT count(*) FROM {table} WHERE {column} >= %s", [demonstration.since]
            )
            fresh += [f"{table}.{column}"] * cursor.fetchone()[0]
    assert fresh == []


def test_it_covers_three_years_and_grows(demonstration):
    first = ActionEvent.objects.order_by("at").first().at
    assert timedelta(days=1050) < timezone.now() - first < 3 * YEAR + timedelta(days=10)
    assert 30 <= Action.objects.filed().count() <= 45
    granting = Decision.objects.confirmed().filter(kind="prioritise")
    granted = [
        rows.aggregate(sum=Sum("amount"))["sum"] for rows in by_year(granting, "confirmed_at")
    ]
    filed = by_year(Action.objects.filed(), "submitted_at")
    jobs = [rows.aggregate(sum=Sum(F("jobs_created") + F("jobs_kept")))["sum"] for rows in filed]
    for figures in (granted, jobs, [rows.count() for rows in filed]):
        assert all(before < after for before, after in pairwise(figures)), figures


def test_the_committee_sat_two_or_three_times_a_year(demonstration):
    published = CommitteeSession.objects.filter(state="published")
    assert [rows.count() for rows in by_year(published, "opened_at")] == [3, 3, 3]
    assert all(is_working_day(session.held_on) for session in CommitteeSession.objects.all())
    voted = Deliberation.objects.all()
    assert all(one.number.startswith(f"DEL-FICTIVE-{one.held_on.year}-") for one in voted)
    # The last session's grant is still proposed to the council, every other one was voted.
    *_, last = published.order_by("held_on")
    waiting = Action.objects.proposed_to_council()
    assert {action.pk for action in waiting} == {one.action.pk for one in proposed_in(last)}
    granted = Decision.objects.confirmed().filter(kind="prioritise").count()
    assert voted.count() == granted - waiting.count() > 0 < waiting.count()
    seen = Counter(published.values_list("members__attendance", flat=True))
    assert set(seen) == {"present", "excused"}
    outcomes = Counter(published.values_list("items__outcome", flat=True))
    assert set(outcomes) == {"prioritise", "postpone", "announce_refusal", "adjourn"}
    assert published.values("chair").distinct().count() == 3
    assert ItemRecusal.objects.filter(item__session__in=published).exists()
    assert EnvelopeVote.objects.filter(session__in=published).exists()


def test_lives_differ(demonstration):
    taken = set(ActionEvent.objects.values_list("transition", flat=True))
    assert taken == {
        "submit",
        "request_correction",
        "resubmit",
        "admit",
        "return_to_instruction",
        "close_evaluation",
        "reopen_evaluation",
        "prioritise",
        "postpone",
        "reconsider",
        "announce_refusal",
        "confirm_refusal",
        "withdraw_refusal",
        "start",
        "complete",
        "abandon",
        "withdraw",
    }
    assert ActionEvent.objects.filter(entered_by__isnull=False).exists()
    assert Recusal.objects.exists()
    assert CorrectionRequest.objects.filter(answered_at__gt=F("requested_at")).exists()
    # One lowers the amount, one moves the end.
    changed = Amendment.objects.filter(confirmed_at__isnull=False)
    assert changed.filter(new_amount__isnull=False).count() == 1
    assert changed.filter(new_ends_on__isnull=False).count() == 1
    attached = Attachment.objects.exclude(action__status="draft")
    assert attached.count() == 3
    assert not attached.filter(uploaded_at__gte=F("action__submitted_at")).exists()


def test_delays_are_to_be_seen(demonstration, settings):
    today = timezone.localdate()
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    scope = Scope.of(User.objects.get(email="agent@demo.example"), Programme.objects.current())
    found = waits(scope)
    assert {code for code, wait in found.items() if wait.oldest < 5} == set()
    assert {code for code, wait in found.items() if wait.late} == {
        "instruire",
        "decider",
        "refus-annonces",
    }
    # Two of the last five quarters differ at least: the trend isn't flat.
    trends = [row.trend for row in steering(scope).challenges]
    assert len({sum(quarter) for quarter in zip(*trends, strict=True)}) > 2
    late = Q(sent_at__date__gt=F("due_on")) | Q(sent_at=None, due_on__lt=today)
    assert Evaluation.objects.filter(late).count() >= 5
    assert Evaluation.objects.open().to_send().filter(due_on__lt=today).count() == 1
    assert Evaluation.objects.filter(reminded_at__isnull=False).exists()
    usual = usual_days()
    assert {"submitted", "in_evaluation", "evaluated", "prioritised"} <= set(usual)
    assert min(usual.values()) > 1


def test_references_follow_the_dates(demonstration):
    filed = Action.objects.exclude(reference=None).order_by("submitted_at")
    numbers: Counter[int] = Counter()
    for action in filed:
        year = timezone.localtime(action.submitted_at).year
        numbers[year] += 1
        assert action.reference == f"ESS-{year}-{numbers[year]:04d}"
    assert len(numbers) >= 3


def test_mails_left_when_they_were_written(demonstration):
    mails = OutgoingMail.objects.exclude(pk=demonstration.waiting.pk)
    assert list(OutgoingMail.objects.waiting()) == [demonstration.waiting]
    assert mails.filter(sent_at__lt=F("created_at")).count() == 0
    # Retention has erased what it would have erased, and nothing else.
    limit = timezone.now() - timedelta(days=DAYS_OF_MAIL_BODIES)
    assert not mails.filter(sent_at__lt=limit).exclude(body="").exists()
    assert not mails.filter(sent_at__gte=limit, body="").exists()
    # What is left quotes references and days as they are.
    receipts = mails.filter(subject__startswith="Proposition reçue", body__gt="")
    assert receipts.count() >= 3
    for receipt in receipts:
        action = Action.objects.get(uuid=receipt.topic)
        assert action.reference in receipt.subject
        assert long_date(timezone.localtime(action.submitted_at)) in receipt.body
        assert receipt.sent_at == action.submitted_at
    for mail in mails.filter(subject__contains="ESS-").exclude(topic__in=("", "evaluations")):
        assert Action.objects.get(uuid=mail.topic).reference in mail.subject


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_what_was_never_sent_has_no_reference_of_its_own(demonstration, status):
    for action in Action.objects.filter(status=status):
        assert bool(action.reference) == (action.submitted_at is not None)
