"""Tables of counts from files."""

import doctest

import pytest

from reports.suppression import Table, reading
from reports.suppression.reading import TableError, read_counts

TABLE = Table(("North", "South"), ("state", "ngo"), ((3, 20), (15, 30)))


@pytest.mark.parametrize(
    "content",
    [
        b"region,state,ngo\nNorth,3,20\nSouth,15,30\n",
        b"\xef\xbb\xbfregion;state;ngo\r\nNorth;3;20\r\n\r\nSouth;15;30\r\n",
        b'region\tstate\tngo\n"North"\t 3\t20\nSouth\t15\t30',
    ],
)
def test_a_table_is_read_however_it_is_written(content: bytes) -> None:
    assert read_counts(content) == TABLE


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        (b"North,3,20\nSouth,15,30\n", ("1", "2")),
        (b"region,2025,2026\nNorth,3,20\nSouth,15,30\n", ("2025", "2026")),
        (b",1,2\nNorth,3,20\nSouth,15,30\n", ("1", "2")),
    ],
)
def test_a_first_line_of_counts_is_a_row_unless_they_are_names(content: bytes, columns: tuple[str, ...]) -> None:
    assert read_counts(content) == Table(TABLE.rows, columns, TABLE.cells)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \n,,\n", "The file is empty."),
        (b"region\nNorth\n", "The table has no column of counts beside the labels."),
        (b"region,state\n", "The table has no rows below the names of its columns."),
        (b"region,state,ngo\nNorth,3\n", "Line 2 does not have one count per column: 1 instead of 2."),
        (b"region,state\nNorth,3\nSouth,3,4\n", "Line 3 does not have one count per column: 2 instead of 1."),
        (b"region,state,ngo\nNorth,,4\n", "Line 2: “” in “state” is no count. A count is a whole number from 0 on."),
        (b"region,state\nNorth,-1\n", "Line 2: “-1” in “state” is no count. A count is a whole number from 0 on."),
        (b"North,-1\nSouth,2\n", "Line 1: “-1” in “1” is no count. A count is a whole number from 0 on."),
        (b"region;state\nNorth;1,5\n", "Line 2: “1,5” in “state” is no count. A count is a whole number from 0 on."),
        (b"region,state\nNorth,1e3\n", "Line 2: “1e3” in “state” is no count. A count is a whole number from 0 on."),
        (b"region,state\n" + b"x,1\n" * 5001, "The table has more than 5,000 counts. Protect it in parts."),
        (b"r" + b",c" * 60 + b"\n" + (b"x" + b",1" * 60 + b"\n") * 90, "The table has more than 5,000 counts. "),
        (b"r" + b",c" * 101 + b"\nx" + b",1" * 101, "The table has more than 100 columns. Protect it in parts."),
        (b"r,c\n" + b"x" * 6_000_000, "The file is larger than 5 MB."),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00", "This is neither an Excel file (.xlsx) nor a CSV file."),
    ],
)
def test_what_is_no_table_of_counts_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(TableError) as refused:
        read_counts(content)

    assert str(refused.value).startswith(sentence)


def test_the_worked_examples_hold() -> None:
    assert doctest.testmod(reading).failed == 0
