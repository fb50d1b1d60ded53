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
# Some look past blanks, take full-width signs for the others, and split cells at other separators
# than ours, whatever the quotes.
# What nobody sees, Python's `\s` apart: some programs drop it, and begin to read behind it.
UNSEEN = r"\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
UNSEEN += r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
FORMULA = re.compile(rf"(^|[,;])(?=[{UNSEEN}]*[=+\-@＝＋－＠])")
NEGATIVE_NUMBER = re.compile(r"-[0-9]+(?:[.,][0-9]+)?")
BLANKS = re.compile(r"[\t\r\n]+")


def neutralised(text: str) -> str:
    """Return `text` with an apostrophe wherever it could be taken for a formula.

    A plain negative number stays a number.
    """
    text = BLANKS.sub(" ", text)
    return text if NEGATIVE_NUMBER.fullmatch(text) else FORMULA.sub(r"\1'", text)


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
