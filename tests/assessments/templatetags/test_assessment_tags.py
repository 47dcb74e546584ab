"""Practice questions inside lessons."""

import pytest
from django.template import Context, Template
from django.utils import translation

from tests.factories.assessments import make_question, make_test

pytestmark = pytest.mark.django_db

LESSON = "{% load assessment_tags %}{% practice_question code %}"


def rendered(code: str, language: str = "en") -> str:
    with translation.override(language):
        return Template(LESSON).render(Context({"code": code}))


def test_a_lesson_shows_the_form_without_a_request_and_in_its_language() -> None:
    make_question(code="M1-P11", languages=("en", "be"))

    html = rendered("M1-P11", "be")

    assert '<form class="stack" method="get" action="/be/my/tests/practice/M1-P11/">' in html
    assert "What is right? (be)" in html
    assert "csrf" not in html


def test_a_question_that_is_not_offered_leaves_no_trace_in_the_lesson() -> None:
    draft, counted = make_question(code="D", status="draft"), make_question(code="C")
    make_test(counted)

    assert {rendered(code).strip() for code in (draft.code, counted.code, "missing")} == {""}


def test_a_question_costs_two_questions_to_the_database(django_assert_num_queries) -> None:
    make_question(code="Q1")

    with django_assert_num_queries(2):
        rendered("Q1")
