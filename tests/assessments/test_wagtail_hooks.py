"""Tests, objectives and categories in the CMS."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Category, Objective, Test
from audit.models import Event
from people.models import Account
from tests.factories.assessments import make_question, make_test

pytestmark = pytest.mark.django_db

RULES = {
    "code": "M1-F",
    "title_en": "The legal perspective",
    "title_ru": "",
    "title_be": "",
    "purpose": "final",
    "pass_mark": "75",
    "attempts_limit": "3",
    "delay_minutes": "0",
    "time_limit_minutes": "",
    "shuffle_questions": "on",
    "questions": "Q2\nQ1",
    "questions_a": "",
    "questions_b": "",
}


@pytest.fixture
def editor(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> Client:
    return client_of(roles.editor)


def errors(page: Any) -> dict[str, list[str]]:
    return dict(page.context["form"].errors)


def test_an_editor_makes_a_test_of_questions_in_order(editor: Client) -> None:
    first, second = make_question(code="Q1"), make_question(code="Q2")

    answer = editor.post(reverse("tests:add"), RULES)
    test = Test.objects.get()

    assert answer.url == reverse("tests:index")
    assert [item.question for item in test.sections.get().items.all()] == [second, first]
    assert (test.attempts_limit, test.shuffle_questions, test.shuffle_options) == (3, True, False)
    assert Event.objects.get(action="assessments.test_created").object_id == str(test.pk)


def test_an_editor_changes_the_rules_and_the_log_says_what_they_were(editor: Client) -> None:
    make_question(code="Q1"), make_question(code="Q2")
    test = make_test(code="M1-F", pass_mark=60)

    page = editor.get(reverse("tests:edit", args=[test.pk]))
    editor.post(reverse("tests:edit", args=[test.pk]), RULES)
    test.refresh_from_db()
    event = Event.objects.get(action="assessments.test_changed")

    assert page.context["form"]["questions"].value().split() == ["Q3", "Q4", "Q5", "Q6"]
    assert test.pass_mark == 75
    assert (event.before["pass_mark"], event.after["pass_mark"]) == (60, 75)


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"questions": "Q1 Q9"}, "questions", "There is no question with the code Q9."),
        ({"questions": "Q1 Q1"}, "questions", "The question Q1 stands here twice."),
        ({"attempts_limit": "0"}, "attempts_limit", "Allow at least one attempt, or leave the limit empty."),
        ({"time_limit_minutes": "0"}, "time_limit_minutes", "Give at least one minute, or leave the time limit empty."),
        ({"code": "T1"}, "code", "Test with this Code already exists."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(editor: Client, change: dict, field: str, sentence: str) -> None:
    make_test(make_question(code="Q1"), make_question(code="Q2"), code="T1")

    page = editor.post(reverse("tests:add"), {**RULES, **change})

    assert errors(page) == {field: [sentence]}
    assert Test.objects.count() == 1


def test_a_category_is_not_put_into_itself(editor: Client) -> None:
    outer = Category.objects.create(slug="outer", name="Outer")
    inner = Category.objects.create(slug="inner", name="Inner", parent=outer)

    page = editor.post(
        reverse("question-categories:edit", args=[outer.pk]), {"slug": "outer", "name": "Outer", "parent": inner.pk}
    )

    assert errors(page) == {"parent": ["A category cannot lie inside itself."]}


def test_an_editor_writes_an_objective_in_three_languages(editor: Client) -> None:
    texts = {"text_en": "Name the treaties", "text_ru": "Называть договоры", "text_be": "Называць дагаворы"}

    editor.post(reverse("objectives:add"), {"code": "M1-O1", **texts})

    assert Objective.objects.values("code", *texts).get() == {"code": "M1-O1", **texts}


@pytest.mark.parametrize("name", ["tests", "objectives", "question-categories"])
def test_nothing_of_the_bank_is_deleted_and_learners_do_not_come_in(
    name: str, editor: Client, roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    model = {"tests": Test, "objectives": Objective, "question-categories": Category}[name]
    make_test()
    row = Objective.objects.create(code="O1", text_en="?") if name == "objectives" else model.objects.get()
    delete = reverse(f"{name}:delete", args=[row.pk])

    answers = [editor.post(delete), client_of(roles.administrator).post(delete)]
    learner = client_of(roles.learner)

    assert [answer.status_code for answer in answers] == [302, 302]
    assert model.objects.filter(pk=row.pk).exists()
    assert editor.get(reverse(f"{name}:index")).status_code == 200
    assert learner.get(reverse(f"{name}:index")).status_code == 302
