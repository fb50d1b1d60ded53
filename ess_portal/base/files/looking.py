"""What every look into a file has in common, behind the fence. Nothing here imports Django."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import filetype

from ess_portal.base.files.kinds import KINDS, Kind
from ess_portal.base.files.refusal import AGAIN, Allowance, UnfitFile

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Cleaned:
    """A file fit to be kept: its bytes, maybe written anew; `notes` say what that took away."""

    data: bytes
    notes: tuple[str, ...] = ()


Check = Callable[[Kind, bytes, Allowance], Cleaned]


def looks(check: Check) -> Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]:
    """Make a check of a kind into what `ess_portal.base.fence` can call.

    It is given the kind's code and the file; it answers with `unfit` (a reason and a remedy), or
    with `notes` and the bytes to keep.
    """

    @wraps(check)
    def look(values: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        try:
            kind = KINDS[values["kind"]]
            _refuse_disguise(kind, data)
            cleaned = check(kind, data, Allowance())
        except UnfitFile as unfit:
            return {"unfit": {"reason": unfit.reason, "remedy": unfit.remedy}}, b""
        return {"notes": list(cleaned.notes)}, cleaned.data

    return look


def _refuse_disguise(kind: Kind, data: bytes) -> None:
    """Raise `UnfitFile` when the content isn't what the extension says."""
    if data.startswith(OLE):
        raise UnfitFile(
            "est d’un ancien format (.doc, .xls, .ppt) ou protégé par un mot de passe",
            f"Enregistrez-le sans mot de passe en .docx, .xlsx, .pptx ou PDF, et {AGAIN}",
        )
    if filetype.guess_extension(data) not in kind.guesses:
        raise UnfitFile(
            f"n’est pas un fichier {kind.label}, malgré son nom",
            f"Ouvrez-le, enregistrez-le dans l’un des types acceptés et {AGAIN}",
        )
