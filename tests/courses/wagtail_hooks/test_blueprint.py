"""The blueprint of a module: objectives, lessons and questions as they stand in the newest drafts."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import GroupPagePermission

from assessments.models import Objective, Question
from audit.models import Event
from courses.models import LessonObjective, LessonPage, Module, ModuleObjective, ModulePage
from courses.services import blueprints, set_rules, set_structure
from people.models import Account
from tests.factories.assessments import make_question
from tests.factories.courses import make_home, make_lesson_page, make_module_page, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> Client:
    return client_of(roles.editor)


def practice(code: str) -> dict[str, Any]:
    return {"type": "practice", "id": str(uuid4()), "value": {"question": code}}


def make_planned(code: str = "M9") -> ModulePage:
    """A draft of a module: two objectives, a lesson that serves and practises the first, and one that does nothing."""
    page = make_module_page(code, live=False)
    objectives = [Objective.objects.create(code=f"{code}-O{number}", text_en=f"Can {number}") for number in (1, 2)]
    question = make_question(objective=objectives[0])
    first = make_lesson_page(page, f"{code}.1", live=False, body=[practice(question.code)])
    make_lesson_page(page, f"{code}.2", live=False)
    set_structure(
        module_key=page.translation_key,
        objectives={objectives[0]: 2, objectives[1]: 0},
        lessons={first.translation_key: objectives[:1]},
    )
    return page


def address(page: ModulePage, name: str = "page") -> str:
    return reverse(f"blueprints:{name}", args=[page.translation_key])


def test_a_draft_has_its_blueprint_and_its_gaps_are_sentences(editor: Client) -> None:
    page = make_planned()

    answer = editor.get(address(page))

    assert answer.context["sentence"] == "2 objectives, 2 lessons, 1 question that is ready."
    assert [sentence for sentence, _where in answer.context["gaps"]] == [
        "M9-O2: no lesson serves this objective.",
        "M9-O1: 1 of 2 questions are ready.",
        "M9-O2: 0 of 1 question is ready.",
        "M9.2: the lesson serves no objective.",
        "M9.2: no practice question stands in the lesson.",
    ]
    assert all(editor.get(where).status_code == 200 for _sentence, where in answer.context["gaps"])


def test_what_was_saved_and_not_published_counts(editor: Client) -> None:
    page = make_planned()
    lesson = LessonPage.objects.get(lesson_code="M9.2")
    second = make_question(objective=Objective.objects.get(code="M9-O2"), status=Question.Status.DRAFT)
    lesson.title = "A better title"
    lesson.body = [("practice", {"question": second.code})]
    lesson.save_revision()

    (row, other) = editor.get(address(page)).context["lessons"]

    assert (row.lesson.title, row.served) == ("Lesson M9.1 en", ["M9-O1"])
    assert (other.lesson.title, other.served, other.lesson.practises) == ("A better title", ["M9-O2"], (second.code,))


def test_lessons_follow_the_first_language_and_show_the_others(editor: Client) -> None:
    page = make_module_page("M9")
    lessons = [make_lesson_page(page, f"M9.{number}") for number in (1, 2)]
    translate(page, "ru")
    translate(lessons[1], "ru", live=False)

    rows = editor.get(address(page)).context["lessons"]

    states = [(row.lesson.code, [(code, state) for code, state, _address in row.languages]) for row in rows]
    assert states == [
        ("M9.1", [("en", "live"), ("ru", "missing"), ("be", "missing")]),
        ("M9.2", [("en", "live"), ("ru", "draft"), ("be", "missing")]),
    ]


def test_an_empty_module_says_what_to_do(editor: Client) -> None:
    page = make_module_page("M9", live=False)

    shown = editor.get(address(page)).content.decode()
    form = editor.get(address(page, "edit")).content.decode()

    assert "The module has no objectives yet." in shown
    assert "The module has no lessons yet." in shown
    assert "The module has no objectives yet. Add some below." in form


def test_nobody_sees_a_module_whose_pages_are_not_theirs(roles: SimpleNamespace, editor: Client) -> None:
    page = make_planned()
    GroupPagePermission.objects.filter(group__in=roles.editor.groups.all()).update(page=make_home("ru"))

    listed = editor.get(reverse("blueprints:index"))

    assert listed.context["blueprints"] == []
    assert "There is no module yet that you may change." in listed.content.decode()
    assert [editor.get(address(page, name)).status_code for name in ("page", "edit")] == [404, 404]


def test_three_modules_ask_no_more_than_one(editor: Client) -> None:
    counts = []
    for number in (1, 2, 3):
        make_planned(f"M{number}")
        with CaptureQueriesContext(connection) as queries:
            found = editor.get(reverse("blueprints:index")).context["blueprints"]
        counts.append((len(found), len(queries)))

    assert counts == [(1, counts[0][1]), (2, counts[0][1]), (3, counts[0][1])]


def test_more_lessons_and_objectives_ask_no_more(editor: Client) -> None:
    page = make_planned()
    editor.get(address(page))
    with CaptureQueriesContext(connection) as before:
        editor.get(address(page))
    for number in (3, 4, 5):
        make_lesson_page(page, f"M9.{number}", live=False)
        objective = Objective.objects.create(code=f"M9-O{number}", text_en="Can")
        ModuleObjective.objects.create(module_key=page.translation_key, objective=objective)

    with CaptureQueriesContext(connection) as after:
        editor.get(address(page))

    assert len(after) == len(before)


def test_the_structure_is_changed_and_a_second_click_changes_nothing(editor: Client) -> None:
    page = make_planned()
    one, two = Objective.objects.order_by("code")
    other = Objective.objects.create(code="X", text_en="Can do something else")
    second = LessonPage.objects.get(lesson_code="M9.2").translation_key
    said = {
        f"wanted-{one.pk}": "3",
        f"serves-{one.pk}-{second}": "on",
        f"wanted-{two.pk}": "0",
        f"gone-{two.pk}": "on",
        "added": [other.pk],
    }

    for _click in range(2):
        answer = editor.post(address(page, "edit"), said, follow=True)

    assert "The structure of M9 is saved." in answer.content.decode()
    wanted = ModuleObjective.objects.values_list("objective__code", "questions")
    assert list(wanted.order_by("objective__code")) == [("M9-O1", 3), ("X", 0)]
    assert [(link.lesson_key, link.objective.code) for link in LessonObjective.objects.all()] == [(second, "M9-O1")]
    event = Event.objects.filter(action="courses.structure_set").latest("pk")
    assert (event.actor, event.before) == (
        Account.objects.get(pk=event.actor_id),
        {"objectives": {"M9-O1": 2, "M9-O2": 0}},
    )
    assert Event.objects.filter(action="courses.structure_set").count() == 2  # once by the factory of this test


def test_a_number_that_cannot_be_is_refused_and_nothing_is_lost(editor: Client) -> None:
    page = make_planned()
    one, two = Objective.objects.order_by("code")

    answer = editor.post(address(page, "edit"), {f"wanted-{one.pk}": "-1", f"wanted-{two.pk}": "7"})

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Look at the marked fields. What you typed is still here." in shown
    assert 'value="7"' in shown
    assert sorted(ModuleObjective.objects.values_list("questions", flat=True)) == [0, 2]


def test_the_rules_of_a_module_keep_how_many_questions_are_wanted(editor: Client) -> None:
    page = make_module_page("M9")
    one, two, three = (Objective.objects.create(code=f"O{number}", text_en="Can") for number in (1, 2, 3))
    set_structure(module_key=page.translation_key, objectives={one: 4, two: 5})
    module = Module.objects.get()

    set_rules(module=module, final_test=None, certificate_months=None, objectives=[two, three], prerequisites=[])

    assert dict(ModuleObjective.objects.values_list("objective__code", "questions")) == {"O2": 5, "O3": 0}
    assert [each.code for each in module.objectives] == ["O2", "O3"]
    (found,) = blueprints(ModulePage.objects.all())
    assert [line.objective for line in found.lines] == ["O2", "O3"]


def test_the_page_of_a_module_leads_to_its_blueprint(editor: Client) -> None:
    page = make_module_page("M9")

    assert address(page) in editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
