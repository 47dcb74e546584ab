"""The editor of a question: what it shows it reads back, what is wrong it says at its field."""

import doctest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from django.conf import settings

from assessments.forms import QuestionEditor, question, question_parts, question_rows
from tests.assessments.forms.typing import typed_in
from tests.factories.assessments import EVERY, make_category, words_of

pytestmark = pytest.mark.django_db

CONTENT = Path(settings.BASE_DIR) / "operations/demo/content"
DEMONSTRATION = [
    pytest.param(question, id=question["code"])
    for file in sorted(CONTENT.glob("*/questions.yaml"))
    for question in yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["questions"]
]
LANGUAGES = ("en", "ru", "be")
# What the demonstration has none of, and shapes that only an import makes.
UNUSUAL = {
    "credits": ("multiple_response", {"options": [
        {"id": "A", "correct": True, "credit": "0.5"},
        {"id": "B", "correct": True, "credit": "1/2"},
        {"id": "C", "correct": False, "credit": "-0.25", "last": True},
    ]}),
    "shared answers": ("matching", {
        "pairs": [{"id": "a", "right": "r3"}, {"id": "b", "right": "r1"}, {"id": "c", "right": "r3"}],
        "rights": ["r1", "r2", "r3"],
    }),
    "grading": ("ordering", {"order": ["b", "a", "c"], "grading": "longest_run"}),
    "several numbers": ("numerical", {"value": "40", "tolerance": "5", "relative": True, "also": [
        {"value": "-1.5", "tolerance": 0, "credit": "0.5"}, {"value": 7},
    ]}),
    "exact letters": ("short_answer", {"ignore_case": False, "accept": [{"text": "IOM"}]}),
    "weights": ("gap_fill", {"gaps": [
        {"id": "g2", "type": "short_answer", "accept": [{"text": "a"}], "ignore_yo": False},
        {"id": "g1", "type": "numerical", "value": "3", "weight": 4},
    ]}),
    "own words": ("select_words", {"gaps": [
        {"id": "g1", "right": "w1", "choices": ["w1", "w3"]}, {"id": "g2", "right": "w2"},
    ], "choices": ["w1", "w2", "w3"]}),
    "criteria": ("essay", {"criteria": [{"id": "c1", "points": 3}, {"id": "c2", "points": 5}]}),
}  # fmt: skip


# What the answers of a gap say, by the type of the gap.
OF_A_GAP = {"single_choice": {"options", "rationales"}, "short_answer": {"accept"}, "numerical": {"unit"}}


def words_in(structure: dict[str, Any], language: str) -> dict[str, Any]:
    """Words of a structure, those of its gaps without what no gap says."""
    words = words_of(structure, language)
    kinds = {gap["id"]: OF_A_GAP.get(gap.get("type", ""), set()) for gap in structure.get("gaps", [])}
    gaps = {
        gap: {name: text for name, text in said.items() if name in kinds[gap]}
        for gap, said in words.get("gaps", {}).items()
    }
    return {**words, "gaps": gaps}


def editor_of(type_name: str, structure: dict[str, Any], words: dict[str, dict[str, Any]], data: Any = None) -> Any:
    version = SimpleNamespace(pk=1, structure=structure)
    texts = {language: SimpleNamespace(pk=each, words=said) for each, (language, said) in enumerate(words.items())}
    return QuestionEditor(type_name=type_name, version=version, texts=texts, data=data)


def read_back(type_name: str, structure: dict[str, Any], words: dict[str, dict[str, Any]]) -> QuestionEditor:
    data = typed_in(editor_of(type_name, structure, words))
    data["filing-code"], data["filing-category"] = "NEW", str(make_category().pk)
    editor = editor_of(type_name, structure, words, data)
    assert editor.is_valid(), errors(editor)
    return editor


def errors(editor: QuestionEditor) -> dict[str, list[str]]:
    """Every sentence of the editor, by the name of its field."""
    found = {"": [*editor.problems, *editor.part.problems]}
    for form in editor.forms():
        found |= {f"{form.prefix}-{name}": list(said) for name, said in form.errors.items()}
    return {name: said for name, said in found.items() if said}


@pytest.mark.parametrize("question", DEMONSTRATION)
def test_the_editor_reads_what_it_shows_of_a_question_of_the_demonstration(question: dict[str, Any]) -> None:
    editor = read_back(question["type"], question["structure"], question["texts"])

    assert not editor.structure_changed()
    assert editor.changed_languages() == []


@pytest.mark.parametrize("type_name", EVERY)
def test_the_editor_reads_what_it_shows_of_every_type(type_name: str) -> None:
    structure = EVERY[type_name]
    words = {language: {**words_in(structure, language), "hints": ["One", language]} for language in LANGUAGES}
    editor = read_back(type_name, structure, words)

    assert not editor.structure_changed()
    assert editor.changed_languages() == []


@pytest.mark.parametrize("shape", UNUSUAL)
def test_the_editor_reads_what_it_shows_of_unusual_shapes(shape: str) -> None:
    type_name, structure = UNUSUAL[shape]
    further = {"criteria": {"c1": "One", "c2": "Two"}, "accept": [{"text": "x", "credit": "1"}]}
    words = {language: {**words_in(structure, language), **further} for language in LANGUAGES}
    if type_name == "gap_fill":
        words = {language: {**said, "gaps": {"g2": {"accept": [{"text": "y"}]}}} for language, said in words.items()}
    editor = read_back(type_name, structure, words)

    assert not editor.structure_changed()
    assert editor.changed_languages() == []


@pytest.mark.parametrize("module", [question, question_parts, question_rows])
def test_the_examples_are_true(module: Any) -> None:
    assert doctest.testmod(module).failed == 0
