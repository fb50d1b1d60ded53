"""Names of files, as people's machines send them: cleaned when that is safe, refused otherwise."""

import re
import unicodedata

from ess_portal.base.files.kinds import ACCEPTED, BY_EXTENSION, Kind
from ess_portal.base.files.refusal import AGAIN, UnfitFile

LONGEST_NAME = 120
RENAME = f"Renommez-le et {AGAIN}"
# Of Windows: nobody could save such a file there.
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
# What a name must not pretend to be, or to have been, before its extension.
DISGUISES = {
    *("ace", "apk", "app", "asp", "aspx", "bat", "bin", "cab", "cgi", "cmd", "com", "cpl", "dll"),
    *("dmg", "doc", "docm", "dot", "dotm", "elf", "exe", "gif", "gz", "hta", "htm", "html", "iso"),
    *("jar", "js", "jse", "jsp", "lnk", "mht", "mhtml", "msi", "msp", "php", "pif", "ppt", "pptm"),
    *("ps1", "py", "rar", "reg", "rtf", "scr", "sh", "shtml", "svg", "swf", "tar", "vbe", "vbs"),
    *("wsf", "xhtml", "xlam", "xls", "xlsb", "xlsm", "xml", "zip", "7z", *BY_EXTENSION),
}
# Letters that nobody sees, or that turn the reading around: controls, formats, surrogates.
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
FORBIDDEN = re.compile(r'[<>:"|?*]')


def checked_name(sent: str) -> tuple[str, Kind]:
    """Return the name to keep and the kind that its extension announces.

    Folders are dropped, spaces folded, a long name cut. Raises `UnfitFile` when the name hides
    something or announces nothing that is accepted.
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", sent)[-1])
    if any(unicodedata.category(letter) in INVISIBLE for letter in name):
        raise UnfitFile("porte un nom qui contient des caractères invisibles", RENAME)
    name = FORBIDDEN.sub("_", " ".join(name.split()))
    stem, dot, extension = name.rpartition(".")
    kind = BY_EXTENSION.get(extension.casefold()) if dot else None
    if kind is None:
        raise UnfitFile(
            "n’est pas d’un type accepté" if dot else "n’a pas d’extension",
            f"Joignez un fichier de l’un de ces types\u00a0: {ACCEPTED}.",
        )
    stem = stem.strip(" .")
    if not stem or RESERVED.fullmatch(stem):
        raise UnfitFile("porte un nom réservé ou vide", RENAME)
    _refuse_disguise(stem)
    return f"{stem[: LONGEST_NAME - len(extension) - 1].rstrip(' .')}.{extension}", kind


def _refuse_disguise(stem: str) -> None:
    _, dot, before = stem.rpartition(".")
    if dot and before.strip().casefold() in DISGUISES:
        raise UnfitFile(
            f"porte deux extensions, dont «\u00a0.{before.strip()}\u00a0»",
            f"Renommez-le avec une seule extension et {AGAIN}",
        )


def shown(sent: str) -> str:
    """Return a name as it can be repeated in a sentence, whatever it was."""
    last = re.split(r"[/\\]", sent)[-1]
    name = "".join("" if unicodedata.category(c) in INVISIBLE else c for c in last).strip()
    return f"{name[:79]}…" if len(name) > 80 else name or "sans nom"  # noqa: PLR2004
