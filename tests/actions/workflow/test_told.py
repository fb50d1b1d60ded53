"""Who is told of each transition."""

import pytest
from django.utils import timezone

from actions.committee.services.decisions import (
    confirm_decision,
    reply_to_refusal,
)
from actions.enums import Transition
from actions.evaluation.services.assignments import assign_evaluators
from actions.evaluation.services.evaluations import recuse
from actions.models import CoEditor
from actions.notifications import AGENT_SENTENCES, CARRIER_SENTENCES
from actions.workflow.table import MANAGER, MEMBER, RULES
from actors.enums import MembershipRole, Role
from challenges.models import ReceiptTerms
from ess_portal.base.calendar import months_after
from ess_portal.base.french import long_date
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import starts_from
from tests.support.factories import (
    Story,
    UserFactory,
    fresh,
    member,
    person,
)
from tests.support.reading import plain
from tests.support.transitions import decision

pytestmark = pytest.mark.django_db


# --- Who is told -------------------------------------------------------------------------------

# Transitions that have no sentence, and why.
SILENT = {
    Transition.SUBMIT: "its carrier is sent the receipt instead",
    Transition.CLOSE_EVALUATION: "what comes of it is told by the decision",
    Transition.REOPEN_EVALUATION: "what comes of it is told by the decision",
}


def test_every_transition_is_told_to_the_carrier_or_silent_for_a_reason():
    assert set(CARRIER_SENTENCES) == set(Transition) - set(SILENT)


def test_what_the_carrier_does_is_told_to_the_agents():
    by_carrier = {rule.transition for rule in RULES if rule.who in (MEMBER, MANAGER)}
    assert set(AGENT_SENTENCES) == by_carrier


def told_by(step) -> list[tuple[str, str]]:
    """Recipient and subject of each mail that `step` puts in the outbox, in order."""
    before = OutgoingMail.objects.count()
    step()
    mails = OutgoingMail.objects.order_by("pk").values_list("recipient", "subject")
    return list(mails[before:])


@starts_from(story="draft")
def test_submission_is_acknowledged_to_the_carrier_and_told_to_the_agents(story):
    contributor = member(story.carrier, MembershipRole.CONTRIBUTOR)
    member(story.carrier, is_active=False)
    other_agent = person(Role.AGENT)
    person(Role.AGENT, is_active=False)

    told = told_by(story.submitted)

    reference = story.action.reference
    assert told[:2] == [
        (story.manager.email, f"Proposition reçue : {reference}"),
        (contributor.email, f"Proposition reçue : {reference}"),
    ]
    assert sorted(told[2:]) == sorted(
        (agent.email, f"{reference} : Une nouvelle proposition est arrivée")
        for agent in (story.agent, other_agent)
    )


def test_evaluators_are_told_what_they_have_to_do_once():
    story = Story().in_evaluation(assign=False)

    def assign():
        assign_evaluators(
            action=story.action,
            evaluators=story.evaluators[:2],
            due_on=timezone.localdate(),
            by=story.agent,
        )

    assert told_by(assign) == [
        (evaluator.email, f"Une action à évaluer : {story.action.reference}")
        for evaluator in story.evaluators[:2]
    ]
    assert told_by(assign) == []


@starts_from(story="submitted")
def test_the_carrier_is_told_of_each_step(story):
    """Closing, reopening and pending decisions aren't the carrier's to know."""
    reference, carrier = story.action.reference, story.manager.email

    def told(transition, user, **options):
        return told_by(lambda: story.apply(transition, user, **options))

    assert told("admit", story.agent) == [(carrier, f"{reference} : en évaluation")]
    first, second = story.evaluators[:2]
    story.assign(first, second)
    assert told_by(lambda: story.score(story.evaluations[0])) == []
    # Nobody is awaited any more: the agents may look at what a closing would give.
    said = "Toutes les évaluations demandées sont rendues"
    all_in = (story.agent.email, f"{reference} : {said}")
    recusal = {"action": story.action, "user": second, "by": fresh(second), "reason": "Un lien."}
    assert told_by(lambda: recuse(**recusal)) == [all_in]
    assert told_by(lambda: recuse(**recusal)) == []
    story.assign(story.evaluators[2])
    assert told_by(lambda: story.score(story.evaluations[0])) == [all_in]
    assert told("close_evaluation", story.agent) == []
    assert told_by(lambda: decision(story, "postpone", story.members[0])) == []
    proposed = story.action.decisions.get()
    assert told_by(lambda: confirm_decision(decision=proposed, by=fresh(story.members[1]))) == [
        (carrier, f"{reference} : en vivier")
    ]
    story.action.refresh_from_db()
    assert told("withdraw", story.manager) == [
        (carrier, f"{reference} : retirée"),
        (story.agent.email, f"{reference} : Le porteur a retiré sa proposition"),
    ]


@starts_from(story="in_correction")
def test_a_complement_is_acknowledged_to_all_who_write_and_told_to_the_agents(story):
    """With the day on which silence takes its meaning: no time passed while it was awaited."""
    reference, writer = story.action.reference, UserFactory()
    CoEditor.objects.create(
        action=story.action,
        email=writer.email,
        invited_by=story.manager,
        user=writer,
        accepted_at=timezone.now(),
    )
    told = told_by(lambda: story.apply("resubmit", story.manager))

    assert told == [
        (story.manager.email, f"{reference} : complément reçu"),
        (writer.email, f"{reference} : complément reçu"),
        (story.agent.email, f"{reference} : Un dossier complété est revenu"),
    ]
    until = months_after(timezone.localdate(), ReceiptTerms().months_of_silence)
    lines = plain(OutgoingMail.objects.get(recipient=writer.email).body).splitlines()
    assert f"Sans réponse de notre part, rejet implicite le : {long_date(until)}" in lines
    # What comes next is written to those who carry it, and no promise is made to the other.
    assert lines[2] == (
        "Le complément de votre dossier est arrivé : le dossier est de nouveau à l’instruction. "
        "Les membres de la structure porteuse recevront un courriel dès qu’il avancera."
    )
    assert story.manager.email in {
        recipient for recipient, _ in told_by(lambda: story.apply("admit", story.agent))
    }
    assert OutgoingMail.objects.filter(recipient=writer.email).count() == 1


@starts_from(story="draft")
def test_a_draft_that_is_given_up_concerns_its_carrier_only(story):
    assert told_by(lambda: story.apply("withdraw", story.manager)) == [
        (story.manager.email, "Votre brouillon : retirée")
    ]


@starts_from(story="submitted")
def test_the_reason_is_in_the_mail_and_the_reply_reaches_the_agents(story):
    reference = story.action.reference
    told = told_by(lambda: story.apply("announce_refusal", story.agent, comment="Hors programme."))

    assert told == [(story.manager.email, f"{reference} : refus annoncé")]
    assert "Hors programme." in OutgoingMail.objects.latest("pk").body
    assert told_by(
        lambda: reply_to_refusal(action=story.action, by=fresh(story.manager), text="Non.")
    ) == [(story.agent.email, f"{reference} : Le porteur a répondu au refus annoncé")]
