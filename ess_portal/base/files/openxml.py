"""Documents of Microsoft's suite (OOXML): no macro, nothing embedded, nothing fetched elsewhere."""

from ess_portal.base.files.archives import (
    NESTED,
    Archive,
    looks_like_markup,
    refuse_nested,
    walk,
)
from ess_portal.base.files.formula_calls import Places
from ess_portal.base.files.kinds import KINDS, Kind
from ess_portal.base.files.looking import Cleaned, looks
from ess_portal.base.files.office_content import check_content, hear_cells
from ess_portal.base.files.office_parts import (
    EXTERNAL,
    WORKBOOK,
    check_name,
    is_written,
    macros,
)
from ess_portal.base.files.office_ties import check_calls, check_relationship, part_of
from ess_portal.base.files.refusal import Allowance, UnfitFile, damaged

TYPES = "[Content_Types].xml"
MAIN_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}


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
    places = Places()
    for part in archive.parts:
        if part.is_folder:
            continue
        content = archive.read(part.name)
        if is_whole and WORKBOOK.search(part.name.casefold()):
            _check_document(KINDS["xlsx"], content, allowance, is_whole=False)
        elif leading_out := _check_part(kind, part.name, content, allowance, places):
            _check_caller(archive, part_of(part.name), leading_out, allowance)
    if places.are_put_together:
        _check_places(archive, allowance, places)


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
        raise macros(kind)
    if any("oleobject" in one or "activex" in one for one in types):
        raise NESTED
    if MAIN_TYPES[kind.code].casefold() not in types:
        raise UnfitFile(f"n’est pas un {kind.label}, malgré son nom")


def _check_part(
    kind: Kind, name: str, content: bytes, allowance: Allowance, places: Places
) -> frozenset[str]:
    """Return the names of the ties that lead out of the document, when it is a part of ties."""
    low = name.casefold()
    refuse_nested(low, content)
    check_name(kind, low)
    leading_out: set[str] = set()
    if low.endswith(".rels"):
        walk(
            content,
            lambda _name, said: leading_out.add(check_relationship(kind, said)),
            allowance,
        )
    elif is_written(low) or looks_like_markup(content):
        check_content(kind, content, allowance, places)
    return frozenset(leading_out - {""})


def _check_caller(
    archive: Archive, name: str, leading_out: frozenset[str], allowance: Allowance
) -> None:
    """Raise `UnfitFile` unless the part whose ties lead out calls them by links to click."""
    found = next((part.name for part in archive.parts if part.name.casefold() == name), None)
    if found is None:
        # The document as a whole, or nothing: neither has anything to click.
        raise EXTERNAL
    check_calls(archive.read(found), leading_out, allowance)


def _check_places(archive: Archive, allowance: Allowance, places: Places) -> None:
    """Raise `UnfitFile` when a place of another document could be put together from the cells."""
    for part in archive.parts:
        content = b"" if part.is_folder else archive.read(part.name)
        if not WORKBOOK.search(part.name.casefold()) and looks_like_markup(content):
            hear_cells(content, allowance, places)
    places.check()
