"""A module goes along on a phone: read and practised without a line, sent once, wiped at sign-out."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, get_ident
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.signals import request_finished, request_started
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from assessments.models import Question
from courses.models import Enrolment, LessonPage, LessonProgress, Module, PracticeAnswer
from operations import demo
from people.models import Account
from tests.factories.assessments import EVERY, make_question, words_of
from tests.factories.courses import block, make_enrolment, make_lesson_page, make_module_page, translate
from tests.factories.people import make_account
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.steps import assert_fits, english_sentences, heading
from tests.servers import free_port

pytestmark = pytest.mark.django_db(transaction=True)

MODULE = "/be/modules/M4/"
FIRST, SECOND = f"{MODULE}M4.1/", f"{MODULE}M4.2/"
KEPT = """async () => {
    const opening = indexedDB.open("lessons", 1);
    const cupboard = await new Promise((done) => { opening.onsuccess = () => done(opening.result); });
    const counts = {};
    for (const store of cupboard.objectStoreNames) {
        const asked = cupboard.transaction(store).objectStore(store).count();
        counts[store] = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
    }
    cupboard.close();
    return { ...counts, pages: await caches.has("lessons"), flag: localStorage.getItem("lessons") };
}"""
NOTHING = {"modules": 0, "learned": 0, "pages": False, "flag": None}
FILMS = Path(demo.__file__).parent / "content" / "media"
# Whether something of a film is there, and captions that can be read.
PLAYED = """() => {
    const film = document.querySelector("video");
    const track = film.querySelector("track[default]").track;
    track.mode = "showing";
    if (film.preload === "none") film.preload = "auto";
    return film.videoWidth > 0 && track.cues && track.cues.length > 0;
}"""
ADDRESSES = """async () => {
    const requests = await (await caches.open("lessons")).keys();
    return requests.map((request) => new URL(request.url).pathname).filter((path) => !path.startsWith("/static/"));
}"""


@pytest.fixture
def question() -> Question:
    structure = EVERY["single_choice"]
    said = {"feedback": "Таму што так", "rationales": dict.fromkeys("ABC", "Тлумачэнне")}
    texts = {"en": words_of(structure), "be": {**words_of(structure, "be", stem="Што правільна?"), **said}}
    return make_question("single_choice", texts=texts, code="M4-P1")


@pytest.fixture
def learner(question: Question) -> Account:
    """Somebody who takes a module of two lessons that exists in English and Belarusian."""
    account = make_account()
    page = make_module_page("M4")
    practice = {"type": "practice", "id": str(uuid4()), "value": {"question": question.code}}
    lessons = [
        make_lesson_page(page, "M4.1", body=[block("M4.1", 1, "Text"), practice]),
        make_lesson_page(page, "M4.2"),
    ]
    translate(page, "be", title="Модуль пра лічбы", summary="Кароткі змест", introduction="<p>Уводзіны</p>")
    texts = [{"body": [block("M4.1", 1, "Першы ўрок"), practice]}, {"body": [block("M4.2", 1, "Другі ўрок")]}]
    for number, (lesson, text) in enumerate(zip(lessons, texts, strict=True), start=1):
        translate(lesson, "be", title=f"Урок {number}", summary="Пра што ён", sources=[], **text)
    make_enrolment(account.person, Module.objects.get())
    return account


def _keep(page: Page) -> None:
    page.goto(MODULE)
    page.get_by_role("button", name="Захаваць гэты модуль на тэлефоне").click()
    expect(page.get_by_text("урокаў: 2 з 2")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready")


def _practice(page: Page) -> Any:
    return page.locator("[data-practice]")


def _answer(page: Page, option: str) -> None:
    _practice(page).get_by_label(f"Варыянт {option}").check()
    _practice(page).get_by_role("button", name="Праверыць").click()


LINE_IS_BACK = "() => void window.dispatchEvent(new Event('online'))"


def _lose_what_comes_back(route: Route) -> None:
    if route.request.method == "POST":
        route.fetch()
        route.abort()
    else:
        route.continue_()


@pytest.fixture
def two_hosts(settings: Any, transactional_db: None) -> Iterator[LiveServer]:
    """A site with a host of uploads: a name below its own, where a careless cookie would go along.

    What the tests' own server does with `/media/` is settled when it starts, and so this is another one.
    """
    port = free_port()
    settings.UPLOADS_HOST = "files.localhost"
    settings.UPLOADS_ORIGIN = f"http://files.localhost:{port}"
    settings.MEDIA_URL = f"{settings.UPLOADS_ORIGIN}/media/"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, settings.UPLOADS_HOST]
    policy = {name: list(sources) for name, sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()}
    for name in ("img-src", "media-src", "connect-src"):
        policy[name].append(settings.UPLOADS_ORIGIN)
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy}
    server = LiveServer(f"localhost:{port}")
    yield server
    server.stop()


def _shown(page: Page) -> str:
    """The address from which the picture of the lesson came; fails where nothing is to be seen."""
    picture = page.get_by_role("img", name="Карта")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("(image) => image.naturalWidth") > 0
    return str(picture.evaluate("(image) => image.currentSrc"))


def test_pictures_and_films_of_another_host_are_shown_and_kept_and_no_cookie_goes_there(
    learner: Account, two_hosts: LiveServer, open_page_at: OpenPage, client_of: Callable[..., Any], settings: Any
) -> None:
    image = Image.objects.create(title="Map", file=get_test_image_file(filename="map.png"))
    film, *captions = (
        Document.objects.create(title=name, file=ContentFile((FILMS / name).read_bytes(), name=name))
        for name in ("four-arcs.mp4", "four-arcs.en.vtt", "four-arcs.ru.vtt", "four-arcs.be.vtt")
    )
    tracks = {f"captions_{code}": file.pk for code, file in zip(("en", "ru", "be"), captions, strict=True)}
    video = {"title": "Фільм", "video": film.pk, "poster": image.pk, "transcript": "<p>Словы</p>", **tracks}
    lesson = LessonPage.objects.get(lesson_code="M4.1", locale__language_code="be")
    lesson.body = [
        {"type": "figure", "value": {"image": image.pk, "alternative": "Карта", "caption": ""}},
        {"type": "video", "value": video},
    ]
    lesson.save_revision().publish()
    page = open_page_at(two_hosts.url, viewport=PHONE, language="be")
    key = client_of(learner).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": two_hosts.url}])
    sent: list[tuple[str, bool]] = []
    page.context.on("request", lambda request: sent.append((request.url, "cookie" in request.all_headers())))

    page.goto(FIRST)
    assert _shown(page).startswith(settings.MEDIA_URL)
    page.wait_for_function(PLAYED)

    _keep(page)
    page.context.set_offline(True)
    page.goto(FIRST)

    expect(page.locator("[data-away]")).to_contain_text("Няма сеткі")
    assert _shown(page).startswith(settings.MEDIA_URL)
    there = [with_cookie for address, with_cookie in sent if address.startswith(settings.UPLOADS_ORIGIN)]
    assert there
    assert not any(there)
    assert any(with_cookie for address, with_cookie in sent if address.startswith(two_hosts.url))


def test_a_lesson_is_taken_without_a_line_and_everything_arrives_once(
    learner: Account, question: Question, open_page: OpenPage
) -> None:
    page = open_page(learner, viewport=PHONE, language="be")
    _keep(page)
    page.context.set_offline(True)

    page.goto(MODULE)
    expect(heading(page)).to_have_text("Модуль пра лічбы")
    expect(page.locator("[data-away]")).to_contain_text("Няма сеткі")
    assert_fits(page)
    page.get_by_role("link", name="Урок 1").click()
    expect(heading(page)).to_have_text("Урок 1")
    assert page.url.endswith(FIRST)
    assert english_sentences(page) == []
    assert_fits(page)
    _answer(page, "A")
    expect(_practice(page)).to_contain_text("захаваны на гэтым тэлефоне")
    _answer(page, "B")
    _practice(page).get_by_text("Паказаць правільны адказ").click()
    expect(_practice(page)).to_contain_text("Таму што так")
    assert not PracticeAnswer.objects.exists()
    page.get_by_role("button", name="Урок прачытаны").click()
    expect(heading(page)).to_have_text("Урок 2")
    expect(page.get_by_text("Другі ўрок")).to_be_visible()
    page.go_back()
    expect(heading(page)).to_have_text("Урок 1")
    _answer(page, "B")
    expect(_practice(page)).to_contain_text("захаваны на гэтым тэлефоне")
    # What is sent arrives, and the line goes before the page hears of it.
    page.route("**/my/offline/", _lose_what_comes_back)
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        page.context.set_offline(False)
        # Chromium does not always tell a page to which somebody went back.
        page.evaluate(LINE_IS_BACK)
    expect(page.locator("[data-away]")).to_contain_text("Сетка зноў ёсць.")
    page.unroute("**/my/offline/")
    page.evaluate(LINE_IS_BACK)

    expect(page.locator("[data-away]")).to_contain_text("усё адпраўлена")
    expect(_practice(page).locator("[data-feedback]")).to_be_visible()
    answer = PracticeAnswer.objects.get()
    assert (answer.enrolment.person, answer.given, answer.version.question) == (learner.person, ["B"], question)
    read = LessonProgress.objects.filter(completed_at__isnull=False)
    assert list(read.values_list("lesson__code", flat=True)) == ["M4.1"]
    page.get_by_role("link", name="Адкрыць старонку").click()
    expect(page.locator(".site-nav")).to_be_visible()

    page.goto("/be/account/logout/")
    page.locator("main").get_by_role("button", name="Выйсці").click()
    page.wait_for_url("**/be/")
    assert page.evaluate(KEPT) == NOTHING
    page.context.set_offline(True)
    page.goto(FIRST)
    expect(heading(page)).to_have_text("Няма злучэння")


def test_what_was_done_is_sent_from_any_page_and_shown_with_the_module(learner: Account, open_page: OpenPage) -> None:
    page = open_page(learner, viewport=PHONE, language="be")
    _keep(page)
    page.context.set_offline(True)
    page.goto(FIRST)
    _answer(page, "B")
    expect(_practice(page)).to_contain_text("захаваны на гэтым тэлефоне")
    page.goto("about:blank")
    page.context.set_offline(False)

    with page.expect_response(lambda response: response.request.method == "POST"):
        page.goto("/be/my/")
    assert PracticeAnswer.objects.count() == 1
    page.goto(MODULE)
    expect(page.get_by_role("heading", name="Адказы без сеткі")).to_be_visible()
    assert_fits(page)


def test_nothing_is_kept_unless_asked_for_and_removed_when_asked(learner: Account, open_page: OpenPage) -> None:
    page = open_page(learner, viewport=PHONE, language="be")
    page.goto(MODULE)
    expect(page.get_by_role("button", name="Захаваць гэты модуль на тэлефоне")).to_be_visible()
    assert page.evaluate("indexedDB.databases()") == []
    assert not page.evaluate("caches.has('lessons')")
    _keep(page)
    assert page.evaluate(ADDRESSES) == [f"{each}offline/" for each in (MODULE, FIRST, SECOND)]
    assert_fits(page)

    page.reload()
    expect(page.get_by_text("урокаў: 2 з 2")).to_be_visible()
    page.get_by_role("button", name="Выдаліць з тэлефона").click()

    expect(page.get_by_role("button", name="Захаваць гэты модуль на тэлефоне")).to_be_focused()
    kept = page.evaluate(KEPT)
    assert (kept["modules"], kept["pages"]) == (0, False)
    page.context.set_offline(True)
    page.goto(FIRST)
    expect(heading(page)).to_have_text("Няма злучэння")


def test_a_newer_version_is_offered_and_only_that_is_fetched(learner: Account, open_page: OpenPage) -> None:
    page = open_page(learner, viewport=DESKTOP, language="be")
    _keep(page)
    lesson = LessonPage.objects.get(lesson_code="M4.2", locale__language_code="be")
    lesson.title = "Урок 2, новы"
    lesson.save_revision().publish()
    page.reload()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.get_by_role("button", name="Абнавіць").click()

    expect(page.get_by_role("button", name="Абнавіць")).to_be_hidden()
    fetched = [urlsplit(each).path for each in asked if MODULE in each and each.endswith("/offline/")]
    assert sorted(fetched) == [f"{SECOND}offline/", f"{MODULE}offline/"]
    page.context.set_offline(True)
    page.goto(SECOND)
    expect(heading(page)).to_have_text("Урок 2, новы")


def test_another_account_finds_nothing_of_the_one_before(
    learner: Account, open_page: OpenPage, client_of: Any, settings: Any
) -> None:
    page = open_page(learner, viewport=PHONE, language="be")
    _keep(page)
    page.context.set_offline(True)
    page.goto(FIRST)
    _answer(page, "B")
    expect(_practice(page)).to_contain_text("захаваны на гэтым тэлефоне")
    page.goto("about:blank")
    page.context.set_offline(False)
    other = make_account()
    key = client_of(other).cookies[settings.SESSION_COOKIE_NAME].value
    address = {"name": settings.SESSION_COOKIE_NAME, "value": key, "domain": "localhost", "path": "/"}
    page.context.clear_cookies()
    page.context.add_cookies([address])

    page.goto("/be/my/")

    for _ in range(100):
        if page.evaluate(KEPT) == NOTHING:
            break
        page.wait_for_timeout(100)
    assert page.evaluate(KEPT) == NOTHING
    assert not PracticeAnswer.objects.exists()
    assert not Enrolment.objects.filter(person=other.person).exists()


def test_a_line_that_brings_nothing_is_no_line(learner: Account, open_page: OpenPage) -> None:
    page = open_page(learner, viewport=PHONE, language="be")
    _keep(page)
    enough, answered = Event(), Event()
    kept_waiting: set[int] = set()

    def keep_waiting(environ: dict[str, str], **_signal: object) -> None:
        if environ["PATH_INFO"] == FIRST:
            kept_waiting.add(get_ident())
            enough.wait(60)

    def note(**_signal: object) -> None:
        if get_ident() in kept_waiting:
            answered.set()

    request_started.connect(keep_waiting)
    request_finished.connect(note)
    try:
        page.goto(FIRST, timeout=40_000)
        expect(page.locator("[data-away]")).to_be_visible()
        expect(heading(page)).to_have_text("Урок 1")
    finally:
        # The answer that nobody waits for any more is made before the database is emptied.
        enough.set()
        assert answered.wait(30)
        request_started.disconnect(keep_waiting)
        request_finished.disconnect(note)


def test_signing_out_in_another_tab_wipes_the_page_that_is_open(learner: Account, open_page: OpenPage) -> None:
    page = open_page(learner, viewport=PHONE, language="be")
    _keep(page)
    page.context.set_offline(True)
    page.goto(FIRST)
    expect(page.locator("[data-away]")).to_be_visible()
    page.context.set_offline(False)
    other = page.context.new_page()
    other.goto("/be/account/logout/")

    other.locator("main").get_by_role("button", name="Выйсці").click()
    other.wait_for_url("**/be/")

    expect(page.locator("[data-away]")).to_have_count(0)
    assert other.evaluate(KEPT) == NOTHING


def test_a_phone_that_is_full_says_so_and_keeps_nothing(learner: Account, open_page: OpenPage) -> None:
    page = open_page(learner, viewport=PHONE, language="be")
    page.add_init_script("Cache.prototype.put = () => Promise.reject(new DOMException('', 'QuotaExceededError'))")
    page.goto(MODULE)

    page.get_by_role("button", name="Захаваць гэты модуль на тэлефоне").click()

    expect(page.get_by_text("На тэлефоне не хапае месца")).to_be_visible()
    assert_fits(page)
    kept = page.evaluate(KEPT)
    assert (kept["modules"], kept["pages"]) == (0, False)


def test_a_browser_that_opens_no_database_says_so(learner: Account, open_page: OpenPage) -> None:
    page = open_page(learner, viewport=PHONE, language="be")
    page.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); }")
    page.goto(MODULE)

    page.get_by_role("button", name="Захаваць гэты модуль на тэлефоне").click()

    expect(page.get_by_text("браўзер нічога не захоўвае")).to_be_visible()


def test_a_line_that_breaks_leaves_what_was_fetched(learner: Account, open_page: OpenPage) -> None:
    page = open_page(learner, viewport=PHONE, language="be")
    page.goto(MODULE)
    page.route(f"**{SECOND}offline/", lambda route: route.abort())
    page.get_by_role("button", name="Захаваць гэты модуль на тэлефоне").click()
    expect(page.get_by_text("урокаў: 1 з 2")).to_be_visible()
    expect(page.get_by_text("Атрымана не ўсё")).to_be_visible()

    page.unroute(f"**{SECOND}offline/")
    page.get_by_role("button", name="Атрымаць астатняе").click()

    expect(page.get_by_text("урокаў: 2 з 2")).to_be_visible()


def test_a_browser_without_a_worker_is_offered_nothing(learner: Account, open_page: OpenPage) -> None:
    page = open_page(learner, viewport=PHONE, language="be")
    page.add_init_script("Object.defineProperty(navigator, 'serviceWorker', { get: () => undefined })")
    page.goto(MODULE)
    page.wait_for_load_state("networkidle")

    expect(page.locator("[data-keep]")).to_be_hidden()
    expect(page.get_by_role("button", name="Захаваць гэты модуль на тэлефоне")).to_have_count(0)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_module_m4_of_the_demonstration_is_read_on_a_phone_without_a_line(
    open_page: OpenPage, demo: Callable[[str], Account]
) -> None:
    learner, module = demo("learner"), Module.objects.get(code="M4")
    if not module.enrolments.filter(person=learner.person).exists():
        make_enrolment(learner.person, module)
    page = open_page(learner, viewport=PHONE, language="be")
    page.goto(MODULE)
    page.get_by_role("button", name="Захаваць гэты модуль на тэлефоне").click()
    expect(page.get_by_text("урокаў: 6 з 6")).to_be_visible(timeout=30_000)
    page.evaluate("navigator.serviceWorker.ready")
    page.context.set_offline(True)

    page.goto(MODULE)
    lessons = page.locator(".steps a").evaluate_all("links => links.map((link) => link.pathname)")
    assert lessons == [f"{MODULE}M4.{number}/" for number in range(1, 7)]
    for address in lessons:
        page.goto(address)
        expect(page.locator("[data-away]")).to_contain_text("Няма сеткі")
        assert_fits(page)
        assert page.locator("[data-practice]").count()
        assert page.locator("video").count() == 0
        # Every question comes with its right answer, and says so only when something was answered.
        assert page.locator("[data-kept-answer]:visible").count() == 0
