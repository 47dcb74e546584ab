"""Where learners stop: who counts, what stays hidden, and how it lies on the desk."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.dropoff import DropOff, Opened, drop_off
from courses.models import Enrolment, Lesson, LessonPage, LessonProgress
from courses.services import piles_of_lessons, withdraw_enrolment
from people.models import Agency
from tests.factories.courses import make_enrolment, make_module, translate
from tests.factories.people import make_agency, make_person


# --- What is said of counts -----------------------------------------------------------------------------------------
def test_the_worst_comes_first() -> None:
    found = drop_off([Opened(1, 100, 10), Opened(2, 50, 25), Opened(3, 40, 20)])

    assert found == [DropOff(2, 50, 25), DropOff(3, 40, 20), DropOff(1, 100, 10)]
    assert [each.share for each in found] == [0.5, 0.5, 0.1]


@pytest.mark.parametrize(
    ("opened", "stopped", "shown"),
    [
        (4, 4, []),  # few opened it: nothing is said, not even how many
        (30, 0, []),  # nobody stopped
        (30, 4, [DropOff(1, 30, None)]),
        (30, 5, [DropOff(1, 30, 5)]),
        (30, 25, [DropOff(1, 30, 25)]),
        (30, 26, [DropOff(1, 30, None)]),  # four went on
        (5, 5, [DropOff(1, 5, 5)]),  # five people, and none of them alone
        (5, 1, [DropOff(1, 5, None)]),
    ],
)
def test_one_to_four_people_stay_hidden_on_either_side(opened: int, stopped: int, shown: list[DropOff]) -> None:
    assert drop_off([Opened(1, opened, stopped)]) == shown


def test_what_is_hidden_could_be_one_of_four_numbers_at_least() -> None:
    """Whoever knows the rule and how many opened the lesson cannot tell who stopped."""
    for opened in range(5, 40):
        hidden = [n for n in range(1, opened + 1) if drop_off([Opened(1, opened, n)])[0].stopped is None]

        assert len(hidden) >= 4


# --- Who counts -----------------------------------------------------------------------------------------------------
def enrolments(module: object, number: int, agency: Agency) -> list[Enrolment]:
    return [make_enrolment(make_person(agency=agency), module) for _number in range(number)]  # type: ignore[arg-type]


def opened(enrolment: Enrolment, lesson: Lesson, *, days_ago: int, completed: bool = False) -> None:
    moment = timezone.now() - timedelta(days=days_ago)
    LessonProgress.objects.create(
        enrolment=enrolment, lesson=lesson, started_at=moment, completed_at=timezone.now() if completed else None
    )


def told(roles: SimpleNamespace) -> list[tuple[str, str, str]]:
    [pile] = piles_of_lessons(roles.editor)
    assert pile.number == len(pile.entries)
    return [(each.title, each.language, each.said) for each in pile.entries]


@pytest.mark.django_db
def test_those_who_opened_it_two_weeks_ago_and_did_not_withdraw(roles: SimpleNamespace) -> None:
    module = make_module("M1", lessons=3)
    first, second, third = Lesson.objects.filter(module=module).order_by("position")
    people = enrolments(module, 20, make_agency())
    for place, each in enumerate(people):
        opened(each, first, days_ago=14 + place, completed=place >= 8)  # 8 of 20 stopped
        opened(each, second, days_ago=13, completed=False)  # too young to be said to have stopped
        opened(each, third, days_ago=30, completed=place >= 3)  # 3 stopped: hidden
    for each in people[:2]:
        withdraw_enrolment(enrolment=each)

    # 6 of 18 in the first lesson; of the third one of those three is left.
    assert told(roles) == [
        ("M1.1 Lesson M1.1 en", "en", "33 % never completed it; 18 people opened it."),
        (
            "M1.3 Lesson M1.3 en",
            "en",
            "18 people opened it; how many stopped is hidden, because it is about fewer than five people.",
        ),
    ]


@pytest.mark.django_db
def test_a_lesson_that_was_taken_back_is_nobodys_trouble(roles: SimpleNamespace) -> None:
    module = make_module("M1", lessons=1)
    lesson = Lesson.objects.get(module=module)
    for each in enrolments(module, 6, make_agency()):
        opened(each, lesson, days_ago=20)
    before = told(roles)

    Lesson.objects.update(withdrawn=True)

    assert (len(before), told(roles)) == (1, [])


@pytest.mark.django_db
def test_it_leads_to_the_page_that_was_written_first(roles: SimpleNamespace) -> None:
    module = make_module("M1", lessons=1)
    lesson = Lesson.objects.get(module=module)
    page = LessonPage.objects.get(translation_key=lesson.translation_key)
    translate(page.get_parent().specific, "ru")
    translate(page, "ru")
    for each in enrolments(module, 6, make_agency()):
        opened(each, lesson, days_ago=20)

    [pile] = piles_of_lessons(roles.editor)

    assert [each.address for each in pile.entries] == [reverse("wagtailadmin_pages:edit", args=[page.pk])]
    assert pile.entries[0].said == "100 % never completed it; 6 people opened it."


@pytest.mark.django_db
def test_as_many_queries_for_one_lesson_as_for_three(roles: SimpleNamespace) -> None:
    module = make_module("M1", lessons=3)
    people, counts = enrolments(module, 5, make_agency()), []
    for lesson in Lesson.objects.filter(module=module):
        for each in people:
            opened(each, lesson, days_ago=20)
        with CaptureQueriesContext(connection) as queries:
            list(piles_of_lessons(roles.editor))
        counts.append(len(queries))

    assert counts == [3, 3, 3]
