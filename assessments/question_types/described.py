"""A question in words: what its structure says, and its texts with their names. For editors who compare versions."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.question_types.base import Structure, Words
from assessments.question_types.texts import plain_words

GRADINGS = {
    "relative": gettext_lazy("each neighbour that follows as it should"),
    "all_or_nothing": gettext_lazy("the whole order: everything or nothing"),
    "longest_run": gettext_lazy("the longest unbroken piece in order"),
    "longest_subset": gettext_lazy("the most items in order among themselves"),
}
TEXTS = {
    "case": gettext_lazy("Situation to read first"),
    "stem": gettext_lazy("Question"),
    "text": gettext_lazy("Text with gaps"),
    "unit": gettext_lazy("Unit"),
    "feedback": gettext_lazy("Explanation for everybody"),
    "model_answer": gettext_lazy("A good answer"),
    "rubric": gettext_lazy("How to mark, in words"),
}
# Texts by id; %s is the id.
PARTS = {
    "options": gettext_lazy("Option %s"),
    "rationales": gettext_lazy("Said to whoever chooses %s"),
    "lefts": gettext_lazy("Line %s"),
    "rights": gettext_lazy("Answer %s"),
    "items": gettext_lazy("Item %s"),
    "choices": gettext_lazy("Word %s"),
    "criteria": gettext_lazy("Criterion %s"),
}


def structure_lines(type_name: str, structure: Structure) -> list[str]:
    """Return what a structure says, one fact a line; nothing for types that have none."""
    read = _LINES.get(type_name)
    return list(read(structure)) if read else []


def named_texts(words: Words) -> dict[str, str]:
    """Return every text of words by its name, without markup, in the order in which a learner meets them."""
    words = plain_words(words)
    found = {str(label): str(words[name]) for name, label in TEXTS.items() if words.get(name)}
    for name, label in PARTS.items():
        found |= {str(label) % each: str(text) for each, text in _texts(words.get(name)) if text}
    if words.get("accept"):
        found[_("Accepted answers")] = "; ".join(_accepted(each) for each in words["accept"])
        said = {each["text"]: str(each["feedback"]) for each in words["accept"] if each.get("feedback")}
        found |= {_("Said to whoever answers %s") % answer: text for answer, text in said.items()}
    found |= {_("Hint %s") % number: str(text) for number, text in enumerate(words.get("hints") or [], start=1)}
    for gap, own in _texts(words.get("gaps")):
        if isinstance(own, Mapping):
            found |= {_gap(gap, name): text for name, text in named_texts(own).items()}
    return found


def _texts(value: Any) -> Iterator[tuple[str, Any]]:
    yield from value.items() if isinstance(value, Mapping) else ()


def _gap(gap: str, fact: str) -> str:
    return _("Gap %(gap)s: %(fact)s") % {"gap": gap, "fact": fact}


def _earns(each: Structure) -> list[str]:
    return [] if each.get("credit") is None else [_("earns %(credit)s") % {"credit": each["credit"]}]


def _accepted(each: Structure) -> str:
    return ", ".join([f"“{each['text']}”", *_earns(each)])


def _of_options(structure: Structure) -> Iterator[str]:
    for option in structure["options"]:
        facts = [_("right") if option.get("correct") else _("wrong"), *_earns(option)]
        facts += [_("stays at the end")] if option.get("last") else []
        yield f"{PARTS['options'] % option['id']}: {', '.join(facts)}"


def _of_statement(structure: Structure) -> Iterator[str]:
    yield _("The statement is true.") if structure["answer"] else _("The statement is false.")


def _of_pairs(structure: Structure) -> Iterator[str]:
    used = set()
    for pair in structure["pairs"]:
        used.add(pair["right"])
        yield _("Line %(line)s: answer %(answer)s") % {"line": pair["id"], "answer": pair["right"]}
    for each in structure["rights"]:
        if each not in used:
            yield _("Answer %(answer)s fits no line") % {"answer": each}


def _of_order(structure: Structure) -> Iterator[str]:
    for place, each in enumerate(structure["order"], start=1):
        yield _("Place %(place)s: item %(item)s") % {"place": place, "item": each}
    yield _("Marked by %(rule)s") % {"rule": GRADINGS[structure.get("grading", "relative")]}


def _of_numbers(structure: Structure) -> Iterator[str]:
    for each in [structure, *(structure.get("also") or [])]:
        sign = "\u00a0%" if each.get("relative") else ""
        facts = {"value": each["value"], "tolerance": f"{each.get('tolerance') or 0}{sign}"}
        yield ", ".join([_("%(value)s, give or take %(tolerance)s") % facts, *_earns(each)])
    if structure.get("otherwise"):
        yield _("Any other number earns %(credit)s") % {"credit": structure["otherwise"]}


def _of_accepting(structure: Structure) -> Iterator[str]:
    case, yo = structure.get("ignore_case", True), structure.get("ignore_yo", True)
    yield _("Capitals and small letters are the same") if case else _("Capitals and small letters differ")
    yield _("The letters ё and е are the same") if yo else _("The letters ё and е differ")
    for each in structure.get("accept") or []:
        yield _("Accepted in every language: %(answer)s") % {"answer": _accepted(each)}


def _of_gaps(structure: Structure) -> Iterator[str]:
    for gap in structure["gaps"]:
        yield _gap(gap["id"], _("weight %(weight)s") % {"weight": gap.get("weight", 1)})
        yield from (_gap(gap["id"], fact) for fact in structure_lines(gap["type"], gap))


def _of_words(structure: Structure) -> Iterator[str]:
    for gap in structure["gaps"]:
        offered = gap.get("choices") or structure.get("choices") or []
        facts = {"right": gap["right"], "offered": ", ".join(offered)}
        yield _gap(gap["id"], _("right word %(right)s, offered: %(offered)s") % facts)


def _of_criteria(structure: Structure) -> Iterator[str]:
    for each in structure.get("criteria") or []:
        yield _("Criterion %(criterion)s: points %(points)s") % {"criterion": each["id"], "points": each["points"]}


_LINES: dict[str, Callable[[Structure], Iterator[str]]] = {
    "single_choice": _of_options,
    "multiple_response": _of_options,
    "true_false": _of_statement,
    "matching": _of_pairs,
    "ordering": _of_order,
    "numerical": _of_numbers,
    "short_answer": _of_accepting,
    "gap_fill": _of_gaps,
    "select_words": _of_words,
    "essay": _of_criteria,
}
