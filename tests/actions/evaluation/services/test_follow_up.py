"""What agents do about an evaluation that is awaited: remind, give another date, replace."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.evaluation.services.assignments import (
    change_due_date,
    replace_evaluator,
    unassign_evaluator,
)
from actions.evaluation.services.evaluations import recuse
from actions.evaluation.services.reminders import remind_by_hand, remind_evaluators
from actions.models import AssignmentAct, Evaluation
from actors.enums import Role
from actors.models import Membership
from ess_portal.base.french import long_date
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import Refused
from tests.plugins.prepared import starts_from
from tests.support.factories import fresh, person
from tests.support.reading import plain

pytestmark = pytest.mark.django_db
TODAY_ALREADY = "Un rappel est déjà parti aujourd’hui : le suivant peut partir demain."


def in_days(days: int):
    return timezone.localdate() + timedelta(days=days)


def refusals(service, **arguments) -> list[str]:
    """The sentences with which a service refuses; nothing is then noted, nor mailed."""
    before = AssignmentAct.objects.count(), OutgoingMail.objects.count()
    with pytest.raises(Refused) as refused:
        service(**arguments)
    assert (AssignmentAct.objects.count(), OutgoingMail.objects.count()) == before
    return refused.value.reasons


def mails() -> list[tuple[str, str]]:
    """Who was written to since the last look, and of what."""
    found = [
        (recipient, plain(subject))
        for recipient, subject in OutgoingMail.objects.values_list("recipient", "subject")
    ]
    OutgoingMail.objects.all().delete()
    return found


def acts() -> list[tuple]:
    """What was noted, in its order."""
    return list(
        AssignmentAct.objects.order_by("pk").values_list(
            "kind", "evaluator", "by", "due_on", "successor"
        )
    )


class TestReminding:
    @starts_from(story="in_evaluation")
    def test_is_mailed_and_noted(self, story):
        evaluation, eve = story.evaluations[0], story.evaluators[0]
        mails()
        remind_by_hand(evaluation=evaluation, by=fresh(story.agent))
        evaluation.refresh_from_db()
        assert timezone.localtime(evaluation.reminded_at).date() == timezone.localdate()
        body = OutgoingMail.objects.get().body
        assert "Un agent vous rappelle une évaluation que vous n’avez pas encore envoyée." in body
        assert f"/evaluations/{evaluation.pk}/" in body
        assert mails() == [(eve.email, f"Rappel : l’évaluation de {story.action.reference}")]
        assert acts() == [("reminded", eve.pk, story.agent.pk, None, None)]

    @starts_from(story="in_evaluation")
    def test_says_that_it_is_late(self, story):
        Evaluation.objects.update(due_on=in_days(-1))
        mails()
        remind_by_hand(evaluation=story.evaluations[0], by=fresh(story.agent))
        assert "est passée : un agent vous la rappelle." in " ".join(
            plain(OutgoingMail.objects.get().body).split()
        )

    @starts_from(story="in_evaluation")
    def test_leaves_once_a_day(self, story):
        first, second, _ = story.evaluations
        by = fresh(story.agent)
        remind_by_hand(evaluation=first, by=by)
        assert refusals(remind_by_hand, evaluation=first, by=by) == [TODAY_ALREADY]
        remind_by_hand(evaluation=second, by=by)
        # The database holds it too, whoever asks.
        Evaluation.objects.update(reminded_at=None)
        assert [plain(one) for one in refusals(remind_by_hand, evaluation=first, by=by)] == [
            TODAY_ALREADY
        ]

    @starts_from(story="in_evaluation")
    def test_counts_the_one_that_left_by_itself(self, story):
        Evaluation.objects.update(due_on=in_days(2))
        assert remind_evaluators() == 3
        assert refusals(remind_by_hand, evaluation=story.evaluations[0], by=fresh(story.agent)) == [
            TODAY_ALREADY
        ]

    @pytest.mark.parametrize(("days", "again"), [(0, 0), (4, 1)])
    @starts_from(story="in_evaluation")
    def test_takes_the_place_of_the_last_one_only_within_its_days(self, days, again, story):
        evaluation = story.evaluations[0]
        Evaluation.objects.exclude(pk=evaluation.pk).update(due_on=in_days(30))
        Evaluation.objects.filter(pk=evaluation.pk).update(
            due_on=in_days(2), reminded_at=timezone.now() - timedelta(days=days)
        )
        assert remind_evaluators() == again
        assert remind_evaluators() == 0


class TestNewDate:
    @starts_from(story="in_evaluation")
    def test_is_told_and_noted(self, story):
        evaluation, eve = story.evaluations[0], story.evaluators[0]
        mails()
        change_due_date(evaluation=evaluation, due_on=in_days(40), by=fresh(story.agent))
        assert "Elle était à rendre au plus tard le" in plain(OutgoingMail.objects.get().body)
        day = long_date(in_days(40))
        subject = f"Évaluation de {story.action.reference} : à rendre au plus tard le {day}"
        assert mails() == [(eve.email, plain(subject))]
        evaluation.refresh_from_db()
        assert evaluation.due_on == in_days(40)
        assert acts() == [("due_changed", eve.pk, story.agent.pk, in_days(40), None)]

    @starts_from(story="in_evaluation")
    def test_is_another_one_and_to_come(self, story):
        evaluation, by = story.evaluations[0], fresh(story.agent)
        assert refusals(change_due_date, evaluation=evaluation, due_on=in_days(-1), by=by) == [
            "La date de rendu est passée : donnez une date à venir."
        ]
        same = evaluation.due_on
        assert refusals(change_due_date, evaluation=evaluation, due_on=same, by=by) == [
            "C’est la date de rendu actuelle : donnez-en une autre."
        ]

    @starts_from(story="in_evaluation")
    def test_has_a_reminder_of_its_own(self, story):
        Evaluation.objects.update(due_on=in_days(2))
        assert remind_evaluators() == 3
        Evaluation.objects.update(reminded_at=timezone.now() - timedelta(days=9))
        change_due_date(evaluation=story.evaluations[0], due_on=in_days(3), by=fresh(story.agent))
        assert remind_evaluators() == 3


class TestReplacing:
    @starts_from(story="in_evaluation")
    def test_takes_off_and_asks_in_one_act(self, story):
        evaluation, eve = story.evaluations[0], story.evaluators[0]
        zoe = person(Role.EVALUATOR)
        mails()
        asked = replace_evaluator(
            evaluation=evaluation, successor=zoe, due_on=in_days(9), by=fresh(story.agent)
        )
        assert set(story.action.evaluations.values_list("evaluator", "due_on")) == {
            (zoe.pk, in_days(9)),
            *((one.evaluator_id, one.due_on) for one in story.evaluations[1:]),
        }
        assert asked.evaluator == zoe
        body = plain(OutgoingMail.objects.get(recipient=eve.email).body)
        assert "est confiée à quelqu’un d’autre" in body
        reference = story.action.reference
        assert mails() == [
            (eve.email, f"Évaluation de {reference} : elle ne vous est plus demandée"),
            (zoe.email, f"Une action à évaluer : {reference}"),
        ]
        assert acts() == [("replaced", eve.pk, story.agent.pk, in_days(9), zoe.pk)]

    @starts_from(story="in_evaluation")
    def test_does_both_or_neither(self, story):
        first, second, _ = story.evaluations
        linked = person(Role.EVALUATOR)
        Membership.objects.create(user=linked, organisation=story.carrier)
        asking = {"evaluation": first, "due_on": in_days(9), "by": fresh(story.agent)}
        assert refusals(replace_evaluator, successor=fresh(linked), **asking) == [
            f"{linked} appartient au porteur ou à un partenaire."
        ]
        assert refusals(replace_evaluator, successor=second.evaluator, **asking) == [
            f"{second.evaluator} évalue déjà cette action."
        ]
        assert list(story.action.evaluations.order_by("pk")) == story.evaluations

    @starts_from(story="declared")
    def test_leaves_what_was_sent_once(self, story):
        story.score(story.evaluations[0])
        assert refusals(
            replace_evaluator,
            evaluation=story.evaluations[0],
            successor=person(Role.EVALUATOR),
            due_on=in_days(9),
            by=fresh(story.agent),
        ) == ["Une évaluation envoyée ne peut être ni retirée ni supprimée."]


@starts_from(story="in_evaluation")
def test_taking_off_is_told_and_noted(story):
    mails()
    unassign_evaluator(evaluation=story.evaluations[0], by=fresh(story.agent))
    body = plain(OutgoingMail.objects.get().body)
    assert "Une évaluation ne vous est plus demandée" in body
    subject = f"Évaluation de {story.action.reference} : elle ne vous est plus demandée"
    assert mails() == [(story.evaluators[0].email, subject)]
    assert acts() == [("taken_off", story.evaluators[0].pk, story.agent.pk, None, None)]


@pytest.mark.parametrize(
    ("service", "more"),
    [(remind_by_hand, {}), (change_due_date, {"due_on": in_days(40)})],
    ids=["reminding", "new date"],
)
class TestOnlyWhatIsAwaited:
    @starts_from(story="declared")
    def test_and_not_what_is_sent_closed_or_left(self, service, more, story):
        first, second, _ = story.evaluations
        by = fresh(story.agent)
        story.score(first)
        assert refusals(service, evaluation=first, by=by, **more) == [
            "Cette évaluation est déjà envoyée."
        ]
        eve = fresh(second.evaluator)
        recuse(action=story.action, user=eve, by=eve, reason="Lien.")
        assert refusals(service, evaluation=second, by=by, **more) == [
            f"{eve} s’est déporté de cette action."
        ]

    @starts_from(story="in_evaluation")
    def test_once_it_is_open_and_of_an_evaluator(self, service, more, story):
        first, second, _ = story.evaluations
        by = fresh(story.agent)
        first.evaluator.groups.clear()
        assert refusals(service, evaluation=first, by=by, **more) == [
            f"{first.evaluator} n’a pas le rôle d’évaluateur."
        ]
        story.apply("return_to_instruction", story.agent, comment="Budget à revoir.")
        assert refusals(service, evaluation=second, by=by, **more) == [
            "L’évaluation de cette action n’est pas ouverte."
        ]

    @starts_from(story="in_evaluation")
    def test_by_an_agent_without_interest(self, service, more, story):
        evaluation = story.evaluations[0]
        assert refusals(service, evaluation=evaluation, by=fresh(story.members[0]), **more) == [
            "Suivre une évaluation revient à un agent."
        ]
        tied = person(Role.AGENT)
        Membership.objects.create(user=tied, organisation=story.carrier)
        [reason] = refusals(service, evaluation=evaluation, by=fresh(tied), **more)
        assert reason.endswith("un autre agent suit le dossier.")


@starts_from(story="declared")
def test_late_are_those_that_are_awaited_after_their_date(story):
    first, second, third = story.evaluations
    Evaluation.objects.exclude(pk=third.pk).update(due_on=in_days(-1))
    Evaluation.objects.filter(pk=third.pk).update(due_on=in_days(0))
    assert set(Evaluation.objects.late()) == {first, second}
    first.refresh_from_db()
    story.score(first)
    eve = fresh(second.evaluator)
    assert list(Evaluation.objects.late()) == [second]
    recuse(action=story.action, user=eve, by=eve, reason="Lien.")
    assert list(Evaluation.objects.late()) == []
