"""A printed table: on as many pages as it takes, read aloud as a table, the same bytes for the same words."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from core.pdf.document import About
from core.pdf.tables import Column, Paper, draw

NAME = "Лук’яновіч-Ёўская Іаланта Ўладзіміраўна"
PAPER = Paper(
    about=About(
        title="Явачны ліст",
        subject="Круглы стол",
        author="Academy",
        language="be",
        identifier="https://academy.example.org/x",
        moment=datetime(2026, 3, 9, 9, 30, tzinfo=UTC),
    ),
    title="Явачны ліст",
    facts=[("Дата", "9 сакавіка 2026 г.")],
    columns=[Column("№", 1), Column("Імя", 6), Column("Подпіс", 4)],
    rows=[(str(number), f"{NAME} {number}", "") for number in range(1, 61)],
    page_of=lambda page, pages: f"старонка {page} з {pages}",
    closing=["Вядучы: ____"],
    row_height=24,
    mark="RW-01",
)


def pages_of(paper: Paper) -> list[Any]:
    return PdfReader(io.BytesIO(draw(paper))).pages


def words_of(page: Any) -> str:
    return " ".join(page.extract_text().split())


def tree(node: Any) -> Any:
    """(kind, kids) of the structure tree below a node; content is left out."""
    node = node.get_object()
    kids = [tree(kid) for kid in node.get("/K", []) if not isinstance(kid, int)]
    return node["/S"], kids


def body(paper: Paper) -> Any:
    root = PdfReader(io.BytesIO(draw(paper))).root_object["/StructTreeRoot"]
    return root["/K"][0].get_object()


def test_the_same_words_give_the_same_bytes():
    assert draw(PAPER) == draw(PAPER)


def test_every_row_is_printed_once_and_every_page_says_which_it_is():
    pages = [words_of(page) for page in pages_of(PAPER)]

    assert [f"старонка {number} з {len(pages)}" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)
    text = " ".join(pages)
    assert [text.count(f"Ўладзіміраўна {number} ") for number in range(1, 61)] == [1] * 60
    assert [("Імя" in page, "RW-01" in page) for page in pages] == [(True, True)] * len(pages)
    assert pages[-1].count("Вядучы") == 1


def test_it_is_read_aloud_as_a_table_with_one_row_of_headings():
    paper = replace(PAPER, rows=PAPER.rows[:2])

    heading = ("/TR", [("/TH", [])] * 3)
    row = ("/TR", [("/TD", [])] * 3)
    assert tree(body(paper)) == (
        "/Document",
        [
            ("/H1", []),
            ("/P", []),
            ("/Table", [("/THead", [heading]), ("/TBody", [row, row])]),
            ("/P", []),
        ],
    )


def test_headings_say_that_they_head_a_column():
    table = body(PAPER)["/K"][2].get_object()
    cell = table["/K"][0].get_object()["/K"][0].get_object()["/K"][0].get_object()

    assert (cell["/A"]["/O"], cell["/A"]["/Scope"]) == ("/Table", "/Column")


def test_content_of_every_page_leads_back_to_its_element():
    root = PdfReader(io.BytesIO(draw(PAPER))).root_object["/StructTreeRoot"]
    numbers = root["/ParentTree"]["/Nums"]
    by_page = {numbers[place]: numbers[place + 1].get_object() for place in range(0, len(numbers), 2)}

    for page in pages_of(PAPER):
        elements = by_page[page["/StructParents"]]
        assert [element.get_object()["/K"][0] for element in elements] == list(range(len(elements)))


@pytest.mark.parametrize("rows", [0, 1, 13, 14, 15, 40])
def test_what_comes_after_the_table_is_printed_whatever_fits(rows):
    pages = [words_of(page) for page in pages_of(replace(PAPER, rows=PAPER.rows[:rows]))]

    assert "Вядучы" in pages[-1]
    assert f"з {len(pages)}" in pages[0]


def test_a_letter_that_no_face_has_does_not_keep_a_list_from_being_printed():
    paper = replace(PAPER, rows=[("1", "李 Anna", "")])

    assert "? Anna" in words_of(pages_of(paper)[0])


def test_a_word_wider_than_its_column_is_broken():
    paper = replace(PAPER, rows=[("1", "Ы" * 120, "")])

    assert words_of(pages_of(paper)[0]).replace(" ", "").count("Ы") == 120


def test_across_is_a4_on_its_side():
    box = pages_of(replace(PAPER, across=True))[0].mediabox

    assert (round(float(box.width)), round(float(box.height))) == (842, 595)
