"""Words that stand in the cells of a table, in three languages, and what they mean.

Of several words for the same the first is the one that files of that language are written with.
"""

from collections.abc import Iterator, Mapping
from itertools import chain

from core.spreadsheets import plain

Names = Mapping[str, tuple[str, ...]]  # by language


class Vocabulary:
    """Words of three languages and what they mean.

    >>> colours = Vocabulary({"red": {"en": ("red", "scarlet"), "ru": ("красный",)}})
    >>> colours.meaning(" Scarlet"), colours.meaning("красный"), colours.meaning("blue"), colours.word("red", "ru")
    ('red', 'red', None, 'красный')
    """

    def __init__(self, words: Mapping[str, Names]) -> None:
        self._words = words
        self._meanings = {
            plain(each): key for key, names in words.items() for each in [key, *chain.from_iterable(names.values())]
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def meaning(self, cell: str) -> str | None:
        """Return what a word in any of the languages, or the key itself, means; None for a word that means nothing."""
        return self._meanings.get(plain(cell))

    def word(self, key: str, language: str) -> str:
        """Return the word for a key in a language."""
        names = self._words[key]
        return names.get(language, names["en"])[0]

    def by_language(self) -> dict[str, list[str]]:
        """Return all words with which files are written, by language."""
        languages = dict.fromkeys(chain.from_iterable(self._words.values()))
        return {language: [self.word(key, language) for key in self] for language in languages}
