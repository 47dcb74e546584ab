"""How hard a text is to read: sentences, words and syllables, and what published formulas make of them.

English: R. Flesch, A new readability yardstick, Journal of Applied Psychology 32 (1948), 221–233.

Russian: the coefficients by which that formula is used for Russian, after I. V. Oborneva, Автоматизированная оценка
сложности учебных текстов на основе статистических параметров, Moscow 2006. (Papers also cite 1.52 and 65.14 from the
same work; the two rank texts alike.)

Belarusian: we know of no formula made for it. That for Russian stands in: an estimate, and said to be one.

Reading speed: the means of silent readers in S. Trauzettel-Klosinski and K. Dietz, Standardized assessment of reading
performance: the new International Reading Speed Texts IReST, IOVS 53 (2012), 5452–5461.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

# For a language: what a word more in each sentence, and a syllable more in each word, take off.
_WEIGHTS = {"en": (1.015, 84.6), "ru": (1.3, 60.1), "be": (1.3, 60.1)}
_EASIEST = 206.835
WORDS_A_MINUTE = {"en": 228, "ru": 184, "be": 184}
# From the table of Flesch: below 30 "very difficult", below 50 "difficult".
VERY_HARD, HARD = 30, 50

_WORD = re.compile(r"[^\W\d_]+(?:[-'’ʼ][^\W\d_]+)*")
# A full stop after a single capital letter ends an initial, and a small letter after it no sentence.
_END = re.compile(r"(?<!\b[A-ZА-ЯЁЎІ])[.!?…]+[”»\")]*\s+(?=[«“\"(]?[A-ZА-ЯЁЎІ0-9])|\n+")
_VOWELS = {"en": re.compile(r"[aeiouy]+"), "ru": re.compile(r"[аеёиоуыэюя]"), "be": re.compile(r"[аеёіоуыэюя]")}
_LONGEST_ABBREVIATION = 4
_SILENT = re.compile(r"(?:[^aeiouyl]e|[^aeiouytd]ed)$")


@dataclass(frozen=True)
class Measure:
    """What was counted in a text."""

    language: str
    sentences: int
    words: int
    syllables: int

    @property
    def sentence_length(self) -> float:
        """Words in a sentence, on average."""
        return self.words / self.sentences if self.sentences else 0

    @property
    def ease(self) -> float | None:
        """The reading ease: 100 is very easy, below 30 very difficult. None for no text."""
        if not self.words:
            return None
        of_words, of_syllables = _WEIGHTS[self.language]
        return _EASIEST - of_words * self.sentence_length - of_syllables * self.syllables / self.words

    @property
    def minutes(self) -> float:
        """How long somebody reads it through without a stop."""
        return self.words / WORDS_A_MINUTE[self.language]


def measured(texts: Iterable[str], language: str) -> Measure:
    """Count sentences, words and syllables; a line of a text ends a sentence.

    >>> measured(["The cat sat on the mat."], "en")
    Measure(language='en', sentences=1, words=6, syllables=6)
    >>> round(measured(["The cat sat on the mat."], "en").ease)
    116
    """
    found = [sentence for text in texts for sentence in sentences_of(text)]
    words = [word for sentence in found for word in words_of(sentence)]
    return Measure(language, len(found), len(words), sum(syllables_in(word, language) for word in words))


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text that have words.

    >>> sentences_of("See Art. 12 of it. Ask J. Smith.")
    ['See Art. 12 of it.', 'Ask J. Smith.']
    """
    ends = [0, *(found.end() for found in _END.finditer(text) if not _is_abbreviated(text, found)), len(text)]
    parts = (text[start:end].strip() for start, end in pairwise(ends))
    return [part for part in parts if _WORD.search(part)]


def _is_abbreviated(text: str, end: re.Match[str]) -> bool:
    """A number after "Art." or "No." belongs to it."""
    before = text[: end.start()].rsplit(None, 1)[-1:] or [""]
    return text[end.end() : end.end() + 1].isdigit() and len(before[0]) <= _LONGEST_ABBREVIATION


def words_of(text: str) -> list[str]:
    """Return the words of a text; numbers are none.

    >>> words_of("Сям’я, 2 people: well-being")
    ['Сям’я', 'people', 'well-being']
    """
    return _WORD.findall(text)


def syllables_in(word: str, language: str) -> int:
    """Return how many syllables a word has: in Cyrillic its vowels, in English groups of them without a silent end.

    >>> [syllables_in(word, "en") for word in ("table", "care", "asked", "wanted")]
    [2, 1, 1, 2]
    >>> syllables_in("здоровье", "ru"), syllables_in("здароўе", "be")
    (3, 3)
    """
    lower = word.lower()
    count = len(_VOWELS[language].findall(lower))
    return max(1, count - (language == "en" and count > 1 and bool(_SILENT.search(lower))))
