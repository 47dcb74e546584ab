"""Each field that takes a file, and that it refuses what is no such file, whatever it is called."""

import ast
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.images.fields import WagtailImageField

from assessments.formats.exchange import FORMATS, understood
from certificates.contents import check as check_scan
from certificates.contents import opened
from certificates.services.designs import DesignError, printable
from core.contents import fits_name
from core.docx.reading import read as read_word
from core.errors import DomainError, FormatError
from core.spreadsheets import read_table
from library.formats import po
from tests.architecture.rules import APPS
from workshops.forms import LogFileForm
from workshops.services.paper import SCAN_BYTES, objection_to_scan
from workshops.services.proceedings import MATERIAL_BYTES, objection_to_file

# Formats of questions in which any words are a question.
WORDS_ALONE = {"gift", "aiken"}
REFUSALS = (ValueError, ValidationError, DomainError, FormatError, DesignError, OSError)


def picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, kind)
    return file.getvalue()


PAGE = b"<!doctype html><html><script>alert(1)</script></html>"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" * 8
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
WRONG = {"a page": PAGE, "a program": PROGRAM, "a drawing with a script": DRAWING, "nothing": b""}


def raises(read: Callable[[bytes], Any]) -> Callable[[bytes, str], bool]:
    def refused(content: bytes, _name: str) -> bool:
        try:
            read(content)
        except REFUSALS:
            return True
        return False

    return refused


def table(content: bytes) -> None:
    """Columns that a list needs are looked for afterwards; a page has none of them."""
    if not {"family_name", "email"} & set(read_table(content).headings):
        raise ValueError


def archive(content: bytes) -> None:
    with opened(io.BytesIO(content), len(content)):
        pass


def questions(content: bytes) -> None:
    """Formats that are words alone take any words, cleaned, as drafts; what has a form of its own is held to it."""
    if not any(understood(name, content, "en").questions for name in FORMATS if name not in WORDS_ALONE):
        raise ValueError


def words(content: bytes) -> None:
    file = po.read(content, language="ru")
    if not file.entries:
        raise ValueError


def log(content: bytes, name: str) -> bool:
    return not LogFileForm({}, {"file": SimpleUploadedFile(name, content)}).is_valid()


def picture_of_the_cms(content: bytes, name: str) -> bool:
    try:
        WagtailImageField().clean(SimpleUploadedFile(name, content))
    except ValidationError:
        return True
    return False


def scan(content: bytes, name: str) -> bool:
    return bool(objection_to_scan(content, name))


# The field, whether it refuses a content under a name, and a name that it would take.
UPLOADS: dict[str, tuple[Callable[[bytes, str], bool], str]] = {
    "assessments/forms/exchange.py ImportForm.file": (raises(questions), "a.xml"),
    "certificates/forms.py PapersForm.scans": (raises(archive), "a.zip"),
    "certificates/forms.py PapersForm.table": (raises(table), "a.xlsx"),
    "certificates/wagtail_hooks/design_form.py DesignForm": (raises(printable), "a.png"),
    "courses/forms/word_files.py LessonFileForm.file": (raises(read_word), "a.docx"),
    "library/forms.py PoForm.file": (raises(words), "a.po"),
    "people/forms/joining.py InvitationListForm.file": (raises(table), "a.xlsx"),
    "people/forms/lists.py PeopleFileForm.file": (raises(table), "a.xlsx"),
    "workshops/forms/imports.py AttendanceFileForm.file": (raises(table), "a.xlsx"),
    "workshops/forms/online.py LogFileForm.file": (log, "a.xlsx"),
    "workshops/forms/paper.py ScanForm.scan": (scan, "a.pdf"),
    "workshops/forms/people.py RosterForm.file": (raises(table), "a.xlsx"),
    "workshops/forms/proceedings.py MaterialForm.file": (lambda *file: bool(objection_to_file(*file)), "a.pdf"),
}
# Wagtail's own forms, and what lies in an archive.
OTHERS: dict[str, tuple[Callable[[bytes, str], bool], str]] = {
    "document of the CMS": (lambda content, name: not fits_name(content, name), "a.pdf"),
    "picture of the CMS": (picture_of_the_cms, "a.png"),
    "scan in an archive": (lambda content, name: raises(lambda file: check_scan(file, name))(content, name), "a.pdf"),
}
# Digested and compared, never kept and never shown.
NOT_KEPT = {"reports/forms.py WhichForm.file"}


def fields_of_files() -> set[str]:
    found = set()
    for app in APPS:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            name = path.relative_to(settings.BASE_DIR).as_posix()
            for form in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(form, ast.ClassDef) and "migrations" not in path.parts:
                    found |= {f"{name} {form.name}{field}" for field in _fields(form)}
    return found


def _fields(form: ast.ClassDef) -> set[str]:
    found = set()
    for node in ast.walk(form):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            called = ast.unparse(node.value.func)
            if called in {"forms.FileField", "forms.ImageField"}:
                [target] = node.targets
                found.add(f".{target.id}" if isinstance(target, ast.Name) else "")
    return found


def test_every_field_that_takes_a_file_is_on_the_list():
    assert fields_of_files() == UPLOADS.keys() | NOT_KEPT


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("field", [*UPLOADS, *OTHERS])
def test_what_is_no_such_file_is_refused_whatever_it_is_called(field, wrong):
    refuses, name = {**UPLOADS, **OTHERS}[field]

    assert refuses(WRONG[wrong], name)


@pytest.mark.parametrize("name", ["a.exe", "a.html", "a.svg", "a.pdf.exe", "a", "a.php"])
@pytest.mark.parametrize("content", [b"%PDF-1.7", PROGRAM, PAGE], ids=["pdf", "program", "page"])
def test_what_is_kept_as_it_was_sent_has_an_ending_that_is_taken(name, content):
    assert objection_to_file(content, name) != ""
    assert objection_to_scan(content, name) != ""
    assert not fits_name(content, name)


def test_what_is_too_large_is_refused():
    assert objection_to_file(b"%PDF-1.7" + bytes(MATERIAL_BYTES), "a.pdf") != ""
    assert objection_to_scan(b"%PDF-1.7" + bytes(SCAN_BYTES), "a.pdf") != ""


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_on_a_certificate_is_made_anew_without_what_was_behind_it(kind):
    made = printable(picture(kind) + PAGE)

    assert (b"script" in made, Image.open(io.BytesIO(made)).size) == (False, (8, 8))
