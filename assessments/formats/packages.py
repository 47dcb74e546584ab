"""Reading a ZIP that somebody sends, as Canvas, Common Cartridge and QTI packages are."""

import io
import posixpath
import zipfile
from urllib.parse import unquote

from django.utils.translation import gettext as _

from assessments.formats.item import FormatError
from assessments.formats.xml import Node

MOST_FILES = 20_000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 200
SMALL = 1024 * 1024
# All XML of a package together; ten thousand questions have some three hundred thousand elements.
MOST_ELEMENTS = 2_000_000


class Package:
    """The files of a package by their names. Nothing is ever written to a disk."""

    def __init__(self, content: bytes) -> None:
        """Open a package; raises FormatError when it is damaged or made to exhaust the machine."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            parts = [each for each in self._zip.infolist() if not each.is_dir()]
        except Exception as error:
            # Besides BadZipFile: struct.error, ValueError and others for a directory that is made up.
            raise FormatError(_("The package (ZIP) is damaged.")) from error
        unpacked = sum(each.file_size for each in parts)
        many_small = unpacked > SMALL and unpacked > MOST_RATIO * len(content)
        if len(parts) > MOST_FILES or unpacked > MOST_UNPACKED or many_small or any(map(_is_bomb, parts)):
            raise FormatError(_("The package unpacks to far more than questions need, so it was not opened."))
        self._parts = {_plain(each.filename): each for each in parts}
        self._elements = 0

    def names(self) -> list[str]:
        """Return the names of all files, in the order of the package."""
        return list(self._parts)

    def read(self, name: str) -> bytes | None:
        """Return what is in a file; None when there is none of that name. Raises FormatError when it is damaged."""
        part = self._parts.get(_plain(unquote(name))) or self._parts.get(_plain(name))
        if part is None:
            return None
        self._refuse_too_many()
        try:
            with self._zip.open(part) as stream:
                content = stream.read(part.file_size + 1)
        except Exception as error:
            # Besides BadZipFile: zlib.error, RuntimeError for a password, NotImplementedError for a rare compression.
            raise FormatError(_("The file %(name)s in the package is damaged.") % {"name": name}) from error
        if len(content) > part.file_size:
            raise FormatError(_("The package unpacks to far more than questions need, so it was not opened."))
        return content

    def weighed(self, root: Node) -> Node:
        """Return what was read from a file of the package, its elements counted.

        Raises FormatError when those of all files are more than questions need; from then on nothing is read any more.
        """
        self._elements += sum(1 for _each in root.iter())
        self._refuse_too_many()
        return root

    def _refuse_too_many(self) -> None:
        if self._elements > MOST_ELEMENTS:
            raise FormatError(_("The package unpacks to far more than questions need, so it was not opened."))


def is_package(content: bytes) -> bool:
    """Whether these bytes begin like a ZIP."""
    return content.startswith(b"PK\x03\x04")


def beside(name: str, href: str) -> str:
    """Return the name in the package of what a file refers to.

    >>> beside("items/q1.xml", "../images/a%20b.png?x=1")
    'images/a b.png'
    """
    return _plain(posixpath.join(posixpath.dirname(name), unquote(href.partition("?")[0])))


def _plain(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/")


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > SMALL and part.file_size > MOST_RATIO * max(part.compress_size, 1)
