"""Texts as XML: HTML becomes well-formed, signs that XML cannot hold go, and every text says how it is written."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from html.parser import HTMLParser

from assessments.formats.item import Text, TextFormat
from assessments.formats.qti.vocabulary import FORMAT, PART
from core.xml import VOID

NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TAGS = re.compile(r"(<[^>]*>)")
IN_LINE = {TextFormat.PLAIN, TextFormat.MARKDOWN}


def element(name: str, inside: str = "", **attributes: str | int | bool) -> str:
    """Return an element of QTI as XML. Attributes are named with underscores; values are escaped, `inside` is not.

    >>> element("qti-simple-choice", "A", identifier="a", fixed=True)
    '<qti-simple-choice identifier="a" fixed="true">A</qti-simple-choice>'
    >>> element("qti-variable", identifier='"')
    '<qti-variable identifier="&quot;"/>'
    """
    shown = "".join(f' {key.replace("_", "-")}="{in_attribute(_value(each))}"' for key, each in attributes.items())
    return f"<{name}{shown}>{inside}</{name}>" if inside else f"<{name}{shown}/>"


def in_attribute(text: str) -> str:
    """Return a text as it stands in an attribute, new lines kept."""
    return escape(NO_XML.sub("", text)).replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")


def in_element(text: str) -> str:
    """Return a text as it stands in an element."""
    return escape(NO_XML.sub("", text), quote=False).replace("\r", "&#13;")


def as_part(text: Text, part: str, pictures: Mapping[str, str], marks: Mapping[str, str] | None = None) -> str:
    """Return a part of a question as a block. `marks` are put for [[gaps]] of the text, by their names."""
    inside = _inside(text, pictures)
    if marks:
        inside = _with_marks(inside, marks)
    return f'<div {PART}="{part}" {FORMAT}="{text.format.value}">{inside}</div>'


def as_block(text: Text, pictures: Mapping[str, str]) -> str:
    """Return a text as a block."""
    return f'<div {FORMAT}="{text.format.value}">{_inside(text, pictures)}</div>'


def as_choice(text: Text, pictures: Mapping[str, str], *, in_line: bool = False) -> str:
    """Return a text to choose; bare words when it is no more than that."""
    if text.format == TextFormat.PLAIN and text.text == " ".join(text.text.split()):
        return in_element(text.text)
    name = "span" if in_line or text.format in IN_LINE else "div"
    return f'<{name} {FORMAT}="{text.format.value}">{_inside(text, pictures)}</{name}>'


def _value(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _inside(text: Text, pictures: Mapping[str, str]) -> str:
    if text.format in IN_LINE:
        return in_element(text.text).replace("\n", "<br/>")
    return _WellFormed(pictures).written(text.text)


def _with_marks(inside: str, marks: Mapping[str, str]) -> str:
    """Markup in whose text, not in whose tags, the gaps are replaced."""
    written = {f"[[{in_element(name)}]]": mark for name, mark in marks.items()}
    gaps = re.compile("|".join(map(re.escape, written)))
    pieces = TAGS.split(inside)
    return "".join(
        piece if place % 2 else gaps.sub(lambda found: written[found[0]], piece) for place, piece in enumerate(pieces)
    )


class _WellFormed(HTMLParser):
    """Writes HTML again so that XML takes it: every element closed, in the order in which they were opened."""

    def __init__(self, pictures: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self._pictures = pictures
        self._pieces: list[str] = []
        self._open: list[str] = []

    def written(self, html: str) -> str:
        self.feed(html)
        self.close()
        return "".join([*self._pieces, *(f"</{each}>" for each in reversed(self._open))])

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if not NAME.fullmatch(tag):
            return
        kept = {name: value or "" for name, value in attrs if NAME.fullmatch(name) and not name.startswith("xml")}
        if "src" in kept:
            kept["src"] = self._pictures.get(kept["src"], kept["src"])
        shown = "".join(f' {name}="{in_attribute(value)}"' for name, value in kept.items())
        self._pieces.append(f"<{tag}{shown}/>" if tag in VOID else f"<{tag}{shown}>")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while self._open:
            last = self._open.pop()
            self._pieces.append(f"</{last}>")
            if last == tag:
                break

    def handle_data(self, data: str) -> None:
        self._pieces.append(in_element(data))
