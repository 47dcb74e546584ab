"""Pictures of a package that texts of its questions show."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

from django.utils.translation import gettext as _

from assessments.formats.item import Item, Text, TextFormat
from core.errors import FormatError
from core.packages import Package, beside

SOURCE = re.compile(r"""\ssrc\s{0,9}=\s{0,9}["']([^"'<>]{1,2000})["']""", re.IGNORECASE)
ELSEWHERE = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}:|//)", re.IGNORECASE)
# The folder of files of a course, as Canvas and Common Cartridge write it.
FILE_BASE = re.compile(r"(?:\$|%24)IMS[-_]CC[-_]FILEBASE(?:\$|%24)/?", re.IGNORECASE)
FOLDERS = ("web_resources", "")


class Pictures:
    """The pictures of a package, looked for from one of its files; without a package there are none."""

    def __init__(self, package: Package | None, name: str) -> None:
        self._package = package
        self._name = name
        self._found: dict[str, bytes | None] = {}

    def put_into(self, item: Item) -> Item:
        """Return the question with the pictures that its texts name, and a warning for each that is not there."""
        names = dict.fromkeys(name for text in texts_of(item) for name in named_in(text))
        found = {name: self._picture(name) for name in names}
        missing = tuple(
            _("The picture %(name)s is not in the package.") % {"name": name[:200]}
            for name, content in found.items()
            if content is None
        )
        files = {name: content for name, content in found.items() if content is not None}
        return replace(item, files=files, warnings=(*item.warnings, *missing)) if names else item

    def _picture(self, name: str) -> bytes | None:
        if name not in self._found:
            self._found[name] = self._read(name)
        return self._found[name]

    def _read(self, name: str) -> bytes | None:
        if self._package is None:
            return None
        based = FILE_BASE.match(name)
        rest = name[based.end() :] if based else name
        places = [beside(f"{folder}/x", rest) for folder in FOLDERS]
        for place in places if based else [beside(self._name, rest), *places]:
            try:
                content = self._package.read(place)
            except FormatError:
                content = None  # a damaged picture is as good as none
            if content is not None:
                return content
        return None


def named_in(text: Text) -> Iterator[str]:
    """The pictures that a text shows and that do not lie on another server, as they stand in `src`."""
    if text.format != TextFormat.HTML:
        return
    for each in SOURCE.finditer(text.text):
        name = unescape(each[1])
        if not ELSEWHERE.match(name):
            yield name


def texts_of(item: Item) -> Iterator[Text]:
    """Every text of a question that may show a picture."""
    yield from (item.stem, item.text, item.case, item.general_feedback, item.rubric, item.model_answer)
    yield from (*item.hints, *item.order, *item.words)
    for pair in item.pairs:
        yield from (pair.stem, pair.answer)
    for answer in (*item.answers, *(each for gap in item.gaps for each in gap.answers)):
        yield from (answer.text, answer.feedback)
