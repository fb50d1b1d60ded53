"""French order of names, whatever collation the database has."""

import re

from django.db.models import CharField, Func

ACCENTED = "àâäáãçéèêëíìîïñóòôöõúùûüýÿÀÂÄÁÃÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝŸ"
PLAIN = "aaaaaceeeeiiiinooooouuuuyyaaaaaceeeeiiiinooooouuuuyy"


class Folded(Func):
    """A text without accents and in lower case, to sort by: "Énergie" beside "Entraide".

    The embedded PostgreSQL has no French collation, and byte order puts É after Z.
    """

    function = "translate"
    template = f"translate(lower(%(expressions)s), '{ACCENTED}', '{PLAIN}')"
    arity = 1
    output_field = CharField()


def in_natural_order(text: str) -> list[tuple[bool, int, str]]:
    """Return what to sort labels by in Python: as `Folded`, and "Défi 2" before "Défi 10"."""
    folded = text.translate(str.maketrans(ACCENTED, PLAIN)).lower()
    return [
        (False, int(piece), "") if piece.isdecimal() else (True, 0, piece)
        for piece in re.findall("[0-9]+|[^0-9]+", folded)
    ]
