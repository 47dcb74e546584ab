"""Catalogue, module page, reader and the way to the final test, as people see them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from assessments.models import Objective
from assessments.services import set_override
from courses.models import Enrolment, LessonPage, LessonProgress, Module, ModulePage
from courses.services import reach_place, set_resources, set_rules, withdraw_enrolment
from people.models import Account
from tests.factories.courses import (
    block,
    give_final_test,
    make_enrolment,
    make_lesson_page,
    make_module,
    make_module_page,
    mark_attempt,
    translate,
)
from tests.factories.library import make_resource
from tests.factories.people import make_account

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Account], Client]


@pytest.fixture
def learner(account: Account, client_of: ClientOf) -> Client:
    return client_of(account)


def url(name: str, *args: object, language: str = "en") -> str:
    with override(language):
        return reverse(name, args=args)


def words(response: object) -> str:
    """The page without its line breaks."""
    return " ".join(response.content.decode().split())


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return len(captured)


# --- Catalogue -------------------------------------------------------------------------------------------------------


def test_the_catalogue_is_public_and_shows_modules_by_aspect(client: Client) -> None:
    make_module("M0", lessons=1, aspects=["legal", "social", "economic", "cultural"])
    make_module("M1", lessons=1, aspects=["legal"])
    make_module("M2", lessons=1, aspects=["legal", "social"])
    make_module("M3", lessons=1, aspects=[])
    make_module_page("M4", live=False)

    response = client.get(url("catalogue"))

    found = {
        aspect["code"]: [card["module"].code for card in aspect["cards"]] for aspect in response.context["aspects"]
    }
    assert found == {"legal": ["M1", "M2"], "social": ["M2"], "economic": [], "cultural": []}
    assert [card["module"].code for card in response.context["common"]] == ["M0", "M3"]


def test_the_catalogue_says_what_i_have_done(account: Account, learner: Client) -> None:
    make_enrolment(account.person, make_module("M1", lessons=3), read=2)
    make_enrolment(account.person, make_module("M2", lessons=1), read=1)

    page = words(learner.get(url("catalogue")))

    assert page.count("2 of 3 lessons read") == 2  # words, and the name of the bar
    assert page.count("Completed") == 1


def test_an_empty_catalogue_says_so(client: Client) -> None:
    assert "No module is published yet" in words(client.get(url("catalogue")))


def test_the_catalogue_asks_as_often_with_three_modules_as_with_one(account: Account, learner: Client) -> None:
    make_enrolment(account.person, make_module("M1", lessons=1))
    learner.get(url("catalogue"))
    one = queries(learner, url("catalogue"))
    for code in ("M2", "M3"):
        make_enrolment(account.person, make_module(code, lessons=2), read=1)

    assert queries(learner, url("catalogue")) == one


# --- Module page -----------------------------------------------------------------------------------------------------


def test_the_module_page_is_public_and_says_what_is_required(client: Client) -> None:
    module = make_module(lessons=2, audience="Registrars", requirements="<p>Read and pass.</p>")
    test = give_final_test(module, time_limit_minutes=40)
    set_rules(module=module, final_test=test, certificate_months=36, objectives=[], prerequisites=[])

    page = words(client.get(url("module", "M9")))

    for expected in (
        "Introduction M9 en",
        "Registrars",
        "Read and pass.",
        "2 lessons to read",
        "Final test: 75 % to pass",
        "The certificate is valid for 36 months",
        "Lesson M9.1 en",
        "Lessons are read signed in",
        "Sign in to take this module.",
    ):
        assert expected in page


@pytest.mark.parametrize(
    ("translated", "expected"),
    [
        (0, "Урокі гэтага модуля яшчэ не перакладзеныя. Мова ўрокаў: англійская."),
        (1, "Урок з назвай на іншай мове яшчэ не перакладзены: вы чытаеце яго на той мове."),
    ],
)
def test_a_translated_module_page_says_which_lessons_are_not_translated(
    client: Client, translated: int, expected: str
) -> None:
    module = make_module(lessons=2)
    translate(ModulePage.objects.get(module_code="M9"), "be")
    for lesson in LessonPage.objects.order_by("lesson_code")[:translated]:
        translate(lesson, "be")

    page = words(client.get(url("module", "M9", language="be")))

    assert expected in page
    assert f'<a href="{url("lesson", "M9", "M9.2", language="be")}" lang="en">Lesson M9.2 en</a>' in page
    assert page.count(' lang="en">Lesson') == module.lessons.count() - translated


def test_a_module_page_with_every_lesson_translated_says_nothing_of_languages(client: Client) -> None:
    make_module(lessons=1)
    for page in (ModulePage.objects.get(), LessonPage.objects.get()):
        translate(page, "be")

    assert "не перакладзен" not in words(client.get(url("module", "M9", language="be")))


@pytest.mark.parametrize("code", ["M8", "m9", "M9'--"])
def test_an_unknown_module_is_not_found(client: Client, code: str) -> None:
    make_module(lessons=1)

    assert client.get(url("module", code)).status_code == 404


def test_the_module_page_shows_its_goals_and_its_resources_but_no_draft(client: Client) -> None:
    module = make_module("M9", sdgs=["3", "10"])
    study, draft = make_resource("study", title="A study"), make_resource("draft", live=False, title="A draft")
    set_resources(module=module, keys=[study.translation_key, draft.translation_key])
    make_resource("other", title="Of no module")

    page = words(client.get(url("module", "M9")))

    assert f'<a href="{url("resource", "study")}">A study</a>' in page
    assert "A draft" not in page
    assert "Of no module" not in page
    assert "SDG 3: Good health and well-being" in page
    assert "SDG 10: Reduced inequalities" in page


def test_the_module_page_costs_the_same_however_many_resources_it_has(client: Client) -> None:
    module = make_module("M9")
    keys = [make_resource(slug).translation_key for slug in ("one", "two", "three")]
    set_resources(module=module, keys=keys[:1])
    client.get(url("module", "M9"))
    with_one = queries(client, url("module", "M9"))
    set_resources(module=module, keys=keys)

    assert queries(client, url("module", "M9")) == with_one


def test_an_unpublished_module_is_not_found(client: Client) -> None:
    make_module(lessons=1)
    ModulePage.objects.get().unpublish()

    assert client.get(url("module", "M9")).status_code == 404


def test_the_button_follows_the_way_through_a_module(account: Account, learner: Client) -> None:
    module = make_module(lessons=2)
    test = give_final_test(module, attempts_limit=2)
    address = url("module", "M9")
    assert "Enrol in this module" in words(learner.get(address))
    learner.post(url("enrol", "M9"))
    assert "Begin the first lesson" in words(learner.get(address))
    learner.get(url("lesson", "M9", "M9.1"))
    assert "Go on reading" in words(learner.get(address))
    learner.post(url("lesson_done", "M9", "M9.1"))
    learner.post(url("lesson_done", "M9", "M9.2"))
    assert "Take the final test" in words(learner.get(address))

    response = learner.post(url("final_test", "M9"))

    attempt = test.attempts.get()
    assert response.url == f"{url('attempt', attempt.pk)}?next={address}"
    assert "Go on with the test" in words(learner.get(address))
    mark_attempt(attempt, 50)
    assert "Take the final test" in words(learner.get(address))
    learner.post(url("final_test", "M9"))
    mark_attempt(test.attempts.get(number=2), 50)
    assert "All tries of the final test are used" in words(learner.get(address))


def test_a_completed_module_leads_to_the_certificate(account: Account, learner: Client) -> None:
    make_enrolment(account.person, make_module(lessons=1), read=1)

    page = words(learner.get(url("module", "M9")))

    assert "You completed this module on" in page
    assert url("my_certificates") in page


def test_reading_goes_on_at_the_block_last_reached(account: Account, learner: Client) -> None:
    enrolment = make_enrolment(account.person, make_module(lessons=1))
    place = block("M9.1", 2, "")["id"]
    reach_place(enrolment=enrolment, lesson=enrolment.module.lessons.get(), place=place)

    assert f"{url('lesson', 'M9', 'M9.1')}#block-{place}" in words(learner.get(url("module", "M9")))
    assert f'id="block-{place}"' in words(learner.get(url("lesson", "M9", "M9.1")))


def test_what_editors_set_beside_the_pages_is_there_at_once(learner: Client) -> None:
    """No page is published with it, so that nothing that is kept for a version may hold it."""
    module, before = make_module("M9", lessons=1), make_module("M8", lessons=1)
    learner.get(url("module", "M9"))
    objective = Objective.objects.create(code="M9-O1", text_en="Name the duties")

    set_rules(module=module, final_test=None, certificate_months=None, objectives=[objective], prerequisites=[before])

    shown = learner.get(url("module", "M9")).content.decode()
    assert ("Name the duties" in shown, "Module M8 en" in shown) == (True, True)
    Objective.objects.update(text_en="Say who is answerable")
    assert "Say who is answerable" in learner.get(url("module", "M9")).content.decode()


def test_the_module_page_asks_as_often_with_three_lessons_as_with_one(account: Account, learner: Client) -> None:
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1")
    make_enrolment(account.person, Module.objects.get(), read=1)
    learner.get(url("module", "M9"))
    one = queries(learner, url("module", "M9"))
    make_lesson_page(page, "M9.2")
    make_lesson_page(page, "M9.3")
    learner.get(url("module", "M9"))

    assert queries(learner, url("module", "M9")) == one


# --- Enrolment -------------------------------------------------------------------------------------------------------


def test_enrolling_twice_by_hand_is_enrolling_once(learner: Client) -> None:
    make_module(lessons=1)

    first, second = learner.post(url("enrol", "M9")), learner.post(url("enrol", "M9"))

    assert (first.url, second.url, Enrolment.objects.count()) == (url("module", "M9"), url("module", "M9"), 1)


def test_enrolling_from_a_lesson_leads_back_to_it(learner: Client) -> None:
    make_module(lessons=2)

    response = learner.post(url("enrol", "M9"), {"lesson": "M9.2"})

    assert response.url == url("lesson", "M9", "M9.2")


def test_enrolling_cannot_lead_elsewhere(learner: Client) -> None:
    make_module(lessons=1)

    response = learner.post(url("enrol", "M9"), {"lesson": "//evil.example"})

    assert response.url == url("module", "M9")


def test_without_an_agency_the_reason_is_said(account: Account, learner: Client) -> None:
    make_module(lessons=1)
    account.person.memberships.all().delete()

    response = learner.post(url("enrol", "M9"), follow=True)

    assert ("belongs to no agency" in words(response), Enrolment.objects.count()) == (True, 0)


def test_leaving_and_coming_back_keeps_what_was_read(account: Account, learner: Client) -> None:
    enrolment = make_enrolment(account.person, make_module(lessons=2), read=1)

    learner.post(url("leave_module", "M9"))
    assert "Enrol in this module" in words(learner.get(url("module", "M9")))
    learner.post(url("enrol", "M9"))

    enrolment.refresh_from_db()
    assert (enrolment.withdrawn_at, enrolment.progress.count()) == (None, 1)


@pytest.mark.parametrize("name", ["enrol", "leave_module"])
def test_a_link_alone_changes_nothing(learner: Client, name: str) -> None:
    make_module(lessons=1)

    assert (learner.get(url(name, "M9")).status_code, Enrolment.objects.count()) == (405, 0)


def test_whose_session_is_over_signs_in_and_comes_back_to_the_module(client: Client) -> None:
    make_module(lessons=1)

    response = client.post(url("enrol", "M9"))

    assert response.url == f"{url('account_login')}?next={url('module', 'M9')}"


def test_nobody_can_leave_for_somebody_else(learner: Client) -> None:
    other = make_account().person
    make_enrolment(other, make_module(lessons=1))

    assert learner.post(url("leave_module", "M9")).status_code == 404


# --- The reader ------------------------------------------------------------------------------------------------------


def test_anonymous_readers_are_asked_to_sign_in_and_told_why(client: Client) -> None:
    make_module(lessons=1)

    response = client.get(url("lesson", "M9", "M9.1"), follow=True)

    assert response.redirect_chain == [(f"{url('account_login')}?next={url('lesson', 'M9', 'M9.1')}", 302)]
    assert "Lessons are read signed in, so that your progress is kept for you." in words(response)


def test_a_lesson_shows_text_place_and_sources(account: Account, learner: Client) -> None:
    make_enrolment(account.person, make_module(lessons=3), read=1)

    response = learner.get(url("lesson", "M9", "M9.2"))

    page = words(response)
    for expected in (
        "<h1>Lesson M9.2 en</h1>",
        "Lesson 2 of 3",
        "10 minutes",
        "<p>First M9.2 en</p>",
        "A source, Art. 1",
        "I have read this – next lesson",
    ):
        assert expected in page
    assert [bool(line["completed"]) for line in response.context["outline"]] == [True, False, False]
    assert (response.context["previous"]["code"], response.context["next"]["code"]) == ("M9.1", "M9.3")


def test_a_lesson_needs_six_queries_at_most(
    account: Account, learner: Client, django_assert_max_num_queries: Callable
) -> None:
    make_enrolment(account.person, make_module(lessons=3), read=1)
    learner.get(url("lesson", "M9", "M9.2"))

    with django_assert_max_num_queries(6):
        response = learner.get(url("lesson", "M9", "M9.2"))
    assert response.status_code == 200


def test_a_lesson_needs_six_queries_also_with_the_cache_in_the_database(
    account: Account, learner: Client, settings: Any, django_assert_max_num_queries: Callable
) -> None:
    shared = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "academy_cache"}
    settings.CACHES = {**settings.CACHES, "default": shared}
    call_command("createcachetable", verbosity=0)
    make_enrolment(account.person, make_module(lessons=3), read=1)
    learner.get(url("lesson", "M9", "M9.2"))

    with django_assert_max_num_queries(4):
        response = learner.get(url("lesson", "M9", "M9.2"))
    caches["process"].clear()
    with django_assert_max_num_queries(5):
        again = learner.get(url("lesson", "M9", "M9.2"))
    assert (response.status_code, again.status_code) == (200, 200)


def test_a_lesson_asks_as_often_in_a_long_module_as_in_a_short_one(account: Account, learner: Client) -> None:
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1")
    make_enrolment(account.person, Module.objects.get(), read=1)
    learner.get(url("lesson", "M9", "M9.1"))
    one = queries(learner, url("lesson", "M9", "M9.1"))
    for number in (2, 3, 4):
        make_lesson_page(page, f"M9.{number}")
    learner.get(url("lesson", "M9", "M9.1"))

    assert queries(learner, url("lesson", "M9", "M9.1")) == one


def test_what_is_kept_for_all_readers_names_none(account: Account, learner: Client, client_of: ClientOf) -> None:
    make_enrolment(account.person, make_module(lessons=2), read=1)
    learner.get(url("lesson", "M9", "M9.1"))
    stranger = make_account()

    response = client_of(stranger).get(url("lesson", "M9", "M9.1"))

    assert [line["completed"] for line in response.context["outline"]] == [None, None]
    assert account.person.given_name not in words(response)


def test_a_new_publication_is_seen_at_once(account: Account, learner: Client) -> None:
    page = make_module_page("M9")
    lesson_page = make_lesson_page(page, "M9.1")
    learner.get(url("lesson", "M9", "M9.1"))
    lesson_page.body = [("text", "<p>Mended</p>")]

    lesson_page.save_revision().publish()

    assert "<p>Mended</p>" in words(learner.get(url("lesson", "M9", "M9.1")))


def test_a_draft_of_a_published_lesson_is_not_shown(account: Account, learner: Client) -> None:
    lesson_page = make_lesson_page(make_module_page("M9"), "M9.1")
    lesson_page.title = "Draft title"
    lesson_page.save_revision()
    cache.clear()

    assert "Draft title" not in words(learner.get(url("lesson", "M9", "M9.1")))


@pytest.mark.parametrize("address", ["M9/M9.9", "M8/M9.1", "M9/M8.1", "M9/M9.2"])
def test_lessons_that_are_not_offered_are_not_found(learner: Client, address: str) -> None:
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1")
    make_lesson_page(page, "M9.2", live=False)
    make_module("M8", lessons=1)

    assert learner.get(url("lesson", *address.split("/"))).status_code == 404


def test_opening_a_lesson_is_recorded_once_for_who_is_enrolled(account: Account, learner: Client) -> None:
    make_enrolment(account.person, make_module(lessons=1))

    learner.get(url("lesson", "M9", "M9.1"))
    first = LessonProgress.objects.get().started_at
    learner.get(url("lesson", "M9", "M9.1"))

    assert LessonProgress.objects.get().started_at == first


def test_reading_without_being_enrolled_records_nothing_and_invites(learner: Client) -> None:
    make_module(lessons=1)

    page = words(learner.get(url("lesson", "M9", "M9.1")))

    assert ("You are reading without being enrolled" in page, LessonProgress.objects.count()) == (True, 0)


def test_somebody_who_left_reads_as_a_guest(account: Account, learner: Client) -> None:
    enrolment = make_enrolment(account.person, make_module(lessons=1))
    withdraw_enrolment(enrolment=enrolment)

    page = words(learner.get(url("lesson", "M9", "M9.1")))

    assert ("You are reading without being enrolled" in page, LessonProgress.objects.count()) == (True, 0)


def test_an_account_without_a_person_can_read(client_of: ClientOf) -> None:
    make_module(lessons=1)
    account = Account.objects.create_superuser("root@example.org")

    assert client_of(account).get(url("lesson", "M9", "M9.1")).status_code == 200


def test_a_lesson_that_is_read_leads_to_the_next_and_the_last_to_the_module(account: Account, learner: Client) -> None:
    make_enrolment(account.person, make_module(lessons=2))

    first = learner.post(url("lesson_done", "M9", "M9.1"))
    last = learner.post(url("lesson_done", "M9", "M9.2"))

    assert (first.url, last.url) == (url("lesson", "M9", "M9.2"), url("module", "M9"))
    assert Enrolment.objects.get().completed_at is not None


def test_without_enrolment_nothing_is_marked_as_read(learner: Client) -> None:
    make_module(lessons=1)

    response = learner.post(url("lesson_done", "M9", "M9.1"), follow=True)

    assert ("Enrol in the module so that your progress is kept." in words(response)) is True
    assert LessonProgress.objects.count() == 0


def test_the_place_is_kept(account: Account, learner: Client) -> None:
    make_enrolment(account.person, make_module(lessons=1))
    place = block("M9.1", 2, "")["id"]

    response = learner.post(url("lesson_place", "M9", "M9.1"), {"place": place})

    assert (response.status_code, LessonProgress.objects.get().place) == (204, place)


def test_a_place_that_is_no_block_is_a_bad_request(account: Account, learner: Client) -> None:
    make_enrolment(account.person, make_module(lessons=1))

    assert learner.post(url("lesson_place", "M9", "M9.1"), {"place": "<b>"}).status_code == 400


def test_a_missing_translation_shows_the_lesson_that_there_is(account: Account, learner: Client) -> None:
    make_enrolment(account.person, make_module(lessons=2))

    page = words(learner.get(url("lesson", "M9", "M9.1", language="ru")))

    assert '<article lang="en"' in page
    assert '<html lang="ru">' in page
    assert "<p>First M9.1 en</p>" in page


def test_progress_is_one_record_whichever_language_is_read(account: Account, learner: Client) -> None:
    page = make_module_page("M9")
    lesson_page = make_lesson_page(page, "M9.1")
    translate(page, "ru")
    translate(lesson_page, "ru")
    make_enrolment(account.person, Module.objects.get())

    learner.get(url("lesson", "M9", "M9.1"))
    russian = learner.get(url("lesson", "M9", "M9.1", language="ru"))
    learner.post(url("lesson_done", "M9", "M9.1", language="ru"))

    assert "<h1>Lesson M9.1 ru</h1>" in words(russian)
    assert LessonProgress.objects.get().completed_at is not None
    assert "10 minutes · read ✓" in words(learner.get(url("lesson", "M9", "M9.1")))


# --- Final test ------------------------------------------------------------------------------------------------------


def test_the_rules_are_said_before_the_test_begins(account: Account, learner: Client) -> None:
    module = make_module(lessons=2)
    give_final_test(module, time_limit_minutes=40, attempts_limit=3, delay_minutes=60)
    make_enrolment(account.person, module, read=1)

    page = words(learner.get(url("final_test", "M9")))

    for expected in ("75 % of the marks", "40 minutes", "3 left", "pause of 60 minutes", "1 lesson is not read yet"):
        assert expected in page


def test_the_rules_hold_as_an_exception_changes_them(account: Account, learner: Client) -> None:
    module = make_module(lessons=1)
    test = give_final_test(module, time_limit_minutes=40, attempts_limit=1)
    enrolment = make_enrolment(account.person, module, read=1)
    learner.post(url("final_test", "M9"))
    mark_attempt(test.attempts.get(), 10)
    assert "All tries of the final test are used." in words(learner.get(url("final_test", "M9")))
    assert "All tries of the final test are used." in words(learner.get("/en/my/"))
    values = {"test": test, "reason": "Ill", "actor": make_account("manager")}
    set_override(agency=enrolment.agency, attempts_limit=9, **values)
    set_override(person=account.person, extra_minutes=20, attempts_limit=3, **values)

    page = words(learner.get(url("final_test", "M9")))

    for expected in ("60 minutes", "The time holds 20 extra minutes", "2 left", "Begin the test"):
        assert expected in page
    assert "All tries of the final test are used." not in words(learner.get("/en/my/"))


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({"opens_at": timedelta(days=1)}, "This test opens on 10 March 2026, 15:00."),
        ({"closes_at": timedelta(days=-1)}, "This test closed on 8 March 2026, 15:00."),
    ],
)
def test_a_test_that_opens_or_closes_says_when(
    account: Account, learner: Client, rules: dict[str, timedelta], sentence: str
) -> None:
    noon = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
    module = make_module(lessons=1)
    give_final_test(module, **{name: noon + wait for name, wait in rules.items()})
    with time_machine.travel(noon, tick=False):
        make_enrolment(account.person, module)
        page = words(learner.get(url("final_test", "M9")))

    assert (sentence in page, "Begin the test" in page) == (True, False)


def test_a_test_without_a_way_back_and_with_certainty_says_so_before_it_begins(
    account: Account, learner: Client
) -> None:
    module = make_module(lessons=1)
    give_final_test(module, sequential=True, questions_per_page=2, certainty=True)
    make_enrolment(account.person, module)

    page = words(learner.get(url("final_test", "M9")))

    assert "There is no way back" in page
    assert "look at all answers before you hand in" not in page
    assert "It never changes your mark." in page


def test_the_test_is_for_those_who_are_enrolled(learner: Client) -> None:
    module = make_module(lessons=1)
    give_final_test(module)

    assert learner.get(url("final_test", "M9")).status_code == 404
    assert learner.post(url("final_test", "M9")).status_code == 404


def test_a_module_without_a_test_has_no_such_page(account: Account, learner: Client) -> None:
    make_enrolment(account.person, make_module(lessons=1))

    assert learner.get(url("final_test", "M9")).status_code == 404


def test_a_passed_test_is_not_begun_again(account: Account, learner: Client) -> None:
    module = make_module(lessons=1)
    test = give_final_test(module)
    make_enrolment(account.person, module)
    learner.post(url("final_test", "M9"))
    mark_attempt(test.attempts.get(), 100)

    response = learner.post(url("final_test", "M9"), follow=True)

    assert ("You have passed this test already." in words(response), test.attempts.count()) == (True, 1)
    assert "Begin the test" not in words(response)
