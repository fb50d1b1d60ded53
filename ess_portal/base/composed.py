"""Questions whose SQL is composed once a process, and asked again with other values.

Django composes the SQL of a queryset each time that it is read: on a public page that took longer
than to ask, to answer and to draw. But what is asked changes with its values alone.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import wraps
from inspect import signature
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from django.db import connections
from django.db.models import Expression, Model, QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

_Asked = TypeVar("_Asked", bound=QuerySet)
_Values = ParamSpec("_Values")


class Given(Expression):
    """The place of a value that is known once the question is asked."""

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]


class GivenAlone(Given):
    """The place of the only value of what could be several."""


# What a compiler learns by composing, and rows are read by.
_LEARNT = ("select", "klass_info", "annotation_col_map", "col_count", "has_extra_select")


class _Compiler(SQLCompiler):
    """Asks what another one composed."""

    def __init__(self, query: "_Query", connection, using: str | None):
        super().__init__(query, connection, using)
        self.said = query.said
        self.__dict__.update(query.learnt)

    def as_sql(self, with_limits=True, with_col_aliases=False):
        """Return what was composed, with the values."""
        return self.said


class _Query(Query):
    """Of a question that was composed, with its values; nothing can be added to it."""

    def __init__(self, composed: Query, learnt: Mapping[str, Any], said: tuple):
        self.__dict__.update(composed.__dict__)
        self.learnt, self.said = learnt, said

    def get_compiler(self, using=None, connection=None, elide_empty=True):
        """Return one that composes nothing, for the connection of this thread."""
        return _Compiler(self, connection or connections[using], using)

    def clone(self):
        """Raise `TypeError`: what would be added, or counted of it, wouldn't be asked."""
        raise TypeError("A question that was composed is read as it is: iterate over it.")


class Composed:
    """The SQL of a queryset, whose values may be `Given`, and where they stand."""

    def __init__(self, queryset: QuerySet[Any, Any]):
        self.queryset = queryset
        compiler = queryset.query.get_compiler(using=queryset.db)
        self.sql, self.parameters = compiler.as_sql()
        # Not the compiler itself: it holds the connection of a thread.
        self.learnt = {name: getattr(compiler, name) for name in _LEARNT}

    def asked(
        self, values: Mapping[str, Any], rows: tuple[int, int] | None = None
    ) -> QuerySet[Any, Any]:
        """Return the queryset for these values; `rows`: from which to before which, of one that
        isn't cut already.
        """
        said = tuple(values[one.name] if isinstance(one, Given) else one for one in self.parameters)
        sql = self.sql
        if rows is not None:
            sql = f"{sql} {connections[self.queryset.db].ops.limit_offset_sql(*rows)}"
        # Not a clone: that takes the query apart.
        asked = object.__new__(type(self.queryset))
        asked.__dict__.update(self.queryset.__dict__)
        asked._query = _Query(self.queryset.query, self.learnt, (sql, said))
        return asked


class ComposedByKey:
    """Questions of many shapes, each composed once: the `most` that were asked last."""

    def __init__(self, most: int):
        self.most = most
        self.composed: dict[Hashable, Composed] = {}
        self.lock = Lock()

    def get(self, key: Hashable, build: Callable[[], QuerySet[Any, Any]]) -> Composed:
        """Return what `build` gives, composed; `key` tells all that its shape depends on."""
        with self.lock:
            found = self.composed.pop(key, None)
        if found is None:
            found = Composed(build())
        with self.lock:
            self.composed[key] = found
            if len(self.composed) > self.most:
                del self.composed[next(iter(self.composed))]
        return found


def composed_once(build: Callable[_Values, _Asked]) -> Callable[_Values, _Asked]:
    """Decorate a function of plain values that returns a queryset: called with the places of the
    values in their stead, once, it gives what is asked from then on, to be iterated over.

    `build` may do with its values nothing but compare columns to them, and read nothing else that
    changes: no date of today, no setting of a request.
    """
    names = tuple(signature(build).parameters)
    composed: list[Composed] = []

    @wraps(build)
    def asked(*values, **named):
        if not composed:
            # By two threads at once: twice the same.
            composed.append(Composed(build(*map(Given, names))))
        return composed[0].asked(dict(zip(names, values, strict=False)) | named)

    return asked


def give_related(row: Model, **related: Iterable[Model]) -> None:
    """Give `row` what it is related to by each of these names, as `prefetch_related` does: to be
    read whole.
    """
    known = row.__dict__.setdefault("_prefetched_objects_cache", {})
    known |= {name: list(rows) for name, rows in related.items()}
