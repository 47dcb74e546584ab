"""Reads a Word file from its first paragraph to its last."""

import re
from collections.abc import Iterator
from dataclasses import replace

from core.docx.document import Document, Left, Loss, NoteMark, Paragraph, Picture, Row, Run, Table
from core.docx.inline import Gathered, Inline, joined, words_in
from core.docx.numbering import Numbering
from core.docx.parts import Parts
from core.docx.styles import BODY_LEVEL, Styles, is_on, level_of, number, toggle, value
from core.xml import Node

# Elements of the text whose inside is read as if they were not there.
_THROUGH = {"sdt", "sdtContent", "customXml", "ins", "moveTo"}
# Styles of lists that stand within others, though each is a list of its own.
_DEEPER = re.compile(r"list (?:bullet|number|continue) ([2-5])")
FIRST_ROW = 0x20  # in the number by which older files say what is set apart
MOST_CELLS = 50  # that one cell can be as wide as


def read(content: bytes) -> Document:
    """Return what a Word file says; raises FormatError with a sentence for a file that cannot be read."""
    parts = Parts(content)
    gathered = Gathered(parts, Styles(parts.of_kind("styles")), _comments(parts))
    blocks = _Body(gathered, Numbering(parts.of_kind("numbering"))).read(parts.tree(parts.main))
    # Notes are read last: what they leave out is told at the end.
    notes = _notes(gathered)
    return Document(tuple(blocks), notes, gathered.pictures, tuple(_in_order(gathered.left)))


class _Body:
    """The paragraphs and tables of the text."""

    def __init__(self, gathered: Gathered, numbering: Numbering) -> None:
        self._of = gathered
        self._numbering = numbering
        self._blocks: list[Paragraph | Table] = []
        # What stood in paragraphs whose end is deleted: it belongs to the next one.
        self._before: list[Run | Picture | NoteMark] = []

    def read(self, root: Node | None) -> list[Paragraph | Table]:
        body = root.child("body") if root is not None else None
        if body is not None:
            self._inside(body)
        self._end_paragraph()
        return self._blocks

    def _inside(self, node: Node) -> None:
        for each in node.children():
            if each.tag == "p":
                self._paragraph(each)
            elif each.tag == "tbl":
                self._table(each)
            elif each.tag == "altChunk":
                self._of.leave(Loss.OBJECT)
            elif each.tag in _THROUGH:
                self._inside(each)

    def _paragraph(self, node: Node) -> None:
        properties = node.child("pPr")
        content = joined([*self._before, *Inline(self._of).read(node)])
        if properties is not None and properties.child("rPr", "del") is not None:
            self._before = content
            return
        self._before = []
        self._add(content, properties)

    def _end_paragraph(self) -> None:
        """Add what waits for a paragraph that does not come."""
        if self._before:
            self._add(self._before, None)
            self._before = []

    def _add(self, content: list[Run | Picture | NoteMark], properties: Node | None) -> None:
        style = value(properties, "pStyle") or self._of.styles.usual
        has_content = any(not isinstance(each, Run) or each.text.strip() for each in content)
        name = self._of.styles.name(style)
        marker = self._numbering.marker(self._list_of(properties, style)) if has_content else None
        deeper = _DEEPER.fullmatch(name)
        if marker and deeper:
            marker = replace(marker, level=max(marker.level, int(deeper[1]) - 1))
        if has_content:
            self._of.number += 1
        self._blocks.append(
            Paragraph(
                self._of.number,
                tuple(content) if has_content else (),
                name,
                self._heading(properties, style),
                marker,
            )
        )

    def _heading(self, properties: Node | None, style: str) -> int:
        own = value(properties, "outlineLvl")
        return level_of(number(own, BODY_LEVEL)) if own else self._of.styles.heading(style)

    def _list_of(self, properties: Node | None, style: str) -> Node | None:
        """The list of a paragraph; its own word counts, be it that it is in none."""
        own = properties.child("numPr") if properties is not None else None
        return own if own is not None else self._of.styles.numbering(style)

    def _table(self, node: Node) -> None:
        self._end_paragraph()
        look = node.child("tblPr", "tblLook")
        rows = [row for each in _rows(node) if (row := self._row(each)) is not None]
        self._of.number += 1
        self._blocks.append(Table(self._of.number, tuple(rows), _sets_first_row_apart(look)))

    def _row(self, node: Node) -> Row | None:
        """A row; None for one that is deleted."""
        properties = node.child("trPr")
        if properties is not None and properties.child("del") is not None:
            self._of.leave(Loss.DELETED, words_in(node))
            return None
        cells = [text for each in _cells(node) for text in self._cell(each)]
        return Row(tuple(cells), bool(toggle(properties, "tblHeader")))

    def _cell(self, node: Node) -> Iterator[str]:
        """The text of a cell, and empty ones for those over which it reaches."""
        properties = node.child("tcPr")
        wide = min(number(value(properties, "gridSpan"), 1), MOST_CELLS)
        merge = properties.child("vMerge") if properties is not None else None
        if wide > 1 or (merge is not None and merge.get("val") == "restart"):
            self._of.leave(Loss.MERGED_CELLS, words_in(node))
        yield "" if merge is not None and merge.get("val") != "restart" else self._cell_text(node)
        yield from [""] * (wide - 1)

    def _cell_text(self, node: Node) -> str:
        lines = []
        for each in self._paragraphs_in(node):
            found = Inline(self._of).read(each)
            marker = self._numbering.marker(self._list_of(each.child("pPr"), value(each.child("pPr"), "pStyle")))
            label = f"{marker.label} " if marker and marker.label else ""
            lines.append(label + "".join(one.text for one in found if isinstance(one, Run)))
        return "\n".join(lines).strip()

    def _paragraphs_in(self, node: Node) -> Iterator[Node]:
        """The paragraphs of a cell, those of a table in it among them."""
        for each in node.children():
            if each.tag == "p":
                yield each
            elif each.tag == "tbl":
                self._of.leave(Loss.TABLE_IN_TABLE, words_in(each))
                yield from (found for row in _rows(each) for cell in _cells(row) for found in self._paragraphs_in(cell))
            elif each.tag in _THROUGH:
                yield from self._paragraphs_in(each)


def _rows(node: Node) -> Iterator[Node]:
    for each in node.children():
        if each.tag == "tr":
            yield each
        elif each.tag in _THROUGH:
            yield from _rows(each)


def _cells(node: Node) -> Iterator[Node]:
    for each in node.children():
        if each.tag == "tc":
            yield each
        elif each.tag in _THROUGH:
            yield from _cells(each)


def _sets_first_row_apart(look: Node | None) -> bool:
    """Whether the style of a table does: named in newer files, a bit of a number in older ones."""
    if look is None:
        return False
    said = look.get("firstRow")
    if said is not None:
        return is_on(said)
    try:
        return bool(int(look.get("val", "0")[:8], 16) & FIRST_ROW)
    except ValueError:
        return False


def _comments(parts: Parts) -> dict[str, str]:
    root = parts.of_kind("comments")
    return {each.get("id", ""): words_in(each) for each in (root.children("comment") if root is not None else [])}


def _notes(gathered: Gathered) -> tuple[tuple[Run, ...], ...]:
    """The notes that the text names, their paragraphs as one."""
    kinds = {kind: gathered.parts.of_kind(kind) for kind in dict.fromkeys(kind for kind, _key in gathered.notes)}
    nodes = {
        (kind, each.get("id", "")): each
        for kind, root in kinds.items()
        for each in (root.children() if root is not None else [])
    }
    return tuple(_note(gathered, nodes.get(each)) for each in gathered.notes)


def _note(gathered: Gathered, node: Node | None) -> tuple[Run, ...]:
    found: list[Run] = []
    for each in node.within("p") if node is not None else []:
        runs = [one for one in Inline(gathered).read(each) if isinstance(one, Run)]
        found += [Run("\n"), *runs] if found and runs else runs
    return tuple(found)


def _in_order(left: list[Left]) -> list[Left]:
    return sorted(dict.fromkeys(left), key=lambda each: each.number)
