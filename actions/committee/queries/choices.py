"""How many actions each choice of a list's filters leads to: from what is counted in advance or,
of what answers words, from the tally of each action.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import CharField, F, QuerySet, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from actions.committee.queries.finding import Found
from actions.models import Action, ActionCount
from actions.querysets import ActionQuerySet
from actors.models import Commune, Sector, Visitor

# Where an action belongs in the promise: counted together, from one reading.
OF_THE_PROMISE = frozenset({"programme", "defi", "mesure"})
COLUMNS = {"etat": "status", "commune": "commune", "filiere": "sector"}
# In these columns, 0 stands for any.
WITH_ANY = {"commune": "commune", "filiere": "sector"}
PROMISE, OF_COUNCIL = "promise", "conseil"
COUNCIL = {"accorde": {"is_voted": True}, "propose": {"is_awaiting": True}}
# Of what a tally has several.
LISTED = {"commune": "communes", "sector": "sectors"}
Choices = dict[str, dict[str, tuple[str, int]]]
Places = list[tuple[int, int, int]]


@dataclass(frozen=True)
class CountedInAdvance:
    """What a whole list holds: `counts` of what roles see, with or without what is known in brief
    only, and the actions that one sees `besides`; None for lists that nobody sees more of.
    """

    counts: Callable[[bool], QuerySet[ActionCount]]
    besides: QuerySet[Action] | None = None

    @classmethod
    def seen_by(cls, user: Visitor, listed: ActionQuerySet) -> "CountedInAdvance":
        """What `user` sees of the list of all filed and recorded actions: one query, where they
        may see some besides.
        """
        # What is known in brief only is seen besides when it is one's own.
        own = listed.order_by().seen_besides(user, brief=False)
        return cls(
            lambda brief: ActionCount.objects.seen_by(user, brief=brief),
            own if own.exists() else None,
        )


@dataclass(frozen=True)
class _Counting:
    """A list's counts, what each of its filters in use asks of them, and whether what is known in
    brief only is among what is counted but for some filters.
    """

    counted: CountedInAdvance
    lookups: Mapping[str, Mapping[str, Any]]
    shows_brief: Callable[[Collection[str]], bool]

    def arms(self) -> Iterator[QuerySet[Any, Any]]:
        """One reading for each filter whose choices are counted, by columns alike."""
        for name, column in COLUMNS.items():
            yield self._arm(name, self._narrowed(name), F(column), F(column))
        promise = self._narrowed(*OF_THE_PROMISE)
        yield self._arm(PROMISE, promise, F("measure"), F("challenge"))
        council = self._narrowed(OF_COUNCIL)
        yield self._arm(OF_COUNCIL, council, F("is_voted"), F("is_awaiting"))

    def _narrowed(self, *without: str) -> QuerySet[Any, Any]:
        """The counts through every filter in use but for some."""
        asked: dict[str, Any] = {"commune": 0, "sector": 0}
        for name, lookup in self.lookups.items():
            if name not in without:
                asked |= lookup
        for name in WITH_ANY.keys() & set(without):
            # Of each of them, not of any.
            asked[f"{WITH_ANY[name]}__gt"] = asked.pop(WITH_ANY[name])
        return self.counted.counts(self.shows_brief(without)).filter(**asked)

    def _arm(
        self, name: str, rows: QuerySet[Any, Any], first: Combinable, second: Combinable
    ) -> QuerySet[Any, Any]:
        texts = (Value(name, output_field=CharField()), _text(first), _text(second))
        counted: QuerySet[Any, Any] = rows.values_list(*texts).annotate(number=Sum("actions"))
        return counted


def counted_choices(
    counted: CountedInAdvance,
    lookups: Mapping[str, Mapping[str, Any]],
    shows_brief: Callable[[Collection[str]], bool],
) -> tuple[Choices, Places]:
    """Return the number of each choice, and how many actions stand at each place of the promise
    (measure, challenge, 0 for none), beside the other filters in use: two queries.

    `lookups`: by filter in use, what it asks of `ActionCount`. `shows_brief`: whether what is known
    in brief only is among what is counted but for some filters.
    """
    first, *others = _Counting(counted, lookups, shows_brief).arms()
    names = _names()
    choices: Choices = {}
    places: Places = []
    for name, key, other, number in first.union(*others, all=True):
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
    lookups: Mapping[str, Mapping[str, Any]],
    shows_brief: Callable[[Collection[str]], bool],
) -> tuple[Choices, Places]:
    """Return the same of what was `found` by words: one query."""
    asked = {name: _test(lookup) for name, lookup in lookups.items()}
    numbers: Counter[tuple[str, str]] = Counter()
    places: Counter[tuple[int, int]] = Counter()
    arms = [({name}, name) for name in (*COLUMNS, OF_COUNCIL)]
    arms.append((set(OF_THE_PROMISE), PROMISE))
    tells = {name: shows_brief(without) for without, name in arms}
    for answer in found.answers:
        tally = answer.counted
        failed = {name for name, passes in asked.items() if not passes(tally)}
        for without, name in arms:
            if failed <= without and (answer.is_known or tells[name]):
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


def _test(lookup: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], bool]:
    """What a filter asks of the counts, asked of a tally."""

    def test(name: str, value: Any) -> Callable[[Mapping[str, Any]], bool]:
        column, _, among = name.partition("__")
        if among:
            values = frozenset(value)
            return lambda tally: tally[column] in values
        if column in LISTED:
            return lambda tally: value in tally[LISTED[column]]
        return lambda tally: tally[column] == value

    tests = [test(name, value) for name, value in lookup.items()]
    return lambda tally: all(passes(tally) for passes in tests)


def _keys(name: str, tally: Mapping[str, Any]) -> Iterable[str]:
    """Which choices of a filter lead to the action."""
    if name == OF_COUNCIL:
        return [choice for choice, asked in COUNCIL.items() if all(map(tally.get, asked))]
    column = COLUMNS[name]
    return map(str, tally[LISTED[column]]) if column in LISTED else [tally[column]]


def _add(choices: Choices, name: str, key: str, label: str, number: Decimal) -> None:
    counted = choices.setdefault(name, {})
    counted[key] = (label, counted.get(key, (label, 0))[1] + int(number))


def _text(value: Any) -> Any:
    return Cast(value, output_field=CharField())


def _names() -> dict[tuple[str, str], tuple[str, str]]:
    """How addresses and people call communes and sectors, by filter and key: one query."""
    communes = Commune.objects.order_by().values_list(
        Value("commune", output_field=CharField()), _text(F("pk")), "insee_code", "name"
    )
    sectors = Sector.objects.order_by().values_list(
        Value("filiere", output_field=CharField()), _text(F("pk")), "slug", "name"
    )
    return {
        (kind, key): (word, name) for kind, key, word, name in communes.union(sectors, all=True)
    }
