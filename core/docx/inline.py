"""What stands within a paragraph of a Word file: words, links, fields, pictures, and what is left out."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from core.docx.document import Left, Loss, NoteMark, Picture, Run
from core.docx.parts import Parts
from core.docx.styles import Styles, is_on, toggle, value
from core.xml import Node

MOST_PICTURES = 100
MOST_PICTURE_BYTES = 10 * 1024 * 1024
LONGEST_WORDS, MOST_PIECES = 80, 80  # quoted of what stays out: letters, and runs in which they may stand

# Elements whose inside is read as if they were not there.
_THROUGH = {"moveTo", "smartTag", "customXml", "sdt", "sdtContent", "dir", "bdo", "fldSimple"}
_SIGNS = {"tab": "\t", "cr": "\n", "noBreakHyphen": "\u2011"}
# Signs of the fonts Wingdings and Symbol that Word puts in by itself.
_SYMBOLS = {"F0E0": "→", "F0DF": "←", "F0E8": "→", "F0FC": "✓", "F0FB": "✗", "F0B7": "•", "F0A7": "▪", "F04A": "☺"}
_PLAIN_COLOURS = {"", "auto", "000000"}
_HYPERLINK = re.compile(r'\s*HYPERLINK\s+"([^"]*)"', re.IGNORECASE)
_WEB = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)


@dataclass
class Field:
    """A field of Word that has begun: its instruction, and whether its result has."""

    instruction: str = ""
    has_result: bool = False

    @property
    def link(self) -> str:
        """The address to which it leads; empty when it is no link."""
        found = _HYPERLINK.match(self.instruction)
        return found[1] if found else ""


@dataclass
class Gathered:
    """What is gathered of the whole file while it is read."""

    parts: Parts
    styles: Styles
    comments: dict[str, str] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    notes: dict[tuple[str, str], int] = field(default_factory=dict)  # kind and id → place, in the order of the text
    fields: list[Field] = field(default_factory=list)  # they may go on over several paragraphs
    number: int = 0

    def leave(self, loss: Loss, words: str = "") -> None:
        """Note what is left out of the paragraph that is being read, each once."""
        told = " ".join(words.split())
        left = Left(self.number + 1, loss, f"{told[:LONGEST_WORDS]}…" if len(told) > LONGEST_WORDS else told)
        if left not in self.left[-8:]:
            self.left.append(left)


class Inline:
    """Reads the inside of one paragraph."""

    def __init__(self, gathered: Gathered) -> None:
        self._of = gathered
        self._found: list[Run | Picture | NoteMark] = []
        self._link = ""
        self._is_inserted = False
        self._ways: dict[str, Callable[[Node], None]] = {
            "r": self._run,
            "hyperlink": self._hyperlink,
            "del": lambda node: self._leave(Loss.DELETED, node),
            "moveFrom": lambda node: self._leave(Loss.DELETED, node),
            "oMath": lambda node: self._leave(Loss.FORMULA, node),
            "oMathPara": lambda node: self._leave(Loss.FORMULA, node),
            "AlternateContent": self._alternative,
            "drawing": self._drawing,
            "pict": self._drawing,
            "object": lambda node: self._leave(Loss.OBJECT, node),
            "fldChar": self._field,
            "instrText": self._instruction,
            "footnoteReference": self._note,
            "endnoteReference": self._note,
            "commentReference": self._comment,
            "sym": self._symbol,
        }

    def read(self, node: Node) -> list[Run | Picture | NoteMark]:
        """Return what stands in an element, runs that look the same as one."""
        self._inside(node)
        return joined(self._found)

    def _inside(self, node: Node) -> None:
        for each in node.children():
            if each.tag in self._ways:
                self._ways[each.tag](each)
            elif each.tag == "ins":
                self._insertion(each)
            elif each.tag in _THROUGH:
                self._inside(each)

    def _insertion(self, node: Node) -> None:
        """Told once, however many insertions stand within each other."""
        words = "" if self._is_inserted else words_in(node)
        if words:
            self._of.leave(Loss.INSERTED, words)
        before, self._is_inserted = self._is_inserted, True
        self._inside(node)
        self._is_inserted = before

    # --- Words ------------------------------------------------------------------------------------------------------
    def _run(self, node: Node) -> None:
        properties = node.child("rPr")
        if toggle(properties, "vanish") and words_in(node):
            self._leave(Loss.HIDDEN, node)
            return
        self._tell_looks(properties, node)
        style = value(properties, "rStyle")
        bold, italic = toggle(properties, "b"), toggle(properties, "i")
        for each in node.children():
            text = self._text(each)
            if text and all(one.has_result for one in self._of.fields):
                self._found.append(
                    Run(
                        text,
                        self._of.styles.is_bold(style) if bold is None else bold,
                        self._of.styles.is_italic(style) if italic is None else italic,
                        self._link or self._web(next((one.link for one in reversed(self._of.fields) if one.link), "")),
                    )
                )
            elif each.tag in self._ways:
                self._ways[each.tag](each)

    def _text(self, node: Node) -> str:
        if node.tag == "t":
            return node.text or ""
        if node.tag == "br":
            return "" if node.get("type") in {"page", "column"} else "\n"
        if node.tag == "sym":
            return _SYMBOLS.get(node.get("char", "").upper(), "")
        return _SIGNS.get(node.tag, "")

    def _tell_looks(self, properties: Node | None, node: Node) -> None:
        """Note looks that a lesson or a question has not; links have looks of their own."""
        if properties is None or self._link or any(one.link for one in self._of.fields) or not words_in(node).strip():
            return
        colour = value(properties, "color").lower() not in _PLAIN_COLOURS
        looks = {
            Loss.COLOUR: colour or properties.child("highlight") is not None,
            Loss.UNDERLINED: is_on(value(properties, "u") or "none"),
            Loss.STRUCK: bool(toggle(properties, "strike") or toggle(properties, "dstrike")),
            Loss.RAISED: value(properties, "vertAlign") in {"superscript", "subscript"},
        }
        for loss, is_so in looks.items():
            if is_so:
                self._of.leave(loss, words_in(node))

    def _leave(self, loss: Loss, node: Node) -> None:
        self._of.leave(loss, words_in(node))

    def _symbol(self, _node: Node) -> None:
        """A sign of a font that is not known; those that are came out as text before."""
        self._of.leave(Loss.SYMBOL)

    # --- Links and fields -------------------------------------------------------------------------------------------
    def _hyperlink(self, node: Node) -> None:
        target = self._of.parts.target(node.get("id", ""))
        self._link = self._web(target.name if target and target.is_outside else "")
        self._inside(node)
        self._link = ""

    def _web(self, address: str) -> str:
        if not address or _WEB.fullmatch(address):
            return address
        self._of.leave(Loss.LINK, address)
        return ""

    def _field(self, node: Node) -> None:
        step, fields = node.get("fldCharType"), self._of.fields
        if step == "begin":
            fields.append(Field())
        elif fields and step == "separate":
            fields[-1].has_result = True
        elif fields and step == "end":
            fields.pop()

    def _instruction(self, node: Node) -> None:
        if self._of.fields:
            self._of.fields[-1].instruction += node.text or ""

    # --- What stands beside the words -------------------------------------------------------------------------------
    def _note(self, node: Node) -> None:
        note = (node.tag.removesuffix("Reference") + "s", node.get("id", ""))
        self._found.append(NoteMark(self._of.notes.setdefault(note, len(self._of.notes))))

    def _comment(self, node: Node) -> None:
        self._of.leave(Loss.COMMENT, self._of.comments.get(node.get("id", ""), ""))

    def _alternative(self, node: Node) -> None:
        """The same thing said for newer and for older programs: it is read once."""
        chosen = node.children("Choice") or node.children("Fallback")
        if chosen:
            self._inside(chosen[0])

    def _drawing(self, node: Node) -> None:
        boxes = node.within("txbxContent")
        for box in boxes:
            self._leave(Loss.TEXT_BOX, box)
        pictures = node.within("blip", "imagedata")
        said = next((each for each in node.within("docPr", "shape") if each.get("descr") or each.get("alt")), None)
        words = (said.get("descr") or said.get("alt") or "") if said is not None else ""
        decorative = any(is_on(each.get("val", "1")) for each in node.within("decorative"))
        for each in pictures:
            name = self._picture(each.get("embed") or each.get("id") or "", each.get("link") or "")
            if name:
                self._found.append(Picture(name, " ".join(words.split()), decorative))
        if not boxes and not pictures:
            self._leave(Loss.DRAWING, node)

    def _picture(self, relation: str, link: str) -> str:
        """The name of a picture that is kept; nothing for one that is not."""
        target = self._of.parts.target(relation)
        if target is None or target.is_outside:
            outside = self._of.parts.target(link) or target
            self._of.leave(Loss.OUTSIDE_PICTURE if outside else Loss.LOST_PICTURE, outside.name if outside else "")
            return ""
        return target.name if self._has(target.name) else ""

    def _has(self, name: str) -> bool:
        """Whether a picture is kept, now or already."""
        if name in self._of.pictures:
            return True
        if len(self._of.pictures) >= MOST_PICTURES:
            self._of.leave(Loss.MANY_PICTURES)
            return False
        content = self._of.parts.content(name)
        if content is None or len(content) > MOST_PICTURE_BYTES:
            self._of.leave(Loss.LOST_PICTURE if content is None else Loss.BIG_PICTURE)
            return False
        self._of.pictures[name] = content
        return True


def words_in(node: Node) -> str:
    """Return the first words in an element, those that are deleted among them: more is never quoted."""
    words: list[str] = []
    for each in node.iter():
        if each.tag in {"t", "delText"} and each.text:
            words.append(each.text)
            if len(words) > MOST_PIECES:
                break
    return " ".join(words)


def joined(found: Iterable[Run | Picture | NoteMark]) -> list[Run | Picture | NoteMark]:
    """Return neighbours that look the same as one run: Word splits words wherever somebody has stopped to type."""
    whole: list[Run | Picture | NoteMark] = []
    for each in found:
        last = whole[-1] if whole else None
        if isinstance(each, Run) and isinstance(last, Run) and _looks(each) == _looks(last):
            whole[-1] = Run(last.text + each.text, *_looks(last))
        else:
            whole.append(each)
    return whole


def _looks(run: Run) -> tuple[bool, bool, str]:
    return run.bold, run.italic, run.link
