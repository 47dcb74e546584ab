"""From a question as formats speak of it to what the bank keeps: structure, and words of one language.

Parts get ids by their places: options A, B, C …, lines p1, p2 …, what belongs to them r1 …, items i1 …, words w1 … – so
the same question in another language gets the same structure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from string import ascii_uppercase
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from assessments.errors import QuestionError
from assessments.formats.item import Answer, Item, Text, TextFormat
from assessments.question_types import TYPES

Structure = dict[str, Any]
FULL = Fraction(1)


@dataclass(frozen=True)
class BankQuestion:
    """A question as the bank keeps it, with where it is filed. `words` are by language.

    `code` and `objective` are those of another bank of this academy; `review_on` is a day as YYYY-MM-DD or empty.
    """

    type: str
    structure: Structure
    words: Mapping[str, dict[str, Any]]
    name: str = ""
    code: str = ""
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    objective: str = ""
    source: str = ""
    unverified: bool = False
    review_on: str = ""
    line: int = 1
    warnings: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)


class Wording:
    """Collects the words of a language and the formats of those that are not plain."""

    def __init__(self) -> None:
        self._words: dict[str, Any] = {}
        self._formats: dict[str, str] = {}

    def put(self, text: Text, *path: str) -> None:
        """Note a text under its path; none is noted for an empty one."""
        if text:
            self.set(text.text, *path)
            self.note(text, *path)

    def set(self, value: Any, *path: str) -> None:
        """Note a value under its path; the formats of a list are noted beside it."""
        place = self._words
        for each in path[:-1]:
            place = place.setdefault(each, {})
        place[path[-1]] = value

    def note(self, text: Text, *path: str) -> None:
        """Note the format of a text that stands in a list."""
        if text and text.format != TextFormat.PLAIN:
            self._formats[".".join(path)] = text.format.value

    def finished(self) -> dict[str, Any]:
        """Return the words."""
        return {**self._words, **({"formats": self._formats} if self._formats else {})}


def instruction(language: str) -> str:
    """Return what is asked where a file has only a text with gaps."""
    with override(language):
        return _("Fill in the gaps in the text.")


def parts_of(item: Item, language: str) -> tuple[Structure, dict[str, Any]]:
    """Return structure and words of an item; raises QuestionError for a type that there is not.

    `language` counts where the item names none.
    """
    if item.type not in TYPES:
        raise QuestionError(_("There is no question type “%(type)s”.") % {"type": item.type})
    wording = Wording()
    structure = _STRUCTURES[item.type](item, wording, ())
    _put_common(item, wording, item.language or language)
    return structure, wording.finished()


def banked(item: Item, language: str) -> BankQuestion:
    """Return what the bank keeps of an item; raises QuestionError with a sentence when it could not be asked or marked.

    `language` counts where the item names none.
    """
    structure, words = parts_of(item, language)
    TYPES[item.type].check_structure(structure)
    TYPES[item.type].check_words(structure, words)
    return BankQuestion(
        type=item.type,
        structure=structure,
        words={item.language or language: words},
        name=item.name,
        code=item.identifier,
        category=item.category,
        tags=item.tags,
        line=item.line,
        warnings=(*item.warnings, *_out_of_reach(item)),
        files=item.files,
    )


def _put_common(item: Item, wording: Wording, language: str) -> None:
    gapped = bool(item.gaps)
    wording.put(item.stem or (Text(instruction(language)) if gapped else item.stem), "stem")
    wording.put(item.case, "case")
    wording.put(item.text, "text")
    wording.put(item.general_feedback, "feedback")
    wording.put(Text(item.unit), "unit")
    hints = [each for each in item.hints if each]
    if hints:
        wording.set([each.text for each in hints], "hints")
        for place, each in enumerate(hints):
            wording.note(each, "hints", str(place))


def _out_of_reach(item: Item) -> tuple[str, ...]:
    """A sentence when the answers of a multiple response earn less than everything together."""
    reachable = sum((each.fraction for each in item.answers if each.fraction > 0), Fraction(0))
    if item.type != "multiple_response" or not 0 < reachable < FULL:
        return ()
    return (_("All right answers together earn %(percent)s %% only.") % {"percent": _percent(reachable)},)


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.4g}"


def _single(item: Item, wording: Wording, path: tuple[str, ...]) -> Structure:
    return {"options": _options(item.answers, wording, path, several=False, keep_order=not item.shuffled)}


def _multiple(item: Item, wording: Wording, path: tuple[str, ...]) -> Structure:
    return {"options": _options(item.answers, wording, path, several=True, keep_order=not item.shuffled)}


def _options(
    answers: tuple[Answer, ...], wording: Wording, path: tuple[str, ...], *, several: bool, keep_order: bool
) -> list[Structure]:
    """Options with their texts noted. What they earn is said only where the type's own rule says something else."""
    if len(answers) > len(ascii_uppercase):
        raise QuestionError(_("A question to choose from needs 2 to 26 options."))
    fractions = [each.fraction for each in answers]
    right = _right_of_several(fractions) if several else _right_of_one(fractions)
    usual = _usual(right) if several else [Fraction(each) for each in right]
    for letter, each in zip(ascii_uppercase, answers, strict=False):
        wording.put(each.text, *path, "options", letter)
        wording.put(each.feedback, *path, "rationales", letter)
    return [
        {
            "id": letter,
            "correct": correct,
            **({"credit": str(answer.fraction)} if fractions != usual else {}),
            **({"last": True} if answer.last or keep_order else {}),
        }
        for letter, answer, correct in zip(ascii_uppercase, answers, right, strict=False)
    ]


def _right_of_one(fractions: list[Fraction]) -> list[bool]:
    """The first of those that earn everything is the right one."""
    if any(each > 0 for each in fractions) and FULL not in fractions:
        raise QuestionError(_("No option earns everything, so nobody could have the full mark."))
    first = fractions.index(FULL) if FULL in fractions else None
    return [place == first for place in range(len(fractions))]


def _right_of_several(fractions: list[Fraction]) -> list[bool]:
    return [each > 0 for each in fractions]


def _usual(right: list[bool]) -> list[Fraction]:
    """What each option earns by the type's own rule: right ones share everything, wrong ones take off as much."""
    hits = sum(right)
    misses = len(right) - hits
    return [Fraction(1, hits) if each else Fraction(-1, misses) for each in right]


def _true_false(item: Item, wording: Wording, path: tuple[str, ...]) -> Structure:
    right = {each.text.text.strip().lower() for each in item.answers if each.fraction > 0}
    for each in item.answers:
        wording.put(each.feedback, *path, "rationales", each.text.text.strip().lower())
    return {"answer": right == {"true"}} if right in ({"true"}, {"false"}) else {}


def _numerical(item: Item, wording: Wording, path: tuple[str, ...]) -> Structure:
    return _numbers(item.answers, wording, path)


def _numbers(answers: tuple[Answer, ...], wording: Wording, path: tuple[str, ...]) -> Structure:
    """Accepted values, the one that earns most first, and what any other number earns."""
    values = sorted((each for each in answers if each.text.text != "*"), key=lambda each: -each.fraction)
    other = next((each for each in answers if each.text.text == "*"), None)
    if not values or values[0].fraction < FULL:
        raise QuestionError(_("No accepted number earns everything."))
    for place, each in enumerate(values):
        wording.put(each.feedback, *path, "rationales", str(place))
    accepted = [_accepted_number(each, main=place == 0) for place, each in enumerate(values)]
    structure = {**accepted[0], **({"also": accepted[1:]} if accepted[1:] else {})}
    if other is not None:
        wording.put(other.feedback, *path, "rationales", "other")
        if other.fraction > 0:
            structure["otherwise"] = str(other.fraction)
    return structure


def _accepted_number(answer: Answer, *, main: bool) -> Structure:
    return {
        "value": answer.text.text,
        "tolerance": answer.tolerance or "0",
        **({"relative": True} if answer.relative else {}),
        **({} if main else {"credit": str(max(answer.fraction, Fraction(0)))}),
    }


def _short_answer(item: Item, wording: Wording, path: tuple[str, ...]) -> Structure:
    return {
        **_accepted_texts(item.answers, wording, path, case_sensitive=item.case_sensitive),
        **({"ignore_yo": False} if item.yo_sensitive else {}),
    }


def _accepted_texts(
    answers: tuple[Answer, ...], wording: Wording, path: tuple[str, ...], *, case_sensitive: bool
) -> Structure:
    accept = [
        {
            "text": each.text.text,
            **({"credit": str(max(each.fraction, Fraction(0)))} if each.fraction != FULL else {}),
            **({"feedback": each.feedback.text} if each.feedback else {}),
        }
        for each in answers
    ]
    wording.set(accept, *path, "accept")
    for place, each in enumerate(answers):
        wording.note(each.feedback, *path, "accept", str(place), "feedback")
    return {"ignore_case": False} if case_sensitive else {}


def _matching(item: Item, wording: Wording, path: tuple[str, ...]) -> Structure:
    answers = list(dict.fromkeys(each.answer for each in item.pairs))
    ids = {answer: f"r{number}" for number, answer in enumerate(answers, start=1)}
    lines = [each for each in item.pairs if each.stem]
    for number, each in enumerate(lines, start=1):
        wording.put(each.stem, *path, "lefts", f"p{number}")
    for answer, right in ids.items():
        wording.put(answer, *path, "rights", right)
    return {
        "pairs": [{"id": f"p{number}", "right": ids[each.answer]} for number, each in enumerate(lines, start=1)],
        "rights": list(ids.values()),
    }


def _ordering(item: Item, wording: Wording, path: tuple[str, ...]) -> Structure:
    ids = [f"i{number}" for number in range(1, len(item.order) + 1)]
    for each, text in zip(ids, item.order, strict=True):
        wording.put(text, *path, "items", each)
    return {"order": ids, **({"grading": item.grading} if item.grading != "relative" else {})}


def _gap_fill(item: Item, wording: Wording, _path: tuple[str, ...]) -> Structure:
    return {"gaps": [_gap(item, place, wording) for place in range(len(item.gaps))]}


def _gap(item: Item, place: int, wording: Wording) -> Structure:
    gap = item.gaps[place]
    path = ("gaps", gap.id)
    head = {"id": gap.id, "type": gap.type, **({"weight": gap.weight} if gap.weight != 1 else {})}
    if gap.type == "single_choice":
        return {**head, "options": _options(gap.answers, wording, path, several=False, keep_order=False)}
    if gap.type == "short_answer":
        return {**head, **_accepted_texts(gap.answers, wording, path, case_sensitive=gap.case_sensitive)}
    if gap.type == "numerical":
        return {**head, **_numbers(gap.answers, wording, path)}
    return head


def _select_words(item: Item, wording: Wording, _path: tuple[str, ...]) -> Structure:
    ids = [f"w{number}" for number in range(1, len(item.words) + 1)]
    for each, text in zip(ids, item.words, strict=True):
        wording.put(text, "choices", each)
    everything = tuple(range(len(ids)))
    gaps = [
        {
            "id": gap.id,
            "right": ids[gap.right],
            **({"choices": [ids[place] for place in gap.offered]} if gap.offered not in {(), everything} else {}),
        }
        for gap in item.gaps
    ]
    return {"gaps": gaps, "choices": ids}


def _essay(item: Item, wording: Wording, _path: tuple[str, ...]) -> Structure:
    wording.put(item.rubric, "rubric")
    wording.put(item.model_answer, "model_answer")
    criteria = [{"id": f"c{number}", "points": each.points} for number, each in enumerate(item.criteria, start=1)]
    for number, each in enumerate(item.criteria, start=1):
        wording.put(each.text, "criteria", f"c{number}")
    return {"criteria": criteria} if criteria else {}


def _description(_item: Item, _wording: Wording, _path: tuple[str, ...]) -> Structure:
    return {}


_STRUCTURES: dict[str, Callable[[Item, Wording, tuple[str, ...]], Structure]] = {
    "single_choice": _single,
    "multiple_response": _multiple,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "numerical": _numerical,
    "short_answer": _short_answer,
    "gap_fill": _gap_fill,
    "select_words": _select_words,
    "essay": _essay,
    "description": _description,
}
