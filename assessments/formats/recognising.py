"""Which format a file is in, told by what is in it and, where that leaves a doubt, by its name."""

import re
from collections.abc import Iterator
from contextlib import suppress
from xml.parsers import expat

from assessments.formats.qti.packages import MANIFEST
from assessments.formats.tables.columns import headings
from core.docx.parts import is_open_document, is_word
from core.encodings import UndecodableError, decoded
from core.errors import FormatError
from core.packages import Package, is_package
from core.spreadsheets import Table

# The outermost element tells the format; it stands at the beginning, behind a document type and comments.
HEAD = 64 * 1024
# Excel and Word wrote it before 2007, and write it still where a file has a password.
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
IN_WORD = ("WordDocument".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le"))
RICH_TEXT = b"{\\rtf"
WORKBOOK = "xl/workbook.xml"
ROOTS = {"quiz": "moodlexml", "question": "moodlexml", "questestinterop": "qti12"}
QTI_2_AND_3 = re.compile(r"assessment(?:Item|Test|Section)|qti-assessment-(?:item|test|section)")
# What a manifest calls the resources that are questions.
RESOURCES = {b"imsqti_xmlv1p": "qti12", b"imsqti_item": "qti", b"imsqti_test": "qti", b"imsqti_apip": "qti"}
# Only the first files of a package without such a manifest are looked at.
MOST_PARTS = 50

_ANSWER = re.compile(r"^[ \t]*ANSWER:[ \t]*[^\W\d_][ \t]*\r?$", re.MULTILINE)
_JSON = re.compile(r'\s*(?:\[\s*)?\{\s*["}]')
_CONTROL = re.compile("[\x01-\x08\x0e-\x1f]")
_SEPARATORS = ",;\t"


def recognised(filename: str, content: bytes) -> str | None:
    """Return the name of the format of a file, one of `exchange.FORMATS`; None when it looks like none of them.

    An old Excel file counts as a table and other texts of office programs as Word files: the readers say what to do.

    >>> recognised("a.txt", b"::Q1:: What? {=this ~that}"), recognised("a.txt", b"Dear colleagues,")
    ('gift', None)
    """
    if is_package(content):
        return _of_package(content)
    if content.startswith(OLD_OFFICE):
        return "docx" if _is_word_of_old(filename, content) else "xlsx"
    if content.startswith(RICH_TEXT):
        return "docx"
    root = _root(content)
    return _of_root(root) if root else _of_text(filename.lower(), content)


def _of_package(content: bytes) -> str | None:
    try:
        package = Package(content)
        if package.read(WORKBOOK) is not None:
            return "xlsx"
        if is_word(package) or is_open_document(package):
            return "docx"
        return next((found for found in _of_parts(package) if found), None)
    except FormatError:
        return None


def _is_word_of_old(filename: str, content: bytes) -> bool:
    """Whether an old or protected file is one of Word. The name says it where the text cannot be seen."""
    text, protected = IN_WORD
    return text in content or (protected in content and filename.lower().endswith((".docx", ".docm", ".doc")))


def _of_parts(package: Package) -> Iterator[str | None]:
    """What the manifest says, and then what each of the first files is."""
    names = [each for each in package.names() if each.lower().endswith((".xml", ".qti", ".dat"))]
    for name in sorted(names, key=lambda each: not each.endswith(MANIFEST))[:MOST_PARTS]:
        content = package.read(name) or b""
        if name.endswith(MANIFEST):
            yield from (form for kind, form in RESOURCES.items() if kind in content.lower())
        else:
            found = _of_root(_root(content))
            yield found if found != "moodlexml" else None


def _of_root(name: str) -> str | None:
    return "qti" if QTI_2_AND_3.fullmatch(name) else ROOTS.get(name)


def _of_text(filename: str, content: bytes) -> str | None:
    try:
        text = decoded(content)
    except UndecodableError:
        return None
    if not text.strip() or _CONTROL.search(text):
        return None
    looks = {
        "json": filename.endswith(".json") or _JSON.match(text) is not None,
        "csv": filename.endswith((".csv", ".tsv")) or _has_headings(text),
        "aiken": _ANSWER.search(text) is not None,
        "gift": filename.endswith(".gift") or "{" in text,
    }
    return next((name for name, is_so in looks.items() if is_so), None)


def _has_headings(text: str) -> bool:
    """Whether the first line names columns of a table of questions."""
    line = text.lstrip().partition("\n")[0][:HEAD]
    rows = (tuple(cell.strip().strip('"') for cell in line.split(sign)) for sign in _SEPARATORS)
    return any(Table(row, ()).columns(headings()).keys() & {"question", "text"} for row in rows if len(row) > 1)


class _Found(Exception):  # noqa: N818 - not an error: it ends the reading
    """The outermost element has been met."""


def _root(content: bytes) -> str:
    """The name of the outermost element of XML, without its namespace; empty for what is no XML."""
    names: list[str] = []

    def first(name: str, *_rest: object) -> None:
        names.append(name.rpartition(" ")[2])
        raise _Found

    def entity(*_rest: object) -> None:
        raise _Found

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = first
    parser.EntityDeclHandler = entity
    with suppress(_Found, expat.ExpatError, LookupError, ValueError):
        parser.Parse(content[:HEAD].lstrip(), False)
    return names[0] if names else ""
