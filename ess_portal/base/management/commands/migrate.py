"""Django's `migrate` in half its time: a trigger alone has no model drawn again.

Each operation has the models it touches, and all that point to them, built anew as Python classes
for the operations after it. A third of ours add or remove a trigger, of which those classes know
nothing that SQL is made from.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger


class Command(migrate.Command):
    """Applies migrations as Django does."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; see `migrate --help`."""
        with drawing_nothing_for(AddTrigger), drawing_nothing_for(RemoveTrigger):
            super().handle(*args, **options)


@contextlib.contextmanager
def drawing_nothing_for(operation: type[AddTrigger] | type[RemoveTrigger]) -> Iterator[None]:
    """Inside, `operation` changes the state of its model and leaves the class that was made of it.

    The next operation on the model that isn't about a trigger makes the class again.
    """
    forwards = operation.state_forwards

    def state_alone(self: Any, app_label: str, state: ProjectState) -> None:
        state.reload_model = lambda *_args, **_options: None
        try:
            forwards(self, app_label, state)
        finally:
            del state.reload_model

    operation.state_forwards = state_alone
    try:
        yield
    finally:
        operation.state_forwards = forwards
