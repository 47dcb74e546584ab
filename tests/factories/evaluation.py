"""Evaluations for tests, made by the services: a form of four questions, and people who were asked."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from people.models import Person
from tests.factories.people import make_agency, make_person
from tests.factories.workshops import register
from workshops.models import EvaluationForm, EvaluationInvitation, Wave, Workshop
from workshops.services import Given, answer_evaluation, save_evaluation_form
from workshops.surveys import wave_days


def words(text: str) -> dict[str, str]:
    """The same in three languages, each to be told apart."""
    return {language: f"{text} {language}" for language in ("en", "ru", "be")}


QUESTIONS: list[dict[str, Any]] = [
    {
        "code": "E1",
        "kind": "scale",
        "text": words("Clear?"),
        "options": [
            {"code": "1", **words("never")},
            {"code": "5", **words("always")},
            {"code": "na", **words("does not apply")},
        ],
    },
    {
        "code": "E2",
        "kind": "choice",
        "text": words("Which?"),
        "options": [{"code": "one", **words("one")}, {"code": "two", **words("two")}],
    },
    {
        "code": "E3",
        "kind": "several",
        "text": words("What?"),
        "options": [{"code": "law", **words("law")}, {"code": "money", **words("money")}],
    },
    {"code": "E4", "kind": "open", "text": words("Why?")},
]


def make_form(kind: str = "end", code: str = "", **fields: Any) -> EvaluationForm:
    """The current form of a kind, with a question of each kind."""
    values = {"title": words("Form"), "questions": QUESTIONS, **fields}
    return save_evaluation_form(code=code or f"F-{kind}", kind=kind, **values)


def make_wave(workshop: Workshop, kind: str = "end", opens_on: date | None = None) -> Wave:
    """A wave of a workshop, whether or not it has planned one: open as the rule says, or from a day on."""
    opens, closes = wave_days(kind, workshop.ends_on)
    if opens_on is not None:
        opens, closes = opens_on, opens_on + timedelta(days=21)
    form = EvaluationForm.objects.filter(kind=kind, current=True).first() or make_form(kind)
    values = {"form": form, "opens_on": opens, "closes_on": closes}
    return Wave.objects.update_or_create(workshop=workshop, kind=kind, defaults=values)[0]


def ask(wave: Wave, person: Person | None = None, kind: str = "ngo") -> EvaluationInvitation:
    """Ask a person (a new one, of an agency of a kind) in a wave."""
    if person is None:
        person = make_person(agency=make_agency(kind=kind))
    registration = wave.workshop.registrations.filter(person=person).first() or register(wave.workshop, person)
    return EvaluationInvitation.objects.create(wave=wave, registration=registration)


def answer(invitation: EvaluationInvitation, **said: Any) -> None:
    """Answer: `answer(invitation, E1=4, E2="one", E3=["law"], E4="Because")`; "na" for a scale."""
    questions = {question.code: question for question in invitation.wave.form.questions.all()}
    answers = {questions[code]: _given(questions[code].kind, value) for code, value in said.items()}
    answer_evaluation(invitation=invitation, answers=answers)


def answer_many(wave: Wave, *people: Mapping[str, Any], kind: str = "ngo") -> None:
    """Ask so many people of one kind of agency, then let each of them answer."""
    for invitation, said in [(ask(wave, kind=kind), said) for said in people]:
        answer(invitation, **said)


def _given(kind: str, value: Any) -> Given:
    if kind == "open":
        return Given(text=value)
    if isinstance(value, int):
        return Given(number=value)
    return Given(codes=tuple(value) if isinstance(value, list) else (value,))
