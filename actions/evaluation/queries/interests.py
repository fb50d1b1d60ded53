"""What might be an interest in an action, to jog an evaluator's memory. They alone declare it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from actions.models import Action
from actors.models import Organisation, User
from ess_portal.base.resemblance import resemble

_BETWEEN_NAMES = re.compile(r"[,;/\n]| et (?=\w)", re.IGNORECASE)


@dataclass(frozen=True)
class InterestHints:
    """What the portal knows of a person's ties around an action; empty when it knows nothing.

    `partnering` are those of the person's `organisations` that partner with the carrier on
    another action; `resembling` pairs a name typed among the partners with one of them.
    """

    organisations: list[str]
    partnering: list[str]
    resembling: list[tuple[str, str]]


def hints_for(action: Action, user: User) -> InterestHints:
    """Look for ties between `user` and `action`: two queries."""
    organisations = list(Organisation.objects.filter(memberships__user=user).order_by("name", "pk"))
    names = [organisation.name for organisation in organisations]
    partnering = _partnering(action, [organisation.pk for organisation in organisations])
    return InterestHints(
        organisations=names,
        partnering=[one.name for one in organisations if one.pk in partnering],
        resembling=resembling(action.other_partners, names),
    )


def _partnering(action: Action, keys: list[int]) -> set[int]:
    """Which organisations partner with the carrier on another action than this one."""
    if not keys:
        return set()
    others = Action.objects.filed().exclude(pk=action.pk)
    together = others.filter(
        Q(carrier=action.carrier_id, partners__in=keys)
        | Q(carrier__in=keys, partners=action.carrier_id)
    )
    pairs = together.order_by().values_list("carrier", "partners").distinct()
    return {key for pair in pairs for key in pair}


def resembling(typed: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """Pair each name of the free text `typed` with those of `names` that it resembles."""
    return [
        (written, name)
        for written in filter(None, (part.strip() for part in _BETWEEN_NAMES.split(typed)))
        for name in names
        if resemble(written, name)
    ]
