"""The promise, its grids, and what its receipts say."""

from challenges.models.grid import CRITERIA_PER_GRID, LEVELS, MAX_WEIGHT, Criterion, Grid
from challenges.models.programme import Challenge, Measure, Programme
from challenges.models.receipt_terms import MONTHS_OF_SILENCE, ReceiptTerms, terms_for

__all__ = [
    "CRITERIA_PER_GRID",
    "LEVELS",
    "MAX_WEIGHT",
    "MONTHS_OF_SILENCE",
    "Challenge",
    "Criterion",
    "Grid",
    "Measure",
    "Programme",
    "ReceiptTerms",
    "terms_for",
]
