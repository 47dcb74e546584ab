"""An editor at the question bank: nothing for axe to find, and rows that come and go without loading the page."""

from collections.abc import Callable

from playwright.sync_api import expect

from assessments.models import Question
from people.models import Account
from tests.journeys.axe import WCAG, violations
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage

PLACES = [
    "/cms/questions/",
    "/cms/questions/add/",
    "/cms/questions/add/select_words/",
    "/cms/questions/{pk}/",
    "/cms/questions/{pk}/edit/",
    "/cms/questions/{pk}/preview/be/",
    "/cms/questions/{pk}/changes/",
    "/cms/questions/{pk}/versions/1/void/",
    "/cms/bulk/assessments/question/tags/?id={pk}&next=/cms/questions/",
]


def test_axe_finds_nothing_in_the_question_bank(open_page: OpenPage, demo: Callable[[str], Account]) -> None:
    page = open_page(demo("editor"))
    pk = Question.objects.get(code="M1-Q01").pk
    complaints = []
    for place in PLACES:
        page.goto(place.format(pk=pk))
        for viewport in (DESKTOP, PHONE):
            page.set_viewport_size(viewport)
            complaints += [f"{place}: {each}" for each in violations(page, rules=WCAG)]

    assert not complaints, "\n".join(complaints)


def test_rows_come_and_go_with_the_focus_where_the_editor_is(
    open_page: OpenPage, demo: Callable[[str], Account]
) -> None:
    page = open_page(demo("editor"))
    page.goto("/cms/questions/add/ordering/")
    page.get_by_label("Text: English").nth(0).fill("First")
    page.get_by_label("Russian", exact=True).uncheck()

    page.get_by_role("button", name="Move down: Place 1").click()

    expect(page.get_by_label("Text: English").nth(1)).to_have_value("First")
    expect(page.get_by_role("button", name="Move down: Place 2")).to_be_focused()
    expect(page.get_by_label("Russian", exact=True)).not_to_be_checked()

    page.get_by_role("button", name="Add an item").click()

    expect(page.get_by_role("group", name="Place 5")).to_be_focused()
