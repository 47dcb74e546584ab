"""Writes a Word file: for examples to start from, and for texts that people take along.

It writes what `reading` reads: paragraphs with bold, italic and links, headings, lists, quotations, captions, tables
and footnotes. Pictures are left to people.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from itertools import count

from core.docx.document import Document, Marker, NoteMark, Paragraph, Picture, Run, Table

# What XML cannot hold.
_UNWRITABLE = dict.fromkeys([*(code for code in range(0x20) if chr(code) not in "\n\r\t"), 0xFFFE, 0xFFFF])
# The file must be the same for the same text.
_MADE = datetime(2026, 1, 1).timetuple()[:6]  # noqa: DTZ001 – a ZIP keeps local time without a zone
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NAMES = f'xmlns:w="{_W}" xmlns:r="{_OFFICE}"'
_PARTS = {"document": "document.main", "styles": "styles", "numbering": "numbering", "footnotes": "footnotes"}

_NOTE = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'

LEVELS = 3  # of lists
ORDERED, UNORDERED = 1, 2
FIRST_NOTE = 1  # 0 and below are the lines by which Word parts notes from the text
# Names of styles, by which every program knows them; how they look: half points, what is bold or italic.
_STYLES = {
    "normal": (22, ""),
    "title": (48, ""),
    "subtitle": (26, "<w:i/>"),
    "heading 1": (32, "<w:b/>"),
    "heading 2": (26, "<w:b/>"),
    "heading 3": (24, "<w:b/>"),
    "quote": (22, "<w:i/>"),
    "caption": (18, "<w:i/>"),
    "list paragraph": (22, ""),
    "footnote text": (20, ""),
}


def written(document: Document) -> bytes:
    """Return a Word file. Lists parted by other paragraphs count anew; a list within a list is of the same kind.

    >>> from core.docx.reading import read
    >>> document = Document((Paragraph(1, (Run("A "), Run("b", bold=True)), "heading 1", heading=1),))
    >>> read(written(document)) == document
    True
    """
    writing = _Writing()
    body = "".join(writing.blocks(document.blocks))
    notes = "".join(
        f'<w:footnote w:id="{place}"><w:p>{writing.style("footnote text")}{_NOTE}{writing.content(runs)}</w:p>'
        "</w:footnote>"
        for place, runs in enumerate(document.notes, start=FIRST_NOTE)
    )
    return _packed(
        {
            "[Content_Types].xml": _content_types(),
            "_rels/.rels": _relations([("rId1", "officeDocument", "word/document.xml")]),
            "word/document.xml": f"<w:document {_NAMES}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": _relations(
                [*((f"rId{name}", name, f"{name}.xml") for name in _PARTS if name != "document"), *writing.links]
            ),
            "word/styles.xml": f"<w:styles {_NAMES}>{''.join(map(_style, _STYLES))}</w:styles>",
            "word/numbering.xml": f"<w:numbering {_NAMES}>{writing.numbering()}</w:numbering>",
            "word/footnotes.xml": f"<w:footnotes {_NAMES}>{notes}</w:footnotes>",
        }
    )


class _Writing:
    """Writes the text and gathers what the other parts have to say about it."""

    def __init__(self) -> None:
        self.links: list[tuple[str, str, str]] = []
        self._lists: list[int] = []  # for each list of the text, whether it is ordered
        self._is_in_list = False

    def blocks(self, blocks: Sequence[Paragraph | Table]) -> Iterator[str]:
        for each in blocks:
            yield self._table(each) if isinstance(each, Table) else self._paragraph(each)

    def style(self, name: str, marker: Marker | None = None) -> str:
        key = name.replace(" ", "")
        return f'<w:pPr><w:pStyle w:val="{key}"/>{self._listed(marker)}</w:pPr>'

    def content(self, content: Sequence[Run | Picture | NoteMark]) -> str:
        return "".join(map(self._inline, content))

    def numbering(self) -> str:
        abstract = "".join(
            f'<w:abstractNum w:abstractNumId="{key}">{"".join(_level(key, at) for at in range(LEVELS))}</w:abstractNum>'
            for key in (ORDERED, UNORDERED)
        )
        anew = "".join(
            f'<w:lvlOverride w:ilvl="{at}"><w:startOverride w:val="1"/></w:lvlOverride>' for at in range(LEVELS)
        )
        lists = (
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="{key}"/>{anew}</w:num>'
            for number, key in zip(count(1), self._lists, strict=False)
        )
        return abstract + "".join(lists)

    def _paragraph(self, each: Paragraph) -> str:
        self._is_in_list = self._is_in_list and each.marker is not None
        return f"<w:p>{self.style(each.style, each.marker)}{self.content(each.content)}</w:p>"

    def _listed(self, marker: Marker | None) -> str:
        """The list of a paragraph: the same as before it, or a new one."""
        if marker is None:
            return ""
        kind = ORDERED if marker.ordered else UNORDERED
        is_other = not self._is_in_list or (marker.level == 0 and self._lists[-1] != kind)
        if is_other:
            self._lists.append(kind)
        self._is_in_list = True
        return f'<w:numPr><w:ilvl w:val="{marker.level}"/><w:numId w:val="{len(self._lists)}"/></w:numPr>'

    def _inline(self, each: Run | Picture | NoteMark) -> str:
        if isinstance(each, NoteMark):
            mark = f'<w:footnoteReference w:id="{each.place + FIRST_NOTE}"/>'
            return f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>{mark}</w:r>'
        if isinstance(each, Picture):
            return ""
        looks = "<w:b/>" * each.bold + "<w:i/>" * each.italic
        lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in each.text.split("\n"))
        run = f"<w:r><w:rPr>{looks}</w:rPr>{lines}</w:r>"
        if not each.link:
            return run
        self.links.append((f"rIdL{len(self.links)}", "hyperlink", each.link))
        return f'<w:hyperlink r:id="{self.links[-1][0]}">{run}</w:hyperlink>'

    def _table(self, each: Table) -> str:
        self._is_in_list = False
        look = f'<w:tblLook w:firstRow="{int(each.heading_row)}"/>'
        sides = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right"))
        inner = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in ("insideH", "insideV"))
        rows = "".join(
            f"<w:tr><w:trPr>{'<w:tblHeader/>' * row.is_heading}</w:trPr>"
            f"{''.join(f'<w:tc><w:p>{self.content([Run(cell)])}</w:p></w:tc>' for cell in row.cells)}</w:tr>"
            for row in each.rows
        )
        grid = "<w:gridCol/>" * max((len(row.cells) for row in each.rows), default=0)
        properties = f"<w:tblPr><w:tblBorders>{sides}{inner}</w:tblBorders>{look}</w:tblPr>"
        return f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"


def _style(name: str) -> str:
    size, looks = _STYLES[name]
    usual = ' w:default="1"' if name == "normal" else ""
    level = f'<w:outlineLvl w:val="{int(name[-1]) - 1}"/>' if name.startswith("heading") else ""
    return (
        f'<w:style w:type="paragraph"{usual} w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>'
        f'<w:pPr><w:spacing w:after="120"/>{level}</w:pPr><w:rPr>{looks}<w:sz w:val="{size}"/></w:rPr></w:style>'
    )


def _level(kind: int, at: int) -> str:
    form, label = ("decimal", f"%{at + 1}.") if kind == ORDERED else ("bullet", "•")
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{label}"/>'
        f'<w:pPr><w:ind w:left="{720 * (at + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
    )


def _content_types() -> str:
    parts = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in _PARTS.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>'
    )


def _relations(relations: Sequence[tuple[str, str, str]]) -> str:
    mode = {True: "External", False: "Internal"}
    each = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{escape(target)}" '
        f'TargetMode="{mode[kind == "hyperlink"]}"/>'
        for key, kind, target in relations
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _packed(parts: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        for name, text in parts.items():
            content = (_HEAD + text.translate(_UNWRITABLE)).encode(errors="replace")
            package.writestr(zipfile.ZipInfo(name, _MADE), content, zipfile.ZIP_DEFLATED)
    return data.getvalue()
