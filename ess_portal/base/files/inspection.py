"""Whether a file is accepted: extension, content and structure must agree, nothing be active.

The bytes are looked into behind the fence (docs/decisions/0015-what-a-file-may-be.md).
"""

import logging
from dataclasses import dataclass

from ess_portal.base.fence import ChildDied, TooBusy, TookTooLong, run_fenced
from ess_portal.base.files.kinds import MEGABYTE, MOST_BYTES, Kind
from ess_portal.base.files.names import checked_name, shown
from ess_portal.base.files.refusal import AGAIN, UnfitFile, too_complex
from ess_portal.base.refusals import Refused

logger = logging.getLogger(__name__)

ROOM = "ess_portal.base.files"
CHECKS = {
    "pdf": f"{ROOM}.pdf:look_into",
    "png": f"{ROOM}.pictures:look_into",
    "jpeg": f"{ROOM}.pictures:look_into",
    **dict.fromkeys(("odt", "ods", "odp"), f"{ROOM}.opendocument:look_into"),
    **dict.fromkeys(("docx", "xlsx", "pptx"), f"{ROOM}.openxml:look_into"),
}
TOO_BIG = UnfitFile(
    f"pèse plus de {MOST_BYTES // MEGABYTE} Mo",
    f"Réduisez-le (images moins grandes, plusieurs fichiers) et {AGAIN}",
)
UNKNOWN = UnfitFile(
    "n’a pas pu être vérifié",
    f"Ouvrez-le, enregistrez-le de nouveau, en PDF si possible, et {AGAIN}",
)
LATER = UnfitFile(
    "attend d’être vérifié\u00a0: le portail est très occupé", f"Dans un instant, {AGAIN}"
)


@dataclass(frozen=True)
class InspectedFile:
    """A file that is accepted: the name and the bytes to keep, its kind.

    The bytes may differ from those that came; `notes` say what was left out, in sentences.
    """

    name: str
    kind: Kind
    data: bytes
    notes: tuple[str, ...]


def refusal_of(sent_name: str, unfit: UnfitFile) -> Refused:
    """Say in French which file isn't accepted, why, and how to correct it."""
    name = shown(sent_name)
    return Refused([f"Le fichier «\u00a0{name}\u00a0» {unfit.reason}. {unfit.remedy}"])


def inspect(sent_name: str, data: bytes) -> InspectedFile:
    """Look into a file; return what to keep of it.

    Always answers, whatever the bytes: raises `Refused` when there is anything wrong.
    """
    try:
        return _inspected(sent_name, data)
    except UnfitFile as unfit:
        raise refusal_of(sent_name, unfit) from unfit
    except ChildDied as died:
        # What no check foresaw is refused too: nothing gets in by surprising us.
        logger.exception("A file could not be inspected")
        raise refusal_of(sent_name, _why(died)) from died


def _inspected(sent_name: str, data: bytes) -> InspectedFile:
    name, kind = checked_name(sent_name)
    if not data:
        raise UnfitFile("est vide", f"Choisissez le bon fichier et {AGAIN}")
    if len(data) > MOST_BYTES:
        raise TOO_BIG
    found, cleaned = run_fenced(CHECKS[kind.code], {"kind": kind.code}, data)
    if unfit := found.get("unfit"):
        raise UnfitFile(**unfit)
    if len(cleaned) > MOST_BYTES:
        raise TOO_BIG
    return InspectedFile(name, kind, cleaned, tuple(found["notes"]))


def _why(died: ChildDied) -> UnfitFile:
    if isinstance(died, TooBusy):
        return LATER
    return too_complex() if isinstance(died, TookTooLong) else UNKNOWN
