"""What suites, phones and scanners write gets in, and what it loses on the way."""

import base64
import struct
import zlib
from io import BytesIO

import pikepdf
import pytest
from PIL import ExifTags, Image, PngImagePlugin

from actions.committee.documents.minutes import minutes_pdf
from ess_portal.base.files.inspection import inspect
from ess_portal.base.files.kinds import BY_EXTENSION, KINDS
from tests.support import session_samples as samples
from tests.support.files import (
    GOOD,
    chunk,
    document,
    jpeg,
    odf,
    office,
    pdf,
    png,
    relations,
    segment,
    stream,
)
from tests.support.hostile_parts import action, enclosing
from tests.support.pdf import text_of

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_of_each_kind_is_accepted(name):
    file = inspect(name, GOOD[name])

    assert (file.name, file.kind, file.notes) == (name, BY_EXTENSION[name.rpartition(".")[2]], ())


def test_each_kind_has_its_good_file():
    assert {inspect(name, data).kind.code for name, data in GOOD.items()} == set(KINDS)


def interlaced(width: int, height: int, drawn: int) -> bytes:
    header = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 1)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(drawn)))
        + chunk(b"IEND", b"")
    )


ALSO_GOOD = {
    "a long letter": (
        "a.docx",
        office(**{"word__document.xml": b"<d>" + b"mot " * 100_000 + b"</d>"}),
    ),
    "a link to click": (
        "a.docx",
        office(
            **{
                "word___rels__document.xml.rels": relations(
                    ("hyperlink", "https://exemple.example", "External")
                )
            }
        ),
    ),
    "settings of a printer": (
        "a.xlsx",
        office("xlsx", **{"xl__printerSettings__printerSettings1.bin": b"\0\1"}),
    ),
    "a chart in a spreadsheet": ("a.ods", odf("ods", **{"Object 1__content.xml": document()})),
    "an ODF link to click": (
        "a.odt",
        odf(
            **{"content.xml": document('<text:a xlink:href="https://exemple.example">ici</text:a>')}
        ),
    ),
    "a PDF that opens on a page": ("a.pdf", pdf(catalogue=b"/OpenAction [3 0 R /Fit]")),
    "a PDF with a link": (
        "a.pdf",
        pdf(b"9 0 obj\n<< /S /URI /URI (https://x.example) >>\nendobj\n"),
    ),
    "a PDF of objects in streams": (
        "a.pdf",
        pdf(
            stream(
                zlib.compress(b"8 0 << /Type /Font >>"),
                b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode",
            )
        ),
    ),
    "a PDF written in letters": (
        "a.pdf",
        pdf(
            stream(
                base64.a85encode(zlib.compress(b"BT ET" * 99)) + b"~>",
                b"/Filter [/ASCII85Decode /FlateDecode]",
            )
        ),
    ),
    "a Word document with a chart": (
        "a.docx",
        office(
            **{
                "word__embeddings__Classeur1.xlsx": office("xlsx"),
                "word__charts___rels__chart1.xml.rels": relations(
                    ("package", "../embeddings/Classeur1.xlsx", "")
                ),
            }
        ),
    ),
    **{
        f"a link without its http: {uri}": ("a.pdf", pdf(action(f"/URI /URI ({uri})")))
        for uri in (
            *("www.exemple.example", "www.exemple.com/a/b?c=d", "exemple.org", "asso.exemple.fr/a"),
            *("www.exemple.fr:8000/", "mailto:ana@exemple.example", "HTTPS://exemple.example", ""),
        )
    },
    "links that begin on a site": (
        "a.pdf",
        pdf(catalogue=b"/URI << /Base (https://x.example) >>"),
    ),
    "a PDF whose table is lost": ("a.pdf", pdf().replace(b"xref\n0 1", b"lost\n0 1")),
    "an interlaced picture": ("a.png", interlaced(5, 5, 86)),
    "a picture with text": ("a.png", png(2, 2, None, chunk(b"tEXt", b"Title\0Plan"))),
    "a photo with a comment": ("a.jpg", jpeg(segment(0xFE, b"Clermont"))),
}


@pytest.mark.parametrize("case", ALSO_GOOD)
def test_what_suites_and_phones_write_is_accepted(case):
    name, data = ALSO_GOOD[case]

    assert inspect(name, data).name == name


def test_our_own_documents_are_accepted():
    document = minutes_pdf(samples.minutes())

    kept = inspect("compte-rendu.pdf", document).data

    assert text_of(kept) == text_of(document)


def read_again(picture: bytes) -> Image.Image:
    return Image.open(BytesIO(picture))


def photo(size=(40, 30), mode="RGB", **options) -> bytes:
    """A picture whose left half is black and right half white."""
    made = Image.new("RGB", size, "white")
    made.paste("black", (0, 0, size[0] // 2, size[1]))
    written = BytesIO()
    made.convert(mode).save(written, options.pop("format", "JPEG"), **options)
    return written.getvalue()


def as_a_phone_writes_it() -> bytes:
    """Held upright, with its place, and the film of the moment behind it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Model] = "Téléphone d’Ana"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (45.0, 46.0, 47.0)
    return photo(exif=exif, comment=b"chez moi") + b"\0\0\0\x18ftypmp42" + bytes(5000)


def test_a_phones_photo_loses_its_place_and_its_film_but_stands_upright():
    sent = as_a_phone_writes_it()

    kept = inspect("photo.jpg", sent).data

    picture = read_again(kept)
    assert (picture.size, dict(picture.getexif()), picture.info.get("comment")) == (
        (30, 40),
        {},
        None,
    )
    assert [word for word in (b"Exif", b"phone", b"ftyp", b"chez moi") if word in kept] == []
    # Turned by a quarter: the black half is above.
    assert [is_black(picture, at) for at in ((15, 5), (15, 35))] == [True, False]


def is_black(picture: Image.Image, at: tuple[int, int]) -> bool:
    return picture.convert("RGB").convert("L").getpixel(at) < 128


@pytest.mark.parametrize(
    ("name", "sent", "mode"),
    [
        ("a.jpg", photo(mode="CMYK"), "RGB"),
        ("a.jpg", photo(mode="L"), "L"),
        ("a.jpg", photo(progressive=True), "RGB"),
        ("a.png", photo(mode="RGBA", format="PNG"), "RGBA"),
        ("a.png", photo(mode="L", format="PNG"), "L"),
    ],
)
def test_pictures_keep_what_is_drawn(name, sent, mode):
    picture = read_again(inspect(name, sent).data)

    assert (picture.size, picture.mode) == ((40, 30), mode)
    assert [is_black(picture, at) for at in ((5, 15), (35, 15))] == [True, False]


def test_a_picture_one_sees_through_stays_so():
    made = Image.new("P", (4, 4))
    written = BytesIO()
    made.save(written, "PNG", transparency=0)

    assert read_again(inspect("a.png", written.getvalue()).data).info["transparency"] == 0


def test_texts_and_profiles_of_a_picture_are_not_kept():
    about = PngImagePlugin.PngInfo()
    about.add_text("Author", "Ana")
    sent = photo(format="PNG", pnginfo=about, icc_profile=b"profile", dpi=(300, 300))

    assert read_again(inspect("a.png", sent).data).info == {}


def test_a_photo_of_twelve_million_points_is_looked_into_in_time():
    noise = Image.effect_noise((4000, 3000), 60).convert("RGB")
    written = BytesIO()
    noise.save(written, "JPEG", quality=70)

    assert read_again(inspect("a.jpg", written.getvalue()).data).size == (4000, 3000)


def test_the_same_file_is_kept_as_the_same_bytes():
    for name, sent in {"a.jpg": as_a_phone_writes_it(), "a.pdf": pdf(), "a.png": png()}.items():
        assert inspect(name, sent).data == inspect(name, sent).data


def test_an_electronic_invoice_is_kept_without_its_data():
    sent = enclosing({"factur-x.xml": b"<rsm:CrossIndustryInvoice/>"})

    file = inspect("facture.pdf", sent)

    assert file.notes == (
        "Les données de facture (Factur-X) qu’il contenait n’ont pas été gardées.",
    )
    with pikepdf.open(BytesIO(file.data)) as kept:
        assert (list(kept.attachments), "/AF" in kept.Root, len(kept.pages)) == ([], False, 1)
    assert b"CrossIndustryInvoice" not in file.data


def test_a_signed_pdf_is_kept_without_a_signature_that_would_look_false():
    sent = pdf(
        b"8 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /Contents <00> >>\nendobj\n",
        b"9 0 obj\n<< /FT /Sig /T (Signature) /V 8 0 R >>\nendobj\n",
        catalogue=b"/AcroForm << /SigFlags 3 /Fields [9 0 R] >> /Perms << /DocMDP 8 0 R >>",
    )

    file = inspect("statuts.pdf", sent)

    assert file.notes == (
        "Sa signature électronique ne vaut plus dans la copie gardée ici\u00a0: conservez "
        "l’original.",
    )
    assert (b"PPKLite" in file.data, b"DocMDP" in file.data) == (False, False)
