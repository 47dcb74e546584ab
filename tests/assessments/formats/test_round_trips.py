"""What goes into a file and comes back is the same question: the same texts, and the same mark for every answer."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import chain, combinations, islice, permutations, product
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from assessments.errors import AnswerError
from assessments.formats.exchange import FORMATS, NATIVE, understood, written
from assessments.formats.item import NO_TEXT, Item
from assessments.formats.to_bank import BankQuestion, banked
from assessments.question_types import TYPES
from tests.assessments.formats.strategies import items

# Aiken and Word say so little that test_aiken.py and test_word.py write questions for them.
WRITTEN = [name for name, each in FORMATS.items() if name == NATIVE or (each.write and name not in {"aiken", "docx"})]
MOST = 40
QUICK = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def carried(*names: str) -> list[str]:
    """The types that all these formats carry."""
    sets = [set(TYPES) if name == NATIVE else FORMATS[name].carries for name in names]
    return sorted(set.intersection(*map(set, sets)))


def fitting(item: Item, *names: str) -> BankQuestion:
    """The question without what some of these formats lose, or no question when they lose what it asks."""
    bare = replace(item, hints=(), tags=(), category=(), case=NO_TEXT, general_feedback=NO_TEXT)
    silent = replace(bare, name="", answers=tuple(replace(each, feedback=NO_TEXT) for each in item.answers))
    tried = (banked(each, "ru") for each in (item, bare, silent))
    found = next((each for each in tried if not any(lost(name, each) for name in names)), None)
    assume(found is not None)
    assert found is not None
    return found


def lost(name: str, question: BankQuestion) -> list[tuple[str, str]]:
    return written(name, [question], "ru").lost


def through(name: str, question: BankQuestion) -> BankQuestion:
    """The question that comes out of a file into which it was written."""
    file = written(name, [question], "ru")
    found = understood(name, file.content, "ru")
    assert found.errors == []
    assert len(found.questions) == 1
    return found.questions[0]


def answers(question: BankQuestion) -> list[Any]:
    """Answers that people give: right ones, wrong ones, half right ones and odd ones."""
    words = next(iter(question.words.values()))
    given = _ANSWERS.get(question.type, lambda *_: ["Some words."])(question.structure, words)
    return list(islice(given, MOST))


def _one(structure: Mapping[str, Any], _words: Mapping[str, Any]) -> Iterable[Any]:
    return [[each["id"]] for each in structure["options"]]


def _several(structure: Mapping[str, Any], _words: Mapping[str, Any]) -> Iterable[Any]:
    ids = [each["id"] for each in structure["options"]][:6]
    return chain.from_iterable(combinations(ids, count) for count in range(1, 5))


def _matched(structure: Mapping[str, Any], _words: Mapping[str, Any]) -> Iterable[Any]:
    lefts = [each["id"] for each in structure["pairs"]]
    return (dict(zip(lefts, each, strict=True)) for each in product(structure["rights"], repeat=len(lefts)))


def _filled(structure: Mapping[str, Any], words: Mapping[str, Any]) -> Iterable[Any]:
    own = words.get("gaps") or {}
    return ({gap["id"]: each} for gap in structure["gaps"] for each in in_gap(gap, own.get(gap["id"]) or {}))


def _chosen(structure: Mapping[str, Any], _words: Mapping[str, Any]) -> Iterable[Any]:
    return ({gap["id"]: each} for gap in structure["gaps"] for each in gap.get("choices") or structure["choices"])


_ANSWERS: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Iterable[Any]]] = {
    "single_choice": _one,
    "multiple_response": _several,
    "true_false": lambda *_: ["true", "false"],
    "ordering": lambda structure, _words: map(list, permutations(structure["order"])),
    "matching": _matched,
    "numerical": lambda structure, _words: numbers(structure),
    "short_answer": lambda _structure, words: texts(words["accept"]),
    "gap_fill": _filled,
    "select_words": _chosen,
}


def numbers(structure: Mapping[str, Any]) -> list[str]:
    values = [str(each["value"]) for each in [structure, *structure.get("also", [])]]
    tolerance = str(structure.get("tolerance") or "0")
    near = [str(round(float(value) + sign * float(tolerance), 6)) for value in values for sign in (-1, 1)]
    return [*values, *near, "0", "-1e3", "123456"]


def texts(accept: list[Mapping[str, Any]]) -> list[str]:
    patterns = [str(each["text"]) for each in accept]
    return [*(each.replace("*", "x") for each in patterns), *(each.upper() for each in patterns), "?", "ёлка"]


def in_gap(gap: Mapping[str, Any], words: Mapping[str, Any]) -> list[str]:
    if gap["type"] == "single_choice":
        return [f"{each['id']}" for each in gap["options"]]
    return numbers(gap) if gap["type"] == "numerical" else texts(words["accept"])


def marks(question: BankQuestion, given: list[Any]) -> list[Any]:
    kind = TYPES[question.type]
    structure = kind.complete(question.structure, list(question.words.values()))
    earned = [kind.mark(structure, readable(kind, structure, each)) for each in given]
    return [credit and credit.part for credit in earned]


def readable(kind: Any, structure: Mapping[str, Any], answer: Any) -> Any:
    """The answer, or none where the academy cannot read it: then it earns nothing in both."""
    try:
        return kind.parse(structure, answer)
    except AnswerError:
        return None


def told(question: BankQuestion) -> dict[str, Any]:
    """What makes a question the same one, whatever file it was in."""
    return {
        "type": question.type,
        "structure": question.structure,
        "words": {language: dict(words) for language, words in question.words.items()},
        "name": question.name,
    }


@pytest.mark.parametrize("name", WRITTEN)
@QUICK
@given(data=st.data())
def test_what_loses_nothing_is_the_same_question(name: str, data: st.DataObject) -> None:
    question = fitting(data.draw(items(carried(name), rich=True)), name)
    given = answers(question)

    again = through(name, question)

    assert told(again) == told(question)
    assert marks(again, given) == marks(question, given)


@pytest.mark.parametrize(("first", "second"), list(product(WRITTEN, WRITTEN)))
@settings(QUICK, max_examples=4)
@given(data=st.data())
def test_every_answer_earns_the_same_after_two_formats(first: str, second: str, data: st.DataObject) -> None:
    question = fitting(data.draw(items(carried(first, second))), first, second)
    given = answers(question)

    again = through(second, through(first, question))

    assert marks(again, given) == marks(question, given)
