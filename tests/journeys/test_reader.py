"""What a new reader tries first: to find a word, to have it explained, to take a whole module on paper."""

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from people.models import Account
from tests.journeys.conftest import PHONE, OpenPage
from tests.journeys.steps import assert_fits, heading

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # Wagtail leaves files of pictures open


@pytest.mark.parametrize(
    ("language", "typed", "term"),
    [
        ("en", "Firewalls", "Firewall"),
        ("ru", "защитного барьера", "защитный барьер"),
        # An apostrophe as keyboards have it, and a letter that is often typed otherwise.
        ("be", "ахоунага бар'ера", "ахоўны бар’ер"),
    ],
)
def test_a_word_is_found_in_each_language_however_it_is_typed(
    open_page: OpenPage, demo: Callable[[str], Account], language: str, typed: str, term: str
) -> None:
    page = open_page(demo("learner"), viewport=PHONE, language=language)
    page.goto(f"/{language}/search/")

    page.locator("#find").fill(typed)
    page.locator("#find").press("Enter")

    terms = page.locator("section[aria-labelledby=terms]")
    expect(terms.get_by_role("link").first).to_contain_text(term)
    assert_fits(page)
    terms.get_by_role("link").first.click()
    expect(page.locator("#term-firewall")).to_be_in_viewport()


def test_a_lesson_explains_its_words_by_the_keyboard_alone(open_page: OpenPage, demo: Callable[[str], Account]) -> None:
    page = open_page(demo("learner"))
    page.goto("/en/search/?q=firewall")
    page.locator("section[aria-labelledby=lessons]").get_by_role("link").first.click()

    # Where the lesson turns on it, it is explained in its place; other terms open at their first mention.
    expect(page.get_by_role("note").first).to_contain_text("Separation that lets people use a service")
    word = page.locator("button.word").first
    box = page.locator(f"#{word.get_attribute('popovertarget')}")
    word.focus()
    word.press("Enter")
    expect(box).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(word).to_be_focused()


def test_a_whole_module_is_printed(open_page: OpenPage, demo: Callable[[str], Account]) -> None:
    page = open_page(demo("learner"), language="ru")
    page.goto("/ru/modules/M1/")
    page.locator("a[href='/ru/modules/M1/whole/']").click()
    title = heading(page).inner_text()

    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))

    # Lines end where they end on paper.
    words = "".join("".join(sheet.extract_text().split()) for sheet in printed.pages)
    lessons = page.locator(".whole__lesson h2").all_inner_texts()
    assert len(printed.pages) > len(lessons) > 3
    assert [each for each in (title, *lessons) if "".join(each.split()) not in words] == []
