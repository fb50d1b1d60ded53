"""When an agreement is needed: one function for form, result and draft deliberation.

Article 10 of law 2000-321, decree 2001-495: above 23,000 € that the authority grants an organisation
of private law for one year, all its grants together. Every organisation of the portal is one
(`OrganisationFamily`). The authority's legal service has yet to confirm this reading: staff are told.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from actions.enums import ActionStatus, DecisionKind
from actions.models.action import Action
from actors.models import Organisation
from ess_portal.base.presence import present

AGREEMENT_ABOVE = Decimal(23_000)


@dataclass(frozen=True)
class Agreement:
    """One that is needed: with whom, for which actions, and the first year above, in euros.

    Before an organisation is chosen `carrier` is None, and a draft has no reference.
    """

    carrier: Organisation | None
    references: tuple[str, ...]
    year: int
    amount: Decimal


def agreement_for(action: Action, amount: Decimal | None = None) -> Agreement | None:
    """Return the agreement that `amount`, or what is granted or else asked, calls for, if any."""
    if amount is None:
        amount = action.funding_asked if action.amount_granted is None else action.amount_granted
    return next(iter(agreements_for({action: amount})), None)


def agreements_for(
    sums: Mapping[Action, Decimal], *, until: datetime | None = None
) -> list[Agreement]:
    """Return the agreements that `sums`, in euros, call for, by carrier: one query.

    What the same carriers were granted already counts with them, whether the council voted it or
    not; only what was granted `until` then, when it is given.
    """
    by_carrier: dict[int | None, dict[Action, Decimal]] = defaultdict(dict)
    for action, amount in sums.items():
        by_carrier[action.carrier_id][action] = amount
    totals: dict[int | None, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for carrier, theirs in (*by_carrier.items(), *_granted_before(sums, until).items()):
        for action, amount in theirs.items():
            for year, share in action.shares_of(amount, otherwise=_year_of(action)).items():
                totals[carrier][year] += share
    needed = []
    for carrier, theirs in by_carrier.items():
        years = {
            year
            for action, amount in theirs.items()
            if amount
            for year in action.shares_of(amount, otherwise=_year_of(action))
        }
        above = [year for year in sorted(years) if totals[carrier][year] > AGREEMENT_ABOVE]
        if above:
            needed.append(
                Agreement(
                    carrier=next(iter(theirs)).carrier,
                    references=tuple(action.reference for action in theirs if action.reference),
                    year=above[0],
                    amount=totals[carrier][above[0]],
                )
            )
    return needed


def _granted_before(
    sums: Mapping[Action, Decimal], until: datetime | None
) -> dict[int, dict[Action, Decimal]]:
    carriers = {action.carrier_id for action in sums if action.carrier_id is not None}
    others = Action.objects.filter(carrier__in=carriers, status__in=ActionStatus.FUNDED)
    if until is not None:
        others = others.filter(
            decisions__kind=DecisionKind.PRIORITISE, decisions__confirmed_at__lte=until
        )
    found: dict[int, dict[Action, Decimal]] = defaultdict(dict)
    if carriers:
        for action in others.exclude(pk__in=[action.pk for action in sums if action.pk]):
            found[present(action.carrier_id)][action] = present(action.amount_granted)
    return found


def _year_of(action: Action) -> int:
    return (action.received_on or timezone.localdate()).year
