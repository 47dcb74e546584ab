"""The questions of the demonstration: every one can be asked, shown, answered and marked."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.utils.formats import get_format
from django.utils.translation import override

from assessments.marking import ALL
from assessments.question_types import TYPES, show
from operations.demo import LANGUAGES

CONTENT = Path(settings.BASE_DIR) / "operations/demo/content"
FILES = sorted(CONTENT.glob("*/questions.yaml"))
QUESTIONS = [
    pytest.param(question, id=question["code"])
    for file in FILES
    for question in yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["questions"]
]


def test_there_are_modules_with_questions() -> None:
    assert len(FILES) >= 5
    assert len({each.id for each in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_of_the_demonstration_is_fit_for_the_bank(question: dict[str, Any]) -> None:
    kind, structure, texts = TYPES[question["type"]], question["structure"], question["texts"]

    kind.check_structure(structure)
    for words in texts.values():
        kind.check_words(structure, words)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_of_the_demonstration_says_the_same_parts_in_every_language(question: dict[str, Any]) -> None:
    source, *others = question["texts"].values()

    assert list(question["texts"]) == list(LANGUAGES)
    assert [_places(words) for words in others] == [_places(source)] * len(others)


def _places(words: Any, place: str = "") -> set[str]:
    """Where in a question there are words."""
    if isinstance(words, dict):
        return {at for key, part in words.items() for at in _places(part, f"{place}.{key}")}
    return {place} if words else set()


@pytest.mark.parametrize("question", [each for each in QUESTIONS if each.values[0]["type"] == "numerical"])
def test_a_number_earns_everything_as_it_is_written_in_every_language(question: dict[str, Any]) -> None:
    kind, structure = TYPES[question["type"]], question["structure"]

    for language in LANGUAGES:
        with override(language):
            typed = kind.key(structure).replace(".", get_format("DECIMAL_SEPARATOR"))
        assert kind.mark(structure, kind.parse(structure, typed)).part == ALL


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_key_of_a_question_of_the_demonstration_earns_everything_in_every_language(question: dict) -> None:
    kind, texts = TYPES[question["type"]], question["texts"]
    structure = kind.complete(question["structure"], texts.values())
    key = kind.key(structure)

    credit = kind.mark(structure, kind.parse(structure, key))
    shown = [show(question["type"], structure, words, language=code, response=key) for code, words in texts.items()]

    if kind.counts and question["type"] != "essay":
        assert credit is not None
        assert credit.part == ALL
    assert all(each.key for each in shown)
    assert [each.stem for each in shown] == [words["stem"] for words in texts.values()]
