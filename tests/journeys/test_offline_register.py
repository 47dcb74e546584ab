"""A register without a line: what a phone takes along, keeps, sends, and forgets."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from people.models import Account
from tests.factories.people import make_agency, make_person
from tests.factories.workshops import make_facilitator, make_workshop, open_session, register
from tests.journeys.conftest import PHONE, OpenPage
from tests.journeys.steps import assert_fits, heading
from workshops.models import AttendanceEvent, AttendanceRecord, Session, Workshop
from workshops.services import rebuild_records

pytestmark = pytest.mark.django_db(transaction=True)

SHELL = "/en/workshops/W1/offline/"
REGISTER = "/en/workshops/W1/sessions/1/register/"
NAMES = ["Adamovich", "Barysevich", "Charniak", "Dubrova", "Eismant"]
KEPT = """async () => {
    const opening = indexedDB.open("registers", 1);
    const cupboard = await new Promise((done) => { opening.onsuccess = () => done(opening.result); });
    const counts = {};
    for (const store of cupboard.objectStoreNames) {
        const asked = cupboard.transaction(store).objectStore(store).count();
        counts[store] = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
    }
    cupboard.close();
    const marks = Object.keys(localStorage).filter((key) => key.startsWith("register-"));
    return { ...counts, pages: await caches.has("registers"), marks };
}"""
# What is written down, as it is written down, and whether a key may leave the browser.
READABLE = """async () => {
    const opening = indexedDB.open("registers", 1);
    const cupboard = await new Promise((done) => { opening.onsuccess = () => done(opening.result); });
    const asked = cupboard.transaction("rosters").objectStore("rosters").getAll();
    const rows = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
    cupboard.close();
    const words = rows.map((row) => new TextDecoder().decode(row.sealed.data)).join("") + JSON.stringify(localStorage);
    return { words, extractable: rows.map((row) => row.key.extractable) };
}"""


@pytest.fixture
def keeper() -> Account:
    """A facilitator of a workshop of two sessions, with five people on the first register."""
    account = make_facilitator()
    workshop = make_workshop(code="W1", facilitator=account, starts_on=timezone.localdate() - timedelta(days=1))
    agency = make_agency()
    for name in NAMES:
        register(workshop, make_person(agency=agency, family_name=name))
    open_session(workshop)
    return account


def _take_along(page: Page) -> None:
    page.goto(f"{SHELL}#1")
    page.get_by_role("button", name="Keep this workshop’s registers on this phone").click()
    expect(page.get_by_role("button", name="Mark all present")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready")


def _row(page: Page, name: str) -> Locator:
    return page.locator("[data-row]").filter(has_text=name)


def _press(page: Page, name: str, status: str) -> None:
    _row(page, name).get_by_role("button", name=status, exact=True).click()


def _records(number: int = 1) -> dict[str, str]:
    records = AttendanceRecord.objects.filter(session__number=number)
    return dict(records.values_list("person__family_name", "status"))


def _wait_until_nothing_waits(page: Page) -> None:
    """Wait until the browser keeps no mark any more; asked from outside, as a page out of a worker forbids `eval`."""
    for _ in range(100):
        if page.evaluate("() => !Object.keys(localStorage).some((key) => key.startsWith('register-'))"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("Marks still wait to be sent.")


def test_the_network_goes_in_the_middle_and_every_mark_arrives(keeper: Account, open_page: OpenPage) -> None:
    page = open_page(keeper, viewport=PHONE)
    _take_along(page)
    _press(page, "Adamovich", "Present")
    expect(_row(page, "Adamovich").locator("[data-state]")).to_have_text("sent")
    page.context.set_offline(True)

    page.get_by_role("button", name="Mark all present").click()
    expect(page.get_by_text("5 of 5 recorded")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("1 of 5 recorded")).to_be_visible()
    for name, status in zip(NAMES[1:], ["Late", "Left early", "Excused", "Absent"], strict=True):
        _press(page, name, status)
    expect(page.get_by_text("No connection. The marks are saved here and will be sent.")).to_be_visible()
    # What is sent while a page is left slips through the browser's make-believe of having no connection.
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no connection')); }")
    page.goto(REGISTER)

    # The page comes from the phone, at the address of the register too.
    expect(heading(page)).to_have_text("Registers on this phone")
    expect(page.get_by_text("5 of 5 recorded")).to_be_visible()
    expect(_row(page, "Charniak").locator("[data-state]")).to_have_text("saved here")
    assert_fits(page)
    page.get_by_label("Find a name").fill("dubr")
    expect(page.locator("[data-row]:visible")).to_have_count(1)
    _press(page, "Dubrova", "Present")
    page.get_by_label("Session").select_option(index=1)
    expect(page.get_by_text("0 of 5 recorded")).to_be_visible()
    _press(page, "Eismant", "Present")
    assert AttendanceEvent.objects.count() == 1
    page.context.set_offline(False)

    expect(_row(page, "Eismant").locator("[data-state]")).to_have_text("sent")
    expect(page.get_by_label("Session")).to_contain_text("Session 1")
    _wait_until_nothing_waits(page)
    assert _records() == {
        "Adamovich": "present",
        "Barysevich": "late",
        "Charniak": "left_early",
        "Dubrova": "present",
        "Eismant": "absent",
    }
    assert _records(2) == {**dict.fromkeys(NAMES, "not_recorded"), "Eismant": "present"}
    assert AttendanceEvent.objects.exclude(device="").count() == 6
    assert len(set(AttendanceEvent.objects.values_list("device", flat=True))) == 1
    assert rebuild_records(check=True) == (10, 0)


def test_names_are_locked_and_wiped_at_sign_out_on_every_page(keeper: Account, open_page: OpenPage) -> None:
    page = open_page(keeper, viewport=PHONE)
    _take_along(page)
    other = page.context.new_page()
    other.goto(f"{SHELL}#1")
    expect(_row(other, "Adamovich")).to_be_visible()
    written: Any = page.evaluate(READABLE)
    assert [name for name in NAMES if name in written["words"]] == []
    assert written["extractable"] == [False]
    _press(page, "Adamovich", "Late")

    page.goto("/en/account/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/en/")

    assert page.evaluate(KEPT) == {"rosters": 0, "notes": 0, "pages": False, "marks": []}
    assert _records()["Adamovich"] == "late"
    expect(other.locator("[data-row]")).to_have_count(0)
    page.context.set_offline(True)
    page.goto(REGISTER)
    expect(heading(page)).to_have_text("There is no connection")


def test_two_phones_disagree_and_the_one_that_lost_says_so(keeper: Account, open_page: OpenPage) -> None:
    first, second = open_page(keeper, viewport=PHONE), open_page(keeper, viewport=PHONE)
    first.clock.install(time=datetime(2020, 1, 1, tzinfo=UTC))  # a clock that is years behind
    for page in (first, second):
        _take_along(page)
        page.context.set_offline(True)
    _press(first, "Adamovich", "Present")
    _press(first, "Barysevich", "Absent")
    first.clock.fast_forward("02:00")
    _press(second, "Adamovich", "Late")
    _press(second, "Charniak", "Present")

    second.context.set_offline(False)
    expect(_row(second, "Adamovich").locator("[data-state]")).to_have_text("sent")
    first.context.set_offline(False)
    differences = first.get_by_role("listitem").filter(has=first.get_by_role("button", name="I have read this"))
    expect(differences).to_have_count(1)
    expect(differences).to_contain_text("Adamovich")
    expect(differences).to_contain_text("Present")
    expect(differences).to_contain_text("The register says: late.")
    expect(differences).to_contain_text(keeper.get_full_name())
    first.reload()
    expect(differences).to_contain_text("The register says: late.")
    assert_fits(first)
    differences.get_by_role("button", name="I have read this").click()
    expect(differences).to_have_count(0)

    first.reload()
    expect(_row(first, "Adamovich").get_by_role("button", name="Late")).to_have_attribute("aria-pressed", "true")
    expect(differences).to_have_count(0)
    assert _records() == {
        "Adamovich": "late",
        "Barysevich": "absent",
        "Charniak": "present",
        "Dubrova": "not_recorded",
        "Eismant": "not_recorded",
    }


def test_somebody_who_is_on_no_register_is_written_down_until_taken_in(keeper: Account, open_page: OpenPage) -> None:
    page = open_page(keeper, viewport=PHONE)
    _take_along(page)
    page.context.set_offline(True)
    page.get_by_text("Somebody who is not on the register").click()
    page.get_by_label("Name", exact=True).fill("Zaitseva Hanna")
    page.get_by_label("Agency").fill("Polyclinic 4")
    page.get_by_role("button", name="Write the person down").click()
    waiting = page.get_by_role("listitem").filter(has_text="Zaitseva Hanna")
    expect(waiting).to_contain_text("Polyclinic 4")  # shown once it is kept, and not before
    page.reload()
    expect(waiting).to_contain_text("Polyclinic 4")
    page.context.set_offline(False)

    page.goto(REGISTER)
    expect(page.get_by_text("still to be taken in")).to_be_visible()
    page.get_by_role("paragraph").get_by_role("link", name="Registers on this phone").click()
    expect(waiting.get_by_role("link", name="Walk-in")).to_have_attribute("href", f"{REGISTER}walk-in/")
    waiting.get_by_role("button", name="Taken in already").click()
    expect(waiting).to_have_count(0)


def test_sixty_people_are_done_in_seventy_taps_at_most(open_page: OpenPage) -> None:
    keeper = make_facilitator()
    workshop: Workshop = make_workshop(code="W1", facilitator=keeper, sessions=1)
    agency = make_agency()
    for _ in range(60):
        register(workshop, make_person(agency=agency))
    page = open_page(keeper, viewport=PHONE, has_touch=True)
    page.goto(REGISTER)
    taps = 0

    def tap(button: Locator) -> None:
        nonlocal taps
        button.tap()
        taps += 1

    tap(page.get_by_role("button", name="Open the register"))
    rows = page.locator("[data-row]")
    expect(rows).to_have_count(60)
    for place in range(60):
        tap(rows.nth(place).locator("button[name=mark]").nth(place % 5))
    expect(page.get_by_text("60 of 60 recorded")).to_be_visible()
    tap(page.get_by_role("link", name="Sign the register"))
    expect(heading(page)).to_have_text("Sign the register")
    tap(page.get_by_role("button", name="Sign the register"))
    expect(page.get_by_text("The register is signed.").first).to_be_visible(timeout=30_000)

    assert taps <= 70
    counts = Session.objects.get().sign_off.counts
    assert counts == {"present": 12, "late": 12, "left_early": 12, "excused": 12, "absent": 12, "not_recorded": 0}
