"""Questions in a Word file (.docx): as people write them there, as GIFT, or as a table. Written the first way.

    1. How long does a hospital keep the card of a patient?
       a) Ten years
       b) Twenty-five years
    Answer: B

Numbers and letters may be typed or be those of a list of Word. Options may be lettered small or by the Cyrillic
alphabet, stand beside each other with tabs between them, and the line of the answer may be in English, Russian or
Belarusian. What such a file then says is read as Aiken, so each text is one paragraph. A table counts when its headings
are those of the template for tables, and then it alone. Of pictures and the like that stand in a question nothing comes
along, and the question says so.

In what is read and in what is wrong the place of a paragraph stands for a line, the number of a row in a table.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from django.utils.translation import gettext as _

from assessments.formats import aiken, gift, tables
from assessments.formats.item import Item, Problem, Reading
from assessments.formats.question_names import name_from
from core import docx
from core.docx.document import LOOKS, Document, Loss, Paragraph, Picture, Run, Table
from core.docx.losses import told
from core.errors import FormatError
from core.spreadsheets import Row as SheetRow
from core.spreadsheets import Table as Sheet

_LETTER = "A-Za-zА-Яа-яІЅЈіѕј"
_LABEL = re.compile(rf"\(?([{_LETTER}])[.)]*")
_OPTION = re.compile(rf"\(?([{_LETTER}])[.)]\s*(.*)", re.DOTALL)
_ANSWER = re.compile(
    r"(?:(?:correct |right )?answer|(?:правильный |верный )?ответ|(?:правільны )?адказ|ключ)\s*[:–—-]\s*(.*)",
    re.IGNORECASE,
)
_RIGHT = re.compile(r"\(?([^\W\d_])\)?(?:[.)].*)?")
_NUMBER = re.compile(r"([0-9]{1,4})[.)]\s+(?=\S)")


CARRIES = aiken.CARRIES
MOST_WARNINGS = 20  # of one question, which whoever made the file cannot have meant
lost = aiken.lost


class Line(NamedTuple):
    """A line of the text, and the place of its paragraph."""

    number: int
    text: str
    is_heading: bool = False


def read(content: bytes) -> Reading:
    """Return the questions of a Word file; raises FormatError when it is none, or no question is in it."""
    document = docx.read(content)
    sheets = [sheet for sheet in _sheets(document) if tables.has_questions(sheet)]
    if sheets:
        return _together(tables.reading_of(sheet) for sheet in sheets)
    lines = list(_lines(document))
    text = "\n".join(line.text for line in lines)
    is_gift = "{" in text and not any(_answer(line.text) for line in lines)
    reading = _read(gift.read, lines) if is_gift else _unnumbered(_read(aiken.read, lines))
    if not reading.items and not reading.errors:
        raise FormatError(
            _(
                "There is no question in this Word file. Write each question, its options A, B, C … and a line such as "
                "“Answer: B”, or a table with the headings of the template."
            )
        )
    return _with_warnings(document, reading)


def _sheets(document: Document) -> Iterator[Sheet]:
    """The tables of a file as those of a spreadsheet; rows have the numbers that they have there."""
    for each in document.blocks:
        rows = [row.cells for row in each.rows] if isinstance(each, Table) else []
        if rows:
            yield Sheet(rows[0], tuple(SheetRow(at, cells) for at, cells in enumerate(rows[1:], start=2) if any(cells)))


def _together(readings: Iterator[Reading]) -> Reading:
    whole = Reading()
    for each in readings:
        whole.items += each.items
        whole.errors += each.errors
    return whole


# --- The text as lines ----------------------------------------------------------------------------------------------
def _lines(document: Document) -> Iterator[Line]:
    """The paragraphs as lines of Aiken; a heading stays out unless options follow it."""
    lines = [line for each in document.blocks if isinstance(each, Paragraph) for line in _lines_of(each)]
    following = ""
    kept = []
    for line in reversed(lines):
        if not line.is_heading or _OPTION.match(following):
            kept.append(line)
        following = line.text or following
    yield from reversed(kept)


def _lines_of(paragraph: Paragraph) -> Iterator[Line]:
    is_heading = paragraph.heading > 0 or paragraph.style in {"title", "subtitle"}
    label = _LABEL.fullmatch(paragraph.marker.label) if paragraph.marker else None
    text = f"{label[1]}. {paragraph.text}" if label else paragraph.text
    for part in text.split("\n"):
        for line in _beside_each_other(part):
            yield Line(paragraph.number, _as_aiken(line), is_heading)


def _beside_each_other(text: str) -> list[str]:
    """The lines that stand in one: options with tabs between them."""
    first, *others = (part.strip() for part in text.split("\t"))
    lines = [first]
    for part in others:
        if _OPTION.match(part):
            lines.append(part)
        elif part:
            lines[-1] = f"{lines[-1]} {part}".strip()
    return lines if lines[0] or len(lines) == 1 else lines[1:]


def _as_aiken(line: str) -> str:
    """An option with a capital, an answer with the word that every such file has."""
    letters = _answer(line)
    if letters:
        return f"ANSWER: {letters}"
    option = _OPTION.fullmatch(line)
    return f"{option[1].upper()}. {option[2]}" if option else line


def _answer(line: str) -> str:
    """The letter in a line that says which answer is right, several that it names, or nothing."""
    found = _ANSWER.fullmatch(line)
    if not found:
        return ""
    one = _RIGHT.fullmatch(found[1].strip())
    return one[1].upper() if one else "".join(re.findall(r"[^\W_]+", found[1]))


def _read(reader: Callable[[bytes], Reading], lines: Sequence[Line]) -> Reading:
    """What a reader of text understands of the lines, with the places of paragraphs instead of lines."""
    places = [line.number for line in lines] or [1]
    reading = reader("\n".join(line.text for line in lines).encode(errors="replace"))
    items = [replace(each, line=places[min(each.line, len(places)) - 1]) for each in reading.items]
    errors = [Problem(places[min(each.line, len(places)) - 1], each.message) for each in reading.errors]
    return Reading(items, errors)


def _unnumbered(reading: Reading) -> Reading:
    """The questions without the numbers that somebody typed before them: each higher than the one before."""
    items, last = [], 0
    for item in reading.items:
        found = _NUMBER.match(item.stem.text)
        if found and int(found[1]) > last:
            last = int(found[1])
            stem = replace(item.stem, text=item.stem.text[found.end() :])
            items.append(replace(item, stem=stem, name=name_from(stem)))
        else:
            items.append(item)
    return Reading(items, reading.errors)


def write(items: Sequence[Item]) -> bytes:
    """Return a Word file with the questions in their order, numbered, each text without markup."""
    paragraphs: list[Paragraph] = []
    for number, item in enumerate(items, start=1):
        stem, *rest = aiken.write([item]).decode().splitlines()
        paragraphs.append(Paragraph(0, (Run(f"{number}. {stem}", bold=True),)))
        paragraphs += [Paragraph(0, (Run(line),)) for line in (*rest, "")]
    return docx.written(Document(tuple(paragraphs)))


# --- What stays out -------------------------------------------------------------------------------------------------
def _with_warnings(document: Document, reading: Reading) -> Reading:
    """The questions with what stands in their paragraphs and does not come along. Looks are no loss."""
    lost = _lost(document)
    ends = [each.line for each in reading.items[1:]] + [len(document.blocks) + 1]
    items = []
    for item, end in zip(reading.items, ends, strict=False):
        own = [sentence for number in range(item.line, end) for sentence in lost.get(number, ())]
        items.append(replace(item, warnings=(*item.warnings, *list(dict.fromkeys(own))[:MOST_WARNINGS])))
    return Reading(items, reading.errors)


def _lost(document: Document) -> Mapping[int, list[str]]:
    """Sentences by the place of the paragraph."""
    lost: dict[int, list[str]] = {}
    for left in document.left:
        if left.loss not in LOOKS | {Loss.INSERTED, Loss.COMMENT}:
            lost.setdefault(left.number, []).append(told(left))
    for block in document.blocks:
        if isinstance(block, Paragraph) and any(isinstance(each, Picture) for each in block.content):
            lost.setdefault(block.number, []).append(
                _("A picture of the Word file stays out. Put it into the question once it is saved.")
            )
    return lost
