"""The texts of a QTI item as HTML: without what asks, feedback and media, with pictures and formulas as text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from assessments.formats.item import NO_TEXT, Text, TextFormat
from assessments.formats.qti.vocabulary import FORMAT, INTERACTION
from core.errors import FormatError
from core.packages import Package, beside
from core.xml import Node, markup

PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".svg"}
MEDIA = {"audio", "video", "iframe", "embed", "applet", "portableCustomInteraction"}
# Read on their own, or of no use outside the program that shows them.
APART = {
    "feedbackInline",
    "feedbackBlock",
    "rubricBlock",
    "templateInline",
    "templateBlock",
    "stylesheet",
    "include",
    "script",
    "style",
    "gapText",
    "gapImg",
}
BLOCKS = {"p", "div", "ul", "ol", "table", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "dl", "hr"}
# Go when nothing is left in them.
WRAPPERS = {"p", "div", "span", "section", "blockquote"}
SCHEME = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//|#)")
MARKUP_FORMATS = {TextFormat.HTML.value, TextFormat.MOODLE.value}


@dataclass(frozen=True)
class Passage:
    """A text that several items share, with its pictures and what was left out of it."""

    text: Text
    files: Mapping[str, bytes] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class Shelf:
    """The files of a package that many items share: each is unpacked and kept once, however many name it."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._kept: dict[str, bytes | None] = {}

    def read(self, name: str) -> bytes | None:
        """Return what is in a file; None when there is none. Raises FormatError when it is damaged."""
        if name not in self._kept:
            self._kept[name] = self._package.read(name)
        return self._kept[name]


class Content:
    """Reads texts of a file in a package, or of a single file (`shelf` is None), and collects what they name."""

    def __init__(self, shelf: Shelf | None = None, place: str = "") -> None:
        self._shelf, self._place = shelf, place
        self._warnings: dict[str, None] = {}  # in the order in which they came
        self.files: dict[str, bytes] = {}
        self.gaps: Mapping[int, str] = {}  # what stands for an interaction, by the id of its element

    def warn(self, sentence: str) -> None:
        """Note what was understood only in part, once."""
        self._warnings[sentence] = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was understood only in part."""
        return tuple(self._warnings)

    def add(self, passage: Passage) -> None:
        """Take over the pictures and the warnings of a text that stands elsewhere."""
        self.files.update(passage.files)
        self._warnings.update(dict.fromkeys(passage.warnings))

    def text(self, node: Node) -> Text:
        """Return what stands inside an element. The element is changed: a text is read once."""
        inside = next(iter(node.children("contentBody", "stimulusBody")), node)
        self._tidy(inside)
        own = _as_written(inside)
        if own is not None:
            return own
        if not len(inside):
            return Text(" ".join((inside.text or "").split()))
        html = markup(inside).strip()
        return Text(html, TextFormat.HTML) if html else NO_TEXT

    def _tidy(self, node: Node) -> None:
        """Replace what is no text among the children of an element, and theirs."""
        pieces = [node.text or ""]
        kept: list[Node] = []
        for child in node.children():
            tail, child.tail = child.tail or "", ""
            put = self._replaced(child)
            if isinstance(put, str):
                pieces.append(put)
            else:
                _close(node, kept, pieces)
                kept.append(put)
                pieces = []
            pieces.append(tail)
        _close(node, kept, pieces)
        node[:] = kept

    def _replaced(self, node: Node) -> "Node | str":
        """What stands in the place of an element: the element itself with its children tidied, or a text."""
        if node.tag in APART:
            return ""
        if node.tag in MEDIA:
            self.warn(_("Sound, film or a page of another site was left out (%(name)s).") % {"name": node.tag})
            return ""
        if node.tag.endswith(INTERACTION) or node.tag == "gap":
            return self._asked(node)
        if node.tag == "math":
            self.warn(_("Formulas were kept as text and may look different."))
            return node.get("alttext") or " ".join("".join(_formula(node)).split())
        if node.tag == "object":
            return self._object(node)
        return self._plain_element(node)

    def _plain_element(self, node: Node) -> "Node | str":
        if node.tag == "img":
            node.set("src", self._picture(node.get("src", "")))
        if node.tag == "a" and node.get("href"):
            self._link(node.get("href", ""))
        had = len(node)
        self._tidy(node)
        if had and node.tag in WRAPPERS and not len(node) and not (node.text or "").strip():
            return ""
        return node

    def _asked(self, node: Node) -> "Node | str":
        """The mark of a gap, or the prompt of an interaction."""
        mark = self.gaps.get(id(node))
        if mark is not None:
            return mark
        prompt = next(iter(node.children("prompt")), None)
        if prompt is None:
            return ""
        prompt.tail = ""
        prompt.tag = "div" if any(each.tag in BLOCKS for each in prompt.iter()) else "p"
        prompt.attrib.clear()
        self._tidy(prompt)
        return prompt if len(prompt) or (prompt.text or "").strip() else ""

    def _object(self, node: Node) -> "Node | str":
        data = node.get("data", "")
        if not (node.get("type", "").startswith("image/") or _is_picture(data)):
            self.warn(_("An object that is no picture was left out (%(name)s).") % {"name": data[:80]})
            return ""
        words = " ".join("".join(node.itertext()).split())
        sizes = {name: node.get(name, "") for name in ("width", "height") if node.get(name)}
        node[:] = []
        node.text, node.tag = None, "img"
        node.attrib.clear()
        node.attrib.update({"src": self._picture(data), "alt": words, **sizes})
        return node

    def _picture(self, src: str) -> str:
        """The name of a picture in texts of the item, whose bytes are noted."""
        if SCHEME.match(src) or not src:
            return src
        if not _is_picture(src):
            self.warn(_("The file %(name)s is not a picture and was not taken over.") % {"name": src[:80]})
            return src
        content = self._read(src)
        if content is None:
            self.warn(_("The picture %(name)s is not in the file.") % {"name": src[:80]})
        elif self.files.setdefault(src, content) != content:
            self.warn(_("Two pictures are called %(name)s. Look whether it is the right one.") % {"name": src[:80]})
        return src

    def _read(self, src: str) -> bytes | None:
        try:
            return self._shelf.read(beside(self._place, src)) if self._shelf else None
        except FormatError as error:
            self.warn(error.message)
            return None

    def _link(self, href: str) -> None:
        if not SCHEME.match(href):
            self.warn(_("The file %(name)s is not a picture and was not taken over.") % {"name": href[:80]})


def joined(texts: list[Text]) -> Text:
    """Return several texts as one, each in its own paragraph.

    >>> joined([Text("a < b"), Text("<p>c</p>", TextFormat.HTML)]).text
    '<p>a &lt; b</p><p>c</p>'
    """
    found = [each for each in texts if each]
    if len(found) <= 1:
        return found[0] if found else NO_TEXT
    return Text("".join(map(_as_html, found)), TextFormat.HTML)


def _as_html(text: Text) -> str:
    return text.text if text.format.value in MARKUP_FORMATS else f"<p>{escape(text.text, quote=False)}</p>"


def _as_written(node: Node) -> Text | None:
    """The text in an element that says how it is written, exactly; None when there is no such element."""
    own = node if node.get(FORMAT) or len(node) != 1 else node.children()[0]
    around = (node.text or "") + (own.tail or "") if own is not node else ""
    written = own.get(FORMAT, "")
    if around.strip() or written not in [each.value for each in TextFormat]:
        return None
    words = markup(own) if written in MARKUP_FORMATS else "".join(_lines(own))
    return Text(words, TextFormat(written))


def _lines(node: Node) -> list[str]:
    pieces = [node.text or ""]
    for each in node:
        pieces += ["\n" if each.tag == "br" else "".join(each.itertext()), each.tail or ""]
    return pieces


def _close(node: Node, kept: list[Node], pieces: list[str]) -> None:
    """Put the text that was collected behind the last element that is kept, or before the first."""
    if kept:
        kept[-1].tail = "".join(pieces)
    else:
        node.text = "".join(pieces)


def _formula(node: Node) -> list[str]:
    """The signs of a formula without what annotates it."""
    if node.tag.startswith("annotation"):
        return [node.tail or ""]
    return [node.text or "", *(piece for each in node.children() for piece in _formula(each)), node.tail or ""]


def _is_picture(name: str) -> bool:
    return PurePosixPath(name.partition("?")[0].lower()).suffix in PICTURES
