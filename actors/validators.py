"""Identifiers of French organisations."""

import re

from django.core.exceptions import ValidationError
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.fr import siret as stdnum_siret


def validate_siret(value: str) -> None:
    """Refuse what isn't a SIRET: 14 digits and the Luhn key, with La Poste's exception.

    La Poste's establishments (356000000…) are checked by the sum of their digits, a multiple
    of five; its head office follows Luhn like everybody (python-stdnum knows both).
    """
    if not re.fullmatch(r"[0-9]{14}", value):
        raise ValidationError("Un SIRET a 14 chiffres : vérifiez que vous les avez tous.")
    try:
        stdnum_siret.validate(value)
    except InvalidNumber as error:
        raise ValidationError(
            "Ce SIRET n’est pas valable : un chiffre est sans doute mal recopié."
        ) from error


def validate_rna(value: str) -> None:
    """Refuse what isn't an RNA number: W and 9 digits (schema of the national register)."""
    if not re.fullmatch(r"W[0-9]{9}", value):
        raise ValidationError("Un numéro RNA s’écrit W suivi de 9 chiffres : W632000000.")
