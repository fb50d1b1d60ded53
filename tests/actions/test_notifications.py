"""How soon people are told, by what it is and by the rhythm they chose."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.management import call_command
from django.utils import timezone

from actions.amendments.services import confirm_amendment, propose_amendment
from actions.committee.services.decisions import reply_to_refusal
from actions.enums import DecisionKind, Transition
from actions.evaluation.services.assignments import assign_evaluators, unassign_evaluator
from actions.evaluation.services.reminders import remind_evaluators
from actors.enums import MailRhythm
from actors.models import User
from challenges.models import ReceiptTerms
from ess_portal.base import french
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import starts_from
from tests.support.factories import LESS_THAN_ASKED, Story, fresh

pytestmark = pytest.mark.django_db


def paces(step) -> list[tuple[str, str]]:
    """Pace and topic of the mails that `step` writes, in order."""
    OutgoingMail.objects.all().delete()
    step()
    return list(OutgoingMail.objects.order_by("pk").values_list("pace", "topic"))


@pytest.fixture(params=list(MailRhythm))
def rhythm(request):
    """What everybody chose."""
    return request.param


@pytest.fixture
def told(story, rhythm) -> Story:
    """An action whose people all chose their rhythm."""
    story.everybody()
    User.objects.update(mail_rhythm=rhythm)
    return story


@pytest.fixture
def topic(told) -> str:
    """What the mails about it are about."""
    return str(told.action.uuid)


@pytest.fixture
def chosen(rhythm) -> str:
    """The pace of what isn't pressing."""
    return {MailRhythm.EACH_TIME: "hourly", MailRhythm.DAILY: "daily"}[rhythm]


@starts_from(story="draft")
def test_the_receipt_is_sent_at_once_and_agents_read_when_they_like(told, topic, chosen):
    assert paces(told.submitted) == [("at_once", topic), (chosen, topic)]


@starts_from(story="submitted")
def test_a_date_does_not_wait_for_the_morning(told, topic):
    details = {"fields": ["title"], "due_on": timezone.localdate() + timedelta(days=9)}
    ask = {"comment": "Précisez.", "details": details}
    assert paces(lambda: told.apply(Transition.REQUEST_CORRECTION, told.agent, **ask)) == [
        ("hourly", topic)
    ]


@starts_from(story="in_correction")
def test_a_complement_is_acknowledged_at_once(told, topic, chosen):
    assert paces(lambda: told.apply(Transition.RESUBMIT, told.manager)) == [
        ("at_once", topic),
        (chosen, topic),
    ]


@starts_from(story="submitted")
def test_what_only_informs_follows_the_rhythm(told, topic, chosen):
    assert paces(lambda: told.apply(Transition.ADMIT, told.agent)) == [(chosen, topic)]
    told.apply(Transition.RETURN_TO_SCREENING, told.agent, comment="Erreur.")
    assert paces(lambda: told.apply(Transition.WITHDRAW, told.manager)) == [(chosen, topic)] * 2


@starts_from(story="admitted")
def test_evaluators_are_told_by_the_hour_and_reminded_at_once(told, chosen):
    told.evaluators = [fresh(evaluator) for evaluator in told.evaluators]
    assert set(paces(lambda: assign(told))) == {(chosen, "evaluations")}
    assert set(paces(remind_evaluators)) == {("at_once", "")}
    taken_off = told.action.evaluations.order_by("pk").first()
    assert paces(lambda: unassign_evaluator(evaluation=taken_off, by=told.agent)) == [
        (chosen, "evaluations")
    ]


def assign(told) -> None:
    """Ask the story's evaluators, for tomorrow."""
    assign_evaluators(
        action=told.action,
        evaluators=told.evaluators,
        due_on=timezone.localdate() + timedelta(days=1),
        by=told.agent,
    )


@pytest.mark.parametrize("kind", [DecisionKind.POSTPONE, DecisionKind.ANNOUNCE_REFUSAL])
@starts_from(story="evaluated")
def test_decisions_are_told_at_once(told, topic, kind):
    assert paces(lambda: told.decide(kind, reason="Motif.")) == [("at_once", topic)]


@starts_from(story="refusal_announced")
def test_refusals_and_appeals_are_told_at_once(told, topic):
    withdraw = {"comment": "Convaincant."}
    by_reply(told)
    assert paces(lambda: told.apply(Transition.WITHDRAW_REFUSAL, told.members[0], **withdraw)) == [
        ("at_once", topic)
    ]


def by_reply(told) -> None:
    """Answer the announced refusal."""
    reply_to_refusal(action=told.action, by=fresh(told.manager), text="Nous regrettons.")


@starts_from(story="prioritised")
def test_an_amendment_is_told_at_once(told, topic):
    first, second = (fresh(one) for one in told.members)
    amendment = propose_amendment(action=told.action, by=first, reason="Moins.", amount=4000)
    assert paces(lambda: confirm_amendment(amendment=amendment, by=second)) == [("at_once", topic)]


def test_a_busy_hour_is_two_mails_to_the_carrier():
    """Received, admitted, returned, admitted: the receipt, then the rest together."""
    told = Story().submitted()
    told.apply(Transition.ADMIT, told.agent)
    told.apply(Transition.RETURN_TO_SCREENING, told.agent, comment="Erreur.")
    told.apply(Transition.ADMIT, told.agent)
    reference = told.action.reference

    def sent() -> list[str]:
        outbox.outbox.clear()
        call_command("send_mails", verbosity=0)
        return [m.subject for m in outbox.outbox if m.to == [told.manager.email]]

    assert sent() == [f"Proposition reçue : {reference}"]
    assert sent() == []
    an_hour = timedelta(hours=1)
    for row in OutgoingMail.objects.all():
        row.sent_at = row.sent_at and row.sent_at - an_hour
        row.next_attempt_at -= an_hour
        row.save()
    assert sent() == [f"{reference} : en évaluation, et 2 autres messages"]
    body = outbox.outbox[-1].body
    link = f"/espace/actions/{told.action.uuid}/"
    assert (body.count(link), body.count("Erreur."), body.count("\n-- \n")) == (3, 1, 1)


# --- What a transition's mail says besides --------------------------------------------------------


def latest(story: Story) -> str:
    """The last mail to the carrier's manager, its spaces made plain."""
    mail = OutgoingMail.objects.filter(recipient=story.manager.email).latest("pk")
    return mail.text.replace("\u00a0", " ")


def test_a_correction_says_which_parts_and_until_when():
    story = Story().in_correction()
    request = story.action.correction_requests.get()

    assert (
        f"\nÀ compléter : {french.listed(request.field_labels)}\n"
        f"À envoyer au plus tard le : {french.long_date(request.due_on)}\n"
        "Passé cette date, nous pouvons annoncer le refus du dossier incomplet : vous auriez "
        "quinze jours pour y répondre.\n"
        f"Une question ? {request.requested_by.full_name}, Clermont Communauté, "
        "1 place de la Mairie, 04 65 71 00 10\n"
    ) in latest(story)


@pytest.mark.parametrize(
    ("amount", "said"), [(5000, "5 000 €, soit 1 000 € de moins"), (6000, "6 000 €")]
)
def test_a_grant_says_how_much_and_how_much_less(amount, said):
    story = Story().prioritised(amount=amount)

    assert f"\nMontant demandé : 6 000 €\nMontant accordé : {said}\n" in latest(story)
    assert f"Motif :\n\n{LESS_THAN_ASKED}\n" in latest(story)


def test_an_announced_refusal_says_until_when_to_reply():
    story = Story().refusal_announced()
    until = story.action.refusal_notices.get().reply_until

    assert f"\nVous pouvez répondre jusqu’au : {french.long_date(until)} inclus\n" in latest(story)


def test_a_refusal_says_how_to_contest_it():
    story = Story()
    ReceiptTerms.objects.create(
        programme=story.action.programme, appeal="Devant le tribunal.", service="Service ESS"
    )
    story.declined()

    said = latest(story)

    reason = story.action.refusal_notices.get().reason
    assert f"\nMotif du refus : {reason}\nService chargé du dossier : Service ESS" in said
    assert "\nRecours : Devant le tribunal.\n" in said
    assert "\n\nLa suite donnée à votre réponse :\n\nMotif maintenu.\n\n" in said
