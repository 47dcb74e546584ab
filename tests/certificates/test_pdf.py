import io
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from certificates.pdf import MissingLetterError, Words, draw
from certificates.pdf.setting import LEAST_NAME

BELARUSIAN_NAME = "Лук’яновіч-Ёўская Іаланта Ўладзіміраўна"
WORDS = Words(
    language="be",
    document_title=f"Сертыфікат: {BELARUSIAN_NAME}",
    document_subject="Правы",
    moment=datetime(2026, 3, 9, 9, 30, tzinfo=UTC),
    issuer="Migration Health Academy",
    title="Сертыфікат аб заканчэнні",
    name=BELARUSIAN_NAME,
    other_name="Ialanta Lukyanovich-Yeuskaya",
    agency="Гарадская паліклініка, Брэсцкая вобласць",
    statement="пацвярджаецца завяршэнне модуля",
    subject="Прававыя аспекты здароўя мігрантаў",
    facts=(("Аб’ём", "4,5 акадэмічнай гадзіны"), ("Завершана", "9 сакавіка 2026 г."), ("Вынік", "тэст 83 %")),
    issued="Выдадзены 9 сакавіка 2026 г., academy.example.org",
    note="Акадэмічная гадзіна – 45 хвілін.",
    verify="Адскануйце або ўвядзіце код.",
    code="7K3M-9QXT-2FZA-Y",
    address="https://academy.example.org/v/7K3M9QXT2FZAY",
    printed_address="academy.example.org/v/7K3M9QXT2FZAY",
    seal_description="Эмблема: чатыры дугі",
    qr_description="Праверыць сертыфікат",
)


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


def elements(page) -> list[tuple[str, str]]:
    """(kind, alternative text) of the structure tree, in reading order."""
    root = page.pdf.root_object["/StructTreeRoot"]
    body = root["/K"][0].get_object()
    return [(kid.get_object()["/S"], kid.get_object().get("/Alt", "")) for kid in body["/K"]]


def test_the_same_words_give_the_same_bytes():
    assert draw(WORDS) == draw(WORDS)


def test_another_moment_gives_other_bytes():
    assert draw(WORDS) != draw(replace(WORDS, moment=datetime(2026, 3, 9, 9, 31, tzinfo=UTC)))


def test_everything_that_is_printed_can_be_copied_and_searched_in_composed_letters():
    text = text_of(WORDS)

    assert unicodedata.is_normalized("NFC", text)
    printed = [WORDS.name, WORDS.other_name, WORDS.agency, WORDS.title, WORDS.statement, WORDS.subject, WORDS.code]
    printed += [WORDS.issued, WORDS.note, WORDS.verify, WORDS.printed_address, WORDS.issuer.upper()]
    printed += [part for label, value in WORDS.facts for part in (label.upper(), value)]
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


def test_the_page_is_a4_across(page):
    assert [round(float(side)) for side in page.mediabox] == [0, 0, 842, 595]


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


def test_the_structure_tree_reads_from_the_issuer_to_the_link(page):
    assert elements(page) == [
        ("/P", ""),
        ("/H1", ""),
        ("/H2", ""),
        ("/P", ""),
        ("/P", ""),
        ("/P", ""),
        ("/H2", ""),
        *[("/P", "")] * 6,
        ("/P", ""),
        ("/P", ""),
        ("/Figure", WORDS.seal_description),
        ("/Figure", WORDS.qr_description),
        ("/P", ""),
        ("/P", ""),
        ("/Link", ""),
    ]


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
