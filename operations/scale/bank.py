"""Tests before and after workshops, in two forms, with the questions that they ask."""

from dataclasses import dataclass

from operations.scale import rows
from operations.scale.people import YEARS
from operations.scale.shape import PREFIX, Rows, Shape, at

# The same test serves so many workshops, one after the other.
SERVES = 100
QUESTIONS, OBJECTIVES = 10, 5
LETTERS = ("A", "B", "C", "D")
FORMS = ("A", "B")


@dataclass(frozen=True)
class Asked:
    """A question of a test: keys of its version and of its words. The right answer is always the first."""

    version: int
    text: int


@dataclass(frozen=True)
class Paper:
    """A test with the questions of each of its forms."""

    test: int
    forms: dict[str, list[Asked]]


def load(shape: Shape, papers: list[Paper]) -> Rows:
    """The tests that all workshops need, in their order; `papers` is filled with them."""
    category = shape.key(rows.Category)
    yield rows.Category(category, PREFIX.lower(), "Questions to measure with", f"{PREFIX.lower()}/")
    objectives = [shape.key(rows.Objective) for _number in range(OBJECTIVES)]
    for number, objective in enumerate(objectives, start=1):
        yield rows.Objective(objective, f"{PREFIX}-O{number}", f"Objective {number}")
    for number in range(1, -(-shape.size.workshops // SERVES) + 1):
        paper = Paper(shape.key(rows.Test), {form: [] for form in FORMS})
        papers.append(paper)
        yield rows.Test(paper.test, f"{PREFIX}-T{number}", f"Test before and after {number}", "pre_post")
        for form in FORMS:
            yield from _form(shape, paper, form, category, objectives)


def _form(shape: Shape, paper: Paper, form: str, category: int, objectives: list[int]) -> Rows:
    made = at(shape.today.replace(year=shape.today.year - YEARS - 1, day=1), 9)
    section = shape.key(rows.Section)
    yield rows.Section(section, paper.test, form, 1)
    for place in range(QUESTIONS):
        question, version = shape.key(rows.Question), shape.key(rows.QuestionVersion)
        text, code = shape.key(rows.QuestionText), f"{PREFIX}-Q{question}"
        yield rows.Question(question, code, category, "single_choice", objectives[place % OBJECTIVES], "published")
        structure = {"options": [{"id": each, "correct": each == LETTERS[0]} for each in LETTERS]}
        yield rows.QuestionVersion(version, question, 1, structure, made)
        words = {"stem": f"Question {code}?", "options": {each: f"Answer {each}" for each in LETTERS}}
        yield rows.QuestionText(text, version, "en", words, "reviewed", made)
        yield rows.TestItem(shape.key(rows.TestItem), section, question, place + 1)
        paper.forms[form].append(Asked(version, text))
