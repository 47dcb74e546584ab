"""Reads GIFT as Moodle does: empty lines part questions, braces hold the answer, a sign behind a \\ means itself.

    // A comment, in which Moodle also has [id:q-17] and [tag:first aid]
    $CATEGORY: $course$/top/Health
    ::Name::[html]Text {=right#feedback ~wrong ~%50%half ####general feedback}

Text behind the braces makes them a missing word. Which type a question is the first of these says: no braces – a
description; nothing in them – an essay; # – a number; ~ – a choice, of several options when no = is there; = with ->
– matching; T, TRUE, F, FALSE; else a short answer.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from assessments.formats.category_paths import names_in
from assessments.formats.decimals import distance_in, number_in
from assessments.formats.item import NO_TEXT, Answer, Item, Pair, Problem, Reading, Text, TextFormat
from assessments.formats.limits import check_count
from assessments.formats.question_names import name_from
from assessments.formats.shares import fraction_in
from assessments.formats.text_files import text_in
from core.errors import FormatError

CATEGORY, COMMENT, NAME, GENERAL, ARROW, RANGE = "$CATEGORY:", "//", "::", "####", "->", ".."
MISSING_WORD = "_____"
ANY = "*"
LONGEST_NAME = 255
MOST_ANSWERS = 500
NOTHING, ALL = Fraction(0), Fraction(1)
TRUE, FALSE = ("T", "TRUE"), ("F", "FALSE")

# What stands behind a backslash is replaced, while the other signs are looked at, by characters that Unicode promises
# never to use in a text.
_ESCAPED = re.compile(r"\\([\\~=#{}:n])")
_MEANT = {"~": "~", "=": "=", "#": "#", "{": "{", "}": "}", ":": ":", "n": "\n"}
_STAND_INS = {sign: chr(0xFDD0 + place) for place, sign in enumerate(_MEANT)} | {"\\": "\\"}
_MEANINGS = str.maketrans({_STAND_INS[sign]: meant for sign, meant in _MEANT.items()})
_UNHEARD = str.maketrans("", "", "".join(_STAND_INS[sign] for sign in _MEANT))

_FORMAT = re.compile(r"\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"%\s*(-?[0-9]{1,3}(?:[.,][0-9]{0,20})?)\s*%")
_OPTION = re.compile(r"~\s*=|[~=]")
_EQUALS = re.compile("=")


@dataclass(frozen=True)
class _Part:
    """A piece of a question, the line in which it begins and the sign before it."""

    text: str
    line: int
    sign: str = ""


@dataclass(frozen=True)
class _Block:
    """The lines between two empty ones, as one text that begins at `line`, and its comments."""

    text: str
    line: int
    comments: tuple[str, ...]


def read(content: bytes) -> Reading:
    """Return the questions of a file in UTF-8, UTF-16 or windows-1251; raises FormatError for what is no text."""
    reading = Reading()
    category: tuple[str, ...] = ()
    for whole in _blocks(text_in(content).translate(_UNHEARD)):
        block, category = _filed(whole, category)
        if not block.text:
            continue
        try:
            reading.items.append(_question(block, category))
        except FormatError as error:
            reading.errors.append(Problem(error.line, error.message))
        check_count(reading)
    return reading


def _blocks(text: str) -> Iterator[_Block]:
    """What stands between empty lines; an empty line takes the place of a comment, so that lines can be counted."""
    lines: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        stripped = line.strip()
        if stripped:
            lines.append(stripped)
        elif lines:
            yield _block(lines, number - len(lines))
            lines = []


def _block(lines: list[str], start: int) -> _Block:
    comments = tuple(each for each in lines if each.startswith(COMMENT))
    said = ["" if each.startswith(COMMENT) else each for each in lines]
    first = next((place for place, each in enumerate(said) if each), len(said))
    text = _ESCAPED.sub(lambda found: _STAND_INS[found[1]], "\n".join(said[first:]))
    return _Block(text.rstrip(), start + first, comments)


def _filed(block: _Block, category: tuple[str, ...]) -> tuple[_Block, tuple[str, ...]]:
    """A block without the lines that say where questions are filed from here on, and the last of these places.

    Moodle wants an empty line behind such a line; people forget it.
    """
    text, start = block.text, 0
    path: str | None = None
    while text.startswith(CATEGORY, start):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        path = text[start + len(CATEGORY) : end]
        start = end + 1
        while text.startswith("\n", start):
            start += 1
    if path is None:
        return block, category
    rest = _Block(text[start:], block.line + text.count("\n", 0, start), block.comments)
    return rest, names_in(_meaning(path))


def _question(block: _Block, category: tuple[str, ...]) -> Item:
    name, start = _name_in(block.text)
    stem, inside, warnings = _parted(block, start)
    asked = _text(stem, TextFormat.MOODLE)
    own = {"type": "description"} if inside is None else _answered(inside, asked.format if asked else TextFormat.MOODLE)
    return Item(
        stem=asked,
        name=name or name_from(asked),
        category=category,
        tags=tuple(dict.fromkeys(_marked(block.comments, "[tag:"))),
        identifier=next(iter(_marked(block.comments, "[id:")), ""),
        line=block.line,
        warnings=warnings,
        **own,
    )


def _name_in(text: str) -> tuple[str, int]:
    """The name between two double colons, and where the text of the question begins."""
    if not text.startswith(NAME):
        return "", 0
    end = text.find(NAME, len(NAME))
    if end < 0:
        return "", len(NAME)
    return " ".join(_meaning(text[len(NAME) : end]).split())[:LONGEST_NAME], end + len(NAME)


def _parted(block: _Block, start: int) -> tuple[str, _Part | None, tuple[str, ...]]:
    """The text of a question, what stands in its braces (None when there are none), and warnings."""
    text = block.text
    opening, closing = text.find("{", start), text.find("}", start)
    if opening < 0 and closing < 0:
        return text[start:], None, ()
    if not 0 <= opening < closing:
        place = max(opening, closing) if min(opening, closing) < 0 else closing
        line = block.line + text.count("\n", 0, place)
        raise FormatError(
            _("A brace has no partner before the next empty line. A brace that means itself is written \\{ or \\}."),
            line,
        )
    after = text[closing + 1 :]
    stem = text[start:opening] + (MISSING_WORD if after else "") + after
    inside = _Part(text[opening + 1 : closing], block.line + text.count("\n", 0, opening + 1))
    warnings = (_("Only the first braces hold the answer; the others stand in the text."),) if "{" in after else ()
    return stem, inside, warnings


def _answered(inside: _Part, written: TextFormat) -> dict[str, Any]:
    """The fields of an item that say what is right."""
    own, _sign, general = inside.text.rpartition(GENERAL) if GENERAL in inside.text else (inside.text, "", "")
    part = _stripped(_Part(own, inside.line))
    return {**_reader_of(part.text)(part, written), "general_feedback": _text(general, written)}


def _reader_of(text: str) -> Callable[[_Part, TextFormat], dict[str, Any]]:
    if not text:
        return _essay
    if text.startswith("#"):
        return _numerical
    if "~" in text:
        return _choice
    if "=" in text and ARROW in text:
        return _matching
    return _true_false if text.partition("#")[0].strip().upper() in TRUE + FALSE else _short_answer


def _essay(_part: _Part, _written: TextFormat) -> dict[str, Any]:
    return {"type": "essay"}


def _choice(part: _Part, written: TextFormat) -> dict[str, Any]:
    """Options. Where one is right by the sign =, one is chosen; where all have ~ with what they earn, several are."""
    options = _split(part, _OPTION)
    answers = [_answer(each, ALL if each.sign.endswith("=") else NOTHING, written) for each in options]
    single = any(each.sign.endswith("=") for each in options)
    return {
        "type": "single_choice" if single else "multiple_response",
        # Moodle leaves an option without a text out.
        "answers": tuple(each for each in answers if each.text or each.fraction),
    }


def _short_answer(part: _Part, written: TextFormat) -> dict[str, Any]:
    answers = [_answer(each, ALL, written) for each in _split(part, _EQUALS)]
    plain = tuple(Answer(Text(each.text.text), each.fraction, each.feedback) for each in answers if each.text)
    if not plain:
        raise FormatError(_("The question has no answers."), part.line)
    return {"type": "short_answer", "answers": plain}


def _numerical(part: _Part, written: TextFormat) -> dict[str, Any]:
    numbers, _sign, rest = part.text[1:].partition("~")
    answers = [_number(each, written) for each in _split(_Part(numbers, part.line), _EQUALS)]
    if not answers:
        raise FormatError(_("The question has no answers."), part.line)
    wrong = _text(rest.partition("#")[2] if "#" in rest else rest, written)
    return {"type": "numerical", "answers": (*answers, *([Answer(Text(ANY), feedback=wrong)] if wrong else []))}


def _number(part: _Part, written: TextFormat) -> Answer:
    """A number: `3`, `3:0.5` (how far from it an answer may lie), `2.5..3.5`, or `*` for any other."""
    answer = _answer(part, ALL, written)
    text = answer.text.text
    if text == ANY:
        return Answer(Text(ANY), answer.fraction, answer.feedback)
    if RANGE in text[1:]:
        value, tolerance = _middle(text, part.line)
    else:
        number, _sign, distance = text.partition(":")
        value, tolerance = number_in(number, part.line), distance_in(distance.strip() or "0", part.line)
    return Answer(Text(value), answer.fraction, answer.feedback, tolerance)


def _middle(text: str, line: int) -> tuple[str, str]:
    """The number in the middle of a range, and how far its ends are from it."""
    first, _sign, last = text.partition(RANGE)
    low, high = Decimal(number_in(first, line)), Decimal(number_in(last, line))
    with localcontext(prec=150):
        found = (low + high) / 2, abs(high - low) / 2
    value, tolerance = (f"{each.normalize():f}" for each in found)
    return number_in(value, line), number_in(tolerance, line)


def _matching(part: _Part, written: TextFormat) -> dict[str, Any]:
    return {"type": "matching", "pairs": tuple(_pair(each, written) for each in _split(part, _EQUALS))}


def _pair(part: _Part, written: TextFormat) -> Pair:
    stem, arrow, answer = part.text.partition(ARROW)
    if not arrow:
        raise FormatError(_("A line of a matching question has the form “=text -> answer”."), part.line)
    plain = _meaning(answer).strip()
    if not plain:
        raise FormatError(_("A line of the matching question has no answer."), part.line)
    return Pair(_text(stem, written), Text(plain))


def _true_false(part: _Part, written: TextFormat) -> dict[str, Any]:
    """`T`, with what is said to a wrong and to a right answer behind two signs #."""
    said, wrong, right = (*part.text.split("#", 2), "", "")[:3]
    key = said.strip().upper() in TRUE
    answers = [
        Answer(Text(name), Fraction(value is key), _text(right if value is key else wrong, written))
        for name, value in (("true", True), ("false", False))
    ]
    return {"type": "true_false", "answers": tuple(answers)}


def _answer(part: _Part, usual: Fraction, written: TextFormat) -> Answer:
    """An answer with its feedback and with what it earns: what it says in per cent, else the usual."""
    text = part.text
    found = _WEIGHT.match(text)
    fraction = usual
    if found:
        try:
            fraction = fraction_in(found[1].replace(",", "."), whole=100)
        except FormatError as error:
            raise FormatError(error.message, part.line) from error
        text = text[found.end() :]
    answer, _sign, feedback = text.partition("#")
    return Answer(_text(answer, written), fraction, _text(feedback, written))


def _text(raw: str, written: TextFormat) -> Text:
    """A text in the format in brackets before it, else in the usual one."""
    stripped = raw.strip()
    if not stripped:
        return NO_TEXT
    found = _FORMAT.match(stripped)
    if found:
        written, stripped = TextFormat(found[1].lower()), stripped[found.end() :]
    text = _meaning(stripped).strip()
    return Text(text, written) if text else NO_TEXT


def _meaning(raw: str) -> str:
    """A text with the signs that were behind a backslash. No empty line of a block is its own, see `_blocks`."""
    lines = raw if "\n\n" not in raw else "\n".join(line for line in raw.split("\n") if line)
    return lines.translate(_MEANINGS)


def _stripped(part: _Part) -> _Part:
    kept = part.text.lstrip()
    skipped = part.text[: len(part.text) - len(kept)]
    return _Part(kept.rstrip(), part.line + skipped.count("\n"), part.sign)


def _split(part: _Part, signs: re.Pattern[str]) -> list[_Part]:
    """The pieces that begin with a sign; what stands before the first is one too unless it is empty."""
    pieces: list[_Part] = []
    sign, start, line = "", 0, part.line
    marks = islice(signs.finditer(part.text), MOST_ANSWERS + 1)
    ends = [(found.start(), found.end(), found[0]) for found in marks]
    if len(ends) > MOST_ANSWERS:
        raise FormatError(_("A question has more than 500 answers."), part.line)
    for end, after, following in [*ends, (len(part.text), 0, "")]:
        piece = _stripped(_Part(part.text[start:end], line, sign))
        if piece.text or sign:
            pieces.append(piece)
        line += part.text.count("\n", start, after)
        sign, start = following, after
    return pieces


def _marked(comments: tuple[str, ...], mark: str) -> list[str]:
    """What stands in brackets behind a mark in comments; a bracket that means itself has a backslash before it."""
    found = []
    for comment in comments:
        start = comment.find(mark)
        while start >= 0:
            end = comment.find("]", start)
            while end > 0 and comment[end - 1] == "\\":
                end = comment.find("]", end + 1)
            if end < 0:
                break
            found.append(comment[start + len(mark) : end].replace("\\]", "]").strip())
            start = comment.find(mark, end)
    return [each for each in found if each]
