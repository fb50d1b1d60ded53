"""Which actions of a list answer words: found once a request, however they are counted then.

Of a great many the latest are enough (decision 38): nobody reads a thousand answers, and to find,
count and rank them all would take the longer the more files there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, Value
from django.db.models.expressions import Combinable

from actions.querysets import ActionQuerySet, matches, rank
from actions.querysets.visibility import visibility
from actors.models import Visitor
from ess_portal.base.composed import Given
from ess_portal.base.search import Words

# Up to as many answers, all are counted and ranked.
MOST = 1000
# Of more, as many of the latest are shown.
SHOWN_OF_MANY = 50
# With more actions than that, the latest ones are looked at first: when more than `SHOWN_OF_MANY`
# of them answer, the others aren't looked for.
MANY = 5000
LATEST = 1000
COUNTED = ("status", "challenge", "measure", "is_voted", "is_awaiting", "communes", "sectors")
# As `LATEST_FIRST` has it, and its index.
_LATEST_FIRST = "submitted_at DESC NULLS LAST, recorded_year DESC NULLS LAST, reference"
_BEST_FIRST = f"rank DESC, {_LATEST_FIRST}"
_ORDERED_BY = ("submitted_at", "recorded_year", "reference")
_COUNTED = ", ".join(COUNTED)
# What is counted of the answers, read in the order of their keys: each block once.
_TALLIED = f"""
    tallied AS MATERIALIZED (
        SELECT action, {_COUNTED} FROM actions_tally
        WHERE action = ANY(ARRAY(SELECT key FROM answered))
    )
"""  # noqa: S608
_ANSWERED = f"""
    SELECT key, is_known, false, {_COUNTED}
    FROM answered LEFT JOIN tallied ON action = key ORDER BY place
"""  # noqa: S608
_EVERY = f"""
    , answered AS MATERIALIZED (
        SELECT key, is_known, row_number() OVER (ORDER BY {_BEST_FIRST}) AS place
        FROM listed WHERE answers
    ), {_TALLIED} {_ANSWERED}
"""  # noqa: S608


Row = tuple[Any, ...]


@dataclass(frozen=True)
class Answer:
    """An action that answers: its key, whether the reader may read it wholly, and what is counted
    of it; nothing when it isn't.
    """

    key: int
    is_known: bool
    counted: Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """The `answers`, best first; when `there_are_more`, the latest of them first, and uncounted."""

    answers: Sequence[Answer] = ()
    there_are_more: bool = False

    @property
    def keys(self) -> list[int]:
        return [answer.key for answer in self.answers]


@dataclass(frozen=True)
class GivenKeys:
    """The place of the keys of what answers, in a question that is composed once."""

    there_are_more: bool
    keys = Given("found")


def found_in(listed: ActionQuerySet, words: Words, user: Visitor) -> Found:
    """Return what answers `words` in the list `listed`, as `user` may know it; of a great many, the
    latest. One query, and another when there are more than `MOST` but not so among the latest.
    """
    if not words:
        return Found()
    # Where there aren't many actions, PostgreSQL reads none of the latest here.
    rows = _ask(
        listed,
        words,
        user,
        f"""
        , size AS MATERIALIZED (
            SELECT sum(actions) > {MANY} AS is_large FROM actions_actioncount
            WHERE commune = 0 AND sector = 0
        ), latest AS MATERIALIZED (
            SELECT key, is_known FROM (
                SELECT * FROM listed ORDER BY {_LATEST_FIRST} LIMIT {LATEST}
            ) AS latest
            WHERE (SELECT is_large FROM size) AND answers LIMIT {SHOWN_OF_MANY + 1}
        ), enough AS MATERIALIZED (
            SELECT count(*) > {SHOWN_OF_MANY} AS is_so FROM latest
        ), answered AS MATERIALIZED (
            SELECT key, is_known, row_number() OVER (ORDER BY {_BEST_FIRST}) AS place
            FROM listed WHERE answers AND NOT (SELECT is_so FROM enough)
            ORDER BY place LIMIT {MOST + 1}
        ), {_TALLIED}
        SELECT key, is_known, true, {", ".join(f"NULL AS {name}" for name in COUNTED)}
        FROM latest WHERE (SELECT is_so FROM enough)
        UNION ALL ({_ANSWERED})
        """,  # noqa: S608 – nothing of it comes from outside
    )
    if rows and rows[0][2]:
        return _found(rows[:SHOWN_OF_MANY], there_are_more=True)
    if len(rows) > MOST:
        return _found(_ask(listed, words, user, _latest()), there_are_more=True)
    return _found(rows)


def found_in_all(listed: ActionQuerySet, words: Words, user: Visitor) -> Found:
    """Return the same without leaving anything out, for lists that are never long: one query."""
    return _found(_ask(listed, words, user, _EVERY)) if words else Found()


def _latest() -> str:
    order = f"ORDER BY {_LATEST_FIRST} LIMIT {SHOWN_OF_MANY}"
    return f"SELECT key, is_known, true FROM listed WHERE answers {order}"  # noqa: S608


def _ask(listed: ActionQuerySet, words: Words, user: Visitor, question: str) -> list[Row]:
    """Ask about the table `listed`: of each action its key, whether `user` may read it wholly,
    whether it answers, and what it is ordered by.
    """
    rows = (
        listed.annotate(
            is_known=_boolean(visibility(user, brief=False)),
            answers=_boolean(matches(words, user)),
            rank=rank(words, user),
        )
        .order_by()
        .values_list("pk", "is_known", "answers", "rank", *_ORDERED_BY)
    )
    sql, parameters = rows.query.sql_with_params()
    columns = ", ".join(("key", "is_known", "answers", "rank", *_ORDERED_BY))
    # Written where it stands for, each time: found by the indexes that it needs there.
    statement = f"WITH listed ({columns}) AS NOT MATERIALIZED ({sql}) {question}"
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[Row] = cursor.fetchall()
    return found


def _found(rows: Iterable[Row], *, there_are_more: bool = False) -> Found:
    return Found(
        [
            Answer(key, bool(is_known), dict(zip(COUNTED, counted, strict=False)))
            for key, is_known, _, *counted in rows
        ],
        there_are_more,
    )


def _boolean(condition: Q) -> Combinable:
    return ExpressionWrapper(condition, BooleanField()) if condition else Value(True)
