"""What each format carries of each type of question, asked of the formats themselves, and a file to start from.

The examples are those of the template of a table, so a file of every format holds the same questions.
"""

from dataclasses import replace
from enum import StrEnum
from typing import Any, NamedTuple

from assessments.formats import tables
from assessments.formats.exchange import NATIVE, Format, understood, written
from assessments.formats.item import Criterion, Item, Text, TextFormat
from assessments.formats.tables.examples import examples
from assessments.question_types import TYPES

SOMETHING = Text("…")


class State(StrEnum):
    """How much of a question of a type arrives in a file."""

    KEPT = "kept"
    PART = "part"
    NOT = "not"


class Carried(NamedTuple):
    """A type, how much of it a format carries, and what of a plain example is lost, in sentences."""

    type: str
    state: State
    lost: tuple[str, ...]


def is_written(form: Format) -> bool:
    """Whether files of a format can be made here; the others are only read."""
    return form.name == NATIVE or form.write is not None


def carried(form: Format) -> list[Carried]:
    """Return what a format that is written carries of a plain question of each type, in the order of the types."""
    return [_carried(form, item) for item in _in_order("en")]


def also_lost(form: Format) -> list[str]:
    """Return sentences about what else is lost where a question has it: hints, situations, pictures and the like."""
    if form.lost is None:
        return []
    known = {sentence for each in carried(form) for sentence in each.lost}
    rich = [_with_everything(item) for item in _in_order("en") if item.type in form.carries]
    return list(dict.fromkeys(each for item in rich for each in form.lost(item) if each not in known))


def example_file(name: str, language: str) -> bytes:
    """Return a file of a format with an example of each type that it carries.

    `language` is that of the texts, and of the headings of a table. Raises FormatError for a format that is only read.
    """
    table = tables.template(language, "csv" if name == "csv" else "xlsx")
    if name in {"csv", "xlsx"}:
        return table
    return written(name, understood("xlsx", table, language).questions, language).content


def _carried(form: Format, item: Item) -> Carried:
    if form.name == NATIVE:
        return Carried(item.type, State.KEPT, ())
    if item.type not in form.carries:
        return Carried(item.type, State.NOT, ())
    lost = tuple(form.lost(item)) if form.lost else ()
    return Carried(item.type, State.PART if lost else State.KEPT, lost)


def _in_order(language: str) -> list[Item]:
    places = list(TYPES)
    return sorted(examples(language), key=lambda each: places.index(each.type))


def _with_everything(item: Item) -> Item:
    """A question with all that one of its type can have."""
    return replace(
        item,
        stem=replace(item.stem, format=TextFormat.MARKDOWN),
        case=SOMETHING,
        hints=(SOMETHING,),
        general_feedback=SOMETHING,
        files={"picture.png": b""},
        shuffled=False,
        **_own(item),
    )


def _own(item: Item) -> dict[str, Any]:
    if item.type in {"single_choice", "multiple_response"}:
        return {"answers": tuple(replace(each, last=place == 0) for place, each in enumerate(item.answers))}
    if item.type == "numerical":
        return {"unit": "km", "answers": tuple(replace(each, tolerance="5", relative=True) for each in item.answers)}
    if item.type == "short_answer":
        return {"case_sensitive": True, "yo_sensitive": True}
    if item.type == "essay":
        return {"rubric": SOMETHING, "criteria": (Criterion(SOMETHING, 1),), "model_answer": SOMETHING}
    return {}
