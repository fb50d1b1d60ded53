"""ess_portal/base/french.py: sizes of files, in the units that people read."""

import pytest

from ess_portal.base.french import file_size


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0\u00a0octet"),
        (1, "1\u00a0octet"),
        (999, "999\u00a0octets"),
        (1000, "1\u00a0ko"),
        (12_345, "12\u00a0ko"),
        (1_400_000, "1,4\u00a0Mo"),
        (5_000_000_000, "5\u00a0Go"),
    ],
)
def test_sizes(size, text):
    assert file_size(size) == text
