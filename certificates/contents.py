"""A ZIP file of scans: what lies in it, without being exhausted by it, and whether each of them is what it says."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader

from core.contents import kind_by_name, kind_of

MIB = 1024 * 1024
MAX_ARCHIVE = 100 * MIB
MAX_SCAN = 5 * MIB
MAX_SCANS = 1000
MAX_PAGES = 10
# A page of A4 at 600 dpi has 35 million pixels.
MAX_PIXELS = 60_000_000
KINDS = frozenset({"pdf", "png", "jpg"})
_PIL = {"png": "PNG", "jpg": "JPEG"}
# What makes a PDF do something by itself, or carry something along.
_ACTIVE = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/OpenAction", b"/AA")


class ScanError(ValueError):
    """A file cannot be taken. The text is a whole sentence for the person who sent it."""


class Archive:
    """An open ZIP file of scans; folders in it make no difference."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self._parts: dict[str, zipfile.ZipInfo] = {}
        for part in package.infolist():
            path = PurePosixPath(part.filename.replace("\\", "/"))
            # What Macs and Windows put beside the files.
            if part.is_dir() or path.parts[:1] == ("__MACOSX",) or path.name in {".DS_Store", "Thumbs.db"}:
                continue
            if path.name.casefold() in self._parts:
                raise ScanError(_("The ZIP file has two files with the name “%(name)s”.") % {"name": path.name[:80]})
            self._parts[path.name.casefold()] = part
        if len(self._parts) > MAX_SCANS:
            raise ScanError(_("The ZIP file has more than 1,000 files. Split the list."))

    def names(self) -> list[str]:
        """Return the names of all files, without their folders."""
        return [PurePosixPath(part.filename.replace("\\", "/")).name for part in self._parts.values()]

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._parts

    def read(self, name: str) -> bytes:
        """Return the bytes of a scan. Raises ScanError when it is damaged or too large, without unpacking more."""
        try:
            with self._package.open(self._parts[name.casefold()]) as stream:
                content = stream.read(MAX_SCAN + 1)
        except Exception as error:
            # Besides BadZipFile: zlib.error, RuntimeError for a password, NotImplementedError for a rare compression.
            raise ScanError(_("It cannot be unpacked: it is damaged or locked with a password.")) from error
        if len(content) > MAX_SCAN:
            raise ScanError(_("It is larger than 5\N{NO-BREAK SPACE}MB. Scan it with fewer details."))
        return content


@contextmanager
def opened(file: IO[bytes], size: int) -> Iterator[Archive]:
    """Open a ZIP file of `size` bytes. Raises ScanError when it is too large or none."""
    if size > MAX_ARCHIVE:
        raise ScanError(_("The ZIP file is larger than 100\N{NO-BREAK SPACE}MB. Split the list."))
    try:
        package = zipfile.ZipFile(file)
    except Exception as error:
        raise ScanError(_("This is no ZIP file, or it is damaged.")) from error
    with package:
        yield Archive(package)


def check(content: bytes, name: str) -> str:
    """Return the kind of a scan: pdf, png or jpg. Raises ScanError with a sentence for what cannot be taken."""
    kind = kind_of(content)
    if kind_by_name(name) not in KINDS:
        raise ScanError(_("Scans can be PDF, PNG or JPEG."))
    if kind != kind_by_name(name):
        raise ScanError(_("Its content is not what its name says. Save it again in the right format."))
    if kind == "pdf":
        _check_pdf(content)
    else:
        _check_picture(content, kind)
    return kind


def _check_pdf(content: bytes) -> None:
    if any(word in content for word in _ACTIVE):
        raise ScanError(_("This PDF does things by itself or carries files along. Scan the paper anew."))
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        locked, pages = reader.encrypted, 0 if reader.encrypted else int(reader.root["/Pages"]["/Count"])
    except Exception as error:
        # A reader answers a damaged file with whatever error comes first.
        raise ScanError(_("The PDF is damaged.")) from error
    if locked:
        raise ScanError(_("The PDF is locked with a password."))
    if not 1 <= pages <= MAX_PAGES:
        raise ScanError(_("The scan of a certificate has 1 to 10 pages."))


def _check_picture(content: bytes, kind: str) -> None:
    try:
        with warnings.catch_warnings():
            # Pillow warns at a size of its own; ours is asked below, before anything is unpacked.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[_PIL[kind]]) as picture:
                width, height = picture.size
                if width * height <= MAX_PIXELS:
                    picture.verify()
    except Exception as error:
        raise ScanError(_("The picture is damaged.")) from error
    if width * height > MAX_PIXELS:
        raise ScanError(_("The picture has more than 60 million pixels. Scan it with fewer details."))
