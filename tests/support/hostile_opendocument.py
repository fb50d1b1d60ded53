"""Hostile OpenDocuments: what each is called, what it is, and why it must be refused."""

from html import escape

from tests.support.files import OASIS, odf
from tests.support.hostile_parts import COMMANDS, EXTERNAL, FORMULA, LINK, MACROS, NESTED

SPACES = " ".join(
    f'xmlns:{short}="{OASIS}:{name}:1.0"'
    for short, name in {
        "office": "office",
        "draw": "drawing",
        "text": "text",
        "table": "table",
        "style": "style",
        "form": "form",
        "meta": "meta",
        "config": "config",
        "presentation": "presentation",
        "chart": "chart",
        "svg": "svg-compatible",
        "menu": "menu",
    }.items()
)
CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
XFORMS = 'xmlns:xforms="http://www.w3.org/2002/xforms"'
SHARE = "\\\\serveur\\a"


def said(body: str, part: str = "content.xml", kind: str = "odt") -> bytes:
    """A document in a part of which `body` stands."""
    return odf(kind, **{part: opened(body)})


def opened(body: str) -> bytes:
    """A part in which `body` stands."""
    xlink = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<office:d {SPACES} {CALC} {XFORMS} {xlink}>{body}</office:d>".encode()


def cell(formula: str, prefix: str = "of:=") -> bytes:
    """A workbook with this formula."""
    return said(f'<table:table-cell table:formula="{prefix}{escape(formula)}"/>', kind="ods")


ADDRESSES = {
    "share": SHARE,
    "share by slashes": "//serveur/a",
    "file": "file:///c:/a.exe",
    "Samba": "smb://serveur/a",
    "command": ".uno:Quit",
    "program beside": "evil.exe",
    "program above": "../evil.exe",
    "part that runs": "vnd.sun.star.pkg://a/b",
    "words filled in": "vnd.sun.star.expand:$SECRET",
    "files of a folder": "vnd.sun.star.webdav://serveur/a",
}
PLACES = {
    "text": '<text:a xlink:href="{}"/>',
    "image map": '<draw:area-rectangle xlink:href="{}"/>',
    "drawing": '<draw:a xlink:href="{}"/>',
    "presentation": '<presentation:event-listener presentation:action="show" xlink:href="{}"/>',
    "form's button": '<form:button xlink:href="{}"/>',
    "form's picture": '<form:image xlink:href="{}"/>',
}
CLICKED = {
    f"ODF link of a {place}, {name}": ("a.odt", said(element.format(address)), LINK)
    for place, element in PLACES.items()
    for name, address in (ADDRESSES if place == "text" else dict([*ADDRESSES.items()][:1])).items()
}
FORMULAS = {
    "DDE": 'DDE("soffice";"/etc/passwd";"A1")',
    "DDE of Excel": "cmd|'/c calc'!A1",
    "web service": 'COM.MICROSOFT.WEBSERVICE("http://x.example")',
    "web service in small letters": 'webservice("http://x.example")',
    "file": "['file:///c:/a.ods'#$Feuille1.A1]",
    "file beside": "['a.ods'#$Feuille1.A1]",
    "file without apostrophes": "[file:///c:/a.ods#$Feuille1.A1]",
    "name of a file": "'file:///c:/a.ods'#Total",
    "link to a share": f'HYPERLINK("{SHARE}")',
    "link to a file": 'HYPERLINK("file:///c:/a.exe";"ici")',
    "link from a cell": "HYPERLINK([.A1])",
    "path put together": 'INDIRECT("\'file:///c:/"&[.A1]&"\'#$F.A1")',
    "path cut": 'INDIRECT("\'fi"&"le:"&"/"&"/serveur/a.ods\'"&"#$F.A1")',
    "path of a sign made of a number": "INDIRECT([.A1]&UNICHAR(35)&[.A2])",
    "document beside": "INDIRECT(\"'a.ods'#$F.A1\")",
    "mail that takes a file along": 'HYPERLINK("mailto:a@b.example?%61ttach=/a")',
    "mail put together": 'HYPERLINK("mailto:"&[.A1])',
    "add-in": "ORG.EXEMPLE.OUVRIR(1)",
    "rows outside of a table": "SUM([.A1]|[.A2])",
}
HOSTILE_OPENDOCUMENTS = {
    **CLICKED,
    **{f"ODF formula: {name}": ("a.ods", cell(one), FORMULA) for name, one in FORMULAS.items()},
    "ODF place of another document told by a cell": (
        "a.ods",
        said(
            '<table:table-cell table:formula="of:=INDIRECT([.A2])"/><table:table-cell>'
            "<text:p>'file:///a.ods'#$F.A1</text:p></table:table-cell>",
            kind="ods",
        ),
        FORMULA,
    ),
    "ODF place of another document told by a value": (
        "a.ods",
        said(
            '<table:table-cell table:formula="of:=INDIRECT([.A2])"/>'
            "<table:table-cell office:string-value=\"'a.ods'#$F.A1\"/>",
            kind="ods",
        ),
        FORMULA,
    ),
    "ODF formula without its prefix": ("a.ods", cell("WEBSERVICE(1)", "="), FORMULA),
    "ODF formula of Excel": ("a.ods", cell("[1]Sheet!A1", "msoxl:="), FORMULA),
    "ODF formula of a name": (
        "a.ods",
        said('<table:named-expression table:expression="WEBSERVICE(1)"/>', kind="ods"),
        FORMULA,
    ),
    "ODF formula of a validation": (
        "a.ods",
        said(
            '<table:content-validation table:condition="of:is-true-formula(WEBSERVICE(1))"/>',
            kind="ods",
        ),
        FORMULA,
    ),
    "ODF formula of a condition": (
        "a.ods",
        said('<calcext:condition calcext:value="formula-is(WEBSERVICE(1))"/>', kind="ods"),
        FORMULA,
    ),
    "ODF formula of a style": (
        "a.ods",
        said('<style:map style:condition="is-true-formula(WEBSERVICE(1))"/>', "styles.xml", "ods"),
        FORMULA,
    ),
    "ODF cells of another workbook": (
        "a.ods",
        said("<chart:series chart:values-cell-range-address=\"'a.ods'#$F.A1\"/>", kind="ods"),
        EXTERNAL,
    ),
    "ODF picture of a share": ("a.odt", said(f'<draw:image xlink:href="{SHARE}"/>'), EXTERNAL),
    "ODF picture by slashes": ("a.odt", said('<draw:image xlink:href="//a/b.png"/>'), EXTERNAL),
    "ODF picture out of the document": (
        "a.odt",
        said('<draw:image xlink:href="Pictures/%2e%2e/%2e%2e/a.png"/>'),
        EXTERNAL,
    ),
    "ODF picture of words filled in": (
        "a.odt",
        said('<draw:image xlink:href="vnd.sun.star.expand:a"/>'),
        EXTERNAL,
    ),
    "ODF letters from elsewhere": (
        "a.odt",
        said('<svg:font-face-uri xlink:href="https://x.example/a.ttf"/>', "styles.xml"),
        EXTERNAL,
    ),
    "ODF sound from elsewhere": (
        "a.odp",
        said('<presentation:sound xlink:href="http://x.example/a.wav"/>', kind="odp"),
        EXTERNAL,
    ),
    "ODF picture in the part of an object": (
        "a.odt",
        said('<draw:image xlink:href="http://x.example/a.png"/>', "Object 1__mine.xml"),
        EXTERNAL,
    ),
    "ODF form that is sent": (
        "a.odt",
        said('<form:form xlink:href="http://a.example"/>'),
        EXTERNAL,
    ),
    "ODF form of a base": ("a.odt", said('<form:form form:datasource="file:///a.odb"/>'), EXTERNAL),
    "ODF form of the web": ("a.odt", said('<xforms:submission action="http://a"/>'), EXTERNAL),
    "ODF form's control": (
        "a.odt",
        said(
            '<form:property form:property-name="TargetURL" office:string-value="file:///c:/a.exe"/>'
        ),
        LINK,
    ),
    "ODF form's picture on a share": (
        "a.odt",
        said('<form:button form:image-data="file://198.51.100.7/part/x.png"/>'),
        EXTERNAL,
    ),
    "ODF form's picture of the web": (
        "a.odt",
        said(
            '<form:property form:property-name="ImageURL" office:string-value="https://x.example/a"/>'
        ),
        EXTERNAL,
    ),
    "ODF base": ("a.odt", said('<form:connection-resource xlink:href="a.odb"/>'), EXTERNAL),
    "ODF rows of a service": ("a.ods", said("<table:source-service/>", kind="ods"), EXTERNAL),
    "ODF macro of a text": ("a.odt", said("<text:execute-macro/>"), MACROS),
    "ODF rows of a base": ("a.ods", said("<table:database-source-sql/>", kind="ods"), EXTERNAL),
    "ODF field of a base": (
        "a.odt",
        said('<text:database-display text:database-name="file:///a.odb"/>'),
        EXTERNAL,
    ),
    "ODF presentation that starts a program": (
        "a.odp",
        said('<presentation:event-listener presentation:action="execute"/>', kind="odp"),
        MACROS,
    ),
    "ODF presentation that does something unknown": (
        "a.odp",
        said('<presentation:event-listener presentation:action="brew"/>', kind="odp"),
        MACROS,
    ),
    "ODF book in a list": ("a.odt", said('<text:bibliography-mark text:url="file:///a"/>'), LINK),
    "ODF loaded again": (
        "a.odt",
        said('<meta:auto-reload xlink:href="http://x.example"/>', "meta.xml"),
        EXTERNAL,
    ),
    "ODF template of a server": (
        "a.odt",
        said('<meta:template xlink:href="https://x.example/a.ott"/>', "meta.xml"),
        EXTERNAL,
    ),
    "ODF template of a share": (
        "a.odt",
        said('<meta:template xlink:href="file://serveur/a.ott"/>', "meta.xml"),
        EXTERNAL,
    ),
    "ODF template of a share by slashes": (
        "a.odt",
        said('<meta:template xlink:href="file:////serveur/a.ott"/>', "meta.xml"),
        EXTERNAL,
    ),
    "ODF template of a share, hidden": (
        "a.odt",
        said('<meta:template xlink:href="file:///%5c%5cserveur/a.ott"/>', "meta.xml"),
        EXTERNAL,
    ),
    "ODF colours of a server": (
        "a.odt",
        said(
            '<config:config-item config:name="ColorTableURL">http://x.example</config:config-item>',
            "settings.xml",
        ),
        EXTERNAL,
    ),
    "ODF colours of a server, after something": (
        "a.odt",
        said(
            '<config:config-item config:name="ColorTableURL"><a/>http://x.example'
            "</config:config-item>",
            "settings.xml",
        ),
        EXTERNAL,
    ),
    "ODF base in the settings": (
        "a.odt",
        said(
            '<config:config-item config:name="CurrentDatabaseDataSource">//serveur/a.odb'
            "</config:config-item>",
            "settings.xml",
        ),
        EXTERNAL,
    ),
    "ODF key that runs": (
        "a.odt",
        said('<office:item xlink:href=".uno:Quit"/>', "Configurations2__accelerator__current.xml"),
        COMMANDS,
    ),
    **{
        f"ODF commands of its own: {path}": (
            "a.odt",
            said(body, path),
            COMMANDS,
        )
        for path, body in {
            "Configurations2__menubar__menubar.xml": '<menu:menuitem menu:id=".uno:Open"/>',
            "Configurations2__toolbar__custom_toolbar_1.xml": "<text:p/>",
            "Configurations2__popupmenu__a.xml": "<text:p/>",
            "Configurations2__statusbar__statusbar.xml": "<text:p/>",
            "configurations2__accelerator__current.xml": "<text:p/>",
            "Object 1__Configurations2__menubar__menubar.xml": "<text:p/>",
            "Configurations2__images__Bitmaps__menubar.xml": "<text:p/>",
        }.items()
    },
    **{
        f"ODF part of an unexpected kind: {extension}": (
            "a.odt",
            odf(**{f"Pictures__a.{extension}": b"a"}),
            NESTED,
        )
        for extension in ("hta", "bat", "lnk", "ps1", "odb", "mp4", "py")
    },
    "ODF part without extension": ("a.odt", odf(Pictures__a=b"a"), NESTED),
    "ODF text called a picture": (
        "a.odt",
        said('<draw:image xlink:href="http://x.example"/>', "Pictures__a.png"),
        EXTERNAL,
    ),
}
