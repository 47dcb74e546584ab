"""One of two web servers is killed while an official answers a test: the browser goes on with the other one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessments.models import Attempt
from certificates.models import Certificate
from courses.models import Enrolment
from courses.services import complete_lesson, start_final_test
from people.models import Account
from tests.faults.office import HOST, Office, collect_static_files
from tests.faults.proxy import Proxy
from tests.journeys.conftest import PHONE, OpenPage
from tests.journeys.steps import CODE, answer, heading, items_of, key_of
from tests.journeys.witness import Witness
from tests.servers import wait_for

pytestmark = [pytest.mark.deep, pytest.mark.db]


@pytest.fixture
def enrolment(demo: Callable[[str], Account]) -> Enrolment:
    """The learner of the demonstration has read everything."""
    found = Enrolment.objects.get(person=demo("learner").person, module__code="M1")
    for lesson in found.module.lessons.offered():
        complete_lesson(enrolment=found, lesson=lesson)
    return found


@pytest.fixture
def office(enrolment: Enrolment, tmp_path: Path) -> Iterator[Office]:
    """Two web servers with folders of their own, and a worker."""
    collect_static_files()
    made = Office(tmp_path)
    for name in ("first", "second"):
        made.web(name, VAR_DIR=str(tmp_path / name))
    made.worker()
    for part in made.parts:
        part.start()
    yield made
    made.close()


@pytest.fixture
def proxy(office: Office) -> Iterator[Proxy]:
    first, second, _worker = office.parts
    first.wait()
    second.wait()
    made = Proxy([first.port, second.port])
    yield made
    made.close()


def test_one_of_two_servers_dies_in_the_middle_of_a_test_and_nothing_is_lost(
    office: Office, proxy: Proxy, enrolment: Enrolment, open_page_at: OpenPage, witness: Witness
) -> None:
    first, second, _worker = office.parts
    attempt = start_final_test(enrolment=enrolment, language="en")
    items = items_of(attempt)
    half = len(items) // 2
    page = open_page_at(f"http://{HOST}:{proxy.port}", viewport=PHONE)
    page.goto(reverse("attempt", args=[attempt.pk]))
    _sign_in(page, enrolment.person.account, office)
    session, state = _session(page), page.locator("[data-state]")
    for item in items[:half]:
        answer(page, item, key_of(item))
    expect(state).to_contain_text("All answers are saved")
    assert min(proxy.answered.values()) > 0

    # With an answer under way.
    answer(page, items[half], key_of(items[half]))
    first.kill()
    for item in items[half + 1 :]:
        answer(page, item, key_of(item))
    expect(state).to_contain_text(f"Answered: {len(items)} of {len(items)}. All answers are saved")
    page.get_by_role("button", name="Review and hand in").click()
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(heading(page)).to_have_text("Result")

    # Whoever comes back knows what the other one was told.
    first.start()
    first.wait()
    second.kill()
    page.reload()
    expect(heading(page)).to_have_text("Result")
    page.goto(reverse("my_learning"))
    expect(page).to_have_url(f"http://{HOST}:{proxy.port}{reverse('my_learning')}")

    assert _session(page) == session
    assert [item.response for item in items_of(attempt)] == [key_of(item) for item in items]
    attempt.refresh_from_db()
    assert (attempt.outcome, attempt.mark) == (Attempt.Outcome.PASSED, attempt.max_mark)
    assert Certificate.objects.filter(enrolment=enrolment).count() == 1
    # What was under way has no answer; the page sends it again by itself.
    save = reverse("attempt_save", args=[attempt.pk])
    lost = f"POST http://{HOST}:{proxy.port}{save} answered 502"
    witness.complaints = [each for each in witness.complaints if each != lost]


def _sign_in(page: Page, account: Account, office: Office) -> None:
    page.get_by_label("Work e-mail").fill(account.email)
    page.get_by_role("button", name="Send me a code").click()
    wait_for(lambda: office.mail.texts, "the letter with the code has come")
    found = CODE.search(office.mail.texts[-1].replace("\r\n", "\n"))
    assert found, office.mail.texts[-1]
    page.get_by_label("Code").fill(found.group())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("button", name="Review and hand in")).to_be_visible()


def _session(page: Page) -> str:
    [kept] = [each["value"] for each in page.context.cookies() if each["name"] == settings.SESSION_COOKIE_NAME]
    return kept
