"""Where files are kept: a folder that nobody serves, under names that nobody chose."""

import errno
import hashlib
import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from django.conf import settings

from ess_portal.base.refusals import Refused

logger = logging.getLogger(__name__)

UNFINISHED = ".part"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_LATER = (
    "Votre dossier est conservé\u00a0: joignez le fichier plus tard, ou prévenez-nous par la page "
    "«\u00a0Contact\u00a0»."
)
NO_ROOM = f"Le portail n’a plus de place pour garder ce fichier. {_LATER}"
NOT_KEPT = f"Le portail n’a pas pu garder ce fichier. {_LATER}"


def root() -> Path:
    """Return the folder of kept files."""
    return Path(settings.ATTACHMENTS_ROOT)


def path_of(key: UUID) -> Path:
    """Return where the file `key` is kept."""
    return root() / key.hex


def free_bytes() -> int:
    """Return how much the disk of kept files has left, in bytes."""
    folder = root()
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def has_room(size: int = 0) -> bool:
    """Whether `size` bytes more leave what the installation keeps free."""
    return free_bytes() - size >= settings.ATTACHMENTS_FREE_SPACE_KEPT * 1024 * 1024


def keep(key: UUID, data: bytes) -> str:
    """Write a file whole, or not at all; return its SHA-256.

    It has its name only once every byte is on the disk. Raises `Refused` when the
    disk does, or when too little would be left of it; nothing of the file stays then.
    """
    if not has_room(len(data)):
        logger.error("The disk of attached files is nearly full")
        raise Refused([NO_ROOM])
    unfinished = path_of(key).with_suffix(UNFINISHED)
    try:
        root().mkdir(mode=0o700, parents=True, exist_ok=True)
        digest = _write(unfinished, data)
        unfinished.replace(path_of(key))
        _flush_folder()
    except OSError as error:
        logger.exception("A file could not be kept")
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise Refused([NO_ROOM if error.errno in FULL else NOT_KEPT]) from error
    return digest


def _write(path: Path, data: bytes) -> str:
    digest = hashlib.sha256()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for start in range(0, len(data), 1 << 16):
            piece = data[start : start + (1 << 16)]
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _flush_folder() -> None:
    # Windows knows no such thing.
    with suppress(PermissionError):
        descriptor = os.open(root(), os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove(key: UUID) -> None:
    """Remove a kept file; what is already gone is gone."""
    try:
        path_of(key).unlink(missing_ok=True)
    except OSError:
        # `purge_expired` finds it again.
        logger.exception("A file could not be removed")


def older_than(seconds: float) -> Iterator[Path]:
    """Yield the files, unfinished ones included, that were written so many seconds ago or more."""
    limit = time.time() - seconds
    if root().is_dir():
        for path in root().iterdir():
            with suppress(FileNotFoundError):
                if path.is_file() and path.stat().st_mtime <= limit:
                    yield path
