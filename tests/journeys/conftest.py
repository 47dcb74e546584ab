"""A real browser in front of a real server.

The browser is Chromium, as `scripts/chromium.py` finds it; without one the journeys fail, they are never skipped.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from scripts.chromium import find

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
SESSION_COOKIE = "sessionid"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find()
    if path is None:
        pytest.fail("The journeys need a Chromium: run scripts/chromium.py, or name one with CHROMIUM=/path/to/it.")
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=options)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, live_server: Any, client_of: Callable[..., Any]) -> Iterator[Callable[..., Page]]:
    """`open_page(account, viewport=PHONE, javascript=False)`: a page of a browser of its own, signed in if asked.

    A script error, or a request that the content security policy stops, fails the test.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(account: Any = None, *, viewport: Any = None, javascript: bool = True, language: str = "en") -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=viewport or DESKTOP,
            java_script_enabled=javascript,
            locale=language,
            accept_downloads=True,
        )
        contexts.append(context)
        if account is not None:
            key = client_of(account).cookies[SESSION_COOKIE].value
            context.add_cookies([{"name": SESSION_COOKIE, "value": key, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []
