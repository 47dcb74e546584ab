"""No page asks anybody else for anything. Every journey watches it, those through all pages (axe) among them."""

from contextlib import suppress

from playwright.sync_api import Error

from tests.journeys.conftest import OpenPage
from tests.journeys.witness import Witness

ELSEWHERE = "https://elsewhere.invalid/pixel.png"


def test_a_request_to_others_is_complained_of(open_page: OpenPage, witness: Witness, demo: object) -> None:
    page = open_page()
    with suppress(Error):
        page.goto(ELSEWHERE)

    complaints, witness.complaints = witness.complaints, []
    assert complaints == [f"elsewhere.invalid was asked for {ELSEWHERE}"]


def test_pages_of_own_data_ask_nobody_else(open_page: OpenPage, demo: object) -> None:
    page = open_page(demo("learner"))  # type: ignore[operator]
    for name in ("data", "who-looked", "consents", "privacy"):
        page.goto(f"/be/account/{name}/", wait_until="networkidle")
        assert page.locator("h1").count() == 1
