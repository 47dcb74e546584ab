"""Every question of the curriculum goes into every format that carries its type, and comes back."""

from typing import Any

import pytest

from assessments.formats.exchange import FORMATS, NATIVE, understood, written
from assessments.formats.to_bank import BankQuestion
from assessments.question_types import TYPES
from operations.demo import read

WRITTEN = [name for name, each in FORMATS.items() if name == NATIVE or each.write]


@pytest.fixture(scope="module")
def curriculum() -> list[BankQuestion]:
    entries = [each for module in ("m0", "m1", "m2", "m3", "m4", "m5") for each in _entries(module)]
    return [
        BankQuestion(
            type=each["type"],
            structure=each["structure"],
            words=each["texts"],
            name=each["code"],
            code=each["code"],
        )
        for each in entries
    ]


def _entries(folder: str) -> list[dict[str, Any]]:
    return [each for each in read(f"{folder}/questions.yaml")["questions"] if each["type"] in TYPES]


def earned_by_the_key(question: BankQuestion) -> Any:
    kind = TYPES[question.type]
    structure = kind.complete(question.structure, list(question.words.values()))
    credit = kind.mark(structure, kind.key(structure))
    return credit and credit.part


@pytest.mark.parametrize("language", ["en", "ru", "be"])
@pytest.mark.parametrize("name", WRITTEN)
def test_every_question_comes_back_with_its_right_answers(
    name: str, language: str, curriculum: list[BankQuestion]
) -> None:
    form = FORMATS[name]
    carried = [each for each in curriculum if name == NATIVE or each.type in form.carries]

    found = understood(name, written(name, curriculum, language).content, language)

    assert found.errors == []
    assert [each.type for each in found.questions] == [each.type for each in carried]
    assert [earned_by_the_key(each) for each in found.questions] == [earned_by_the_key(each) for each in carried]
    if name == NATIVE or form.every_language:
        assert [set(each.words) for each in found.questions] == [set(each.words) for each in carried]


def test_the_native_format_loses_nothing(curriculum: list[BankQuestion]) -> None:
    found = understood(NATIVE, written(NATIVE, curriculum, "en").content, "en").questions

    assert [(each.structure, each.words, each.code) for each in found] == [
        (each.structure, each.words, each.code) for each in curriculum
    ]


def test_there_are_sixty_questions_and_more_of_seven_types(curriculum: list[BankQuestion]) -> None:
    assert len(curriculum) >= 60
    assert {each.type for each in curriculum} == {
        "essay",
        "matching",
        "multiple_response",
        "numerical",
        "ordering",
        "single_choice",
        "true_false",
    }
