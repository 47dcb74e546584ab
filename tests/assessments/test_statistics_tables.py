"""Marks from CSV files: what is read, and what is refused with which sentence."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.statistics.tables import TableError, read_matrix

MARKS = "Q1,Q2\n1,0.5\n0,2\n"
HIGHEST = "Q1,Q2\n1,2\n"


@pytest.mark.parametrize(
    ("marks", "highest"),
    [
        (MARKS, HIGHEST),
        ("\n\nQ1, Q2 \r\n1,0.5\r\n\r\n 0,2", "Q1,Q2\r\n1,2"),
        ("Q1;Q2\n1;0,5\n0;2\n", "Q1;Q2\n1;2\n"),
        ("Q1\tQ2\n1\t0.5\n0\t2\n", HIGHEST),
        ('"Q1","Q2"\n1.0,5e-1\n0,2.00\n', HIGHEST),
        ("person,Q1,Q2\n7,1,0.5\n8,0,2\n", HIGHEST),
        (",Q1,Q2\nAnna,1,0.5\nIvan,0,2\n", ",Q1,Q2\nhighest,1,2\n"),
        ("who,Q1,Q2\nAnna,1,0.5\nIvan,0,2\n", HIGHEST),
        ("ID,Q1,Q2\n1,1,0.5\n2,0,2\n", "id,Q1,Q2\nmax,1,2\n"),
        ("User_ID,Q1,Q2\n1,1,0.5\n2,0,2\n", HIGHEST),
        ("who,Q1,Q2\nA;B,1,0.5\nC;D,0,2\n", HIGHEST),
        (MARKS, "Q2,Q1\n2,1\n"),
        (MARKS, "Q1,1\nQ2,2\n"),
        (MARKS, "question,highest\nQ1,1\nQ2,2\n"),
    ],
)
def test_the_same_marks_in_every_layout(marks: str, highest: str) -> None:
    found = read_matrix(marks, highest)

    assert found.names == ("Q1", "Q2")
    assert (found.maxima, found.columns, found.scale) == ((2, 4), ((2, 0), (1, 4)), 2)


def test_one_question_and_names_that_are_numbers() -> None:
    assert read_matrix("Q1\n1\n0\n", "Q1\n2\n").columns == ((1, 0),)
    assert read_matrix("Q1\n1\n", "question,highest\nQ1,2\n").maxima == (2,)
    assert read_matrix("1,2\n1,0\n", "1,2\n1,2\n").maxima == (1, 2)
    assert read_matrix("1,2\n1,0\n", "1,1\n2,2\n").maxima == (1, 2)


def test_names_in_quotation_marks_may_have_a_semicolon_or_a_line_break() -> None:
    for name in ("Law; rights", "Law\nrights", "X"):
        assert read_matrix(f'"{name}",Q2\n1,1\n', f'"{name}",Q2\n1,1\n').names == (name, "Q2")
    assert read_matrix("X1,X2\n1,1\n", "X1,X2\n1,1\n").names == ("X1", "X2")


def test_no_attempt_is_a_matrix_without_rows() -> None:
    assert read_matrix("Q1,Q2\n", HIGHEST).columns == ((), ())


@pytest.mark.parametrize(
    ("marks", "highest", "sentence"),
    [
        ("", HIGHEST, "The file of marks is empty."),
        (" \n,\n", HIGHEST, "The file of marks is empty."),
        (MARKS, "\n", "The file of highest marks is empty."),
        (f"Q1,Q2\n1,{'1' * 140_000}\n", HIGHEST, "Line 2 is not CSV."),
        ("Q1,Q2\n1,1,1\n", HIGHEST, "Line 2 does not have one mark per question: 3 instead of 2."),
        ("Q1,Q2\n1,1\n1\n", HIGHEST, "Line 3 does not have one mark per question: 1 instead of 2."),
        ("Q1,Q2\n1,1\n1,\n", HIGHEST, "Line 3 has no mark for “Q2”. Write 0 where nothing was answered."),
        ("Q1,Q2\n1,1\n1,x\n", HIGHEST, "Line 3: “x” is no mark for “Q2”. A mark is a number from 0 on."),
        ("Q1,Q2\nx,1\n", HIGHEST, "Line 2: “x” is no mark for “Q1”. A mark is a number from 0 on."),
        ("Q1,Q2\n1,-1\n", HIGHEST, "Line 2: “-1” is no mark for “Q2”. A mark is a number from 0 on."),
        ("Q1,Q2\n1,nan\n", HIGHEST, "Line 2: “nan” is no mark for “Q2”. A mark is a number from 0 on."),
        ("Q1,Q2\n1,2.01\n", HIGHEST, "Line 2: the mark for “Q2” is above 2."),
        ("Q1,Q2\n1,1\n", "Q1,Q2\n1,x\n", "Line 2: “x” is no mark for “Q2”. A mark is a number from 0 on."),
        (
            "Q1,Q2\n1,1\n",
            "Q1,Q2\n1\n",
            "The file of highest marks has more names than marks, or more marks than names.",
        ),
        ("Q1,Q2\n1,1\n", "Q1,Q3\n1,1\n", "The highest mark of the question “Q2” is missing."),
        ("Q1,Q2\nx,1\n", "Q1,1\nQ2,1\n", "Line 2: “x” is no mark for “Q1”. A mark is a number from 0 on."),
        ("Q1,Q2\n1,1\n", "Q2\n1\n", "The highest mark of the question “Q1” is missing."),
        ("Q1,Q2\n1,1\n", "Q1,Q2,Q3\n1,2,1\n", "The file of marks has no column “Q3”."),
        ("Q1,Q1\n1,1\n", "Q1\n1\n", "The question “Q1” stands twice in the file of marks."),
        ("Q1,Q2\n1,1\n", "Q1,Q1,Q2\n1,2,1\n", "The question “Q1” stands twice in the file of highest marks."),
        (
            "Q1,Q2\n1,1\n",
            "1,1,2\n1,2,1\n4,4,4\n",
            "The file of highest marks needs the names of the questions and a line of marks below.",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(marks: str, highest: str, sentence: str) -> None:
    with pytest.raises(TableError) as refused:
        read_matrix(marks, highest)

    assert str(refused.value) == sentence


@given(st.text(alphabet='Q12,;.\t\n"é-', max_size=40), st.text(alphabet='Q12,;.\t\n"é-', max_size=40))
def test_whatever_the_files_are_there_is_a_matrix_or_a_sentence(marks: str, highest: str) -> None:
    with suppress(TableError):
        found = read_matrix(marks, highest)

        assert len(found.names) == len(found.maxima) == len(found.columns)
