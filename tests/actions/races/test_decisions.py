"""A decision or an amendment settled twice at one instant."""

import pytest

from actions.amendments.services import cancel_amendment, confirm_amendment, propose_amendment
from actions.committee.services.decisions import (
    cancel_decision,
    confirm_decision,
    propose_decision,
)
from actions.enums import Transition
from actions.models import Action, ActionEvent
from actions.workflow import apply_transition
from actors.enums import Role
from ess_portal.base.models import OutgoingMail
from tests.support.factories import (
    Story,
    fresh,
    person,
)
from tests.support.races import race
from tests.support.refusals import name_of_refusal
from tests.support.without import reasons

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


# --- Decisions ---------------------------------------------------------------------------------


def decision_race(second_step: str, first_step: str = "confirm") -> tuple:
    """One decision, and two members who settle it at the same instant."""
    story = Story().evaluated()
    third = person(Role.COMMITTEE)
    decision = propose_decision(
        action=story.action, kind="prioritise", by=fresh(story.members[0]), amount=6000
    )
    steps = {
        "confirm": lambda: confirm_decision(decision=decision, by=fresh(story.members[1])).status,
        "confirm too": lambda: confirm_decision(decision=decision, by=fresh(third)).status,
        "cancel": lambda: cancel_decision(decision=decision, by=fresh(third)).is_pending,
    }
    return race(steps[first_step], steps[second_step])


PRIORITISED = ["L’action est à l’état « Priorisée » : « Prioriser » n’est pas possible."]


def test_a_decision_is_confirmed_once():
    first, second, waited = decision_race("confirm too")

    assert (first, reasons(second), waited) == ("prioritised", PRIORITISED, True)
    assert ActionEvent.objects.filter(transition="prioritise").count() == 1


def test_without_the_lock_it_is_confirmed_again(no_row_locks):
    _, second, _ = decision_race("confirm too")

    assert reasons(second) == ["Une décision confirmée ou retirée ne se modifie pas."]


def test_a_confirmed_decision_is_not_cancelled():
    first, second, waited = decision_race("cancel")

    assert (first, reasons(second), waited) == (
        "prioritised",
        ["Cette décision n’attend plus d’être confirmée."],
        True,
    )


def test_a_cancelled_decision_is_not_confirmed():
    first, second, waited = decision_race("confirm", first_step="cancel")

    assert (first, reasons(second), waited) == (
        False,
        ["Aucune décision n’attend d’être confirmée."],
        True,
    )
    assert Action.objects.get().status == "evaluated"


def test_without_the_lock_a_confirmed_decision_is_cancelled(no_row_locks):
    _, second, _ = decision_race("cancel")

    assert name_of_refusal(second) == "actions_decision_is_kept"


# --- Amendments --------------------------------------------------------------------------------


def amendment_race(second_step: str) -> tuple:
    """One amendment that is confirmed, and what somebody else does at the same instant."""
    story = Story().prioritised()
    third = person(Role.COMMITTEE)
    amendment = propose_amendment(
        action=story.action, by=fresh(story.members[0]), reason="Moins.", amount=4000
    )
    steps = {
        "confirm too": lambda: confirm_amendment(amendment=amendment, by=fresh(third)),
        "cancel": lambda: cancel_amendment(amendment=amendment, by=fresh(third)),
        "abandon": lambda: apply_transition(
            Action.objects.get(pk=story.action.pk),
            Transition.ABANDON,
            by=fresh(story.agent),
            comment="Local perdu.",
            details={"public_reason": "Plus de local."},
        ),
    }

    def confirm():
        return confirm_amendment(amendment=amendment, by=fresh(story.members[1])).amount_granted

    return race(confirm, steps[second_step])


@pytest.mark.parametrize("second_step", ["confirm too", "cancel"])
def test_an_amendment_is_confirmed_once(second_step):
    first, second, waited = amendment_race(second_step)

    assert (first, reasons(second), waited) == (
        4000,
        ["Cet avenant n’attend plus d’être confirmé."],
        True,
    )
    told = OutgoingMail.objects.filter(subject__endswith="avenant confirmé")
    assert told.count() == 1


def test_without_the_lock_an_amendment_is_confirmed_again(no_row_locks):
    _, second, _ = amendment_race("confirm too")

    assert reasons(second) == ["Un avenant confirmé ou retiré ne se modifie pas."]


def test_what_ends_an_action_waits_for_its_amendment():
    first, second, waited = amendment_race("abandon")

    assert (first, second.status, second.amount_granted, waited) == (4000, "abandoned", 4000, True)
