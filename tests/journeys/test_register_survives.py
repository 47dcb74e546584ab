"""Marks of a register survive a lost line, a reload and second thoughts."""

import pytest
from playwright.sync_api import Locator, Page, expect

from people.models import Account
from tests.factories.workshops import make_facilitator, make_workshop, open_session, register
from tests.journeys.conftest import PHONE, OpenPage
from workshops.models import AttendanceEvent, AttendanceRecord, Session
from workshops.services import sign_off

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def keeper() -> Account:
    """A facilitator with an open register of three people."""
    account = make_facilitator()
    workshop = make_workshop(code="W1", facilitator=account)
    for _ in range(3):
        register(workshop)
    open_session(workshop)
    return account


def _rows(page: Page) -> Locator:
    return page.locator("[data-row]")


def _press(page: Page, row: int, status: str) -> None:
    _rows(page).nth(row).get_by_role("button", name=status, exact=True).click()


def _statuses() -> list[str]:
    records = AttendanceRecord.objects.order_by("person__sort_name", "pk")
    return list(records.values_list("status", flat=True))


def test_marks_made_without_a_line_are_kept_over_a_reload_and_sent_later(keeper: Account, open_page: OpenPage) -> None:
    page = open_page(keeper, viewport=PHONE)
    page.goto("/en/workshops/W1/sessions/1/register/")
    page.route("**/mark/", lambda route: route.abort())
    _press(page, 0, "Present")
    _press(page, 1, "Late")
    expect(page.get_by_text("2 of 3 recorded")).to_be_visible()
    expect(page.get_by_text("No connection. The marks are saved here and will be sent.")).to_be_visible()
    assert not AttendanceEvent.objects.exists()

    page.reload()
    expect(page.get_by_text("2 of 3 recorded")).to_be_visible()
    page.unroute("**/mark/")
    page.reload()

    expect(_rows(page).nth(1).locator("[data-state]")).to_have_text("sent")
    assert _statuses() == ["present", "late", "not_recorded"]


def test_a_tap_is_taken_back_and_the_one_before_it_stands(keeper: Account, open_page: OpenPage) -> None:
    page = open_page(keeper, viewport=PHONE)
    page.goto("/en/workshops/W1/sessions/1/register/")
    _press(page, 0, "Present")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("0 of 3 recorded")).to_be_visible()
    _press(page, 1, "Late")
    _press(page, 1, "Absent")
    page.get_by_role("button", name="Undo").click()

    expect(_rows(page).nth(1).locator("[data-state]")).to_have_text("sent")

    assert _statuses() == ["not_recorded", "late", "not_recorded"]


def test_the_same_register_on_two_phones_is_one(keeper: Account, open_page: OpenPage) -> None:
    first, second = open_page(keeper, viewport=PHONE), open_page(keeper, viewport=PHONE)
    for page in (first, second):
        page.goto("/en/workshops/W1/sessions/1/register/")
    _press(first, 0, "Present")
    _press(second, 1, "Excused")
    for page, row in ((first, 0), (second, 1)):
        expect(_rows(page).nth(row).locator("[data-state]")).to_have_text("sent")

    assert _statuses() == ["present", "excused", "not_recorded"]


def test_leaving_the_page_sends_what_waits(keeper: Account, open_page: OpenPage) -> None:
    page = open_page(keeper, viewport=PHONE)
    page.goto("/en/workshops/W1/sessions/1/register/")
    _press(page, 2, "Left early")
    page.get_by_role("link", name="Sign the register").click()

    expect(page.get_by_role("row").filter(has_text="left early")).to_contain_text("1")


def test_marks_that_come_after_the_signature_are_shown_with_the_way_to_correct_them(
    keeper: Account, open_page: OpenPage
) -> None:
    page = open_page(keeper, viewport=PHONE)
    page.goto("/en/workshops/W1/sessions/1/register/")
    page.route("**/mark/", lambda route: route.abort())
    _press(page, 1, "Late")
    expect(page.get_by_text("No connection. The marks are saved here and will be sent.")).to_be_visible()
    sign_off(session=Session.objects.get(number=1), actor=keeper, accept_unrecorded=True)
    page.unroute("**/mark/")
    refusal = "Late: The register is signed. Correct the record and say why."

    for _ in range(2):
        page.reload()
        expect(_rows(page).nth(1).locator("[data-state]")).to_have_text(refusal)
        expect(page.get_by_text("came after the register was signed")).to_be_visible()
    _rows(page).nth(1).get_by_role("link", name="Correct").click()
    page.get_by_label("late", exact=True).check()
    page.get_by_label("Reason").fill("The phone had no line")
    page.get_by_role("button", name="Correct the record").click()

    expect(_rows(page).nth(1)).to_contain_text("late")
    expect(_rows(page).nth(1).locator("[data-state]")).to_have_text("")
    assert _statuses() == ["not_recorded", "late", "not_recorded"]
