"""Pictures lose what is not seen, and nothing that is."""

import io

import pytest
from PIL import Image

from core.bare_pictures import bare

BEHIND = b"<script>alert(1)</script>"
KINDS = ["JPEG", "PNG", "WEBP", "AVIF", "GIF"]


def picture(kind: str, *, turned: bool = False) -> bytes:
    """A picture of 8 × 4 with the place where it was taken, and perhaps lying on its side."""
    image = Image.new("RGB", (8, 4), (200, 30, 30))
    exif = Image.Exif()
    exif[0x010E] = "Ivan Sidorov at home"
    if turned:
        exif[0x0112] = 6
    file = io.BytesIO()
    image.save(file, kind, **({} if kind == "GIF" else {"exif": exif}))
    return file.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_seen_is_gone_and_the_format_stays(kind):
    made = bare(picture(kind) + BEHIND)

    image = Image.open(io.BytesIO(made))
    assert (image.format, image.size, dict(image.getexif())) == (kind, (8, 4), {})
    assert [word for word in (b"Sidorov", b"script") if word in made] == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_lies_on_its_side_stands_up(kind):
    assert Image.open(io.BytesIO(bare(picture(kind, turned=True)))).size == (4, 8)


def test_the_profile_of_colours_stays():
    file = io.BytesIO()
    profile = b"a profile of colours"
    Image.new("RGB", (8, 4)).save(file, "PNG", icc_profile=profile)

    assert Image.open(io.BytesIO(bare(file.getvalue()))).info["icc_profile"] == profile


def test_a_picture_that_moves_goes_on_moving():
    frames = [Image.new("RGB", (8, 4), (90 * number, 0, 0)) for number in range(3)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], comment=b"Ivan Sidorov")

    made = bare(file.getvalue() + BEHIND)

    assert (Image.open(io.BytesIO(made)).n_frames, b"Sidorov" in made, b"script" in made) == (3, False, False)


@pytest.mark.parametrize(
    "content", [b"", b"<svg/>", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n" + bytes(20), picture("PNG")[:40]]
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(ValueError, match="no picture"):
        bare(content)
