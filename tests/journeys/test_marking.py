"""Answers that a person marks: found in the CMS, marked by two who do not see each other, told to the learner."""

import re
from typing import Any

import pytest
from django.core.mail import EmailMessage
from playwright.sync_api import Locator, Page, expect

from assessments.models import Appeal, Attempt, AttemptItem, Marking, Test
from assessments.services import ask_again, mark_response
from people.models import Account
from tests.factories.assessments import make_question, make_test, take_test
from tests.factories.people import make_account
from tests.journeys.axe import assert_everybody_can_use
from tests.journeys.conftest import OpenPage
from tests.journeys.hands import Keyboard
from tests.journeys.steps import heading, sign_in_by_code

CRITERIA = {"criteria": [{"id": "c1", "points": 4}, {"id": "c2", "points": 1}]}
WORDS = {
    "en": {
        "stem": "Why do people leave their homes?",
        "rubric": "Two causes are enough.",
        "criteria": {"c1": "Names causes", "c2": "Gives an example"},
    }
}
ANSWER = "War and poverty.\n\nMy neighbours came in 2022."
CAUSES, EXAMPLE = "Both causes are named.", "The example makes it clear."


@pytest.fixture
def essay(transactional_db: None) -> Test:
    """One essay with criteria, which two people mark."""
    question = make_question("essay", code="E1", structure=CRITERIA, texts=WORDS)
    return make_test(question, second_marker=True)


@pytest.fixture
def short_essay(transactional_db: None) -> Test:
    """One essay without criteria, which one person marks."""
    return make_test(make_question("essay", code="E2"))


def handed_in(test: Test, *, person: Any = None, answer: str = ANSWER) -> Attempt:
    return take_test(test, answer, person=person or make_account().person)


def answer_of(attempt: Attempt) -> AttemptItem:
    return attempt.items.get()


def at(attempt: Attempt) -> str:
    return f"/cms/marking/{answer_of(attempt).pk}/"


def main(page: Page) -> Locator:
    return page.get_by_role("main")


def go_to(page: Page, what: str, code: str) -> Locator:
    """The link of a line of a list, which says unseen of which question it is."""
    return main(page).get_by_role("link", name=re.compile(f"^{what} ?: {code}$"))


def mark_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name=re.compile("^Mark"))


# --- Two people mark ------------------------------------------------------------------------------------------------
def test_two_markers_by_keyboard_and_the_learner_reads_mark_and_reason(
    open_page: OpenPage, essay: Test, mailoutbox: list[EmailMessage]
) -> None:
    attempt = handed_in(essay)
    editor, manager = make_account("editor"), make_account("manager")
    first, second = open_page(), open_page(manager)

    _find_the_answer(first, editor, mailoutbox)
    _mark_by_keyboard(Keyboard(first), points=("4", "0"), proposed="0.8", reason=CAUSES)
    expect(first.get_by_text("Kept. The answer waits for another marker now.")).to_be_visible()
    expect(main(first)).to_contain_text("1 answer that you marked waits for another marker.")

    second.goto("/cms/marking/")
    expect(main(second)).to_contain_text("1 for a second marker")
    second.goto(at(attempt))
    _shows_nothing_of_the_first(second, attempt)
    _mark_by_keyboard(Keyboard(second), points=("4", "1"), proposed="1", reason=EXAMPLE)
    expect(second.get_by_text("Marked.")).to_be_visible()
    expect(main(second)).to_contain_text("No answer waits for you.")

    assert list(Marking.objects.order_by("pk").values_list("marker", "mark", "rubric", "reason")) == [
        (editor.pk, 80, {"c1": 4, "c2": 0}, CAUSES),
        (manager.pk, 100, {"c1": 4, "c2": 1}, EXAMPLE),
    ]
    _learner_reads(open_page, attempt, "Passed", "0.90 of 1", f"Why this mark: {EXAMPLE}")


def _find_the_answer(page: Page, editor: Account, mailbox: list[EmailMessage]) -> None:
    """From the door through the menu to the answer that waits."""
    keyboard = Keyboard(page)
    page.goto("/cms/")
    sign_in_by_code(page, editor.email, mailbox)
    keyboard.press(page.get_by_role("button", name="Assessment", exact=True))
    keyboard.press(page.get_by_role("link", name="Marking", exact=True))
    expect(main(page).get_by_role("heading", level=2)).to_have_text("1 answer waits for your mark")
    keyboard.press(go_to(page, "Mark", "E1"))
    expect(main(page)).to_contain_text("My neighbours came in 2022.")
    expect(main(page)).to_contain_text("Two causes are enough.")


def _mark_by_keyboard(keyboard: Keyboard, *, points: tuple[str, str], proposed: str, reason: str) -> None:
    """The criteria propose the mark; Ctrl and Enter saves."""
    page = keyboard.page
    for label, value in zip(("Names causes", "Gives an example"), points, strict=True):
        keyboard.write(page.get_by_label(label), value)
    expect(mark_of(page)).to_have_value(proposed)
    keyboard.write(page.get_by_label("Why this mark"), reason)
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile("/cms/marking/$"))


def _shows_nothing_of_the_first(page: Page, attempt: Attempt) -> None:
    """Neither what the first marker gave, nor who wrote the answer."""
    for field in main(page).locator("form input:not([type=hidden]), form textarea").all():
        expect(field).to_have_value("")
    for secret in (CAUSES, attempt.person.family_name, attempt.person.public_code, str(attempt.agency)):
        expect(page.locator("body")).not_to_contain_text(secret)


def _learner_reads(open_page: OpenPage, attempt: Attempt, *said: str) -> None:
    page = open_page(attempt.person.account)
    page.goto(f"/en/my/tests/{attempt.pk}/result/")
    expect(heading(page)).to_have_text("Result")
    for words in said:
        expect(main(page)).to_contain_text(words)


def test_two_who_lie_far_apart_wait_for_a_third(open_page: OpenPage, essay: Test) -> None:
    attempt = handed_in(essay)
    for mark in (0, 100):
        mark_response(item=answer_of(attempt), mark=mark, reason=CAUSES, actor=make_account("editor"))
    page = open_page(make_account("editor"))
    page.goto("/cms/marking/")
    expect(main(page)).to_contain_text("1 for a third marker")

    page.goto(at(attempt))
    mark_of(page).fill("0,8")
    page.get_by_label("Why this mark").fill(EXAMPLE)
    page.get_by_role("button", name="Save the mark").click()

    expect(page.get_by_text("Marked.")).to_be_visible()
    _learner_reads(open_page, attempt, "Passed", "0.80 of 1", f"Why this mark: {EXAMPLE}")


# --- One mark, whatever is pressed ----------------------------------------------------------------------------------
def _fill_in(page: Page, mark: str) -> Locator:
    mark_of(page).fill(mark)
    page.get_by_label("Why this mark").fill(CAUSES)
    return page.get_by_role("button", name="Save the mark")


def test_a_double_click_is_one_mark(open_page: OpenPage, short_essay: Test) -> None:
    attempt, marker = handed_in(short_essay), make_account("editor")
    page = open_page(marker)
    page.goto(at(attempt))

    _fill_in(page, "1").dblclick()

    expect(page).to_have_url(re.compile("/cms/marking/$"))
    assert list(Marking.objects.values_list("item", "marker", "mark")) == [(answer_of(attempt).pk, marker.pk, 100)]


def test_a_mark_from_a_page_that_stood_open_changes_nothing(open_page: OpenPage, short_essay: Test) -> None:
    attempt = handed_in(short_essay)
    early, late = open_page(make_account("editor")), open_page(make_account("editor"))
    early_button, late_button = (_open_and_fill_in(page, attempt, mark) for page, mark in ((early, "0.5"), (late, "1")))

    early_button.click()
    expect(early.get_by_text("Marked.")).to_be_visible()
    late_button.click()

    expect(late.get_by_text("This answer is marked already. Nothing was changed.")).to_be_visible()
    assert (answer_of(attempt).mark, Marking.objects.count()) == (50, 1)


def _open_and_fill_in(page: Page, attempt: Attempt, mark: str) -> Locator:
    page.goto(at(attempt))
    return _fill_in(page, mark)


def test_nobody_marks_an_answer_of_their_own_or_answers_their_own_appeal(
    open_page: OpenPage, short_essay: Test
) -> None:
    writer = make_account("editor")
    attempt = handed_in(short_essay, person=writer.person)
    page = open_page(writer)

    page.goto("/cms/marking/")
    expect(main(page)).to_contain_text("No answer waits for you.")
    assert _status(page, at(attempt)) == 404

    mark_response(item=answer_of(attempt), mark=50, reason=CAUSES, actor=make_account("editor"))
    appeal = ask_again(item=answer_of(attempt), reason="It is right.", person=writer.person)
    page.goto("/cms/appeals/")
    expect(main(page)).to_contain_text("Nobody waits for an answer.")
    assert _status(page, f"/cms/appeals/{appeal.pk}/") == 404


def _status(page: Page, address: str) -> int:
    answer = page.goto(address)
    assert answer is not None
    return answer.status


# --- A mark asked about ---------------------------------------------------------------------------------------------
def test_an_appeal_is_answered_and_can_only_raise_the_mark(open_page: OpenPage, short_essay: Test) -> None:
    attempt = handed_in(short_essay)
    mark_response(item=answer_of(attempt), mark=50, reason=CAUSES, actor=make_account("editor"))
    ask_again(item=answer_of(attempt), reason="I gave an example.", person=attempt.person)
    page = open_page(make_account("manager"))
    keyboard = Keyboard(page)

    page.goto("/cms/appeals/")
    keyboard.press(go_to(page, "Look at it again", "E2"))
    expect(main(page)).to_contain_text("I gave an example.")
    keyboard.write(page.get_by_label("Answer to the learner"), "So it is.")
    for lower in ("0.2", "0.5"):
        page.get_by_label("Higher mark").fill("")
        keyboard.write(page.get_by_label("Higher mark"), lower)
        keyboard.press(page.get_by_role("button", name="Answer", exact=True))
        expect(main(page)).to_contain_text("Write more than 0.5 and at most 1 points, or leave it empty.")
        expect(page.get_by_label("Answer to the learner")).to_have_value("So it is.")
    page.get_by_label("Higher mark").fill("")
    keyboard.write(page.get_by_label("Higher mark"), "1")
    keyboard.press(page.get_by_role("button", name="Answer", exact=True))

    expect(page.get_by_text("Answered. The learner reads it beside the question.")).to_be_visible()
    expect(main(page)).to_contain_text("Raised from 0.5 to 1 of 1 points")
    assert list(Appeal.objects.values_list("mark_before", "mark_after")) == [(50, 100)]
    _learner_reads(open_page, attempt, "Passed", "1 of 1", "So it is.")


# --- Everybody can use it -------------------------------------------------------------------------------------------
def test_axe_finds_nothing_in_marking_and_appeals(open_page: OpenPage, essay: Test, short_essay: Test) -> None:
    waits, asked = handed_in(essay), handed_in(short_essay)
    mark_response(item=answer_of(asked), mark=50, reason=CAUSES, actor=make_account("editor"))
    appeal = ask_again(item=answer_of(asked), reason="I gave an example.", person=asked.person)
    page = open_page(make_account("manager"))

    for place in ("/cms/marking/", at(waits), "/cms/appeals/", f"/cms/appeals/{appeal.pk}/"):
        page.goto(place)
        assert_everybody_can_use(page)
        if main(page).locator("form").count():
            main(page).locator("form button").last.click()
            expect(main(page).locator(".bank-errors").first).to_be_visible()
            assert_everybody_can_use(page)
