"""A real browser in front of a real server.

The browser is Chromium, as `scripts/chromium.py` finds it; without one the journeys fail, they are never skipped.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from operations.demo.people import DOMAIN
from people.models import Account
from scripts.chromium import find
from tests.databases import Database
from tests.jobs import DATABASE_QUEUE
from tests.journeys.witness import Witness

PHONE = ViewportSize(width=360, height=740)
DESKTOP = ViewportSize(width=1280, height=900)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
PATIENCE = 10_000  # milliseconds
# A browser that draws for nobody may never call a moment quiet, and pages would wait as long as they are ready to.
QUIET_SOON = "window.requestIdleCallback = (action) => setTimeout(action, 50);"

OpenPage = Callable[..., Page]

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(autouse=True)
def _jobs_wait(settings: Any) -> None:
    """Jobs are rows that a worker takes up, as on a real server; `work_off()` is that worker."""
    settings.TASKS = DATABASE_QUEUE


# --- The demonstration ----------------------------------------------------------------------------------------------
@pytest.fixture(scope="package")
def demo_template(django_db_setup: Database, django_db_blocker: Any) -> Iterator[Database]:
    """The database with the demonstration, loaded once a day for all that begin in it."""
    with django_db_blocker.unblock():
        django_db_setup.prepare_demo()
    yield django_db_setup
    # A worker that failed to load the demonstration has no files of it.
    shutil.rmtree(settings.PRIVATE_ROOT, ignore_errors=True)


@pytest.fixture
def demo(transactional_db: None, demo_template: Database) -> Callable[[str], Account]:
    """Begin with the demonstration as it was loaded; `demo("learner")` is one of its accounts."""
    demo_template.restore_demo()
    for name in settings.CACHES:
        caches[name].clear()
    return lambda word: Account.objects.get(email=f"{word}@{DOMAIN}")


# --- The browser ----------------------------------------------------------------------------------------------------
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = find()
    if path is None:
        pytest.fail("The journeys need a Chromium: run scripts/chromium.py, or name one with CHROMIUM=/path/to/it.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def witness() -> Iterator[Witness]:
    """Whoever watches every page; complains at the end about what no page may do."""
    watching = Witness()
    yield watching
    assert watching.complaints == []


@pytest.fixture
def open_page_at(browser: Browser, witness: Witness) -> Iterator[OpenPage]:
    """`open_page_at(address, …)`: as `open_page`, on whichever server stands at the address."""
    contexts: list[BrowserContext] = []

    def opened(
        address: str, *, viewport: ViewportSize = DESKTOP, javascript: bool = True, language: str = "en", **options: Any
    ) -> Page:
        context = browser.new_context(
            base_url=address,
            viewport=viewport,
            java_script_enabled=javascript,
            locale=language,
            timezone_id=settings.TIME_ZONE,
            **options,
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(QUIET_SOON)
        contexts.append(context)
        witness.watch(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(open_page_at: OpenPage, live_server: Any, client_of: Callable[..., Any]) -> OpenPage:
    """`open_page(account, viewport=PHONE, javascript=False)`: a page of a browser of its own, signed in if asked."""

    def opened(account: Account | None = None, **options: Any) -> Page:
        page = open_page_at(live_server.url, **options)
        if account is not None:
            key = client_of(account).cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        return page

    return opened
