"""One line of progress for each step that takes a while, in the words of who waits.

Read by the system's Python too (install.py): only the standard library.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

HEARTBEAT_SECONDS = 10


@contextmanager
def doing(label: str) -> Iterator[None]:
    """Says every ten seconds that `label` is under way, and how long it took once it is done.

    What fails is told by whoever catches it.
    """
    started = time.monotonic()
    finished = threading.Event()

    def beat() -> None:
        while not finished.wait(HEARTBEAT_SECONDS):
            say(f"  {label} : en cours depuis {_since(started)}…")

    threading.Thread(target=beat, daemon=True).start()
    try:
        yield
    finally:
        finished.set()
    say(f"  {label} : fait en {_since(started)}")


def say(text: str) -> None:
    """Shows a line at once, even through a pipe."""
    print(text, flush=True)


def _since(started: float) -> str:
    return f"{time.monotonic() - started:.1f} s".replace(".", ",")
