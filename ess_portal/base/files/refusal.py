"""What every check of a file shares: what is wrong with it, what it may ask of the machine."""

import time
import zlib
from collections.abc import Iterator

from ess_portal.base.files.kinds import MEGABYTE

AT_ONCE = 256 * 1024
# Time of this thread on the processor: a busy machine isn't the file's fault.
MOST_SECONDS = 1.0
# What a file may hold once everything in it is decompressed.
MOST_INFLATED = 200 * MEGABYTE

AGAIN = "joignez-le à nouveau."
OTHERWISE = f"Enregistrez-le en PDF et {AGAIN}"


class UnfitFile(Exception):  # noqa: N818 - an answer, not an error
    """A file that isn't accepted: `reason` follows its name in a sentence, `remedy` is one.

    Between the checks only: `inspection` turns it into the house's `Refused`.
    """

    def __init__(self, reason: str, remedy: str = OTHERWISE):
        super().__init__(f"{reason}. {remedy}")
        self.reason, self.remedy = reason, remedy


def damaged(remedy: str = f"Ouvrez-le, enregistrez-le de nouveau et {AGAIN}") -> UnfitFile:
    """Return the refusal of a file whose structure isn't what its kind demands."""
    return UnfitFile("est incomplet ou endommagé", remedy)


def hides_data() -> UnfitFile:
    """Return the refusal of a file that holds more than its kind says."""
    return UnfitFile(
        "contient des données étrangères à son format",
        f"Ouvrez-le, enregistrez-le sous un autre nom et {AGAIN}",
    )


class Allowance:
    """What looking into one file may still cost: processor time, and bytes once decompressed."""

    def __init__(self, seconds: float = MOST_SECONDS, inflated: int = MOST_INFLATED):
        self._until = time.thread_time() + seconds
        self._inflated = inflated

    def check(self) -> None:
        """Raise `UnfitFile` once the time is spent."""
        if time.thread_time() > self._until:
            raise too_complex()

    def spend(self, size: int) -> None:
        """Count `size` decompressed bytes. Raises `UnfitFile` past the limit of bytes or time."""
        self._inflated -= size
        if self._inflated < 0:
            raise bomb()
        self.check()


def too_complex() -> UnfitFile:
    """Return the refusal of a file that takes too long to look into."""
    return UnfitFile("est trop complexe pour être vérifié", f"Simplifiez-le et {AGAIN}")


def bomb() -> UnfitFile:
    """Return the refusal of a file that would fill the memory of who opens it."""
    return UnfitFile(
        "occupe une place démesurée une fois ouvert",
        f"Réduisez ce qu’il contient (images, lignes vides) et {AGAIN}",
    )


def inflate(
    pieces: Iterator[bytes], allowance: Allowance, *, most: int, window: int = zlib.MAX_WBITS
) -> Iterator[bytes]:
    """Yield what a deflated stream holds, and never more than `most` bytes.

    What follows the stream in `pieces` is ignored. Raises `UnfitFile` beyond the limits or when the
    data can't be decompressed; a stream that is cut short ends without a word.
    """
    engine, total = zlib.decompressobj(window), 0
    for piece in pieces:
        while piece and not engine.eof:
            try:
                found = engine.decompress(piece, AT_ONCE)
            except zlib.error as error:
                raise damaged() from error
            allowance.spend(len(found))
            total += len(found)
            if total > most:
                raise bomb()
            if found:
                yield found
            piece = engine.unconsumed_tail  # noqa: PLW2901
        if engine.eof:
            return
    if rest := engine.flush():
        yield rest


def in_pieces(data: bytes | memoryview, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """Yield a part of `data` piece by piece, without copying the whole."""
    end = len(data) if end is None else end
    for position in range(start, end, AT_ONCE):
        yield bytes(data[position : min(position + AT_ONCE, end)])
