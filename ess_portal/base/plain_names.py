"""Names say who somebody is, and nothing more: no address or link rides into a mail with them.

What a stranger calls themselves stands in subjects and sentences that the portal sends in the
authority's name, and mail programs make a link of anything that looks like one.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError

from ess_portal.base.plain_text import BLANK, PICTURES

# An address, a link, or what a mail program would make one of: « exemple.fr ».
_LINK = re.compile(
    r"\S*(?:@|:/|//|\bwww\.|\b(?:mailto|tel|https?):|[\w-]\.[^\W\d_]{2,}|\d(?:\.\d+){3}|\w\.\w+/)\S*",
    re.IGNORECASE,
)
# What Unicode's compatibility forms leave, and host names take, for a dot.
_DOTS = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61\u2024", "."))
# Nobody sees them: they would part a link, turn a sentence round, end the line of a subject, or
# make two names look alike. Categories of Unicode: format, line, paragraph, control, private,
# unassigned, half of a pair; then what is blank though it has another one.
_UNSEEN_KINDS = frozenset(("Cf", "Zl", "Zp", "Cc", "Co", "Cn", "Cs"))
_BLANK = re.compile(rf"[{BLANK}\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def validate_no_link(value: str) -> None:
    """Refuse an electronic address, a link, or a word that a mail program would make a link of;
    and what isn't seen, or turns the words around it.

    Raises `ValidationError`, which names the word, or says where the character is.
    """
    _refuse_link(value, "un nom")
    _refuse_unseen(value, "nom")


def validate_title(value: str) -> None:
    """Refuse an address or a link in a title, which mails to people invited to it repeat; and what
    isn't seen, or turns the words around it.

    Raises `ValidationError`, which names the word, or says where the character is.
    """
    _refuse_link(value, "un titre")
    _refuse_unseen(value, "titre")


def _refuse_link(value: str, what: str) -> None:
    text = unicodedata.normalize("NFKC", value.translate(_DOTS))
    text = "".join(letter for letter in text if not _is_unseen(letter))
    if found := _LINK.search(text.translate(_DOTS)):
        word = found.group()[:40]
        raise ValidationError(
            f"Écrivez {what} sans adresse électronique ni lien\u00a0: enlevez "
            f"«\u00a0{word}\u00a0», ou mettez une espace après le point."
        )


def _refuse_unseen(value: str, what: str) -> None:
    if unseen := _first_unseen(value):
        before = " ".join(value.partition(unseen)[0].split()[-3:])
        where = f"après «\u00a0{before[-40:]}\u00a0»" if before else "tout au début"
        raise ValidationError(
            f"Ce {what} contient un caractère invisible (U+{ord(unseen):04X}), {where}\u00a0: "
            "effacez-le, ou retapez ce passage."
        )


def _first_unseen(value: str) -> str:
    return next((letter for letter in value if _is_unseen(letter)), "")


def _is_unseen(letter: str) -> bool:
    if letter == "\t":
        return False  # pasted from a table's cells, it reads as a space
    is_unseen = unicodedata.category(letter) in _UNSEEN_KINDS and ord(letter) not in PICTURES
    return is_unseen or _BLANK.match(letter) is not None
