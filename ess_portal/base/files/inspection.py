"""The verdict on a file: extension, content and structure must agree, and nothing be active."""

import logging

import filetype

from ess_portal.base.files import archives, opendocument, openxml, pdf, pictures
from ess_portal.base.files.kinds import MEGABYTE, MOST_BYTES, Kind
from ess_portal.base.files.names import checked_name, shown
from ess_portal.base.files.verdict import AGAIN, Allowance, Refused, damaged

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
TOO_BIG = Refused(
    f"pèse plus de {MOST_BYTES // MEGABYTE} Mo",
    f"Réduisez-le (images moins grandes, plusieurs fichiers) et {AGAIN}",
)


class FileRefused(Exception):  # noqa: N818 - an answer, not an error
    """A file that isn't accepted; says in French which, why, and how to mend it."""

    def __init__(self, sent_name: str, refused: Refused):
        super().__init__(
            f"Le fichier «\u00a0{shown(sent_name)}\u00a0» {refused.reason}. {refused.remedy}"
        )


def inspect(sent_name: str, data: bytes) -> tuple[str, Kind]:
    """Look into a file; return the name to keep and its kind.

    Always gives a verdict, whatever the bytes: raises `FileRefused` when there is anything wrong.
    """
    try:
        return _inspected(sent_name, data)
    except Refused as refused:
        raise FileRefused(sent_name, refused) from refused
    except Exception as error:
        # What no check foresaw is refused too: nothing gets in by surprising us.
        logger.exception("A file could not be inspected")
        raise FileRefused(sent_name, damaged()) from error


def _inspected(sent_name: str, data: bytes) -> tuple[str, Kind]:
    name, kind = checked_name(sent_name)
    if not data:
        raise Refused("est vide", f"Choisissez le bon fichier et {AGAIN}")
    if len(data) > MOST_BYTES:
        raise TOO_BIG
    archives.refuse_old_container(data)
    if filetype.guess_extension(data) not in kind.guesses:
        raise Refused(
            f"n’est pas un fichier {kind.label}, malgré son nom",
            f"Ouvrez-le, enregistrez-le dans l’un des types acceptés et {AGAIN}",
        )
    CHECKS[kind.code](kind, data, Allowance())
    return name, kind
