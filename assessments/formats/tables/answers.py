"""The answers of a row, for each type of question."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from assessments.formats.item import NO_TEXT, Answer, Criterion, Gap, Pair, Text, TextFormat
from assessments.formats.moodle.cloze import read_gaps
from assessments.formats.tables.columns import GRADINGS, TRUTHS, YES_OR_NO
from assessments.formats.tables.rows import ALL, NOTHING, Row
from core.errors import FormatError

WORD_GAP = re.compile(r"\[\[([0-9]{1,2})\]\]")


def _used(row: Row) -> list[int]:
    """The numbers of the answers; what belongs to none of them is complained of."""
    answers = row.numbers("answer")
    for number in row.numbers("credit", "feedback", "tolerance"):
        if number not in answers:
            key = next(
                f"{each} {number}" for each in ("credit", "feedback", "tolerance") if row.get(f"{each} {number}")
            )
            row.complain(key, _("There is no answer %(number)s.") % {"number": number})
    if not answers:
        row.complain("answer 1", _("The answers are missing."))
    return answers


def _choice(row: Row, *, several: bool) -> dict[str, Any]:
    numbers = _used(row)
    fractions = _fractions(row, numbers, several=several)
    texts = {number: row.cells[f"answer {number}"] for number in numbers}
    last = row.places("last", texts) if row.get("last") else []
    if numbers and not any(each > 0 for each in fractions):
        row.complain("credit 1", _("No answer is marked as right."))
    return {
        "answers": tuple(
            Answer(row.text(f"answer {number}"), fraction, row.text(f"feedback {number}"), last=number in last)
            for number, fraction in zip(numbers, fractions, strict=True)
        ),
        "shuffled": not row.flag("keep_order"),
    }


def _fractions(row: Row, numbers: list[int], *, several: bool) -> list[Fraction]:
    """What each option earns."""
    earned = row.credits(numbers)
    named = row.get("right")
    if named and not row.numbers("credit"):
        right = row.places("right", {number: row.cells[f"answer {number}"] for number in numbers})
        if len(right) > 1 and not several:
            row.complain("right", _("In a question of this type one answer is right."))
        earned = {number: ALL if number in right else None for number in numbers}
    said = list(earned.values())
    hits = said.count(ALL)
    if several and hits and hits + said.count(None) == len(said):
        return [Fraction(1, hits) if each else Fraction(-1, len(said) - hits) for each in said]
    return [each or NOTHING for each in said]


def _single_choice(row: Row) -> dict[str, Any]:
    return _choice(row, several=False)


def _multiple_response(row: Row) -> dict[str, Any]:
    return _choice(row, several=True)


def _true_false(row: Row) -> dict[str, Any]:
    numbers = row.numbers("answer") or [1, 2]
    said = [_truth(row, f"answer {number}") for number in numbers] if row.numbers("answer") else ["true", "false"]
    shares = row.credits(numbers)
    if len(numbers) > 2 or len(set(said)) != len(said):  # noqa: PLR2004 – there are two of them
        row.complain("answer 1", _("The answers are “true” and “false”, each of them once."))
        return {}
    earned = {value: shares[number] or NOTHING for value, number in zip(said, numbers, strict=True)}
    told = {value: row.text(f"feedback {number}") for value, number in zip(said, numbers, strict=True)}
    if not any(earned.values()):
        right = _truth(row, "right") if row.get("right") else said[0] if len(said) == 1 else None
        earned = {right: ALL} if right else {}
    if not earned:
        row.complain("credit 1", _("No answer is marked as right."))
    return {
        "answers": tuple(
            Answer(Text(value), earned.get(value, NOTHING), told.get(value, NO_TEXT)) for value in ("true", "false")
        )
    }


def _truth(row: Row, key: str) -> str:
    cell = row.get(key)
    said = TRUTHS.meaning(cell) or YES_OR_NO.meaning(cell)
    if said is None:
        row.complain(key, _("“%(value)s” is neither true nor false.") % {"value": cell[:80]})
    return said or "true"


def _typed(row: Row) -> list[tuple[int, Fraction]]:
    """The numbers of accepted answers and what they earn: everything, if nothing is said."""
    if not row.numbers("answer") and row.get("right"):
        row.cells["answer 1"] = row.cells["right"]
    numbers = _used(row)
    return [(number, ALL if each is None else each) for number, each in row.credits(numbers).items()]


def _numerical(row: Row) -> dict[str, Any]:
    return {"answers": tuple(_number(row, *each) for each in _typed(row)), "unit": row.get("unit")}


def _number(row: Row, number: int, fraction: Fraction) -> Answer:
    feedback = row.text(f"feedback {number}")
    if row.get(f"answer {number}") == "*":
        return Answer(Text("*"), fraction, feedback)
    value, (tolerance, relative) = row.number(f"answer {number}"), row.tolerance(f"tolerance {number}")
    return Answer(Text(value), fraction, feedback, tolerance, relative)


def _short_answer(row: Row) -> dict[str, Any]:
    return {
        "answers": tuple(
            Answer(row.text(f"answer {number}", TextFormat.PLAIN), fraction, row.text(f"feedback {number}"))
            for number, fraction in _typed(row)
        ),
        "case_sensitive": row.flag("case_sensitive"),
        "yo_sensitive": row.flag("yo_sensitive"),
    }


def _matching(row: Row) -> dict[str, Any]:
    pairs = tuple(
        Pair(row.text(f"answer {number}"), row.text(f"match {number}")) for number in row.numbers("answer", "match")
    )
    for number, pair in zip(row.numbers("answer", "match"), pairs, strict=True):
        if not pair.answer:
            row.complain(f"match {number}", _("What belongs to the line is missing."))
    if not any(pair.stem for pair in pairs):
        row.complain("answer 1", _("The lines to match are missing."))
    return {"pairs": pairs}


def _ordering(row: Row) -> dict[str, Any]:
    return {
        "order": tuple(row.text(f"answer {number}") for number in _used(row)),
        "grading": row.word("grading", GRADINGS) or "relative",
    }


def _gap_fill(row: Row) -> dict[str, Any]:
    key = "text" if row.get("text") else "question"
    try:
        gapped = read_gaps(row.text(key), row.line)
    except FormatError as error:
        row.complain(key, error.message)
        return {}
    return {"text": gapped.text, "gaps": gapped.gaps, **({"stem": NO_TEXT} if key == "question" else {})}


def _select_words(row: Row) -> dict[str, Any]:
    key = "text" if row.get("text") else "question"
    numbers = _used(row)
    text = row.text(key)
    named = [int(each) for each in WORD_GAP.findall(text.text)]
    wrong = next((each for each in named if each not in numbers), None)
    if wrong is not None or not named:
        row.complain(key, _("The text has no gap such as [[1]].") if wrong is None else
                     _("There is no answer %(number)s.") % {"number": wrong})  # fmt: skip
        return {}
    places = {number: place for place, number in enumerate(numbers)}
    offers = {number: _gaps_offering(row, f"match {number}", len(named)) for number in numbers}
    gaps = tuple(
        Gap(f"g{at}", "select_words", right=places[number], offered=_offered(offers, at, number, places))
        for at, number in enumerate(named, start=1)
    )
    numbered = iter(gaps)
    marked = Text(WORD_GAP.sub(lambda _found: f"[[{next(numbered).id}]]", text.text), text.format)
    words = tuple(row.text(f"answer {number}") for number in numbers)
    return {"text": marked, "words": words, "gaps": gaps, **({"stem": NO_TEXT} if key == "question" else {})}


def _gaps_offering(row: Row, key: str, count: int) -> set[int]:
    """The gaps, counted from 1, that offer a word."""
    cell = row.get(key)
    if not cell:
        return set(range(1, count + 1))
    words = [each for each in re.split(r"[\s,;.]+", cell) if each]
    if not all(each.isascii() and each.isdigit() and int(each[:3]) <= count for each in words):
        row.complain(key, _("“%(value)s” does not say the numbers of gaps in the text.") % {"value": cell[:80]})
        return set()
    return {int(each) for each in words}


def _offered(offers: Mapping[int, set[int]], gap: int, right: int, places: Mapping[int, int]) -> tuple[int, ...]:
    """The places of the words that a gap offers; none when it offers all."""
    offered = tuple(places[number] for number, gaps in offers.items() if gap in gaps or number == right)
    return () if len(offered) == len(places) else offered


def _essay(row: Row) -> dict[str, Any]:
    return {
        "rubric": row.text("rubric"),
        "model_answer": row.text("model_answer"),
        "criteria": tuple(_criterion(row, number) for number in row.numbers("criterion", "points")),
    }


def _criterion(row: Row, number: int) -> Criterion:
    text = row.text(f"criterion {number}")
    if not text:
        row.complain(f"criterion {number}", _("The text of the criterion is missing."))
    return Criterion(text, row.points(f"points {number}"))


def _description(_row: Row) -> dict[str, Any]:
    return {}


# What is an item's own of each type, by the names of its fields.
READERS: Mapping[str, Callable[[Row], dict[str, Any]]] = {
    "single_choice": _single_choice,
    "multiple_response": _multiple_response,
    "true_false": _true_false,
    "numerical": _numerical,
    "short_answer": _short_answer,
    "matching": _matching,
    "ordering": _ordering,
    "gap_fill": _gap_fill,
    "select_words": _select_words,
    "essay": _essay,
    "description": _description,
}
