"""The blueprint of a test: what its sections find, and where it is tight."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Objective, Question, Test
from assessments.services import SectionPlan, create_test
from assessments.wagtail_hooks.blueprint import blueprint_of
from people.models import Account
from tests.factories.assessments import make_category, make_question

pytestmark = pytest.mark.django_db


def make(*sections: SectionPlan) -> Test:
    return create_test(code="T", title_en="T", purpose="final", sections=sections)


def states(test: Test) -> list[tuple[int, int, str]]:
    return [(part.wanted, part.available, part.state) for form in blueprint_of(test) for part in form.parts]


def test_sections_say_what_they_want_and_find() -> None:
    for slug, number in (("ample", 4), ("tight", 3), ("same", 2)):
        for _each in range(number):
            make_question(category=make_category(slug))
    named = make_question(category=make_category("named"))
    drawing = [SectionPlan(draw=2, category=make_category(slug)) for slug in ("ample", "tight", "same")]
    test = make(*drawing, SectionPlan(questions=[named], mark=250))

    (form,) = blueprint_of(test)

    assert states(test) == [(2, 4, "ample"), (2, 3, "tight"), (2, 2, "same"), (1, 1, "ample")]
    assert (form.wanted, form.points) == (7, "8.5")


def test_what_ran_out_is_too_few() -> None:
    drawn, named = make_question(category=make_category("law")), make_question()
    test = make(SectionPlan(draw=1, category=drawn.category), SectionPlan(questions=[named, make_question()]))
    Question.objects.filter(pk__in=[drawn.pk, named.pk]).update(status="retired")

    assert states(test) == [(1, 0, "short"), (2, 1, "short")]


def test_pools_that_overlap_lack_together_what_none_lacks_alone() -> None:
    law = make_category("law")
    make_question(category=law), make_question(category=law)
    test = make(SectionPlan(draw=2, category=law), SectionPlan(draw=1, category=law))

    assert [part.short for part in blueprint_of(test)[0].parts] == [0, 1]


def test_parallel_forms_stand_apart_and_objectives_are_counted(
    roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    objective = Objective.objects.create(code="O1", text_en="Can")
    question = make_question(objective=objective)
    make_question()
    test = make(SectionPlan(form="A", draw=2, category=make_category()), SectionPlan(form="B", questions=[question]))

    page = client_of(roles.editor).get(reverse("tests:blueprint", args=[test.pk]))
    first, second = page.context["forms"]

    assert (first.name, first.parts[0].by_objective) == ("A", ((None, 1), (objective, 1)))
    assert (second.name, list(second.parts[0].by_objective)) == ("B", [(objective, 1)])
    assert "no objective: 1" in " ".join(page.content.decode().split())
    assert "The same for all" in page.content.decode()


def test_learners_coordinators_facilitators_and_managers_do_not_see_it(
    roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    test = make(SectionPlan(questions=[make_question()]))

    for account in (roles.learner, roles.coordinator, roles.facilitator, roles.manager):
        for name in ("tests:edit", "tests:blueprint"):
            assert client_of(account).get(reverse(name, args=[test.pk])).status_code == 302
