"""The ways in which people answer the questions of a test: by keyboard alone, by touch, and without scripts.

Each knows how to tick, to choose, to write, to put in order and to press; what a question wants its page says.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from playwright.sync_api import Locator, Page

from assessments.models import AttemptItem
from assessments.question_types import TYPES, signed
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.steps import MOST_STOPS, SHOWS_FOCUS

SMALLEST_TARGET = 24  # CSS pixels, WCAG 2.2, 2.5.8


def fields_of(item: AttemptItem, response: Any) -> list[tuple[str, str]]:
    """The fields of a page with what a response of several parts puts into each, in the order of the response."""
    kind = TYPES[item.version.question.type]
    pairs = signed(kind.telling, item.option_order, kind.posted(item.version.structure, response))
    return [(part, value) for part, _equals, value in (pair.partition("=") for pair in pairs)]


class Hand(ABC):
    """Somebody in front of a page."""

    options: ClassVar[dict[str, Any]]  # of the browser

    def __init__(self, page: Page) -> None:
        self.page = page

    def answer(self, item: AttemptItem, response: Any) -> None:
        """Give a response (as it is stored) to a question, in the fields that the page has for it."""
        question = self.page.locator(f"#question-{item.position}")
        widget = question.get_attribute("data-widget")
        if widget == "order":
            self.put_in_order(question, [part for part, _place in fields_of(item, response)])
        elif isinstance(response, dict):
            for part, value in fields_of(item, response):
                self._fill_in(question.locator(f"[data-part={part}]"), part, value)
        elif widget in {"radio", "checkbox"}:
            for value in response if isinstance(response, list) else [response]:
                option = str(value).lower() if isinstance(value, bool) else value
                self.tick(question.locator(f'input[value="{option}"]'))
        else:
            self.write(question.get_by_role("textbox"), str(response))

    def _fill_in(self, field: Locator, part: str, value: str) -> None:
        if _tag(field) == "SELECT":
            self.choose(field, f"{part}={value}")
        else:
            self.write(field, value)

    @abstractmethod
    def press(self, target: Locator) -> None:
        """Press a button or open what is folded."""

    @abstractmethod
    def tick(self, option: Locator) -> None:
        """Choose a radio button or a checkbox."""

    @abstractmethod
    def write(self, field: Locator, text: str) -> None:
        """Write into an empty field."""

    @abstractmethod
    def choose(self, field: Locator, value: str) -> None:
        """Choose from a list."""

    @abstractmethod
    def put_in_order(self, question: Locator, order: Sequence[str]) -> None:
        """Bring the lines of a question into an order."""


class Keyboard(Hand):
    """Tab, arrows, Space, Enter and letters; the focus is seen wherever it stops."""

    options: ClassVar = {"viewport": DESKTOP}

    def press(self, target: Locator) -> None:
        self._go_to(target)
        self.page.keyboard.press("Enter")

    def tick(self, option: Locator) -> None:
        self._go_to(option)
        if not option.is_checked():
            self.page.keyboard.press("Space")

    def write(self, field: Locator, text: str) -> None:
        self._go_to(field)
        self.page.keyboard.type(text)

    def choose(self, field: Locator, value: str) -> None:
        self._go_to(field)
        for _each in range(field.locator("option").count()):
            if field.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        assert field.input_value() == value

    def put_in_order(self, question: Locator, order: Sequence[str]) -> None:
        """By the buttons “up”, from the first line to the last; the focus stays on the button that was pressed."""
        for place, each in enumerate(order):
            moves = _place(question, each) - place
            if moves:
                self._go_to(_line(question, each).get_by_role("button").first)
            for _move in range(moves):
                self.page.keyboard.press("Enter")

    def _go_to(self, target: Locator) -> None:
        """Tab, or Shift and Tab when it lies behind; inside a group of radio buttons the arrows."""
        key = "Shift+Tab" if target.evaluate(LIES_BEHIND) else "Tab"
        for _stop in range(MOST_STOPS):
            if target.evaluate("(target) => target === document.activeElement"):
                assert self.page.evaluate(SHOWS_FOCUS), f"Nothing shows that {target} has the focus."
                return
            self.page.keyboard.press("ArrowDown" if target.evaluate(IN_ITS_GROUP) else key)
        raise AssertionError(f"{target} is not reached by the keyboard.")


LIES_BEHIND = """(target) => Boolean(
    document.activeElement.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_PRECEDING)"""
IN_ITS_GROUP = """(target) => target.type === "radio" && document.activeElement.name === target.name"""


class Touch(Hand):
    """A finger on a small phone. What is touched is large enough; lists are those of the phone itself."""

    options: ClassVar = {"viewport": PHONE, "has_touch": True, "is_mobile": True}

    def press(self, target: Locator) -> None:
        self._tap(target)

    def tick(self, option: Locator) -> None:
        self._tap(option.locator("xpath=ancestor::label"))

    def write(self, field: Locator, text: str) -> None:
        self._tap(field)
        self.page.keyboard.type(text)

    def choose(self, field: Locator, value: str) -> None:
        _assert_large_enough(field)
        field.select_option(value)

    def put_in_order(self, question: Locator, order: Sequence[str]) -> None:
        """By the buttons “up”, from the first line to the last."""
        for place, each in enumerate(order):
            for _move in range(_place(question, each) - place):
                self._tap(_line(question, each).get_by_role("button").first)

    def _tap(self, target: Locator) -> None:
        _assert_large_enough(target)
        target.tap()


class WithoutScripts(Hand):
    """A browser on a small phone that runs no scripts: whatever is filled in goes out with its page."""

    options: ClassVar = {"viewport": PHONE, "javascript": False}

    def press(self, target: Locator) -> None:
        target.click()

    def tick(self, option: Locator) -> None:
        option.check()

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)

    def choose(self, field: Locator, value: str) -> None:
        field.select_option(value)

    def put_in_order(self, question: Locator, order: Sequence[str]) -> None:
        """By giving each line its place."""
        for place, each in enumerate(order, start=1):
            question.locator(f"select[data-part={each}]").select_option(f"{each}={place}")


def _assert_large_enough(target: Locator) -> None:
    """What stands in a line of text is as high as the line, which the criterion allows."""
    if target.evaluate("(target) => getComputedStyle(target).display === 'inline'"):
        return
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box is not None, f"{target} is not to be seen."
    assert min(box["width"], box["height"]) >= SMALLEST_TARGET, f"{target} is too small for a finger: {box}"


def _tag(field: Locator) -> Any:
    return field.evaluate("(field) => field.tagName")


def _line(question: Locator, each: str) -> Locator:
    return question.get_by_role("listitem").filter(has=question.page.locator(f"select[data-part={each}]"))


def _place(question: Locator, each: str) -> int:
    """Where a line stands now, from 0."""
    parts = question.locator("select[data-part]").evaluate_all("(all) => all.map((one) => one.dataset.part)")
    return int(parts.index(each))
