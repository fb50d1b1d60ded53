import pytest

from ess_portal.base.presence import present


@pytest.mark.parametrize("value", [0, "", False, [], "grille"])
def test_what_is_there_is_returned(value):
    assert present(value) is value


def test_none_is_refused():
    with pytest.raises(ValueError, match="is missing"):
        present(None)
