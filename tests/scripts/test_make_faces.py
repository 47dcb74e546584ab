"""The committed faces of printed papers are what the script makes of the font packages."""

import json

import pytest

from scripts.make_faces import SOURCES, TARGET, as_text, by_classes, slimmed


@pytest.mark.deep
@pytest.mark.parametrize("name", SOURCES)
def test_a_committed_face_is_what_the_script_makes(name):
    data, kerning = slimmed(SOURCES[name])

    assert data == (TARGET / f"{name}.ttf").read_bytes(), "Run scripts/make_faces.py and commit what it makes."
    assert kerning == json.loads((TARGET / "kerning.json").read_text(encoding="utf-8"))[name]


def test_kerning_by_classes_says_the_same_as_the_pairs():
    pairs = {("A", "V"): -60, ("Á", "V"): -60, ("A", "W"): -60, ("Á", "W"): -60, ("T", "o"): -40, ("T", "V"): 10}

    made = by_classes(pairs)

    assert made == {"left": ["AÁ", "T"], "right": ["V", "W", "o"], "kerns": [[-60, -60, 0], [10, 0, -40]]}
    assert json.loads(as_text({"text": {"units": 1000, **made}})) == {"text": {"units": 1000, **made}}
