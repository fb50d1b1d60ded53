"""Why files are refused, and what hostile ones are made of."""

import io
import struct
import zipfile
import zlib

import pikepdf
import pytest

from ess_portal.base.files.kinds import MEGABYTE
from tests.support.files import (
    OASIS,
    office,
    pdf,
    stream,
)

MACROS = "contient des macros"


ACTIVE = "contient du code ou une action automatique"


ENCLOSING = "contient d’autres fichiers ou une animation"


NESTED = "contient un autre fichier incorporé (document, archive ou programme)"


FOREIGN = "contient des données étrangères à son format"


DAMAGED = "est incomplet ou endommagé"


BOMB = "occupe une place démesurée une fois ouvert"


EXTERNAL = "dépend de fichiers extérieurs"


ELSEWHERE = "dépend de fichiers extérieurs"


LINK = "contient un lien vers autre chose qu’une page web ou une adresse de courriel"


COMMANDS = "contient des menus, des boutons ou des raccourcis qui lui sont propres"


DTD = "contient des définitions XML (DTD) interdites"


FIELDS = "contient un champ qui ouvre ou lance autre chose que le document"


FORMULA = "contient une formule qui appelle un autre programme, un autre fichier ou un site"


FOREIGN_ENCODING = "contient du texte dans un codage inattendu"


LOCKED = "est protégé"


UNREADABLE = "emploie une compression qui ne se vérifie pas"


INVISIBLE = "porte un nom qui contient des caractères invisibles"


RESERVED = "porte un nom réservé ou vide"


def patched(data: bytes, offset_from: bytes, shift: int, value: bytes) -> bytes:
    """Overwrite bytes at `shift` after the last `offset_from`."""
    at = data.rfind(offset_from) + shift
    return data[:at] + value + data[at + len(value) :]


def twice_named() -> bytes:
    """A document in which two parts bear one name."""
    buffer = io.BytesIO(office())
    with zipfile.ZipFile(buffer, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("word/document.xml", "<autre/>")
    return buffer.getvalue()


def encrypted_zip() -> bytes:
    data = bytearray(office())
    for signature, shift in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            data[at + shift] |= 1
    return bytes(data)


def lying_size() -> bytes:
    """The directory says that the last part is small; it isn't."""
    return patched(
        office(**{"word__document.xml": b"<d>" + bytes(5 * MEGABYTE) + b"</d>"}),
        b"PK\x01\x02",
        24,
        struct.pack("<L", 100),
    )


def content_of_objects(text: bytes, more: bytes = b"") -> bytes:
    return pdf(
        stream(zlib.compress(text), b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode" + more)
    )


def action(words: str) -> bytes:
    """A place on a page that does something once clicked."""
    return f"9 0 obj\n<< /Subtype /Link /A << /S {words} >> >>\nendobj\n".encode()


RUNS = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def compressed(opening: pikepdf.Object) -> bytes:
    """A PDF that does something when it is opened, said in a compressed stream of objects."""
    with pikepdf.open(io.BytesIO(pdf())) as made:
        made.Root.OpenAction = made.make_indirect(opening)
        return saved(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def enclosing(files: dict[str, bytes]) -> bytes:
    """A PDF with other files in it, as an electronic invoice has."""
    with pikepdf.open(io.BytesIO(pdf())) as made:
        for name, content in files.items():
            made.attachments[name] = pikepdf.AttachedFileSpec(made, content, filename=name)
        made.Root.AF = pikepdf.Array([made.attachments[name].obj for name in files])
        return saved(made)


def locked(*, user: str) -> bytes:
    with pikepdf.open(io.BytesIO(pdf())) as made:
        return saved(made, encryption=pikepdf.Encryption(owner="owner", user=user))


def saved(made: pikepdf.Pdf, **options) -> bytes:
    written = io.BytesIO()
    made.save(written, deterministic_id="encryption" not in options, **options)
    return written.getvalue()


LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>'


FETCHES = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


JAVASCRIPT = b"9 0 obj\n<< /S /JavaScript /JS (app.alert\\(1\\)) >>\nendobj\n"


MANIFEST = f'<m:m xmlns:m="{OASIS}:manifest:1.0">{{}}</m:m>'


FIELD = (
    b'<w:d xmlns:w="w"><w:instrText>D</w:instrText><w:r/>'
    b"<w:instrText>&#68;EAUTO c:\\\\cmd</w:instrText></w:d>"
)


IMAGE = '<draw:image xlink:href="{}"/>'
