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
# Nobody sees them, and they would part a link.
_UNSEEN = re.compile(r"[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")


def validate_no_link(value: str) -> None:
    """Refuse an electronic address, a link, or a word that a mail program would make a link of."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", value.translate(_DOTS)))
    if found := _LINK.search(text.translate(_DOTS)):
        word = found.group()[:40]
        raise ValidationError(
            "Écrivez un nom sans adresse électronique ni lien\u00a0: enlevez "
            f"«\u00a0{word}\u00a0», ou mettez une espace après le point."
        )
