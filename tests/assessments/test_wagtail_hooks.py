"""Tests, objectives and categories in the CMS."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Category, Objective, Test
from people.models import Account
from tests.factories.assessments import make_test

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> Client:
    return client_of(roles.editor)


def errors(page: Any) -> dict[str, list[str]]:
    return dict(page.context["form"].errors)


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
