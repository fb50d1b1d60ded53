"""actions/evaluation/services/reminders.py and `manage.py send_reminders`: one mail each, once."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from actions.evaluation.services.assignments import assign_evaluators
from actions.evaluation.services.evaluations import recuse
from actions.evaluation.services.reminders import remind_evaluators
from actions.models import Evaluation
from actors.enums import Role
from actors.models import Membership
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import prepared
from tests.support.factories import OrganisationFactory, Story, fresh, person

pytestmark = pytest.mark.django_db


def given(evaluator, days=2, **columns) -> Story:
    """A story whose only evaluation is `evaluator`'s, due in `days`."""
    story = Story(**columns).in_evaluation(assign=False)
    story.evaluators = [evaluator]
    story.evaluations = assign_evaluators(
        action=story.action,
        evaluators=[evaluator],
        due_on=timezone.localdate() + timedelta(days=days),
        by=story.agent,
    )
    return story


@prepared
def story() -> Story:
    """An evaluation that is due in two days."""
    return given(person(Role.EVALUATOR))


@pytest.fixture
def outbox():
    """Return a function that runs the command and gives the reminders: recipient → subject."""

    def run() -> dict[str, str]:
        OutgoingMail.objects.all().delete()
        call_command("send_reminders", stdout=StringIO())
        return dict(OutgoingMail.objects.values_list("recipient", "subject"))

    return run


def test_one_mail_for_all_that_is_soon_due(outbox):
    eve, evan = person(Role.EVALUATOR), person(Role.EVALUATOR)
    stories = [given(eve, days) for days in (0, 3)]
    given(eve, 4)
    alone = given(evan, 1)

    assert outbox() == {
        eve.email: "Bientôt à rendre : 2 évaluations",
        evan.email: f"Bientôt à rendre : l’évaluation de {alone.action.reference}",
    }
    body = OutgoingMail.objects.get(recipient=eve.email).body
    assert [line for line in body.splitlines() if line.startswith("Référence")] == [
        f"Référence : {story.action.reference}" for story in stories
    ]
    assert f"/evaluations/{stories[0].evaluations[0].pk}/" in body


def test_once(outbox, story):
    [eve] = story.evaluators

    assert list(outbox()) == [eve.email]
    assert outbox() == {}
    given(eve)
    assert list(outbox()) == [eve.email]


@pytest.mark.parametrize("days", [-1, -30, 4, 30])
def test_neither_the_late_nor_the_far_ones(outbox, story, days):
    Evaluation.objects.update(due_on=timezone.localdate() + timedelta(days=days))

    assert outbox() == {}
    assert not Evaluation.objects.filter(reminded_at__isnull=False).exists()


def test_only_of_what_they_may_still_write(outbox):
    sent = given(person(Role.EVALUATOR))
    sent.score(sent.evaluations[0])
    recused = given(person(Role.EVALUATOR))
    who = fresh(recused.evaluators[0])
    recuse(action=recused.action, user=who, by=who, reason="Lien.")
    back = given(person(Role.EVALUATOR))
    back.apply("return_to_instruction", back.agent, comment="Budget à revoir.")
    partner = OrganisationFactory()
    for organisation, story in (
        (partner, given(person(Role.EVALUATOR), partners=[partner])),
        (None, given(person(Role.EVALUATOR))),
    ):
        Membership.objects.create(
            user=story.evaluators[0], organisation=organisation or story.carrier
        )
    given(person(Role.EVALUATOR)).evaluators[0].groups.clear()
    closed = given(person(Role.EVALUATOR)).evaluators[0]
    closed.is_active = False
    closed.save()

    assert outbox() == {}


def test_what_was_taken_back_is_to_send_again(outbox, story):
    from actions.evaluation.services.evaluations import take_back_evaluation

    story.score(story.evaluations[0])
    take_back_evaluation(evaluation=story.evaluations[0], by=fresh(story.evaluators[0]))

    assert list(outbox()) == [story.evaluators[0].email]


def test_says_how_many_mails():
    for _ in range(2):
        given(person(Role.EVALUATOR))
    output = StringIO()

    call_command("send_reminders", stdout=output)
    call_command("send_reminders", stdout=output)

    drafts = ["0 brouillon rappelé", "0 suppression de brouillon annoncée"]
    assert output.getvalue().splitlines() == [
        "2 rappels écrits",
        *drafts,
        "0 rappel écrit",
        *drafts,
    ]
    assert remind_evaluators() == 0
