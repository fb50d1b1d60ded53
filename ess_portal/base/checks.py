"""Ask the database all CHECK constraints of a row at once, before it is written."""

from collections.abc import Collection

from django.db import router
from django.db.models import CheckConstraint, Q


class ChecksTogether:
    """For models with many CHECK constraints: one question instead of one for each.

    Django's `full_clean` asks for each constraint in a savepoint of its own: thirty questions for
    an action that breaks nothing. Here only a row that breaks one is asked constraint by
    constraint, to know which sentence to say.
    """

    _checks_hold = False

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """As Django's. Raises `ValidationError` with the sentences of the broken constraints."""
        self._checks_hold = self._ask_checks(set(exclude or ()))
        try:
            super().validate_constraints(exclude=exclude)
        finally:
            del self._checks_hold

    def get_constraints(self) -> list[tuple]:
        """The constraints still to be looked at, by model."""
        found = super().get_constraints()
        if not self._checks_hold:
            return found
        # Those of a parent weren't asked.
        return [
            (model, [one for one in constraints if not isinstance(one, CheckConstraint)])
            if model is type(self)
            else (model, constraints)
            for model, constraints in found
        ]

    def _ask_checks(self, exclude: set[str]) -> bool:
        """Whether none of those that Django would ask is broken: it asks for none that speaks of
        an excluded column.
        """
        conditions = [
            one.condition
            for one in self._meta.constraints
            if isinstance(one, CheckConstraint)
            and exclude.isdisjoint(name for name, *_ in self._get_expr_references(one.condition))
        ]
        values = self._get_field_expression_map(meta=self._meta, exclude=exclude)
        # NULL isn't false: a conjunction is broken exactly when one of its parts is.
        using = router.db_for_write(type(self), instance=self)
        return Q(*conditions).check(values, using=using)
