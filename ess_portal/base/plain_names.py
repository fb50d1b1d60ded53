"""Names say who somebody is, and nothing more: no address or link rides into a mail with them.

What a stranger calls themselves stands in subjects and sentences that the portal sends in the
authority's name, and mail programs make a link of anything that looks like one.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError

# An address, a link, or what a mail program would make one of: « exemple.fr ».
_LINK = re.compile(
    r"\S*(?:@|:/|//|\bwww\.|\b(?:mailto|tel|https?):|[\w-]\.[^\W\d_]{2,}|\d(?:\.\d+){3}|\w\.\w+/)\S*",
    re.IGNORECASE,
)
# What Unicode's compatibility forms leave, and host names take, for a dot.
_DOTS = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61\u2024", "."))
# Nobody sees them: they would part a link, turn a sentence round, or make two names look alike.
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def validate_no_link(value: str) -> None:
    """Refuse an electronic address, a link, or a word that a mail program would make a link of;
    and what isn't seen, or turns the words around it.

    Raises `ValidationError`, which names the word, or says where the character is.
    """
    _refuse_link(value, "un nom")
    if unseen := _UNSEEN.search(value):
        before = " ".join(value[: unseen.start()].split()[-3:])
        where = f"après «\u00a0{before[-40:]}\u00a0»" if before else "tout au début"
        raise ValidationError(
            f"Ce nom contient un caractère invisible (U+{ord(unseen.group()):04X}), {where}\u00a0: "
            "effacez-le, ou retapez ce passage."
        )


def validate_title(value: str) -> None:
    """Refuse an address or a link in a title, which mails to people invited to it repeat.

    Raises `ValidationError`, which names the word.
    """
    _refuse_link(value, "un titre")


def _refuse_link(value: str, what: str) -> None:
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", value.translate(_DOTS)))
    if found := _LINK.search(text.translate(_DOTS)):
        word = found.group()[:40]
        raise ValidationError(
            f"Écrivez {what} sans adresse électronique ni lien\u00a0: enlevez "
            f"«\u00a0{word}\u00a0», ou mettez une espace après le point."
        )
