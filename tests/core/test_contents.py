import doctest
import io
import zipfile

import pytest

from core import contents


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        for name in names:
            written.writestr(name, "<xml/>")
    return file.getvalue()


def test_the_worked_examples_hold():
    assert doctest.testmod(contents).failed == 0


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4", "pdf"),
        (b"\x89PNG\r\n\x1a\nrest", "png"),
        (b"\xff\xd8\xff\xe0rest", "jpg"),
        (archive("[Content_Types].xml", "word/document.xml"), "docx"),
        (archive("ppt/presentation.xml"), "pptx"),
        (archive("xl/workbook.xml"), "xlsx"),
        (archive("evil.exe"), ""),
        (b"PK\x03\x04 and nothing behind it", ""),
        (b"MZ\x90\x00", ""),
        (b"", ""),
    ],
)
def test_a_file_is_what_its_content_says(content, kind):
    assert contents.kind_of(content) == kind


def test_every_kind_that_is_taken_has_a_media_type():
    assert set(contents.MEDIA_TYPES) == contents.DOCUMENTS | contents.PICTURES
