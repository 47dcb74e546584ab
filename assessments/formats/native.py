"""The academy's own JSON.

A question says what is right either by `structure` (as it is stored) or by `answers` with a fraction each:

    {"type": "single_choice", "stem": "…", "answers": [{"text": "12", "fraction": 1}, {"text": "9", "fraction": 0}]}
    {"type": "true_false", "stem": "…", "answers": [{"text": "true", "fraction": 0}, {"text": "false", "fraction": 1}]}
    {"type": "numerical", "stem": "…", "answers": [{"text": "50.8", "tolerance": "0.1", "fraction": 1}]}

Answers of choice questions get the ids A, B, C … in their order. A multiple response whose fractions differ or include
a penalty earns the sum of what is chosen; otherwise the fractions only say which are right and the type's own rule
decides. A response names options by text, by id or by their number from 0; a true/false response is true or false; a
number is typed as a person would or given as a number.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from string import ascii_uppercase
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from assessments.errors import AnswerError, QuestionError
from assessments.question_types import TYPES


class NativeQuestion(NamedTuple):
    """What marking needs of a question in the file."""

    type: str
    structure: dict[str, Any]
    texts: dict[str, str]  # of options, by id


def read_question(data: Any) -> NativeQuestion:
    """Return the question in a JSON object; raises QuestionError with a sentence when it could not be marked."""
    if not isinstance(data, Mapping) or data.get("type") not in TYPES:
        named = data.get("type") if isinstance(data, Mapping) else data
        raise QuestionError(_("There is no question type “%(type)s”.") % {"type": named})
    name, answers = str(data["type"]), data.get("answers") or []
    if not isinstance(answers, list) or not all(isinstance(each, Mapping) for each in answers):
        raise QuestionError(_("The answers of a question are a list of objects with text and fraction."))
    structure = data.get("structure") or _structure_of(name, answers)
    TYPES[name].check_structure(structure)
    words = data.get("words") or {}
    ids = TYPES[name].option_ids(structure)
    texts = words.get("options") or {
        each: str(answer.get("text", "")) for each, answer in zip(ids, answers, strict=False)
    }
    return NativeQuestion(name, dict(structure), texts)


def read_answer(question: NativeQuestion, answer: Any) -> Any:
    """Return the response in the JSON answer; raises AnswerError when it cannot be read."""
    kind = TYPES[question.type]
    if kind.widget == "number" or question.type == "true_false":
        return kind.parse(question.structure, answer.lower() if isinstance(answer, str) else answer)
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
    return {"question": named, "fraction": float(credit.part), "reason": credit.reason}


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
