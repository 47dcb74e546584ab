"""Whether a translation keeps in step with what it was made from: texts by place in, a state out.

A place is where a text stands in a piece of content ("title", "body.<id of a block>.caption"), the same in every
language. The pairs of a translation are what was said to mean the same: {place: [source, translation]}. A place is
outdated when its source has become another since and its translation has not.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from html import unescape
from typing import Any

from core.catalogues.judging import cyrillic_share

Words = Mapping[str, str]
Pairs = Mapping[str, Sequence[str]]

# A short text may well be the same in two languages: a name, an abbreviation, a year.
SAME_BY_CHANCE = 12

_MARKUP = re.compile(r"</?(?:p|br|ul|ol|li|h[1-6]|b|i|em|strong|a|table|td|th|tr|span)(?:\s[^>]*)?/?>")
_LINE_ENDS = re.compile(r"<br\s*/?>|</(?:p|li|h[1-6]|td|th|tr)>")
_INLINE = re.compile(r"</?[a-zA-Z][^>]*>")


class State(StrEnum):
    """How far a translation is; the first that holds."""

    MISSING = "missing"
    STALE = "stale"
    AWAITING = "awaiting"
    DONE = "done"


def lacking(source: Words, translation: Words, language: str, may_equal: Collection[str] = ()) -> list[str]:
    """Return the places whose text is not there, or is still that of the source.

    >>> lacking({"title": "The right to health", "note": "WHO"}, {"title": "The right to health", "note": "WHO"}, "ru")
    ['title']
    """
    return [
        place
        for place, text in source.items()
        if text and (not translation.get(place) or _is_left(text, translation[place], language, may_equal))
    ]


def _is_left(text: str, other: str, language: str, may_equal: Collection[str]) -> bool:
    if text != other or len(text) <= SAME_BY_CHANCE or text in may_equal:
        return False
    return language == "en" or cyrillic_share(text) < 1


def outdated(source: Words, translation: Words, pairs: Pairs) -> list[str]:
    """Return the places whose source became another, or was taken away, after the translation was made from it.

    >>> pairs = {"title": ["Health", "Здоровье"], "text": ["Five people", "Пять человек"]}
    >>> outdated({"title": "Health", "text": "Six people"}, {"title": "Здоровье", "text": "Пять человек"}, pairs)
    ['text']
    """
    return [
        place
        for place, (before, said) in pairs.items()
        if source.get(place, "") != before and translation.get(place, "") == said
    ]


def renewed(source: Words, translation: Words, pairs: Pairs, *, confirmed: bool = False) -> dict[str, list[str]]:
    """Return the pairs after somebody has worked on the translation: what was written anew was made from today's words.

    `confirmed` says that every place means the same today, whether it was written anew or not.

    >>> renewed({"a": "Six", "b": "Two"}, {"a": "Пять", "b": "Два"}, {"a": ["Five", "Пять"]})
    {'a': ['Five', 'Пять'], 'b': ['Two', 'Два']}
    """
    places = [place for place in dict.fromkeys([*source, *translation, *pairs]) if translation.get(place)]
    kept = {} if confirmed else {place: pair for place, pair in pairs.items() if translation.get(place) == pair[1]}
    found = {place: list(kept.get(place, [source.get(place, ""), translation[place]])) for place in places}
    return {place: pair for place, pair in found.items() if pair[0]}


def state_of(*, exists: bool, lacks: bool, behind: bool, noted: bool, published: bool, unread: bool) -> State:
    """Return how far a translation is.

    `lacks`: a text of the source is not there; where the translation was whole once (`noted`) the source has grown, and
    it is stale. `published` is false when readers do not get it though they get the source.
    """
    if not exists or (lacks and not noted):
        return State.MISSING
    if lacks or behind:
        return State.STALE
    return State.AWAITING if unread or not published else State.DONE


def flat(words: Any, place: str = "") -> dict[str, str]:
    """Return the texts in nested words by where they stand; what holds no text is left out.

    >>> flat({"stem": "Why?", "options": {"A": "Because"}, "hints": ["Look", ""]})
    {'stem': 'Why?', 'options.A': 'Because', 'hints.0': 'Look'}
    """
    if isinstance(words, Mapping):
        return {at: text for key, part in words.items() for at, text in flat(part, _below(place, key)).items()}
    if isinstance(words, list | tuple):
        return {at: text for number, part in enumerate(words) for at, text in flat(part, _below(place, number)).items()}
    return {place: words} if isinstance(words, str) and words.strip() else {}


def readable(text: str) -> str:
    """Return a text as one reads it: of rich text the words, a line for each paragraph.

    >>> readable("<p>Care is <b>owed</b>.</p><ul><li>At once</li></ul>").splitlines(), readable("a < b")
    (['Care is owed.', 'At once'], 'a < b')
    """
    if not _MARKUP.search(text):
        return text
    lines = _INLINE.sub("", _LINE_ENDS.sub("\n", text)).split("\n")
    return "\n".join(line.strip() for line in map(unescape, lines) if line.strip())


def _below(place: str, key: Any) -> str:
    return f"{place}.{key}" if place else str(key)
