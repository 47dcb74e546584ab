"""What a screen reader is told: the accessibility tree of the pages that matter, in three languages.

A file of `spoken/` names landmarks, headings, fields and buttons with their names, in their order; what stands between
them may change. Numbers, which change with the day, are patterns.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import expect

from assessments.models import Attempt
from operations.management.commands.bench import cast
from people.models import Account
from tests.journeys.conftest import OpenPage

SPOKEN = Path(__file__).parent / "spoken"
# Pages by the names of their files: who opens them, and their addresses.
PAGES: dict[str, tuple[str, Callable[[], str]]] = {
    "front": ("", lambda: reverse("front")),
    "login": ("", lambda: reverse("account_login")),
    "module": ("learner", lambda: reverse("module", args=["M4"])),
    "lesson": ("learner", lambda: reverse("lesson", args=["M0", "M0.1"])),
    "my": ("learner", lambda: reverse("my_learning")),
    "test": ("whoever sits it", lambda: reverse("attempt", args=[cast().attempt.pk])),
    "agency": ("coordinator", lambda: reverse("agency_report")),
}


def reader(demo: Callable[[str], Account], word: str) -> Account | None:
    """Whoever opens a page."""
    if word != "whoever sits it":
        return demo(word) if word else None
    attempt = cast().attempt
    Attempt.objects.filter(pk=attempt.pk).update(deadline_at=None)
    return attempt.person.account


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Wagtail leaves the file of a rendition open
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_out_as_it_is_meant_in_each_language(
    demo: Callable[[str], Account], open_page: OpenPage, name: str
) -> None:
    word, address = PAGES[name]
    page = open_page(reader(demo, word))

    for language in ("en", "ru", "be"):
        with translation.override(language):
            page.goto(address())
        expect(page.locator("html")).to_have_attribute("lang", language)
        spoken = (SPOKEN / f"{name}.{language}.yaml").read_text(encoding="utf-8")
        expect(page.locator("body")).to_match_aria_snapshot(spoken)


def test_every_page_that_is_read_out_has_its_words_in_each_language() -> None:
    files = {path.name for path in SPOKEN.iterdir()}

    assert files == {f"{name}.{language}.yaml" for name in PAGES for language in ("en", "ru", "be")}
