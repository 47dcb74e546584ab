"""The faces of the certificate: loaded from the font packages, slimmed, and measured with kerning.

A face holds only what a PDF needs of it: no hinting, no layout tables but the kerning pairs, which are read once and
applied by `Typeface.runs`, because ReportLab alone sets letters side by side without them.
"""

import io
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from fontTools import subset, ttLib
from fontTools.varLib import instancer
from reportlab.pdfbase import pdfmetrics, ttfonts

# Latin with the extensions of European names, Cyrillic with those of the neighbouring languages, and punctuation.
LETTERS = [
    *range(0x20, 0x7F), *range(0xA0, 0x180), 0x18F, 0x218, 0x219, 0x21A, 0x21B, 0x259, 0x2BC, *range(0x400, 0x530),
    *range(0x1E80, 0x1E86), 0x1E9E, *range(0x2010, 0x2027), 0x2032, 0x2033, 0x20AC, 0x2116, 0x2212,
]  # fmt: skip
# Spaces that text may hold and that faces lack: all are drawn as a plain space.
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\n": " "})
_PAIR_POSITIONING, _EXTENSION = 2, 9
_LARGEST_KERN = 60


@dataclass(frozen=True)
class _Source:
    """Where a face comes from: a file of a font package and, for a variable font, the place on its axes."""

    package: str
    file: str
    axes: tuple[tuple[str, float], ...] = ()


_SOURCES = {
    "text": _Source("fontpkg_pt_serif", "PT_Serif-Web-Regular.ttf"),
    "italic": _Source("fontpkg_pt_serif", "PT_Serif-Web-Italic.ttf"),
    "bold": _Source("fontpkg_pt_serif", "PT_Serif-Web-Bold.ttf"),
    # Optical size 60: the display cut, with fine hairlines for large sizes.
    "display": _Source("fontpkg_source_serif_4", "SourceSerif4[opsz,wght].ttf", (("opsz", 60.0), ("wght", 500.0))),
}


class Typeface:
    """One face: which letters it has, how wide a line is, and a line as runs of glyphs and kerns."""

    def __init__(self, name: str, font: ttfonts.TTFont, kerning: dict[tuple[str, str], int], units: int) -> None:
        self.name = name
        self.font = font
        self.ascent = font.face.ascent
        self._kerning = kerning
        self._units = units

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

    def kern(self, left: str, right: str) -> float:
        """Return how much two letters move apart, in thousandths of the size."""
        return self._kerning.get((left, right), 0) * 1000 / self._units


def _in_small_steps(kern: float) -> list[float]:
    """Some programs that read PDFs take a single large kern for a space between words."""
    steps = math.ceil(abs(kern) / _LARGEST_KERN)
    return [kern / steps] * steps if steps else []


def face(name: str) -> Typeface:
    """Return one of the faces "text", "italic", "bold", "display"; the first call builds it (about a second)."""
    return _built(name)


@lru_cache(maxsize=4096)
def _width_at_one_point(typeface: Typeface, line: str) -> float:
    kerns = sum(typeface.kern(left, right) for left, right in pairwise(line))
    return float(pdfmetrics.stringWidth(line, typeface.name, 1)) + kerns / 1000


def _drawn(text: str) -> str:
    return text.translate(_SPACES)


@lru_cache
def _built(name: str) -> Typeface:
    slim = _slimmed(_SOURCES[name])
    data = io.BytesIO()
    slim.save(data)
    data.seek(0)
    registered = ttfonts.TTFont(f"certificate-{name}", data, asciiReadable=0)
    pdfmetrics.registerFont(registered)
    return Typeface(registered.fontName, registered, _kerning_pairs(slim), slim["head"].unitsPerEm)


def _slimmed(source: _Source) -> ttLib.TTFont:
    """Load a face with the letters of `LETTERS`, without hinting, at one place of its axes."""
    font = ttLib.TTFont(io.BytesIO((files(source.package) / "files" / source.file).read_bytes()))
    options = subset.Options(hinting=False, layout_features=["kern"], notdef_outline=True)
    options.drop_tables = [*options.drop_tables, "LTSH", "VDMX", "STAT"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    if source.axes:
        instancer.instantiateVariableFont(font, dict(source.axes), inplace=True)
    return font


def _kerning_pairs(font: ttLib.TTFont) -> dict[tuple[str, str], int]:
    """Return {(left letter, right letter): kern in font units} from the GPOS table."""
    if "GPOS" not in font:
        return {}
    letters: dict[str, list[str]] = {}
    for code, glyph in font.getBestCmap().items():
        letters.setdefault(glyph, []).append(chr(code))
    pairs: dict[tuple[str, str], int] = {}
    for left, right, kern in _glyph_pairs(font):
        for first in letters.get(left, ()):
            for second in letters.get(right, ()):
                # The first table that knows a pair decides, as in a layout engine.
                pairs.setdefault((first, second), kern)
    return {pair: kern for pair, kern in pairs.items() if kern}


def _glyph_pairs(font: ttLib.TTFont) -> Iterator[tuple[str, str, int]]:
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            inner = table.ExtSubTable if table.LookupType == _EXTENSION else table
            if inner.LookupType == _PAIR_POSITIONING:
                yield from _single_pairs(inner) if inner.Format == 1 else _class_pairs(inner)


def _single_pairs(table: Any) -> Iterator[tuple[str, str, int]]:
    for left, pair_set in zip(table.Coverage.glyphs, table.PairSet, strict=True):
        for record in pair_set.PairValueRecord:
            yield left, record.SecondGlyph, _advance(record.Value1)


def _class_pairs(table: Any) -> Iterator[tuple[str, str, int]]:
    right_of_class: dict[int, list[str]] = {}
    for glyph, number in table.ClassDef2.classDefs.items():
        right_of_class.setdefault(number, []).append(glyph)
    for left in table.Coverage.glyphs:
        row = table.Class1Record[table.ClassDef1.classDefs.get(left, 0)].Class2Record
        yield from _row_pairs(left, row, right_of_class)


def _row_pairs(left: str, row: list[Any], right_of_class: dict[int, list[str]]) -> Iterable[tuple[str, str, int]]:
    for number, record in enumerate(row):
        for right in right_of_class.get(number, ()):
            yield left, right, _advance(record.Value1)


def _advance(value: Any) -> int:
    return getattr(value, "XAdvance", 0) or 0
