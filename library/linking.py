"""Glossary terms in running text: the first mention of each opens its definition, by keyboard and without JavaScript.

A button names a box by `popovertarget`: the browser opens it, gives it its place in the order of the keyboard and
closes it with Escape. What knows no such boxes, and paper, shows the definitions as a list after the text.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.searching import words_of
from core.stems import stem

_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?([a-z][a-z0-9]*)")
_WORD = re.compile(r"[^\W_]+(?:['’ʼ‘`][^\W_]+)*")
# Where no button may stand, or a word is no running text.
_CLOSED = frozenset(
    {"a", "aside", "button", "caption", "dfn", "figcaption", "form", "h1", "h2", "h3", "h4", "label", "summary", "th"}
)


@dataclass(frozen=True)
class Word:
    """A term as it is looked for: its name in an address, and the stems of its words in their order."""

    slug: str
    stems: tuple[str, ...]


def word(slug: str, name: str) -> Word:
    """Return what to look for; what stands in brackets after a name is no part of it.

    >>> word("rights", "Rights of migrants (all)").stems
    ('right', 'of', 'migrant')
    """
    return Word(slug, tuple(stem(each) for each in words_of(name.partition("(")[0])))


def link_first(html: str, words: Sequence[Word], button: Callable[[str, str], str]) -> tuple[str, list[str]]:
    """Return HTML in which the first mention of each term is what `button(slug, mention)` returns, and the slugs found.

    Of two terms that begin at the same word the longer one is meant.

    >>> link_first("<h2>Migrants</h2><p>All migrants.</p>", [word("m", "migrant")], lambda slug, text: f"[{text}]")
    ('<h2>Migrants</h2><p>All [migrants].</p>', ['m'])
    """
    waiting = sorted((each for each in words if each.stems), key=lambda each: -len(each.stems))
    found: list[str] = []
    pieces, closed = [], 0
    for piece in _TAG.split(html):
        if piece.startswith("<"):
            closed += _opens(piece)
        elif not closed and piece.strip():
            piece = _link(piece, waiting, found, button)  # noqa: PLW2901 - the piece as it is now
        pieces.append(piece)
    return "".join(pieces), found


def _opens(tag: str) -> int:
    """1 where a tag opens what no button may stand in, -1 where it closes it, else 0."""
    name = _NAME.match(tag)
    if name is None or name[1] not in _CLOSED:
        return 0
    return -1 if tag.startswith("</") else 1


def _link(text: str, waiting: list[Word], found: list[str], button: Callable[[str, str], str]) -> str:
    places = list(_WORD.finditer(text))
    stems = [stem(each) for each in words_of(text)]
    made, end, number = [], 0, 0
    while number < len(places):
        term = next((each for each in waiting if _stands(each, places, stems, number, text)), None)
        if term is None:
            number += 1
            continue
        last = places[number + len(term.stems) - 1].end()
        made += [text[end : places[number].start()], button(term.slug, text[places[number].start() : last])]
        waiting.remove(term)
        found.append(term.slug)
        end, number = last, number + len(term.stems)
    return "".join([*made, text[end:]])


def _stands(term: Word, places: list[re.Match[str]], stems: list[str], number: int, text: str) -> bool:
    """Whether a term begins at a word: its words follow each other with nothing but spaces and hyphens between."""
    last = number + len(term.stems)
    if tuple(stems[number:last]) != term.stems:
        return False
    between = text[places[number].start() : places[last - 1].end()]
    return not _WORD.sub("", between).strip(" \N{NO-BREAK SPACE}-\N{NON-BREAKING HYPHEN}\n")
