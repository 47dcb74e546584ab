"""The own account on a telephone without scripts: how pages look, names, language, messages."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from people.models import Account
from tests.journeys.conftest import PHONE, OpenPage
from tests.journeys.steps import assert_fits

SIZE = "parseFloat(getComputedStyle(document.body).fontSize)"
PAPER = "getComputedStyle(document.body).backgroundColor"


def keep(page: Page) -> None:
    page.locator("main form button").last.click()


def test_whoever_needs_larger_text_has_it_on_every_page_also_where_one_signs_in(
    open_page: OpenPage, demo: Callable[[str], Account]
) -> None:
    page = open_page(demo("learner"), viewport=PHONE, javascript=False)
    page.goto("/be/my/")
    usual = page.evaluate(SIZE)
    page.locator(".account-menu a").first.click()
    page.locator("main a[href='/be/account/display/']").click()
    page.locator("input[value=largest]").check()
    page.locator("[name=more_contrast]").check()
    page.locator("[name=less_motion]").check()
    keep(page)

    for address in ("/be/account/", "/be/my/", "/be/modules/M1/M1.1/", "/be/workshops/IW-02/", "/be/account/data/"):
        page.goto(address)
        assert page.evaluate(SIZE) == usual * 1.5, address
        assert_fits(page)
    assert page.evaluate(PAPER) == "rgb(255, 255, 255)"

    page.emulate_media(media="print")
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 16
    page.emulate_media(media="screen")

    page.goto("/be/account/logout/")
    page.locator("main form button").click()
    page.goto("/be/account/login/")
    assert page.evaluate(SIZE) == usual * 1.5
    assert_fits(page)


def test_an_account_is_set_up_on_a_telephone(open_page: OpenPage, demo: Callable[[str], Account]) -> None:
    learner = demo("learner")
    page = open_page(learner, viewport=PHONE, javascript=False)
    page.goto("/be/my/certificates/names/")
    page.locator("[name=name_latin]").fill("Hanna Novaja")
    page.locator("button[name=look]").click()
    expect(page.locator(".specimen__name").first).to_have_text("Hanna Novaja")
    assert_fits(page)
    page.locator("button[name=keep]").click()
    expect(page.locator("[name=name_latin]")).to_have_value("Hanna Novaja")

    page.goto("/be/account/messages/")
    assert_fits(page)
    page.locator("input[value=reminders]").uncheck()
    keep(page)
    page.goto("/be/account/language/")
    assert_fits(page)
    page.locator("[name=time_zone]").select_option("Asia/Tbilisi")
    page.locator("[name=language][value=ru]").check()
    keep(page)
    expect(page).to_have_url(re.compile("/ru/account/$"))
    assert_fits(page)

    learner.refresh_from_db()
    person = learner.person
    assert person is not None
    person.refresh_from_db()
    assert (person.name_latin, person.language, person.time_zone) == ("Hanna Novaja", "ru", "Asia/Tbilisi")
    assert learner.muted_messages == ["reminders"]
