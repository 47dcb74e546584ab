"""Pieces as XHTML, which is HTML as well: for books, and to look for terms in a text."""

from collections.abc import Callable, Iterable, Sequence
from html import escape

from django.utils.translation import gettext as _

from courses.formats.pieces import HIGHEST, Field, Heading, Line, Listing, Paragraph, Picture, Piece, Run, Source, Table

# Fields that the text can do without.
ASIDE = frozenset({"key", "law", "caution", "term"})
# Where a picture lies, as seen from the text.
Place = Callable[[Picture], str]


def element(name: str, inside: str, **attributes: str) -> str:
    """Return an element; attributes without a value are left out, `class_` is "class", "_" in names is "-" or ":".

    >>> element("p", "a &lt; b", class_="quiet", xml_lang="be", id="")
    '<p class="quiet" xml:lang="be">a &lt; b</p>'
    """
    said = "".join(f' {_name(name)}="{escape(value)}"' for name, value in attributes.items() if value)
    return f"<{name}{said}>{inside}</{name}>"


def _name(python: str) -> str:
    return python.rstrip("_").replace("xml_", "xml:").replace("epub_", "epub:").replace("_", "-")


def in_language(code: str) -> dict[str, str]:
    """Return the attributes of an element in another language than what stands around it; none for an empty code."""
    return {"lang": code, "xml_lang": code} if code else {}


class Writer:
    """Writes pieces; headings get names by which a table of contents finds them.

    `above` is how many levels of headings stand above the title of the lesson, `name` how names of headings begin;
    on a page tables scroll by themselves where it is narrow.
    """

    def __init__(self, place: Place, *, above: int = 0, name: str = "part", on_a_page: bool = False) -> None:
        self._place, self._above, self._name, self._on_a_page = place, above, name, on_a_page
        self._level = HIGHEST - 1
        self.headings: list[tuple[str, str]] = []

    def written(self, pieces: Sequence[Piece]) -> str:
        """Return pieces as XHTML, each on a line of its own."""
        return "\n".join(map(self._piece, pieces))

    def _piece(self, piece: Piece) -> str:
        match piece:
            case Paragraph():
                return element("p", line(piece.line), class_="quiet" if piece.quiet else "")
            case Heading():
                return self._heading(piece)
            case Listing():
                items = (element("li", self._item(item)) for item in piece.items)
                return element("ol" if piece.ordered else "ul", "".join(items))
            case Table():
                return _scrolling(piece) if self._on_a_page else _table(piece)
            case Picture():
                return self._picture(piece)
            case Field():
                label = element("p", escape(piece.label), class_="apart__label")
                kind, name = f"apart apart--{piece.kind}", "aside" if piece.kind in ASIDE else "section"
                return element(name, label + self.written(piece.pieces), class_=kind, **in_language(piece.language))

    def _heading(self, heading: Heading) -> str:
        # None is skipped: whoever listens would look for what is missing.
        self._level = min(heading.level, self._level + 1)
        tag = f"h{min(self._level + self._above, 6)}"
        if self._level > HIGHEST:
            return element(tag, escape(heading.text))
        name = f"{self._name}-{len(self.headings) + 1}"
        self.headings.append((name, heading.text))
        return element(tag, escape(heading.text), id=name)

    def _item(self, item: Sequence[Piece]) -> str:
        """An item of a list; one that is a single paragraph is written without it."""
        if len(item) == 1 and isinstance(item[0], Paragraph):
            return line(item[0].line)
        return self.written(item)

    def _picture(self, picture: Picture) -> str:
        width, height = map(str, picture.size)
        source, said = escape(self._place(picture)), escape(picture.alternative)
        image = f'<img src="{source}" alt="{said}" width="{width}" height="{height}"/>'
        caption = element("figcaption", escape(picture.caption)) if picture.caption else ""
        return element("figure", image + caption)


def line(runs: Line) -> str:
    """Return the words of a line with their looks."""
    return "".join(map(_run, runs))


def _run(run: Run) -> str:
    text = escape(run.text, quote=False).replace("\n", "<br/>")
    text = element("i", text) if run.italic else text
    text = element("b", text) if run.bold else text
    text = element("a", text, href=run.link) if run.link else text
    return element("span", text, **in_language(run.language)) if run.language else text


def listed(sources: Iterable[Source]) -> str:
    """Return the sources of a lesson as a numbered list; empty when there are none."""
    lines = [element("li", _source(source)) for source in sources]
    return element("ol", "".join(lines)) if lines else ""


def _source(source: Source) -> str:
    title = escape(source.title)
    said = element("a", title, href=source.address) if source.address else title
    said += f", {escape(source.locator)}" if source.locator else ""
    return said + (f" ({escape(source.code)})" if source.code else "")


def _scrolling(table: Table) -> str:
    around = {"class_": "table-scroll", "tabindex": "0", "role": "region", "aria_label": table.caption or _("Table")}
    return element("div", _table(table, class_="data"), **around)


def _table(table: Table, **attributes: str) -> str:
    caption = element("caption", escape(table.caption)) if table.caption else ""
    head = element("thead", _row(map(_head, table.head))) if table.head else ""
    rows = (_row(_cells(row, row_heads=table.row_heads)) for row in table.rows)
    return element("table", "".join([caption, head, element("tbody", "".join(rows))]), **attributes)


def _row(cells: Iterable[str]) -> str:
    return element("tr", "".join(cells))


def _head(text: str) -> str:
    return element("th", escape(text), scope="col") if text else "<td></td>"


def _cells(row: Sequence[str], *, row_heads: bool) -> Iterable[str]:
    for number, text in enumerate(row):
        is_head = row_heads and not number
        yield element("th" if is_head else "td", escape(text), scope="row" if is_head else "")
