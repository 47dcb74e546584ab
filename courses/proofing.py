"""What an editor is told about a page before readers meet it: values in, findings out, each with its place.

The page is a `Sheet`: its texts without markup, its pictures, what it refers to and whether that is there.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from core.readability import HARD, VERY_HARD, measured, sentences_of, words_of

# Words of running text in a lesson.
FEWEST_WORDS, MOST_WORDS = 350, 900
LONGEST_SENTENCE = 35
# A text of fewer words says too little about itself for an average.
ENOUGH_TO_MEASURE = 50
# Whoever looks up, takes notes and thinks needs up to so many times as long as whoever reads it through, and for each
# question so many minutes.
SLOWEST, MINUTES_A_QUESTION = 6, 3
# A module also has a case and a test: its own minutes may be so many times those of its lessons.
ROOM_BESIDE_LESSONS = 1.5
HEAVIEST_PICTURE = 1_000_000

# 3.7 %, 304 million, 2,4 млн, 40–80 %
_FIGURE = re.compile(
    r"\d(?:[\d\s.,–-]*\d)?\s*(?:%|(?:per cent|million|billion|thousand|процент|працэнт|млн|млрд|тыс|миллион|миллиард|"
    r"мільён|мільярд|тысяч))",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# (WHO, 2023): a name in brackets.
_NAMED_IN_BRACKETS = re.compile(r"\([A-ZА-ЯЁЎІ][^\W\d_][^)]*\)")
_FILE_NAME = re.compile(
    r"^\S+\.(?:avif|gif|jpe?g|png|svg|webp)$|^(?:DSC|IMG|image|picture|photo)[\s_-]*\d*$", re.IGNORECASE
)


class Check(StrEnum):
    """What a finding is about. Those of `STUMBLING` readers notice; the others are advice."""

    LINK = "link"
    TERM = "term"
    SHARED = "shared"
    QUESTION = "question"
    ALTERNATIVE = "alternative"
    FILE_NAME = "file_name"  # as the alternative text
    CAPTION = "caption"  # a picture without a source
    HEAVY = "heavy"
    UNSOURCED = "unsourced"  # a figure without a source
    UNDATED = "undated"  # a figure without a year
    UNLISTED = "unlisted"  # no sources at all
    FEW_WORDS = "few_words"
    MANY_WORDS = "many_words"
    SHORT_TIME = "short_time"
    LONG_TIME = "long_time"
    LESSONS_TIME = "lessons_time"
    HARD = "hard"
    LONG_SENTENCE = "long_sentence"
    NO_PRACTICE = "no_practice"
    NO_SUMMARY = "no_summary"


STUMBLING = frozenset({Check.LINK, Check.TERM, Check.SHARED, Check.QUESTION, Check.ALTERNATIVE})


@dataclass(frozen=True)
class Passage:
    """A text: where it stands, whether it is running text that counts, whether it only tells a story."""

    where: str
    text: str
    is_prose: bool = True
    is_told: bool = False  # its figures are its own, and no source stands behind them
    is_chosen: bool = False  # only whoever makes a choice reads it, so it makes the lesson no longer
    place: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture: where it stands, what it says, the size of its file in bytes (0: unknown)."""

    where: str
    alternative: str
    caption: str
    size: int = 0
    place: str = ""


@dataclass(frozen=True)
class Reference:
    """Something that a page names and does not find: what kind of thing, and by which name."""

    where: str
    check: Check
    name: str
    place: str = ""


@dataclass(frozen=True)
class Sheet:
    """A page as it was last saved."""

    language: str
    minutes: int
    passages: Sequence[Passage] = ()
    pictures: Sequence[Picture] = ()
    broken: Sequence[Reference] = ()
    sources: frozenset[str] = frozenset()
    questions: int = 0  # for practice, and to think about
    blocks: frozenset[str] = frozenset()
    is_lesson: bool = True
    lesson_minutes: int = 0


@dataclass(frozen=True)
class Finding:
    """What was found, where (empty: the page as a whole), and the values that its sentence names.

    `place` is where it stands as `library.texts_of` has it: "body.<id of the block>.text", or the name of a field.
    """

    check: Check
    where: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    place: str = ""

    @property
    def stumbling(self) -> bool:
        """Whether readers stumble over it."""
        return self.check in STUMBLING


@dataclass(frozen=True)
class Figures:
    """What a page measures: words that everybody reads, sentences, reading ease, minutes that its reading takes."""

    words: int
    sentence_length: float
    ease: float | None
    least: int
    most: int

    @property
    def level(self) -> str:
        """How hard it is: "plain", "hard" or "very_hard"; empty for too little text."""
        if self.ease is None or self.words < ENOUGH_TO_MEASURE:
            return ""
        if self.ease < VERY_HARD:
            return "very_hard"
        return "hard" if self.ease < HARD else "plain"


def figures(sheet: Sheet) -> Figures:
    """Measure a page. `least` reads it through without a stop, `most` takes notes and answers every question."""
    prose = measured((each.text for each in sheet.passages if each.is_prose), sheet.language)
    of_choices = measured((each.text for each in sheet.passages if each.is_prose and each.is_chosen), sheet.language)
    everything = measured((each.text for each in sheet.passages), sheet.language)
    return Figures(
        words=prose.words - of_choices.words,
        sentence_length=prose.sentence_length,
        ease=prose.ease,
        least=max(1, round(everything.minutes)),
        most=max(1, round(everything.minutes * SLOWEST + sheet.questions * MINUTES_A_QUESTION)),
    )


def findings(sheet: Sheet) -> list[Finding]:
    """Return what to look at: first what readers stumble over, then advice, each in the order of the page.

    >>> found = findings(Sheet("en", 5, [Passage("1. text", "In all 3 % came.")], is_lesson=False, lesson_minutes=5))
    >>> [(each.check.value, each.where) for each in found]
    [('unsourced', '1. text')]
    """
    listed = [
        *(Finding(each.check, each.where, {"name": each.name}, each.place) for each in sheet.broken),
        *(replace(found, place=each.place) for each in sheet.pictures for found in _of_picture(each)),
        *(replace(found, place=each.place) for each in sheet.passages for found in _of_passage(each, sheet)),
        *_of_measures(sheet),
        *(_of_lesson(sheet) if sheet.is_lesson else ()),
    ]
    return sorted(listed, key=lambda each: not each.stumbling)


def _of_picture(picture: Picture) -> Iterator[Finding]:
    if not picture.alternative.strip():
        yield Finding(Check.ALTERNATIVE, picture.where)
    elif _FILE_NAME.match(picture.alternative.strip()):
        yield Finding(Check.FILE_NAME, picture.where, {"name": picture.alternative.strip()})
    if not picture.caption.strip():
        yield Finding(Check.CAPTION, picture.where)
    if picture.size > HEAVIEST_PICTURE:
        yield Finding(Check.HEAVY, picture.where, {"size": picture.size, "most": HEAVIEST_PICTURE})


def _of_passage(passage: Passage, sheet: Sheet) -> Iterator[Finding]:
    for paragraph in filter(None, map(str.strip, passage.text.split("\n"))):
        figure = None if passage.is_told else _FIGURE.search(paragraph)
        if figure and not _names_a_source(paragraph, sheet.sources):
            yield Finding(Check.UNSOURCED, passage.where, {"figure": figure.group()})
        elif figure and not _YEAR.search(paragraph):
            yield Finding(Check.UNDATED, passage.where, {"figure": figure.group()})
        if passage.is_prose:
            yield from _long_sentences(passage.where, paragraph)


def _names_a_source(paragraph: str, sources: Iterable[str]) -> bool:
    named = any(re.search(rf"(?<!\w){re.escape(code)}(?!\w)", paragraph) for code in sources if code)
    return named or bool(_NAMED_IN_BRACKETS.search(paragraph))


def _long_sentences(where: str, paragraph: str) -> Iterator[Finding]:
    for sentence in sentences_of(paragraph):
        count = len(words_of(sentence))
        if count > LONGEST_SENTENCE:
            yield Finding(Check.LONG_SENTENCE, where, {"count": count, "begins": " ".join(sentence.split()[:5])})


def _of_measures(sheet: Sheet) -> Iterator[Finding]:
    found = figures(sheet)
    if found.level == "very_hard":
        values = {"ease": round(found.ease or 0), "length": round(found.sentence_length)}
        yield Finding(Check.HARD, "", values)
    if sheet.is_lesson:
        return
    least, most = sheet.lesson_minutes, round(sheet.lesson_minutes * ROOM_BESIDE_LESSONS)
    if least and not least <= sheet.minutes <= most:
        yield Finding(Check.LESSONS_TIME, "", {"minutes": sheet.minutes, "lessons": least}, "minutes")


def _of_lesson(sheet: Sheet) -> Iterator[Finding]:
    found = figures(sheet)
    times = {"minutes": sheet.minutes, "least": found.least, "most": found.most}
    if found.words < FEWEST_WORDS:
        yield Finding(Check.FEW_WORDS, "", {"count": found.words, "least": FEWEST_WORDS})
    if found.words > MOST_WORDS:
        yield Finding(Check.MANY_WORDS, "", {"count": found.words, "most": MOST_WORDS})
    if sheet.minutes < found.least:
        yield Finding(Check.SHORT_TIME, "", times, "minutes")
    elif sheet.minutes > found.most and found.words >= FEWEST_WORDS:
        yield Finding(Check.LONG_TIME, "", times, "minutes")
    if not sheet.sources:
        yield Finding(Check.UNLISTED, place="sources")
    if "practice" not in sheet.blocks:
        yield Finding(Check.NO_PRACTICE)
    if "summary" not in sheet.blocks:
        yield Finding(Check.NO_SUMMARY)
