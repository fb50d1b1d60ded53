"""Members are told of their session: called, changed, its agenda, opened, cancelled."""

from dataclasses import replace

import pytest

from actions.committee.services.agenda import put_on_agenda, take_off_agenda
from actions.committee.services.conduct import open_session
from actions.committee.services.sessions import (
    cancel_session,
    create_session,
    edit_session,
    send_agenda,
)
from actors.enums import Role
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import prepared
from tests.support.factories import Story, fresh, person
from tests.support.reading import plain
from tests.support.refusals import refusal
from tests.support.sessions import HeldSession

pytestmark = pytest.mark.django_db

DAY = "Commission du 3 décembre 2026"


@prepared
def sitting() -> HeldSession:
    """A session with one action on its agenda."""
    return HeldSession()


@pytest.fixture
def told(sitting):
    """Return the mails written since: subject, recipients, and one of them, by the act's order."""
    sitting.refresh()
    last = OutgoingMail.objects.latest("pk").pk

    def read() -> list[tuple[str, set[str]]]:
        found: dict[str, set[str]] = {}
        for mail in OutgoingMail.objects.filter(pk__gt=last).order_by("pk"):
            found.setdefault(plain(mail.subject), set()).add(mail.recipient)
        return list(found.items())

    return read


def emails(people) -> set[str]:
    return {user.email for user in people}


def latest(recipient) -> OutgoingMail:
    """The last mail somebody was written."""
    return OutgoingMail.objects.filter(recipient=recipient.email).latest("pk")


def calendar(mail: OutgoingMail) -> dict[str, str]:
    """What the file of a mail says, line by line."""
    unfolded = mail.attachment.replace("\r\n ", "")
    return dict(line.split(":", 1) for line in unfolded.split("\r\n") if line)


def edit(sitting, **columns):
    """Settle the session with other columns."""
    content = replace(sitting.content, columns=sitting.content.columns | columns)
    sitting.session = edit_session(session=sitting.session, by=sitting.agent, content=content)


class TestCalled:
    def test_everybody_who_sits_is_told_with_a_file_for_their_calendar(self, sitting, told):
        elected = person(Role.ELECTED)
        content = replace(sitting.content, observers=[sitting.agent, elected])
        session = create_session(by=sitting.agent, content=content)
        everybody = [*sitting.voters, sitting.agent, elected]
        assert told() == [(f"{DAY} : convocation", emails(everybody))]
        mail = latest(sitting.chair)
        assert (mail.attachment_name, mail.attachment_type) == (
            "seance-2026-12-03.ics",
            "text/calendar; method=PUBLISH",
        )
        said = calendar(mail)
        assert (said["DTSTART"], said["LOCATION"], said["SEQUENCE"]) == (
            "20261203T133000Z",
            "Salle des mariages",
            "0",
        )
        assert session.get_absolute_url() in mail.body
        # Who reads no page of the committee is given no address.
        assert session.get_absolute_url() not in latest(elected).body

    def test_an_account_that_is_closed_is_written_nothing(self, sitting, told):
        gone = person(Role.ELECTED, is_active=False)
        create_session(by=sitting.agent, content=replace(sitting.content, observers=[gone]))
        assert told() == [(f"{DAY} : convocation", emails(sitting.voters))]


class TestChanged:
    def test_another_place_is_told_under_the_same_name(self, sitting, told):
        before = calendar(latest(sitting.chair))
        edit(sitting, place="Salle du conseil")
        assert told() == [(f"{DAY} : séance modifiée", emails(sitting.voters))]
        mail = latest(sitting.chair)
        assert "Lieu : Salle du conseil, au lieu de Salle des mariages" in plain(mail.body)
        said = calendar(mail)
        assert (said["UID"], said["SEQUENCE"]) == (before["UID"], "1")
        assert said["LOCATION"] == "Salle du conseil"

    def test_what_no_calendar_shows_is_told_to_nobody(self, sitting, told):
        edit(sitting, envelope=40_000, budget_line="65748")
        assert told() == []
        assert sitting.session.calendar_edition == 0

    def test_who_joins_is_called_and_who_leaves_is_let_go(self, sitting, told):
        newcomer = person(Role.COMMITTEE)
        sitting.content = replace(sitting.content, voters=[sitting.chair, sitting.second, newcomer])
        edit(sitting)
        assert told() == [
            (f"{DAY} : convocation", {newcomer.email}),
            (f"{DAY} : vous n’y siégez plus", {sitting.third.email}),
        ]
        said = calendar(latest(sitting.third))
        assert (said["METHOD"], said["STATUS"], said["SEQUENCE"]) == ("CANCEL", "CANCELLED", "1")


class TestAgenda:
    def test_is_sent_once_with_the_way_to_ones_pack(self, sitting, told):
        send_agenda(session=sitting.session, by=sitting.agent)
        assert told() == [(f"{DAY} : ordre du jour", emails(sitting.voters))]
        body = latest(sitting.chair).body
        action = sitting.stories[0].action
        assert f"1. {action.reference}, {action.title} ({action.carrier})" in body
        assert f"{sitting.session.get_absolute_url()}dossier.pdf" in body
        assert refusal(send_agenda, session=sitting.session, by=sitting.agent) == [
            "L’ordre du jour est déjà envoyé : ce qui y change est écrit aux membres."
        ]

    def test_is_sent_by_who_keeps_the_session_and_holds_something(self, sitting):
        assert refusal(send_agenda, session=sitting.session, by=fresh(sitting.second)) == [
            "Envoyer l’ordre du jour revient à un agent ou le président de la séance."
        ]
        empty = HeldSession(stories=[])
        assert refusal(send_agenda, session=empty.session, by=empty.agent) == [
            "L’ordre du jour est vide : ajoutez-y des actions."
        ]

    def test_nobody_is_told_what_they_have_not_read_yet(self, sitting, told):
        put_on_agenda(
            session=sitting.session, actions=[Story().evaluated().action], by=sitting.agent
        )
        take_off_agenda(item=sitting.items[0], by=sitting.agent)
        assert [subject for subject, _ in told() if subject.startswith("Commission")] == []
        assert not sitting.session.removals.exists()

    def test_what_changes_afterwards_is_told(self, sitting, told):
        send_agenda(session=sitting.session, by=sitting.agent)
        added, taken_off = Story().evaluated().action, sitting.stories[0].action
        put_on_agenda(session=sitting.session, actions=[added], by=sitting.agent)
        body = latest(sitting.chair).body
        assert f"Ajoutée\u00a0: {added.reference}, {added.title} ({added.carrier})" in body
        take_off_agenda(item=sitting.items[0], by=sitting.agent)
        mail = latest(sitting.chair)
        assert f"Retirée\u00a0: {taken_off.reference}, {taken_off.title}" in mail.body
        # Several changes of one hour make one mail.
        assert (mail.pace, mail.topic) == ("hourly", f"seance-{sitting.session.pk}")
        assert [item.action for item in sitting.items] == [added]
        # The session keeps what the mail said, for who looks there.
        assert [(gone.action, gone.by) for gone in sitting.session.removals.all()] == [
            (taken_off, sitting.agent)
        ]


class TestOpened:
    def test_is_told_with_the_agenda(self, sitting, told):
        session = open_session(session=sitting.session, by=sitting.agent)
        assert told() == [(f"{DAY} : séance ouverte", emails(sitting.voters))]
        body = latest(sitting.chair).body
        assert sitting.stories[0].action.reference in body
        assert "dossier.pdf" in body
        # From then on they know it.
        assert session.agenda_sent_at == session.opened_at


class TestCancelled:
    def test_is_told_and_leaves_the_calendars(self, sitting, told):
        cancel_session(session=sitting.session, by=sitting.agent)
        assert told() == [(f"{DAY} : séance annulée", emails(sitting.voters))]
        said = calendar(latest(sitting.chair))
        assert (said["METHOD"], said["STATUS"], said["SEQUENCE"]) == ("CANCEL", "CANCELLED", "1")
