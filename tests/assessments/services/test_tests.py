"""Tests, categories and objectives."""

import pytest

from assessments.errors import QuestionError
from assessments.models import Category, Test, TestItem
from assessments.services import change_test, create_test, save_category
from audit.models import Event
from tests.factories.assessments import make_question, make_test

pytestmark = pytest.mark.django_db


def test_a_test_has_its_questions_in_order_and_its_rules() -> None:
    first, second = make_question(), make_question()

    test = create_test(
        code="M1-F",
        title_en="The legal perspective",
        title_ru="Правовой аспект",
        purpose=Test.Purpose.FINAL,
        questions=[second, first],
        attempts_limit=3,
        delay_minutes=30,
    )
    test.refresh_from_db()

    assert [(section.form, section.draw) for section in test.sections.all()] == [("", None)]
    assert [(item.position, item.question) for item in test.sections.get().items.all()] == [(1, second), (2, first)]
    assert (test.pass_mark, test.attempts_limit, test.delay_minutes, test.time_limit_minutes) == (75, 3, 30, None)
    assert Event.objects.get(action="assessments.test_created").after["code"] == "M1-F"


def test_forms_have_questions_of_their_own() -> None:
    shared, first, second = make_question(), make_question(), make_question()
    test = make_test(shared)

    change_test(test=test, questions={"A": [first, shared], "B": [second, shared]})

    items = TestItem.objects.filter(section__test=test).order_by("section__form", "position")
    assert [(item.section.form, item.position, item.question) for item in items] == [
        ("A", 1, first),
        ("A", 2, shared),
        ("B", 1, second),
        ("B", 2, shared),
    ]


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({"pass_mark": 101}, "from 0 to 100"),
        ({"attempts_limit": 0}, "at least one attempt"),
        ({"time_limit_minutes": 0}, "at least one minute"),
        ({"code": "T1"}, "already a test with the code T1"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(rules: dict, sentence: str) -> None:
    question = make_question()
    make_test(question, code="T1")

    with pytest.raises(QuestionError, match=sentence):
        make_test(question, **{"code": "T2", **rules})

    assert [test.code for test in Test.objects.all()] == ["T1"]


def test_a_question_stands_in_a_test_once() -> None:
    question = make_question()

    with pytest.raises(QuestionError, match="stands in this test twice"):
        make_test(question, question)

    assert TestItem.objects.count() == 0


def test_a_rule_nobody_knows_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(TypeError, match="no rule called colour"):
        make_test(make_question(), colour="red")


def test_a_category_never_lies_inside_itself() -> None:
    outer = save_category(category=Category(slug="outer", name="Outer"))
    inner = save_category(category=Category(slug="inner", name="Inner", parent=outer))
    outer.parent = inner

    with pytest.raises(QuestionError, match="inside itself"):
        save_category(category=outer)
