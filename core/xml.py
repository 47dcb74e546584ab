"""Reading XML that somebody sends: every element knows its line, and nothing outside the file is ever looked at.

Entities, by which a file of a kilobyte becomes one of a gigabyte or reads a file of the server, are refused by name;
the address of a document type is passed over and never fetched.
"""

import re
from html import escape
from typing import Any, cast
from xml.etree import ElementTree
from xml.parsers import expat

from django.utils.translation import gettext as _

from core.encodings import UndecodableError, decoded
from core.errors import FormatError

# A question has fifty where a format is wordy, and each takes half a kilobyte of memory.
MOST_ELEMENTS = 1_000_000
DEEPEST = 200
DECLARED = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.-]{1,40})["']""")
VOID = {"br", "hr", "img", "wbr", "col"}


class Node(ElementTree.Element):
    """An element with the line in which it begins. Its tag has no namespace."""

    line = 1

    def child(self, *path: str) -> "Node | None":
        """Return the first descendant down a path of tags; None when there is none."""
        found: Any = self
        for tag in path:
            found = next((each for each in found if each.tag == tag), None) if found is not None else None
        return found

    def words(self, *path: str) -> str:
        """Return the text of the first descendant down a path, with that of its own elements; empty for none."""
        found = self.child(*path)
        return "" if found is None else "".join(found.itertext())

    def children(self, *tags: str) -> "list[Node]":
        """Return the elements that stand directly in it, only those of some names when names are given."""
        found = cast("list[Node]", list(self))
        return [each for each in found if each.tag in tags] if tags else found

    def within(self, *tags: str) -> "list[Node]":
        """Return it and all elements in it in the order of the file, only those of some names when names are given."""
        found = cast("list[Node]", list(self.iter()))
        return [each for each in found if each.tag in tags] if tags else found


def parsed(content: bytes, most: int = MOST_ELEMENTS) -> Node:
    """Return the outermost element of an XML file; raises FormatError with the line of what is wrong.

    `most` is how many elements it may have.
    """
    return _Reader(most).read(_text_of(content))


def markup(node: Node) -> str:
    """Return what stands inside an element as HTML.

    >>> markup(parsed(b"<p>a <b>b</b><br/> &lt; c</p>"))
    'a <b>b</b><br> &lt; c'
    """
    return "".join([escape(node.text or "", quote=False), *map(_whole, node)])


def _whole(node: Any) -> str:
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in node.attrib.items())
    inside = "" if node.tag in VOID else f"{markup(node)}</{node.tag}>"
    return f"<{node.tag}{attributes}>{inside}{escape(node.tail or '', quote=False)}"


def _text_of(content: bytes) -> str:
    """The file as text: in the encoding that it declares, if that can be believed, else in one of the usual ones."""
    named = DECLARED.match(content)
    try:
        if named:
            return content.decode(named[1].decode())
    except (LookupError, ValueError):
        pass  # a wrong declaration is common; what the bytes say counts
    try:
        return decoded(content)
    except UndecodableError as error:
        raise FormatError(_("This is not a text file in UTF-8 or windows-1251.")) from error


class _Reader:
    """Builds the tree while expat reads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._words
        self._parser.EntityDeclHandler = self._refuse_entity
        self._builder = ElementTree.TreeBuilder(element_factory=Node)
        self._depth = self._count = self._before = 0

    def read(self, text: str) -> Node:
        if not text.strip():
            raise FormatError(_("The file is empty."))
        # Blank lines that are cut from the beginning, where XML has none, count as well.
        self._before = text[: len(text) - len(text.lstrip())].count("\n")
        try:
            self._parser.Parse(text.lstrip().encode(errors="replace"), True)
        except expat.ExpatError as error:
            raise FormatError(
                _("The XML is damaged: %(fault)s.") % {"fault": expat.errors.messages[error.code]},
                error.lineno + self._before,
            ) from error
        return cast(Node, self._builder.close())

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > DEEPEST or self._count > self._most:
            raise FormatError(_("The XML has too many elements within each other."), self._line())
        plain = {each.rpartition(" ")[2]: value for each, value in attributes.items()}
        node: Any = self._builder.start(name.rpartition(" ")[2], plain)
        node.line = self._line()

    def _line(self) -> int:
        return self._parser.CurrentLineNumber + self._before

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._builder.end(name.rpartition(" ")[2])

    def _words(self, text: str) -> None:
        self._builder.data(text)

    def _refuse_entity(self, name: str, *_rest: Any) -> None:
        raise FormatError(
            _("The XML declares the entity “%(name)s”. Files with entities are not opened, because they can do harm.")
            % {"name": name},
            self._line(),
        )
