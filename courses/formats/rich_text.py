"""HTML of editors and of questions as pieces: paragraphs, headings, lists, tables, bold, italic and links."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

from courses.formats.pieces import Heading, Line, Listing, Paragraph, Piece, Run, Table

_SPACE = re.compile(r"[ \t\r\n]+")
_HEADINGS = {f"h{level}": level for level in range(2, 7)}
_BOLD, _ITALIC = {"b", "strong"}, {"i", "em"}
_LISTS = {"ul": False, "ol": True}
# What ends a paragraph wherever it stands.
_BLOCKS = {"p", "div", "blockquote", "pre", "hr", "table", "caption", "tr", "li", *_LISTS, *_HEADINGS}


def pieces_of(html: str, site: str, *, language: str = "") -> tuple[Piece, ...]:
    """Return the pieces of HTML. Links inside the site are made whole with its address; a picture is its description.

    >>> pieces_of("<p>See <a href='/m/'>the <b>module</b></a>.</p>", "https://example.org")[0].line[1].link
    'https://example.org/m/'
    """
    reader = _Reader(site, language)
    reader.feed(html)
    reader.close()
    return reader.finished()


def line_of(html: str, site: str, *, language: str = "") -> Line:
    """Return HTML that is one line; what stands in further paragraphs follows after a space."""
    lines = [piece.line for piece in pieces_of(html, site, language=language) if isinstance(piece, Paragraph)]
    spaced = [run for line in lines for run in (Run(" "), *line)]
    return tuple(spaced[1:])


class _Reader(HTMLParser):
    """Reads one text from its beginning to its end."""

    def __init__(self, site: str, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.site, self.language = site, language
        self.bold = self.italic = 0
        self.links: list[str] = []
        self.line: list[Run] = []
        self.level = 0
        # Texts that are open: the whole, and every list item above this place; lists wait with their items.
        self.texts: list[list[Piece]] = [[]]
        self.lists: list[tuple[bool, list[tuple[Piece, ...]]]] = []
        self.rows: list[list[tuple[bool, str]]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._end_line()
        attributes = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(urljoin(self.site, attributes.get("href", "")))
        elif tag == "br":
            self._say("\n", keep=True)
        elif tag == "img":
            self._say(attributes.get("alt", ""))
        else:
            self._open(tag)

    def _open(self, tag: str) -> None:
        self.bold += tag in _BOLD
        self.italic += tag in _ITALIC
        self.level = _HEADINGS.get(tag, self.level)
        if tag in _LISTS:
            self.lists.append((_LISTS[tag], []))
        elif tag == "li":
            self.texts.append([])
        elif tag == "table":
            self.rows = []
        elif tag == "tr" and self.rows is not None:
            self.rows.append([])

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"} and self.rows:
            self.rows[-1].append((tag == "th", "".join(run.text for run in self.line).strip()))
            self.line = []
        if tag in _BLOCKS:
            self._end_line()
        if tag == "a" and self.links:
            self.links.pop()
        self.bold = max(self.bold - (tag in _BOLD), 0)
        self.italic = max(self.italic - (tag in _ITALIC), 0)
        self._close(tag)

    def _close(self, tag: str) -> None:
        if tag == "li" and len(self.texts) > 1 and self.lists:
            self.lists[-1][1].append(tuple(self.texts.pop()))
        elif tag in _LISTS and self.lists:
            ordered, items = self.lists.pop()
            if items:
                self.texts[-1].append(Listing(tuple(items), ordered))
        elif tag == "table" and self.rows is not None:
            self._end_table(self.rows)
            self.rows = None
        elif tag in _HEADINGS:
            self.level = 0

    def _end_table(self, rows: list[list[tuple[bool, str]]]) -> None:
        heads = bool(rows) and all(is_head for is_head, _text in rows[0])
        texts = [tuple(text for _head, text in row) for row in rows if row]
        if texts:
            self.texts[-1].append(Table("", texts[0] if heads else (), tuple(texts[1:] if heads else texts)))

    def handle_data(self, data: str) -> None:
        self._say(data)

    def _say(self, text: str, *, keep: bool = False) -> None:
        text = text if keep else _SPACE.sub(" ", text)
        before = self.line[-1].text[-1:] if self.line else " "
        if before in {" ", "\n"} and not keep:
            text = text.lstrip(" ")
        if text:
            link = self.links[-1] if self.links else ""
            self.line.append(Run(text, self.bold > 0, self.italic > 0, link, self.language))

    def _end_line(self) -> None:
        line, self.line = _trimmed(self.line), []
        if line:
            text = "".join(run.text for run in line)
            self.texts[-1].append(Heading(text, self.level) if self.level else Paragraph(line))

    def finished(self) -> tuple[Piece, ...]:
        self._end_line()
        return tuple(piece for text in self.texts for piece in text)


def _trimmed(line: list[Run]) -> Line:
    """A line without spaces at its end, and with one run where two look alike."""
    made: list[Run] = []
    for run in line:
        if made and _looks(made[-1]) == _looks(run):
            made[-1] = _with_text(run, made[-1].text + run.text)
        else:
            made.append(run)
    while made and not made[-1].text.strip():
        made.pop()
    if made:
        made[-1] = _with_text(made[-1], made[-1].text.rstrip())
    return tuple(made)


def _looks(run: Run) -> tuple[bool, bool, str, str]:
    return run.bold, run.italic, run.link, run.language


def _with_text(run: Run, text: str) -> Run:
    return Run(text, run.bold, run.italic, run.link, run.language)
