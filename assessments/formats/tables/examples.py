"""An example of each type of question in each language, for the template of a table."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assessments.formats.item import Answer, Gap, Item, Pair, Text

ALL, HALF = Fraction(1), Fraction(1, 2)
_TEXTS = Path(__file__).with_name("examples.yaml")


@cache
def examples(language: str) -> tuple[Item, ...]:
    """Return an example of each type of question in a language; in English for one that there is not."""
    every = yaml.safe_load(_TEXTS.read_text(encoding="utf-8"))
    spoken = language if language in every else "en"
    category = tuple(every[spoken]["category"])
    return tuple(
        replace(_example(code, words, make), language=spoken, category=category)
        for (code, words), make in zip(every[spoken]["questions"].items(), _MAKERS, strict=True)
    )


def _example(code: str, words: Mapping[str, Any], make: Callable[[str, tuple[str, ...]], Item]) -> Item:
    item = make(words["question"], tuple(words["answers"]))
    return replace(item, identifier=code, name=words["name"], general_feedback=Text(words["explanation"]))


def _single_choice(question: str, answers: tuple[str, ...]) -> Item:
    return Item(
        "single_choice",
        Text(question),
        answers=tuple(Answer(Text(each), Fraction(place == 1)) for place, each in enumerate(answers)),
    )


def _multiple_response(question: str, answers: tuple[str, ...]) -> Item:
    return Item(
        "multiple_response",
        Text(question),
        answers=tuple(Answer(Text(each), -HALF if place % 2 else HALF) for place, each in enumerate(answers)),
    )


def _true_false(question: str, answers: tuple[str, ...]) -> Item:
    return Item(
        "true_false",
        Text(question),
        answers=(Answer(Text("true"), feedback=Text(answers[0])), Answer(Text("false"), ALL)),
    )


def _matching(question: str, answers: tuple[str, ...]) -> Item:
    *pairs, other = answers
    return Item(
        "matching",
        Text(question),
        pairs=(
            *(Pair(Text(stem), Text(answer)) for stem, answer in zip(pairs[::2], pairs[1::2], strict=True)),
            Pair(Text(), Text(other)),
        ),
    )


def _ordering(question: str, answers: tuple[str, ...]) -> Item:
    return Item("ordering", Text(question), order=tuple(map(Text, answers)))


def _numerical(question: str, answers: tuple[str, ...]) -> Item:
    unit, feedback = answers
    return Item(
        "numerical",
        Text(question),
        unit=unit,
        answers=(
            Answer(Text("50.8"), ALL, tolerance="0.1"),
            Answer(Text("10.8"), Fraction(0), Text(feedback), tolerance="0"),
        ),
    )


def _short_answer(question: str, answers: tuple[str, ...]) -> Item:
    right, nearly, feedback = answers
    return Item(
        "short_answer", Text(question), answers=(Answer(Text(right), ALL), Answer(Text(nearly), HALF, Text(feedback)))
    )


def _gap_fill(text: str, answers: tuple[str, ...]) -> Item:
    right, wrong = answers
    return Item(
        "gap_fill",
        Text(),
        text=Text(text),
        gaps=(
            Gap("g1", "numerical", (Answer(Text("3"), ALL, tolerance="0"),)),
            Gap("g2", "single_choice", (Answer(Text(right), ALL), Answer(Text(wrong)))),
        ),
    )


def _select_words(text: str, answers: tuple[str, ...]) -> Item:
    gaps = (Gap("g1", "select_words", right=0), Gap("g2", "select_words", right=1))
    return Item("select_words", Text(), text=Text(text), words=tuple(map(Text, answers)), gaps=gaps)


def _essay(question: str, answers: tuple[str, ...]) -> Item:
    rubric, model_answer = answers
    return Item("essay", Text(question), rubric=Text(rubric), model_answer=Text(model_answer))


def _description(text: str, _answers: tuple[str, ...]) -> Item:
    return Item("description", Text(text))


_MAKERS = (
    _single_choice,
    _multiple_response,
    _true_false,
    _matching,
    _ordering,
    _numerical,
    _short_answer,
    _gap_fill,
    _select_words,
    _essay,
    _description,
)
