"""A module on paper and for screens of one size: PDF/UA-1 and PDF/A-3a, tagged throughout.

A lesson begins on a page of its own. Every page says which version of the content it shows and how many pages there
are; the outline of the file leads to lessons and their parts.
"""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, time
from functools import partial

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.pdf.document import About, Document, language_of
from core.pdf.flow import Flow, Span
from core.pdf.grids import Cell, Grid, Head, draw_grid
from core.pdf.sheets import Sheets, Style, set_lines
from core.pdf.tables import MUTED
from core.pdf.typefaces import drawing as one_at_a_time
from courses.formats.editions import edition, where
from courses.formats.pieces import (
    HIGHEST,
    Chapter,
    Field,
    Heading,
    Line,
    Listing,
    Paragraph,
    Picture,
    Piece,
    Run,
    Source,
    Table,
    Volume,
)

MEDIA_TYPE = "application/pdf"
_TITLE, _CHAPTER = Style("display", 26, leading=1.15), Style("display", 21, leading=1.18)
_HEADINGS = [Style("display", 14.5, leading=1.2), Style("bold", 11, leading=1.25)]
_TEXT, _BOLD, _ITALIC = (Style(name, 10.5, leading=1.42) for name in ("text", "bold", "italic"))
_LEAD = Style("text", 12, leading=1.4)
_SMALL = Style("text", 9, MUTED, leading=1.35)
_LABEL = Style("bold", 9, MUTED, leading=1.35)
# Text stands in a column that is good to read; headings and tables begin where the sheet begins.
_INDENT, _WIDTH = 46.0, 430.0
_ASIDE = (0.043, 0.373, 0.4)
# Signs that the faces lack, by others that say the same.
_OTHERWISE = str.maketrans({"→": "–", "≥": ">=", "≤": "<=", "\N{NON-BREAKING HYPHEN}": "-", "✓": "+"})


def to_pdf(volume: Volume) -> bytes:
    """Return a module or a lesson as a file, in the language of the volume."""
    with override(volume.language), one_at_a_time:
        return _Paper(volume).drawn()


class _Paper:
    """One volume being set."""

    def __init__(self, volume: Volume) -> None:
        self.volume = volume
        self.publisher = _("Migration Health Academy")
        self.sheets = Sheets(
            head=f"{volume.code} · {volume.title}",
            foot=f"{self.publisher} · {edition(volume)}",
            page_of=lambda page, pages: _("page %(page)d of %(pages)d") % {"page": page, "pages": pages},
        )
        self.flow = Flow(self.sheets, indent=_INDENT, width=_WIDTH)
        self.wide = Flow(self.sheets)
        self.begins: dict[int, int] = {}
        # The level of the last heading: none is skipped, because whoever listens would look for what is missing.
        self.level = 1

    def drawn(self) -> bytes:
        volume = self.volume
        if volume.whole:
            self._opening()
        for number, chapter in enumerate(volume.chapters, start=1):
            with override(chapter.language), self.sheets.group("Sect", **self._other(chapter.language)):
                self._chapter(number, chapter)
        self._terms()
        return self.sheets.drawn(self._about())

    def _about(self) -> About:
        volume = self.volume
        return About(
            title=volume.title,
            subject=volume.lead or volume.title,
            author=self.publisher,
            language=volume.language,
            identifier=f"{volume.address}#{volume.language}-{volume.version}",
            moment=datetime.combine(volume.day, time(), UTC),
        )

    def _other(self, language: str) -> dict[str, object]:
        return language_of(language if language != self.volume.language else "")

    # --- Before the lessons ------------------------------------------------------------------------------------------

    def _opening(self) -> None:
        volume = self.volume
        self._title(volume.title, _TITLE, mark=0)
        if volume.lead:
            self.flow.paragraph("P", [Span(volume.lead, _LEAD)], below=8)
        self._facts()
        self.level = 1
        self._pieces(volume.opening)
        self._contents()

    def _title(self, text: str, style: Style, *, mark: int, kind: int = 1) -> None:
        self.wide.heading(kind, _drawable(text), style, above=0, below=8, mark=mark)

    def _facts(self) -> None:
        address = self.volume.address
        for label, value in self.volume.about:
            self.flow.paragraph("P", [Span(f"{label}: {_drawable(value)}", _SMALL)])
        self.flow.paragraph("P", [Span(capfirst(edition(self.volume)), _SMALL)])
        self.flow.paragraph("P", [Span(f"{_('Online')}: ", _SMALL), Span(address, _SMALL, address)], below=10)

    def _contents(self) -> None:
        self.sheets.keep((len(self.volume.chapters) + 1) * _TEXT.line + 60)
        self.wide.heading(2, _("Contents"), _HEADINGS[0], above=16, below=6)
        with self.sheets.group("TOC"):
            for number, chapter in enumerate(self.volume.chapters, start=1):
                with self.sheets.group("TOCI", **self._other(chapter.language)):
                    self.sheets.keep(2 * _TEXT.line)
                    line = partial(self._page_of, number=number, top=self.sheets.y)
                    self.flow.width -= 40
                    self.flow.paragraph("P", [Span(f"{number}. {_drawable(chapter.title)}", _TEXT)])
                    self.flow.width += 40
                    self.sheets.add(line)

    def _page_of(self, document: Document, *, number: int, top: float) -> None:
        """Set the number of the page on which a lesson begins, which is known when all are laid out."""
        words = str(self.begins[number])
        left = self.flow.left + self.flow.width - _TEXT.width(words)
        with document.tagged("Span"):
            set_lines(document, [words], _TEXT, (left, top))

    # --- Lessons -----------------------------------------------------------------------------------------------------

    def _chapter(self, number: int, chapter: Chapter) -> None:
        if self.volume.whole:
            self.sheets.next_page()
        self.begins[number] = self.sheets.page
        first = 2 if self.volume.whole else 1
        # What a lesson calls a heading of the second level is one below the title of the lesson.
        self.level = first
        self.wide.paragraph("P", [Span(" · ".join(where(self.volume, number, chapter)), _SMALL)], below=2)
        self._title(chapter.title, _CHAPTER, mark=first - 1, kind=first)
        if chapter.summary:
            self.flow.paragraph("P", [Span(_drawable(chapter.summary), _LEAD)], below=8)
        if not self.volume.whole:
            self._facts()
        self._pieces(chapter.pieces)
        if chapter.answers:
            self._part(_("Answers to the practice questions"))
            self._pieces(chapter.answers)
        if chapter.sources:
            self._part(_("Sources"))
            self._sources(chapter.sources)

    def _part(self, title: str) -> None:
        first = 2 if self.volume.whole else 1
        self.level = first + 1
        self.wide.heading(first + 1, title, _HEADINGS[0], above=18, below=5, mark=first)

    def _sources(self, sources: Sequence[Source]) -> None:
        with self.sheets.group("L"):
            for number, source in enumerate(sources, start=1):
                said = ", ".join(filter(None, [source.title, source.locator]))
                code = f" ({source.code})" if source.code else ""
                spans = [Span(_drawable(said + code), _SMALL)]
                if source.address:
                    # Paper leads nowhere, so the address is there to be typed.
                    spans += [Span(" ", _SMALL), Span(source.address, _SMALL, source.address)]
                with self.flow.item(Span(f"{number}.", _SMALL), indent=22):
                    self.flow.paragraph("P", spans, below=3)

    def _terms(self) -> None:
        if not self.volume.terms:
            return
        if self.volume.whole:
            self.sheets.next_page()
        with self.sheets.group("Sect"):
            self._title(_("Glossary"), _CHAPTER if self.volume.whole else _HEADINGS[0], mark=1, kind=2)
            for term in self.volume.terms:
                with self.sheets.group("Div", **self._other(term.language)):
                    spans = [Span(_drawable(term.name), _BOLD), Span(" – ", _TEXT), Span(_drawable(term.text), _TEXT)]
                    self.flow.paragraph("P", spans, below=5)

    # --- Pieces ------------------------------------------------------------------------------------------------------

    def _pieces(self, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            match piece:
                case Paragraph():
                    self.flow.paragraph("P", _spans(piece.line, quiet=piece.quiet), below=6)
                case Heading():
                    self._heading(piece)
                case Listing():
                    self._list(piece)
                case Table():
                    self._table(piece)
                case Picture():
                    self._picture(piece)
                case Field():
                    self._field(piece)

    def _heading(self, heading: Heading) -> None:
        above = 1 if self.volume.whole else 0
        self.level = min(heading.level + above, self.level + 1, 6)
        deep = self.level - HIGHEST - above
        flow = self.flow if deep > 0 else self.wide
        style = _HEADINGS[min(max(deep, 0), 1)]
        flow.heading(self.level, _drawable(heading.text), style, above=14, below=5, mark=self.level - 1)

    def _list(self, listing: Listing) -> None:
        with self.sheets.group("L"):
            for number, item in enumerate(listing.items, start=1):
                label = Span(f"{number}." if listing.ordered else "•", _TEXT)
                with self.flow.item(label, indent=20):
                    self._pieces(item)

    def _table(self, table: Table) -> None:
        heads = [*table.head, *[""] * (table.columns - len(table.head))]
        rows = [[*row, *[""] * (table.columns - len(row))] for row in table.rows]
        cells = [[Cell(_drawable(text)) for text in row] for row in rows]
        grid = Grid(
            [Head(_drawable(text)) for text in heads],
            cells,
            caption=_drawable(table.caption),
            row_heads=table.row_heads,
        )
        self.sheets.down(4)
        draw_grid(self.sheets, grid, _part_of)
        self.sheets.down(4)

    def _picture(self, picture: Picture) -> None:
        self.flow.picture(picture.content, picture.size, picture.alternative, below=4)
        if picture.caption:
            self.flow.paragraph("P", [Span(_drawable(picture.caption), _SMALL)], below=8)

    def _field(self, field: Field) -> None:
        self.sheets.down(4)
        with ExitStack() as stack:
            stack.enter_context(self.flow.field(_ASIDE, **self._other(field.language)))
            self.flow.paragraph("P", [Span(_drawable(field.label), _LABEL)], below=3)
            self._pieces(field.pieces)
        self.sheets.down(8)


def _spans(line: Line, *, quiet: bool) -> list[Span]:
    return [Span(_drawable(run.text), _style(run, quiet=quiet), run.link, run.language) for run in line]


def _style(run: Run, *, quiet: bool) -> Style:
    if run.bold:
        return _BOLD
    if run.italic:
        return _ITALIC
    return _SMALL if quiet else _TEXT


def _drawable(text: str) -> str:
    return text.translate(_OTHERWISE)


def _part_of(part: int, parts: int) -> str:
    return _("Columns, part %(part)d of %(parts)d") % {"part": part, "parts": parts}
