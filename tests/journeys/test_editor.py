"""An editor's way: through the one door into the CMS, a lesson changed, looked at and published, nothing lost."""

import re
from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from playwright.sync_api import Page, expect
from wagtail.models import Page as CmsPage

from courses.models import LessonPage, ModulePage
from people.models import Account
from tests.journeys.conftest import OpenPage
from tests.journeys.steps import heading, sign_in_by_code

NEW_TITLE = "Nobody is left out"
TRANSLATED = "Ніхто не застаецца па-за ўвагай"
REFUSED = re.compile(r"\d+ people are enrolled: unpublish it instead\.")


def lesson(language: str = "en", code: str = "M1.2") -> LessonPage:
    return LessonPage.objects.get(lesson_code=code, locale__language_code=language)


def module(language: str = "en") -> ModulePage:
    return ModulePage.objects.get(module_code="M1", locale__language_code=language)


@pytest.mark.parametrize("door", ["/cms/", "/cms/login/?next=/cms/"])
def test_the_cms_is_entered_through_the_one_door(
    open_page: OpenPage, demo: Callable[[str], Account], mailoutbox: list[EmailMessage], door: str
) -> None:
    page = open_page()
    page.goto(door)
    expect(page).to_have_url(re.compile(r"/en/account/login/\?next=/cms/$"))

    sign_in_by_code(page, demo("editor").email, mailoutbox)

    expect(page).to_have_url(re.compile("/cms/$"))
    expect(page.get_by_role("link", name="Images", exact=True)).to_be_visible()


@pytest.mark.parametrize("door", ["/cms/", "/cms/login/", "/cms/pages/"])
def test_somebody_without_the_role_is_told_so(open_page: OpenPage, demo: Callable[[str], Account], door: str) -> None:
    page = open_page(demo("learner"))

    page.goto(door)

    expect(heading(page)).to_have_text("You may not open this page")
    expect(page.get_by_role("main")).to_contain_text("Texts are written by editors.")


def test_a_lesson_is_changed_previewed_and_published(open_page: OpenPage, demo: Callable[[str], Account]) -> None:
    editor, reader = open_page(demo("editor")), open_page(demo("learner"))
    reader.goto("/en/modules/M1/M1.2/")
    before = heading(reader).inner_text()
    editor.goto(f"/cms/pages/{module().pk}/")
    editor.get_by_role("main").get_by_role("link", name=before).click()

    editor.locator("#id_title").fill(NEW_TITLE)
    editor.get_by_role("button", name="Toggle preview").click()
    expect(editor.frame_locator("#w-preview-iframe").get_by_role("heading", level=1)).to_have_text(NEW_TITLE)
    reader.reload()
    expect(heading(reader)).to_have_text(before)
    _fill_and_publish(editor, NEW_TITLE)

    reader.reload()
    expect(heading(reader)).to_have_text(NEW_TITLE)
    expect(reader.get_by_role("complementary").get_by_role("link", name=NEW_TITLE)).to_be_attached()


def test_a_changed_lesson_is_translated(open_page: OpenPage, demo: Callable[[str], Account]) -> None:
    """The source changes; its translation is found out of step, held against what changed, mended and published."""
    editor, reader = open_page(demo("editor")), open_page(demo("learner"), language="be")
    _publish(editor, lesson(), NEW_TITLE)
    editor.goto("/cms/translations/?language=be&state=stale")

    editor.get_by_role("main").get_by_role("link", name=NEW_TITLE, exact=True).click()

    changed = editor.get_by_role("region", name="What changed in the source")
    # What was not touched is as it was, whatever the editor of the CMS makes of its markup.
    expect(changed.get_by_role("article")).to_have_count(1)
    expect(changed.locator("ins")).to_contain_text(["Nobody", "is", "left", "out"])
    address = editor.url
    editor.get_by_role("link", name="Mend the translation").click()
    _fill_and_publish(editor, TRANSLATED)

    # It is in step; a native editor, who mended it, has read the rest as well.
    editor.goto(address)
    expect(editor.locator(".step-state")).to_have_text("awaiting review")
    editor.get_by_role("button", name="I have read it: take the mark off").click()
    expect(editor.locator(".step-state")).to_have_text("done")
    reader.goto("/be/modules/M1/M1.2/")
    expect(heading(reader)).to_have_text(TRANSLATED)


def _publish(editor: Page, page: LessonPage, title: str) -> None:
    editor.goto(f"/cms/pages/{page.pk}/edit/")
    _fill_and_publish(editor, title)


def _fill_and_publish(editor: Page, title: str) -> None:
    editor.locator("#id_title").fill(title)
    editor.get_by_role("button", name="More actions").last.click()
    editor.get_by_role("button", name="Publish", exact=True).click()
    expect(editor.get_by_text(f"Page '{title}' has been published.")).to_be_visible()


IN_USE = {
    "a lesson": ("editor", lesson),
    "its translation": ("editor", lambda: lesson("be")),
    "the module": ("admin", module),
    "its translation into another language": ("admin", lambda: module("ru")),
    "the page above": ("admin", lambda: module().get_parent()),
}


@pytest.mark.parametrize(("word", "choose"), IN_USE.values(), ids=IN_USE.keys())
def test_a_page_with_people_on_it_is_not_deleted(
    open_page: OpenPage, demo: Callable[[str], Account], word: str, choose: Callable[[], CmsPage]
) -> None:
    page, pages, target = open_page(demo(word)), CmsPage.objects.count(), choose()

    page.goto(f"/cms/pages/{target.pk}/delete/")

    expect(page.get_by_text(REFUSED)).to_be_visible()
    expect(page.get_by_role("button", name="Yes, delete it")).to_have_count(0)
    assert CmsPage.objects.count() == pages


def test_a_selection_with_people_on_it_is_not_deleted(open_page: OpenPage, demo: Callable[[str], Account]) -> None:
    page, pages = open_page(demo("editor")), CmsPage.objects.count()
    page.goto(f"/cms/pages/{module().pk}/")

    _select(page, lesson(code="M1.1"))
    _select(page, lesson(code="M1.5"))
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Yes, delete").click()

    expect(page.get_by_text(REFUSED)).to_be_visible()
    assert CmsPage.objects.count() == pages


def _select(page: Page, target: CmsPage) -> None:
    """The boxes of a listing show themselves to a mouse; the keyboard finds them anyway."""
    box = page.locator(f"tbody input[type=checkbox][data-object-id='{target.pk}']")
    box.focus()
    box.press("Space")
    expect(box).to_be_checked()
