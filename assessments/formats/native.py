"""The academy's own JSON.

A question says what is right either by `structure` (as it is stored) or by `answers` with a fraction each:

    {"type": "single_choice", "stem": "…", "answers": [{"text": "12", "fraction": 1}, {"text": "9", "fraction": 0}]}
    {"type": "true_false", "stem": "…", "answers": [{"text": "true", "fraction": 0}, {"text": "false", "fraction": 1}]}
    {"type": "numerical", "stem": "…", "answers": [{"text": "50.8", "tolerance": "0.1", "fraction": 1}]}
    {"type": "short_answer", "stem": "…", "answers": [{"text": "refugee*", "fraction": 1}]}
    {"type": "matching", "stem": "…", "pairs": [{"stem": "Refugee", "answer": "Fled persecution"}, …]}
    {"type": "ordering", "stem": "…", "order": ["first", "second", "third"]}
    {"type": "essay", "stem": "…"}

A pair with an empty stem is an answer that fits nothing (a distractor). Gap fill (also called cloze) and select words
come with `structure` and `words`.

Answers of choice questions get the ids A, B, C … in their order. A multiple response whose fractions differ or include
a penalty earns the sum of what is chosen; otherwise the fractions only say which are right and the type's own rule
decides. A response names options by text, by id or by their number from 0; a true/false response is true or false; a
number is typed as a person would or given as a number. A matching response says the answer for each stem, as an object
or as a list in the order of the pairs; an ordering response lists the items; a response to a text with gaps says what
stands in each, as an object or as a list in the order of the gaps. A person marks an essay, so its fraction is null.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from string import ascii_uppercase
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from assessments.errors import AnswerError, QuestionError
from assessments.question_types import TYPES

OTHER_NAMES = {"cloze": "gap_fill"}
# What is answered as it was typed, and needs no look for options.
TYPED = {"numerical", "true_false", "short_answer", "essay", "description"}


class NativeQuestion(NamedTuple):
    """What marking needs of a question in the file."""

    type: str
    structure: dict[str, Any]
    texts: dict[str, str]  # of options, by id
    lefts: dict[str, str]  # of what is matched, by id


def read_question(data: Any) -> NativeQuestion:
    """Return the question in a JSON object; raises QuestionError with a sentence when it could not be marked."""
    name = _type_in(data)
    answers = data.get("answers") or []
    if not isinstance(answers, list) or not all(isinstance(each, Mapping) for each in answers):
        raise QuestionError(_("The answers of a question are a list of objects with text and fraction."))
    words = data.get("words") or {}
    if data.get("structure"):
        structure = data["structure"]
        texts, lefts = _texts_of(name, words), words.get("lefts") or {}
    else:
        structure, texts, lefts = _READERS.get(name, _read_answers)(name, data)
    TYPES[name].check_structure(structure)
    completed = TYPES[name].complete(structure, [words] if words else [])
    TYPES[name].check_structure(completed)
    return NativeQuestion(name, dict(completed), texts, lefts)


def read_answer(question: NativeQuestion, answer: Any) -> Any:
    """Return the response in the JSON answer; raises AnswerError when it cannot be read."""
    kind = TYPES[question.type]
    if question.type in TYPED:
        lowered = question.type == "true_false" and isinstance(answer, str)
        return kind.parse(question.structure, answer.lower() if lowered else answer)
    if kind.widget in {"match", "gaps"}:
        return kind.parse(question.structure, _by_part(question, answer))
    several = isinstance(answer, list | tuple)
    ids = [_option_id(question, each) for each in (answer if several else [answer]) if each not in (None, "")]
    return kind.parse(question.structure, ids)


def mark_file(data: Any) -> list[dict[str, Any]]:
    """Mark the responses of a native file: `{"questions": […], "responses": [{"question": 0, "answer": …}]}`.

    `fraction` runs from 0 to 1; it is null for an answer that could not be read, and `reason` says why. Raises
    QuestionError when a question cannot be marked at all.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("questions"), list):
        raise QuestionError(_("The file needs a list called “questions” and a list called “responses”."))
    questions = [read_question(each) for each in data["questions"]]
    places = {str(each["name"]): place for place, each in enumerate(data["questions"]) if each.get("name")}
    return [_marked(questions, places, each) for each in data.get("responses") or []]


def _marked(questions: Sequence[NativeQuestion], places: Mapping[str, int], given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise QuestionError(_("A response is an object with “question” and “answer”."))
    named = given.get("question")
    place = named if isinstance(named, int) and 0 <= named < len(questions) else places.get(str(named))
    if place is None:
        raise QuestionError(_("There is no question “%(name)s” in the file.") % {"name": named})
    question = questions[place]
    try:
        response = read_answer(question, given.get("answer"))
    except AnswerError as error:
        return {"question": named, "fraction": None, "reason": str(error)}
    credit = TYPES[question.type].mark(question.structure, response)
    if credit is None:
        return {"question": named, "fraction": None, "reason": "awaits marking"}
    return {"question": named, "fraction": float(credit.part), "reason": credit.reason}


def _type_in(data: Any) -> str:
    """The type of a question in the file, by the academy's name for it."""
    named = data.get("type") if isinstance(data, Mapping) else data
    name = OTHER_NAMES.get(named, named) if isinstance(named, str) else named
    if not isinstance(name, str) or not isinstance(data, Mapping) or name not in TYPES:
        raise QuestionError(_("There is no question type “%(type)s”.") % {"type": named})
    return name


Read = tuple[dict[str, Any], dict[str, str], dict[str, str]]  # structure, texts of options, texts of what is matched


def _texts_of(name: str, words: Mapping[str, Any]) -> dict[str, str]:
    """The texts of what can be chosen, by id."""
    place = {"matching": "rights", "ordering": "items", "select_words": "choices"}.get(name, "options")
    return words.get(place) or {}


def _read_answers(name: str, data: Mapping[str, Any]) -> Read:
    answers = data.get("answers") or []
    structure = _structure_of(name, answers)
    ids = TYPES[name].option_ids(structure) if structure.get("options") else ()
    return structure, {each: str(answer.get("text", "")) for each, answer in zip(ids, answers, strict=False)}, {}


def _read_accepted(_name: str, data: Mapping[str, Any]) -> Read:
    accept = [
        {"text": str(each.get("text", "")), "credit": str(_fraction(each))}
        for each in data.get("answers") or []
        if _fraction(each) > 0
    ]
    rules = {rule: data[rule] for rule in ("ignore_case", "ignore_yo") if rule in data}
    return {**rules, "accept": accept}, {}, {}


def _read_pairs(_name: str, data: Mapping[str, Any]) -> Read:
    pairs = data.get("pairs") or []
    if not isinstance(pairs, list) or not all(isinstance(each, Mapping) for each in pairs):
        raise QuestionError(_("The pairs of a question are a list of objects with stem and answer."))
    answers = list(dict.fromkeys(str(each.get("answer", "")) for each in pairs))
    ids = {answer: f"r{number}" for number, answer in enumerate(answers, start=1)}
    stems = [each for each in pairs if str(each.get("stem") or "").strip()]
    lefts = {f"p{number}": str(each["stem"]) for number, each in enumerate(stems, start=1)}
    right = [{"id": left, "right": ids[str(each["answer"])]} for left, each in zip(lefts, stems, strict=True)]
    return {"pairs": right, "rights": list(ids.values())}, {ids[each]: each for each in answers}, lefts


def _read_order(_name: str, data: Mapping[str, Any]) -> Read:
    order = data.get("order") or []
    if not isinstance(order, list):
        raise QuestionError(_("The order of a question is a list of texts."))
    texts = {f"i{number}": str(each) for number, each in enumerate(order, start=1)}
    grading = {"grading": data["grading"]} if "grading" in data else {}
    return {"order": list(texts), **grading}, texts, {}


def _read_nothing(_name: str, _data: Mapping[str, Any]) -> Read:
    return {}, {}, {}


_READERS = {
    "short_answer": _read_accepted,
    "matching": _read_pairs,
    "ordering": _read_order,
    "gap_fill": _read_nothing,
    "select_words": _read_nothing,
    "essay": _read_nothing,
    "description": _read_nothing,
}


def _by_part(question: NativeQuestion, answer: Any) -> Any:
    """What is given for each part, by id; parts and answers may be named by their text, and parts by their place."""
    parts = [each["id"] for each in question.structure.get("pairs") or question.structure.get("gaps") or []]
    if isinstance(answer, list | tuple):
        answer = dict(zip(parts, answer, strict=False))
    if not isinstance(answer, Mapping):
        return answer
    names = {text: each for each, text in question.lefts.items()}
    given = {str(part): value for part, value in answer.items() if value not in (None, "")}
    return {
        names.get(part, part): str(value) if question.type == "gap_fill" else _option_id(question, value)
        for part, value in given.items()
    }


def _structure_of(name: str, answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The stored shape of answers with fractions."""
    if name == "true_false":
        right = {str(each.get("text", "")).strip().lower() for each in answers if _fraction(each) > 0}
        return {"answer": right == {"true"}} if right in ({"true"}, {"false"}) else {}
    if name == "numerical":
        return _numbers(answers)
    return {"options": _options(name, answers)}


def _numbers(answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Accepted values, the one that earns most first."""
    accepted = [
        {"value": each.get("text"), "tolerance": each.get("tolerance") or 0, "credit": str(_fraction(each))}
        for each in sorted(answers, key=_fraction, reverse=True)
        if _fraction(each) > 0
    ]
    return {**accepted[0], "also": accepted[1:]} if accepted else {}


def _options(name: str, answers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Options with what they earn. Fractions that only say which are right leave the earning to the type's own rule."""
    fractions = [_fraction(each) for each in answers]
    right = {each for each in fractions if each > 0}
    if name == "single_choice":
        best = max(right, default=None)
        weighted, is_right = len(right) > 1, [each == best for each in fractions]
    else:
        weighted, is_right = len(right) > 1 or min(fractions, default=0) < 0, [each > 0 for each in fractions]
    return [
        {"id": each, "correct": correct, **({"credit": str(fraction)} if weighted else {})}
        for each, correct, fraction in zip(ascii_uppercase, is_right, fractions, strict=False)
    ]


def _fraction(answer: Mapping[str, Any]) -> Fraction:
    try:
        return Fraction(str(answer.get("fraction", 0)))
    except (ValueError, ZeroDivisionError) as error:
        raise QuestionError(_("The fraction of an answer must be a number.")) from error


def _option_id(question: NativeQuestion, answer: Any) -> str:
    """The id of an option named by its text, its id or its number from 0."""
    ids = TYPES[question.type].option_ids(question.structure)
    by_text = {text: each for each, text in question.texts.items()}
    if isinstance(answer, int) and not isinstance(answer, bool) and 0 <= answer < len(ids):
        return ids[answer]
    return by_text.get(str(answer), str(answer))
