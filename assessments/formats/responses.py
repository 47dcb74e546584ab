"""Marking the responses of a file in the academy's own JSON.

    {"questions": […], "responses": [{"question": 0, "answer": …}, …]}

A response names its question by place or by name. It names options by text, by id or by their number from 0; a
true/false response is true or false; a number is typed as a person would or given as a number. A matching response says
the answer for each stem, as an object or as a list in the order of the pairs; an ordering response lists the items; a
response to a text with gaps says what stands in each, as an object or as a list in the order of the gaps. A person
marks an essay, so its fraction is null.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from assessments.errors import AnswerError, QuestionError
from assessments.formats.native import simple_item, type_in
from assessments.formats.to_bank import parts_of
from assessments.question_types import TYPES

# What is answered as it was typed, and needs no look for options.
TYPED = {"numerical", "true_false", "short_answer", "essay", "description"}
PLACES = {"matching": "rights", "ordering": "items", "select_words": "choices"}


class AskedQuestion(NamedTuple):
    """What marking needs of a question in the file."""

    type: str
    structure: dict[str, Any]
    texts: dict[str, str]  # of options, by id
    lefts: dict[str, str]  # of what is matched, by id


def read_question(data: Any) -> AskedQuestion:
    """Return the question in a JSON object; raises QuestionError with a sentence when it could not be marked."""
    name = type_in(data)
    if data.get("structure"):
        structure = data["structure"]
        texts = list((data.get("texts") or {"": data.get("words") or {}}).values())
    else:
        structure, words = parts_of(simple_item(data, name), "en")
        texts = [words]
    TYPES[name].check_structure(structure)
    completed = TYPES[name].complete(structure, texts)
    TYPES[name].check_structure(completed)
    return AskedQuestion(name, dict(completed), _by_id(texts, PLACES.get(name, "options")), _by_id(texts, "lefts"))


def read_answer(question: AskedQuestion, answer: Any) -> Any:
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
    """Mark the responses of a file, see above.

    `fraction` runs from 0 to 1; it is null for an answer that could not be read, and `reason` says why. Raises
    QuestionError when a question cannot be marked at all.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("questions"), list):
        raise QuestionError(_("The file needs a list called “questions” and a list called “responses”."))
    questions = [read_question(each) for each in data["questions"]]
    places = {str(each["name"]): place for place, each in enumerate(data["questions"]) if each.get("name")}
    return [_marked(questions, places, each) for each in data.get("responses") or []]


def _by_id(texts: Sequence[Mapping[str, Any]], place: str) -> dict[str, str]:
    """The texts of parts by id, of the first language that has them."""
    found: dict[str, str] = {}
    for words in texts:
        found = {**(words.get(place) or {}), **found}
    return found


def _marked(questions: Sequence[AskedQuestion], places: Mapping[str, int], given: Any) -> dict[str, Any]:
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


def _by_part(question: AskedQuestion, answer: Any) -> Any:
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


def _option_id(question: AskedQuestion, answer: Any) -> str:
    """The id of an option named by its text, its id or its number from 0."""
    ids = TYPES[question.type].option_ids(question.structure)
    by_text = {text: each for each, text in question.texts.items()}
    if isinstance(answer, int) and not isinstance(answer, bool) and 0 <= answer < len(ids):
        return ids[answer]
    return by_text.get(str(answer), str(answer))
