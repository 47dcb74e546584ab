"""What people do again and again: sign in, find their way, answer a question, hand in."""

import re
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from playwright.sync_api import Locator, Page, expect

from assessments.models import Attempt, AttemptItem
from assessments.question_types import TYPES

ENGLISH = re.compile(r"[A-Z][^\u0400-\u04FF]*\s[^\u0400-\u04FF]*[a-z]{3}[^\u0400-\u04FF]*$")
CODE = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)


# --- Signing in -----------------------------------------------------------------------------------------------------
def sign_in_by_code(page: Page, address: str, mailbox: Sequence[EmailMessage]) -> None:
    """From the page that asks who it is to wherever one wanted to go: the code is in the mail."""
    page.get_by_label("Work e-mail").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter Sign-In Code")
    page.get_by_label("Code").fill(code_in_the_mail(address, mailbox))
    page.get_by_role("button", name="Confirm").click()


def code_in_the_mail(address: str, mailbox: Sequence[EmailMessage]) -> str:
    latest = [message for message in mailbox if message.to == [address]][-1]
    found = CODE.search(str(latest.body))
    assert found, f"There is no code in this message:\n{latest.body}"
    return found.group()


# --- Looking around -------------------------------------------------------------------------------------------------
def heading(page: Page) -> Any:
    return page.get_by_role("heading", level=1)


def switch_language(page: Page, language: str) -> None:
    page.locator(f".language-switch [lang={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def assert_fits(page: Page) -> None:
    """Nobody has to scroll sideways, once the page that a click leads to is there."""
    page.wait_for_load_state()
    expect(page.locator("body")).to_be_visible()
    wide, window = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= window, f"{page.url} is {wide} px wide in a window of {window} px: {_too_wide(page)}"


def _too_wide(page: Page) -> Any:
    return page.evaluate(
        """() => Array.from(document.querySelectorAll("body *"))
            .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .slice(0, 3).map((element) => element.outerHTML.slice(0, 120))"""
    )


def english_sentences(page: Page) -> list[str]:
    """What is written in Latin letters, two words at least, where the page says that it is not English."""
    written = page.evaluate(
        """() => {
            const found = [];
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const place = walker.currentNode.parentElement;
                if (place.closest("[lang]").lang !== "en" && place.checkVisibility()) {
                    found.push(walker.currentNode.textContent.trim());
                }
            }
            return found;
        }"""
    )
    return [words for words in written if ENGLISH.match(words)]


# --- The keyboard alone ----------------------------------------------------------------------------------------------
MOST_STOPS = 120
# The thing itself has an outline, or the choice or card that it stands for.
SHOWS_FOCUS = """() => {
    const own = document.activeElement;
    return [own, own.closest(".choice"), own.closest(".card")]
        .some((element) => element && getComputedStyle(element).outlineStyle !== "none");
}"""


# --- Taking a test --------------------------------------------------------------------------------------------------
def items_of(attempt: Attempt) -> list[AttemptItem]:
    return list(attempt.items.select_related("version__question").order_by("position"))


def key_of(item: AttemptItem) -> Any:
    """The right response to a question, as it is stored."""
    return TYPES[item.version.question.type].key(item.version.structure)


def answer(page: Page, item: AttemptItem, response: Any) -> None:
    """Give a response to a question of a test, as its kind of field wants it."""
    place = page.locator(f"#question-{item.position}")
    if place.get_attribute("data-widget") == "number":
        place.get_by_role("textbox").fill(str(response))
        return
    for value in response if isinstance(response, list) else [response]:
        place.locator(f'input[value="{str(value).lower() if isinstance(value, bool) else value}"]').check()


def saved(page: Page, item: AttemptItem) -> Locator:
    """What the page says about the answer to a question: that it is saved, that it waits."""
    return page.locator(f"#question-{item.position} [data-saved]")
