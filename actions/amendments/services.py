"""Propose, confirm and cancel amendments: one person proposes, another confirms."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from actions import notifications, rules
from actions.models import Action, Amendment
from actors.models import Organisation, User
from actors.services.belonging import lock_organisations
from ess_portal.base.refusals import Refused, refusals_in_words

NOT_UNDER_WAY = "Un avenant ne porte que sur une action priorisée ou en cours."
WAITING = "Un avenant attend déjà d’être confirmé sur cette action."
NO_LONGER_WAITS = "Cet avenant n’attend plus d’être confirmé."
WHO = (
    "Un avenant revient à deux membres de la commission, sans lien avec l’ancien porteur, le "
    "nouveau ou un partenaire, et qui n’ont pas évalué l’action."
)
BY_ANOTHER = "Vous avez proposé cet avenant : une autre personne doit le confirmer."
CHANGED_SINCE = "L’action a changé depuis : retirez l’avenant et proposez-en un autre."
NOT_CONFIRMED = "La nouvelle structure porteuse est une structure confirmée."
IN_A_SESSION = (
    "Une augmentation se décide en séance de la commission, dans son enveloppe : mettez l’action à "
    "l’ordre du jour d’une séance."
)
NAMES = ("amount", "starts_on", "ends_on", "carrier")


def propose_amendment(
    *,
    action: Action,
    by: User,
    reason: str,
    amount: Decimal | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    carrier: Organisation | None = None,
) -> Amendment:
    """Write an amendment that waits for a second person.

    `amount` in euros. None, or what the action already says, leaves things as they are; something
    must change, and more money isn't given this way: a session of the committee decides on it.
    Raises `Refused` when nothing changes, when the action isn't prioritised or in progress, when an
    amendment already waits, or when `by` has no say in it.
    """
    wanted = {"amount": amount, "starts_on": starts_on, "ends_on": ends_on, "carrier": carrier}
    with refusals_in_words():
        return _propose(action, by, reason.strip(), wanted)


def confirm_amendment(*, amendment: Amendment, by: User) -> Action:
    """Confirm a pending amendment, change the action as it says, and tell the carriers.

    Raises `Refused`, notably when `by` proposed it, or evaluated the action.
    """
    with refusals_in_words():
        return _confirm(amendment, by)


@transaction.atomic
def cancel_amendment(*, amendment: Amendment, by: User) -> Amendment:
    """Take back an amendment that nobody confirmed yet; whoever could confirm it may do so.

    Raises `Refused` when it no longer waits, or `by` has no say in it.
    """
    action, amendment = _locked(amendment)
    if not amendment.is_pending:
        raise Refused([NO_LONGER_WAITS])
    if not rules.can_amend_towards(by, action, amendment.new_carrier):
        raise Refused([WHO])
    amendment.cancel()
    return amendment


def _locked(amendment: Amendment) -> tuple[Action, Amendment]:
    # Carriers, then the action, as everywhere: locks in one order can't wait for each other.
    lock_organisations([amendment.old_carrier_id, amendment.new_carrier_id])
    action = Action.objects.select_for_update(of=("self",)).get(pk=amendment.action_id)
    amendment = (
        Amendment.objects.select_for_update(of=("self",))
        .select_related("proposed_by", "old_carrier", "new_carrier")
        .get(pk=amendment.pk)
    )
    amendment.action = action
    return action, amendment


def _propose(action: Action, by: User, reason: str, wanted: Mapping[str, Any]) -> Amendment:
    lock_organisations([action.carrier_id, getattr(wanted["carrier"], "pk", None)])
    action = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    if not rules.is_amendable(by, action):
        raise Refused([NOT_UNDER_WAY])
    if not rules.can_amend_towards(by, action, wanted["carrier"]):
        raise Refused([WHO])
    if wanted["carrier"] is not None and not wanted["carrier"].is_confirmed:
        raise Refused([NOT_CONFIRMED])
    if action.amendments.pending().exists():
        raise Refused([WAITING])
    if not reason:
        raise Refused(["Écrivez le motif."])
    if wanted["amount"] is not None and wanted["amount"] > action.amount_granted:
        raise Refused.about("amount", IN_A_SESSION)
    present = _present(action)
    amendment = Amendment(
        action=action,
        reason=reason,
        proposed_by=by,
        **{f"old_{name}": present[name] for name in NAMES},
        **{f"new_{name}": wanted[name] for name in NAMES if wanted[name] != present[name]},
    )
    amendment.full_clean()
    amendment.save()
    return amendment


def _present(action: Action) -> dict[str, Any]:
    """What the action says now of what an amendment may change."""
    return {
        "amount": action.amount_granted,
        "starts_on": action.starts_on,
        "ends_on": action.ends_on,
        "carrier": action.carrier,
    }


def _confirm(amendment: Amendment, by: User) -> Action:
    action, amendment = _locked(amendment)
    if reasons := _refusals(action, amendment, by):
        raise Refused(reasons)
    amendment.confirm(by)
    changed = {
        name: getattr(amendment, f"new_{name}")
        for name in NAMES
        if getattr(amendment, f"new_{name}") is not None
    }
    for name, value in changed.items():
        setattr(action, "amount_granted" if name == "amount" else name, value)
    action.save()
    # The database wrote it: what of the new amount the council has yet to vote.
    action.refresh_from_db(fields=["amount_proposed"])
    notifications.tell_carriers_of_amendment(amendment)
    return action


def _refusals(action: Action, amendment: Amendment, by: User) -> list[str]:
    if not amendment.is_pending:
        return [NO_LONGER_WAITS]
    if not rules.is_amendable(by, action):
        return [NOT_UNDER_WAY]
    if by.pk == amendment.proposed_by_id:
        return [BY_ANOTHER]
    people = (amendment.proposed_by, by)
    if not all(rules.can_amend_towards(person, action, amendment.new_carrier) for person in people):
        return [WHO]
    if any(getattr(amendment, f"old_{name}") != now for name, now in _present(action).items()):
        return [CHANGED_SINCE]
    return []
