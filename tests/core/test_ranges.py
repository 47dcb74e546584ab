"""Which bytes of a file a player asks for."""

import pytest

from core.ranges import UnsatisfiableRangeError, parse


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-1", range(2)),
        ("bytes=0-", range(10)),
        ("bytes=9-9", range(9, 10)),
        ("bytes=4-99", range(4, 10)),
        ("bytes=-4", range(6, 10)),
        ("bytes=-99", range(10)),
        (" bytes=2-3 ", range(2, 4)),
    ],
)
def test_one_part_is_understood(header: str, part: range) -> None:
    assert parse(header, 10) == part


@pytest.mark.parametrize("header", ["", "bytes=-", "bytes=5-2", "bytes=0-1,4-5", "lines=1-2", "bytes=a-b", "bytes=1"])
def test_anything_else_asks_for_the_whole_file(header: str) -> None:
    assert parse(header, 10) is None


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=10-", 10), ("bytes=10-12", 10), ("bytes=-0", 10), ("bytes=0-", 0)]
)
def test_a_part_behind_the_end_is_not_there(header: str, size: int) -> None:
    with pytest.raises(UnsatisfiableRangeError):
        parse(header, size)


@pytest.mark.parametrize("header", ["bytes={}-", "bytes=2-{}", "bytes=-{}"])
def test_a_place_of_more_digits_than_python_reads_asks_for_the_whole_file(header: str) -> None:
    assert parse(header.format("9" * 5000), 10) is None
