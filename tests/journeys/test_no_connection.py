"""Without a connection a page says so, in the language of its address; with one again, it is there."""

import pytest
from django.core.signals import request_started
from playwright.sync_api import Error, Page, expect

from people.models import Account
from tests.factories.people import make_account
from tests.factories.workshops import make_facilitator, make_workshop, open_session, register
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.steps import assert_fits, english_sentences, heading
from workshops.models import AttendanceRecord

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {
    "en": ("There is no connection", "Try again", "Modules"),
    "ru": ("Нет соединения", "Попробовать ещё раз", "Модули"),
    "be": ("Няма злучэння", "Паспрабаваць яшчэ раз", "Модулі"),
}
KEPT = """async () => {
    const kept = [];
    for (const name of await caches.keys()) {
        for (const request of await (await caches.open(name)).keys()) kept.push(new URL(request.url).pathname);
    }
    return kept.sort();
}"""


def _visit(page: Page, address: str) -> None:
    """Open a page and stay until the service worker has kept what it needs."""
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready")


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_page_that_cannot_be_fetched_says_so_and_comes_when_it_can(
    open_page: OpenPage, language: str, viewport: object
) -> None:
    said, again, there = WORDS[language]
    page = open_page(viewport=viewport, language=language)
    _visit(page, f"/{language}/")
    page.context.set_offline(True)

    page.goto(f"/{language}/modules/?aspect=legal")
    expect(heading(page)).to_have_text(said)
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert page.evaluate("document.fonts.load('600 1rem \"Source Serif 4\"').then((faces) => faces.length)") == 1
    assert page.evaluate("getComputedStyle(document.querySelector('.trouble')).display") == "grid"
    assert language == "en" or english_sentences(page) == []
    assert_fits(page)
    page.get_by_role("link", name=again).click()
    expect(heading(page)).to_have_text(said)

    page.context.set_offline(False)
    page.get_by_role("link", name=again).click()
    expect(heading(page)).to_have_text(there)
    assert page.url.endswith(f"/{language}/modules/?aspect=legal")


def test_nothing_is_kept_but_the_pages_for_no_connection(open_page: OpenPage) -> None:
    page = open_page(make_account())
    page.goto("/health/live")
    page.evaluate("caches.open('offline-of-last-year').then((cache) => cache.put('/en/my/', new Response('old')))")

    _visit(page, "/en/my/")
    for address in ("/en/modules/", "/en/my/", "/en/account/2fa/"):
        page.goto(address)
    page.wait_for_function("caches.keys().then((names) => names.length === 1)")

    assert page.evaluate(KEPT) == [
        "/be/offline/",
        "/en/offline/",
        "/ru/offline/",
        "/static/css/academy.css",
        "/static/fonts/source-serif-4.woff2",
        "/static/img/emblem.svg",
    ]


@pytest.mark.parametrize(
    "address", ["/v/", "/cms/login/", "/health/live", "/media/film.mp4", "/en/reports/results/?format=csv"]
)
def test_what_is_no_page_is_left_to_the_browser(open_page: OpenPage, address: str) -> None:
    page = open_page()
    _visit(page, "/en/")
    page.context.set_offline(True)

    with pytest.raises(Error, match="net::ERR_"):
        page.goto(address)


@pytest.mark.parametrize("address", ["/v/", "/cms/login/", "/en/modules/"])
def test_a_page_is_asked_for_once_whoever_answers(open_page: OpenPage, address: str) -> None:
    page = open_page()
    _visit(page, "/en/")
    asked: list[str] = []

    def note(environ: dict[str, str], **_signal: object) -> None:
        asked.append(environ["PATH_INFO"])

    request_started.connect(note)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    request_started.disconnect(note)

    assert asked.count(address) == 1


def test_a_form_is_left_to_the_browser(open_page: OpenPage) -> None:
    page = open_page()
    _visit(page, "/en/problem/")
    page.context.set_offline(True)
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(f"{request.method} {request.failure}"))

    page.evaluate("document.querySelector('main form').noValidate = true")
    page.locator("main form button").click()

    page.wait_for_url("chrome-error://**")
    assert failed == ["POST net::ERR_INTERNET_DISCONNECTED"]


def test_somebody_who_saves_data_is_sent_no_worker(open_page: OpenPage) -> None:
    page = open_page()
    page.add_init_script("Object.defineProperty(navigator.connection, 'saveData', { get: () => true })")
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))

    page.goto("/en/")
    page.evaluate("new Promise((done) => requestIdleCallback(() => requestIdleCallback(done)))")
    page.wait_for_timeout(500)

    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    assert [url for url in asked if "worker.js" in url or "/offline/" in url] == []
    assert any(url.endswith("/js/offline.js") for url in asked)


def test_marks_of_a_register_outlive_the_page_for_no_connection(open_page: OpenPage) -> None:
    keeper: Account = make_facilitator()
    workshop = make_workshop(code="W1", facilitator=keeper)
    register(workshop)
    open_session(workshop)
    page = open_page(keeper, viewport=PHONE)
    _visit(page, "/en/workshops/W1/sessions/1/register/")
    page.context.set_offline(True)
    # What is sent while a page is left slips through the browser's make-believe of having no connection.
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no connection')); }")

    page.locator("[data-row]").get_by_role("button", name="Late", exact=True).click()
    page.reload()
    expect(heading(page)).to_have_text("There is no connection")
    assert AttendanceRecord.objects.get().status == "not_recorded"
    page.context.set_offline(False)
    page.get_by_role("link", name="Try again").click()

    expect(page.locator("[data-row]").locator("[data-state]")).to_have_text("sent")
    assert AttendanceRecord.objects.get().status == "late"
