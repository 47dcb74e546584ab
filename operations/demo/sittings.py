"""Tests taken in the past, written in bulk.

No service expresses that: each takes one answer or one attempt of one person at the moment, and the demonstration has
hundreds of sittings of twelve questions. Questions, their orders, marks and outcomes come from the pure functions that
the services use; what follows from a test that was passed is again left to the services.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from assessments.marking import has_passed, total
from assessments.models import Attempt, AttemptItem, Question, QuestionText, QuestionVersion, Test, TestItem
from assessments.question_types import TYPES
from assessments.question_types.base import shuffled
from assessments.services import rules_of
from operations.demo.knowledge import responses
from people.models import Agency, Person

QUESTION_MARK = 100  # hundredths that a question of these tests counts


@dataclass(frozen=True)
class Sitting:
    """Somebody took a test: when, how long, for the how manieth time, and how well prepared (0: half of it known)."""

    person: Person
    agency: Agency
    started_at: datetime
    minutes: int
    ability: float
    number: int = 1
    form: str = ""
    phase: str = ""
    occasion: str = ""


def write_sittings(random: Random, test: Test, sittings: Iterable[Sitting]) -> list[Attempt]:
    """Write handed-in and marked attempts at one test, with every answer. Returns them in the order of the sittings."""
    sittings = list(sittings)
    versions = {form: _versions(test, form) for form in {each.form for each in sittings}}
    answers = [_answers(random, versions[each.form], each.ability) for each in sittings]
    rules = {form: rules_of(test, test.sections.filter(form=form)) for form in versions}
    attempts = Attempt.objects.bulk_create(
        [_attempt(test, each, given, rules[each.form]) for each, given in zip(sittings, answers, strict=True)]
    )
    texts = {
        language: QuestionText.objects.shown({each.pk for asked in versions.values() for each in asked}, language)
        for language in {each.language for each in attempts}
    }
    AttemptItem.objects.bulk_create(
        [
            item
            for attempt, given in zip(attempts, answers, strict=True)
            for item in _items(test, attempt, given, texts[attempt.language])
        ],
        batch_size=500,
    )
    return attempts


@dataclass(frozen=True)
class _Answer:
    version: QuestionVersion
    response: Any
    mark: int
    reason: str


def _versions(test: Test, form: str) -> list[QuestionVersion]:
    """The questions of a form in the editor's order."""
    places = dict(
        TestItem.objects.filter(
            section__test=test, section__form=form, question__in=Question.objects.drawable().values("pk")
        ).values_list("question", "position")
    )
    newest = QuestionVersion.objects.newest().filter(question__in=places).select_related("question")
    return sorted(newest, key=lambda version: places[version.question_id])


def _answers(random: Random, versions: Sequence[QuestionVersion], ability: float) -> list[_Answer]:
    # The items of a test behave alike in both forms, whatever order they stand in.
    by_code = sorted(versions, key=lambda version: version.question.code)
    given = responses(random, [(each.question.type, each.structure) for each in by_code], ability)
    found = {}
    for version, response in zip(by_code, given, strict=True):
        credit = TYPES[version.question.type].mark(version.structure, response)
        if credit is None:
            raise ValueError(f"{version.question.code} is marked by hand.")
        found[version.pk] = _Answer(version, response, credit.hundredths_of(QUESTION_MARK), credit.reason[:200])
    return [found[version.pk] for version in versions]


def _attempt(test: Test, sitting: Sitting, answers: Sequence[_Answer], rules: dict[str, Any]) -> Attempt:
    handed_in = sitting.started_at + timedelta(minutes=sitting.minutes)
    mark, max_mark = total(answer.mark for answer in answers), QUESTION_MARK * len(answers)
    passed = has_passed(mark, max_mark, test.pass_mark)
    limit = test.time_limit_minutes
    return Attempt(
        test=test,
        person=sitting.person,
        agency=sitting.agency,
        number=sitting.number,
        form=sitting.form,
        phase=sitting.phase,
        occasion=sitting.occasion,
        rules=rules,
        language=sitting.person.language,
        pass_mark=test.pass_mark,
        started_at=sitting.started_at,
        deadline_at=sitting.started_at + timedelta(minutes=limit) if limit else None,
        submitted_at=handed_in,
        outcome=Attempt.Outcome.PASSED if passed else Attempt.Outcome.FAILED,
        passed_at=handed_in if passed else None,
        mark=mark,
        max_mark=max_mark,
    )


def _items(
    test: Test, attempt: Attempt, answers: Sequence[_Answer], texts: dict[int, QuestionText]
) -> list[AttemptItem]:
    by_code = {answer.version.question.code: answer for answer in answers}
    codes = shuffled(list(by_code), f"{attempt.pk}") if test.shuffle_questions else list(by_code)
    pace = (attempt.submitted_at - attempt.started_at) / (len(codes) + 1) if attempt.submitted_at else timedelta()
    return [
        AttemptItem(
            attempt=attempt,
            position=position,
            version=by_code[code].version,
            option_order=_option_order(test, attempt, by_code[code].version),
            max_mark=QUESTION_MARK,
            response=by_code[code].response,
            response_text=texts[by_code[code].version.pk],
            answered_at=attempt.started_at + position * pace,
            counter=1,
            mark=by_code[code].mark,
            mark_reason=by_code[code].reason,
        )
        for position, code in enumerate(codes, start=1)
    ]


def _option_order(test: Test, attempt: Attempt, version: QuestionVersion) -> list[str]:
    kind = TYPES[version.question.type]
    if not test.shuffle_options:
        return list(kind.option_ids(version.structure))
    return kind.shuffled(version.structure, f"{attempt.pk}/{version.question.code}")
