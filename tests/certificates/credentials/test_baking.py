import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from PIL import Image

from certificates.credentials import baking
from tests.certificates.credentials import samples

PICTURES = Path(settings.BASE_DIR) / "static" / "img"
PNG, SVG = (PICTURES / "emblem-512.png").read_bytes(), (PICTURES / "emblem.svg").read_text()
TEXTS = [json.dumps(samples.proven(), ensure_ascii=False), '{"name": "]]> <b>&amp; “Ў” ]]]]>"}']


@pytest.mark.parametrize("text", TEXTS)
def test_a_png_gives_the_same_text_back_and_is_the_same_picture(text):
    baked = baking.into_png(PNG, text)

    assert baking.from_png(baked) == text
    with Image.open(io.BytesIO(baked)) as picture, Image.open(io.BytesIO(PNG)) as plain:
        assert picture.text["openbadgecredential"] == text
        assert picture.tobytes() == plain.tobytes()


@pytest.mark.parametrize("text", TEXTS)
def test_an_svg_gives_the_same_text_back_and_stays_well_formed(text):
    baked = baking.into_svg(SVG, text)

    assert baking.from_svg(baked) == text
    root = ElementTree.fromstring(baked)
    assert root[0].tag == "{https://purl.imsglobal.org/ob/v3p0}credential"
    assert root[0].text == text
    assert len(root) == len(ElementTree.fromstring(SVG)) + 1


def test_baking_again_takes_the_place_of_what_was_there():
    assert baking.from_png(baking.into_png(baking.into_png(PNG, "old"), "new")) == "new"


def test_a_picture_without_a_credential_has_none():
    assert baking.from_png(PNG) is None
    assert baking.from_svg(SVG) is None


def test_what_is_no_picture_is_refused():
    with pytest.raises(ValueError, match="no PNG"):
        baking.into_png(b"GIF89a", "{}")
    with pytest.raises(ValueError, match="no SVG"):
        baking.into_svg("<html></html>", "{}")
