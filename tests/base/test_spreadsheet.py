"""Files for spreadsheets: French, and harmless."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ess_portal.base.spreadsheet import cell, csv_response


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+33 4 73", "'+33 4 73"),
        ("-1+cmd|'/C calc'!A0", "'-1+cmd|'/C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "' =1"),
        ("\r\n=1", "' =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("＝1＋1", "'＝1＋1"),
        ("\u200b=1", "'\u200b=1"),
        ("\ufeff@SUM(A1)", "'\ufeff@SUM(A1)"),
        ("\u202e+1", "'\u202e+1"),
        ("\u2060\u00ad \ufe0f-1+1", "'\u2060\u00ad \ufe0f-1+1"),
        ("\x01=1", "'\x01=1"),
        ("\U00013430=1", "'\U00013430=1"),
        ("\ufe66 1", "'\ufe66 1"),
        ("Jardin;\u200b=1", "Jardin;'\u200b=1"),
        ("-٣", "'-٣"),
        ("x\t=1+1", "x =1+1"),
        ("Jardin,=HYPERLINK(1)", "Jardin,'=HYPERLINK(1)"),
        ("Jardin; @SUM(A1)", "Jardin;' @SUM(A1)"),
        ("-12", "-12"),
        ("-12,50", "-12,50"),
        ("-12.5.1", "'-12.5.1"),
        ("-", "'-"),
        ("Épicerie = solidaire", "Épicerie = solidaire"),
        ("", ""),
        (None, ""),
        (True, "oui"),
        (False, "non"),
        (1200, "1200"),
        (-3, "-3"),
        (Decimal("12345.50"), "12345,50"),
        (Decimal("-0.5"), "-0,5"),
        (Decimal("1E+4"), "10000"),
        (0.25, "0,25"),
        (date(2026, 3, 1), "2026-03-01"),
        # In the time zone of the portal: an hour later in winter.
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), "2026-02-01T00:30+01:00"),
    ],
)
def test_a_cell_says_its_value_and_runs_nothing(value, written):
    assert cell(value) == written


def test_a_file_opens_in_a_french_spreadsheet():
    response = csv_response(
        "actions", ["Titre", "=Montant"], [["a;b", Decimal("1.5")], ['"', None]]
    )
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="actions.csv"'
    assert response.content.decode() == ('\ufeff"Titre";"\'=Montant"\r\n"a;b";"1,5"\r\n"""";""\r\n')
