"""Hostile documents of Word and PowerPoint: what each is called, and why it is refused."""

from html import escape

from tests.support.files import office, relations
from tests.support.hostile_parts import (
    EXTERNAL,
    FIELDS,
    FOREIGN_ENCODING,
    LINK,
    MACROS,
    NESTED,
)

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
VML = "urn:schemas-microsoft-com:vml"


def part(path: str, content: str | bytes, kind: str = "docx") -> bytes:
    """A document with this part more, or instead."""
    content = content.encode() if isinstance(content, str) else content
    return office(kind, **{path: content})


def word(body: str) -> bytes:
    """A Word document whose text is `body`."""
    return part("word/document.xml", written(body))


def written(body: str) -> str:
    """A text of Word."""
    return f'<w:document xmlns:w="{WORD}">{body}</w:document>'


def run(said: str, element: str = "instrText") -> str:
    return f"<w:r><w:{element}>{escape(said)}</w:{element}></w:r>"


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def field(*said: str) -> str:
    """A field cut into runs; what begins with "<" is ready-made."""
    code = "".join(one if one.startswith("<") else run(one) for one in said)
    return f"<w:p>{mark('begin')}{code}{mark('separate')}{run('1', 't')}{mark('end')}</w:p>"


def alternatives(first: str, other: str) -> str:
    """The second is read by who doesn't understand what the first asks for."""
    space = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    return (
        f'<m:AlternateContent xmlns:m="{space}"><m:Choice Requires="x">{first}</m:Choice>'
        f"<m:Fallback>{other}</m:Fallback></m:AlternateContent>"
    )


def simple(said: str) -> str:
    return f'<w:p><w:fldSimple w:instr="{escape(said)}"><w:r/></w:fldSimple></w:p>'


def tied(kind: str, target: str, mode: str = "External", part: str = "document") -> bytes:
    """A Word document tied to something by a relationship."""
    return office(**{f"word___rels__{part}.xml.rels": relations((kind, target, mode))})


def settings(said: str) -> bytes:
    return office(**{"word__settings.xml": f'<w:s xmlns:w="{WORD}">{said}</w:s>'.encode()})


def drawn(said: str, kind: str = "docx") -> bytes:
    """A document with a shape."""
    return part("docProps/custom.xml", f'<d xmlns:a="a" xmlns:v="{VML}">{said}</d>', kind)


def all_fields() -> dict:
    refused = {
        "picture": 'INCLUDEPICTURE "http://x.example/a.png" \\d',
        "text": r'INCLUDETEXT "\\\\serveur\\a.docx"',
        "old inclusion": "INCLUDE a.docx",
        "import": r"IMPORT \\\\serveur\\a.png",
        "link": r"LINK Excel.Sheet.12 \\\\serveur\\a.xlsx",
        "DDE": "DDE cmd a",
        "DDE by itself": "DDEAUTO cmd a",
        "base": "DATABASE \\d a.mdb",
        "other document": "RD a.docx",
        "macro": "MACROBUTTON Ouvrir ici",
        "code of letters": "QUOTE 68 68 69",
        "program": "EMBED Package",
        "control": "CONTROL Forms.HTML:Hidden.1",
        "printer": "PRINT \\p page a",
        "unknown": "BREW a",
    }
    links = {
        "share": r'HYPERLINK "\\\\serveur\\a"',
        "share by slashes": 'HYPERLINK "//serveur/a"',
        "file": 'HYPERLINK "file:///c:/a.exe"',
        "root": "HYPERLINK /a.exe",
        "program beside": "HYPERLINK evil.exe",
        "script": "HYPERLINK javascript:alert(1)",
        "search": 'HYPERLINK "search-ms:query=a&crumb=location:\\\\\\\\serveur"',
        "share after a tip": r'HYPERLINK \o "a" "\\\\serveur\\a"',
        "without an end": 'HYPERLINK "',
    }
    return {
        f"field, {name}": ("a.docx", word(field(f" {said} ")), FIELDS)
        for name, said in (refused | links).items()
    }


FETCH = "INCLUDEPICTURE http://x.example/a.png"
HOSTILE_OFFICE = {
    **all_fields(),
    "field in an attribute": ("a.docx", word(simple(FETCH)), FIELDS),
    "field in small letters": ("a.docx", word(field("\t includePicture a")), FIELDS),
    "field cut into runs": (
        "a.docx",
        word(field("INCL", "UDEPIC", "TURE a.png")),
        FIELDS,
    ),
    "field in a header": (
        "a.docx",
        part("word/header1.xml", written(field(FETCH))),
        FIELDS,
    ),
    "field written as a text": (
        "a.docx",
        word(field(run(FETCH, "t"))),
        FIELDS,
    ),
    "field within a field": ("a.docx", word(field(" IF 1 = 1 ", field(FETCH), " b ")), FIELDS),
    "name of a field by another": ("a.docx", word(field(field("SET a b"), "PICTURE a")), FIELDS),
    "field that was struck out": (
        "a.docx",
        word(field(f"<w:r><w:delInstrText>{FETCH}</w:delInstrText></w:r>")),
        FIELDS,
    ),
    "field without an end": ("a.docx", word(mark("begin") + run(FETCH)), FIELDS),
    "field after another's end": ("a.docx", word(field("PAGE") + run(FETCH)), FIELDS),
    "field behind an alternative": (
        "a.docx",
        word(field(alternatives(run("PAGE "), run(FETCH)))),
        FIELDS,
    ),
    "field that an alternative ends": (
        "a.docx",
        word(field(" HYPERLINK ", alternatives(mark("separate"), ""), run(r"\\\\a", "t"))),
        FIELDS,
    ),
    "field behind what is ignored": (
        "a.docx",
        word(field(f'<x:a xmlns:x="x">{run("PAGE ")}</x:a>', FETCH)),
        FIELDS,
    ),
    "text of a field behind what is ignored": (
        "a.docx",
        word(field(f'<x:a xmlns:x="x">{run("PAGE ", "t")}</x:a>', FETCH)),
        FIELDS,
    ),
    "field after what is ignored": (
        "a.docx",
        word(field(f'<w:r><w:instrText><x:a xmlns:x="x"/>{FETCH}</w:instrText></w:r>')),
        FIELDS,
    ),
    "mark of a field that is said twice": (
        "a.docx",
        word(
            mark("begin")
            + run(" HYPERLINK ")
            + '<w:fldChar xmlns:x="x" x:fldCharType="separate" w:fldCharType="begin"/>'
            + run(r"\\\\a", "t")
        ),
        FIELDS,
    ),
    "field whose middle is struck out": (
        "a.docx",
        word(field(" HYPERLINK ", f"<w:del>{mark('separate')}</w:del>", run(r"\\\\a", "t"))),
        FIELDS,
    ),
    "field behind what is struck out": (
        "a.docx",
        word(field(f"<w:del>{run('PAGE ')}</w:del>", FETCH)),
        FIELDS,
    ),
    "field behind what was inserted": (
        "a.docx",
        word(field(f"<w:ins>{run('PAGE ')}</w:ins>", FETCH)),
        FIELDS,
    ),
    "field of another name space": (
        "a.docx",
        part("word/document.xml", f'<d xmlns:x="{WORD}"><x:fldSimple x:instr="LINK a"/></d>'),
        FIELDS,
    ),
    # Relationships
    "sub-document": ("a.docx", tied("subDocument", "file:///a.docx"), EXTERNAL),
    "frame": ("a.docx", tied("frame", "http://x.example/", part="webSettings"), EXTERNAL),
    "template of a share": (
        "a.docx",
        tied("attachedTemplate", r"\\serveur\a.dotm", part="settings"),
        EXTERNAL,
    ),
    "picture tied as a link": (
        "a.docx",
        part(
            "word/footer1.xml",
            '<w:p xmlns:w="w" xmlns:a="a" xmlns:r="http://schemas.openxmlformats.org/officeDocument'
            '/2006/relationships"><a:blip r:link="r0"/></w:p>',
            "docx",
        ),
        EXTERNAL,
    ),
    "template within": ("a.docx", tied("attachedTemplate", "a.dotm", "", "settings"), EXTERNAL),
    "source of a mailing": ("a.docx", tied("mailMergeSource", "a.csv", part="settings"), EXTERNAL),
    "mailing": (
        "a.docx",
        settings('<w:mailMerge><w:connectString w:val="DSN=a"/></w:mailMerge>'),
        EXTERNAL,
    ),
    "picture of a share, said within": ("a.docx", tied("image", r"\\serveur\a.png", ""), EXTERNAL),
    "picture by slashes, said within": ("a.docx", tied("image", "//serveur/a.png", ""), EXTERNAL),
    "tie of an unknown kind": ("a.docx", tied("webextension", "a.xml", ""), EXTERNAL),
    "film": (
        "a.docx",
        tied("video", "media/a.mp4", ""),
        EXTERNAL,
    ),
    "link to a share": ("a.docx", tied("hyperlink", r"\\serveur\partage"), LINK),
    "link by slashes": ("a.docx", tied("hyperlink", "//serveur/partage"), LINK),
    "link to the root": ("a.docx", tied("hyperlink", "/a.exe"), LINK),
    "link to a program beside": ("a.docx", tied("hyperlink", "evil.exe"), LINK),
    "link that leads up": ("a.docx", tied("hyperlink", "../evil.exe"), LINK),
    "link with a share in it": ("a.docx", tied("hyperlink", r"https:\\serveur\a"), LINK),
    "link that searches": ("a.docx", tied("hyperlink", "search-ms:query=a"), LINK),
    "link that starts an installer": (
        "a.docx",
        tied("hyperlink", "ms-appinstaller:?a"),
        LINK,
    ),
    "link's base": (
        "a.docx",
        part("docProps/app.xml", r"<P><HyperlinkBase>\\serveur\a</HyperlinkBase></P>"),
        LINK,
    ),
    # Shapes
    "shape filled from elsewhere": (
        "a.docx",
        drawn('<v:shape><v:imagedata src="http://x.example/a.png"/></v:shape>'),
        EXTERNAL,
    ),
    "shape that leads to a share": ("a.docx", drawn(r'<v:shape href="\\serveur\a"/>'), LINK),
    "shape that starts a program": (
        "a.pptx",
        drawn('<a:hlinkClick action="ppaction://program"/>', "pptx"),
        LINK,
    ),
    "shape that opens a file": (
        "a.pptx",
        drawn('<a:hlinkHover action="ppaction://hlinkfile"/>', "pptx"),
        LINK,
    ),
    "link said to be wrong": ("a.pptx", drawn(r'<a:hlinkClick invalidUrl="\\a"/>', "pptx"), LINK),
    "film of the web": ("a.docx", drawn('<a:v embeddedHtml="&lt;iframe&gt;"/>'), EXTERNAL),
    "macro of a button": (
        "a.xlsx",
        drawn(r"<a:FmlaMacro>'\\serveur\a.xlsm'!b</a:FmlaMacro>", "xlsx"),
        MACROS,
    ),
    "link that takes a file along": (
        "a.docx",
        tied("hyperlink", "mailto:a@b.example?subject=c&amp;attach=/etc/passwd"),
        LINK,
    ),
    "macro of another workbook": (
        "a.xlsx",
        drawn(r"""<a:sp macro="'\\serveur\a.xlsm'!b"/>""", "xlsx"),
        MACROS,
    ),
    # Parts
    **{
        f"part of an unexpected kind: {extension}": (
            "a.docx",
            part(f"word/media/a.{extension}", "a"),
            NESTED,
        )
        for extension in (
            "hta",
            "wsf",
            "bat",
            "ps1",
            "lnk",
            "url",
            "scr",
            "vbs",
            "iqy",
            "mp4",
        )
    },
    "part without extension": ("a.docx", part("word/media/image", "a"), NESTED),
    "binary that isn't a printer's": (
        "a.xlsx",
        part("xl/model/a.bin", "a", "xlsx"),
        NESTED,
    ),
    "text called a picture": (
        "a.docx",
        part("word/media/a.png", " " * 200 + written(field(FETCH))),
        FIELDS,
    ),
    "text of wide letters called a picture": (
        "a.docx",
        part("word/media/a.png", written(field(FETCH)).encode("utf-16")),
        FOREIGN_ENCODING,
    ),
}
