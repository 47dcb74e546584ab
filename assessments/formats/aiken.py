"""Aiken: a question on one line, its options lettered, the letter of the right one.

    How long does a hospital keep the card of a patient?
    A. Ten years
    B) Twenty-five years
    ANSWER: B

As in Moodle a text that goes on in a second line is an error, since nobody knows where it belongs. Unlike there, no
part of such a question is taken over. People here type letters that only look Latin (А, В, С), or letter options by the
Cyrillic alphabet (А, Б, В); a question is read by the one that its options follow.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from html import escape, unescape
from string import ascii_uppercase

from django.utils.translation import gettext as _

from assessments.formats.item import Answer, Item, Problem, Reading, Text, TextFormat
from assessments.formats.limits import check_count
from assessments.formats.question_names import name_from
from assessments.formats.text_files import text_in
from core.errors import FormatError

CARRIES = frozenset({"single_choice"})
SHORTEST_LINE = 2  # Moodle passes over lines of one sign
FEWEST = 2
ALL = Fraction(1)
CYRILLIC = "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЭ"  # as lists are lettered: without Ё and Й
TO_LATIN = str.maketrans("АВЕКМНОРСТУХІЅЈ", "ABEKMHOPCTYXISJ")  # letters that look alike
TO_CYRILLIC = str.maketrans("ABEKMHOPCTYX", "АВЕКМНОРСТУХ")

_OPTION = re.compile(r"([A-ZА-ЯІЅЈ])[.)](.*)")
_ANSWER = re.compile(r"ANSWER\s*:\s*(\w?)(\w?)", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


@dataclass
class _Open:
    """A question whose ANSWER has not come yet. `refused` says that it was reported and is passed over."""

    stem: str
    line: int
    options: list[tuple[str, str]] = field(default_factory=list)
    refused: bool = False


class _Reader:
    """Takes a file line by line."""

    def __init__(self) -> None:
        self.reading = Reading()
        self._open: _Open | None = None
        self._after_empty = True

    def take(self, line: str, number: int) -> None:
        """Take the next line, which has no space around it."""
        answer, option = _ANSWER.match(line), _OPTION.match(line)
        if len(line) < SHORTEST_LINE:
            self._after_empty = self._after_empty or not line
            return
        if answer:
            self._close(answer, number)
        elif option and (self._open or option[1] in ascii_uppercase):
            self._add(option[1], option[2].strip(), number)
        else:
            self._begin(line, number)
        self._after_empty = False

    def end(self) -> None:
        """Report the question that the end of the file left open."""
        if self._open:
            self._refuse(_unfinished(self._open), self._open.line)

    def _begin(self, line: str, number: int) -> None:
        """The text of a question; or a second line of the text or of an option, if no empty line parts them."""
        if self._open and not self._after_empty:
            self._refuse(_("A text goes on in a second line. In this format each text stands on one line."), number)
            return
        self.end()
        self._open = _Open(line, number)

    def _add(self, letter: str, text: str, number: int) -> None:
        if self._open is None:
            self.reading.errors.append(Problem(number, _("There is an option here, but no question before it.")))
            return
        if self._open.refused:
            return
        self._open.options.append((letter, text))
        if _alphabet(self._open) is None:
            self._refuse(_("The options of a question have the letters A, B, C and so on in this order."), number)

    def _close(self, answer: re.Match[str], number: int) -> None:
        question, self._open = self._open, None
        if question is None:
            self.reading.errors.append(Problem(number, _("There is an answer here, but no question before it.")))
        elif not question.refused:
            try:
                self.reading.items.append(_item(question, answer, number))
            except FormatError as error:
                self.reading.errors.append(Problem(error.line, error.message))

    def _refuse(self, message: str, number: int) -> None:
        """Report the open question, once."""
        if self._open and not self._open.refused:
            self._open.refused = True
            self.reading.errors.append(Problem(number, message))


def read(content: bytes) -> Reading:
    """Return the questions of a file in UTF-8, UTF-16 or windows-1251; raises FormatError for what is no text."""
    reader = _Reader()
    for number, line in enumerate(text_in(content).split("\n"), start=1):
        reader.take(line.strip(), number)
        check_count(reader.reading)
    reader.end()
    return reader.reading


def _unfinished(question: _Open) -> str:
    return _("The question “%(name)s” has no line “ANSWER:”.") % {"name": name_from(Text(question.stem))}


def _alphabet(question: _Open) -> str | None:
    """The alphabet that the options follow so far; None when they follow none."""
    letters = "".join(letter for letter, _text in question.options)
    if ascii_uppercase.startswith(letters.translate(TO_LATIN)):
        return ascii_uppercase
    return CYRILLIC if CYRILLIC.startswith(letters.translate(TO_CYRILLIC)) else None


def _item(question: _Open, answer: re.Match[str], line: int) -> Item:
    if len(question.options) < FEWEST:
        raise FormatError(_("A question to choose from needs 2 to 26 options."), line)
    right = _place(_alphabet(question), answer)
    if not 0 <= right < len(question.options):
        raise FormatError(_("Behind “ANSWER:” there must be the letter of one of the options."), line)
    return Item(
        type="single_choice",
        stem=_text(question.stem),
        name=name_from(Text(question.stem)),
        answers=tuple(
            Answer(_text(text), Fraction(place == right)) for place, (_letter, text) in enumerate(question.options)
        ),
        line=question.line,
    )


def _place(alphabet: str | None, answer: re.Match[str]) -> int:
    """The place of the letter behind ANSWER:, -1 when there is none or a whole word."""
    letter = answer[1].upper()
    if not letter or answer[2]:
        return -1
    if alphabet == CYRILLIC:
        return CYRILLIC.find(letter.translate(TO_CYRILLIC))
    return ascii_uppercase.find(letter.translate(TO_LATIN))


def _text(line: str) -> Text:
    """A line as Moodle keeps it: signs of HTML that somebody typed mean themselves."""
    return Text(escape(line, quote=False), TextFormat.MOODLE)


def write(items: Sequence[Item]) -> bytes:
    """Return the questions in their order, each text on a line without markup."""
    return "\n\n".join(_written(item) for item in items).encode() + (b"\n" if items else b"")


def _written(item: Item) -> str:
    right = max(range(len(item.answers)), key=lambda place: item.answers[place].fraction)
    options = [f"{letter}) {_line(each.text)}" for letter, each in zip(ascii_uppercase, item.answers, strict=False)]
    return "\n".join([_stem_line(item), *options, f"ANSWER: {ascii_uppercase[right]}"])


def _line(text: Text) -> str:
    """A text on one line, without markup."""
    plain = text.text if text.format == TextFormat.PLAIN else unescape(_TAG.sub(" ", text.text))
    return " ".join(plain.split())


def _stem_line(item: Item) -> str:
    """The text of a question; a dash before what would be read as an option or an answer, or passed over."""
    line = _line(item.stem)
    return f"– {line}" if _would_be_misread(line) else line


def _would_be_misread(line: str) -> bool:
    found = _OPTION.match(line)
    return bool((found and found[1] in ascii_uppercase) or _ANSWER.match(line)) or len(line) < SHORTEST_LINE


def lost(item: Item) -> list[str]:
    """Return a sentence for everything of a question that Aiken cannot say."""
    if item.type not in CARRIES:
        return [_("Aiken has no questions of this type.")]
    return [sentence for is_lost, sentence in _losses(item) if is_lost]


def _losses(item: Item) -> Iterator[tuple[bool, str]]:
    """What may be lost, and whether it is."""
    texts = [item.stem, *(each.text for each in item.answers)]
    yield item.name != name_from(Text(_line(item.stem))), _("The name is left out.")
    yield bool(item.category or item.tags or item.identifier), _("Category, tags and code are left out.")
    yield bool(item.hints), _("Hints are left out.")
    yield bool(item.case), _("The situation to read first is left out.")
    yield (
        bool(item.general_feedback) or any(each.feedback for each in item.answers),
        _("The feedback is left out."),
    )
    yield (
        sorted({each.fraction for each in item.answers}) != [0, 1],
        _("Only the best answer earns something."),
    )
    yield (
        not item.shuffled or any(each.last for each in item.answers),
        _("That options keep their places is left out."),
    )
    yield bool(item.files), _("Pictures are left out.")
    yield any(_loses_form(each) for each in texts), _("Texts lose their markup and their lines.")
    yield _would_be_misread(_line(item.stem)), _("The text of the question gets a dash before it.")


def _loses_form(text: Text) -> bool:
    line = _line(text)
    return text.text != (line if text.format == TextFormat.PLAIN else escape(line, quote=False))
