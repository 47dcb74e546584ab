"""Questions that an editor has in a Word file: looked at, saved as drafts, found in the bank; and what is wrong."""

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from assessments.models import Category, Question
from people.models import Account
from tests.factories.assessments import make_category
from tests.factories.people import make_account
from tests.jobs import work_off
from tests.journeys.axe import assert_everybody_can_use
from tests.journeys.conftest import OpenPage
from tests.word_files import QUESTIONS, paragraph, word_file

KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
GOOD = FilePayload(name="Вопросы к модулю 1.docx", mimeType=KIND, buffer=QUESTIONS)
WRONG = FilePayload(
    name="unfinished.docx",
    mimeType=KIND,
    buffer=word_file(
        paragraph("Who keeps the card?"),
        paragraph("a) The registry"),
        paragraph("b) The patient"),
        paragraph("Answer:"),
    ),
)
OLD = FilePayload(
    name="old.doc", mimeType="application/msword", buffer=b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le")
)


@pytest.fixture
def editor(transactional_db: None) -> Account:
    return make_account("editor")


@pytest.fixture
def category(transactional_db: None) -> Category:
    return make_category("law")


def main(page: Page) -> Locator:
    return page.get_by_role("main")


def look_at(page: Page, file: FilePayload, category: Category) -> None:
    page.goto(f"/cms/questions/import/?category={category.pk}")
    page.locator("input[type=file]").set_input_files([file])
    main(page).get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(file["name"])


def test_questions_of_a_word_file_are_drafts_in_the_bank(
    open_page: OpenPage, editor: Account, category: Category
) -> None:
    page = open_page(editor)
    look_at(page, GOOD, category)
    expect(main(page)).to_contain_text("Word document")
    expect(main(page)).to_contain_text("0 cannot be taken over")
    main(page).locator("summary").first.click()
    expect(main(page).locator(".bank-learner").first).to_contain_text("Right answer: The patient")
    assert_everybody_can_use(page)

    main(page).get_by_role("button", name="Save 2 questions as drafts").click()
    work_off()
    expect(main(page)).to_contain_text("2 questions are in the bank as drafts.")
    main(page).get_by_role("link", name="Look at the drafts of this category").click()
    expect(main(page)).to_contain_text("Who keeps the card?")

    found = Question.objects.order_by("code").values_list("name", "type", "status", "category__slug")
    assert list(found) == [
        ("Who keeps the card?", "single_choice", "draft", "law"),
        ("How long?", "single_choice", "draft", "law"),
    ]


def test_what_is_wrong_stands_beside_its_paragraph(open_page: OpenPage, editor: Account, category: Category) -> None:
    page = open_page(editor)

    look_at(page, WRONG, category)
    expect(main(page).get_by_role("columnheader", name="Paragraph, or row of the table")).to_be_visible()
    row = main(page).get_by_role("row").filter(has_text="there must be the letter of one of the options")
    expect(row.get_by_role("rowheader")).to_have_text("4")
    assert_everybody_can_use(page)

    look_at(page, OLD, category)
    expect(main(page)).to_contain_text("This is an old Word file (.doc). Save it as .docx and send it again.")
    assert Question.objects.count() == 0
