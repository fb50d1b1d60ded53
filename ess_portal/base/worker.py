"""The loop of a worker: one thing after the other, until SIGTERM."""

import signal
import threading
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, close_old_connections

PAUSE_SECONDS = 1


def work(step: Callable[[], bool], *, loop: bool, complain: Callable[[str], object]) -> int:
    """Call `step` until it finds nothing to do, or for ever with `loop`; return how often it did.

    `step` tells whether there was something to do. SIGTERM ends the loop between two steps.
    """
    stop = threading.Event()
    if loop:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    done = 0
    while not stop.is_set():
        try:
            found = step()
        except (OperationalError, InterfaceError) as error:
            # The database may restart under a worker: wait for it rather than die.
            if not loop:
                raise
            complain(f"database: {error}")
            close_old_connections()
            found = False
        done += found
        if not found:
            if not loop:
                break
            stop.wait(PAUSE_SECONDS)
    return done
