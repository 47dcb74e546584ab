"""An administrator sees the Academy as somebody else does, on a phone, and changes nothing."""

import re

import pytest
from playwright.sync_api import Page, expect

from people.models import DataRequest
from tests.factories.people import make_account
from tests.journeys.axe import assert_everybody_can_use
from tests.journeys.conftest import PHONE, OpenPage
from tests.journeys.steps import assert_fits

REASON = "Cannot find the certificate."


@pytest.mark.usefixtures("transactional_db")
def test_from_the_search_to_the_pages_of_a_person_and_back(open_page: OpenPage) -> None:
    learner = make_account(language="en")
    page = open_page(make_account("administrator"), viewport=PHONE)
    page.goto("/en/people/sign-in/")
    page.get_by_label("Name or e-mail").fill(learner.email)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name=learner.get_full_name()).click()
    page.get_by_role("link", name="See the Academy as this person").click()

    page.get_by_label("Why do you need").fill(REASON)
    page.get_by_role("button", name="See the Academy as this person").click()

    expect(page).to_have_url(re.compile("/en/my/$"))
    banner = page.get_by_role("region", name="Seen as somebody else")
    expect(banner).to_contain_text(learner.get_full_name())
    assert_fits(page)
    assert_everybody_can_use(page)
    _send_something(page)
    page.goto("/en/my/")
    banner.get_by_role("button", name="Be yourself again").click()
    expect(page.get_by_role("status")).to_contain_text("You are yourself again")
    expect(banner).to_have_count(0)
    assert not DataRequest.objects.exists()

    own = open_page(learner, viewport=PHONE)
    own.goto("/en/account/who-looked/")
    expect(own.get_by_role("main")).to_contain_text(REASON)
    expect(own.get_by_role("main")).to_contain_text("GET /en/my/")
    assert_fits(own)


def _send_something(page: Page) -> None:
    page.goto("/en/account/data/ask/correction/")
    page.locator("main textarea").fill("My name is spelt otherwise.")
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("main")).to_contain_text("nothing can be changed")
    expect(page.get_by_role("region", name="Seen as somebody else")).to_be_visible()
