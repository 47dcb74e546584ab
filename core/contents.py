"""What a file is by its content, whatever it is called.

A name says what a person thinks the file is; the first bytes say what a program will take it for.
"""

import io
import zipfile
import zlib
from pathlib import PurePath

# How files of a kind begin. An Office file is a ZIP archive; what lies in it says which program it is for.
_STARTS = {
    "pdf": b"%PDF-",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
    "zip": b"PK\x03\x04",
    "webm": b"\x1aE\xdf\xa3",
}
_PARTS = {"docx": "word/document.xml", "pptx": "ppt/presentation.xml", "xlsx": "xl/workbook.xml"}
_OPEN_DOCUMENTS = {b"application/vnd.oasis.opendocument.text": "odt"}
_LONGEST_SAID = 100
_SAME = {"jpeg": "jpg"}
# Kinds that are nothing but words. One of them says so in its first line.
_TEXTS = {"csv": "", "txt": "", "vtt": "WEBVTT"}
_ENCODINGS = ("utf-8-sig", "cp1251")
_WHITE = "\t\r\n\f"

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
    """Return the kind of a file that says so itself; an empty string for anything else.

    >>> kind_of(b"%PDF-1.7 ..."), kind_of(b"RIFF\\x00\\x00\\x00\\x00WEBPVP8 "), kind_of(b"<html>")
    ('pdf', 'webp', '')
    """
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[4:8] == b"ftyp":
        return "mp4"
    kind = next((each for each, start in _STARTS.items() if content.startswith(start)), "")
    return _kind_of_archive(content) if kind == "zip" else kind


def kind_by_name(name: str) -> str:
    """Return the kind that the name of a file claims, in the same words.

    >>> kind_by_name("Scan.JPEG"), kind_by_name("agenda.docx"), kind_by_name("README")
    ('jpg', 'docx', '')
    """
    ending = PurePath(name).suffix.lower().removeprefix(".")
    return _SAME.get(ending, ending)


def fits_name(content: bytes, name: str) -> bool:
    """Whether a file is what its name says; of words that they are words.

    >>> fits_name(b"%PDF-1.7 ...", "a.pdf"), fits_name(b"<html>", "a.pdf"), fits_name("слова".encode(), "a.txt")
    (True, False, True)
    """
    kind = kind_by_name(name)
    if kind not in _TEXTS:
        return kind_of(content) == kind != ""
    words = _words_of(content)
    return words is not None and not kind_of(content) and words.startswith(_TEXTS[kind])


def _words_of(content: bytes) -> str | None:
    for encoding in _ENCODINGS:
        try:
            words = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return words if all(letter.isprintable() or letter in _WHITE for letter in words) else None
    return None


def _kind_of_archive(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            said = archive.open("mimetype").read(_LONGEST_SAID) if "mimetype" in names else b""
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, OSError, zlib.error):
        return ""
    if said in _OPEN_DOCUMENTS:
        return _OPEN_DOCUMENTS[said]
    return next((kind for kind, part in _PARTS.items() if part in names), "")
