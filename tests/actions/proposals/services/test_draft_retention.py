"""actions/proposals/services/draft_retention.py: drafts reminded of, announced, deleted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.enums import Transition
from actions.models import Action
from actions.proposals.services.applications import ProposalContent, save_proposal
from actions.proposals.services.draft_retention import (
    announce_deletions,
    delete_old_drafts,
    remind_of_drafts,
)
from ess_portal.base.models import OutgoingMail
from tests.support.factories import Story, UserFactory, fresh, member
from tests.support.refusals import by_sql

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def draft(days: int, **columns) -> Story:
    """A draft untouched for so many days."""
    story = Story(**columns)
    by_sql(story.action, updated_at=timezone.now() - days * A_DAY)
    return story


def recipients() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("recipient", flat=True))


def test_is_reminded_of_once_after_seven_days():
    young, old = draft(6), draft(8)
    other = member(old.carrier)
    submitted = Story().submitted()
    by_sql(submitted.action, updated_at=timezone.now() - 30 * A_DAY)
    assert (remind_of_drafts(), remind_of_drafts()) == (1, 0)
    assert recipients()[-2:] == [old.manager.email, other.email]
    assert young.manager.email not in recipients()
    mail = OutgoingMail.objects.latest("pk")
    assert mail.subject == "Votre brouillon vous attend : Une épicerie solidaire"
    assert f"http://127.0.0.1:8000{old.action.get_space_url()}\n" in mail.body


def test_without_an_organisation_its_author_is_told():
    author = UserFactory()
    key = "3f2a1c9e-0000-4000-8000-000000000001"
    action, _ = save_proposal(key=key, by=author, content=ProposalContent())
    by_sql(action, updated_at=timezone.now() - 8 * A_DAY)
    assert remind_of_drafts() == 1
    assert recipients() == [author.email]
    assert OutgoingMail.objects.get().subject == "Votre brouillon vous attend"


def test_a_reminder_is_no_work_on_the_draft():
    story = draft(8)
    before = Action.objects.get(pk=story.action.pk).updated_at
    remind_of_drafts()
    assert Action.objects.get(pk=story.action.pk).updated_at == before


def test_is_announced_two_weeks_before_it_is_deleted():
    story = draft(75)
    now = timezone.now()
    assert announce_deletions(now) == 0
    assert announce_deletions(now + A_DAY) == 1
    assert announce_deletions(now + 2 * A_DAY) == 0
    mail = OutgoingMail.objects.latest("pk")
    day = timezone.localtime(now + 15 * A_DAY).date()
    assert mail.recipient == story.manager.email
    assert (mail.subject.endswith(f"{day.year}"), str(day.day) in mail.subject) == (True, True)
    assert delete_old_drafts(now + 14 * A_DAY) == 0
    assert delete_old_drafts(now + 15 * A_DAY) == 1
    assert not Action.objects.exists()


def test_is_never_deleted_without_two_weeks_of_notice():
    draft(400)
    now = timezone.now()
    assert delete_old_drafts(now) == 0
    assert announce_deletions(now) == 1
    assert delete_old_drafts(now + timedelta(days=13, hours=23)) == 0
    assert delete_old_drafts(now + 14 * A_DAY) == 1


def test_goes_on_when_somebody_writes_again():
    story = draft(80)
    now = timezone.now()
    announce_deletions(now)
    save_proposal(
        key=story.action.uuid,
        by=fresh(story.manager),
        content=ProposalContent(columns={"title": "Repris"}),
    )
    assert delete_old_drafts(now + 60 * A_DAY) == 0
    story.action.refresh_from_db()
    assert (story.action.draft_reminded_at, story.action.deletion_announced_at) == (None, None)


def test_what_was_sent_is_never_deleted():
    story = draft(80)
    now = timezone.now()
    announce_deletions(now)
    story.apply(Transition.SUBMIT, story.manager)
    by_sql(story.action, updated_at=now - 400 * A_DAY)
    assert delete_old_drafts(now + 60 * A_DAY) == 0
