"""Documents already drawn, for a day: who asks again for the same data waits for nothing.

A document is found again by the hash of all that it is made of, so a kept one is never out of date,
and nothing but speed is lost when the folder is emptied.
"""

import hashlib
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction

logger = logging.getLogger(__name__)

SECONDS_KEPT = 24 * 60 * 60


def kept(ingredients: str, draw: Callable[[], bytes]) -> bytes:
    """Return the document made of `ingredients`: the kept one, or what `draw` gives.

    A disk that is full or refuses keeps nothing, and the document is given all the same.
    """
    path = _root() / hashlib.sha256(ingredients.encode("utf-8", "surrogatepass")).hexdigest()
    with suppress(OSError):
        return path.read_bytes()
    document = draw()
    try:
        _write(path, document)
    except OSError:
        logger.exception("A document could not be kept")
    return document


def remove_old_documents() -> int:
    """Remove, once committed, the documents drawn a day ago or more; return how many."""
    limit = time.time() - SECONDS_KEPT
    old = [path for path in _all() if path.stat().st_mtime <= limit]
    for path in old:
        transaction.on_commit(partial(path.unlink, missing_ok=True))
    return len(old)


def _all() -> list[Path]:
    return list(_root().iterdir()) if _root().is_dir() else []


def _root() -> Path:
    return Path(settings.DOCUMENTS_ROOT)


def _write(path: Path, document: bytes) -> None:
    """Write it whole under another name first: a reader sees all of it or nothing."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f"{uuid4().hex}.part")
    try:
        with os.fdopen(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
        ) as file:
            file.write(document)
        unfinished.replace(path)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
