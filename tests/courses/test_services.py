"""Writes about modules and learning: identities from pages, enrolment, progress, completion."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from assessments.models import Attempt, Objective
from audit.models import Event
from core.uses import Use
from courses.models import Enrolment, FinalAttempt, Lesson, LessonProgress, Module, ModulePage
from courses.services import (
    CourseError,
    complete_if_earned,
    complete_lesson,
    enrol,
    lessons_practising,
    note_opening,
    open_lesson,
    put_cards,
    reach_place,
    set_resources,
    set_rules,
    start_final_test,
    sync_lesson,
    sync_module,
    uses_of_resource,
    withdraw_enrolment,
)
from courses.signals import enrolment_completed
from courses.tasks import complete_earned
from people.models import Account, Agency, Person
from people.services import join_agency
from tests.factories.assessments import make_test
from tests.factories.courses import (
    give_final_test,
    make_enrolment,
    make_lesson_page,
    make_module,
    make_module_page,
    mark_attempt,
    translate,
)
from tests.factories.people import make_agency

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def person(account: Account) -> Person:
    return account.person


@pytest.fixture
def agency(person: Person) -> Agency:
    return person.memberships.get().agency


@pytest.fixture
def announced() -> Iterator[list[Enrolment]]:
    """Enrolments whose completion was announced."""
    heard: list[Enrolment] = []

    def hear(enrolment: Enrolment, **_: Any) -> None:
        heard.append(enrolment)

    enrolment_completed.connect(hear)
    yield heard
    enrolment_completed.disconnect(hear)


def lessons_of(module: Module) -> list[tuple[str, int, bool]]:
    return list(module.lessons.order_by("position", "code").values_list("code", "position", "withdrawn"))


# --- Identities ------------------------------------------------------------------------------------------------------


def test_publishing_makes_the_record_of_a_module_with_its_aspects() -> None:
    page = make_module_page("M9", aspects=["social", "legal"])

    module = Module.objects.get(translation_key=page.translation_key)
    assert (module.code, [link.aspect for link in module.aspect_links.all()]) == ("M9", ["social", "legal"])


def test_publishing_again_refreshes_the_same_record() -> None:
    page = make_module_page("M9", aspects=["legal"])
    before = Module.objects.get()
    page.module_code, page.aspects = "M10", ["legal", "cultural"]

    page.save_revision().publish()

    after = Module.objects.get()
    assert (after.pk, after.code) == (before.pk, "M10")
    assert [link.aspect for link in after.aspect_links.all()] == ["legal", "cultural"]
    assert after.content_version > before.content_version


def test_lessons_are_numbered_as_the_pages_stand() -> None:
    page = make_module_page("M9")
    first = make_lesson_page(page, "M9.1", minutes=25)
    make_lesson_page(page, "M9.2", required=False)

    first.move(page, pos="last-child")

    assert lessons_of(Module.objects.get()) == [("M9.2", 1, False), ("M9.1", 2, False)]
    assert list(Lesson.objects.order_by("code").values_list("minutes", "required")) == [(25, True), (10, False)]


def test_a_draft_lesson_has_no_record() -> None:
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1")
    make_lesson_page(page, "M9.2", live=False)

    assert lessons_of(Module.objects.get()) == [("M9.1", 1, False)]


def test_lessons_published_before_their_module_appear_with_it() -> None:
    page = make_module_page("M9", live=False)
    make_lesson_page(page, "M9.1")
    assert Lesson.objects.count() == 0

    page.get_latest_revision().publish()

    assert lessons_of(Module.objects.get()) == [("M9.1", 1, False)]


def test_loaders_may_sync_as_often_as_they_like() -> None:
    page = make_module_page("M9")
    lesson_page = make_lesson_page(page, "M9.1")

    assert sync_module(page=page) == sync_module(page=page)
    assert sync_lesson(page=lesson_page) == sync_lesson(page=lesson_page)
    assert lessons_of(Module.objects.get()) == [("M9.1", 1, False)]


def test_a_draft_cannot_be_synced() -> None:
    page = make_module_page("M9", live=False)

    with pytest.raises(CourseError, match="“Module M9 en” is not published"):
        sync_module(page=page)


def test_a_translation_shares_the_record() -> None:
    page = make_module_page("M9")
    lesson_page = make_lesson_page(page, "M9.1")
    translate(page, "ru")
    translate(lesson_page, "ru")

    assert (Module.objects.count(), lessons_of(Module.objects.get())) == (1, [("M9.1", 1, False)])


def test_a_lesson_is_withdrawn_with_its_last_published_page() -> None:
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1")
    english = make_lesson_page(page, "M9.2")
    translate(page, "ru")
    russian = translate(english, "ru")

    english.unpublish()
    assert lessons_of(Module.objects.get()) == [("M9.1", 1, False), ("M9.2", 2, False)]
    russian.unpublish()
    assert lessons_of(Module.objects.get()) == [("M9.1", 1, False), ("M9.2", 2, True)]


def test_a_deleted_page_withdraws_its_lesson() -> None:
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1").delete()

    assert lessons_of(Module.objects.get()) == [("M9.1", 1, True)]


def test_an_unpublished_module_is_no_longer_offered_and_comes_back() -> None:
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1")

    page.unpublish()
    assert (Module.objects.offered().count(), lessons_of(Module.objects.get())) == (0, [("M9.1", 1, True)])
    page.refresh_from_db()
    page.save_revision().publish()
    assert (Module.objects.offered().count(), lessons_of(Module.objects.get())) == (1, [("M9.1", 1, False)])


def test_a_copy_with_the_same_code_is_not_offered_and_breaks_nothing() -> None:
    page = make_module_page("M9")
    lesson_page = make_lesson_page(page, "M9.1")

    lesson_page.copy(update_attrs={"slug": "copy", "title": "Copy"}, keep_live=True)
    page.copy(recursive=True, update_attrs={"slug": "copy-of-all", "title": "Copy"}, keep_live=True)

    assert list(Module.objects.values_list("code", flat=True)) == ["M9"]
    assert list(Lesson.objects.values_list("translation_key", flat=True)) == [lesson_page.translation_key]


def test_a_lesson_that_moves_to_another_module_belongs_there() -> None:
    old, new = make_module_page("M8"), make_module_page("M9")
    moved = make_lesson_page(old, "M8.1")
    make_lesson_page(old, "M8.2")
    make_lesson_page(new, "M9.1")

    moved.move(new, pos="last-child")

    assert lessons_of(Module.objects.get(code="M8")) == [("M8.2", 1, False)]
    assert lessons_of(Module.objects.get(code="M9")) == [("M9.1", 1, False), ("M8.1", 2, False)]


# --- Rules -----------------------------------------------------------------------------------------------------------


def test_another_test_is_a_new_version_of_the_rule_and_the_rest_is_not() -> None:
    module = make_module(lessons=1)
    objective = Objective.objects.create(code="O1", text_en="tell one from the other")

    test = give_final_test(module)
    assert Module.objects.get().rule_version == 2
    set_rules(module=module, final_test=test, certificate_months=36, objectives=[objective], prerequisites=[])

    module.refresh_from_db()
    assert (module.rule_version, module.certificate_months, list(module.objectives.all())) == (2, 36, [objective])


def test_a_module_cannot_come_before_itself_not_even_through_others() -> None:
    first, second, third = (make_module(code, lessons=1) for code in ("M1", "M2", "M3"))
    rules = {"final_test": None, "certificate_months": None, "objectives": []}
    set_rules(module=second, prerequisites=[first], **rules)
    set_rules(module=third, prerequisites=[second, first], **rules)

    for later in (first, second, third):
        with pytest.raises(CourseError, match="cannot be its own prerequisite"):
            set_rules(module=first, prerequisites=[later], **rules)


# --- Enrolment -------------------------------------------------------------------------------------------------------


def test_enrolling_twice_is_enrolling_once(person: Person, agency: Agency) -> None:
    module = make_module(lessons=1)

    first = enrol(person=person, module=module, agency=agency)
    second = enrol(person=person, module=module, agency=agency)

    assert (first, Enrolment.objects.count()) == (second, 1)
    assert Event.objects.filter(action="courses.enrolled").count() == 1


def test_a_move_to_another_agency_leaves_the_enrolment_with_the_old_one(person: Person, agency: Agency) -> None:
    module = make_module(lessons=1)
    enrolment = enrol(person=person, module=module, agency=agency)

    join_agency(person=person, agency=make_agency(code="elsewhere"), since=date(2026, 1, 1))

    enrolment.refresh_from_db()
    assert enrolment.agency == agency


def test_a_withdrawn_enrolment_comes_back_with_its_progress_and_its_agency(person: Person, agency: Agency) -> None:
    enrolment = make_enrolment(person, make_module(lessons=2), read=1)
    elsewhere = make_agency(code="elsewhere")
    withdraw_enrolment(enrolment=enrolment)

    back = enrol(person=person, module=enrolment.module, agency=elsewhere)

    assert (back.pk, back.withdrawn_at, back.agency) == (enrolment.pk, None, agency)
    assert back.progress.filter(completed_at__isnull=False).count() == 1


def test_nothing_is_recorded_after_leaving(person: Person) -> None:
    enrolment = make_enrolment(person, make_module(lessons=2))
    withdraw_enrolment(enrolment=enrolment)

    with pytest.raises(CourseError, match="You have left this module"):
        open_lesson(enrolment=enrolment, lesson=enrolment.module.lessons.first())


def test_what_is_completed_cannot_be_left(person: Person) -> None:
    enrolment = make_enrolment(person, make_module(lessons=1), read=1)

    with pytest.raises(CourseError, match="You have completed this module"):
        withdraw_enrolment(enrolment=enrolment)


def test_a_module_that_is_offline_takes_nobody_new(person: Person, agency: Agency) -> None:
    page = make_module_page("M9")
    page.unpublish()

    with pytest.raises(CourseError, match="not offered at present"):
        enrol(person=person, module=Module.objects.get(), agency=agency)


def test_prerequisites_come_first(person: Person, agency: Agency) -> None:
    basics, advanced = make_module("M1", lessons=1), make_module("M2", lessons=1)
    set_rules(module=advanced, final_test=None, certificate_months=None, objectives=[], prerequisites=[basics])

    with pytest.raises(CourseError, match="Complete «Module M1 en» first"):
        enrol(person=person, module=advanced, agency=agency)
    make_enrolment(person, basics, read=1)
    assert enrol(person=person, module=advanced, agency=agency).module == advanced


# --- Progress --------------------------------------------------------------------------------------------------------


def test_the_first_opening_starts_lesson_and_module(person: Person) -> None:
    enrolment = make_enrolment(person, make_module(lessons=2))
    lesson = enrolment.module.lessons.get(position=1)

    first = open_lesson(enrolment=enrolment, lesson=lesson)
    again = open_lesson(enrolment=enrolment, lesson=lesson)

    enrolment.refresh_from_db()
    assert (again.pk, again.started_at, enrolment.started_at) == (first.pk, first.started_at, first.started_at)


def test_whoever_has_read_that_a_lesson_is_not_opened_notes_it_once(person: Person) -> None:
    enrolment = make_enrolment(person, make_module(lessons=2))
    first, second = enrolment.module.lessons.order_by("position")

    for lesson, begins in ((first, True), (first, True), (second, False)):
        note_opening(enrolment_id=enrolment.pk, lesson_id=lesson.pk, begins=begins)

    enrolment.refresh_from_db()
    opened = enrolment.progress.order_by("pk")
    assert [row.lesson for row in opened] == [first, second]
    assert enrolment.started_at == opened[0].started_at < opened[1].started_at


def test_cards_are_those_of_the_language_and_of_what_was_published_last(person: Person) -> None:
    module = make_module(lessons=1)
    make_module_page("M9", language="ru", translation_key=module.translation_key)

    def said(language: str) -> tuple[str, list[str], list[str]]:
        fresh = Module.objects.get()
        put_cards([fresh], language)
        aspects = [link.aspect for link in fresh.aspect_links.all()]
        return fresh.title, [lesson.title for lesson in fresh.offered_lessons], aspects

    assert [said(language)[0] for language in ("en", "ru", "en")] == ["Module M9 en", "Module M9 ru", "Module M9 en"]
    page = ModulePage.objects.get(locale__language_code="en")
    page.title, page.aspects = "Rewritten", ["economic"]
    page.save_revision().publish()
    make_lesson_page(page, "M9.2")

    assert said("en") == ("Rewritten", ["Lesson M9.1 en", "Lesson M9.2 en"], ["economic"])


def test_the_place_is_the_block_last_reached(person: Person) -> None:
    enrolment = make_enrolment(person, make_module(lessons=1))
    lesson = enrolment.module.lessons.get()
    place = "2F1B3C4D-0000-4000-8000-000000000001"

    reach_place(enrolment=enrolment, lesson=lesson, place=place)

    assert LessonProgress.objects.get().place == place.lower()


@pytest.mark.parametrize("place", ["", "top", "<script>", "1" * 300])
def test_a_place_that_is_no_block_is_refused(person: Person, place: str) -> None:
    enrolment = make_enrolment(person, make_module(lessons=1))

    with pytest.raises(CourseError, match="no such place"):
        reach_place(enrolment=enrolment, lesson=enrolment.module.lessons.get(), place=place)
    assert LessonProgress.objects.count() == 0


def test_a_lesson_of_another_module_is_refused(person: Person) -> None:
    enrolment = make_enrolment(person, make_module("M8", lessons=1))
    foreign = make_module("M9", lessons=1).lessons.get()

    with pytest.raises(CourseError, match="belongs to another module"):
        complete_lesson(enrolment=enrolment, lesson=foreign)


def test_finishing_a_lesson_twice_keeps_the_first_moment(person: Person) -> None:
    enrolment = make_enrolment(person, make_module(lessons=2))
    lesson = enrolment.module.lessons.get(position=1)

    first = complete_lesson(enrolment=enrolment, lesson=lesson).completed_at
    second = complete_lesson(enrolment=enrolment, lesson=lesson).completed_at

    assert first == second


# --- Completion ------------------------------------------------------------------------------------------------------


def test_the_last_lesson_completes_a_module_without_a_test(person: Person, announced: list[Enrolment]) -> None:
    enrolment = make_enrolment(person, make_module(lessons=2), read=2)

    last = enrolment.progress.order_by("completed_at").last()
    assert (enrolment.completed_at, enrolment.rule_version) == (last.completed_at, 1)
    assert enrolment.completion["lessons"] == [2, 2]
    assert announced == [enrolment]


def test_a_passed_test_after_the_lessons_completes_the_module(person: Person, announced: list[Enrolment]) -> None:
    module = make_module(lessons=2)
    give_final_test(module)
    enrolment = make_enrolment(person, module, read=2)
    attempt = start_final_test(enrolment=enrolment, language="en")

    mark_attempt(attempt, 80)

    enrolment.refresh_from_db()
    assert (enrolment.completed_at, enrolment.rule_version) == (attempt.passed_at, 2)
    assert enrolment.completion == {
        "lessons": [2, 2],
        "mark": attempt.max_mark * 80 // 100,
        "max_mark": attempt.max_mark,
        "pass_mark": 75,
        "attempt": 1,
    }
    assert announced == [enrolment]


def test_a_test_passed_early_completes_the_module_with_the_last_lesson(
    person: Person, announced: list[Enrolment]
) -> None:
    module = make_module(lessons=1)
    give_final_test(module)
    enrolment = make_enrolment(person, module)
    mark_attempt(start_final_test(enrolment=enrolment, language="en"), 100)
    assert announced == []

    complete_lesson(enrolment=enrolment, lesson=module.lessons.get())

    assert announced == [enrolment]


def test_a_failed_test_completes_nothing(person: Person, announced: list[Enrolment]) -> None:
    module = make_module(lessons=1)
    give_final_test(module)
    enrolment = make_enrolment(person, module, read=1)

    mark_attempt(start_final_test(enrolment=enrolment, language="en"), 70)

    enrolment.refresh_from_db()
    assert (enrolment.completed_at, announced) == (None, [])


def test_a_completion_is_announced_once(person: Person, announced: list[Enrolment]) -> None:
    enrolment = make_enrolment(person, make_module(lessons=1), read=1)
    frozen = (enrolment.completed_at, enrolment.completion)

    assert complete_if_earned(enrolment=enrolment) is False

    enrolment.refresh_from_db()
    assert ((enrolment.completed_at, enrolment.completion), announced) == (frozen, [enrolment])


def test_a_new_lesson_or_rule_does_not_move_a_completion(person: Person) -> None:
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1")
    module = Module.objects.get()
    enrolment = make_enrolment(person, module, read=1)
    frozen = (enrolment.completed_at, enrolment.rule_version, enrolment.completion)

    make_lesson_page(page, "M9.2")
    give_final_test(module)
    complete_earned()

    enrolment.refresh_from_db()
    assert (enrolment.completed_at, enrolment.rule_version, enrolment.completion) == frozen


def test_the_safety_net_completes_what_was_earned_and_not_announced(person: Person, announced: list[Enrolment]) -> None:
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1")
    second = make_lesson_page(page, "M9.2")
    enrolment = make_enrolment(person, Module.objects.get(), read=1)
    second.unpublish()

    assert (complete_earned(), complete_earned(), announced) == (1, 0, [enrolment])


# --- Final test ------------------------------------------------------------------------------------------------------


def test_starting_twice_gives_the_same_attempt_of_the_same_agency(person: Person, agency: Agency) -> None:
    module = make_module(lessons=1)
    give_final_test(module)
    enrolment = make_enrolment(person, module)

    first = start_final_test(enrolment=enrolment, language="ru")
    second = start_final_test(enrolment=enrolment, language="en")

    assert (first, first.agency, first.language, FinalAttempt.objects.count()) == (second, agency, "ru", 1)


def test_a_passed_test_is_not_taken_again(person: Person) -> None:
    module = make_module(lessons=1)
    give_final_test(module)
    enrolment = make_enrolment(person, module)
    mark_attempt(start_final_test(enrolment=enrolment, language="en"), 100)

    with pytest.raises(CourseError, match="passed this test already"):
        start_final_test(enrolment=enrolment, language="en")
    assert Attempt.objects.count() == 1


def test_without_a_test_there_is_nothing_to_start(person: Person) -> None:
    enrolment = make_enrolment(person, make_module(lessons=1))

    with pytest.raises(CourseError, match="has no final test"):
        start_final_test(enrolment=enrolment, language="en")


def test_attempts_at_a_test_that_was_replaced_do_not_count(person: Person, announced: list[Enrolment]) -> None:
    module = make_module(lessons=2)
    give_final_test(module)
    enrolment = make_enrolment(person, module, read=1)
    mark_attempt(start_final_test(enrolment=enrolment, language="en"), 100)
    other = make_test(code="M9-FINAL-2")
    set_rules(module=module, final_test=other, certificate_months=None, objectives=[], prerequisites=[])

    complete_lesson(enrolment=enrolment, lesson=module.lessons.get(position=2))

    assert announced == []


# --- Goals and resources ---------------------------------------------------------------------------------------------

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def test_goals_of_a_module_follow_its_page() -> None:
    page = make_module_page("M9", sdgs=["3"])
    page.sdgs = ["3", "17"]

    page.save_revision().publish()

    assert Module.objects.get().sdgs == ["3", "17"]


def test_resources_of_a_module_are_exactly_the_ones_given_and_the_change_is_recorded() -> None:
    module = make_module(lessons=1)
    set_resources(module=module, keys=[ONE, TWO])

    set_resources(module=module, keys=[TWO, THREE, THREE])
    set_resources(module=module, keys=[THREE, TWO])

    assert sorted(link.resource_key for link in module.resource_links.all()) == [TWO, THREE]
    events = Event.objects.filter(action="courses.resources_set").order_by("pk")
    assert [event.after for event in events] == [
        {"resources": [str(ONE), str(TWO)]},
        {"resources": [str(TWO), str(THREE)]},
    ]


def test_only_modules_on_offer_are_named_as_uses() -> None:
    used, unpublished, other = (make_module(code, lessons=1) for code in ("M1", "M2", "M3"))
    set_resources(module=used, keys=[ONE])
    set_resources(module=unpublished, keys=[ONE])
    set_resources(module=other, keys=[TWO])
    ModulePage.objects.get(module_code="M2").unpublish()

    assert uses_of_resource(ONE, "be") == [Use("Module M1 en", "en", "/en/modules/M1/")]


def test_a_question_is_practised_in_the_lessons_on_offer_that_show_it() -> None:
    practice = [{"type": "practice", "value": {"question": "M1-P11"}, "id": "00000000-0000-4000-8000-000000000001"}]
    english, russian = make_module_page("M1"), make_module_page("M1", language="ru")
    shown = [make_lesson_page(parent, "M1.1", body=practice) for parent in (english, russian)]
    make_lesson_page(english, "M1.2", body=practice, live=False)
    make_lesson_page(english, "M1.3")

    found = lessons_practising("M1-P11", "ru")

    assert [(use.title, use.language) for use in found] == [("Lesson M1.1 ru", "ru"), ("Lesson M1.1 en", "en")]
    assert found[1].address == f"/cms/pages/{shown[0].pk}/edit/"
    assert lessons_practising("M1-P1", "ru") == []
