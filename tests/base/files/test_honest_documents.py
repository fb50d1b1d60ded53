"""What people write with a suite gets in: fields, formulas, links, charts, pictures."""

import pytest

from ess_portal.base.files.inspection import inspect
from tests.support.files import odf, office, png, relations
from tests.support.hostile_office import (
    alternatives,
    drawn,
    field,
    mark,
    part,
    run,
    simple,
    tied,
    word,
    written,
)
from tests.support.hostile_opendocument import cell, opened, said
from tests.support.hostile_ties import calling
from tests.support.hostile_workbooks import named, sheet, told
from tests.support.samples import some_at_once

pytestmark = pytest.mark.slow

FIELDS = (
    r' TOC \o "1-3" \h \z \u ',
    " PAGE ",
    r"NUMPAGES \* MERGEFORMAT",
    r" REF _Ref123 \h ",
    r" PAGEREF _Toc123 \h ",
    r' DATE \@ "d MMMM yyyy" ',
    r' CREATEDATE \@ "dd/MM/yyyy" ',
    " MERGEFIELD Date_de_réunion ",
    r" SEQ Figure \* ARABIC ",
    r' STYLEREF "Titre 1" ',
    "=SUM(ABOVE)",
    r" = SUM(A1:A3) \# 0,00 ",
    " FORMTEXT ",
    "Page",
    "ADDIN ZOTERO_ITEM CSL_CITATION {}",
    ' HYPERLINK "https://exemple.example/a?b=c#d" ',
    " HYPERLINK https://exemple.example ",
    r' HYPERLINK "http://exemple.example" \o "C:\\un\\conseil" \t "_blank" ',
    r' HYPERLINK \l "_Toc123" ',
    ' HYPERLINK "mailto:ana@exemple.example?subject=Bonjour" ',
    ' hyperlink "HTTPS://exemple.example" ',
    " HYPERLINK “https://exemple.example” ",
    ' HYPERLINK "#signet" ',
    "",
)
REVISED = (
    '<w:p><w:ins w:author="Ana"><w:r><w:t>oui</w:t></w:r></w:ins><w:del w:author="Ana">'
    f"{mark('begin')}{run(' PAGE ', 'delInstrText')}{mark('separate')}{run('1', 'delText')}"
    f"{mark('end')}</w:del>{run('QUOTE, INCLUDETEXT et LINK sont des mots', 't')}</w:p>"
)
COUNTED = (
    "SUM(A1:A3)",
    'IF(AND(A1>1,B1<>""),"oui","non | peut-être")',
    "VLOOKUP(B2,Feuil2!$A$1:$C$9,3,FALSE)",
    "'Budget d''été'!B2*1.2",
    "'Ana|Bo'!A1",
    "SUM('janv.:déc.'!A1)",
    "SUM(Tableau1[Montant])+[@[Prix l''unité]]-Tableau1[[#This Row],[l''année]]",
    "SUM(Tableau1[a] Tableau1[b])",
    "_xlfn.XLOOKUP(A1,B:B,C:C)",
    "_xlfn.LET(_xlpm.x,1,_xlpm.x+1)",
    "_xlfn._xlws.FILTER(A1:A3,A1:A3>{1,2;3,4})",
    'INDIRECT("\'"&A1&"\'!B2")',
    'HYPERLINK("https://exemple.example/"&A1,"ici")',
    'HYPERLINK("mailto:a@exemple.example")',
    'HYPERLINK( "mailto:a@exemple.example?subject=b" , "écrire")',
    'INDIRECT("Tableau1[Montant]")',
    'INDIRECT( "Feuil2!A"&ROW() )+INDIRECT(ADDRESS(ROW(),COLUMN()-1))',
    'INDIRECT("R[-1]C[2]",FALSE)',
    "MAP(A1:A2,_xleta.SUM)",
    'HYPERLINK("#\'Feuille 2\'!A1","aller")',
    "[0]!Total",
    "Feuil1!#REF!+#N/A",
    "sum (A1) ",
    'TEXT(A1,"jj/mm/aaaa\\h")',
)
OPEN_COUNTED = (
    "SUM([.A1:.A3])",
    'IF([.A1]>1;"oui";"a | b")',
    "VLOOKUP(2;[$'Budget d''été'.A1:.B9];2;FALSE())",
    "SUM({1;2|3;4})",
    "COM.MICROSOFT.CONCAT([.A1:.A2])",
    'ORG.LIBREOFFICE.REGEX([.A1];"a")',
    "LEGACY.NORMSDIST(1)",
    'HYPERLINK("https://exemple.example";"ici")',
    'HYPERLINK("#Feuille2.A1")',
    "[.A1]+[.#REF!]",
    "Total*2",
    "",
)
MAILS = (
    "mailto:a@b.example?subject=Ana;attachement",
    "mailto:a@b.example?cc=c@d.example;e@f.example&amp;subject=Une pièce attachée",
    "mailto:a@b.example?subject=Budget%20%26%20plan&amp;body=https%3A%2F%2Fx.example%2F%3Fa%3D1",
    "MAILTO:a@b.example?Subject=Attache ta ceinture",
)
CALLED = {
    "docx": '<w:hyperlink r:id="r0"/><w:p r:id="r1"/><a:hlinkClick r:id="r0"/>',
    "xlsx": '<x:hyperlink ref="A1" r:id="r0"/>',
    "pptx": '<a:hlinkClick r:id="r0"/><a:hlinkHover r:id="r0"/><a:hlinkMouseOver r:id="r0"/>',
}
LINKS = (
    *MAILS,
    "https://exemple.example/a b",
    "http://exemple.example",
    "mailto:a@b.example",
    "#_Toc1",
    "",
)
DRAWN = (
    '<v:shape href="https://exemple.example"><v:imagedata src=""/></v:shape>',
    '<a:hlinkClick action="ppaction://hlinksldjump"/>',
    '<a:hlinkClick action="ppaction://hlinkshowjump?jump=nextslide"/>',
    '<a:sp macro=""/>',
    '<a:sp macro="[0]!Bouton1_Clic"/>',
)
HONEST = {
    **{f"field: {one}": ("a.docx", word(field(one))) for one in FIELDS},
    **{f"field in one: {one}": ("a.docx", word(simple(one))) for one in FIELDS},
    "a field cut into runs": (
        "a.docx",
        word(field(" HYPER", 'LINK "htt', 'ps://exemple.org" ')),
    ),
    "a field within a field": (
        "a.docx",
        word(field(" IF ", field(" MERGEFIELD Ville "), ' = "Clermont" "oui" "non" ')),
    ),
    "a link to what a field says": (
        "a.docx",
        word(field(' HYPERLINK "https://exemple.example/', field(" MERGEFIELD Nom "), '" ')),
    ),
    "a field that was changed under revision": (
        "a.docx",
        word(
            field(
                f"<w:del>{run(' PAGE ', 'delInstrText')}</w:del><w:ins>{run(' NUMPAGES ')}</w:ins>"
            )
        ),
    ),
    "a field in a frame, drawn in two ways": (
        "a.docx",
        word(field(" PAGE ") + alternatives(field(" DATE "), field(" DATE "))),
    ),
    "a text under revision": ("a.docx", word(REVISED)),
    "a page's number in a footer": ("a.docx", part("word/footer1.xml", written(field(" PAGE ")))),
    **{f"link: {one}": ("a.docx", tied("hyperlink", one)) for one in LINKS},
    **{f"ODF link: {one}": ("a.odt", said(f'<text:a xlink:href="{one}"/>')) for one in LINKS},
    **{
        f"what a person clicks in a {kind}": (f"a.{kind}", calling(body, kind))
        for kind, body in CALLED.items()
    },
    "what a person clicks, strictly by the standard": (
        "a.docx",
        calling(
            '<sw:hyperlink sr:id="r0"/>',
            type_="http://purl.oclc.org/ooxml/officeDocument/relationships/hyperlink",
        ),
    ),
    "a place told by a cell, and errors beside it": (
        "a.xlsx",
        told(
            "Ana",
            more='<c t="e"><v>#REF!</v></c><c><f>SUM(Tableau1[Montant])</f><v>3</v></c>',
        ),
    ),
    "an ODF place told by a cell, and errors beside it": (
        "a.ods",
        said(
            '<table:table-cell table:formula="of:=INDIRECT([.A2])" calcext:value-type="error">'
            "<text:p>#REF!</text:p></table:table-cell><table:table-cell><text:p>Ana</text:p>"
            "</table:table-cell>",
            kind="ods",
        ),
    ),
    "numbers signs, where no place is made": (
        "a.xlsx",
        told("[1] n°#", formula='TEXT(A1,"#,##0")&CHAR(10)'),
    ),
    "images of LibreOffice's own": (
        "a.odt",
        odf(**{"Configurations2__images__Bitmaps__a.png": png()}),
    ),
    **{f"shape: {one}": ("a.pptx", drawn(one, "pptx")) for one in DRAWN},
    **{f"formula: {one}": ("a.xlsx", sheet(one)) for one in COUNTED},
    **{f"ODF formula: {one}": ("a.ods", cell(one)) for one in OPEN_COUNTED},
    "an ODF formula of Excel": ("a.ods", cell("SUM(Tableau1[a];'Feuille 2'!A1)", "msoxl:=")),
    "a defined name": ("a.xlsx", named("'Budget d''été'!$A$1:$B$9", 'vbProcedure="false"')),
    "a list to choose from": ("a.xlsx", sheet('"Oui,Non"', "INDIRECT($A1)", element="formula1")),
    "a place of the workbook": (
        "a.xlsx",
        sheet(more='<hyperlink ref="A1" location="\'Feuille 2\'!A1:B2"/>'),
    ),
    "pictures, letters, marks of a printer": (
        "a.docx",
        office(
            **{
                "word__media__a.png": png(),
                "word__media__a.emf": b"\1\0\0\0",
                "word__media__a.jpeg": b"\xff\xd8",
                "word__fonts__font1.odttf": b"\x8f\x12",
                "docProps__thumbnail.jpeg": b"\xff\xd8",
                "word__printerSettings__printerSettings1.bin": b"\0\1",
                "_xmlsignatures__origin.sigs": b"",
            }
        ),
    ),
    "what a document of Word is tied to": (
        "a.docx",
        office(
            **{
                "word___rels__document.xml.rels": relations(
                    *[
                        (kind, f"{kind}.xml", "")
                        for kind in ("styles", "settings", "webSettings", "fontTable", "theme")
                    ],
                    *[
                        (kind, f"/word/{kind}1.xml", "")
                        for kind in ("header", "footer", "comments", "footnotes", "endnotes")
                    ],
                    ("customXml", "../customXml/item1.xml", ""),
                    ("image", "media/image%201.png", ""),
                    ("chart", "charts/chart1.xml", ""),
                )
            }
        ),
    ),
    "what Google's presentations note": ("a.pptx", part("ppt/metadata", b"\0\1", "pptx")),
    "conditions of an OpenDocument": (
        "a.ods",
        said(
            '<table:content-validation table:condition="of:cell-content-is-in-list('
            '&quot;Oui&quot;;&quot;Non&quot;)"/><table:content-validation '
            'table:condition="of:cell-content-is-date() and cell-content()&gt;DATE(2020;1;1)"/>'
            '<style:map style:condition="value()&gt;=0"/>'
            '<style:map style:condition="cell-content-is-between(1,5)"/>'
            '<calcext:condition calcext:value="between(1,5)"/>'
            '<calcext:condition calcext:value="formula-is([.$A1]&gt;3)"/>'
            "<table:named-range table:cell-range-address=\"$'Budget d''été'.$A$1:.$B$9\"/>",
            kind="ods",
        ),
    ),
    "a chart of an OpenDocument": (
        "a.ods",
        odf(
            "ods",
            **{
                "content.xml": opened('<draw:object xlink:href="./Object 1"/>'),
                "Object 1__content.xml": opened('<chart:chart xlink:href=".."/>'),
                "Object 1__styles.xml": opened(""),
                "ObjectReplacements__Object 1": b"VCLMTF",
            },
        ),
    ),
    "what LibreOffice leaves in a text": (
        "a.odt",
        odf(
            **{
                "settings.xml": opened(
                    '<config:config-item config:name="ColorTableURL">$(brandbaseurl)/share/'
                    "palette%3B$(userpath)/config/standard.soc</config:config-item>"
                    '<config:config-item config:name="CurrentDatabaseDataSource"/>'
                ),
                "meta.xml": opened(
                    '<meta:template xlink:href="../../AppData/Roaming/LibreOffice/4/user/a.ott"/>'
                    '<meta:template xlink:href="file:///C:/Users/Ana/lettre.ott"/>'
                    "<meta:hyperlink-behaviour/>"
                ),
                "layout-cache": b"\0\1",
                "manifest.rdf": b"<rdf/>",
                "Configurations2__accelerator__current.xml": b"",
                "Thumbnails__thumbnail.png": png(),
                "Pictures__1.svm": b"VCLMTF",
                "styles.xml": opened('<draw:fill-image xlink:href="Pictures/1.png"/>'),
            }
        ),
    ),
    "an OpenDocument's shapes and forms": (
        "a.odt",
        said(
            '<draw:equation draw:formula="?f0 *sqrt(2)/cos(1)"/><form:form xlink:href="" '
            'form:datasource=""/><draw:image xlink:href="#Pictures/1.png"/>'
            '<text:bibliography-mark text:url="www.exemple.org"/>'
            '<draw:area-rectangle xlink:href="https://exemple.example"/>'
            '<text:a xlink:href="#Titre 1|outline"/>'
        ),
    ),
    "a presentation that goes on": (
        "a.odp",
        said(
            '<presentation:event-listener presentation:action="next-page"/>'
            '<presentation:event-listener presentation:action="show" xlink:href="#page2"/>',
            kind="odp",
        ),
    ),
}


@pytest.mark.parametrize("case", some_at_once(HONEST, 4))
def test_what_people_write_with_a_suite_is_accepted(case):
    name, data = HONEST[case]

    assert inspect(name, data).name == name
