"""What the styles of a Word file say of a paragraph or of words."""

import re
from dataclasses import dataclass

from core.xml import Node

HEADING = re.compile(r"(?:heading|заголовок|загаловак) ?([1-9])")
BODY_LEVEL = 9  # an outline level for what is no heading
DEEPEST = 20  # styles that are based on styles


@dataclass(frozen=True)
class Style:
    """A style: its name in small letters, that on which it is based, and what it says itself. None: nothing."""

    name: str = ""
    based_on: str = ""
    outline: int | None = None
    numbering: Node | None = None
    bold: bool | None = None
    italic: bool | None = None


class Styles:
    """The styles of a file by their ids."""

    def __init__(self, root: Node | None) -> None:
        each_style = root.children("style") if root is not None else []
        self._styles = {each.get("styleId", ""): _style(each) for each in each_style}
        usual = (each for each in each_style if each.get("type") == "paragraph" and is_on(each.get("default", "0")))
        self.usual = next((each.get("styleId", "") for each in usual), "")

    def name(self, key: str) -> str:
        """Return the name of a style; "normal" for one that is not described."""
        return self._styles[key].name if key in self._styles else "normal"

    def heading(self, key: str) -> int:
        """Return the level of headings in a style, from 1; 0 for a style that is none."""
        for style in self._chain(key):
            named = HEADING.fullmatch(style.name)
            if named:
                return int(named[1])
            if style.outline is not None:
                return level_of(style.outline)
        return 0

    def numbering(self, key: str) -> Node | None:
        """Return the list to which paragraphs of a style belong."""
        return next((each.numbering for each in self._chain(key) if each.numbering is not None), None)

    def is_bold(self, key: str) -> bool:
        """Whether words of a style of characters are bold."""
        return next((each.bold for each in self._chain(key) if each.bold is not None), False)

    def is_italic(self, key: str) -> bool:
        """Whether words of a style of characters are italic."""
        return next((each.italic for each in self._chain(key) if each.italic is not None), False)

    def _chain(self, key: str) -> list[Style]:
        """A style and those on which it is based."""
        found: list[Style] = []
        while key in self._styles and len(found) < DEEPEST:
            found.append(self._styles[key])
            key = found[-1].based_on
        return found


def value(node: Node | None, *path: str) -> str:
    """Return the attribute "val" of the first descendant down a path; empty when there is none."""
    found = node.child(*path) if node is not None else None
    return found.get("val", "") if found is not None else ""


def toggle(properties: Node | None, name: str) -> bool | None:
    """Whether properties switch something on or off; None when they do not speak of it."""
    found = properties.child(name) if properties is not None else None
    return is_on(found.get("val", "1")) if found is not None else None


def is_on(said: str) -> bool:
    """Whether a value of a switch means "on"."""
    return said.lower() not in {"0", "false", "off", "none"}


def number(text: str, usual: int = 0) -> int:
    """Return a whole number of up to five digits; `usual` for anything else."""
    return int(text) if re.fullmatch("[0-9]{1,5}", text) else usual


def level_of(outline: int) -> int:
    """Return the level of headings, from 1, for a level of the outline, from 0; 0 for what is no heading."""
    return outline + 1 if outline < BODY_LEVEL else 0


def _style(node: Node) -> Style:
    of_paragraph, of_words = node.child("pPr"), node.child("rPr")
    outline = value(of_paragraph, "outlineLvl")
    return Style(
        name=value(node, "name").strip().lower(),
        based_on=value(node, "basedOn"),
        outline=number(outline, BODY_LEVEL) if outline else None,
        numbering=of_paragraph.child("numPr") if of_paragraph is not None else None,
        bold=toggle(of_words, "b"),
        italic=toggle(of_words, "i"),
    )
