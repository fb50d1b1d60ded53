"""Note what the council voted: once, by an agent, with its number and its date (decision 32)."""

from collections.abc import Collection
from datetime import date

from django.utils import timezone

from actions import notifications
from actions.committee.queries.deliberations import Proposed, proposed_of
from actions.models import Action, Deliberation
from actions.rules import LEFT_TO_ANOTHER_AGENT, has_no_tie
from actors.models import User
from actors.rules import is_agent
from ess_portal.base.french import long_date
from ess_portal.base.refusals import Refused, refusals_in_words, require

NOTHING_CHOSEN = "Choisissez au moins un financement sur lequel le conseil a délibéré."
NO_NUMBER = "Indiquez le numéro de la délibération."
TO_COME = "La date de la délibération n’est pas à venir."


@refusals_in_words()
def record_deliberation(
    *, proposed: Collection[Proposed], by: User, number: str, held_on: date
) -> list[Deliberation]:
    """Note that the council voted each of `proposed` on `held_on`, and tell the carriers.

    Raises `Refused`, and notes nothing, when `by` isn't an agent or is tied to one of the actions,
    when one of them no longer waits, when the date is to come or before one of the decisions.
    """
    require(is_agent(by), "Noter une délibération revient à un agent.")
    require(proposed, NOTHING_CHOSEN)
    require(number.strip(), NO_NUMBER)
    require(held_on <= timezone.localdate(), TO_COME)
    keys = {one.action.pk for one in proposed}
    rows = Action.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))
    actions = {action.pk: action for action in rows}
    if reasons := _refusals(proposed, actions, by, held_on):
        raise Refused(reasons)
    # A grant before its increases: the database asks for that.
    in_order = sorted(proposed, key=lambda one: one.amendment.pk if one.amendment else 0)
    noted = [
        Deliberation.objects.create(
            action=actions[one.action.pk],
            amendment=one.amendment,
            number=number.strip(),
            held_on=held_on,
            recorded_by=by,
        )
        for one in in_order
    ]
    for action in actions.values():
        action.refresh_from_db()
        of_it = [one for one in noted if one.action_id == action.pk]
        notifications.tell_carrier_of_deliberation(action, of_it)
    return noted


def _refusals(
    proposed: Collection[Proposed], actions: dict[int, Action], by: User, held_on: date
) -> list[str]:
    if not all(has_no_tie(by, action) for action in actions.values()):
        return [LEFT_TO_ANOTHER_AGENT]
    waiting = {one.code: one for action in actions.values() for one in proposed_of(action)}
    reasons = []
    for one in proposed:
        if one.code not in waiting:
            reasons.append(f"{one.action.reference} n’attend plus de délibération.")
        elif held_on < one.decided_on:
            reasons.append(too_early(one))
    chosen = {one.code for one in proposed}
    for one in waiting.values():
        with_increase = any(c.startswith(f"{one.code}+") for c in chosen)
        if one.amendment is None and with_increase and one.code not in chosen:
            reasons.append(f"Le conseil vote le financement de {one.code} avant son augmentation.")
    return reasons


def too_early(one: Proposed) -> str:
    """Say that a date is before the committee's decision."""
    return (
        f"La délibération suit la décision de la commission sur {one.action.reference}, "
        f"prise le {long_date(one.decided_on)}."
    )
