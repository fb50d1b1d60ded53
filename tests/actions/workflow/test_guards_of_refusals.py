"""actions/workflow/guards.py: reasons, and the fifteen days of a refusal.

Tests here take no fixture: test_mutations.py runs them against each mutant of the guards.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from actions.committee.services.decisions import reply_to_refusal
from actions.enums import DecisionKind
from actions.models import RefusalNotice
from ess_portal.base.french import long_date
from tests.support.announced import announced_days_ago, asked_days_ago
from tests.support.factories import Story, fresh
from tests.support.lacks import reasons_of, refusals, today
from tests.support.transitions import incomplete, story_at

pytestmark = pytest.mark.django_db


# --- Reasons -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "transition", "sentence"),
    [
        ("in_evaluation", "return_to_instruction", "Écrivez le motif."),
        ("postponed", "reconsider", "Écrivez le motif."),
        ("submitted", "announce_refusal", "Écrivez le motif."),
        ("overdue", "announce_refusal", "Écrivez le motif."),
        ("prioritised", "abandon", "Écrivez le motif."),
        ("in_progress", "abandon", "Écrivez le motif."),
        ("in_progress", "complete", "Écrivez le bilan final de l’action."),
    ],
)
def test_a_reason_is_written(status, transition, sentence):
    story = story_at(status)
    published = {"public_reason": "Pour tous."}

    for blank in ("", "  ", "\n\t", "\u00a0"):
        assert refusals(story, transition, story.agent, comment=blank, details=published) == [
            sentence
        ]
    assert refusals(story, transition, story.agent, comment="Un motif.", details=published) == []


# --- An incomplete file --------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "overdue"), [(9, False), (10, False), (11, True)])
def test_an_incomplete_file_is_refused_after_its_date_only(days, overdue):
    """The tenth day is the last one on which the carrier may still send it."""
    story = Story().in_correction()
    due_on = story.action.correction_requests.get().due_on - timedelta(days=days)
    asked_days_ago(story.action, days)

    assert refusals(story, "announce_refusal", story.agent, comment="Incomplet.") == (
        []
        if overdue
        else [f"Le porteur peut encore compléter son dossier jusqu’au {long_date(due_on)}."]
    )


def test_a_file_back_in_its_correction_has_another_date():
    story = incomplete(Story())
    reply_to_refusal(action=story.action, by=fresh(story.manager), text="Un deuil nous a retardés.")
    heard = {"comment": "Entendu."}

    for due_on in (None, today(), today(-1), "2099-01-01"):
        assert refusals(
            story, "withdraw_refusal", story.agent, details={"due_on": due_on}, **heard
        ) == ["Donnez au porteur une date à venir pour compléter son dossier."]
    heard["details"] = {"due_on": today(1)}
    assert refusals(story, "withdraw_refusal", story.agent, **heard) == []


# --- Fifteen days ------------------------------------------------------------------------------


def paris(*when: int) -> datetime:
    """An instant given by the clock of Paris."""
    return timezone.make_aware(datetime(*when))  # noqa: DTZ001 - made aware at once


@pytest.mark.parametrize(
    ("announced", "last_day"),
    [
        (paris(2026, 6, 1, 10), date(2026, 6, 16)),
        (paris(2026, 6, 1, 23, 59), date(2026, 6, 16)),
        (paris(2026, 6, 2, 0, 0), date(2026, 6, 17)),
        (datetime(2026, 6, 1, 22, 30, tzinfo=UTC), date(2026, 6, 17)),  # already June 2 in Paris
        (datetime(2026, 12, 20, 22, 30, tzinfo=UTC), date(2027, 1, 4)),  # still December 20
        (paris(2026, 3, 20, 12), date(2026, 4, 4)),  # the clock changes in between
        (paris(2026, 10, 20, 23, 59), date(2026, 11, 4)),  # and changes back
        (paris(2026, 10, 21, 0, 0), date(2026, 11, 5)),
        (paris(2026, 3, 13, 23, 59), date(2026, 3, 28)),  # the last night before it changes
        (paris(2026, 3, 14, 0, 0), date(2026, 3, 29)),  # ends on the day of 23 hours
        (paris(2026, 10, 10, 12), date(2026, 10, 25)),  # ends on the day of 25 hours
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 4, 13)),  # around the change itself
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 11, 9)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 11, 10)),
    ],
)
def test_fifteen_days_end_with_the_fifteenth_one_in_paris(announced, last_day):
    notice = RefusalNotice(announced_at=announced)
    after = last_day + timedelta(days=1)
    midnight = paris(after.year, after.month, after.day).astimezone(UTC)

    assert notice.reply_until == last_day
    assert notice.delay_is_gone(at=midnight - timedelta(seconds=1)) is False
    assert notice.delay_is_gone(at=midnight) is True


def announced(days_ago: int) -> Story:
    """A refusal announced some days ago."""
    story = Story().refusal_announced()
    announced_days_ago(story.action, days_ago)
    return story


def test_a_refusal_is_confirmed_once_the_delay_is_gone():
    story = announced(days_ago=15)
    [first, _] = story.members

    def confirmed(**options) -> list[str]:
        return refusals(story, "confirm_refusal", first, **options)

    until = f"Le porteur peut encore répondre jusqu’au {long_date(today())}."
    assert confirmed() == [until]
    assert confirmed(comment="Un motif.") == [until]
    announced_days_ago(story.action, 16)
    assert confirmed() == []


def test_or_once_the_reply_is_answered_with_a_reason():
    story = announced(days_ago=0)
    [first, _] = story.members
    reply_to_refusal(action=story.action, by=fresh(story.manager), text="Nous protestons.")

    for blank in ("", " \n"):
        assert refusals(story, "confirm_refusal", first, comment=blank) == [
            "Répondez à la réponse du porteur : écrivez le motif."
        ]
    assert refusals(story, "confirm_refusal", first, comment="Motif maintenu.") == []


def test_a_reply_is_answered_even_when_the_delay_is_gone():
    story = announced(days_ago=3)
    reply_to_refusal(action=story.action, by=fresh(story.manager), text="Nous protestons.")
    announced_days_ago(story.action, 30)

    assert refusals(story, "confirm_refusal", story.members[0]) == [
        "Répondez à la réponse du porteur : écrivez le motif."
    ]


def test_a_refusal_is_given_up_when_a_reply_convinced():
    story = announced(days_ago=20)
    [first, _] = story.members

    assert refusals(story, "withdraw_refusal", first, comment="Oui.") == [
        "Le porteur n’a pas répondu au refus annoncé."
    ]
    announced_days_ago(story.action, 0)
    reply_to_refusal(action=story.action, by=fresh(story.manager), text="Nous protestons.")
    assert refusals(story, "withdraw_refusal", first) == []


def test_only_the_last_notice_counts():
    """Refused, let go, refused again: fifteen new days."""
    story = announced(days_ago=40)
    reply_to_old(story)
    story.apply("withdraw_refusal", story.members[0], comment="Oui.")
    story.decide(DecisionKind.ANNOUNCE_REFUSAL, reason="Encore.")

    assert refusals(story, "confirm_refusal", story.members[0]) == [
        f"Le porteur peut encore répondre jusqu’au {long_date(today(15))}."
    ]
    assert refusals(story, "withdraw_refusal", story.members[0]) == [
        "Le porteur n’a pas répondu au refus annoncé."
    ]


def reply_to_old(story: Story) -> None:
    story.action.refusal_notices.update(reply="Nous protestons.", replied_at=timezone.now())


def replied(story: Story, by, text: str) -> list[str]:
    """What a reply is refused with. Nothing of it stays."""
    return reasons_of(lambda: reply_to_refusal(action=story.action, by=fresh(by), text=text))


def test_a_carrier_replies_in_time_with_words():
    assert replied(announced(15), Story().manager, "Non.") == [
        "Répondre revient à un membre de la structure porteuse."
    ]
    for days_ago, text, sentences in (
        (15, "Nous protestons.", []),
        (0, " \n", ["Écrivez votre réponse."]),
        (
            16,
            "Nous protestons.",
            [f"Le délai de réponse est passé depuis le {long_date(today(-1))}."],
        ),
    ):
        story = announced(days_ago)
        assert replied(story, story.manager, text) == sentences


def test_a_carrier_replies_once():
    story = announced(days_ago=0)
    reply_to_refusal(action=story.action, by=fresh(story.manager), text="Nous protestons.")

    assert replied(story, story.manager, "Encore.") == ["Vous avez déjà répondu."]


def test_only_a_refusal_is_replied_to():
    story = Story().submitted()

    assert replied(story, story.manager, "Non.") == ["Aucun refus n’est annoncé pour cette action."]
