"""Pairs from files: what is read, and what is refused with which sentence."""

import io
from contextlib import suppress
from fractions import Fraction

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.effect.tables import Pairs, PairsError, read_pairs

TWO = Pairs(((30, 36), (24, 33)), 40, 4)


def read(text: str, encoding: str = "utf-8", maximum: str = "10") -> Pairs:
    return read_pairs(text.encode(encoding), Fraction(maximum))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("pre,post\n7.5,9\n6,8.25\n", "utf-8"),
        ("pre,post\r\n7.50,9.0\r\n\r\n6,8.25", "utf-8-sig"),
        ("pre;post\n7,5;9\n6;8,25\n", "cp1251"),
        ("pre\tpost\n7,5\t9\n6\t8,25\n", "utf-16"),
        ('"pre","post"\n"7,5","9"\n"6","8,25"\n', "utf-8"),
        ("Post, person ,PRE\n9,Анна,7.5\n8.25,Иван,6\n", "utf-8"),
    ],
)
def test_the_same_pairs_in_every_layout(text: str, encoding: str) -> None:
    assert read(text, encoding) == TWO


def test_a_workbook_is_read_as_well() -> None:
    book = openpyxl.Workbook()
    for row in [("pre", "post"), (7.5, 9), (6, 8.25)]:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)

    assert read_pairs(content.getvalue(), Fraction(10)) == TWO


def test_a_highest_mark_may_be_a_fraction() -> None:
    assert read("pre,post\n1,2\n", maximum="2.5") == Pairs(((2, 4),), 5, 2)


def test_no_line_makes_no_pair() -> None:
    assert read("pre,post\n") == Pairs((), 10, 1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The file is empty."),
        ("\n,\n", "The file is empty."),
        ("pre,mark\n1,2\n", "The file has no column “post”."),
        ("1,2\n3,4\n", "The file has no column “pre”."),
        ("pre,post,Pre\n1,2,3\n", "The file has the column “pre” twice."),
        ("pre,post\n1,2\n7,5,9\n", "Line 3 has more cells than the first line has names."),
        (
            "pre,post\n1,2\n\n3\n",
            "Line 4 has no mark for “post”. Leave out people who took one of the tests only.",
        ),
        ("pre,post\n1,two\n", "Line 2: “two” is no mark for “post”. A mark is a number from 0 on."),
        ("pre,post\n-1,2\n", "Line 2: “-1” is no mark for “pre”. A mark is a number from 0 on."),
        ("pre,post\nnan,2\n", "Line 2: “nan” is no mark for “pre”. A mark is a number from 0 on."),
        ("pre,post\n1e3,2\n", "Line 2: “1e3” is no mark for “pre”. A mark is a number from 0 on."),
        ("pre,post\n١,2\n", "Line 2: “١” is no mark for “pre”. A mark is a number from 0 on."),
        ("pre,post\n80 %,2\n", "Line 2: “80 %” is no mark for “pre”. A mark is a number from 0 on."),
        (
            f"pre,post\n{'9' * 100},2\n",
            f"Line 2: “{'9' * 29}…” is no mark for “pre”. A mark is a number from 0 on.",
        ),
        ("pre,post\n1,10.01\n", "Line 2: the mark for “post” is above 10."),
        ("pre,post\n123456789012,1\n", "Line 2: the mark for “pre” is above 10."),
        (f"pre,post\n{'1,2' * 2_000_000}", "The file is larger than 5 MB."),
        ("pre,post\n" + "1,2\n" * 20_001, "The file has more than 20,000 rows."),
        (f"pre,post\n1,{'1' * 140_000}\n", "This is neither an Excel file (.xlsx) nor a CSV file."),
        ("pre,post\n1,\0\n", "This is neither an Excel file (.xlsx) nor a CSV file."),
    ],
    ids=lambda value: value[:30],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(PairsError) as refused:
        read(text)

    assert str(refused.value) == sentence


@given(st.text(alphabet='preost12,;.\t\n"é- ', max_size=40))
def test_whatever_the_file_is_there_are_pairs_or_a_sentence(text: str) -> None:
    with suppress(PairsError):
        found = read(f"pre,post\n{text}")

        assert all(0 <= mark <= found.maximum for pair in found.pairs for mark in pair)
