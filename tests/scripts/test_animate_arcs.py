"""The film of the four arcs: what its pictures show, and what lies in the repository."""

import re
from datetime import timedelta

import pytest
from PIL import Image

from scripts.animate_arcs import HEIGHT, SECONDS, TARGET, WIDTH, picture
from tests.scripts.test_mp4 import inside, numbers

ARC = re.compile(r'<circle [^>]*stroke="(#\w+)" stroke-width="46" stroke-dasharray="(\S+) ')
MOST_BYTES = 250_000


def arcs(seconds: float) -> list[tuple[str, float]]:
    """Colour and length of each arc that is there at a moment."""
    return [(colour, float(length)) for colour, length in ARC.findall(picture(seconds))]


def cues(language: str) -> list[tuple[timedelta, timedelta]]:
    """When each caption comes and goes."""
    words = (TARGET / f"four-arcs.{language}.vtt").read_text(encoding="utf-8")
    times = re.findall(r"00:(\d\d)\.(\d{3}) --> 00:(\d\d)\.(\d{3})", words)
    seconds = [[timedelta(seconds=int(s), milliseconds=int(ms)) for s, ms in (t[:2], t[2:])] for t in times]
    return [(begin, end) for begin, end in seconds]


def test_it_begins_with_four_pale_arcs_and_ends_with_four_full_ones() -> None:
    pale = [("#d9d5ca", 88.0)] * 4

    assert arcs(0) == pale
    assert arcs(SECONDS) == [*pale, *((colour, 88.0) for colour in ("#37489a", "#a8432a", "#7a5200", "#7b3a74"))]


def test_arcs_draw_themselves_one_after_the_other() -> None:
    drawn = [[length for _colour, length in arcs(moment)[4:]] for moment in range(SECONDS)]

    assert all(length == 88 for lengths in drawn for length in lengths[:-1])
    assert [len(lengths) for lengths in drawn] == sorted(len(lengths) for lengths in drawn)


def test_no_word_stands_in_the_picture() -> None:
    assert not any("<text" in picture(moment) for moment in range(SECONDS + 1))


def test_the_film_in_the_repository_is_small_and_as_long_and_large_as_the_script_says() -> None:
    data = (TARGET / "four-arcs.mp4").read_bytes()

    _made, _changed, ticks, length, *_rest = numbers(data, "moov", "mvhd")
    width, height = (number >> 16 for number in numbers(data, "moov", "trak", "tkhd")[-2:])
    assert len(data) <= MOST_BYTES
    assert (length / ticks, width, height) == (SECONDS, WIDTH, HEIGHT)
    assert inside(data, "mdat")


def test_the_poster_is_as_large_as_the_film() -> None:
    with Image.open(TARGET / "four-arcs.png") as poster:
        assert poster.size == (WIDTH, HEIGHT)


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_five_captions_follow_each_other_to_the_end(language: str) -> None:
    times = [moment for cue in cues(language) for moment in cue]

    assert len(times) == 10
    assert times == sorted(times)
    assert times[-1] == timedelta(seconds=SECONDS)
