"""What a file is by its content, whatever it is called.

A name says what a person thinks the file is; the first bytes say what a program will take it for.
"""

import io
import zipfile
from pathlib import PurePath

# How files of a kind begin. An Office file is a ZIP archive; what lies in it says which program it is for.
_STARTS = {
    "pdf": b"%PDF-",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
    "zip": b"PK\x03\x04",
}
_PARTS = {"docx": "word/document.xml", "pptx": "ppt/presentation.xml", "xlsx": "xl/workbook.xml"}
_SAME = {"jpeg": "jpg"}

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DOCUMENTS = frozenset({"pdf", "docx", "pptx", "xlsx"})
PICTURES = frozenset({"png", "jpg", "webp"})


def kind_of(content: bytes) -> str:
    """Return the kind of a file, a key of MEDIA_TYPES; an empty string for anything else.

    >>> kind_of(b"%PDF-1.7 ..."), kind_of(b"RIFF\\x00\\x00\\x00\\x00WEBPVP8 "), kind_of(b"<html>")
    ('pdf', 'webp', '')
    """
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    kind = next((each for each, start in _STARTS.items() if content.startswith(start)), "")
    return _kind_of_archive(content) if kind == "zip" else kind


def kind_by_name(name: str) -> str:
    """Return the kind that the name of a file claims, in the same words.

    >>> kind_by_name("Scan.JPEG"), kind_by_name("agenda.docx"), kind_by_name("README")
    ('jpg', 'docx', '')
    """
    ending = PurePath(name).suffix.lower().removeprefix(".")
    return _SAME.get(ending, ending)


def _kind_of_archive(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    return next((kind for kind, part in _PARTS.items() if part in names), "")
