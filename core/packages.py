"""Reading a ZIP that somebody sends: packages of questions, and what office programs write."""

import io
import posixpath
import zipfile
from dataclasses import dataclass
from urllib.parse import unquote

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import FormatError
from core.xml import Node

MOST_FILES = 20_000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 200
SMALL = 1024 * 1024
# All XML of a package together; ten thousand questions have some three hundred thousand elements.
MOST_ELEMENTS = 2_000_000

TOO_DENSE = gettext_lazy("The package unpacks to far more than questions need, so it was not opened.")
DAMAGED = gettext_lazy("The package (ZIP) is damaged.")


@dataclass(frozen=True)
class Limits:
    """What a package may have at most, and the sentences for one that has more or is damaged.

    `unpacked` are bytes, `elements` those of all XML in it. Those of a package of questions, if not said.
    """

    files: int = MOST_FILES
    unpacked: int = MOST_UNPACKED
    elements: int = MOST_ELEMENTS
    too_dense: str | Promise = TOO_DENSE
    damaged: str | Promise = DAMAGED


OF_QUESTIONS = Limits()


class Package:
    """The files of a package by their names. Nothing is ever written to a disk."""

    def __init__(self, content: bytes, limits: Limits = OF_QUESTIONS) -> None:
        """Open a package; raises FormatError when it is damaged or made to exhaust the machine."""
        self._limits = limits
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            parts = [each for each in self._zip.infolist() if not each.is_dir()]
        except Exception as error:
            # Besides BadZipFile: struct.error, ValueError and others for a directory that is made up.
            raise FormatError(str(limits.damaged)) from error
        unpacked = sum(each.file_size for each in parts)
        many_small = unpacked > SMALL and unpacked > MOST_RATIO * len(content)
        if len(parts) > limits.files or unpacked > limits.unpacked or many_small or any(map(_is_bomb, parts)):
            raise self._too_dense()
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
            raise self._too_dense()
        return content

    def weighed(self, root: Node) -> Node:
        """Return what was read from a file of the package, its elements counted.

        Raises FormatError when those of all files are more than is needed; from then on nothing is read any more.
        """
        self._elements += sum(1 for _each in root.iter())
        self._refuse_too_many()
        return root

    def _refuse_too_many(self) -> None:
        if self._elements > self._limits.elements:
            raise self._too_dense()

    def _too_dense(self) -> FormatError:
        return FormatError(str(self._limits.too_dense))


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
