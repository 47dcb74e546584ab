"""One rule for every search in texts: how a text is kept to be found, how words are asked for, what is shown of it.

A text is kept as its words, folded (`core.folding`) and without their endings (`core.stems`), each once and between
spaces; those of the title come once more behind a sign. A word that somebody types fits where its stem stands, or where
a stem begins with what was typed. All words have to fit. The same text is found on every database, and what was found
can be marked in the text as it is written.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any

from django.db.models import Q
from django.utils.html import strip_tags
from wagtail import blocks
from wagtail.rich_text import RichText

from core.folding import fold
from core.stems import one_alphabet, stem

TITLE = "^"
LONGEST_QUESTION, MOST_WORDS = 100, 8
# What is shown of a text: so many characters, of which so many stand before the first word that was found.
EXCERPT, BEFORE = 240, 80

_APOSTROPHES = "'’ʼ‘`"
_WORD = re.compile(rf"[^\W_]+(?:[{_APOSTROPHES}][^\W_]+)*")
_TAG_OF_BLOCK = re.compile(r"</(?:p|li|h\d|td|th|tr)>|<br ?/?>")
# Words that stand everywhere say nothing about a text.
_EVERYWHERE = (
    " a an and at by for from in is of on or the to with без в во для до з за и из к на о об от па по при с со у "
)


@lru_cache(maxsize=50_000)
def _plain(word: str) -> str:
    """A word as it is compared: an apostrophe left out or typed otherwise makes no difference."""
    return one_alphabet(fold(word).replace("'", ""))


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared.

    >>> words_of("Сям’я і M1.2"), words_of("сямя и m1.2")
    (['сямя', 'и', 'm1', '2'], ['сямя', 'и', 'm1', '2'])
    """
    return [_plain(found) for found in _WORD.findall(text)]


def indexed(title: str, *texts: str) -> str:
    """Return what is kept of a title and texts so that they can be found.

    >>> indexed("Rights", "A right to health")
    ' ^right a health right to '
    """
    titles = {stem(word) for word in words_of(title)}
    stems = titles | {stem(word) for text in texts for word in words_of(text)}
    return " ".join(["", *(TITLE + each for each in sorted(titles)), *sorted(stems), ""])


@dataclass(frozen=True)
class Question:
    """The words that somebody asks for, as typed and without their endings."""

    words: tuple[tuple[str, str], ...]

    def __bool__(self) -> bool:
        return bool(self.words)

    def found_in(self, field: str, *, sign: str = "") -> Q:
        """The condition that a field filled by `indexed` has all the words; with TITLE, that the title has them."""
        condition = Q()
        for typed, its_stem in self.words:
            condition &= Q(**{f"{field}__contains": f" {sign}{its_stem} "}) | Q(
                **{f"{field}__contains": f" {sign}{typed}"}
            )
        return condition

    def fits(self, kept: str, *, sign: str = "") -> bool:
        """Whether a text that `indexed` made has all the words."""
        return all(f" {sign}{each} " in kept or f" {sign}{typed}" in kept for typed, each in self.words)

    def has(self, word: str) -> bool:
        """Whether a word of a text is one of those that were asked for."""
        plain = _plain(word)
        kept = stem(plain)
        return any(kept == each or kept.startswith(typed) for typed, each in self.words)


def question(text: str) -> Question:
    """Return what was asked for; words that stand everywhere count only where there are no others.

    >>> question("Migrants and the LAW").words
    (('migrants', 'migrant'), ('law', 'law'))
    """
    typed = list(dict.fromkeys(words_of(text[:LONGEST_QUESTION])))
    telling = [word for word in typed if f" {word} " not in _EVERYWHERE] or typed
    return Question(tuple((word, stem(word)) for word in telling[:MOST_WORDS]))


@dataclass(frozen=True)
class Part:
    """A piece of an excerpt; `found` where it is a word that was asked for."""

    text: str
    found: bool = False


def marked(text: str, asked: Question) -> list[Part]:
    """Return a text in parts, the words that were asked for set apart.

    >>> [(part.text, part.found) for part in marked("The right.", question("rights"))]
    [('The ', False), ('right', True), ('.', False)]
    """
    parts, end = [], 0
    for found in _WORD.finditer(text):
        if asked.has(found[0]):
            parts += [Part(text[end : found.start()]), Part(found[0], found=True)]
            end = found.end()
    return [part for part in [*parts, Part(text[end:])] if part.text]


def excerpt(text: str, asked: Question) -> list[Part]:
    """Return the piece of a text that has most of what was asked for, in parts, cut at words."""
    found = [(each.start(), _plain(each[0])) for each in _WORD.finditer(text) if asked.has(each[0])]
    starts = [max(0, place - BEFORE) for place, _word in found] or [0]
    best = max(starts, key=lambda start: (len({word for at, word in found if start <= at < start + EXCERPT}), -start))
    begins = _after_a_space(text, best)
    ends = _before_a_space(text, begins + EXCERPT)
    piece = f"{'… ' if begins else ''}{text[begins:ends].strip()}{' …' if ends < len(text) else ''}"
    return marked(piece, asked)


def _after_a_space(text: str, place: int) -> int:
    return 0 if place == 0 else text.find(" ", place) + 1 or place


def _before_a_space(text: str, place: int) -> int:
    return len(text) if place >= len(text) else max(text.rfind(" ", 0, place), 0) or place


def without_markup(html: str) -> str:
    """Return the words of rich text.

    >>> without_markup("<p>One</p><p>two &amp; <b>three</b></p>")
    'One two & three'
    """
    return " ".join(unescape(strip_tags(_TAG_OF_BLOCK.sub(" ", html))).split())


def words_in(block: Any, value: Any) -> list[str]:
    """Return the texts that readers see of a block of a page, in order: no codes, no choices, no files."""
    if isinstance(block, blocks.StreamBlock):
        return [text for child in value for text in words_in(child.block, child.value)]
    if isinstance(block, blocks.StructBlock):
        return [text for name, child in block.child_blocks.items() for text in words_in(child, value[name])]
    if isinstance(block, blocks.ListBlock):
        return [text for each in value for text in words_in(block.child_block, each)]
    if isinstance(value, RichText):
        return [without_markup(value.source)]
    # A code is the same kind of block as a line of text; only what a translator gets is language.
    spoken = isinstance(value, str) and not isinstance(block, blocks.ChoiceBlock | blocks.URLBlock)
    return [value] if spoken and value and _is_language(block) else []


def _is_language(block: Any) -> bool:
    return not hasattr(block, "get_translatable_segments")


def said(value: Any) -> str:
    """Return everything that the blocks of a page (the value of a StreamField) say, as one text."""
    return " ".join(words_in(value.stream_block, value))
