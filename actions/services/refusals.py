"""What the services of evaluations share: how they refuse, in French sentences."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from actions.workflow import TransitionRefused
from ess_portal.base.triggers import refusal_sentence

NOT_OPEN = "L’évaluation de cette action n’est pas ouverte."


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Turn what the database refuses into `TransitionRefused`; nothing is written then."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if sentence := refusal_sentence(error):
            raise TransitionRefused([sentence]) from error
        raise
