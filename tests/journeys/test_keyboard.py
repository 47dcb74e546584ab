"""The keyboard alone: an official's way to a certificate, where the focus lands, and a way out of everything."""

import re
from collections.abc import Callable

from django.core.mail import EmailMessage
from playwright.sync_api import Locator, Page, expect

from assessments.models import Attempt
from people.models import Account, Agency
from tests.factories.people import make_account
from tests.jobs import work_off
from tests.journeys.conftest import OpenPage
from tests.journeys.hands import Keyboard
from tests.journeys.steps import MOST_STOPS, SHOWS_FOCUS, code_in_the_mail, heading, items_of, key_of

MODULE = "The legal perspective"
LESSONS = 5
# The focus has left the page, or has come back to its first stop.
AT_THE_END = "() => document.activeElement === document.body || document.activeElement.matches('.skip-link')"
WHAT_HAS_THE_FOCUS = "() => document.activeElement.outerHTML.slice(0, 160)"


def tab_through(page: Page) -> list[str]:
    """Press Tab from the skip link to the end of a page; every stop shows that it has the focus."""
    stops: list[str] = []
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if stops and page.evaluate(AT_THE_END):
            return stops
        stops.append(page.evaluate(WHAT_HAS_THE_FOCUS))
        assert page.evaluate(SHOWS_FOCUS), f"Nothing shows that this has the focus: {stops[-1]}"
    raise AssertionError(f"The focus does not come out of {page.url}: {stops[-3:]}")


def link(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("link", name=name)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("button", name=name)


def test_the_keyboard_alone_leads_from_the_front_page_to_a_certificate(
    open_page: OpenPage, demo: Callable[[str], Account], mailoutbox: list[EmailMessage]
) -> None:
    demo("learner")
    polyclinic = Agency.objects.get(code="HLT-01-BR")
    official = make_account(agency=polyclinic, email="newcomer@demo.example", name_latin="Hanna Kavaliova")
    page = open_page()
    keyboard = Keyboard(page)

    _find_the_module(page, keyboard)
    _sign_in(page, keyboard, official, mailoutbox)
    _read_all_lessons(page, keyboard)
    _take_the_test(page, keyboard, official)
    _see_the_certificate(page, keyboard)


def _find_the_module(page: Page, keyboard: Keyboard) -> None:
    page.goto("/en/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    expect(page.locator(".skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    keyboard.press(link(page, MODULE))
    expect(heading(page)).to_have_text(MODULE)


def _sign_in(page: Page, keyboard: Keyboard, official: Account, mailbox: list[EmailMessage]) -> None:
    keyboard.press(link(page, "Sign in"))
    keyboard.write(page.locator("#code_email"), official.email)
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Enter Sign-In Code")
    keyboard.write(page.get_by_label("Code"), "AAAA-AAAA")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    keyboard.press(page.locator(".error-summary").get_by_role("link"))
    expect(page.get_by_label("Code")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type(code_in_the_mail(official.email, mailbox))
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text(MODULE)
    keyboard.press(button(page, "Enrol in this module"))
    expect(page.get_by_text("You are enrolled. Your progress is kept from now on.")).to_be_visible()


def _read_all_lessons(page: Page, keyboard: Keyboard) -> None:
    keyboard.press(link(page, "Begin the first lesson"))
    expect(heading(page)).to_have_text("The right to health")
    practice = page.locator("[data-practice]").first
    keyboard.tick(practice.locator(".choices input").first)
    keyboard.press(practice.get_by_role("button", name="Check the answer"))
    expect(page.locator("[data-feedback]").first).to_be_focused()
    for number in range(1, LESSONS + 1):
        expect(page.locator(".page-header__eyebrow")).to_contain_text(f"Lesson {number} of {LESSONS}")
        keyboard.press(button(page, "I have read this"))
    expect(heading(page)).to_have_text(MODULE)


def _take_the_test(page: Page, keyboard: Keyboard, official: Account) -> None:
    keyboard.press(link(page, "Take the final test"))
    expect(page.get_by_text("75 % of the marks")).to_be_visible()
    keyboard.press(button(page, "Begin the test"))
    expect(heading(page)).to_have_text("Final test of module M1")
    for item in items_of(Attempt.objects.get(person=official.person)):
        keyboard.answer(item, key_of(item))
    keyboard.press(page.locator("button[value=review]"))
    expect(page).to_have_url(re.compile("/review/"))
    expect(page.get_by_text("Every question is answered, and every answer is saved.")).to_be_visible()
    keyboard.press(page.get_by_role("button", name="Hand in", exact=True))
    expect(heading(page)).to_have_text("Result")
    expect(page.get_by_role("main")).to_contain_text("You reached the pass mark.")


def _see_the_certificate(page: Page, keyboard: Keyboard) -> None:
    keyboard.press(link(page, "Go on"))
    work_off()
    keyboard.press(link(page, "Go to my certificates"))
    expect(heading(page)).to_have_text("My certificates")
    keyboard.press(page.get_by_role("main").get_by_role("heading", name=MODULE).get_by_role("link"))
    expect(link(page, "Download the PDF")).to_be_visible()
    tab_through(page)


PLACES = {
    "learner": ["/en/modules/M1/", "/en/modules/M1/M1.1/", "/en/my/", "/en/account/password/change/"],
    "facilitator": ["/en/workshops/IW-02/manage/", "/en/workshops/IW-02/sessions/8/edit/"],
    "manager": ["/en/reports/results/?agency=HLT-01-BR"],
}


def test_every_stop_shows_the_focus_and_the_last_one_lets_it_go(
    open_page: OpenPage, demo: Callable[[str], Account]
) -> None:
    for who, addresses in PLACES.items():
        page = open_page(demo(who))
        for address in addresses:
            page.goto(address)
            assert "skip-link" in tab_through(page)[0]


def test_after_a_mistake_the_focus_is_on_what_is_to_mend(open_page: OpenPage, demo: Callable[[str], Account]) -> None:
    page = open_page(demo("facilitator"))
    keyboard = Keyboard(page)
    page.goto("/en/workshops/new/")

    keyboard.press(page.locator("main form button[type=submit]").last)

    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    keyboard.press(summary.get_by_role("link").first)
    assert page.evaluate("() => document.activeElement.getAttribute('aria-invalid')") == "true"
