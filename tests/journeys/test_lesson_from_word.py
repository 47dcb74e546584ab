"""A lesson that an editor has written in Word: seen as blocks with what stays out, then a draft that can be deleted."""

import pytest
from playwright.sync_api import Locator, Page, expect

from courses.models import LessonPage, ModulePage
from people.models import Account
from tests.factories.courses import make_module_page
from tests.factories.people import make_account
from tests.journeys.axe import assert_everybody_can_use
from tests.journeys.conftest import PHONE, OpenPage
from tests.word_files import EVERYTHING

FILE = {"name": "Кто такой мигрант.docx", "mimeType": "", "buffer": EVERYTHING}


@pytest.fixture
def editor(transactional_db: None) -> Account:
    return make_account("editor")


@pytest.fixture
def module(transactional_db: None) -> ModulePage:
    return make_module_page("M7")


def main(page: Page) -> Locator:
    return page.get_by_role("main")


def test_a_word_file_is_looked_at_and_becomes_a_draft_of_its_module(
    open_page: OpenPage, editor: Account, module: ModulePage
) -> None:
    page = open_page(editor, viewport=PHONE)
    page.goto(f"/cms/blueprints/{module.translation_key}/")
    main(page).get_by_role("link", name="Lesson from Word").click()
    main(page).get_by_role("button", name="Look at the file").click()
    expect(main(page)).to_contain_text("Choose a file.")
    assert_everybody_can_use(page)

    page.locator("input[type=file]").set_input_files([FILE])
    main(page).get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(FILE["name"])
    expect(main(page).get_by_role("row").filter(has_text="“gone”").get_by_role("rowheader")).to_have_text("3")
    expect(main(page).locator(".word-block__kind").first).to_have_text("Text")
    expect(main(page).get_by_role("columnheader", name="Arrivals")).to_be_visible()
    assert_everybody_can_use(page)
    assert LessonPage.objects.count() == 0

    page.get_by_label("Title").fill("Who is a migrant")
    main(page).get_by_role("button", name="Make the draft").click()
    expect(page.get_by_text("The draft is there, and nobody reads it yet.")).to_be_visible()
    draft = LessonPage.objects.get()
    assert (draft.title, draft.lesson_code, draft.live) == ("Who is a migrant", "M7.1", False)

    page.goto(f"/cms/pages/{draft.pk}/delete/")
    page.get_by_role("button", name="Yes, delete it").click()
    expect(page.get_by_text("deleted")).to_be_visible()
    assert LessonPage.objects.count() == 0
