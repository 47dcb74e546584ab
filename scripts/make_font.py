"""Makes static/fonts/source-serif-4.woff2: the heading face, one weight, Latin and Cyrillic only.

Run when the font package changes: `python scripts/make_font.py` (needs fonttools with brotli, which nothing else does).
"""

from pathlib import Path

from fontpkg_source_serif_4 import __file__ as package
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

SOURCE = Path(package).parent / "files" / "SourceSerif4[opsz,wght].ttf"
TARGET = Path(__file__).parent.parent / "static" / "fonts" / "source-serif-4.woff2"
# Basic Latin, Latin-1, the letters of Belarusian and Russian, and the punctuation that headings use.
UNICODES = [
    *range(0x20, 0x7F), 0xA0, 0xA7, 0xAB, 0xB0, 0xB7, 0xBB, 0xD7, 0xE9,
    *range(0x0410, 0x0450), 0x0401, 0x0451, 0x0406, 0x0456, 0x040E, 0x045E, 0x02BC,
    0x2010, 0x2011, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x201E, 0x2026, 0x202F, 0x2116, 0x2192, 0x2212,
]  # fmt: skip


def main() -> None:
    """Write the subset."""
    font = instancer.instantiateVariableFont(TTFont(SOURCE), {"wght": 600, "opsz": 28})
    options = subset.Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = ["kern", "lnum", "locl"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=UNICODES)
    subsetter.subset(font)
    font.flavor = "woff2"
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    font.save(TARGET)


if __name__ == "__main__":
    main()
