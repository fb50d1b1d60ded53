"""Values that may be NULL in general, and never are where they are asked for."""

from typing import TypeVar

_Value = TypeVar("_Value")


def present(value: _Value | None) -> _Value:
    """Return `value`, which a rule or a guarantee of the database keeps from being NULL there.

    For what types can't know: an evaluated action has its grid. Raises `ValueError` on None.
    """
    if value is None:
        raise ValueError("A value that is always there is missing.")
    return value
