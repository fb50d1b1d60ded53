"""Deciding by two and answering refusals: what the services refuse, whoever calls them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from actions.committee.services.decisions import (
    cancel_decision,
    propose_decision,
    reply_to_refusal,
)
from actions.enums import DecisionKind
from ess_portal.base.refusals import Refused
from tests.plugins.prepared import starts_from
from tests.support.factories import fresh

pytestmark = pytest.mark.django_db


def refusals(service, **arguments) -> list[str]:
    """The sentences with which a service refuses."""
    with pytest.raises(Refused) as refused:
        service(**arguments)
    return refused.value.reasons


@pytest.mark.parametrize(
    ("appeal_on", "sentence"),
    [
        (None, "Indiquez la date du recours (aujourd’hui ou avant)."),
        (timedelta(days=1), "Indiquez la date du recours (aujourd’hui ou avant)."),
    ],
)
@starts_from(story="declined")
def test_an_appeal_has_its_date(appeal_on, sentence, story):
    assert refusals(
        propose_decision,
        action=story.action,
        kind=DecisionKind.APPEAL_UPHELD,
        by=fresh(story.members[0]),
        reason="R",
        appeal_on=appeal_on and timezone.localdate() + appeal_on,
    ) == [sentence]


@starts_from(story="evaluated")
def test_an_amount_that_no_budget_holds_is_refused(story):
    assert refusals(
        propose_decision,
        action=story.action,
        kind=DecisionKind.PRIORITISE,
        by=fresh(story.members[0]),
        amount=Decimal(10) ** 11,
        reason="Un motif.",
    ) == ["Assurez-vous qu’il n’y a pas plus de 10 chiffres avant la virgule."]
    assert not story.action.decisions.exists()


@starts_from(story="evaluated")
def test_a_pending_decision_is_cancelled_by_those_who_have_a_say(story):
    decision = propose_decision(
        action=story.action, kind=DecisionKind.POSTPONE, by=fresh(story.members[0]), reason="R"
    )
    for outsider in (story.agent, story.evaluators[0], story.manager):
        assert refusals(cancel_decision, decision=decision, by=fresh(outsider)) == [
            "« Mettre en vivier » revient à deux membres de la commission, sans lien avec l’action "
            "et qui ne l’ont pas évaluée."
        ]
    assert cancel_decision(decision=decision, by=fresh(story.members[1])).cancelled_at is not None


@pytest.mark.parametrize(
    ("story", "who", "text", "sentence"),
    [
        (
            "refusal_announced",
            "agent",
            "Oui.",
            "Répondre revient à un membre de la structure porteuse.",
        ),
        ("evaluated", "manager", "Oui.", "Aucun refus n’est annoncé pour cette action."),
        ("refusal_announced", "manager", " ", "Écrivez votre réponse."),
    ],
    indirect=["story"],
)
def test_a_reply_is_the_carriers_while_it_is_awaited(story, who, text, sentence):
    somebody = fresh(getattr(story, who))
    assert refusals(reply_to_refusal, action=story.action, by=somebody, text=text) == [sentence]
