"""A module as a PDF: read aloud in its order, over as many pages as it takes, the same bytes for the same content."""

import io
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PdfReader

from courses.formats.paper import to_pdf
from courses.formats.pieces import Field, Heading, Picture, Volume, plain
from tests.certificates.verifiers.programs import by_verapdf
from tests.courses.formats.volumes import chapter, jpeg, volume

LONG = "Доўгі сказ пра права на здароўе і пра тое, хто яго выконвае. " * 60


def reader(of: Volume) -> PdfReader:
    return PdfReader(io.BytesIO(to_pdf(of)))


def words(of: Volume) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in reader(of).pages]


def elements(of: Volume) -> list[Any]:
    """Every element of the structure tree in the order of reading."""

    def below(node: Any) -> list[Any]:
        node = node.get_object()
        kids = [kid for kid in node.get("/K", []) if not isinstance(kid, int)]
        return [node, *(each for kid in kids if "/S" in kid.get_object() for each in below(kid))]

    return below(reader(of).root_object["/StructTreeRoot"]["/K"][0])


def kinds(of: Volume) -> list[str]:
    return [node["/S"].removeprefix("/") for node in elements(of)]


def test_the_same_content_gives_the_same_bytes():
    assert to_pdf(volume()) == to_pdf(volume())
    assert to_pdf(volume(version=8)) != to_pdf(volume())


def test_it_says_what_it_is_in_which_language_and_of_which_version():
    read = reader(volume())
    pages = words(volume())

    assert read.root_object["/Lang"] == "be"
    assert read.metadata is not None
    assert read.metadata.title == "Здароўе & міграцыя"
    for number, page in enumerate(pages, start=1):
        assert "версія зместу 7 ад 12 мая 2026 г." in page
        assert f"старонка {number} з {len(pages)}" in page


def test_no_level_of_headings_is_skipped():
    levels = [int(kind[1:]) for kind in kinds(volume()) if kind[0] == "H" and kind[1:].isdigit()]

    assert levels[0] == 1
    assert all(later <= before + 1 for before, later in pairwise(levels))
    # Title, opening, contents, two lessons each with a part, a deeper part, answers and sources, glossary.
    assert levels == [1, 2, 2, 2, 3, 4, 3, 3, 2, 3, 4, 3, 3, 2]


def test_lists_tables_pictures_and_links_are_marked_as_such():
    found = kinds(volume(chapters=(chapter(),)))

    assert [found.count(kind) for kind in ("L", "LI", "Lbl", "LBody", "Table", "Caption", "TH", "Figure")] == [
        4, 7, 7, 7, 1, 1, 4, 1
    ]  # fmt: skip
    figure = next(node for node in elements(volume()) if node["/S"] == "/Figure")
    assert figure["/Alt"] == "Мапа кліник & шляхоў"
    assert found.count("Link") >= 3


def test_parts_in_another_language_say_so():
    languages = [node["/Lang"] for node in elements(volume()) if "/Lang" in node]

    # A run and a field of the first lesson; the entry of the contents and the second lesson with its own.
    assert languages == ["en", "en", "ru", "en", "en", "ru"]


def test_the_outline_of_the_file_leads_to_lessons_and_their_parts():
    outline = reader(volume(chapters=(chapter(),))).outline

    assert outline[0].title == "Здароўе & міграцыя"
    assert [each.title for each in outline[1] if not isinstance(each, list)] == [
        "Што патрабуецца",
        "Урок M9.1",
        "Гласарый",
    ]


def test_a_long_text_goes_on_on_the_next_page_and_loses_nothing():
    many = volume(whole=False, chapters=(chapter(pieces=(plain(LONG), plain(LONG)), summary=""),), terms=())

    pages = words(many)

    assert len(pages) > 2
    assert sum(page.count("Доўгі сказ") for page in pages) == 120


def test_a_field_that_fills_pages_and_a_picture_that_is_large_are_drawn():
    large = Picture(jpeg("navy", (900, 2400), "PNG"), (900, 2400), "Слуп")
    pieces = (Heading("Права"), Field("case", "Выпадак", (plain(LONG), large, plain(LONG))), large)

    pages = words(volume(chapters=(chapter(pieces=pieces),)))

    assert sum(page.count("Доўгі сказ") for page in pages) == 120


def test_a_word_without_spaces_is_broken_and_signs_without_a_letter_are_said_otherwise():
    text = " ".join(words(volume(chapters=(chapter(pieces=(plain("а" * 300), plain("1 → 2 ≥ 1"))),))))

    assert "1 – 2 >= 1" in text
    assert text.count("а" * 40) >= 1


@pytest.mark.deep
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_verapdf_finds_nothing(tmp_path):
    large = Picture(jpeg("navy", (900, 2400), "PNG"), (900, 2400), "Слуп")
    volumes = {
        "module": volume(),
        "lesson": volume(whole=False, chapters=(chapter(),)),
        "long": volume(chapters=(chapter(pieces=(Field("case", "Выпадак", (plain(LONG), large, plain(LONG))),)),)),
    }
    files = [tmp_path / f"{name}.pdf" for name in volumes]
    for file, each in zip(files, volumes.values(), strict=True):
        file.write_bytes(to_pdf(each))

    found = by_verapdf(files, ["3a", "ua1"])

    assert [(each.file, each.standard, each.broken) for each in found if each.broken] == []
    assert len(found) == 2 * len(files)
