"""The axes: how many actions, of how many organisations."""

from tests.benchmarks.sizes import DEFAULT, Size, parse_all


def test_sizes_are_read_from_a_list():
    assert parse_all(DEFAULT) == [Size(100), Size(10_000)]
    assert parse_all("100 10000x2000") == [Size(100, 200), Size(10_000, 2_000)]


def test_a_size_says_its_name_and_reads_it_again():
    for size, title in (
        (Size(10_000), "10,000 actions"),
        (Size(100_000, 2_000), "100,000 actions, 2,000 organisations"),
    ):
        assert size.title == title
        assert Size.parse(size.key) == size
