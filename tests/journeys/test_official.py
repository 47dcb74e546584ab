"""An official's way: from the front page to a certificate that anybody can check.

On a phone, once with JavaScript and once without: what a script makes comfortable must also be possible without it.
"""

import hashlib
import re
from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.mail import EmailMessage
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from assessments.models import Attempt
from certificates.models import Certificate
from courses.models import Enrolment, LessonProgress
from people.models import Account, Agency
from tests.factories.people import make_account
from tests.jobs import work_off
from tests.journeys.conftest import PHONE, OpenPage
from tests.journeys.steps import (
    answer,
    assert_fits,
    english_sentences,
    heading,
    items_of,
    key_of,
    sign_in_by_code,
    switch_language,
)

MODULE = "The legal perspective"
LESSONS = 5


@pytest.fixture
def official(demo: Callable[[str], Account]) -> Account:
    """Somebody of a polyclinic who has an account and has never been here."""
    polyclinic = Agency.objects.get(code="HLT-01-BR")
    return make_account(agency=polyclinic, email="newcomer@demo.example", name_latin="Hanna Kavaliova")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_front_page_to_a_certificate_that_anybody_can_check(
    open_page: OpenPage, official: Account, mailoutbox: list[EmailMessage], javascript: bool
) -> None:
    page = open_page(viewport=PHONE, javascript=javascript)

    _find_the_module(page)
    _sign_in_and_enrol(page, official, mailoutbox)
    _read_the_first_lesson(page)
    _go_on_where_reading_stopped(page, remembers_the_place=javascript)
    _read_the_rest_in_another_language(page)
    attempt = _take_the_test(page, official, javascript)
    _see_the_result(page, attempt)
    certificate = _wait_for_the_certificate(page, official, mailoutbox)
    _keep_the_file(page, certificate)
    _let_somebody_check_it(open_page(viewport=PHONE, javascript=javascript), certificate)


def _find_the_module(page: Page) -> None:
    page.goto("/")
    assert_fits(page)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Modules").click()
    expect(heading(page)).to_have_text("Modules")
    assert_fits(page)
    legal = page.get_by_role("region", name="Legal")
    legal.get_by_role("link", name=MODULE).click()
    expect(heading(page)).to_have_text(MODULE)
    expect(page.get_by_role("region", name="After this module you can").get_by_role("listitem")).not_to_have_count(0)
    expect(page.get_by_role("region", name="What is required")).to_contain_text("Final test: 75 % to pass")
    expect(page.get_by_text("190 minutes")).to_be_visible()
    assert_fits(page)


def _sign_in_and_enrol(page: Page, official: Account, mailbox: list[EmailMessage]) -> None:
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    sign_in_by_code(page, official.email, mailbox)
    expect(heading(page)).to_have_text(MODULE)
    page.get_by_role("button", name="Enrol in this module").click()
    expect(page.get_by_text("You are enrolled. Your progress is kept from now on.")).to_be_visible()


def _read_the_first_lesson(page: Page) -> None:
    page.get_by_role("link", name="Begin the first lesson").click()
    expect(heading(page)).to_have_text("The right to health")
    assert_fits(page)
    practice = page.locator("[data-practice]").first
    practice.locator(".choices input").first.check()
    practice.get_by_role("button", name="Check the answer").click()
    expect(page.locator("[data-feedback]")).to_contain_text("Partly right: look at each option again.")
    if "/practice/" in page.url:
        page.get_by_role("link", name="Go back to where you were").click()
    expect(heading(page)).to_have_text("The right to health")
    page.get_by_role("button", name="I have read this").click()
    expect(heading(page)).to_have_text("Non-discrimination and people who need special protection")


def _go_on_where_reading_stopped(page: Page, *, remembers_the_place: bool) -> None:
    """Closing the page in the middle of the second lesson, and coming back to it from "my learning"."""
    if remembers_the_place:
        page.locator("[data-block]").nth(6).scroll_into_view_if_needed()
        with page.expect_response(re.compile("/place/$")):
            page.mouse.wheel(0, 400)
    page.goto("/en/my/")
    assert_fits(page)
    first = page.get_by_role("main").get_by_role("region").first
    expect(first).to_contain_text(f"You were reading “{MODULE}”. Go on where you stopped.")
    first.get_by_role("link", name="Go on reading").click()
    expect(heading(page)).to_have_text("Non-discrimination and people who need special protection")
    assert ("#block-" in page.url) == remembers_the_place


def _read_the_rest_in_another_language(page: Page) -> None:
    """The switch stays on the lesson, and what was read in English is read in Belarusian."""
    switch_language(page, "be")
    expect(heading(page)).to_have_text("Недыскрымінацыя і асаблівая абарона")
    expect(page.locator(".steps__item--done")).to_have_count(1)
    for _number in range(2, LESSONS + 1):
        page.locator("form[action$='/done/'] button").click()
    expect(heading(page)).to_have_text("Прававы аспект")
    switch_language(page, "en")
    expect(heading(page)).to_have_text(MODULE)
    assert LessonProgress.objects.filter(enrolment__person__email="newcomer@demo.example").count() == LESSONS


def _take_the_test(page: Page, official: Account, javascript: bool) -> Attempt:
    """Half of the questions in English, the other half in Russian, on the same sheet."""
    page.get_by_role("link", name="Take the final test").click()
    expect(page.get_by_text("75 % of the marks")).to_be_visible()
    page.get_by_role("button", name="Begin the test").click()
    attempt = Attempt.objects.get(person=official.person)
    items = items_of(attempt)
    half = len(items) // 2
    for item in items[:half]:
        answer(page, item, key_of(item))
    if javascript:
        expect(page.get_by_role("status")).to_contain_text("All answers are saved")
        switch_language(page, "ru")
    else:
        page.get_by_role("button", name="русский").click()
        expect(page.locator("html")).to_have_attribute("lang", "ru")
    assert_fits(page)
    assert [item.response for item in items_of(attempt)][:half] == [key_of(item) for item in items[:half]]
    for item in items[half:]:
        answer(page, item, key_of(item))
    page.locator("button[value=review]").click()
    expect(page).to_have_url(re.compile("/review/"))
    switch_language(page, "en")
    expect(page.get_by_text("Every question is answered, and every answer is saved.")).to_be_visible()
    page.get_by_role("button", name="Hand in", exact=True).click()
    return attempt


def _see_the_result(page: Page, attempt: Attempt) -> None:
    expect(heading(page)).to_have_text("Result")
    expect(page.get_by_role("main")).to_contain_text("You reached the pass mark.")
    expect(page.get_by_role("article")).to_have_count(attempt.items.count())
    assert_fits(page)
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_role("main")).to_contain_text("You completed this module on")
    attempt.refresh_from_db()
    assert (attempt.outcome, attempt.mark) == (Attempt.Outcome.PASSED, attempt.max_mark)


def _wait_for_the_certificate(page: Page, official: Account, mailbox: list[EmailMessage]) -> Certificate:
    """It is there at once, pending; the file is made by a job, which tells the holder."""
    page.get_by_role("link", name="Go to my certificates").click()
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=MODULE))
    expect(card.locator(".status--pending")).to_be_visible()
    expect(card.get_by_role("link", name="Download the PDF")).to_have_count(0)
    work_off()
    page.reload()
    expect(card.locator(".status--valid")).to_be_visible()
    assert mailbox[-1].to == [official.email]
    card.get_by_role("heading").get_by_role("link").click()
    expect(heading(page)).to_have_text(MODULE)
    assert_fits(page)
    return Certificate.objects.get(enrolment=Enrolment.objects.get(person=official.person))


def _keep_the_file(page: Page, certificate: Certificate) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the PDF").click()
    content = download.value.path().read_bytes()
    assert hashlib.sha256(content).hexdigest() == certificate.pdf_sha256
    printed = " ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(content)).pages)
    for words in ("Hanna Kavaliova", MODULE, "City polyclinic, Brest region"):
        assert words in printed


def _let_somebody_check_it(stranger: Page, certificate: Certificate) -> None:
    stranger.goto("/")
    stranger.get_by_role("contentinfo").get_by_role("link", name="Check a certificate").click()
    stranger.get_by_label("Code of the certificate").fill(certificate.code.lower())
    stranger.get_by_role("button", name="Check the certificate").click()
    expect(heading(stranger)).to_have_text("This certificate is valid")
    expect(stranger.get_by_role("main")).to_contain_text("Hanna Kavaliova")
    assert_fits(stranger)


# Both languages have every page of the way, down to its last button.
PAGES = [
    "/{0}/",
    "/{0}/modules/",
    "/{0}/modules/M1/",
    "/{0}/modules/M1/M1.3/",
    "/{0}/modules/M1/test/",
    "/{0}/my/",
    "/{0}/my/certificates/",
    "/{0}/glossary/",
    "/v/?lang={0}",
]


@pytest.mark.parametrize("language", ["ru", "be"])
def test_the_key_pages_speak_russian_and_belarusian_and_fit_a_phone(
    open_page: OpenPage, demo: Callable[[str], Account], language: str
) -> None:
    page = open_page(demo("learner"), viewport=PHONE, language=language)

    for address in PAGES:
        page.goto(address.format(language))
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(heading(page)).to_have_text(re.compile("[А-Яа-яЎўІі]"))
        assert list(english_sentences(page)) == [], address
        assert_fits(page)
