"""Documents of LibreOffice (ODF): no macro, nothing embedded, nothing fetched elsewhere."""

from urllib.parse import urlsplit

from ess_portal.base.files.archives import (
    LOCKED,
    NESTED,
    STORED,
    Archive,
    local_name,
    looks_like_markup,
    refuse_definitions,
    refuse_nested,
    walk,
)
from ess_portal.base.files.kinds import Kind
from ess_portal.base.files.looking import Cleaned, looks
from ess_portal.base.files.refusal import AGAIN, Allowance, UnfitFile, damaged

MANIFEST = "META-INF/manifest.xml"
CONTENT = "content.xml"
EXTERNAL = UnfitFile(
    "dépend de fichiers extérieurs (image, section ou tableau liés)",
    f"Rompez ces liaisons ou enregistrez-le en PDF, et {AGAIN}",
)
# Elements that run something, or hold what another program would.
SCRIPTS = "urn:oasis:names:tc:opendocument:xmlns:script:"
RUNNING = frozenset({"macro", "execute", "verb"})
OBJECTS = frozenset({"object-ole", "applet", "plugin", "floating-frame"})
LINKS = frozenset(
    {"dde-connection", "dde-connection-decl", "dde-source", "dde-link", "table-source"}
    | {"cell-range-source", "section-source"}
)
# What a person clicks; other addresses are fetched by the machine.
CLICKED = frozenset({"a", "file-name", "creator"})


@looks
def look_into(kind: Kind, data: bytes, allowance: Allowance) -> Cleaned:
    """Return the document as it is. Raises `UnfitFile` unless it is of this kind, and inactive."""
    archive = Archive(data, allowance)
    first = archive.parts[0]
    if (first.name, first.method, first.extra) != ("mimetype", STORED, 0) or archive.read(
        "mimetype"
    ) != kind.content_type.encode():
        raise UnfitFile(f"n’est pas un {kind.label}, malgré son nom")
    if MANIFEST not in archive or CONTENT not in archive:
        raise damaged()
    for part in archive.parts[1:]:
        if not part.is_folder:
            _check_part(part.name, archive.read(part.name), allowance)
    return Cleaned(data)


def macros() -> UnfitFile:
    """Return the refusal of a document with macros."""
    return UnfitFile("contient des macros", f"Supprimez-les (Outils, Macros) et {AGAIN}")


def _check_part(name: str, content: bytes, allowance: Allowance) -> None:
    low = name.casefold()
    if low.startswith(("basic/", "scripts/")) or "/basic/" in low:
        raise macros()
    refuse_nested(low, content)
    if low == MANIFEST.casefold():
        walk(content, _check_manifest_element, allowance)
    elif low.rpartition("/")[2] in ("content.xml", "styles.xml", "settings.xml"):
        walk(content, _check_element, allowance)
    elif low.endswith((".bin", ".html", ".htm", ".svg")):
        raise NESTED
    elif low.endswith((".xml", ".rdf")) or looks_like_markup(content):
        refuse_definitions(content)


def _check_manifest_element(name: str, _attributes: dict[str, str]) -> None:
    if local_name(name) == "encryption-data":
        raise LOCKED


def _check_element(name: str, attributes: dict[str, str]) -> None:
    element = local_name(name)
    if name.startswith(SCRIPTS) or element == "script":
        raise macros()
    if element in OBJECTS:
        raise NESTED
    if element in LINKS:
        raise EXTERNAL
    for key, value in attributes.items():
        if local_name(key) == "action" and value in RUNNING:
            raise macros()
        if key.endswith(" href") and element not in CLICKED:
            _refuse_elsewhere(value)
        elif key.endswith(" href"):
            _refuse_script(value)


def _refuse_elsewhere(address: str) -> None:
    try:
        scheme = urlsplit(address).scheme
    except ValueError:
        scheme = "unreadable"
    if scheme or address.startswith(("/", "\\")) or ".." in address.split("/"):
        raise EXTERNAL


def _refuse_script(address: str) -> None:
    if address.strip().casefold().startswith(("javascript:", "vnd.sun.star.script:", "macro:")):
        raise macros()
