"""SIRET and RNA numbers."""

import pytest
from django.core.exceptions import ValidationError

from actors.validators import validate_rna, validate_siret


@pytest.mark.parametrize(
    "number",
    [
        "73282932000074",
        "35600000000048",  # La Poste's head office follows Luhn
        "35600000009075",  # its other establishments: a sum of digits that five divides
    ],
)
def test_sirets(number):
    assert validate_siret(number) is None


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "Un SIRET a 14 chiffres : vérifiez que vous les avez tous."),
        ("7328293200007", "Un SIRET a 14 chiffres : vérifiez que vous les avez tous."),
        ("73282932000074\n", "Un SIRET a 14 chiffres : vérifiez que vous les avez tous."),
        ("7328293200007a", "Un SIRET a 14 chiffres : vérifiez que vous les avez tous."),
        ("73282932000075", "Ce SIRET n’est pas valable : un chiffre est sans doute mal recopié."),
        ("35600000009076", "Ce SIRET n’est pas valable : un chiffre est sans doute mal recopié."),
    ],
)
def test_what_is_no_siret(number, sentence):
    with pytest.raises(ValidationError) as refused:
        validate_siret(number)
    assert refused.value.messages == [sentence]


def test_rna_numbers():
    assert validate_rna("W632000001") is None


@pytest.mark.parametrize("number", ["", "632000001", "w632000001", "W63200000", "W632000001\n"])
def test_what_is_no_rna_number(number):
    with pytest.raises(ValidationError) as refused:
        validate_rna(number)
    assert refused.value.messages == ["Un numéro RNA s’écrit W suivi de 9 chiffres : W632000000."]
