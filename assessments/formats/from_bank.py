"""From what the bank keeps of a question to an item, so that it can be written in any format."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from assessments.formats.item import NO_TEXT, Answer, Criterion, Gap, Item, Pair, Text, TextFormat
from assessments.formats.to_bank import BankQuestion, instruction

Structure = Mapping[str, Any]
FULL = Fraction(1)


class _Words:
    """The words of a language with their formats, by path."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._words, self._formats = words, words.get("formats") or {}

    def text(self, *path: str) -> Text:
        """Return a text, empty when there is none."""
        return self.formatted(self._at(path), *path)

    def listed(self, *path: str) -> list[Any]:
        """Return a list, empty when there is none."""
        return list(self._at(path) or [])

    def _at(self, path: tuple[str, ...]) -> Any:
        found: Any = self._words
        for each in path:
            found = found.get(each) if isinstance(found, Mapping) else None
        return found

    def formatted(self, found: Any, *path: str) -> Text:
        """Return a text that was found under a path, with its format."""
        if not found:
            return NO_TEXT
        return Text(str(found), TextFormat(self._formats.get(".".join(path), TextFormat.PLAIN)))


def item_of(question: BankQuestion, language: str) -> Item:
    """Return a question of the bank as an item in one of its languages."""
    words = _Words(question.words[language])
    stem = words.text("stem")
    parts = _PARTS[question.type](question.structure, words)
    hints = [words.formatted(each, "hints", str(place)) for place, each in enumerate(words.listed("hints"))]
    return Item(
        type=question.type,
        stem=NO_TEXT if parts.get("gaps") and stem == Text(instruction(language)) else stem,
        name=question.name,
        case=words.text("case"),
        general_feedback=words.text("feedback"),
        unit=words.text("unit").text,
        hints=tuple(hints),
        category=question.category,
        tags=question.tags,
        identifier=question.code,
        language=language,
        files=question.files,
        line=question.line,
        warnings=question.warnings,
        **parts,
    )


def _one(structure: Structure, words: _Words) -> dict[str, Any]:
    return _choices(structure["options"], words, several=False)


def _several(structure: Structure, words: _Words) -> dict[str, Any]:
    return _choices(structure["options"], words, several=True)


def _choices(options: list[Structure], words: _Words, *, several: bool) -> dict[str, Any]:
    return {
        "answers": _options(options, words, (), several=several),
        "shuffled": not all(each.get("last") for each in options),
    }


def _options(options: list[Structure], words: _Words, path: tuple[str, ...], *, several: bool) -> tuple[Answer, ...]:
    hits = sum(each.get("correct") is True for each in options)
    misses = len(options) - hits
    at_the_end = not all(each.get("last") for each in options)
    right, wrong = (Fraction(1, hits), Fraction(-1, misses or 1)) if several else (FULL, Fraction(0))
    weighted = several and any(each.get("credit") is not None for each in options)
    return tuple(
        Answer(
            text=words.text(*path, "options", each["id"]),
            fraction=_earned(each, Fraction(0) if weighted else right if each.get("correct") is True else wrong),
            feedback=words.text(*path, "rationales", each["id"]),
            last=bool(each.get("last")) and at_the_end,
        )
        for each in options
    )


def _earned(option: Structure, otherwise: Fraction) -> Fraction:
    return otherwise if option.get("credit") is None else Fraction(str(option["credit"]))


def _statement(structure: Structure, words: _Words) -> dict[str, Any]:
    return {
        "answers": tuple(
            Answer(Text(each), Fraction(structure["answer"] is truth), words.text("rationales", each))
            for each, truth in (("true", True), ("false", False))
        )
    }


def _numerical(structure: Structure, words: _Words) -> dict[str, Any]:
    return {"answers": _numbers(structure, words, ())}


def _numbers(structure: Structure, words: _Words, path: tuple[str, ...]) -> tuple[Answer, ...]:
    accepted = [
        Answer(
            text=Text(_plain_number(each["value"])),
            fraction=Fraction(str(each.get("credit", 1))),
            feedback=words.text(*path, "rationales", str(place)),
            tolerance=_plain_number(each.get("tolerance") or 0),
            relative=each.get("relative") is True,
        )
        for place, each in enumerate([structure, *structure.get("also", [])])
    ]
    said, earned = words.text(*path, "rationales", "other"), Fraction(str(structure.get("otherwise") or 0))
    return (*accepted, Answer(Text("*"), earned, said)) if said or earned else tuple(accepted)


def _plain_number(value: Any) -> str:
    """A number as formats want it: a decimal point and no spaces."""
    return "".join(str(value).split()).replace(",", ".").replace("−", "-")


def _short_answer(structure: Structure, words: _Words) -> dict[str, Any]:
    return {
        "answers": _accepted(structure, words, ()),
        "case_sensitive": structure.get("ignore_case") is False,
        "yo_sensitive": structure.get("ignore_yo") is False,
    }


def _accepted(structure: Structure, words: _Words, path: tuple[str, ...]) -> tuple[Answer, ...]:
    own = [
        Answer(
            text=Text(str(each["text"])),
            fraction=Fraction(str(each.get("credit", 1))),
            feedback=words.formatted(each.get("feedback"), *path, "accept", str(place), "feedback"),
        )
        for place, each in enumerate(words.listed(*path, "accept"))
    ]
    shared = [
        Answer(Text(str(each["text"])), Fraction(str(each.get("credit", 1)))) for each in structure.get("accept") or []
    ]
    return (*shared, *own)


def _matching(structure: Structure, words: _Words) -> dict[str, Any]:
    pairs = [Pair(words.text("lefts", each["id"]), words.text("rights", each["right"])) for each in structure["pairs"]]
    used = {each["right"] for each in structure["pairs"]}
    loose = [Pair(NO_TEXT, words.text("rights", each)) for each in structure["rights"] if each not in used]
    return {"pairs": (*pairs, *loose)}


def _ordering(structure: Structure, words: _Words) -> dict[str, Any]:
    return {
        "order": tuple(words.text("items", each) for each in structure["order"]),
        "grading": structure.get("grading", "relative"),
    }


def _gap_fill(structure: Structure, words: _Words) -> dict[str, Any]:
    return {"text": words.text("text"), "gaps": tuple(_gap(each, words) for each in structure["gaps"])}


def _gap(gap: Structure, words: _Words) -> Gap:
    path = ("gaps", gap["id"])
    if gap["type"] == "single_choice":
        answers = _options(gap["options"], words, path, several=False)
    elif gap["type"] == "numerical":
        answers = _numbers(gap, words, path)
    else:
        answers = _accepted(gap, words, path)
    return Gap(gap["id"], gap["type"], answers, gap.get("weight", 1), gap.get("ignore_case") is False)


def _select_words(structure: Structure, words: _Words) -> dict[str, Any]:
    shared = structure.get("choices") or []
    own = [each for gap in structure["gaps"] for each in gap.get("choices") or []]
    ids = list(dict.fromkeys([*shared, *own]))
    gaps = tuple(
        Gap(
            id=gap["id"],
            type="select_words",
            right=ids.index(gap["right"]),
            offered=_offered(ids, gap.get("choices"), shared),
        )
        for gap in structure["gaps"]
    )
    return {"text": words.text("text"), "words": tuple(words.text("choices", each) for each in ids), "gaps": gaps}


def _offered(ids: list[str], own: list[str] | None, shared: list[str]) -> tuple[int, ...]:
    """The places of the words that a gap offers; none when it offers all of them without saying so."""
    return () if not own and shared == ids else tuple(ids.index(each) for each in own or shared)


def _essay(structure: Structure, words: _Words) -> dict[str, Any]:
    return {
        "rubric": words.text("rubric"),
        "model_answer": words.text("model_answer"),
        "criteria": tuple(
            Criterion(words.text("criteria", each["id"]), each["points"]) for each in structure.get("criteria") or []
        ),
    }


def _description(_structure: Structure, _words: _Words) -> dict[str, Any]:
    return {}


_PARTS: dict[str, Callable[[Structure, _Words], dict[str, Any]]] = {
    "single_choice": _one,
    "multiple_response": _several,
    "true_false": _statement,
    "matching": _matching,
    "ordering": _ordering,
    "numerical": _numerical,
    "short_answer": _short_answer,
    "gap_fill": _gap_fill,
    "select_words": _select_words,
    "essay": _essay,
    "description": _description,
}
