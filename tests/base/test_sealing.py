"""What is sealed is read by the installation alone."""

import pytest

from ess_portal.base.sealing import InvalidToken, seal, unseal


def test_what_is_sealed_is_read_again_and_never_twice_the_same():
    first, second = seal("un secret é"), seal("un secret é")
    assert (unseal(first), unseal(second)) == ("un secret é", "un secret é")
    assert first != second
    assert "secret" not in first


def test_a_former_key_still_opens_and_another_one_does_not(settings):
    sealed, before = seal("un secret"), settings.SECRET_KEY
    settings.SECRET_KEY = "une autre clé, assez longue pour ne pas être devinée"
    with pytest.raises(InvalidToken):
        unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert unseal(sealed) == "un secret"
