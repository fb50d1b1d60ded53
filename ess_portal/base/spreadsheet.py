"""Tables that a French spreadsheet opens without asking, and that can't run anything in it."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.http import HttpResponse
from django.utils import timezone

# Without it, Excel takes UTF-8 for the system's own encoding.
BYTE_ORDER_MARK = "\ufeff"
# A spreadsheet may take a cell that begins so for a formula, and run it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
NEGATIVE_NUMBER = re.compile(r"-\d+(?:[.,]\d+)?")


def neutralised(text: str) -> str:
    """Return `text` with a leading apostrophe if it could be taken for a formula.

    A plain negative number stays a number.
    """
    if text.startswith(FORMULA_STARTS) and not NEGATIVE_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


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


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence]) -> HttpResponse:
    """Return the table as a file `<name>.csv` to download: semicolons, UTF-8 with its mark."""
    response = HttpResponse(
        BYTE_ORDER_MARK,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
    writer = csv.writer(response, delimiter=";")
    writer.writerow([cell(value) for value in header])
    writer.writerows([cell(value) for value in row] for row in rows)
    return response
