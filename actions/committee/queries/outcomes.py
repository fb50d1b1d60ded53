"""What a session may make of an action, in the state that the action has now."""

from actions.enums import ActionStatus, Outcome, Transition
from actions.models import AgendaItem
from actions.workflow import rule_for


def is_for_its_state(item: AgendaItem, outcome: str) -> bool:
    """Whether `outcome` suits the state of the item's action, whatever else it lacks."""
    if outcome in Outcome.UNDER_WAY:
        return item.action.status in ActionStatus.AMENDABLE
    if outcome in Outcome.DECISIONS:
        return rule_for(item.action, Transition(outcome)) is not None
    return True


def blockers_of(item: AgendaItem, outcome: str) -> list[str]:
    """Say what the item's action lacks for `outcome`, which suits its state."""
    if outcome not in Outcome.DECISIONS or outcome in Outcome.UNDER_WAY:
        return []
    rule = rule_for(item.action, Transition(outcome))
    return rule.blockers(item.action) if rule is not None else []


def possible_outcomes(item: AgendaItem) -> list[Outcome]:
    """List what the session may make of the item's action now."""
    return [
        outcome
        for outcome in Outcome
        if is_for_its_state(item, outcome) and not blockers_of(item, outcome)
    ]


def state_refusal(item: AgendaItem) -> str:
    """Say that what was noted suits the state of the item's action no longer."""
    return (
        f"L’action est maintenant à l’état « {item.action.get_status_display()} » : notez le "
        "point « Sans objet », ou une autre suite."
    )
