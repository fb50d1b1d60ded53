"""How many actions each choice of a list's filters leads to: from what is counted in advance or,
of what answers words, from the tally of each action.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast

from actions.committee.queries.finding import Found
from actions.models import Action, ActionCount
from actions.querysets import ActionQuerySet
from actions.querysets.summaries import counts_seen_by
from actors.models import Commune, Sector, Visitor
from challenges.models import Challenge
from ess_portal.base.arrays import OneOf
from ess_portal.base.composed import ComposedByKey, Given, composed_once

# Where an action belongs in the promise: counted together, from one reading.
OF_THE_PROMISE = frozenset({"programme", "defi", "mesure"})
# In these columns, 0 stands for any.
WITH_ANY = {"commune": "commune", "filiere": "sector"}
PROMISE, OF_COUNCIL = "promise", "conseil"
# What is counted at once, and by which columns.
ARMS = {
    "etat": ("status", "status"),
    "commune": ("commune", "commune"),
    "filiere": ("sector", "sector"),
    PROMISE: ("measure", "challenge"),
    OF_COUNCIL: ("is_voted", "is_awaiting"),
}
COUNCIL = {"accorde": {"is_voted": True}, "propose": {"is_awaiting": True}}
# Of what a tally has several.
LISTED = {"commune": "communes", "filiere": "sectors"}
Choices = dict[str, dict[str, tuple[str, int]]]
Places = list[tuple[int, int, int]]
# What a filter in use asks of what is counted, by the value that it is given.
_ASKED: Mapping[str, Callable[[Any], Q]] = {
    "etat": lambda given: Q(OneOf("status", given)),
    "programme": lambda given: Q(
        challenge__in=Challenge.objects.filter(programme=given).values("pk")
    ),
    "defi": lambda given: Q(challenge=given),
    "mesure": lambda given: Q(measure=given),
    "commune": lambda given: Q(commune=given),
    "filiere": lambda given: Q(sector=given),
}
# Choices that may be asked for beside one another: some dozens are, of a few hundreds.
_COMPOSED = ComposedByKey(most=64)


@dataclass(frozen=True)
class CountedInAdvance:
    """What a whole list holds: what roles see (`seen`) with or without what is known in brief only,
    and the actions that one sees `besides`; None for lists that nobody sees more of.
    """

    seen: Callable[[bool], Q]
    besides: QuerySet[Action] | None = None

    @classmethod
    def seen_by(cls, user: Visitor, listed: ActionQuerySet) -> "CountedInAdvance":
        """What `user` sees of the list of all filed and recorded actions: one query, where they
        may see some besides.
        """

        def seen(brief: bool) -> Q:
            return counts_seen_by(user, brief=brief)

        if not user.is_authenticated:
            return cls(seen)
        # What is known in brief only is seen besides when it is one's own.
        own = listed.order_by().seen_besides(user, brief=False)
        return cls(seen, own if own.exists() else None)


@dataclass(frozen=True)
class _Counting:
    """Which filters are in use, each with its choice where that is part of what is asked; and which
    counts are seen through all of them but some: of each filter whose choices are counted.
    """

    in_use: tuple[tuple[str, str], ...]
    seen: tuple[Q, ...]

    def query(self) -> QuerySet[Any, Any]:
        """One reading for each filter whose choices are counted, by columns alike."""
        first, *others = map(self._arm, ARMS.items(), self.seen)
        return first.union(*others, all=True)

    def _arm(self, arm: tuple[str, tuple[str, str]], seen: Q) -> QuerySet[Any, Any]:
        name, columns = arm
        texts = (Value(name, output_field=CharField()), *(_text(F(column)) for column in columns))
        rows = ActionCount.objects.filter(seen & self._narrowed(_without(name)))
        counted: QuerySet[Any, Any] = rows.values_list(*texts).annotate(number=Sum("actions"))
        return counted

    def _narrowed(self, without: Collection[str]) -> Q:
        """Through every filter in use but for some."""
        narrowed = Q()
        for name, choice in self.in_use:
            if name not in without:
                asked = Q(**COUNCIL[choice]) if name == OF_COUNCIL else _ASKED[name](Given(name))
                narrowed &= asked
        used = {name for name, _ in self.in_use}
        for name, column in WITH_ANY.items():
            if name in without:
                # Of each of them, not of any.
                narrowed &= Q(**{f"{column}__gt": 0})
            elif name not in used:
                narrowed &= Q(**{column: 0})
        return narrowed


def _without(name: str) -> frozenset[str]:
    return OF_THE_PROMISE if name == PROMISE else frozenset({name})


def counted_choices(
    counted: CountedInAdvance,
    in_use: Mapping[str, Any],
    shows_brief: Callable[[Collection[str]], bool],
) -> tuple[Choices, Places]:
    """Return the number of each choice, and how many actions stand at each place of the promise
    (measure, challenge, 0 for none), beside the other filters in use: two queries.

    `in_use`: the filters, each with its states, its choice or the key of its row. `shows_brief`:
    whether what is known in brief only is among what is counted but for some filters.
    """
    seen = {brief: counted.seen(brief) for brief in (True, False)}
    counting = _Counting(
        tuple((name, str(value) if name == OF_COUNCIL else "") for name, value in in_use.items()),
        tuple(seen[shows_brief(_without(name))] for name in ARMS),
    )
    numbers = _COMPOSED.get(counting, counting.query).asked(in_use)
    names = _names()
    choices: Choices = {}
    places: Places = []
    for name, key, other, number in numbers:
        if name == PROMISE:
            places.append((int(key), int(other), int(number)))
        elif name == OF_COUNCIL:
            for choice, is_so in zip(COUNCIL, (key, other), strict=True):
                if is_so == "true":
                    _add(choices, name, choice, choice, number)
        else:
            word, label = names.get((name, key), (key, key))
            _add(choices, name, word, label, number)
    return choices, places


def counted_found(
    found: Found,
    in_use: Mapping[str, Any],
    shows_brief: Callable[[Collection[str]], bool],
) -> tuple[Choices, Places]:
    """Return the same of what was `found` by words: one query, two when a programme is chosen."""
    asked = {name: _test(name, value) for name, value in in_use.items()}
    numbers: Counter[tuple[str, str]] = Counter()
    places: Counter[tuple[int, int]] = Counter()
    arms = [(_without(name), name, shows_brief(_without(name))) for name in ARMS]
    for answer in found.answers:
        tally = answer.counted
        failed = {name for name, passes in asked.items() if not passes(tally)}
        for without, name, has_brief in arms:
            if failed <= without and (answer.is_known or has_brief):
                if name == PROMISE:
                    places[tally["measure"], tally["challenge"]] += 1
                else:
                    numbers.update((name, key) for key in _keys(name, tally))
    names = _names()
    choices: Choices = {}
    for (name, key), number in numbers.items():
        word, label = names.get((name, key), (key, key))
        choices.setdefault(name, {})[word] = (label, number)
    return choices, [(*place, number) for place, number in places.items()]


def every_choice() -> Choices:
    """Return each choice there may be of the filters counted above but the promise's, as if it led
    to one action: for lists whose choices aren't counted. One query.
    """
    choices: Choices = {OF_COUNCIL: {choice: (choice, 1) for choice in COUNCIL}}
    for (name, _), (word, label) in _names().items():
        choices.setdefault(name, {})[word] = (label, 1)
    return choices


def passing(in_use: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], bool]:
    """Return what says whether a tally passes every filter in use."""
    tests = [_test(name, value) for name, value in in_use.items()]
    return lambda tally: all(passes(tally) for passes in tests)


def _test(name: str, value: Any) -> Callable[[Mapping[str, Any]], bool]:
    """What a filter asks of the counts, asked of a tally."""
    if name == OF_COUNCIL:
        (column,) = COUNCIL[value]
        return lambda tally: bool(tally[column])
    if name == "programme":
        challenges = set(Challenge.objects.filter(programme=value).values_list("pk", flat=True))
        return lambda tally: tally["challenge"] in challenges
    if name == "etat":
        return lambda tally: tally["status"] in value
    if name in LISTED:
        return lambda tally: value in tally[LISTED[name]]
    return lambda tally: tally[{"defi": "challenge", "mesure": "measure"}[name]] == value


def _keys(name: str, tally: Mapping[str, Any]) -> Iterable[str]:
    """Which choices of a filter lead to the action."""
    if name == OF_COUNCIL:
        return [choice for choice, (column,) in COUNCIL.items() if tally[column]]
    return map(str, tally[LISTED[name]]) if name in LISTED else [tally["status"]]


def _add(choices: Choices, name: str, key: str, label: str, number: Decimal) -> None:
    counted = choices.setdefault(name, {})
    counted[key] = (label, counted.get(key, (label, 0))[1] + int(number))


def _text(value: Any) -> Any:
    return Cast(value, output_field=CharField())


def _names() -> dict[tuple[str, str], tuple[str, str]]:
    """How addresses and people call communes and sectors, by filter and key: one query."""
    return {(kind, key): (word, name) for kind, key, word, name in _named()}


@composed_once
def _named() -> QuerySet[Any, Any]:
    communes = Commune.objects.order_by().values_list(
        Value("commune", output_field=CharField()), _text(F("pk")), "insee_code", "name"
    )
    sectors = Sector.objects.order_by().values_list(
        Value("filiere", output_field=CharField()), _text(F("pk")), "slug", "name"
    )
    return communes.union(sectors, all=True)
