"""French order of names, whatever collation the database has."""

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
