"""Conditions on one of many values, given to PostgreSQL as one array.

`pk__in=[…]` has a parameter for each value: with another number of them it is another statement,
planned anew, and long to compose.
"""

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Func, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from ess_portal.base.composed import Given


class OneOf(Func):
    """Whether a column has one of the values of an array."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    arity = 2
    output_field = BooleanField()


def is_any_of(column: str, keys: Iterable[int] | QuerySet | Given) -> Combinable:
    """Return the condition that `column` is one of the `keys`: numbers, the place of those that are
    given, or a question for them, which PostgreSQL then asks first, by itself.
    """
    return OneOf(column, _array(keys))


def _array(keys: Iterable[int] | QuerySet | Given) -> Combinable:
    numbers = ArrayField(BigIntegerField())
    if isinstance(keys, Given):
        return Cast(keys, numbers)
    return ArraySubquery(keys) if isinstance(keys, QuerySet) else Value(list(keys), numbers)
