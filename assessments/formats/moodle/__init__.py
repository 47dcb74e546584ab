"""Moodle XML, in which Moodle exports and imports its bank of questions with pictures, categories and tags."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from assessments.formats.category_paths import names_in
from assessments.formats.item import Item, Problem, Reading
from assessments.formats.limits import check_count
from assessments.formats.moodle.reading import content_of, read_question
from assessments.formats.moodle.writing import TYPES, lost_in, written_category, written_question
from core.errors import FormatError
from core.xml import Node, parsed

CARRIES = frozenset(TYPES)

_TOP: tuple[str, ...] = ()


def read(content: bytes) -> Reading:
    """Return the questions of a Moodle XML file; raises FormatError when it is none or damaged."""
    reading, category = Reading(), _TOP
    for node in _questions_in(parsed(content)):
        if node.get("type", "").strip() == "category":
            category = names_in(_path_in(node))
            continue
        try:
            reading.items.append(read_question(node, category))
        except FormatError as error:
            reading.errors.append(Problem(error.line, error.message))
        check_count(reading)
    return reading


def write(items: Sequence[Item]) -> bytes:
    """Return a file that Moodle 4.5 and later imports. What it does not carry of a question `lost` says."""
    parts, category = ['<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'], _TOP
    for item in items:
        if item.category != category:
            category = item.category
            parts.append(written_category(category))
        parts.append(written_question(item))
    return "".join([*parts, "</quiz>\n"]).encode()


def lost(item: Item) -> list[str]:
    """Return what Moodle XML does not carry of a question, in sentences."""
    return lost_in(item)


def _questions_in(root: Node) -> list[Node]:
    if root.tag not in ("quiz", "question"):
        raise FormatError(_("This is not Moodle XML, whose outermost element is called “quiz”."), root.line)
    found = [root] if root.tag == "question" else root.children("question")
    if not found:
        raise FormatError(_("There are no questions in the file."), root.line)
    return found


def _path_in(node: Node) -> str:
    holder = node.child("category")
    return "" if holder is None else content_of(holder)
