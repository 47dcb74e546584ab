import io
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from certificates.pdf import MissingLetterError, Words, draw
from certificates.pdf.setting import LEAST_NAME
from tests.certificates.pages import BELARUSIAN as WORDS
from tests.certificates.pages import reading_order


@pytest.fixture(scope="module")
def page():
    return PdfReader(io.BytesIO(draw(WORDS))).pages[0]


def text_of(words: Words) -> str:
    lines = PdfReader(io.BytesIO(draw(words))).pages[0].extract_text()
    return " ".join(lines.split())


def pieces_of(words: Words) -> list[tuple[str, float, float, float]]:
    """(face, size, x, y) of everything that is set on the page."""
    pieces: list[tuple[str, float, float, float]] = []

    def note(text: str, _matrix: object, start: list[float], font: dict[str, str] | None, size: float) -> None:
        if text.strip() and font:
            pieces.append((font["/BaseFont"], size, start[4], start[5]))

    PdfReader(io.BytesIO(draw(words))).pages[0].extract_text(visitor_text=note)
    return pieces


def test_another_moment_gives_other_bytes():
    assert draw(WORDS) != draw(replace(WORDS, moment=datetime(2026, 3, 9, 9, 31, tzinfo=UTC)))


def test_everything_that_is_printed_can_be_copied_and_searched_in_composed_letters():
    text = text_of(WORDS)

    assert unicodedata.is_normalized("NFC", text)
    printed = [text for kind, text in reading_order(WORDS) if kind != "Figure"]
    assert [part for part in printed if part not in text] == []


def test_every_font_is_embedded_as_a_subset_and_maps_back_to_letters(page):
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]

    assert sorted(font["/BaseFont"] for font in fonts) == [
        "/AAAAAA+AcademyDisplayMedium",
        "/AAAAAA+AcademyTextBold",
        "/AAAAAA+AcademyTextItalic",
        "/AAAAAA+AcademyTextRegular",
    ]
    assert all("/FontFile2" in font["/FontDescriptor"] and "/ToUnicode" in font for font in fonts)


def test_the_document_says_its_language_title_and_moment(page):
    reader = page.pdf

    assert reader.root_object["/Lang"] == "be"
    assert reader.metadata.title == WORDS.document_title
    assert reader.metadata.creation_date == WORDS.moment
    assert reader.root_object["/ViewerPreferences"]["/DisplayDocTitle"] is not None


def test_the_document_claims_both_standards(page):
    packet = page.pdf.root_object["/Metadata"].get_object().get_data().decode()

    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in packet
    assert "<pdfuaid:part>1</pdfuaid:part>" in packet
    assert "<xmp:CreateDate>2026-03-09T09:30:00+00:00</xmp:CreateDate>" in packet


def test_the_address_can_be_clicked(page):
    (link,) = page["/Annots"]

    assert link.get_object()["/A"]["/URI"] == WORDS.address


def test_every_stream_ends_with_a_line_of_its_own():
    data = draw(WORDS)

    assert data.count(b"\nendstream") == data.count(b"endstream") > 5


@pytest.mark.parametrize(
    "name",
    [
        "Ли Анна",
        "Рождественская-Василевская-Орда Максимилиана Александровна Фёдоровна",
        "Х" * 60,
        " ".join(["Аляксандра"] * 6),
    ],
)
def test_a_name_of_any_length_is_printed_whole_and_never_below_18_points(name):
    words = replace(WORDS, name=name)

    # Title, name and subject are set in this face; of these only a long name is ever this small.
    display = [size for font, size, _x, _y in pieces_of(words) if "AcademyDisplay" in font]
    assert "".join(name.split()) in "".join(text_of(words).split())
    assert min(display) >= LEAST_NAME


def test_a_letter_that_no_face_has_is_named_instead_of_printed_as_a_box():
    with pytest.raises(MissingLetterError) as raised:
        draw(replace(WORDS, name="Nguyễn 王"))

    assert raised.value.letters == ["ễ", "王"]


def test_a_full_page_stays_on_its_page():
    crowded = replace(
        WORDS,
        name="Рождественская-Василевская-Орда Максимилиана Александровна",
        other_name="Maximiliana Aleksandrovna Rozhdestvenskaya-Vasilevskaya-Orda",
        agency="Брестский областной исполнительный комитет – главное управление по здравоохранению, отдел кадров",
        subject="Правовые, социальные, экономические и культурные аспекты здоровья мигрантов: " * 2,
    )

    reader = PdfReader(io.BytesIO(draw(crowded)))
    lows: list[float] = []
    reader.pages[0].extract_text(
        visitor_text=lambda text, _cm, tm, _font, _size: lows.append(tm[5]) if text.strip() else None
    )

    assert len(reader.pages) == 1
    assert min(lows) > 30


def test_objects_refer_only_to_objects_that_exist(page):
    reader = page.pdf
    seen: set[int] = set()

    def walk(thing: object) -> None:
        if isinstance(thing, IndirectObject):
            if thing.idnum in seen:
                return
            seen.add(thing.idnum)
            thing = thing.get_object()
            assert thing is not None
        if isinstance(thing, DictionaryObject):
            for value in thing.values():
                walk(value)
        elif isinstance(thing, list):
            for value in thing:
                walk(value)

    walk(reader.trailer)
    assert len(seen) > 30
