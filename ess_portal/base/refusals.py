"""The one way to say no: an exception whose reasons are French sentences.

Services raise it; views show it beside what was typed, or above the page (`RefusableFormView`,
`RefusableButtonView` of `ess_portal.base.views`).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from ess_portal.base.triggers import refusal_sentence


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """What was asked can't be done; nothing was written. `reasons` says why, in French sentences.

    `by_field` holds the same sentences by the column they are about, when that is known.
    """

    def __init__(self, reasons: Sequence[str], by_field: Mapping[str, list[str]] | None = None):
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)
        self.by_field = dict(by_field or {})

    @classmethod
    def about(cls, field: str, sentence: str) -> "Refused":
        """Return the refusal of what was given for `field`."""
        return cls([sentence], {field: [sentence]})


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Turn what a model or the database refuses into `Refused`: all is written, or nothing."""
    try:
        with transaction.atomic():
            yield
    except ValidationError as error:
        by_field = error.message_dict if hasattr(error, "error_dict") else None
        raise Refused(error.messages, by_field) from error
    except IntegrityError as error:
        if sentence := refusal_sentence(error):
            raise Refused([sentence]) from error
        raise


def refusal_of_saving(row: Model) -> str | None:
    """Return the French sentence by which the database would refuse `row` as it is, or None.

    It is saved behind a savepoint, and nothing of it stays: for forms whose page saves by itself.
    """
    was_new = row._state.adding, row.pk  # noqa: SLF001 - what Django itself keeps of a row
    try:
        with transaction.atomic():
            row.save()
            transaction.set_rollback(True)
    except IntegrityError as error:
        if sentence := refusal_sentence(error):
            return sentence
        raise
    finally:
        row._state.adding, row.pk = was_new  # noqa: SLF001
    return None


def require(holds: object, sentence: str) -> None:
    """Raise `Refused` with `sentence` unless it `holds`."""
    if not holds:
        raise Refused([sentence])
