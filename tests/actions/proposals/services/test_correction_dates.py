"""While a correction is awaited: a reminder a day, more time with a reason, nothing afterwards."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.models import CorrectionAct
from actions.models.correction_guarantees import NOT_LATER, TOO_LATE
from actions.proposals.services.correction_dates import (
    NO_REASON,
    give_more_time,
    remind_carrier,
)
from actions.rules import LEFT_TO_ANOTHER_AGENT
from actors.enums import Role
from actors.services import grant_role
from ess_portal.base.dated import REMINDED_TODAY
from ess_portal.base.models import OutgoingMail, Pace
from tests.plugins.prepared import starts_from
from tests.support.announced import asked_days_ago
from tests.support.factories import Story, fresh, member, person
from tests.support.refusals import holder_of, refusal
from tests.support.transitions import incomplete

pytestmark = pytest.mark.django_db
LATER = timezone.localdate() + timedelta(days=20)


@starts_from(story="in_correction")
def test_a_reminder_leaves_once_a_day_to_those_who_write(story):
    OutgoingMail.objects.all().delete()
    act = remind_carrier(action=story.action, by=story.agent)

    assert (act.asked.action, act.kind, act.by) == (story.action, "reminded", story.agent)
    [mail] = OutgoingMail.objects.all()
    assert mail.recipient == story.manager.email
    assert mail.subject == f"{story.action.reference} : rappel du complément demandé"
    assert "Rappel : votre dossier est à compléter" in mail.body
    assert mail.pace == Pace.AT_ONCE  # an hour later it may be wrong
    assert refusal(remind_carrier, action=story.action, by=story.agent) == [REMINDED_TODAY]
    assert CorrectionAct.objects.count() == 1


@starts_from(story="in_correction")
def test_another_day_another_reminder(story, ago):
    holder_of("actions_correctionact_in_time").drop()  # which dates them
    with ago(1):
        remind_carrier(action=story.action, by=story.agent)
    remind_carrier(action=story.action, by=story.agent)
    assert CorrectionAct.objects.count() == 2


@starts_from(story="in_correction")
def test_more_time_moves_the_date_and_is_told_with_its_reason(story):
    OutgoingMail.objects.all().delete()
    act = give_more_time(action=story.action, due_on=LATER, reason=" Congés. ", by=story.agent)

    asked = story.action.correction_requests.get()
    assert (asked.due_on, act.due_on, act.reason) == (LATER, LATER, "Congés.")
    [mail] = OutgoingMail.objects.all()
    assert mail.recipient == story.manager.email
    assert mail.subject == f"{story.action.reference} : nouvelle date pour le complément"
    for words in ("Vous avez plus de temps", "Congés.", f"{LATER.day}"):
        assert words in mail.body


@starts_from(story="in_correction")
def test_more_time_is_later_and_has_a_reason(story):
    same = story.action.correction_requests.get().due_on
    said = {"action": story.action, "by": story.agent}

    assert refusal(give_more_time, due_on=same, reason="Congés.", **said) == [NOT_LATER]
    assert refusal(give_more_time, due_on=LATER, reason=" \u00a0", **said) == [NO_REASON]
    assert story.action.correction_requests.get().due_on == same


@starts_from(story="in_correction")
def test_is_an_agent_s_without_interest(story):
    tied = member(story.carrier)
    grant_role(tied, Role.AGENT)
    steps = ((remind_carrier, {}), (give_more_time, {"due_on": LATER, "reason": "Congés."}))
    for step, said in steps:
        assert refusal(step, action=story.action, by=person(Role.COMMITTEE), **said) == [
            "Suivre un complément revient à un agent."
        ]
        assert refusal(step, action=story.action, by=fresh(tied), **said) == [LEFT_TO_ANOTHER_AGENT]


@pytest.mark.parametrize("place", ["past", "corrected", "refused"])
def test_is_over_with_the_date_or_the_answer(place):
    story = Story()
    if place == "refused":
        incomplete(story)
    else:
        story.in_correction()
    if place == "past":
        asked_days_ago(story.action, 11)
    if place == "corrected":
        story.apply("resubmit", story.manager)
    said = {"action": story.action, "by": story.agent}

    assert refusal(remind_carrier, **said) == [TOO_LATE]
    assert refusal(give_more_time, due_on=LATER, reason="Congés.", **said) == [TOO_LATE]
    assert not CorrectionAct.objects.exists()
