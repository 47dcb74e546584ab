"""QTI 1.2: what Canvas writes, Common Cartridge, and plain files as Respondus and similar programs make them.

A file (`questestinterop`) or a package (ZIP) with such files. Of a quiz that a Canvas course holds twice, the one in
`non_cc_assessments` is read, because the other has only what Common Cartridge can say. Titles of assessments, sections
and item banks become categories. Points belong to tests here, so `points_possible` is passed over.

Marks. Scores are parts of the best that an answer can have. Several right options that a file marks together (`and`)
earn what Canvas gives: the right ones share the points, and each wrong one takes off one such share, never below
nothing (Quizzes::QuizQuestion::MultipleAnswersQuestion of canvas-lms). Options with rules of their own earn what these
say. All texts that Canvas lists for a blank are right, as in Canvas.

An `ident` is a name within its file only, so questions get no code.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.formats.item import Item, Problem, Reading
from assessments.formats.limits import check_count
from assessments.formats.qti12.pictures import Pictures
from assessments.formats.qti12.questions import item_of, metadata_in
from core.errors import FormatError
from core.packages import Package, is_package
from core.xml import Node, parsed

ROOT = "questestinterop"
ENDINGS = (".xml", ".qti", ".dat")
# Where Canvas puts what Common Cartridge cannot say.
COMPLETE = "non_cc_assessments/"
CONTAINERS = frozenset({"assessment", "section", "objectbank"})
REFERENCES = frozenset({"itemref", "bankentry_item"})


@dataclass(frozen=True)
class Document:
    """A file with questions; its name is empty when it came alone."""

    name: str
    root: Node


def read(content: bytes) -> Reading:
    """Return the questions of a file or package, and a problem for each that cannot be taken over.

    Raises FormatError when it is neither, or nothing in it is QTI 1.2.
    """
    if is_package(content):
        return _read_package(Package(content))
    root = parsed(content)
    if root.tag != ROOT:
        raise FormatError(
            _("This is not a QTI 1.2 file: it begins with “%(element)s”.") % {"element": root.tag[:60]}, root.line
        )
    reading = Reading()
    _read_document(Document("", root), reading, Pictures(None, ""), _named([root]))
    return reading


def _read_package(package: Package) -> Reading:
    reading, documents = Reading(), []
    for name in package.names():
        if not name.lower().endswith(ENDINGS):
            continue
        try:
            document = _document(package, name)
        except FormatError as error:
            reading.errors.append(_problem(name, error.line, error.message))
        else:
            documents += [document] if document is not None else []
    if not documents:
        first = reading.errors[0].message if reading.errors else _("There is no QTI 1.2 file in the package.")
        raise FormatError(first)
    chosen = _without_copies(documents)
    named = _named([each.root for each in chosen])
    for document in chosen:
        _read_document(document, reading, Pictures(package, document.name), named)
    return reading


def _document(package: Package, name: str) -> Document | None:
    content = package.read(name) or b""
    # Other files of a package – settings, pages – are many and need not be XML at all.
    if (
        ROOT.encode() not in content
        and ROOT.encode("utf-16-le") not in content
        and ROOT.encode("utf-16-be") not in content
    ):
        return None
    root = package.weighed(parsed(content))
    return Document(name, root) if root.tag == ROOT else None


def _without_copies(documents: list[Document]) -> list[Document]:
    """The documents without those of which Canvas has put a complete one beside."""
    complete = {_ident(each.root) for each in documents if each.name.startswith(COMPLETE)} - {""}
    return [each for each in documents if each.name.startswith(COMPLETE) or _ident(each.root) not in complete]


def _ident(root: Node) -> str:
    assessment = root.child("assessment")
    return "" if assessment is None else assessment.get("ident", "")


def _named(roots: list[Node]) -> set[str]:
    """The names of all questions and item banks."""
    tags = {"item", "objectbank"}
    return {each.get("ident", "") for root in roots for each in root.iter() if each.tag in tags}


def _read_document(document: Document, reading: Reading, pictures: Pictures, named: set[str]) -> None:
    for node, category in _questions(document.root, ()):
        try:
            item = _item(node, category, named)
        except FormatError as error:
            title = node.get("title", "").strip() or node.get("ident", "")
            message = _("“%(name)s”: %(message)s") % {"name": title[:80], "message": error.message}
            line = max(error.line, node.line)
            reading.errors.append(_problem(document.name, line, message if title else error.message))
        else:
            if item is not None:
                reading.items.append(pictures.put_into(item))
        check_count(reading)


def _problem(name: str, line: int, message: str) -> Problem:
    return Problem(line, _("%(file)s: %(message)s") % {"file": name, "message": message} if name else message)


def _questions(node: Node, category: tuple[str, ...]) -> Iterator[tuple[Node, tuple[str, ...]]]:
    """Every question, and what only refers to questions, with the titles above it."""
    for each in node.children():
        if each.tag in CONTAINERS:
            title = _title(each)
            yield from _questions(each, (*category, title) if title else category)
        elif each.tag == "item" or each.tag in REFERENCES:
            yield each, category
        elif each.tag == "selection_ordering":
            yield from ((bank, category) for bank in each.within("sourcebank_ref"))


def _title(node: Node) -> str:
    title = node.get("title", "").strip()
    return title or (metadata_in(node).get("bank_title", "") if node.tag == "objectbank" else "")


def _item(node: Node, category: tuple[str, ...], named: set[str]) -> Item | None:
    """The question in an element; None for a reference to one that is read in its own place."""
    if node.tag == "item":
        return item_of(node, category)
    wanted = (node.text if node.tag == "sourcebank_ref" else node.get("linkrefid") or node.get("item_ref")) or ""
    if wanted.strip() not in named:
        raise FormatError(
            _("The file only refers to “%(name)s”, which is not in it.") % {"name": wanted.strip()[:80]}, node.line
        )
    return None
