"""The kinds of files that people may send."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE


@dataclass(frozen=True)
class Kind:
    """One kind: its code, the extensions it may bear, how it is served and called.

    `guesses` are what the `filetype` library says of such a file; it takes some documents of
    suites for plain zip archives.
    """

    code: str
    extensions: tuple[str, ...]
    content_type: str
    label: str
    guesses: tuple[str, ...]


def _suite(code: str, content_type: str, label: str) -> Kind:
    return Kind(code, (code,), f"application/vnd.{content_type}", label, (code, "zip"))


KINDS = {
    kind.code: kind
    for kind in (
        Kind("pdf", ("pdf",), "application/pdf", "PDF", ("pdf",)),
        _suite("odt", "oasis.opendocument.text", "texte OpenDocument"),
        _suite("ods", "oasis.opendocument.spreadsheet", "classeur OpenDocument"),
        _suite("odp", "oasis.opendocument.presentation", "présentation OpenDocument"),
        _suite("docx", "openxmlformats-officedocument.wordprocessingml.document", "document Word"),
        _suite("xlsx", "openxmlformats-officedocument.spreadsheetml.sheet", "classeur Excel"),
        _suite(
            "pptx",
            "openxmlformats-officedocument.presentationml.presentation",
            "présentation PowerPoint",
        ),
        Kind("png", ("png",), "image/png", "image PNG", ("png",)),
        Kind("jpeg", ("jpg", "jpeg"), "image/jpeg", "photo JPEG", ("jpg",)),
    )
}
BY_EXTENSION = {extension: kind for kind in KINDS.values() for extension in kind.extensions}
ACCEPTED = ", ".join(BY_EXTENSION)
