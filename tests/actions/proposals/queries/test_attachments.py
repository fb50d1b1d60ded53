"""actions/proposals/queries/attachments.py: who knows of an attached file, and who opens it."""

import pytest
from django.utils import timezone

from actions.enums import ScanState
from actions.proposals.queries.attachments import attachments_for
from actions.proposals.services.co_editors import accept_co_editing, invite_co_editor
from actions.rules import may_open_attachment
from actors.enums import Role
from tests.plugins.prepared import prepared
from tests.support.factories import Story, UserFactory, fresh, person
from tests.support.guarantee_rows.attachments import write

pytestmark = pytest.mark.django_db


@prepared
def story() -> Story:
    """A draft."""
    return Story()


@pytest.fixture(autouse=True)
def _with_antivirus(settings):
    settings.CLAMAV = "clamav:3310"


def listed(story: Story, user) -> list[tuple[str, bool]]:
    """What `user` reads of the list: names, and whether each opens; the address says the same."""
    rows = attachments_for(story.action, fresh(user))
    for row in rows:
        assert may_open_attachment(fresh(user), row.attachment) == row.is_readable
    return [(row.attachment.name, row.is_readable) for row in rows]


def test_a_co_carrier_finds_on_the_page_what_their_address_opens(story):
    writer = UserFactory()
    invitation = invite_co_editor(action=story.action, email=writer.email, by=fresh(story.manager))
    accept_co_editing(invitation=invitation, by=fresh(writer))
    write(story, scan=ScanState.PENDING)

    assert listed(story, writer) == [("statuts.pdf", True)]


def test_others_know_of_it_once_it_is_scanned(story):
    agent = person(Role.AGENT)
    attachment = write(story, scan=ScanState.PENDING)
    assert (listed(story, story.manager), listed(story, agent)) == ([("statuts.pdf", True)], [])

    attachment.scan, attachment.scanned_at = ScanState.CLEAN, timezone.now()
    attachment.save()
    assert listed(story, agent) == [("statuts.pdf", True)]


def test_a_virus_is_known_of_and_opened_by_nobody(story):
    write(story, scan=ScanState.INFECTED, scanned_at=timezone.now())

    for reader in (story.manager, person(Role.AGENT)):
        assert listed(story, reader) == [("statuts.pdf", False)]


def test_an_elected_official_knows_of_none(story):
    write(story, scan=ScanState.CLEAN, scanned_at=timezone.now())

    assert listed(story, person(Role.ELECTED)) == []
