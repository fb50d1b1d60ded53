"""Whether a file is accepted: extension, content and structure must agree, nothing be active."""

import logging

import filetype

from ess_portal.base.files import archives, opendocument, openxml, pdf, pictures
from ess_portal.base.files.kinds import MEGABYTE, MOST_BYTES, Kind
from ess_portal.base.files.names import checked_name, shown
from ess_portal.base.files.refusal import AGAIN, Allowance, UnfitFile, damaged
from ess_portal.base.refusals import Refused

logger = logging.getLogger(__name__)

CHECKS = {
    "pdf": pdf.check,
    "png": pictures.check_png,
    "jpeg": pictures.check_jpeg,
    "odt": opendocument.check,
    "ods": opendocument.check,
    "odp": opendocument.check,
    "docx": openxml.check,
    "xlsx": openxml.check,
    "pptx": openxml.check,
}
TOO_BIG = UnfitFile(
    f"pèse plus de {MOST_BYTES // MEGABYTE} Mo",
    f"Réduisez-le (images moins grandes, plusieurs fichiers) et {AGAIN}",
)


def refusal_of(sent_name: str, unfit: UnfitFile) -> Refused:
    """Say in French which file isn't accepted, why, and how to correct it."""
    name = shown(sent_name)
    return Refused([f"Le fichier «\u00a0{name}\u00a0» {unfit.reason}. {unfit.remedy}"])


def inspect(sent_name: str, data: bytes) -> tuple[str, Kind]:
    """Look into a file; return the name to keep and its kind.

    Always answers, whatever the bytes: raises `Refused` when there is anything wrong.
    """
    try:
        return _inspected(sent_name, data)
    except UnfitFile as unfit:
        raise refusal_of(sent_name, unfit) from unfit
    except Exception as error:
        # What no check foresaw is refused too: nothing gets in by surprising us.
        logger.exception("A file could not be inspected")
        raise refusal_of(sent_name, damaged()) from error


def _inspected(sent_name: str, data: bytes) -> tuple[str, Kind]:
    name, kind = checked_name(sent_name)
    if not data:
        raise UnfitFile("est vide", f"Choisissez le bon fichier et {AGAIN}")
    if len(data) > MOST_BYTES:
        raise TOO_BIG
    archives.refuse_old_container(data)
    if filetype.guess_extension(data) not in kind.guesses:
        raise UnfitFile(
            f"n’est pas un fichier {kind.label}, malgré son nom",
            f"Ouvrez-le, enregistrez-le dans l’un des types acceptés et {AGAIN}",
        )
    CHECKS[kind.code](kind, data, Allowance())
    return name, kind
