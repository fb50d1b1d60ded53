"""More money for an action under way: a point of a session, an amendment once it is published."""

from actions import notifications
from actions.enums import ActionStatus
from actions.models import Action, AgendaItem, Amendment
from ess_portal.base.presence import present
from ess_portal.base.refusals import Refused

NO_LONGER_UNDER_WAY = "L’action n’est plus priorisée ni en cours : notez le point « Sans objet »."
AMENDMENT_WAITS = (
    "Un avenant attend d’être confirmé sur cette action : confirmez-le ou retirez-le d’abord."
)


def increase(item: AgendaItem) -> Amendment:
    """Write the increase that a session decided, confirm it, and tell the carrier.

    `item` names the two people, the amount that is added (euros) and the reason; call it while its
    session is published. Raises `Refused` when the action is under way no more, or another
    amendment waits.
    """
    action = Action.objects.select_for_update(of=("self",), no_key=True).get(pk=item.action_id)
    if reasons := against_increase(action):
        raise Refused(reasons)
    granted = present(action.amount_granted)
    amendment = Amendment(
        action=action,
        reason=item.reason,
        proposed_by=item.proposed_by,
        new_amount=granted + present(item.amount),
        old_amount=granted,
        old_starts_on=action.starts_on,
        old_ends_on=action.ends_on,
        old_carrier=action.carrier,
    )
    amendment.full_clean()
    amendment.save()
    amendment.confirm(present(item.seconded_by))
    action.amount_granted = amendment.new_amount
    action.save(update_fields=["amount_granted", "updated_at"])
    # The database wrote it: what of the new amount the council has yet to vote.
    action.refresh_from_db(fields=["amount_proposed"])
    notifications.tell_carriers_of_amendment(amendment)
    return amendment


def against_increase(action: Action) -> list[str]:
    """Say why the amount of `action` can't be raised now; nothing when it can."""
    if action.status not in ActionStatus.AMENDABLE:
        return [NO_LONGER_UNDER_WAY]
    return [AMENDMENT_WAITS] if action.amendments.pending().exists() else []
