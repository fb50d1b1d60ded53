"""Tables that a French spreadsheet opens without asking, and that can't run anything in it."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.http import HttpResponse
from django.utils import timezone

from ess_portal.base.plain_text import BLANK

# Without it, Excel takes UTF-8 for the system's own encoding.
BYTE_ORDER_MARK = "\ufeff"
# A spreadsheet may take a cell that begins so for a formula, and run it.
SIGNS = "=+-@"
# A piece of a cell: some programs split it at other separators than ours, whatever the quotes.
SEPARATOR = re.compile(r"(^|[,;])([^,;]*)")
NEGATIVE_NUMBER = re.compile(r"-[0-9]+(?:[.,][0-9]+)?")
BLANKS = re.compile(r"[\t\r\n]+")


def neutralised(text: str) -> str:
    """Return `text` with an apostrophe wherever it could be taken for a formula.

    A plain negative number stays a number.
    """
    text = BLANKS.sub(" ", text)
    if NEGATIVE_NUMBER.fullmatch(text):
        return text
    return SEPARATOR.sub(_neutral, text)


def _neutral(piece: re.Match[str]) -> str:
    """Return a piece of a cell, with an apostrophe when what is first seen of it is a sign."""
    separator, rest = piece.groups()
    seen = next((letter for letter in rest if not _is_unseen(letter)), "")
    # Full-width and small signs are the same to some programs.
    is_sign = unicodedata.normalize("NFKC", seen)[:1] in tuple(SIGNS)
    return f"{separator}'{rest}" if is_sign else piece[0]


def _is_unseen(letter: str) -> bool:
    """Whether some programs drop it, and begin to read behind it."""
    return unicodedata.category(letter)[0] in "CZM" or letter in BLANK


def cell(value: object) -> str:
    """Return what is written for a value.

    Decimal comma, no grouping of digits; ISO dates, in the portal's time zone; `oui` or `non`;
    nothing for None. Anything else is a text, neutralised.
    """
    match value:
        case None:
            written = ""
        case bool():
            written = "oui" if value else "non"
        case Decimal():
            written = f"{value:f}".replace(".", ",")
        case float():
            written = str(value).replace(".", ",")
        case datetime():
            written = timezone.localtime(value).isoformat(timespec="minutes")
        case date():
            written = value.isoformat()
        case _:
            written = neutralised(str(value))
    return written


def csv_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """Return the table as a file `<name>.csv` to download: semicolons, UTF-8 with its mark."""
    response = HttpResponse(
        BYTE_ORDER_MARK,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
    writer = csv.writer(response, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow([cell(value) for value in header])
    writer.writerows([cell(value) for value in row] for row in rows)
    return response
