"""Pictures inside Moodle XML: each text carries its files in base64 and names them `@@PLUGINFILE@@/path/name`."""

import base64
import binascii
import posixpath
import re
from collections.abc import Mapping
from html import unescape
from urllib.parse import quote, unquote

from django.utils.translation import gettext as _

from core.xml import Node

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif")
PLACE = "@@PLUGINFILE@@/"
_IN_SRC = re.compile(r"""(\bsrc\s{0,9}=\s{0,9}(["']))@@PLUGINFILE@@/((?:(?!\2)[^<>]){1,1000})(?=\2)""", re.IGNORECASE)
_IN_MARKDOWN = re.compile(r"(!\[[^\]\n]{0,300}\]\()@@PLUGINFILE@@/([^)\s]{1,1000})(?=[)\s])")
_ANY_SRC = re.compile(r"""(\bsrc\s{0,9}=\s{0,9}(["']))((?:(?!\2)[^<>]){1,1000})(?=\2)""", re.IGNORECASE)
_ANY_MARKDOWN = re.compile(r"(!\[[^\]\n]{0,300}\]\()([^)\n]{1,1000})(?=\))")
# What would not stand in an attribute as it is, or would be taken for a part of an address.
_UNSAFE = re.compile(r"""["'<>&?#%\\\x00-\x1f]""")


class Pictures:
    """Collects the pictures of one question while its texts are read."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._named: dict[str, None] = {}
        self._warnings: list[str] = []
        self._names: dict[tuple[str, bytes], str] = {}
        self._numbers: dict[str, int] = {}

    def files(self) -> dict[str, bytes]:
        """Return the pictures that texts name, by the names that stand there."""
        return {name: content for name, content in self._files.items() if name in self._named}

    def warnings(self) -> list[str]:
        """Return sentences about files that were left out and pictures that are missing."""
        missing = [name for name in self._named if name not in self._files and name.lower().endswith(PICTURES)]
        return [
            *dict.fromkeys(self._warnings),
            *(_("The picture “%(name)s” is not in the file.") % {"name": name} for name in missing),
        ]

    def named_plainly(self, text: str, holder: Node) -> str:
        """Return the text of an element with plain names for the pictures that it, or another one, carries."""
        names = self._kept(holder)
        if "@@PLUGINFILE@@" not in text:
            return text
        text = _IN_SRC.sub(lambda found: found[1] + self._name(found[3], names), text)
        return _IN_MARKDOWN.sub(lambda found: found[1] + self._name(found[2], names), text)

    def named(self, name: str, encoded: str) -> str | None:
        """Return the name of a picture that the caller puts into a text; None when it cannot be kept."""
        kept = self._keep(name, encoded)
        if kept is not None:
            self._named[kept] = None
        return kept

    def _keep(self, name: str, encoded: str) -> str | None:
        """Keep a file and return the name it gets; None, and a warning, when it is no picture or damaged."""
        if not name.lower().endswith(PICTURES):
            self._warnings.append(_("The file “%(name)s” is no picture and was left out.") % {"name": name})
            return None
        try:
            content = base64.b64decode("".join(encoded.split()), validate=True)
        except (binascii.Error, ValueError):
            content = b""
        if not content:
            self._warnings.append(_("The picture “%(name)s” is damaged and was left out.") % {"name": name})
            return None
        free = self._free(_UNSAFE.sub("_", name), content)
        self._files[free] = content
        return free

    def _kept(self, holder: Node) -> dict[str, str]:
        """The names in `files` of what an element carries, by path."""
        names = {}
        for each in holder.findall("file"):
            name = each.get("name", "").strip()
            path = posixpath.join(each.get("path", "/").strip(), name).lstrip("/")
            kept = self._keep(posixpath.basename(name), each.text or "")
            if kept is not None:
                names[path] = kept
        return names

    def _free(self, name: str, content: bytes) -> str:
        """A name that no other content has: "map.png", else "map-2.png" …"""
        stem, ending = posixpath.splitext(name)
        free = self._names.get((name, content), name)
        while self._files.get(free, content) != content:
            self._numbers[name] = self._numbers.get(name, 1) + 1
            free = f"{stem}-{self._numbers[name]}{ending}"
        self._names[name, content] = free
        return free

    def _name(self, reference: str, names: Mapping[str, str]) -> str:
        path = unquote(unescape(reference)).partition("?")[0]
        name = names.get(path) or _UNSAFE.sub("_", posixpath.basename(path))
        self._named[name] = None
        return name


def with_places(text: str, files: Mapping[str, bytes]) -> tuple[str, list[str]]:
    """Return a text with `@@PLUGINFILE@@/` before the names of its pictures, and those names.

    >>> with_places('<img src="a b.png"> <img src="c.png">', {"a b.png": b"1"})
    ('<img src="@@PLUGINFILE@@/a%20b.png"> <img src="c.png">', ['a b.png'])
    """
    names: dict[str, None] = {}

    def placed(found: re.Match[str]) -> str:
        name = unescape(found[found.lastindex or 0])
        if name not in files:
            return found[0]
        names[name] = None
        return f"{found[1]}{PLACE}{quote(name)}"

    if files:
        text = _ANY_MARKDOWN.sub(placed, _ANY_SRC.sub(placed, text))
    return text, list(names)


def file_elements(names: list[str], files: Mapping[str, bytes]) -> str:
    """Return the elements that carry these files."""
    return "".join(
        f'<file name="{_attribute(name)}" path="/" encoding="base64">{base64.b64encode(files[name]).decode()}</file>\n'
        for name in names
    )


def _attribute(name: str) -> str:
    return name.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
