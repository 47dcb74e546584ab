"""Reading files of earlier years: what stands where, and what is wrong with it."""

from datetime import datetime

import pytest

from workshops.history.files import FILES, Line, read_folder

HEADER = "person,agency,from,to,post\n"


def memberships(text: str | bytes) -> tuple[list[Line], list[tuple[int, str, str]]]:
    content = text if isinstance(text, bytes) else text.encode()
    rows, faults = read_folder({"memberships.csv": content})
    return rows["memberships.csv"], [
        (each.line, each.column, each.message) for each in faults if each.file == "memberships.csv"
    ]


def test_columns_may_stand_in_any_order_and_others_are_passed_over():
    rows, faults = memberships("Note,FROM,agency,person\nx,2025-01-01,A1,p1\n")

    assert faults == []
    assert [(line.number, line.values["person"], line.values["to"], line.values["post"]) for line in rows] == [
        (2, "p1", None, "")
    ]


def test_a_row_is_named_by_the_line_on_which_it_begins():
    rows, faults = memberships(HEADER + '\np1,A1,2025-01-01,,"district\ndoctor"\np2,A1,soon,,\n')

    assert [line.number for line in rows] == [3]
    assert faults == [(5, "from", "“soon” is no day such as 2021-03-09.")]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", (0, "", "The file is empty.")),
        ("имя".encode("cp1251"), (0, "", "The file is not written in UTF-8.")),
        (HEADER.encode() + b'p1,"A1\n', (0, "", "The file is no CSV: unexpected end of data.")),
        (b"person,agency\n", (1, "from", "The file has no column “from”.")),
    ],
)
def test_a_file_that_cannot_be_read_is_said_once(content, fault):
    assert memberships(content) == ([], [fault])


def test_every_fault_of_a_row_is_said():
    _rows, faults = memberships(HEADER + f"p 1,A/1,2025-13-01,1800-01-01,{'x' * 201}\n")

    assert [column for _line, column, _message in faults] == ["person", "agency", "from", "to", "post"]


def test_a_day_as_the_end_of_a_workshop_lasts_to_midnight():
    rows = ["W1,One,2025-03-03,2025-03-04,UTC", "W2,Two,2025-03-03T09:00,2025-03-04T17:00,UTC"]
    content = "\n".join(["code,title_en,start,end,zone", *rows]).encode()

    found, _faults = read_folder({"workshops.csv": content})

    ends = [line.values["end"] for line in found["workshops.csv"]]
    assert ends == [datetime(2025, 3, 4, 23, 59, 59), datetime(2025, 3, 4, 17)]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("mark", "hundredths"),
    [("7", [700]), ("7.25", [725]), ("0", [0]), ("-1", []), ("NaN", []), ("1e9", []), ("ten", [])],
)
def test_marks_are_whole_hundredths(mark, hundredths):
    content = f"workshop,person,phase,form,mark,max\nW1,p1,pre,A,{mark},20\n".encode()

    rows, _faults = read_folder({"results.csv": content})

    assert [line.values["mark"] for line in rows["results.csv"]] == hundredths


def test_all_files_but_the_results_must_be_there():
    _rows, faults = read_folder({})

    assert [each.file for each in faults] == [name for name in FILES if name != "results.csv"]
