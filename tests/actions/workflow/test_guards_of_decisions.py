"""actions/workflow/guards.py: what a decision by two people asks.

Tests here take no fixture: test_mutations.py runs them against each mutant of the guards.
"""

from decimal import Decimal

import pytest
from django.utils import timezone

from actions.committee.services.decisions import propose_decision
from actions.workflow import offers
from tests.support.factories import REASON, Story, fresh
from tests.support.lacks import NOTHING_WAITS, reasons_of, refusals, today
from tests.support.refusals import by_sql, holder_of
from tests.support.sessions import HeldSession

pytestmark = pytest.mark.django_db


# --- Two people --------------------------------------------------------------------------------


def proposed(story: Story, kind: str, **options):
    options = {"reason": REASON} | options
    return propose_decision(action=story.action, kind=kind, by=fresh(story.members[0]), **options)


def test_whoever_proposed_does_not_confirm():
    story = Story().evaluated()
    decision = proposed(story, "postpone")
    first, second = story.members

    assert refusals(story, "postpone", first, decision=decision) == [
        "Vous avez proposé cette décision : une autre personne doit la confirmer."
    ]
    assert refusals(story, "postpone", second, decision=decision) == []


def test_a_decision_waits_and_is_about_this_very_action():
    story, other = Story().evaluated(), Story().evaluated()
    other.members = story.members
    elsewhere = proposed(other, "postpone")
    settled = proposed(story, "postpone")
    by_sql(settled, cancelled_at=timezone.now())
    second = story.members[1]

    assert refusals(story, "postpone", second) == NOTHING_WAITS
    assert refusals(story, "postpone", second, decision=settled) == NOTHING_WAITS
    assert refusals(story, "postpone", second, decision=elsewhere) == NOTHING_WAITS


AMOUNT = "Indiquez le montant accordé (plus de 0 €)."


def test_a_grant_has_an_amount():
    story = Story().evaluated()

    for amount in (None, Decimal(0), Decimal(-1)):
        assert reasons_of(lambda amount=amount: proposed(story, "prioritise", amount=amount)) == [
            AMOUNT
        ]
    assert reasons_of(lambda: proposed(story, "prioritise", amount=Decimal(1))) == []
    assert reasons_of(lambda: proposed(story, "prioritise", amount=Decimal(6000), reason="")) == []
    for amount in (Decimal(1), Decimal("6000.01")):
        assert reasons_of(
            lambda amount=amount: proposed(story, "prioritise", amount=amount, reason=" ")
        ) == [
            "Le montant accordé n’est pas celui demandé (6\u00a0000\u00a0€) : écrivez le motif, "
            "que le porteur lira."
        ]
    assert reasons_of(lambda: proposed(story, "prioritise", amount=Decimal("0.01"))) == []


@pytest.mark.parametrize("kind", ["postpone", "announce_refusal"])
def test_other_decisions_have_a_reason(kind):
    story = Story().evaluated()

    for blank in ("", " \n"):
        assert reasons_of(lambda blank=blank: proposed(story, kind, reason=blank)) == [
            "Écrivez le motif."
        ]
    assert reasons_of(lambda: proposed(story, kind)) == []


def test_the_reason_is_still_there_when_it_is_confirmed():
    story = Story().evaluated()
    decision = proposed(story, "postpone")
    by_sql(decision, reason="")

    assert refusals(story, "postpone", story.members[1], decision=decision) == ["Écrivez le motif."]


def test_an_appeal_is_dated():
    story = Story().declined()
    sentence = "Indiquez la date du recours (aujourd’hui ou avant)."

    for day, sentences in (
        (None, [sentence]),
        (today(1), [sentence]),
        (today(), []),
        (today(-40), []),
    ):
        assert (
            reasons_of(lambda day=day: proposed(story, "appeal_upheld", appeal_on=day)) == sentences
        )
    assert reasons_of(lambda: proposed(story, "appeal_upheld", reason="")) == [
        "Écrivez le motif.",
        sentence,
    ]


def test_one_decision_waits_at_a_time():
    story = Story().evaluated()
    proposed(story, "postpone")

    assert reasons_of(lambda: proposed(story, "announce_refusal")) == [
        "Une décision attend déjà d’être confirmée sur cette action."
    ]


# --- Evaluations: what only the database knows is said in words too -------------------------------


def test_an_action_on_an_agenda_is_decided_there_alone():
    story = Story().evaluated()
    confirmer = story.members[1]
    decision = propose_decision(
        action=story.action, kind="postpone", by=fresh(story.members[0]), reason="À revoir."
    )
    assert refusals(story, "postpone", confirmer, decision=decision) == []

    session = HeldSession(stories=[]).session
    # The database lets neither stand beside the other: the rule is asked without it.
    for name in ("agendaitem_beside_no_decision", "decision_beside_no_session_to_the_end"):
        holder_of(f"actions_{name}").drop()
    holder_of("actions_agendaitem_open_while_its_session_is").drop()
    session.items.create(action=story.action, position=1)
    elsewhere = [
        "L’action est à l’ordre du jour de la séance du 3 décembre 2026 : elle s’y décide."
    ]
    assert refusals(story, "postpone", confirmer, decision=decision) == elsewhere
    assert [
        offer.blockers for offer in offers(story.action, fresh(story.agent)) if offer.rule.takes_two
    ] == [elsewhere]

    session.items.update(is_open=False)
    by_sql(session, state="cancelled")
    assert refusals(story, "postpone", confirmer, decision=decision) == []
