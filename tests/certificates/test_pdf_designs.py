"""Certificates of every design: read aloud in the same order however the page is turned, whole, embedded, scannable.

What is read is compared with texts in `golden/`. `certificates/pdf` is given its words here, so that a better wording
elsewhere changes none of them.
"""

import io
import re
import shutil
import subprocess
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter
from pypdf import PdfReader

from certificates.pdf import DoesNotFitError, Look, Picture, SecondWords, Words, check_room, draw
from certificates.pdf.setting import LEAST_NAME

GOLDEN = Path(__file__).parent / "golden"
LIMIT = 80_000
TOOLS = ("pdfinfo", "pdffonts", "pdftotext", "pdftoppm", "qpdf")

ADDRESS = "https://academy.example.org/v/7K3M9QXT2FZAY"
COMMON = {
    "moment": datetime(2026, 3, 9, 9, 30, tzinfo=UTC),
    "issuer": "Migration Health Academy",
    "code": "7K3M-9QXT-2FZA-Y",
    "address": ADDRESS,
    "printed_address": "academy.example.org/v/7K3M9QXT2FZAY",
}
ENGLISH = Words(
    **COMMON,
    language="en",
    document_title="Certificate of participation: Hanna Kavaliova",
    document_subject="Migration and health",
    title="Certificate of participation",
    name="Hanna Kavaliova",
    other_name="Кавалёва Ганна",
    agency="City polyclinic, Brest region",
    statement="took part in the workshop",
    subject="Migration and health together",
    facts=(("Duration", "12 academic hours"), ("Held", "9–10 March 2026"), ("Attendance", "4 of 5 sessions")),
    issued="Issued on 10 March 2026, academy.example.org",
    note="An academic hour is 45 minutes.",
    verify="Scan or type this code.",
    seal_description="Emblem: a ring of four arcs",
    qr_description="Check this certificate",
)
RUSSIAN = Words(
    **COMMON,
    language="ru",
    document_title="Сертификат об участии: Щёголева Юлия",
    document_subject="Миграция и здоровье",
    title="Сертификат об участии",
    name="Щёголева Юлия Артёмовна",
    other_name="Yuliya Shchegoleva",
    agency="Городская поликлиника, Брестская область",
    statement="подтверждено участие в семинаре",
    subject="Миграция и здоровье вместе",
    facts=(("Объём", "12 академических часов"), ("Проведено", "9–10 марта 2026 г."), ("Участие", "занятий: 4 из 5")),
    issued="Выдан 10 марта 2026 г., academy.example.org",
    note="Академический час – 45 минут.",
    verify="Сканируйте или введите код.",
    seal_description="Эмблема: кольцо из четырёх дуг",
    qr_description="Проверить сертификат",
)
BELARUSIAN = Words(
    **COMMON,
    language="be",
    document_title="Сертыфікат аб удзеле: Лук’яновіч Уладзіслаў",
    document_subject="Міграцыя і здароўе",
    title="Сертыфікат аб удзеле",
    name="Лук’яновіч Ўладзіслаў Ёсіфавіч",
    other_name="Uladzislau Lukyanovich",
    agency="Гарадская паліклініка, Брэсцкая вобласць",
    statement="пацверджаны ўдзел у семінары",
    subject="Міграцыя і здароўе разам",
    facts=(("Аб’ём", "12 акадэмічных гадзін"), ("Праведзена", "9–10 сакавіка 2026 г."), ("Удзел", "заняткаў: 4 з 5")),
    issued="Выдадзены 10 сакавіка 2026 г., academy.example.org",
    note="Акадэмічная гадзіна – 45 хвілін.",
    verify="Сканіруйце або ўвядзіце код.",
    seal_description="Эмблема: кальцо з чатырох дуг",
    qr_description="Праверыць сертыфікат",
)
LANGUAGES = {"en": ENGLISH, "ru": RUSSIAN, "be": BELARUSIAN}
LONG_NAMES = {
    "en": "Maximiliana Aleksandrovna Rozhdestvenskaya-Vasilevskaya-Orda",
    "ru": "Рождественская-Василевская-Ордынская Александра Владимировна",
    "be": "Раждзественская-Васілеўская-Ёўчанка Аляксандра Уладзіміраўна",
}
LONG_TITLES = {
    "en": "Legal, social, economic and cultural aspects of the health of migrants and refugees",
    "ru": "Правовые, социальные, экономические и культурные аспекты здоровья мигрантов и беженцев",
    "be": "Прававыя, сацыяльныя, эканамічныя і культурныя аспекты здароўя мігрантаў і бежанцаў",
}
SUPERSEDING = {
    "en": "Issued on 10 March 2026 in place of 5XYZ-0000-1111-2, academy.example.org",
    "ru": "Выдан 10 марта 2026 г. взамен 5XYZ-0000-1111-2, academy.example.org",
    "be": "Выдадзены 10 сакавіка 2026 г. замест 5XYZ-0000-1111-2, academy.example.org",
}
CASES = ["short", "long", "two-line", "two-languages", "superseding"]


def again(words: Words) -> SecondWords:
    """The same in another language, for the smaller half of a page."""
    names = ("language", "title", "agency", "statement", "subject", "facts", "issued", "note", "verify")
    return SecondWords(**{name: getattr(words, name) for name in names}, issuer="", extra="")


def case(language: str, name: str) -> Words:
    words = LANGUAGES[language]
    changed = {
        "short": words,
        "long": replace(words, name=LONG_NAMES[language]),
        "two-line": replace(words, subject=LONG_TITLES[language]),
        "two-languages": replace(words, second=again(RUSSIAN if language == "en" else ENGLISH)),
        "superseding": replace(words, issued=SUPERSEDING[language]),
    }
    return changed[name]


def turned(words: Words, orientation: str, **look: object) -> Words:
    return replace(words, look=replace(words.look, orientation=orientation, **look))


def picture(colour: str = "#0055AA", size: tuple[int, int] = (300, 100), width: float = 90) -> Picture:
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((10, 10, size[0] - 10, size[1] - 10), fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return Picture(buffer.getvalue(), size, width)


RICH = replace(
    BELARUSIAN,
    extra="Акрэдытавана для павышэння кваліфікацыі, загад № 12",
    signatories=(
        ("Maria Kowalczyk", "Дырэктар інстытута", "Подпіс: Maria Kowalczyk"),
        ("Ірына Міхалевіч", "Кіраўнік праграмы", "Подпіс: Ірына Міхалевіч"),
    ),
    logos=("Міністэрства аховы здароўя", "Інстытут грамадскага здароўя"),
    look=Look(logos=(picture(), picture("#AA2200")), signatures=(picture(width=0), None)),
)
DESIGNS = {
    "plain": BELARUSIAN,
    "accent": replace(BELARUSIAN, look=Look(accent="#37489A", pattern=75)),
    "rich": RICH,
    "rich in two languages": replace(
        RICH, second=replace(again(ENGLISH), posts=("Director of the institute", "Head of the programme"))
    ),
}
EVERY_PAGE = [(words, orientation) for words in DESIGNS.values() for orientation in ("landscape", "portrait")]
EVERY_NAME = [f"{name}, {orientation}" for name in DESIGNS for orientation in ("landscape", "portrait")]
every_design = pytest.mark.parametrize(("words", "orientation"), EVERY_PAGE, ids=EVERY_NAME)
both_ways = pytest.mark.parametrize("orientation", ["landscape", "portrait"])
every_case = pytest.mark.parametrize(
    ("language", "name"), [(language, name) for language in LANGUAGES for name in CASES]
)


def joined(text: str) -> list[str]:
    """Words without the breaks of lines, which differ between pages."""
    return re.sub(r"-\s+", "-", text).split()


def read_aloud(data: bytes) -> str:
    """What the page says in the order in which it is drawn, which is that of the structure tree."""
    pieces: list[str] = []
    page = PdfReader(io.BytesIO(data)).pages[0]
    page.extract_text(visitor_text=lambda text, *_place: pieces.append(text))
    return " ".join(pieces)


def structure(data: bytes) -> list[tuple[str, str, str]]:
    """(kind, alternative text, language) of the elements, in reading order."""
    body = PdfReader(io.BytesIO(data)).root_object["/StructTreeRoot"]["/K"][0].get_object()
    kids = [kid.get_object() for kid in body["/K"]]
    return [(kid["/S"], kid.get("/Alt", ""), kid.get("/Lang", "")) for kid in kids]


def sizes_of(data: bytes, parts: list[str]) -> list[float]:
    """The sizes of the lines that hold one of the parts in the face of names and titles."""
    sizes: list[float] = []

    def note(text: str, _matrix: object, _start: object, font: dict[str, str] | None, size: float) -> None:
        if font and "AcademyDisplay" in font["/BaseFont"] and any(part in text for part in parts):
            sizes.append(size)

    PdfReader(io.BytesIO(data)).pages[0].extract_text(visitor_text=note)
    return sizes


@every_case
@both_ways
def test_what_is_read_is_the_golden_text(language, name, orientation):
    data = draw(turned(case(language, name), orientation))

    golden = (GOLDEN / f"{language}-{name}.txt").read_text(encoding="utf-8")
    assert joined(read_aloud(data)) == joined(golden)


@pytest.mark.parametrize("words", DESIGNS.values(), ids=DESIGNS.keys())
def test_the_order_is_the_same_however_the_page_is_turned(words):
    landscape, portrait = (structure(draw(turned(words, orientation))) for orientation in ("landscape", "portrait"))

    assert landscape == portrait


@every_design
def test_the_same_words_give_the_same_bytes(words, orientation):
    assert draw(turned(words, orientation)) == draw(turned(words, orientation))


@every_design
def test_every_page_is_small_one_page_and_turned_as_it_should(words, orientation):
    data = draw(turned(words, orientation))
    pages = PdfReader(io.BytesIO(data)).pages

    size = [round(float(side)) for side in pages[0].mediabox[2:]]
    assert size == ([842, 595] if orientation == "landscape" else [595, 842])
    assert len(pages) == 1
    assert len(data) < LIMIT


@every_design
def test_every_font_is_embedded_and_a_subset(words, orientation):
    fonts = PdfReader(io.BytesIO(draw(turned(words, orientation)))).pages[0]["/Resources"]["/Font"]
    named = [font.get_object() for font in fonts.values()]

    assert all(re.match(r"/[A-Z]{6}\+Academy", font["/BaseFont"]) for font in named)
    assert all("/FontFile2" in font["/FontDescriptor"] and "/ToUnicode" in font for font in named)


@every_case
@both_ways
def test_the_name_is_whole_composed_and_never_below_18_points(language, name, orientation):
    words = turned(case(language, name), orientation)
    data = draw(words)
    text = read_aloud(data)

    assert unicodedata.is_normalized("NFC", text)
    assert words.name.split()[-1] in text
    assert "".join(words.name.split()) in "".join(text.split())
    assert min(sizes_of(data, words.name.split())) >= LEAST_NAME


@both_ways
def test_logos_and_signatures_are_pictures_with_words_to_read_instead(orientation):
    data = draw(turned(RICH, orientation))

    figures = [alternative for kind, alternative, _language in structure(data) if kind == "/Figure"]
    assert figures == ["Подпіс: Maria Kowalczyk", *RICH.logos, RICH.seal_description, RICH.qr_description]
    images = [image.get_object() for image in _images(data)]
    assert [(image["/ColorSpace"], image["/Width"]) for image in images] == [("/DeviceRGB", 300)] * 2


def test_a_picture_comes_out_as_it_went_in():
    page = PdfReader(io.BytesIO(draw(RICH))).pages[0]

    colours = {image.image.convert("RGB").getpixel((150, 50)) for image in page.images}
    assert colours == {(0, 0x55, 0xAA), (0xAA, 0x22, 0)}


def test_the_second_language_says_which_it_is():
    spoken = structure(draw(DESIGNS["rich in two languages"]))

    again_in_english = [kind for kind, _alternative, language in spoken if language == "en"]
    assert again_in_english == ["/P"] * 12


def test_the_accent_colours_the_name_of_the_issuer():
    content = PdfReader(io.BytesIO(draw(DESIGNS["accent"]))).pages[0].get_contents().get_data().decode("latin-1")

    assert ".215686 .282353 .603922 rg" in content


def test_the_seal_is_one_form_however_strong_its_pattern_is():
    light, strong = (draw(turned(BELARUSIAN, "landscape", pattern=pattern)) for pattern in (25, 75))

    assert light != strong
    assert all(data.count(b"/Subtype /Form") == 2 for data in (light, strong))


@both_ways
@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"subject": "Migration and health " * 140}, "words"),
        ({"statement": "Migration and health " * 250}, "words"),
        ({"issued": "Migration and health " * 140}, "words"),
        ({"logos": ("a", "b", "c"), "look": Look(logos=(picture(width=180),) * 3)}, "logos"),
        ({"logos": ("a",), "look": Look(logos=(picture(size=(100, 100), width=60),))}, "logos"),
    ],
)
def test_what_has_no_room_is_refused(changes, part, orientation):
    words = turned(replace(ENGLISH, **changes), orientation)

    with pytest.raises(DoesNotFitError) as raised:
        check_room(words)
    assert raised.value.part == part
    with pytest.raises(DoesNotFitError):
        draw(words)


def _images(data: bytes) -> list[object]:
    objects = PdfReader(io.BytesIO(data)).pages[0]["/Resources"]["/XObject"].values()
    return [each for each in objects if each.get_object()["/Subtype"] == "/Image"]


# --- with the tools of the system ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tools() -> None:
    """The packages poppler-utils and qpdf."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        pytest.fail(f"These tests need poppler-utils and qpdf; missing: {', '.join(missing)}")


@pytest.fixture
def written(tools, tmp_path, words, orientation) -> Path:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(draw(turned(words, orientation)))
    return path


def run(*command: object) -> str:
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True)
    return result.stdout + result.stderr


@pytest.mark.deep
@every_design
def test_qpdf_finds_nothing(written):
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", written)


@pytest.mark.deep
@every_design
def test_poppler_sees_embedded_subsets_with_letters(written):
    rows = [line.split() for line in run("pdffonts", written).splitlines()[2:]]

    assert rows
    assert all(row[-5:-2] == ["yes", "yes", "yes"] for row in rows)


@pytest.mark.deep
@every_design
def test_poppler_reads_what_is_said_in_the_same_order(written, words):
    spoken = run("pdfinfo", "-struct-text", written)
    said = " ".join(re.findall(r'^\s+"(.*)"$', spoken, re.MULTILINE))

    assert "".join(said.split()) == "".join(read_aloud(written.read_bytes()).split())
    assert "".join(words.name.split()) in "".join(run("pdftotext", "-raw", written, "-").split())


@pytest.mark.deep
@every_design
def test_a_bad_picture_of_the_code_is_read(written, tmp_path):
    run("pdftoppm", "-r", "100", "-png", "-singlefile", written, tmp_path / "page")
    with Image.open(tmp_path / "page.png") as page:
        bad = page.convert("L").filter(ImageFilter.GaussianBlur(0.8)).rotate(4, expand=True, fillcolor=255)

    assert [code.text for code in zxingcpp.read_barcodes(bad)] == [ADDRESS]
