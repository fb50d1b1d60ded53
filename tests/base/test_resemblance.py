"""Names that may be those of one organisation: found, and quickly."""

from difflib import SequenceMatcher

import pytest

from ess_portal.base import resemblance
from ess_portal.base.resemblance import resemble


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Association La Cagette", "la cagette", True),
        ("Coopérative des Volcans", "cooperative des volcan", True),
        ("Cantor", "or", False),
        ("La Source", "Le Verger", False),
        ("", "La Source", False),
    ],
)
def test_accents_case_and_plurals_aside(one, other, alike):
    assert (resemble(one, other), resemble(other, one)) == (alike, alike)


def test_names_of_other_letters_are_not_aligned(monkeypatch):
    """Two long names cost milliseconds to align, and a portal has thousands: most share too few."""
    aligned = []

    class Counted(SequenceMatcher):
        def ratio(self):
            aligned.append(self.b)
            return super().ratio()

    monkeypatch.setattr(resemblance, "SequenceMatcher", Counted)
    assert not resemble("es " * 66, "Association des jardins partagés du bassin " * 4)
    assert not resemble("Le Verger", "Association des jardins partagés")
    assert aligned == []
