"""Hostile files: what each is called, what it is, and why it must be refused."""

import zlib

from ess_portal.base.files.kinds import MEGABYTE, MOST_BYTES
from tests.support.files import (
    JPEG,
    archive,
    chunk,
    document,
    jpeg,
    odf,
    office,
    pdf,
    png,
    relations,
    segment,
    types,
)
from tests.support.hostile_office import HOSTILE_OFFICE
from tests.support.hostile_opendocument import HOSTILE_OPENDOCUMENTS
from tests.support.hostile_parts import (
    BOMB,
    DAMAGED,
    DTD,
    EXTERNAL,
    FETCHES,
    FIELD,
    FIELDS,
    FOREIGN,
    FOREIGN_ENCODING,
    IMAGE,
    INVISIBLE,
    LAUGHS,
    LINK,
    MACROS,
    MANIFEST,
    NESTED,
    RESERVED,
    encrypted_zip,
    lying_size,
    patched,
    twice_named,
)
from tests.support.hostile_pdfs import HOSTILE_PDFS
from tests.support.hostile_ties import HOSTILE_TIES
from tests.support.hostile_workbooks import HOSTILE_WORKBOOKS

# Name, bytes (or how to make them, when there are many), and how the sentence begins.
HOSTILE = {
    # Names
    "program after a document's name": ("facture.pdf.exe", b"MZ", "n’est pas d’un type accepté"),
    "document after a program's name": (
        "facture.exe.pdf",
        pdf(),
        "porte deux extensions, dont « .exe »",
    ),
    "two kinds in one name": ("photo.docx.pdf", pdf(), "porte deux extensions, dont « .docx »"),
    "reading turned around": ("a.pdf\u202egpj.pdf", pdf(), INVISIBLE),
    "no width": ("a\u200b.pdf", pdf(), INVISIBLE),
    "zero in the name": ("a.pdf\0.png", pdf(), INVISIBLE),
    "name of a device": ("CON.pdf", pdf(), RESERVED),
    "name of a port": ("lpt1.tar.pdf", pdf(), RESERVED),
    "nothing but an extension": (".pdf", pdf(), RESERVED),
    "no extension": ("facture", pdf(), "n’a pas d’extension"),
    "format with macros": ("a.docm", office(), "n’est pas d’un type accepté"),
    "web page": ("a.html", b"<html>", "n’est pas d’un type accepté"),
    # Disguises
    "empty": ("a.pdf", b"", "est vide"),
    "too big": ("a.pdf", lambda: bytes(MOST_BYTES + 1), "pèse plus de 10 Mo"),
    "program": ("a.pdf", b"MZ\x90\0" + bytes(99), "n’est pas un fichier PDF, malgré son nom"),
    "web page in disguise": (
        "a.png",
        b"<html><script>",
        "n’est pas un fichier image PNG, malgré son nom",
    ),
    "picture as document": ("a.pdf", png(), "n’est pas un fichier PDF, malgré son nom"),
    "spreadsheet as text": (
        "a.docx",
        office("xlsx"),
        "n’est pas un fichier document Word, malgré son nom",
    ),
    "ODF as another": (
        "a.odt",
        odf("ods"),
        "n’est pas un fichier texte OpenDocument, malgré son nom",
    ),
    "plain zip": ("a.docx", archive({"a.txt": b"a"}), "n’est pas un document Word, malgré son nom"),
    "old Word": (
        "a.docx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
        "est d’un ancien format (.doc, .xls, .ppt) ou protégé par un mot de passe",
    ),
    "GIF first, then PDF": ("a.pdf", b"GIF89a" + pdf(), "n’est pas un fichier PDF, malgré son nom"),
    **HOSTILE_PDFS,
    # Office
    "macros": ("a.docx", office(**{"word__vbaProject.bin": b"\0"}), MACROS),
    "macros by their content type": (
        "a.docx",
        office(
            **{
                "[Content_Types].xml": types(
                    "docx", main="application/vnd.ms-word.document.macroEnabled.main+xml"
                )
            }
        ),
        MACROS,
    ),
    "macros under another name": (
        "a.docx",
        office(**{"word___rels__document.xml.rels": relations(("vbaProject", "image.dat", ""))}),
        MACROS,
    ),
    "template fetched": (
        "a.docx",
        office(
            **{
                "word___rels__settings.xml.rels": relations(
                    ("attachedTemplate", "https://x.example/a.dotm", "External")
                )
            }
        ),
        EXTERNAL,
    ),
    "picture fetched": (
        "a.docx",
        office(
            **{
                "word___rels__document.xml.rels": relations(
                    ("image", "http://x.example/a.png", "External")
                )
            }
        ),
        EXTERNAL,
    ),
    "link to a script": (
        "a.docx",
        office(
            **{
                "word___rels__document.xml.rels": relations(
                    ("hyperlink", "file:///c:/a.exe", "External")
                )
            }
        ),
        LINK,
    ),
    "linked spreadsheet": (
        "a.xlsx",
        office("xlsx", **{"xl__externalLinks__externalLink1.xml": b"<a/>"}),
        EXTERNAL,
    ),
    "OLE object": (
        "a.docx",
        office(**{"word__embeddings__oleObject1.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}),
        NESTED,
    ),
    "OLE object under another name": (
        "a.docx",
        office(**{"word__media__image1.png": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}),
        NESTED,
    ),
    "ActiveX": ("a.docx", office(**{"word__activeX__activeX1.xml": b"<a/>"}), NESTED),
    "document in a document": ("a.docx", office(**{"word__media__image1.png": office()}), NESTED),
    "program in a document": ("a.docx", office(**{"word__media__image1.png": b"MZ\x90"}), NESTED),
    "web page imported": (
        "a.docx",
        office(**{"word___rels__document.xml.rels": relations(("aFChunk", "a.dat", ""))}),
        NESTED,
    ),
    "command in a field": (
        "a.docx",
        office(**{"word__document.xml": FIELD}),
        FIELDS,
    ),
    "billion laughs": ("a.docx", office(**{"word__document.xml": LAUGHS}), DTD),
    "entity that fetches": ("a.docx", office(**{"[Content_Types].xml": FETCHES}), DTD),
    "entity under another name": ("a.docx", office(**{"word__media__a.png": FETCHES}), DTD),
    "XML in another encoding": (
        "a.docx",
        office(**{"word__document.xml": LAUGHS.decode().encode("utf-16")}),
        FOREIGN_ENCODING,
    ),
    "no list of types": (
        "a.docx",
        office(**{"[Content_Types].xml": None}),
        "n’est pas un document Word, malgré son nom",
    ),
    **HOSTILE_OFFICE,
    **HOSTILE_WORKBOOKS,
    **HOSTILE_TIES,
    # Zip
    "zip bomb": ("a.docx", lambda: office(**{"word__document.xml": bytes(50 * MEGABYTE)}), BOMB),
    "zip bomb in pieces": (
        "a.docx",
        lambda: archive(
            {"[Content_Types].xml": types("docx")}
            | {f"{n}.xml": bytes(MEGABYTE) for n in range(101)}
        ),
        BOMB,
    ),
    "zip of too many parts": (
        "a.docx",
        lambda: archive({"[Content_Types].xml": b""} | {str(n): b"" for n in range(2001)}),
        BOMB,
    ),
    "size that lies": ("a.docx", lying_size, FOREIGN),
    "path that leads out": (
        "a.docx",
        office(**{"..__..__x.xml": b"<a/>"}),
        "contient un chemin interdit",
    ),
    "path of a machine": (
        "a.docx",
        office(**{"C:\\x.xml": b"<a/>"}),
        "contient un chemin interdit",
    ),
    "encrypted zip": ("a.docx", encrypted_zip(), "est protégé par un mot de passe"),
    "two parts of one name": ("a.docx", twice_named(), FOREIGN),
    "data before the zip": (
        "a.docx",
        b"#!/bin/sh\n" + office(),
        "n’est pas un fichier document Word, malgré son nom",
    ),
    "data after the zip": ("a.docx", office() + b"<script>", FOREIGN),
    "data between the parts": (
        "a.docx",
        office().replace(b"PK\x01\x02", b"MZ\x90\0PK\x01\x02", 1),
        FOREIGN,
    ),
    "part damaged": ("a.docx", patched(office(), b"PK\x01\x02", 16, b"\1\2\3\4"), FOREIGN),
    # ODF
    "ODF macros": ("a.odt", odf(**{"Basic__Standard__Module1.xml": b"<a/>"}), MACROS),
    "ODF scripts": ("a.odt", odf(**{"Scripts__python__a.py": b"import os"}), MACROS),
    "ODF event": (
        "a.odt",
        odf(
            **{
                "content.xml": document(
                    '<script:event-listener xlink:href="vnd.sun.star.script:a"/>'
                )
            }
        ),
        MACROS,
    ),
    "ODF object": ("a.odt", odf(**{"Object 1": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), NESTED),
    "ODF object of a program": (
        "a.odt",
        odf(**{"content.xml": document("<draw:object-ole/>")}),
        NESTED,
    ),
    "ODF picture fetched": (
        "a.odt",
        odf(**{"content.xml": document(IMAGE.format("http://x.example/a.png"))}),
        EXTERNAL,
    ),
    "ODF picture of a machine": (
        "a.odt",
        odf(**{"content.xml": document(IMAGE.format("../../etc/passwd"))}),
        EXTERNAL,
    ),
    "ODF encrypted": (
        "a.odt",
        odf(**{"META-INF__manifest.xml": MANIFEST.format("<m:encryption-data/>").encode()}),
        "est protégé par un mot de passe",
    ),
    "ODF entity": ("a.odt", odf(**{"content.xml": FETCHES}), DTD),
    "ODF without manifest": ("a.odt", odf(**{"META-INF__manifest.xml": None}), DAMAGED),
    "ODF XML broken": ("a.odt", odf(**{"content.xml": b"<a><b></a>"}), DAMAGED),
    **HOSTILE_OPENDOCUMENTS,
    # Pictures
    "PNG of too many points": (
        "a.png",
        png(20_000, 20_000, b""),
        "compte plus de 50 millions de points",
    ),
    "PNG text bomb": (
        "a.png",
        lambda: png(2, 2, None, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(9 * MEGABYTE)))),
        DAMAGED,
    ),
    "PNG cut short": ("a.png", png()[:-6], DAMAGED),
    "PNG altered": ("a.png", patched(png(), b"IDAT", 6, b"\xff"), DAMAGED),
    "PNG then zip": ("a.png", png() + archive({"a": b"a"}), FOREIGN),
    "PNG with a web page": (
        "a.png",
        png(2, 2, None, chunk(b"tEXt", b"a\0<script>1</script>")),
        FOREIGN,
    ),
    "PNG with a program": (
        "a.png",
        png(2, 2, None, chunk(b"tEXt", b"a\0<?php system(1)")),
        FOREIGN,
    ),
    "JPEG of too many points": (
        "a.jpg",
        JPEG.replace(b"\x00\x08\x00\x08\x01\x01\x11", b"\xff\xff\xff\xff\x01\x01\x11"),
        "compte plus de 50 millions de points",
    ),
    "JPEG cut short": ("a.jpg", JPEG[:-2], DAMAGED),
    "JPEG then web page": ("a.jpg", JPEG + b"<script>alert(1)</script>", FOREIGN),
    "JPEG with a web page": ("a.jpg", jpeg(segment(0xFE, b"<script>alert(1)</script>")), FOREIGN),
    "JPEG without points": (
        "a.jpg",
        JPEG.replace(b"\x00\x08\x00\x08\x01\x01\x11", b"\0\0\0\0\x01\x01\x11"),
        DAMAGED,
    ),
    "JPEG of many scans": (
        "a.jpg",
        lambda: JPEG[:-2] + JPEG[JPEG.index(b"\xff\xda") : -2] * 101 + JPEG[-2:],
        BOMB,
    ),
}
