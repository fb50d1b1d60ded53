"""Documents of Microsoft's suite (OOXML): no macro, nothing embedded, nothing fetched elsewhere."""

import re
from urllib.parse import urlsplit

from ess_portal.base.files.archives import (
    NESTED,
    Archive,
    local_name,
    looks_like_markup,
    refuse_definitions,
    refuse_nested,
    walk,
)
from ess_portal.base.files.kinds import KINDS, Kind
from ess_portal.base.files.looking import Cleaned, looks
from ess_portal.base.files.refusal import AGAIN, Allowance, UnfitFile, damaged

TYPES = "[Content_Types].xml"
MAIN_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
EXTERNAL = UnfitFile(
    "dépend de fichiers extérieurs (modèle, image liée, classeur lié)",
    f"Rompez ces liaisons ou enregistrez-le en PDF, et {AGAIN}",
)
FIELDS = UnfitFile("contient un champ qui lance un programme (DDE)")
# A link that a person clicks; anything else is fetched by the machine.
CLICKED = ("http", "https", "mailto", "")
MACRO_PARTS = re.compile(r"(^|/)(vba[^/]*|macrosheets/.*|attachedtoolbars\.bin|customui/.*)$")
EMBEDDED_PARTS = re.compile(r"(^|/)(embeddings|activex|ctrlprops|externallinks)/")
# The figures behind a chart: looked into like a document that comes by itself.
WORKBOOK = re.compile(r"(^|/)embeddings/[^/]+\.xlsx$")
# The one binary that the suite itself leaves everywhere, and that runs nothing.
PRINTER = re.compile(r"(^|/)printersettings/[^/]*\.bin$")
# What another part of the document may be to it, by the last word of the relationship's type.
EMBEDDING = ("afchunk", "oleobject", "package", "control", "activexcontrolbinary", "ctrlprop")
MACRO = ("vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet", "ui/extensibility")
DDE = re.compile(r"DDE(?:AUTO)?(?![A-Z])", re.IGNORECASE)


def _macros(kind: Kind) -> UnfitFile:
    return UnfitFile(
        "contient des macros",
        f"Enregistrez le document sans macros (.{kind.code}) et {AGAIN}",
    )


@looks
def look_into(kind: Kind, data: bytes, allowance: Allowance) -> Cleaned:
    """Return the document as it is. Raises `UnfitFile` unless it is of this kind, and inactive."""
    _check_document(kind, data, allowance, is_whole=True)
    return Cleaned(data)


def _check_document(kind: Kind, data: bytes, allowance: Allowance, *, is_whole: bool) -> None:
    """Check a document, or (when it isn't whole) the workbook inside one, which holds no other."""
    archive = Archive(data, allowance)
    _check_types(kind, archive, allowance)
    if "_rels/.rels" not in archive:
        raise damaged()
    for part in archive.parts:
        if part.is_folder:
            continue
        content = archive.read(part.name)
        if is_whole and WORKBOOK.search(part.name.casefold()):
            _check_document(KINDS["xlsx"], content, allowance, is_whole=False)
        else:
            _check_part(kind, part.name, content, allowance)


def _check_types(kind: Kind, archive: Archive, allowance: Allowance) -> None:
    if TYPES not in archive:
        raise UnfitFile(f"n’est pas un {kind.label}, malgré son nom")
    said: list[str] = []
    walk(
        archive.read(TYPES),
        lambda _name, attributes: said.append(attributes.get("ContentType", "")),
        allowance,
    )
    types = [content_type.casefold() for content_type in said]
    if any("macro" in one or "vba" in one for one in types):
        raise _macros(kind)
    if any("oleobject" in one or "activex" in one for one in types):
        raise NESTED
    if MAIN_TYPES[kind.code].casefold() not in types:
        raise UnfitFile(f"n’est pas un {kind.label}, malgré son nom")


def _check_part(kind: Kind, name: str, content: bytes, allowance: Allowance) -> None:
    low = name.casefold()
    if MACRO_PARTS.search(low):
        raise _macros(kind)
    if EMBEDDED_PARTS.search(low):
        raise EXTERNAL if "externallinks/" in low else NESTED
    refuse_nested(low, content)
    if low.endswith(".rels"):
        walk(content, lambda _name, said: _check_relationship(kind, said), allowance)
    elif low.endswith((".bin", ".html", ".htm", ".mht", ".svg", ".rtf")):
        if not PRINTER.search(low):
            raise NESTED
    elif low.endswith((".xml", ".vml")) or looks_like_markup(content):
        refuse_definitions(content)
        if b"instr" in content:
            _refuse_fields(content, allowance)


def _check_relationship(kind: Kind, said: dict[str, str]) -> None:
    type_ = said.get("Type", "").casefold()
    if type_.endswith(MACRO):
        raise _macros(kind)
    target = said.get("Target", "")
    is_workbook = type_.endswith("/package") and WORKBOOK.search(target.casefold())
    if type_.endswith(tuple(f"/{word}" for word in EMBEDDING)) and not is_workbook:
        raise NESTED
    if said.get("TargetMode", "").strip().casefold() != "external":
        return
    try:
        scheme = urlsplit(target).scheme
    except ValueError:
        scheme = "unreadable"
    if not type_.endswith("/hyperlink") or scheme.casefold() not in CLICKED:
        raise EXTERNAL


def _refuse_fields(content: bytes, allowance: Allowance) -> None:
    # A field's instruction may be cut into several runs.
    instructions = []

    def on_element(name: str, attributes: dict[str, str]) -> None:
        on_text.inside = local_name(name) in ("instrText", "delInstrText")
        instructions.extend(
            value for key, value in attributes.items() if local_name(key) == "instr"
        )

    def on_text(text: str) -> None:
        if on_text.inside:
            instructions.append(text.strip("\n"))

    on_text.inside = False
    walk(content, on_element, allowance, on_text)
    if DDE.search("".join(instructions)):
        raise FIELDS
