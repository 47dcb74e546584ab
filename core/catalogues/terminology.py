"""Says where a translation does not use the agreed term for a term of its source. Values in, values out.

A term is agreed by the beginnings of its words, so that every inflection counts: "трудящ мигрант" stands for
«трудящийся-мигрант», «трудящихся-мигрантов» and so on.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_TAG = re.compile(r"<[^>]*>|%\(\w+\)[sd]|\{\w*\}")
# A word, or a sign that ends what belongs together: "health, equity" is not "health equity".
_WORD = re.compile(r"[^\W\d_]+(?:’[^\W\d_]+)?|[,.;:!?()]")


@dataclass(frozen=True)
class Agreed:
    """A term: its name, and for each language the beginnings of its words, one line for each way that is accepted."""

    name: str
    stems: Mapping[str, Sequence[str]]


def missing_terms(
    source: str, translation: str, *, source_language: str, language: str, terms: Iterable[Agreed]
) -> list[str]:
    """Return the names of the terms that the source uses and the translation does not.

    The longest term wins: "migrant worker" in the source is not a use of "migrant" as well.
    """
    said, translated = words(source), words(translation)
    missing = []
    for term in sorted(terms, key=lambda term: -max(len(stem) for stem in term.stems[source_language])):
        said, is_said = _without(said, term.stems[source_language])
        if is_said and not any(_place(translated, stem.split()) is not None for stem in term.stems[language]):
            missing.append(term.name)
    return sorted(missing)


def words(text: str) -> list[str]:
    """Return the words and stops of a text in small letters; tags and placeholders aside, hyphens divide.

    >>> words("<p>Трудящийся-мигрант, %(name)s</p>")
    ['трудящийся', 'мигрант', ',']
    """
    return _WORD.findall(_TAG.sub(" ", text).casefold())


def _without(text: list[str], stems: Sequence[str]) -> tuple[list[str], bool]:
    """The words with every use of the stems struck out, and whether there was one."""
    found = False
    for stem in stems:
        beginnings = stem.split()
        while (place := _place(text, beginnings)) is not None:
            # An empty word keeps its neighbours apart, so that they make no term of their own.
            text = [*text[:place], "", *text[place + len(beginnings) :]]
            found = True
    return text, found


def _place(text: list[str], beginnings: Sequence[str]) -> int | None:
    """Where words with these beginnings stand one after the other."""
    for place in range(len(text) - len(beginnings) + 1):
        if all(word.startswith(beginning) for word, beginning in zip(text[place:], beginnings, strict=False)):
            return place
    return None
