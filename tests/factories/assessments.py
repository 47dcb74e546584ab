"""Questions, tests and attempts, made by the services: the same every time."""

from datetime import datetime
from typing import Any

from assessments.models import Attempt, Category, Question, Test
from assessments.services import Answer, create_question, create_test, save_responses, start_attempt, submit_attempt
from people.models import Person

SINGLE = {"options": [{"id": "A", "correct": False}, {"id": "B", "correct": True}, {"id": "C", "correct": False}]}
MULTIPLE = {"options": [{"id": each, "correct": each in "AB"} for each in "ABCD"]}
TRUE_FALSE = {"answer": False}
NUMBER = {"value": "50.8", "tolerance": "0.1"}
STRUCTURES = {
    "single_choice": SINGLE,
    "multiple_response": MULTIPLE,
    "true_false": TRUE_FALSE,
    "numerical": NUMBER,
}
# The types beyond the four of every test made here.
FURTHER = {
    "matching": {
        "pairs": [{"id": "a", "right": "r1"}, {"id": "b", "right": "r2"}, {"id": "c", "right": "r3"}],
        "rights": ["r1", "r2", "r3", "r4"],
    },
    "ordering": {"order": ["a", "b", "c", "d"]},
    "short_answer": {"accept": [{"text": "refugee*"}, {"text": "asylum-seeker", "credit": "0.5"}]},
    "gap_fill": {
        "gaps": [
            {"id": "g1", "type": "single_choice", **SINGLE},
            {"id": "g2", "type": "numerical", "value": "12", "tolerance": "0"},
            {"id": "g3", "type": "short_answer", "accept": [{"text": "health"}]},
        ]
    },
    "select_words": {
        "gaps": [{"id": "g1", "right": "w1"}, {"id": "g2", "right": "w2"}],
        "choices": ["w1", "w2", "w3"],
    },
}
BY_HAND = {"essay": {}, "description": {}}
MARKED = {**STRUCTURES, **FURTHER}
EVERY = {**MARKED, **BY_HAND}
# An answer that earns everything, and one that earns nothing.
RIGHT = {
    "single_choice": "B",
    "multiple_response": ["A", "B"],
    "true_false": False,
    "numerical": "50,8",
    "matching": {"a": "r1", "b": "r2", "c": "r3"},
    "ordering": ["a", "b", "c", "d"],
    "short_answer": "Refugees",
    "gap_fill": {"g1": "B", "g2": "12", "g3": "Health"},
    "select_words": {"g1": "w1", "g2": "w2"},
}
WRONG = {
    "single_choice": "A",
    "multiple_response": ["C", "D"],
    "true_false": True,
    "numerical": "41.27",
    "matching": {"a": "r4", "b": "r1", "c": "r2"},
    "ordering": ["d", "c", "b", "a"],
    "short_answer": "tourist",
    "gap_fill": {"g1": "A", "g2": "11", "g3": "wealth"},
    "select_words": {"g1": "w2", "g2": "w3"},
}
LETTERS = {"en": "Option", "ru": "Вариант", "be": "Варыянт"}


def words_of(structure: dict[str, Any], language: str = "en", stem: str = "What is right?") -> dict[str, Any]:
    """Words for a structure: "Option A", "because A" …"""
    ids = [option["id"] for option in structure.get("options", [])]
    told = ids or (("0", "other") if "value" in structure else ("true", "false"))
    return {
        "stem": f"{stem} ({language})",
        "options": {each: f"{LETTERS[language]} {each}" for each in ids},
        "rationales": {each: f"because {each} ({language})" for each in told},
        "feedback": f"General feedback ({language})",
        "unit": "km" if "value" in structure else "",
        **_words_of_parts(structure, language),
    }


def _words_of_parts(structure: dict[str, Any], language: str) -> dict[str, Any]:
    """Words for structures with several parts, and for accepted answers."""
    word = LETTERS[language]
    gaps = {gap["id"]: gap for gap in structure.get("gaps", [])}
    found = {
        "lefts": {pair["id"]: f"{word} {pair['id']}" for pair in structure.get("pairs", [])},
        "rights": {each: f"{word} {each}" for each in structure.get("rights", [])},
        "items": {each: f"{word} {each}" for each in structure.get("order", [])},
        "choices": {each: f"{word} {each}" for each in structure.get("choices", [])},
        "text": "".join(f"{word} [[{each}]]" for each in gaps) + "." if gaps else "",
        "gaps": {each: words_of(gap, language) for each, gap in gaps.items()},
        "accept": [{"text": "refugee*"}] if "accept" in structure else [],
    }
    return {name: words for name, words in found.items() if words}


def make_category(slug: str = "bank") -> Category:
    """The drawer of that name, made when missing."""
    return Category.objects.get_or_create(slug=slug, defaults={"name": slug.title()})[0]


def make_question(
    type_name: str = "single_choice", *, languages: tuple[str, ...] = ("en",), code: str = "", **fields: Any
) -> Question:
    """Publish a question; the codes count upwards when none is given (Q1, Q2 …)."""
    structure = fields.pop("structure", EVERY[type_name])
    values = {"category": make_category(), "status": Question.Status.PUBLISHED, **fields}
    return create_question(
        code=code or f"Q{Question.objects.count() + 1}",
        type=type_name,
        structure=structure,
        texts=fields.pop("texts", None) or {each: words_of(structure, each) for each in languages},
        **{name: value for name, value in values.items() if name != "texts"},
    )


def make_test(*questions: Question, purpose: str = Test.Purpose.FINAL, code: str = "", **rules: Any) -> Test:
    """Make a test of the questions, unshuffled; without any, of one question of each type."""
    chosen = questions or tuple(make_question(each) for each in STRUCTURES)
    values = {"shuffle_questions": False, "shuffle_options": False, "title_en": "The test", **rules}
    return create_test(code=code or f"T{Test.objects.count() + 1}", purpose=purpose, questions=chosen, **values)


def make_attempt(person: Person, test: Test | None = None, **fields: Any) -> Attempt:
    """Start an attempt of a person of an agency."""
    agency = person.memberships.current().get().agency
    return start_attempt(test=test or make_test(), person=person, agency=agency, **{"language": "en", **fields})


def take_test(test: Test, *responses: Any, person: Person, day: datetime | None = None, **fields: Any) -> Attempt:
    """An attempt with these answers (None for no answer), handed in; `day` says when, if not now."""
    attempt = make_attempt(person, test, **fields)
    answers = [Answer(place, given, 1) for place, given in enumerate(responses, start=1) if given is not None]
    if answers:
        save_responses(attempt=attempt, answers=answers, language=attempt.language)
    handed_in = submit_attempt(attempt=attempt)
    if day is not None:
        Attempt.objects.filter(pk=attempt.pk).update(started_at=day, submitted_at=day)
    return handed_in
