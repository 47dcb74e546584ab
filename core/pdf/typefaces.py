"""The faces of printed papers, slimmed beforehand by `scripts/make_faces.py`, measured and set with kerning.

The kerning pairs are applied by `Typeface.runs`, because ReportLab alone sets letters side by side without them.
"""

import json
import math
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any

from reportlab.pdfbase import pdfmetrics, ttfonts

FACES = Path(__file__).parent / "faces"
# Spaces that text may hold and that faces lack: all are drawn as a plain space.
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\n": " "})
_LARGEST_KERN = 60

# ReportLab's faces keep a reading position and every document draws with the same ones: one is drawn at a time.
drawing = Lock()


class Kerning:
    """How much two letters of a face move apart, by classes of letters that kern alike."""

    def __init__(self, *, units: int, left: list[str], right: list[str], kerns: list[list[int]]) -> None:
        self._units = units
        self._row = {letter: row for letters, row in zip(left, kerns, strict=True) for letter in letters}
        self._column = {letter: column for column, letters in enumerate(right) for letter in letters}

    def between(self, left: str, right: str) -> float:
        """Return the distance in thousandths of the size; closer is negative."""
        row, column = self._row.get(left), self._column.get(right)
        return 0.0 if row is None or column is None else row[column] * 1000 / self._units


class Typeface:
    """One face: which letters it has, how wide a line is, and a line as runs of glyphs and kerns."""

    def __init__(self, font: ttfonts.TTFont, kerning: Kerning) -> None:
        self.name = font.fontName
        self.font = font
        self.ascent = font.face.ascent
        self.kern = kerning.between

    def missing(self, text: str) -> list[str]:
        """Return the letters of `text` that this face cannot draw, each once, in order."""
        return [letter for letter in dict.fromkeys(_drawn(text)) if ord(letter) not in self.font.face.charToGlyph]

    def width(self, text: str, size: float, tracking: float = 0) -> float:
        """Return the width of a line in points; `tracking` points are added between letters."""
        return _width_at_one_point(self, _drawn(text)) * size + max(len(text) - 1, 0) * tracking

    def runs(self, text: str, document: object) -> Iterator[tuple[int, list[bytes | float]]]:
        """Yield (subset number, glyphs and kerns in thousandths of the size, as the TJ operator takes them)."""
        line = _drawn(text)
        current, pieces = -1, list[bytes | float]()
        for letter, following in zip(line, [*line[1:], ""], strict=True):
            ((number, glyph),) = self.font.splitString(letter, document)
            if number != current and pieces:
                yield current, pieces
                pieces = []
            current = number
            pieces.append(glyph)
            pieces += _in_small_steps(-self.kern(letter, following))
        if pieces:
            yield current, pieces


def _in_small_steps(kern: float) -> list[float]:
    """Some programs that read PDFs take a single large kern for a space between words."""
    steps = math.ceil(abs(kern) / _LARGEST_KERN)
    return [kern / steps] * steps if steps else []


@lru_cache
def face(name: str) -> Typeface:
    """Return one of the faces "text", "italic", "bold", "display"; the first call loads it (some milliseconds)."""
    font = ttfonts.TTFont(f"certificate-{name}", str(FACES / f"{name}.ttf"), asciiReadable=0)
    pdfmetrics.registerFont(font)
    return Typeface(font, Kerning(**_kernings()[name]))


@lru_cache
def _kernings() -> dict[str, dict[str, Any]]:
    return json.loads((FACES / "kerning.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=4096)
def _width_at_one_point(typeface: Typeface, line: str) -> float:
    kerns = sum(typeface.kern(left, right) for left, right in pairwise(line))
    return float(pdfmetrics.stringWidth(line, typeface.name, 1)) + kerns / 1000


def _drawn(text: str) -> str:
    return text.translate(_SPACES)
