"""Questions that measure badly, over all tests, for the desks of editors and managers."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Test
from assessments.services import add_version, void_version
from reports.queries.stumbling import bad_questions, piles_of_questions
from tests.factories.assessments import SINGLE, make_question, make_test, take_test, words_of
from tests.factories.people import make_agency, make_person

pytestmark = pytest.mark.django_db

# Answers of ten people to four questions; B is right. The second tells the wrong ones from the right ones the wrong way
# round, nobody knows the third, everybody the fourth.
TEN = ["BAAB", "BAAB", "BAAB", "BAAB", "BAAB", "ABAB", "ABAB", "ABAB", "ABAB", "ABAB"]


def taken(code: str = "T", answers: list[str] = TEN, **rules: object) -> Test:
    test = make_test(*(make_question(code=f"{code}{number}") for number in (1, 2, 3, 4)), code=code, **rules)
    agency = make_agency()
    for line in answers:
        take_test(test, *line, person=make_person(agency=agency))
    return test


def found() -> list[tuple[str, str, str]]:
    return [(each.code, each.test, each.found.code if each.found else "void") for each in bad_questions()]


def test_the_worst_come_first() -> None:
    taken()

    # Of the first two each is right where the other is wrong, so both go against the rest.
    assert found() == [
        ("T1", "T", "negative_discrimination"),
        ("T2", "T", "negative_discrimination"),
        ("T3", "T", "too_hard"),
        ("T4", "T", "too_easy"),
    ]


@pytest.mark.parametrize(
    ("answers", "rules"),
    [
        (TEN[:9], {}),  # too few attempts for a finding
        (TEN, {"purpose": Test.Purpose.PRACTICE}),
    ],
)
def test_few_answers_and_practice_say_nothing(answers: list[str], rules: dict[str, object]) -> None:
    taken(answers=answers, **rules)

    assert found() == []


def test_a_year_later_it_is_forgotten() -> None:
    test = taken()

    day = timezone.now() - timedelta(days=366)
    test.attempts.update(started_at=day, submitted_at=day)

    assert found() == []


def test_a_new_version_begins_anew_and_a_void_one_asks_for_it(roles: SimpleNamespace) -> None:
    test = taken()
    questions = {each.code: each for each in (item.question for item in test.sections.get().items.all())}

    add_version(question=questions["T1"], structure=SINGLE, texts={"en": words_of(SINGLE)}, created_by=roles.editor)
    questions["T3"].status = "retired"
    questions["T3"].save()
    void_version(version=questions["T4"].versions.get(), reason="Both are right.", actor=roles.editor)

    assert found() == [("T4", "", "void"), ("T2", "T", "negative_discrimination")]


def test_editors_are_led_to_the_question_and_managers_to_the_report(roles: SimpleNamespace) -> None:
    test = taken()
    question = test.sections.get().items.first().question

    [of_editor], [of_manager] = piles_of_questions(roles.editor), piles_of_questions(roles.manager)

    assert of_editor.number == 4
    assert of_editor.entries[0].address == reverse("questions:page", args=[question.pk])
    assert of_manager.entries[0].address == f"{reverse('report', args=['item-analysis'])}?test=T"
    first = of_editor.entries[0]
    assert (first.title, first.language) == ("T1 What is right? (en)", "en")
    assert first.said.startswith("People who know more earn less here (discrimination −100\N{NO-BREAK SPACE}%)")
    assert first.said.endswith("Test T.")


def test_figures_are_worked_out_once_an_hour(roles: SimpleNamespace) -> None:
    list(piles_of_questions(roles.editor))
    taken()
    [before] = piles_of_questions(roles.editor)
    cache.clear()

    [after] = piles_of_questions(roles.editor)

    assert (before.number, after.number) == (0, 4)
    assert before.good == "No question measures badly, as far as enough people have answered."


def test_as_many_queries_for_one_test_as_for_three() -> None:
    counts = []
    for code in ("T", "U", "V"):
        taken(code)
        with CaptureQueriesContext(connection) as queries:
            bad_questions()
        counts.append(len(queries))

    assert counts == [8, 8, 8]
