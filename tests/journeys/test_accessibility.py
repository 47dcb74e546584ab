"""Everybody can use it: axe on each template in three languages and two widths, small windows, keyboard, slow lines.

A state is a page that shows a template at work. `test_every_template_of_a_page_has_a_state` keeps the list complete.
"""

import gzip
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.core.mail import EmailMessage
from django.test.signals import template_rendered
from playwright.sync_api import Page, Response, ViewportSize, expect

from assessments.models import Attempt, Test
from certificates.models import Certificate
from courses.models import Enrolment
from courses.services import start_final_test
from library.models import Resource
from people.models import Account
from people.services import open_account
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.steps import MOST_STOPS, SHOWS_FOCUS, assert_fits, code_in_the_mail, heading
from workshops.models import AttendanceRecord, AttendanceStatus, Session, Workshop
from workshops.services import open_register

AXE = Axe()
NARROWEST = ViewportSize(width=320, height=640)
LANGUAGES = ["en", "ru", "be"]
TEMPLATES = Path(django_settings.BASE_DIR) / "templates"


class State(NamedTuple):
    """A template, and the address (or the steps) that shows it. `{language}` and names of places are filled in."""

    template: str
    address: str
    steps: Callable[[Page], None] | None = None


def ask_for_a_code(page: Page) -> None:
    page.locator("#code_email").fill("learner@demo.example")
    page.locator("#code_email").press("Enter")


def lose_the_token(page: Page) -> None:
    page.context.clear_cookies(name=django_settings.CSRF_COOKIE_NAME)
    ask_for_a_code(page)


def send_a_bad_list(page: Page) -> None:
    rows = "family name,given name,agency\nЛис,,GOV-02\nЛис,Ольга,GOV-99\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.locator("main form button[type=submit]").click()


def send_an_empty_form(page: Page) -> None:
    page.locator("main form button[type=submit]").last.click()


STATES: dict[str, list[State]] = {
    "nobody": [
        State("home/front.html", "/{language}/"),
        State("account/login.html", "/{language}/account/login/"),
        State("account/confirm_login_code.html", "/{language}/account/login/", ask_for_a_code),
        State("account/signup_closed.html", "/{language}/account/signup/"),
        State("home/csrf_failure.html", "/{language}/account/login/", lose_the_token),
        State("courses/catalogue.html", "/{language}/modules/"),
        State("courses/module.html", "/{language}/modules/M1/"),
        State("workshops/workshops.html", "/{language}/workshops/"),
        State("workshops/workshop.html", "/{language}/workshops/IW-03/"),
        State("library/resources.html", "/{language}/resources/"),
        State("library/resource.html", "/{language}/resources/{resource}/"),
        State("home/glossary.html", "/{language}/glossary/"),
        State("home/plain_page.html", "/{language}/help/"),
        State("home/problem.html", "/{language}/problem/", send_an_empty_form),
        State("home/not_found.html", "/{language}/modules/nothing/"),
        State("home/offline.html", "/{language}/offline/"),
        State("certificates/verify_search.html", "/v/?lang={language}"),
        State("certificates/verify.html", "/v/{certificate}?lang={language}"),
        State("certificates/verify.html", "/v/7K3M9QXT2FZAY?lang={language}"),
        State("operations/demo_mail.html", "/demo/mail/"),
        State("operations/demo_message.html", "/demo/mail/20261124-1-1/"),
    ],
    "learner": [
        State("home/front.html", "/{language}/"),
        State("home/my_learning.html", "/{language}/my/"),
        State("courses/module.html", "/{language}/modules/M1/"),
        State("courses/lesson.html", "/{language}/modules/M1/M1.1/"),
        State("assessments/practice.html", "/{language}/my/tests/practice/M1-P11/?check=1&answer=B"),
        State("courses/final_test.html", "/{language}/modules/M1/test/"),
        State("assessments/attempt.html", "/{language}/my/tests/{attempt}/"),
        State("assessments/review.html", "/{language}/my/tests/{attempt}/review/"),
        State("workshops/workshop.html", "/{language}/workshops/IW-02/"),
        State("workshops/phase_test.html", "/{language}/workshops/IW-02/test/post/"),
        State("certificates/my_certificates.html", "/{language}/my/certificates/"),
        State("account/password_change.html", "/{language}/account/password/change/"),
        State("mfa/index.html", "/{language}/account/2fa/"),
        State("usersessions/usersession_list.html", "/{language}/account/sessions/"),
        State("account/logout.html", "/{language}/account/logout/"),
        State("home/forbidden.html", "/{language}/reports/"),
    ],
    "holder": [
        State("home/my_learning.html", "/{language}/my/"),
        State("assessments/result.html", "/{language}/my/tests/{result}/result/"),
        State("certificates/my_certificates.html", "/{language}/my/certificates/"),
        State("certificates/certificate.html", "/{language}/my/certificates/{certificate}/"),
    ],
    "facilitator": [
        State("workshops/workshop_new.html", "/{language}/workshops/new/", send_an_empty_form),
        State("workshops/workshop_manage.html", "/{language}/workshops/IW-02/manage/"),
        State("workshops/workshop_edit.html", "/{language}/workshops/IW-02/edit/"),
        State("workshops/workshop_stop.html", "/{language}/workshops/IW-03/stop/"),
        State("workshops/session_form.html", "/{language}/workshops/IW-02/sessions/8/edit/"),
        State("workshops/participants.html", "/{language}/workshops/IW-02/participants/"),
        State("workshops/participant_add.html", "/{language}/workshops/IW-02/participants/add/?q=manager@demo.example"),
        State("workshops/roster_import.html", "/{language}/workshops/IW-03/participants/import/", send_a_bad_list),
        State("workshops/registration_withdraw.html", "/{language}/workshops/IW-02/participants/{person}/withdraw/"),
        State("workshops/threshold.html", "/{language}/workshops/IW-02/threshold/"),
        State("workshops/register.html", "/{language}/workshops/IW-02/sessions/1/register/"),
        State("workshops/register.html", "/{language}/workshops/IW-02/sessions/5/register/"),
        State("workshops/register.html", "/{language}/workshops/IW-02/sessions/8/register/"),
        State("workshops/walk_in.html", "/{language}/workshops/IW-02/sessions/5/register/walk-in/"),
        State("workshops/sign_off.html", "/{language}/workshops/IW-02/sessions/5/register/sign/"),
        State("workshops/record_correct.html", "/{language}/workshops/IW-02/sessions/1/register/{person}/correct/"),
    ],
    "coordinator": [
        State("reports/reports.html", "/{language}/reports/"),
        State("reports/agency_report.html", "/{language}/reports/attendance/?workshop=IW-01"),
        State("reports/agency_results.html", "/{language}/reports/results/"),
    ],
}  # fmt: skip
# Seen in the CMS only, as previews, by those who design, and when something broke.
ELSEWHERE = {
    *(f"assessments/cms/{name}.html" for name in (
        "bulk", "differences", "question_form", "question_page", "question_types", "questions", "questions_results",
        "void",
    )),
    "home/home_page.html", "home/server_error.html", "operations/styleguide.html",
    "wagtailcore/shared/block_preview.html", "workshops/outline_page.html",
}  # fmt: skip


@pytest.fixture
def places(demo: Callable[[str], Account]) -> dict[str, Any]:
    """What the addresses of the states are filled in with: an open test, an open register, a certificate."""
    enrolment = Enrolment.objects.get(person=demo("learner").person, module__code="M1")
    certificate = Certificate.objects.filter(enrolment__isnull=False).order_by("pk").first()
    assert certificate is not None
    passed = Attempt.objects.filter(person=certificate.person, outcome=Attempt.Outcome.PASSED).earliest("pk")
    open_register(session=Session.objects.get(workshop__code="IW-02", number=5), actor=demo("facilitator"))
    Workshop.objects.filter(code="IW-02").update(test=Test.objects.get(code="PREPOST-12"))
    late = AttendanceRecord.objects.filter(session__workshop__code="IW-02", status=AttendanceStatus.PRESENT)
    return {
        "attempt": start_final_test(enrolment=enrolment, language="ru").pk,
        "certificate": certificate.code,
        "holder": certificate.person,
        "result": passed.pk,
        "person": late.earliest("pk").person.public_code,
        "resource": Resource.objects.filter(live=True).earliest("pk").slug,
    }


@pytest.fixture
def mailbox_of_the_demonstration(settings: Any, tmp_path: Path) -> None:
    """A message as the demonstration writes it."""
    letter = EmailMessage("Your certificate is ready", "Keep it well.\n", "academy@example.org", ["a@example.org"])
    (tmp_path / "20261124-1.log").write_bytes(letter.message().as_bytes() + b"\n" + b"-" * 79 + b"\n")
    settings.EMAIL_FILE_PATH = tmp_path


@pytest.fixture
def rendered() -> Iterator[set[str]]:
    """Names of the templates that the server has rendered since this set was last cleared."""
    names: set[str] = set()

    def note(template: Any, **_: Any) -> None:
        names.add(template.name)

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


def account_of(word: str, demo: Callable[[str], Account], places: dict[str, Any]) -> Account | None:
    if word == "nobody":
        return None
    return open_account(person=places["holder"]) if word == "holder" else demo(word)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Wagtail leaves files of pictures to the garbage collector
@pytest.mark.usefixtures("mailbox_of_the_demonstration")
@pytest.mark.parametrize("who", list(product(STATES, LANGUAGES)), ids="-".join)
def test_axe_finds_nothing_and_nobody_scrolls_sideways(
    open_page: OpenPage,
    demo: Callable[[str], Account],
    places: dict[str, Any],
    rendered: set[str],
    who: tuple[str, str],
) -> None:
    word, language = who
    page = open_page(account_of(word, demo, places), language=language)
    complaints: list[str] = []

    for state in STATES[word]:
        rendered.clear()
        page.set_viewport_size(DESKTOP)
        page.goto(state.address.format(language=language, **places))
        if state.steps:
            state.steps(page)
            page.wait_for_load_state()
        assert state.template in rendered, f"{page.url} does not show {state.template}"
        complaints += _complaints(page, state.template, language)

    assert not complaints, "\n".join(complaints)


def _complaints(page: Page, template: str, language: str) -> list[str]:
    """What axe says by day at a desk and by night on a phone, and whether the page fits the narrowest window.

    Colours are the same in every language, so contrast, which takes longest, is looked at in English.
    """
    options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": language == "en"}}}
    found = []
    for viewport, scheme in ((DESKTOP, "light"), (PHONE, "dark")):
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        violations = AXE.run(page, options=options).response["violations"]
        found += [
            f"{template}, {scheme}: {each['id']}: {node['html'][:160]}" for each in violations for node in each["nodes"]
        ]
    page.set_viewport_size(NARROWEST)
    assert_fits(page)
    return found


def _is_of_a_page(path: Path) -> bool:
    """Whether a template is shown by itself: it extends another, and is no frame that others extend."""
    frame = path.parent.name == "layouts" or path.name.startswith("base_")
    return "{% extends" in path.read_text(encoding="utf-8") and not frame


def test_every_template_of_a_page_has_a_state() -> None:
    pages = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html") if _is_of_a_page(path)}
    shown = {state.template for states in STATES.values() for state in states}

    assert pages - shown - ELSEWHERE == set()
    assert ELSEWHERE - pages == set()


# --- The keyboard alone ----------------------------------------------------------------------------------------------
def tab_to(page: Page, name: str) -> None:
    """Press Tab until the thing that is called so has the focus, and shows it."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if name in page.evaluate("document.activeElement.innerText || document.activeElement.name || ''"):
            assert page.evaluate(SHOWS_FOCUS), f"Nothing shows that “{name}” has the focus."
            return
    raise AssertionError(f"“{name}” is not reached with Tab.")


def press(page: Page, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("Enter")


def test_the_keyboard_alone_leads_from_the_sign_in_through_a_lesson_and_the_test(
    open_page: OpenPage, demo: Callable[[str], Account], mailoutbox: list[EmailMessage]
) -> None:
    learner, page = demo("learner"), open_page()
    page.goto("/en/modules/M1/")
    press(page, "Skip to the text")
    press(page, "Sign in")
    expect(heading(page)).to_have_text("Sign in")
    tab_to(page, "email")
    page.keyboard.type(learner.email)
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Enter Sign-In Code")
    tab_to(page, "code")
    page.keyboard.type(code_in_the_mail(learner.email, mailoutbox))
    page.keyboard.press("Enter")

    expect(heading(page)).to_have_text("The legal perspective")
    press(page, "Go on reading")
    expect(heading(page)).to_have_text("Refugees, stateless persons, victims of trafficking")
    tab_to(page, "answer")
    page.keyboard.press("Space")
    press(page, "Check the answer")
    expect(page.locator("[data-feedback]")).to_be_focused()
    press(page, "I have read this")
    expect(heading(page)).to_have_text("International Health Regulations and the border")

    page.goto("/en/modules/M1/")
    press(page, "Final test")
    expect(page.get_by_text("75 % of the marks")).to_be_visible()
    press(page, "Begin the test")
    expect(heading(page)).to_have_text("Final test of module M1")
    _answer_everything(page, Attempt.objects.open().get(person=learner.person))
    press(page, "Review and hand in")
    expect(page.get_by_text("Every question is answered, and every answer is saved.")).to_be_visible()
    press(page, "Hand in")
    expect(heading(page)).to_have_text("Result")


def _answer_everything(page: Page, attempt: Attempt) -> None:
    """From the first question to the last, each as its field wants it."""
    for item in attempt.items.order_by("position"):
        tab_to(page, f"q{item.position}")
        if page.evaluate("document.activeElement.type") == "text":
            page.keyboard.type("1")
        else:
            page.keyboard.press("Space")


# --- Slow lines ------------------------------------------------------------------------------------------------------
MOST_BYTES, MOST_REQUESTS = 60_000, 8
COMPRESSED = {"document", "stylesheet", "script", "image"}


PAGES = [
    "/en/", "/en/modules/", "/en/modules/M1/", "/en/modules/M1/M1.1/", "/en/modules/M1/M1.3/", "/en/my/",
    "/en/my/tests/{attempt}/",
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("address", PAGES)
def test_a_first_visit_is_light(
    open_page: OpenPage, demo: Callable[[str], Account], places: dict[str, Any], address: str
) -> None:
    page = open_page(demo("learner"), viewport=PHONE)
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)

    page.goto(address.format(**places), wait_until="networkidle")

    fetched = [answer for answer in answers if answer.request.method == "GET"]
    sizes = {answer.url: _bytes_on_the_line(answer) for answer in fetched}
    icon = page.request.get(page.locator("link[rel=icon]").get_attribute("href") or "")
    sizes["icon"] = len(gzip.compress(icon.body()))
    assert len(sizes) <= MOST_REQUESTS, sizes
    assert sum(sizes.values()) <= MOST_BYTES, sizes


def _bytes_on_the_line(answer: Response) -> int:
    """The size as an installation sends it: compressed, what never changes when it was collected."""
    body = answer.body()
    return len(gzip.compress(body) if answer.request.resource_type in COMPRESSED else body)
