"""Who stands behind the demonstration: an invented fund with a mark that is drawn here, so that it is nobody else's."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.core.files.images import ImageFile
from PIL import Image as Picture
from PIL import ImageDraw
from wagtail.images.models import Image

from operations.demo import read
from operations.demo.tree import fixed_id

GREEN, DARK = "#2f7d4f", "#24402f"
# Drawn larger than it is kept, so that its edges are smooth.
SIZE, SCALE = 288, 4


def partner_blocks() -> Callable[[str], list[dict[str, Any]]]:
    """Return what gives the raw blocks of the home page in a language; the marks are among the images from now on."""
    words = read("home.yaml")
    logos = {partner["mark"]: _add_mark(partner["mark"]) for partner in words["partners"] if "mark" in partner}

    def blocks(code: str) -> list[dict[str, Any]]:
        partners = [("partner", _partner(partner, code, logos)) for partner in words["partners"]]
        values = [*partners, *(("disclaimer", text[code]) for text in words["disclaimers"])]
        return [
            {"type": kind, "id": fixed_id("home", "partners", index), "value": value}
            for index, (kind, value) in enumerate(values)
        ]

    return blocks


def _partner(partner: dict[str, Any], code: str, logos: dict[str, int]) -> dict[str, Any]:
    return {
        "role": partner["role"],
        "name": partner["name"][code],
        "logo": logos.get(partner.get("mark", "")),
        "alternative": partner.get("alternative", {}).get(code, ""),
        "address": "",
        "acknowledgement": partner["acknowledgement"][code],
    }


def _add_mark(name: str) -> int:
    """Draw a mark, put it among the images of the CMS and return its key."""
    image = Image(title=name, file=ImageFile(_seedling(), f"{name}.png"))
    # A demonstration that is loaded anew finds the file of the last one.
    image.file.storage.delete(image.file.field.generate_filename(image, image.file.name))
    image.save()
    return image.pk


def _seedling() -> BytesIO:
    """Two leaves on a stem above a line, as a PNG with nothing behind them."""
    whole = SIZE * SCALE
    picture = Picture.new("RGBA", (whole, whole))
    pen = ImageDraw.Draw(picture)
    unit = whole // 12
    pen.line([(6 * unit, 11 * unit), (6 * unit, 5 * unit)], fill=DARK, width=unit // 2)
    pen.line([(2 * unit, 11 * unit), (10 * unit, 11 * unit)], fill=DARK, width=unit // 2)
    # A leaf is a quarter of a circle with a second one turned against it: round on two corners, pointed on two.
    for left, top, colour in ((1, 3, DARK), (6, 1, GREEN)):
        box = [left * unit, top * unit, (left + 5) * unit, (top + 5) * unit]
        corners = (False, True, False, True) if colour == DARK else (True, False, True, False)
        pen.rounded_rectangle(box, radius=4 * unit, fill=colour, corners=corners)
    kept = BytesIO()
    picture.resize((SIZE, SIZE), Picture.Resampling.LANCZOS).save(kept, "PNG", optimize=True)
    return kept
