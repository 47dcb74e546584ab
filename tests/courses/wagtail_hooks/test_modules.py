"""What editors may and may not do with modules and lessons in the CMS."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page

from assessments.models import Objective
from courses.models import LessonPage, Module, ModulePage
from courses.services import set_resources, withdraw_enrolment
from library.models import Term
from people.models import Account
from tests.factories.assessments import make_test
from tests.factories.courses import (
    give_final_test,
    locale,
    make_enrolment,
    make_home,
    make_lesson_page,
    make_module,
    make_module_page,
    translate,
)
from tests.factories.library import make_resource
from tests.factories.people import make_account, make_person

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Account], Client]
ONE = "1 person is enrolled: unpublish it instead."


@pytest.fixture
def editor(client_of: ClientOf) -> Client:
    """Somebody who may do everything in the CMS."""
    return client_of(Account.objects.create_superuser("root@example.org"))


@pytest.fixture
def module_page(account: Account) -> ModulePage:
    """A module of two lessons in two languages; one person is enrolled and has read the first lesson."""
    page = make_module_page("M9")
    first = make_lesson_page(page, "M9.1")
    make_lesson_page(page, "M9.2")
    translate(page, "ru")
    translate(first, "ru")
    make_enrolment(account.person, Module.objects.get(), read=1)
    return page


def delete(editor: Client, page: Page) -> str:
    """Press delete, confirm as often as asked; return the page that follows."""
    address = reverse("wagtailadmin_pages:delete", args=[page.pk])
    response = editor.post(address, {"confirm": "yes", "confirm_site_name": "Migration Health Academy"}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def delete_selection(editor: Client, *pages: Page) -> str:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    query = "&".join(f"id={page.pk}" for page in pages)
    data = {"confirm": "yes", "confirm_site_name": "Migration Health Academy"}
    response = editor.post(f"{address}?{query}&next={reverse('wagtailadmin_explore_root')}", data, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def the_home(page: ModulePage) -> Page:
    return page.get_parent()


def the_lesson(page: ModulePage) -> Page:
    return LessonPage.objects.child_of(page).get(lesson_code="M9.1")


def the_translation(page: ModulePage) -> Page:
    return page.get_translation(Locale.objects.get(language_code="ru"))


def the_translated_lesson(page: ModulePage) -> Page:
    return the_lesson(page).get_translation(Locale.objects.get(language_code="ru"))


IN_USE = [lambda page: page, the_home, the_lesson, the_translation, the_translated_lesson]
NAMES = ["module", "its parent", "lesson with progress", "translation", "translated lesson"]


@pytest.mark.parametrize("choose", IN_USE, ids=NAMES)
def test_what_people_are_enrolled_in_is_not_deleted(
    editor: Client, module_page: ModulePage, choose: Callable[[ModulePage], Page]
) -> None:
    page, before = choose(module_page), Page.objects.count()

    shown = delete(editor, page)

    assert (ONE in shown, Page.objects.count()) == (True, before)


@pytest.mark.parametrize("choose", IN_USE, ids=NAMES)
def test_the_question_whether_to_delete_is_not_even_asked(
    editor: Client, module_page: ModulePage, choose: Callable[[ModulePage], Page]
) -> None:
    page = choose(module_page)

    response = editor.get(reverse("wagtailadmin_pages:delete", args=[page.pk]))

    assert response.url == reverse("wagtailadmin_explore", args=[page.get_parent().pk])


@pytest.mark.parametrize("choose", IN_USE, ids=NAMES)
def test_a_selection_with_people_on_it_is_refused_as_a_whole(
    editor: Client, module_page: ModulePage, choose: Callable[[ModulePage], Page]
) -> None:
    unused = make_module_page("M8")
    page, before = choose(module_page), Page.objects.count()

    shown = delete_selection(editor, unused, page)

    assert (ONE in shown, Page.objects.count()) == (True, before)


def test_the_sentence_counts_people_once(account: Account, editor: Client, module_page: ModulePage) -> None:
    other = make_person(agency=account.person.memberships.get().agency)
    make_enrolment(other, Module.objects.get(), read=2)

    assert "2 people are enrolled: unpublish it instead." in delete(editor, module_page)


def test_who_left_still_has_records_here(account: Account, editor: Client, module_page: ModulePage) -> None:
    withdraw_enrolment(enrolment=account.person.enrolments.get())

    assert ONE in delete(editor, module_page)


def test_what_nobody_uses_can_be_deleted(editor: Client) -> None:
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1")

    delete(editor, page)

    assert (ModulePage.objects.count(), LessonPage.objects.count()) == (0, 0)
    assert Module.objects.offered().count() == 0


def test_a_lesson_that_nobody_opened_can_be_deleted(editor: Client, module_page: ModulePage) -> None:
    delete_selection(editor, LessonPage.objects.get(lesson_code="M9.2"))

    module = Module.objects.get()
    assert list(module.lessons.offered().values_list("code", flat=True)) == ["M9.1"]


def test_unpublishing_instead_is_allowed(editor: Client, module_page: ModulePage) -> None:
    response = editor.post(reverse("wagtailadmin_pages:unpublish", args=[the_lesson(module_page).pk]), follow=True)

    assert (response.status_code, the_lesson(module_page).live) == (200, False)


def test_moving_a_module_with_people_on_it_breaks_nothing(editor: Client, module_page: ModulePage) -> None:
    second = LessonPage.objects.get(lesson_code="M9.2")

    response = editor.post(reverse("wagtailadmin_pages:set_page_position", args=[second.pk]) + "?position=0")

    assert response.status_code == 200
    assert list(Module.objects.get().lessons.order_by("position").values_list("code", flat=True)) == ["M9.2", "M9.1"]


def test_a_copy_reminds_of_its_code_and_is_not_offered(editor: Client, module_page: ModulePage) -> None:
    data = {
        "new_title": "Copy",
        "new_slug": "copy",
        "new_parent_page": module_page.get_parent().pk,
        "copy_subpages": "on",
        "publish_copies": "on",
    }

    response = editor.post(reverse("wagtailadmin_pages:copy", args=[module_page.pk]), data, follow=True)

    assert "The copy needs a code of its own before learners can see it." in response.content.decode()
    assert (ModulePage.objects.filter(live=True).count(), Module.objects.count()) == (3, 1)


def fields(code: str) -> dict[str, str]:
    """The form of a lesson with one block of text."""
    return {
        "title": "New lesson",
        "slug": "new-lesson",
        "lesson_code": code,
        "summary": "",
        "minutes": "10",
        "required": "on",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "heading",
        "body-0-id": "",
        "body-0-value": "Heading",
        "sources-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "1000",
        "action-publish": "action-publish",
    }


def create(editor: Client, parent: ModulePage, code: str) -> str:
    address = reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", parent.pk])
    response = editor.post(address, fields(code), follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_a_lesson_is_written_and_published_in_the_cms(editor: Client) -> None:
    parent = make_module_page("M9")

    create(editor, parent, "M9.1")

    assert list(Module.objects.get().lessons.values_list("code", "position")) == [("M9.1", 1)]


def test_the_code_of_another_lesson_is_refused(editor: Client) -> None:
    parent = make_module_page("M9")
    taken = make_lesson_page(parent, "M9.1")

    shown = create(editor, parent, "M9.1")

    assert "“Lesson M9.1 en” has this code already. Choose another one." in shown
    assert list(LessonPage.objects.all()) == [taken]


def test_a_lesson_and_its_translation_share_the_code(editor: Client) -> None:
    parent = make_module_page("M9")
    translate(parent, "ru")
    heading = {"type": "heading", "id": str(uuid4()), "value": "Heading"}
    english = make_lesson_page(parent, "M9.1", summary="", body=[heading], sources=[])
    russian = translate(english, "ru")
    address = reverse("wagtailadmin_pages:edit", args=[russian.pk])
    words = {"title": "Новый урок", "body-0-id": heading["id"], "body-0-value": "Заголовок"}

    editor.post(address, {**fields("M9.1"), **words}, follow=True)

    russian.refresh_from_db()
    assert (russian.title, russian.live) == ("Новый урок", True)


@pytest.mark.parametrize("code", ["M9/1", "M9 1", ""])
def test_a_code_that_cannot_stand_in_an_address_is_refused(editor: Client, code: str) -> None:
    parent = make_module_page("M9")

    create(editor, parent, code)

    assert LessonPage.objects.count() == 0


def test_a_draft_without_a_code_breaks_no_list(editor: Client) -> None:
    parent = make_module_page("M9")
    page = make_lesson_page(parent, "M9.1", live=False)
    LessonPage.objects.filter(pk=page.pk).update(lesson_code="")

    assert editor.get(reverse("wagtailadmin_explore", args=[parent.pk])).status_code == 200
    assert editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


# --- Where pages are read --------------------------------------------------------------------------------------------


def test_addresses_of_the_page_tree_lead_to_the_reader(client: Client) -> None:
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1")
    translate(page, "ru")

    assert client.get("/en/module-m9/").url == "/en/modules/M9/"
    assert client.get("/ru/module-m9/").url == "/ru/modules/M9/"
    assert client.get("/en/module-m9/lesson-m9-1/").url == "/en/modules/M9/M9.1/"


def test_the_cms_links_to_the_reader() -> None:
    page = make_module_page("M9")
    lesson = make_lesson_page(page, "M9.1")

    assert (page.get_url(), lesson.get_url()) == ("/en/modules/M9/", "/en/modules/M9/M9.1/")


def test_the_preview_shows_the_draft_as_readers_will_see_it(editor: Client) -> None:
    page = make_module_page("M9")
    lesson = make_lesson_page(page, "M9.1")
    lesson.body = [("text", "<p>Draft words</p>")]
    lesson.save_revision()
    page.summary = "Draft summary"
    page.save_revision()

    shown = editor.get(reverse("wagtailadmin_pages:view_draft", args=[lesson.pk])).content.decode()
    module = editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).content.decode()

    assert '<div class="prose" data-reader-text>' in shown
    assert "<p>Draft words</p>" in shown
    assert "Draft summary" in module
    assert "Enrol" not in shown + module


def test_a_lesson_of_a_draft_module_can_be_previewed(editor: Client) -> None:
    lesson = make_lesson_page(make_module_page("M9", live=False), "M9.1", live=False)

    assert editor.get(reverse("wagtailadmin_pages:view_draft", args=[lesson.pk])).status_code == 200


# --- Rules of a module -----------------------------------------------------------------------------------------------


def test_editors_set_the_rules_of_a_module(client_of: ClientOf, account: Account) -> None:
    module = make_module(lessons=1)
    give_final_test(module)
    make_enrolment(account.person, module)
    objective = Objective.objects.create(code="O1", text_en="tell one from the other")
    other = make_test(code="OTHER")
    editor = client_of(make_account("editor"))
    address = reverse("module-rules:edit", args=[module.pk])

    shown = editor.get(address).content.decode()
    response = editor.post(
        address, {"final_test": other.pk, "certificate_months": "24", "objectives": [objective.pk]}, follow=True
    )

    assert "Another test changes the rule for 1 person who is under way. 0 completions stay as they are." in shown
    assert response.status_code == 200
    module.refresh_from_db()
    assert (module.final_test, module.certificate_months, module.rule_version) == (other, 24, 3)
    assert list(module.objectives.all()) == [objective]


def test_editors_say_which_resources_a_module_works_with(client_of: ClientOf) -> None:
    module = make_module(lessons=1)
    study, draft = make_resource("study"), make_resource("draft", live=False)
    make_resource("study", "be", of=study)
    set_resources(module=module, keys=[draft.translation_key])
    editor = client_of(make_account("editor"))
    address = reverse("module-rules:edit", args=[module.pk])

    form = editor.get(address).context["form"]
    editor.post(address, {"resources": [str(study.translation_key), str(draft.translation_key)]})

    assert form.initial["resources"] == [draft.translation_key]
    assert sorted(resource.slug for resource in form.fields["resources"].queryset) == ["draft", "study"]
    assert {link.resource_key for link in module.resource_links.all()} == {study.translation_key, draft.translation_key}


def test_a_module_before_itself_is_refused_in_words(editor: Client) -> None:
    module = make_module(lessons=1)

    response = editor.post(reverse("module-rules:edit", args=[module.pk]), {"prerequisites": [module.pk]})

    assert "A module cannot be its own prerequisite" in response.content.decode()
    assert module.prerequisites.count() == 0


def test_records_of_modules_are_neither_made_nor_deleted_by_hand(editor: Client) -> None:
    module = make_module(lessons=1)

    for address in (reverse("module-rules:add"), reverse("module-rules:delete", args=[module.pk])):
        assert editor.post(address).status_code == 302
    assert Module.objects.count() == 1
    assert editor.get(reverse("module-rules:index")).status_code == 200


# --- Words that many lessons show ------------------------------------------------------------------------------------


def test_a_new_wording_of_a_term_is_seen_in_lessons_at_once(editor: Client) -> None:
    make_home()
    term = Term.objects.create(slug="migrant", name="Migrant", definition="Old words", locale=locale("en"))
    make_lesson_page(make_module_page("M9"), "M9.1", body=[{"type": "term", "value": {"slug": "migrant"}}])
    assert "Old words" in editor.get("/en/modules/M9/M9.1/").content.decode()

    address = reverse("wagtailsnippets_library_term:edit", args=[term.pk])
    editor.post(address, {"name": "Migrant", "slug": "migrant", "definition": "New words", "action-publish": "1"})
    assert "New words" in editor.get("/en/modules/M9/M9.1/").content.decode()
    editor.post(reverse("wagtailsnippets_library_term:delete", args=[term.pk]))
    assert "New words" not in editor.get("/en/modules/M9/M9.1/").content.decode()
