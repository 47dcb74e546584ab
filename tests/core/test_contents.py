import doctest
import io
import zipfile

import pytest

from core import contents


def archive(*names: str, mimetype: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        if mimetype:
            written.writestr("mimetype", mimetype)
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


ODT = archive("content.xml", mimetype="application/vnd.oasis.opendocument.text")
VTT = b"\xef\xbb\xbfWEBVTT\n\n00:00.000 --> 00:01.000\nHello"


@pytest.mark.parametrize(
    ("content", "name", "fits"),
    [
        (ODT, "a.odt", True),
        (archive("content.xml"), "a.odt", False),
        (ODT, "a.docx", False),
        (b"\0\0\0\x18ftypmp42", "a.mp4", True),
        (b"\x1aE\xdf\xa3webm", "a.webm", True),
        (b"\x1aE\xdf\xa3webm", "a.mp4", False),
        (VTT, "a.vtt", True),
        (b"Hello", "a.vtt", False),
        ("имя;возраст\r\n".encode("cp1251"), "a.csv", True),
        ("імя,узрост\n".encode(), "a.csv", True),
        (b"MZ\x90\x00\x03", "a.txt", False),
        (b"%PDF-1.7", "a.txt", False),
        (b"", "a", False),
        (b"#!/bin/sh", "a.sh", False),
    ],
)
def test_a_name_and_a_content_fit(content, name, fits):
    assert contents.fits_name(content, name) is fits


def test_every_kind_that_is_taken_has_a_media_type():
    assert set(contents.MEDIA_TYPES) == contents.DOCUMENTS | contents.PICTURES
