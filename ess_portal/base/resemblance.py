"""Whether two names are perhaps those of one organisation."""

import re
from difflib import SequenceMatcher

from ess_portal.base.folding import fold

RESEMBLANCE = 0.8
"""From which share of common letters, 0 to 1, two names are said to resemble each other."""


def resemble(one: str, other: str) -> bool:
    """Tell whether two names resemble each other: accents, case and plurals aside."""
    one, other = _letters(one), _letters(other)
    if not one or not other:
        return False
    # As whole words: "la Cagette" in "association La Cagette", not "or" in "Cantor".
    inside = f" {one} " in f" {other} " or f" {other} " in f" {one} "
    return inside or _share_enough(SequenceMatcher(None, one, other))


def _share_enough(names: SequenceMatcher) -> bool:
    # As `difflib` itself does for many: what lengths and letters rule out isn't aligned.
    bounds = (names.real_quick_ratio, names.quick_ratio, names.ratio)
    return all(bound() >= RESEMBLANCE for bound in bounds)


def _letters(name: str) -> str:
    return " ".join(re.findall(r"\w+", fold(name)))
