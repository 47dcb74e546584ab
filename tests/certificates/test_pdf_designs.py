"""Certificates of every design: read aloud in the same order however the page is turned, whole, embedded, small.

What is read is compared with texts in `golden/`.
"""

import io
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from certificates.pdf import DoesNotFitError, Look, check_room, draw
from certificates.pdf.setting import LEAST_NAME
from tests.certificates.pages import (
    BELARUSIAN,
    CASES,
    DESIGNS,
    ENGLISH,
    LANGUAGES,
    RICH,
    case,
    joined,
    picture,
    read_aloud,
    reading_order,
    structure,
    turned,
)

GOLDEN = Path(__file__).parent / "golden"
LIMIT = 80_000

EVERY_PAGE = [(words, orientation) for words in DESIGNS.values() for orientation in ("landscape", "portrait")]
EVERY_NAME = [f"{name}, {orientation}" for name in DESIGNS for orientation in ("landscape", "portrait")]
every_design = pytest.mark.parametrize(("words", "orientation"), EVERY_PAGE, ids=EVERY_NAME)
both_ways = pytest.mark.parametrize("orientation", ["landscape", "portrait"])
every_case = pytest.mark.parametrize(
    ("language", "name"), [(language, name) for language in LANGUAGES for name in CASES]
)


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
    words = turned(case(language, name), orientation)

    golden = (GOLDEN / f"{language}-{name}.txt").read_text(encoding="utf-8")
    assert joined(read_aloud(draw(words))) == joined(golden)
    assert [text for kind, text in reading_order(words) if kind != "Figure"] == golden.splitlines()


@every_design
def test_the_order_is_the_same_however_the_page_is_turned(words, orientation):
    read = [(f"/{kind}", text if kind == "Figure" else "") for kind, text in reading_order(words)]

    assert [(kind, alternative) for kind, alternative, _language in structure(draw(turned(words, orientation)))] == read


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
