"""A lesson in Word to start from: everything that becomes something of its own, in words about itself."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core import docx
from core.docx import Document, NoteMark, Paragraph, Row, Run, Table
from core.docx.document import Marker

_LISTS = {"1": True, "*": False}


def example(language: str) -> bytes:
    """Return a Word file in a language: "en", "ru" or "be"."""
    notes: list[tuple[Run, ...]] = []
    blocks = tuple(_block(style, said, notes) for style, said in _texts()[language])
    return docx.written(Document(blocks, tuple(notes)))


@cache
def _texts() -> Mapping[str, Sequence[Any]]:
    found: Mapping[str, Sequence[Any]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return found


def _block(style: str, said: Any, notes: list[tuple[Run, ...]]) -> Paragraph | Table:
    if style == "table":
        rows = (Row(tuple(cells), is_heading=place == 0) for place, cells in enumerate(said))
        return Table(0, tuple(rows), heading_row=True)
    marker = Marker("", _LISTS[style], 0) if style in _LISTS else None
    content = tuple(_content(said if isinstance(said, list) else [said], notes))
    return Paragraph(0, content, "list paragraph" if marker else style, marker=marker)


def _content(parts: Sequence[Any], notes: list[tuple[Run, ...]]) -> Iterator[Run | NoteMark]:
    for part in parts:
        words, looks = part if isinstance(part, list) else (part, "")
        if looks == "note":
            notes.append((Run(words),))
            yield NoteMark(len(notes) - 1)
        else:
            yield Run(words, bold=looks == "bold", italic=looks == "italic")
