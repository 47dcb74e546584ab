"""What a text is made of, whatever file it comes from or goes to: paragraphs, lists, tables, pictures, fields."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

# Headings inside a lesson begin with the second level, because the first is its title.
HIGHEST = 2


@dataclass(frozen=True)
class Run:
    """Words of a line that look alike. `link` is where they lead, `language` is empty for that of the text."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""
    language: str = ""


Line: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. A quiet one says something about what stands before it."""

    line: Line
    quiet: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading inside a lesson, of the second level or a lower one."""

    text: str
    level: int = HIGHEST


@dataclass(frozen=True)
class Listing:
    """A list, each item of which is a text of its own."""

    items: "tuple[tuple[Piece, ...], ...]"
    ordered: bool = False


@dataclass(frozen=True)
class Table:
    """A table: the cells of its heading row (none where it has no such row) and of the others."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row_heads: bool = False

    @property
    def columns(self) -> int:
        return max(map(len, [self.head, *self.rows]), default=0)


@dataclass(frozen=True)
class Picture:
    """A picture as it lies in the file, its size in pixels, and what it says to those who do not see it.

    `address` is where a page of the site finds the same picture.
    """

    content: bytes
    size: tuple[int, int]
    alternative: str
    caption: str = ""
    address: str = ""


@dataclass(frozen=True)
class Field:
    """A text set apart: its kind ("key", "law", "caution", "case", "opening", "term", "practice", "summary", "video"),
    a label in words, and its language where it is not that of the text."""

    kind: str
    label: str
    pieces: "tuple[Piece, ...]"
    language: str = ""


Piece: TypeAlias = Paragraph | Heading | Listing | Table | Picture | Field


@dataclass(frozen=True)
class Source:
    """A source at the end of a lesson."""

    title: str
    locator: str = ""
    address: str = ""
    code: str = ""


@dataclass(frozen=True)
class Chapter:
    """A lesson: its text, the answers to its practice questions, its sources; the language in which it is written."""

    code: str
    title: str
    language: str
    minutes: int
    summary: str
    pieces: tuple[Piece, ...]
    answers: tuple[Piece, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Definition:
    """A glossary term that the text mentions."""

    slug: str
    name: str
    text: str
    language: str


@dataclass(frozen=True)
class Volume:
    """A module to take away (`whole`), or one lesson of it: everything that stands in the file.

    `opening` is what is said of the module before its lessons; `about` are facts as (label, value); `address` is where
    it is read online.
    """

    whole: bool
    code: str
    title: str
    language: str
    lead: str
    address: str
    version: int
    day: date
    about: tuple[tuple[str, str], ...]
    opening: tuple[Piece, ...]
    chapters: tuple[Chapter, ...]
    terms: tuple[Definition, ...]


def plain(text: str, *, bold: bool = False) -> Paragraph:
    """A paragraph of words that all look alike."""
    return Paragraph((Run(text, bold),))


def words_of(pieces: Sequence[Piece]) -> Iterator[str]:
    """Yield everything that is said in a text, piece by piece, without looks."""
    for piece in pieces:
        if isinstance(piece, Paragraph):
            yield "".join(run.text for run in piece.line)
        elif isinstance(piece, Heading):
            yield piece.text
        elif isinstance(piece, Table):
            yield from [piece.caption, *piece.head, *(cell for row in piece.rows for cell in row)]
        elif isinstance(piece, Picture):
            yield from [piece.alternative, piece.caption]
        elif isinstance(piece, Listing):
            for item in piece.items:
                yield from words_of(item)
        else:
            yield piece.label
            yield from words_of(piece.pieces)


def pictures_of(pieces: Sequence[Piece]) -> Iterator[Picture]:
    """Yield the pictures of a text, also those in lists and fields."""
    for piece in pieces:
        if isinstance(piece, Picture):
            yield piece
        elif isinstance(piece, Listing):
            for item in piece.items:
                yield from pictures_of(item)
        elif isinstance(piece, Field):
            yield from pictures_of(piece.pieces)
