"""Hostile PDF: what each is called, what it is, and why it must be refused."""

import zlib

from ess_portal.base.files.kinds import MEGABYTE
from tests.support.files import archive, pdf, stream
from tests.support.hostile_parts import (
    ACTIVE,
    BOMB,
    DAMAGED,
    ELSEWHERE,
    ENCLOSING,
    FOREIGN,
    JAVASCRIPT,
    LINK,
    LOCKED,
    RUNS,
    UNREADABLE,
    action,
    compressed,
    enclosing,
    locked,
)

BIG = zlib.compress(bytes(90 * MEGABYTE), 9)


def invoice(held: bytes, catalogue: bytes = b"") -> bytes:
    """A PDF whose enclosed file bears the name of an invoice's data, and holds `held`."""
    names = b"/Names << /EmbeddedFiles << /Names [(factur-x.xml) 6 0 R] >> >> "
    described = b"<< /Type /Filespec /F (factur-x.xml) /UF (factur-x.xml) /EF << %s >> >>" % held
    return pdf(
        b"6 0 obj\n" + described + b"\nendobj\n",
        stream(b"<a/>", b"", number=8),
        b"9 0 obj\n<< /S /GoTo /D [3 0 R /Fit] /Next << /S /JavaScript /JS (1) >> >>\nendobj\n",
        catalogue=names + catalogue,
    )


# Name, bytes (or how to make them), and how the sentence begins.
HOSTILE_PDFS = {
    "JavaScript": ("a.pdf", pdf(JAVASCRIPT), ACTIVE),
    "JavaScript on opening": (
        "a.pdf",
        pdf(catalogue=b"/OpenAction << /S /JavaScript /JS (1) >>"),
        ACTIVE,
    ),
    "JavaScript, escaped": (
        "a.pdf",
        pdf(JAVASCRIPT.replace(b"/JavaScript", b"/J#61va#53cript")),
        ACTIVE,
    ),
    "filters upon filters": (
        "a.pdf",
        pdf(
            stream(zlib.compress(zlib.compress(bytes(99))), b"/Filter [/FlateDecode /FlateDecode]")
        ),
        UNREADABLE,
    ),
    "JavaScript in a stream of objects": ("a.pdf", compressed(RUNS), ACTIVE),
    "launches a program": (
        "a.pdf",
        pdf(b"9 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj\n"),
        ACTIVE,
    ),
    "enclosed file": ("a.pdf", pdf(stream(b"MZ", b"/Type /EmbeddedFile")), ENCLOSING),
    "film": ("a.pdf", pdf(b"9 0 obj\n<< /Subtype /RichMedia >>\nendobj\n"), ENCLOSING),
    "dynamic form": (
        "a.pdf",
        pdf(catalogue=b"/AcroForm << /XFA [9 0 R] >>"),
        "contient un formulaire dynamique (XFA)",
    ),
    "a word of a text's structure that launches": (
        "a.pdf",
        pdf(b"9 0 obj\n<< /S /Launch /K 0 /F (cmd.exe) >>\nendobj\n"),
        ACTIVE,
    ),
    "a page that opens another file": (
        "a.pdf",
        pdf(action("/GoToR /F (a.pdf) /D [0 /Fit]")),
        ELSEWHERE,
    ),
    "a thread of another file": ("a.pdf", pdf(action("/Thread /F (a.pdf) /D 0")), ELSEWHERE),
    "a sound": ("a.pdf", pdf(action("/Sound /Sound 8 0 R")), ENCLOSING),
    "a link to a file": ("a.pdf", pdf(action("/URI /URI (file:///c:/a.exe)")), LINK),
    "a link to a share": ("a.pdf", pdf(action(r"/URI /URI (\\\\serveur\\partage)")), LINK),
    "a link that runs": ("a.pdf", pdf(action("/URI /URI (javascript:alert\\(1\\))")), LINK),
    "links that begin elsewhere": ("a.pdf", pdf(catalogue=b"/URI << /Base (file:///c:/) >>"), LINK),
    **{
        f"a link without scheme, {name}": ("a.pdf", pdf(action(f"/URI /URI ({uri})")), LINK)
        for name, uri in {
            "to a program": "evil.exe",
            "to a program above": r"..\\..\\evil.exe",
            "to a program above, by slashes": "../../evil.exe",
            "to a program of a folder": r"www.exemple.org\\evil.exe",
            "to a folder above a host": "www.exemple.org/../../evil.exe",
            "to a folder above a host, hidden": "www.exemple.org/%2e%2e/evil.exe",
            "to an old program": "evil.com",
            "to a script": "evil.js",
            "to a script of Windows": "evil.ws",
            "to a name alone": "evil",
            "to a place of a disk": "c:/evil.exe",
        }.items()
    },
    "a link that a sign hides": ("a.pdf", pdf(action(r"/URI /URI (https://x\001.example)")), LINK),
    "a link that searches": ("a.pdf", pdf(action("/URI /URI (search-ms:query=a)")), LINK),
    "links that begin on a share": (
        "a.pdf",
        pdf(catalogue=rb"/URI << /Base (\\\\serveur) >>"),
        LINK,
    ),
    "a page of another file": (
        "a.pdf",
        pdf(b"9 0 obj\n<< /Subtype /Form /Ref << /F (a.pdf) /Page 0 >> >>\nendobj\n"),
        ELSEWHERE,
    ),
    "a drawing of another file": (
        "a.pdf",
        pdf(b"9 0 obj\n<< /Subtype /Form /OPI << /2.0 << /F (a.tif) >> >> >>\nendobj\n"),
        ELSEWHERE,
    ),
    "opens on the web": (
        "a.pdf",
        pdf(catalogue=b"/OpenAction << /S /URI /URI (https://x.example) >>"),
        ACTIVE,
    ),
    "opens on a page, then on the web": (
        "a.pdf",
        pdf(
            catalogue=b"/OpenAction << /S /GoTo /D [3 0 R /Fit] "
            b"/Next << /S /URI /URI (http://x) >> >>"
        ),
        ACTIVE,
    ),
    "opens by importing": (
        "a.pdf",
        pdf(catalogue=b"/OpenAction << /S /Named /N /AcroForm:ImportFDF >>"),
        ACTIVE,
    ),
    "acts behind a kind of action": (
        "a.pdf",
        pdf(catalogue=b"/AA << /S /GoTo /WC << /S /URI /URI (http://x) >> >>"),
        ACTIVE,
    ),
    "opens on another file": (
        "a.pdf",
        pdf(catalogue=b"/OpenAction << /S /GoToR /F (a.pdf) /D [0 /Fit] >>"),
        ELSEWHERE,
    ),
    "acts when a page is turned": (
        "a.pdf",
        pdf(b"9 0 obj\n<< /AA << /O << /S /URI /URI (https://x.example) >> >> >>\nendobj\n"),
        ACTIVE,
    ),
    "one action after another": (
        "a.pdf",
        pdf(action("/GoTo /D [3 0 R /Fit] /Next [<< /S /SubmitForm /F (https://x.example) >>]")),
        ACTIVE,
    ),
    "an unknown action": ("a.pdf", pdf(action("/Brew")), ACTIVE),
    "a stream kept elsewhere": ("a.pdf", pdf(stream(b"", b"/F (a.bin)")), ELSEWHERE),
    "a screen": ("a.pdf", pdf(b"9 0 obj\n<< /Subtype /Screen >>\nendobj\n"), ENCLOSING),
    "three dimensions": ("a.pdf", pdf(b"9 0 obj\n<< /Subtype /3D >>\nendobj\n"), ENCLOSING),
    "a file pinned to a page": (
        "a.pdf",
        pdf(b"9 0 obj\n<< /Type /Filespec /F (a.exe) /EF << /F 8 0 R >> >>\nendobj\n"),
        ENCLOSING,
    ),
    "an invoice's data and a program": (
        "a.pdf",
        enclosing({"factur-x.xml": b"<a/>", "a.exe": b"MZ"}),
        ENCLOSING,
    ),
    "filters upon filters upon objects": ("a.pdf", pdf(stream(b"x", b"/Filter /Crypt")), LOCKED),
    "no page": (
        "a.pdf",
        pdf().replace(b"/Kids [3 0 R] /Count 1", b"/Kids [     ] /Count 0"),
        DAMAGED,
    ),
    "encrypted PDF": ("a.pdf", locked(user="secret"), LOCKED),
    "encrypted PDF that opens without a password": ("a.pdf", locked(user=""), LOCKED),
    "PDF bomb": ("a.pdf", lambda: pdf(stream(zlib.compress(bytes(120 * MEGABYTE), 9))), BOMB),
    "many PDF bombs": (
        "a.pdf",
        lambda: pdf(*[stream(BIG, number=number) for number in range(9, 18)]),
        BOMB,
    ),
    "PDF then zip": ("a.pdf", pdf() + archive({"a": b"a"}), FOREIGN),
    "zip inside a PDF": ("a.pdf", pdf(stream(archive({"a": b"a"}), b"")), FOREIGN),
    "PDF with a web page": (
        "a.pdf",
        pdf().replace(b"\n", b"\n%<script>alert(1)</script>\n", 1),
        FOREIGN,
    ),
    "PDF cut short": ("a.pdf", pdf()[:-20], DAMAGED),
    "code behind an invoice's name": (
        "a.pdf",
        invoice(b"/F 8 0 R /Zz 1 0 R", catalogue=b"/OpenAction << /S /JavaScript /JS (1) >> "),
        ACTIVE,
    ),
    "a page that acts, as an invoice": (
        "a.pdf",
        invoice(b"/F 3 0 R").replace(b"/Type /Page ", b"/Type /Page /AA << /O 9 0 R >> "),
        ACTIVE,
    ),
    "an action behind an invoice": (
        "a.pdf",
        invoice(b"/F 9 0 R", catalogue=b"/OpenAction 9 0 R "),
        ACTIVE,
    ),
    "a root nobody numbers": (
        "a.pdf",
        pdf().replace(
            b"/Root 1 0 R",
            b"/Root << /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (1) >> >>",
        ),
        DAMAGED,
    ),
    "a zip before what is left out": (
        "a.pdf",
        pdf(
            stream(archive({"a.exe": b"MZ"}), b""),
            stream(bytes(80_000), b"", number=10),
            catalogue=b"/Held 9 0 R ",
        ),
        FOREIGN,
    ),
}
