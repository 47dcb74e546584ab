"""docs/question-formats.md says what the code does: its tables are the code's, and its examples are read."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.utils.translation import override

from assessments.formats.exchange import FORMATS, NATIVE, understood, written
from assessments.formats.format_guide import Carried, State, also_lost, carried, is_written
from assessments.formats.native import NAME as NATIVE_NAME
from assessments.formats.native import VERSION
from assessments.formats.tables.examples import examples
from assessments.formats.to_bank import BankQuestion, banked
from assessments.question_types import TYPES

GUIDE = (settings.BASE_DIR / "docs" / "question-formats.md").read_text(encoding="utf-8")
WORDS = {State.KEPT: "kept", State.PART: "in part", State.NOT: "not"}
WRITTEN = [each for each in FORMATS.values() if is_written(each)]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """The guide is in English."""
    with override("en"):
        yield


def table(first: str) -> list[list[str]]:
    """The cells of the table whose first heading is this, line by line, headings first."""
    block = next(each for each in GUIDE.split("\n\n") if each.startswith(f"| {first} |"))
    lines = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in block.splitlines()]
    return [lines[0], *lines[2:]]


def lines_after(sentence: str) -> list[str]:
    """The items of the list below a paragraph that begins with these words."""
    blocks = GUIDE.split("\n\n")
    place = next(number for number, each in enumerate(blocks) if each.startswith(sentence))
    return blocks[place + 1].splitlines()


def documents() -> list[dict[str, Any]]:
    """The files in Academy JSON that the guide shows."""
    return [json.loads(each) for each in re.findall(r"^```json\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)]


def all_carried() -> list[tuple[str, Carried]]:
    return [(form.name, each) for form in WRITTEN for each in carried(form)]


def test_the_table_of_types_and_formats_is_what_the_formats_say() -> None:
    states = {(name, each.type): WORDS[each.state] for name, each in all_carried()}

    assert table("type")[0] == ["type", *(each.name for each in WRITTEN)]
    assert table("type")[1:] == [
        [f"`{type_name}`", *(states[each.name, type_name] for each in WRITTEN)] for type_name in TYPES
    ]


def test_what_is_lost_is_told_in_the_sentences_of_the_formats() -> None:
    in_part = [
        f"* `{name}`, `{each.type}`: {' '.join(each.lost)}" for name, each in all_carried() if each.state == State.PART
    ]
    besides = [f"* `{each.name}`: {' '.join(also_lost(each)) or 'nothing.'}" for each in WRITTEN]

    assert lines_after("What “in part” loses") == in_part
    assert lines_after("What is lost besides") == besides


def test_every_format_has_a_section() -> None:
    sections = re.findall(r"^## .*\(((?:`\w+`(?:, )?)+)\)$", GUIDE, re.MULTILINE)

    assert sorted(name.strip("`") for each in sections for name in each.split(", ")) == sorted(FORMATS)


@pytest.mark.parametrize(
    ("name", "type_name"), [(name, each.type) for name, each in all_carried() if each.state == State.KEPT]
)
def test_what_is_called_kept_comes_back_as_it_was(name: str, type_name: str) -> None:
    question = banked(next(each for each in examples("en") if each.type == type_name), "en")

    file = written(name, [question], "en")
    found = understood(name, file.content, "en")

    assert (file.lost, found.errors) == ([], [])
    assert [what_arrives(each) for each in found.questions] == [what_arrives(question)]


def what_arrives(question: BankQuestion) -> dict[str, Any]:
    """Everything of a question but the line in which it stands."""
    return {**vars(question), "line": 0}


def test_the_example_has_every_type_and_is_taken_over_word_for_word() -> None:
    example = documents()[1]

    found = understood(NATIVE, json.dumps(example).encode(), "en")

    assert found.errors == []
    assert [each.type for each in found.questions] == list(TYPES)
    assert [(each.structure, each.words) for each in found.questions] == [
        (each["structure"], each["texts"]) for each in example["questions"]
    ]


def test_the_example_loses_nothing_on_its_way_out_and_in_again() -> None:
    found = understood(NATIVE, json.dumps(documents()[1]).encode(), "en").questions

    again = understood(NATIVE, written(NATIVE, found, "en").content, "en").questions

    assert [what_arrives(each) for each in again] == [what_arrives(each) for each in found]


def test_the_short_examples_are_taken_over() -> None:
    found = understood(NATIVE, json.dumps(documents()[0]).encode(), "en")

    assert found.errors == []
    assert {each.type for each in found.questions} == set(TYPES) - {"gap_fill", "select_words"}
    assert all(set(each.words) == {"en"} and not each.warnings for each in found.questions)


def test_the_schema_names_every_key_of_the_example() -> None:
    example = documents()[1]
    named = set(re.findall(r"`(\w+)`|\"(\w+)\"", GUIDE.partition("## The schema")[2].partition("```")[0]))
    keys = {*example, *(key for question in example["questions"] for key in (*question, *_own_keys(question)))}

    assert keys - {name for pair in named for name in pair} == set()


def _own_keys(question: dict[str, Any]) -> Iterator[str]:
    """The keys of the structure and of the words of a question; ids are none."""
    yield from question["structure"]
    for parts in question["structure"].values():
        yield from (key for part in parts if isinstance(part, dict) for key in part) if isinstance(parts, list) else ()
    for words in question["texts"].values():
        yield from words


def test_the_name_and_the_version_of_the_format_are_those_of_the_code() -> None:
    assert [(each["format"], each["version"]) for each in documents()] == [(NATIVE_NAME, VERSION)] * 2
