"""Makes core/pdf/faces/: the faces of printed papers, slimmed, with their kerning.

Run when a font package or `LETTERS` changes: `python scripts/make_faces.py`. A test holds the files to what this makes.
Slimming takes about ten seconds, which the first certificate of every process would otherwise wait for.

A face holds only what a PDF needs of it: no hinting and no layout tables. The kerning pairs go to `kerning.json`, by
classes: letters that kern alike on the left share a row, those that kern alike on the right share a column.
"""

import io
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from fontTools import subset, ttLib
from fontTools.varLib import instancer

TARGET = Path(__file__).parent.parent / "core" / "pdf" / "faces"
# Latin with the extensions of European names, Cyrillic with those of the neighbouring languages, and punctuation.
LETTERS = [
    *range(0x20, 0x7F), *range(0xA0, 0x180), 0x18F, 0x218, 0x219, 0x21A, 0x21B, 0x259, 0x2BC, *range(0x400, 0x530),
    *range(0x1E80, 0x1E86), 0x1E9E, *range(0x2010, 0x2027), 0x2032, 0x2033, 0x20AC, 0x2116, 0x2212,
]  # fmt: skip
_PAIR_POSITIONING, _EXTENSION = 2, 9
# Numbers of the records of a font's name table.
_COPYRIGHT, _FAMILY, _STYLE, _UNIQUE, _FULL, _VERSION, _POSTSCRIPT = range(7)
_LICENSE, _LICENSE_ADDRESS = 13, 14
_KEPT = {_COPYRIGHT, _VERSION, _LICENSE, _LICENSE_ADDRESS}


@dataclass(frozen=True)
class Source:
    """Where a face comes from: a file of a font package and, for a variable font, the place on its axes.

    The Open Font License reserves the names of the originals for the originals: what is slimmed has a name of its own.
    """

    package: str
    file: str
    family: str
    style: str
    axes: tuple[tuple[str, float], ...] = ()


SOURCES = {
    "text": Source("fontpkg_pt_serif", "PT_Serif-Web-Regular.ttf", "Academy Text", "Regular"),
    "italic": Source("fontpkg_pt_serif", "PT_Serif-Web-Italic.ttf", "Academy Text", "Italic"),
    "bold": Source("fontpkg_pt_serif", "PT_Serif-Web-Bold.ttf", "Academy Text", "Bold"),
    # Optical size 60: the display cut, with fine hairlines for large sizes.
    "display": Source(
        "fontpkg_source_serif_4", "SourceSerif4[opsz,wght].ttf", "Academy Display", "Medium",
        (("opsz", 60.0), ("wght", 500.0)),
    ),
}  # fmt: skip
LICENSES = {"fontpkg_pt_serif": "LICENSE-text.txt", "fontpkg_source_serif_4": "LICENSE-display.txt"}


def slimmed(source: Source) -> tuple[bytes, dict[str, Any]]:
    """Return a face as a TrueType file with the letters of `LETTERS`, and its kerning as `kerning.json` holds it."""
    data = (files(source.package) / "files" / source.file).read_bytes()
    font = ttLib.TTFont(io.BytesIO(data), recalcTimestamp=False)
    options = subset.Options(hinting=False, layout_features=["kern"], notdef_outline=True)
    options.drop_tables = [*options.drop_tables, "LTSH", "VDMX", "STAT"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    if source.axes:
        instancer.instantiateVariableFont(font, dict(source.axes), inplace=True)
    kerning = {"units": font["head"].unitsPerEm, **by_classes(_kerning_pairs(font))}
    for table in {"GPOS", "GSUB", "GDEF"} & set(font.keys()):
        del font[table]
    _rename(font, source)
    written = io.BytesIO()
    font.save(written)
    return written.getvalue(), kerning


def by_classes(pairs: dict[tuple[str, str], int]) -> dict[str, Any]:
    """Return kerning pairs as {"left": [letters of each row], "right": [letters of each column], "kerns": rows}.

    >>> by_classes({("A", "V"): -60, ("Á", "V"): -60, ("A", "W"): -60, ("Á", "W"): -60, ("T", "o"): -40})
    {'left': ['AÁ', 'T'], 'right': ['VW', 'o'], 'kerns': [[-60, 0], [0, -40]]}
    """
    lefts, rights = sorted({left for left, _ in pairs}), sorted({right for _, right in pairs})
    rows = _alike({left: tuple(pairs.get((left, right), 0) for right in rights) for left in lefts})
    columns = _alike({right: tuple(pairs.get((left[0], right), 0) for left in rows.values()) for right in rights})
    kerns = [list(row) for row in zip(*columns, strict=True)]
    return {"left": list(rows.values()), "right": list(columns.values()), "kerns": kerns}


def _alike(kerns: dict[str, tuple[int, ...]]) -> dict[tuple[int, ...], str]:
    """Return {kerns: the letters that have them}, in the order of the first letters."""
    groups: dict[tuple[int, ...], str] = {}
    for letter, values in kerns.items():
        groups[values] = groups.get(values, "") + letter
    return groups


def _rename(font: ttLib.TTFont, source: Source) -> None:
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in _KEPT]
    full = f"{source.family} {source.style}"
    names = {_FAMILY: source.family, _STYLE: source.style, _UNIQUE: full, _FULL: full}
    for number, name in (names | {_POSTSCRIPT: full.replace(" ", "")}).items():
        table.setName(name, number, 3, 1, 0x409)


def _kerning_pairs(font: ttLib.TTFont) -> dict[tuple[str, str], int]:
    """Return {(left letter, right letter): kern in font units} from the GPOS table."""
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


def as_text(kerning: dict[str, Any]) -> str:
    """Return the kerning of all faces as `kerning.json` has it: a list of letters or a row of kerns per line."""
    faces = []
    for name, face in kerning.items():
        entries = [f'"units": {face["units"]}']
        for key in ("left", "right", "kerns"):
            lines = ",\n".join(json.dumps(value, ensure_ascii=False) for value in face[key])
            entries.append(f'"{key}": [\n{lines}\n]')
        faces.append(f'"{name}": {{\n' + ",\n".join(entries) + "\n}")
    return "{\n" + ",\n".join(faces) + "\n}\n"


def main() -> None:
    """Write the faces, their kerning and their licences."""
    TARGET.mkdir(parents=True, exist_ok=True)
    kerning = {}
    for name, source in SOURCES.items():
        data, kerning[name] = slimmed(source)
        (TARGET / f"{name}.ttf").write_bytes(data)
    (TARGET / "kerning.json").write_text(as_text(kerning), encoding="utf-8")
    for package, target in LICENSES.items():
        shutil.copyfile(str(files(package) / "LICENSE"), TARGET / target)


if __name__ == "__main__":
    main()
