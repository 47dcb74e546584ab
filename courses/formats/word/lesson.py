"""A lesson as a Word file says it, before it is a page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.docx import Document, Paragraph, Run
from courses.formats.word.remarks import SENTENCES, Doubt

LONGEST_SOURCE = 300
LONGEST_QUOTED = 80

_ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:)\]]")
_CYRILLIC = re.compile("[а-яё]")
_LATIN = re.compile("[a-z]")


@dataclass(frozen=True)
class Remark:
    """Something to look at, and the place of its paragraph in the file; 0 for the file as a whole."""

    number: int
    sentence: str


@dataclass(frozen=True)
class Block:
    """A block of a lesson, as `LessonBlocks` names it. The image of a figure is the name of a picture of the file."""

    kind: str
    value: Any


@dataclass
class WordLesson:
    """A lesson as a Word file says it. What it does not say stays empty. `words` counts the running text."""

    language: str
    title: str = ""
    summary: str = ""
    blocks: list[Block] = field(default_factory=list)
    sources: list[dict[str, str]] = field(default_factory=list)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    words: int = 0
    told: dict[Remark, None] = field(default_factory=dict)

    @property
    def remarks(self) -> list[Remark]:
        """What there is to look at, in the order of the file."""
        return sorted(self.told, key=lambda each: each.number)

    def doubt(self, number: int, doubt: Doubt, words: str = "") -> None:
        """Note something to look at, each thing once; `words` are those that it is about."""
        quoted = f"{words[:LONGEST_QUOTED]}…" if len(words) > LONGEST_QUOTED else words
        self.told.setdefault(Remark(number, str(SENTENCES[doubt]) % {"words": quoted}))


def text_of(document: Document) -> str:
    """Return the running text of a file."""
    return "\n".join(each.text for each in document.blocks if isinstance(each, Paragraph))


def language_of(text: str) -> str:
    """Return "en", "ru" or "be", by the letters of a text: ў and і are Belarusian, и is not.

    >>> language_of("Migrants"), language_of("Мигранты"), language_of("Мігранты ў бальніцы")
    ('en', 'ru', 'be')
    """
    small = text.casefold()
    if len(_LATIN.findall(small)) >= len(_CYRILLIC.findall(small)):
        return "en"
    return "be" if small.count("і") + small.count("ў") > small.count("и") else "ru"


def source_of(runs: Sequence[Run]) -> dict[str, str]:
    """Return a source: its address, if it names one, and the other words.

    >>> source_of([Run("IOM, Glossary, https://iom.int/a.")])
    {'code': '', 'title': 'IOM, Glossary', 'locator': '', 'address': 'https://iom.int/a'}
    """
    text = " ".join("".join(run.text for run in runs).split())
    link = next((run.link for run in runs if run.link.startswith("http")), "")
    found = _ADDRESS.search(text)
    address = link or (found[0] if found else "")
    title = " ".join(text.replace(found[0], "").split()).rstrip(" .,;:") if found else text
    return {"code": "", "title": (title or address)[:LONGEST_SOURCE], "locator": "", "address": address}
