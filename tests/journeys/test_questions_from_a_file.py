"""Questions from a file in the CMS: what is wrong is said, what comes in is seen first, and all can be undone."""

import io
import re
from base64 import b64encode

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, FrameLocator, Locator, Page, expect

from assessments.models import Category, Question, QuestionImport
from people.models import Account
from tests.factories.assessments import make_category
from tests.factories.people import make_account
from tests.jobs import work_off
from tests.journeys.axe import assert_everybody_can_use
from tests.journeys.conftest import PHONE, OpenPage
from tests.journeys.hands import Keyboard

GIFT = """::Migrant:: Who is a migrant? {=One who moves ~One who stays}

::Lost:: The bracket of this one stays open. {=this ~that
"""
TABLE = "<table><tr><th>Year</th><th>Arrivals</th></tr><tr><td>2022</td><td>8000</td></tr></table>"


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(drawn, "PNG")
    return drawn.getvalue()


def moodle_xml() -> bytes:
    """The file as Moodle would have written it once it was mended there: with a picture, a table and the answers."""
    drawn = f'<file name="map.png" path="/" encoding="base64">{b64encode(picture()).decode()}</file>'
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<question type="multichoice">
<name><text>Arrivals</text></name>
<questiontext format="html"><text><![CDATA[<p>What does the table say about this place?</p>
<p><img src="@@PLUGINFILE@@/map.png" alt="A map"></p>{TABLE}]]></text>{drawn}</questiontext>
<generalfeedback format="html"><text></text></generalfeedback>
<defaultgrade>1</defaultgrade><single>true</single><shuffleanswers>true</shuffleanswers>
<answer fraction="100" format="html"><text>8000 people came</text><feedback format="html"><text/></feedback></answer>
<answer fraction="0" format="html"><text>Nobody came</text><feedback format="html"><text/></feedback></answer>
</question>
<question type="truefalse">
<name><text>Asylum</text></name>
<questiontext format="html"><text>Asylum is a right.</text></questiontext>
<answer fraction="100" format="moodle_auto_format"><text>true</text><feedback format="html"><text/></feedback></answer>
<answer fraction="0" format="moodle_auto_format"><text>false</text><feedback format="html"><text/></feedback></answer>
</question>
</quiz>
""".encode()


BROKEN = FilePayload(name="questions.txt", mimeType="text/plain", buffer=GIFT.encode())
MENDED = FilePayload(name="questions.xml", mimeType="text/xml", buffer=moodle_xml())


@pytest.fixture
def editor(transactional_db: None) -> Account:
    return make_account("editor")


@pytest.fixture
def category(transactional_db: None) -> Category:
    return make_category("law")


def main(page: Page) -> Locator:
    return page.get_by_role("main")


def button(page: Page, name: str) -> Locator:
    return main(page).get_by_role("button", name=name)


# --- A file with an error, by keyboard ------------------------------------------------------------------------------
def test_by_keyboard_a_file_is_chosen_its_error_is_seen_and_it_is_forgotten(
    open_page: OpenPage, editor: Account, category: Category
) -> None:
    page = open_page(editor)
    keyboard = Keyboard(page)

    _choose_the_file(keyboard, category)
    expect(
        main(page).get_by_role("row").filter(has_text="A brace has no partner").get_by_role("rowheader")
    ).to_have_text("3")
    expect(main(page)).to_contain_text("1 cannot be taken over")
    assert_everybody_can_use(page)

    keyboard.press(button(page, "Save 1 question as a draft"))
    expect(main(page).get_by_role("alert")).to_contain_text("Something in the file cannot be taken over.")
    assert_everybody_can_use(page)
    assert Question.objects.count() == 0

    keyboard.press(button(page, "Forget this file"))
    expect(page.get_by_text("“questions.txt” is forgotten. Nothing of it was saved.")).to_be_visible()
    assert QuestionImport.objects.count() == 0


def _choose_the_file(keyboard: Keyboard, category: Category) -> None:
    """From the bank to what was understood of the file; first without saying where its questions are to lie."""
    page = keyboard.page
    page.goto("/cms/questions/")
    keyboard.press(main(page).get_by_role("link", name="Bring in from a file"))
    expect(main(page)).to_contain_text("Nobody has brought in a file yet.")
    assert_everybody_can_use(page)
    _press_for_a_file(keyboard)
    keyboard.press(button(page, "Look at the file"))
    expect(main(page)).to_contain_text("Choose a category, or name a new one.")
    expect(main(page)).to_contain_text("Choose the file once more: browsers do not keep it.")
    assert_everybody_can_use(page)
    _press_for_a_file(keyboard)
    keyboard.choose(page.get_by_label("Category", exact=True), str(category.pk))
    keyboard.press(button(page, "Look at the file"))
    expect(page.get_by_role("heading", level=1)).to_have_text("questions.txt")


def _press_for_a_file(keyboard: Keyboard) -> None:
    """The window in which files are chosen is the browser's own; it opens with Enter."""
    with keyboard.page.expect_file_chooser() as chooser:
        keyboard.press(keyboard.page.locator("input[type=file]"))
    chooser.value.set_files([BROKEN])


# --- The mended file, on a phone ------------------------------------------------------------------------------------
def test_a_file_with_a_picture_is_looked_at_saved_and_undone(
    open_page: OpenPage, editor: Account, category: Category
) -> None:
    page = open_page(editor, viewport=PHONE)

    address = _look_at_the_file(page, category)
    _save(page)
    _the_question_has_its_picture_and_its_table(page)
    page.goto(address)
    _undo(page)

    kept = QuestionImport.objects.get()
    assert (kept.status, kept.questions.count(), kept.texts.count()) == ("undone", 0, 0)
    assert Question.objects.count() == 0


def _look_at_the_file(page: Page, category: Category) -> str:
    """Everything as a learner sees it, before anything is saved. Returns the address of the file."""
    page.goto(f"/cms/questions/import/?category={category.pk}")
    page.locator("input[type=file]").set_input_files([MENDED])
    button(page, "Look at the file").click()
    expect(main(page)).to_contain_text("Moodle XML")
    expect(main(page)).to_contain_text("0 cannot be taken over")
    main(page).locator("summary").first.click()
    shown = main(page).locator(".bank-learner").first
    expect(shown.get_by_role("cell", name="8000")).to_be_visible()
    expect(shown.get_by_role("radio")).to_have_count(2)
    expect(shown).to_contain_text("Right answer: 8000 people came")
    expect(main(page)).to_contain_text("Pictures, shown once they are saved: map.png")
    assert_everybody_can_use(page)
    assert Question.objects.count() == 0
    return page.url


def _save(page: Page) -> None:
    """Pressed twice it is saved once; the page shows by itself that the worker is done."""
    button(page, "Save 2 questions as drafts").dblclick()
    expect(main(page).get_by_role("heading", name="The questions are being saved")).to_be_visible()
    expect(main(page).get_by_role("progressbar")).to_have_attribute("max", "2")
    work_off()
    expect(main(page)).to_contain_text("2 questions are in the bank as drafts.")
    assert_everybody_can_use(page)
    assert sorted(Question.objects.values_list("name", "status")) == [("Arrivals", "draft"), ("Asylum", "draft")]


def _the_question_has_its_picture_and_its_table(page: Page) -> None:
    question = Question.objects.get(name="Arrivals")
    main(page).get_by_role("link", name="Look at the drafts of this category").click()
    main(page).get_by_role("link", name=question.code).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(question.code)
    shown = _preview(page)
    drawn = shown.get_by_role("img", name="A map")
    drawn.scroll_into_view_if_needed()
    expect(drawn).to_be_visible()
    expect(drawn).to_have_js_property("complete", True)
    assert drawn.evaluate("(drawn) => drawn.naturalWidth") > 0
    expect(shown.get_by_role("cell", name="8000")).to_be_visible()
    assert_everybody_can_use(page)


def _preview(page: Page) -> FrameLocator:
    return page.frame_locator("iframe.bank-preview")


def _undo(page: Page) -> None:
    main(page).get_by_role("link", name="Undo", exact=True).click()
    expect(main(page)).to_contain_text("2 questions go out of the bank for good.")
    assert_everybody_can_use(page)
    button(page, "Undo the import").click()
    expect(page.get_by_text("Undone: nothing of the file is in the bank any more.")).to_be_visible()
    assert_everybody_can_use(page)
    page.goto("/cms/questions/")
    expect(main(page)).not_to_contain_text(re.compile("Arrivals|Asylum"))
