"""A facilitator's way: plan a workshop from an outline, bring people in, take the register on a phone, sign it.

On a phone throughout, once with JavaScript and once without.
"""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Locator, Page, expect

from people.models import Account, Person
from tests.journeys.conftest import PHONE, OpenPage
from tests.journeys.steps import assert_fits, heading
from workshops.models import AttendanceEvent, AttendanceRecord, Registration, Session, Workshop

CODE = "IW-TEST"
HEADINGS = "Фамилия;Имя;Отчество;Электронная почта;Ведомство"
GOOD_ROWS = [
    "Аўдзеенка;Марыя;Пятроўна;m.audzeenka@example.org;HLT-04-BR",
    "Щербакова;Юлия;Андреевна;;GOV-02",
    "Нікіцін;Яўген;Міхайлавіч;;GOV-02",
]
BAD_ROWS = ["Лис;;;;GOV-02", "Мюллер;Анна;;not an address;GOV-02", "Дарьин;Олег;;;GOV-99"]


def roster(*rows: str) -> FilePayload:
    """A list as a Russian spreadsheet program saves it."""
    content = "\r\n".join([HEADINGS, *rows]).encode("cp1251")
    return FilePayload(name="участники.csv", mimeType="text/csv", buffer=content)


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_from_an_outline_to_a_signed_register(
    open_page: OpenPage, demo: Callable[[str], Account], javascript: bool
) -> None:
    page = open_page(demo("facilitator"), viewport=PHONE, javascript=javascript)
    tomorrow = timezone.localdate() + timedelta(days=1)

    _plan(page, tomorrow)
    _see_two_days_and_add_a_session(page, tomorrow)
    _add_people(page)
    _bring_in_a_list(page)
    _publish(page)
    _the_first_session_begins()
    _take_the_register(page, javascript)
    _take_somebody_in(page)
    _sign(page)
    _see_who_can_still_reach_the_threshold(page)
    _correct(page)


def _plan(page: Page, tomorrow: date) -> None:
    """Another workshop of the same facilitator runs today, which is said before anything is saved."""
    page.goto("/en/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Workshops").click()
    page.get_by_role("link", name="Plan a workshop").click()
    assert_fits(page)
    page.get_by_label("Outline").select_option(index=1)
    page.get_by_label("Title in English").fill("Migration and health: two days at one table")
    page.get_by_label("First day").fill(timezone.localdate().isoformat())
    page.get_by_label("Code").fill(CODE)
    page.get_by_role("button", name="Plan the workshop").click()
    expect(page.get_by_text("a facilitator is needed there").first).to_be_visible()
    assert not Workshop.objects.filter(code=CODE).exists()
    page.get_by_label("First day").fill(tomorrow.isoformat())
    page.get_by_role("button", name="Plan the workshop").click()
    expect(page.get_by_text("The workshop is planned as a draft.")).to_be_visible()


def _see_two_days_and_add_a_session(page: Page, tomorrow: date) -> None:
    sessions = page.get_by_role("region", name="Sessions and registers")
    expect(sessions.locator("table")).to_have_count(2)
    expect(sessions.locator("tbody tr")).to_have_count(8)
    assert_fits(page)
    page.get_by_role("link", name="Add a session", exact=True).click()
    page.get_by_label("Title in English").fill("Questions over tea")
    page.get_by_label("From").fill("17:10")
    page.get_by_label("To", exact=True).fill("17:00")
    page.get_by_label("Required for the certificate").uncheck()
    page.get_by_role("button", name="Add the session").click()
    expect(page.get_by_role("alert")).to_contain_text("The session must end after it begins.")
    page.get_by_label("To", exact=True).fill("17:40")
    page.get_by_role("button", name="Add the session").click()
    expect(page.get_by_text("The session is added.")).to_be_visible()
    days = Workshop.objects.get(code=CODE).sessions.order_by("number").values_list("day", flat=True)
    assert list(days) == [tomorrow] * 4 + [tomorrow + timedelta(days=1)] * 5


def _add_people(page: Page) -> None:
    """Somebody who is known, and somebody whom nobody knew."""
    page.get_by_role("navigation", name="Pages of this workshop").get_by_role("link", name="Participants").click()
    expect(page.get_by_text("Nobody is on the list yet")).to_be_visible()
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("Find a person").fill("learner@demo.example")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("region", name="Somebody who is known").get_by_role("button", name="Register").click()
    expect(heading(page)).to_have_text("1 participant")
    page.get_by_role("link", name="Add a person").click()
    new = page.get_by_role("region", name="Somebody new")
    new.get_by_label("Family name").fill("Кавалёва")
    new.get_by_label("Given name").fill("Ганна")
    new.get_by_label("Agency").select_option(label="City polyclinic, Brest region (HLT-01-BR)")
    assert_fits(page)
    new.get_by_role("button", name="Add and register").click()
    expect(heading(page)).to_have_text("2 participants")


def _bring_in_a_list(page: Page) -> None:
    """One bad row and nothing is saved; the reasons stand by line."""
    people = Person.objects.count()
    page.get_by_role("link", name="Bring in a list").click()
    page.get_by_label("File", exact=True).set_input_files(roster(*GOOD_ROWS, *BAD_ROWS))
    page.get_by_role("button", name="Look at the list").click()
    reasons = page.get_by_role("alert")
    expect(reasons).to_contain_text("3 things to mend before the list can be taken. Nothing was saved.")
    expect(reasons.get_by_role("listitem")).to_have_count(3)
    for line in (5, 6, 7):
        expect(reasons).to_contain_text(f"Line {line}")
    assert_fits(page)
    assert Person.objects.count() == people
    page.get_by_label("File", exact=True).set_input_files(roster(*GOOD_ROWS))
    page.get_by_role("button", name="Look at the list").click()
    assert Person.objects.count() == people
    page.get_by_role("button", name="Register 3 people").click()
    expect(heading(page)).to_have_text("5 participants")
    assert_fits(page)
    assert Person.objects.count() == people + 3


def _publish(page: Page) -> None:
    page.get_by_role("link", name="Sessions and registers").click()
    page.get_by_role("button", name="Publish the workshop").click()
    expect(page.get_by_text("The workshop is published. Everybody can see it now.")).to_be_visible()


def _the_first_session_begins() -> None:
    """The day comes: before it a register takes nobody but those who are excused."""
    now = timezone.now()
    first = Session.objects.filter(workshop__code=CODE, number=1)
    assert first.update(starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(hours=1)) == 1


def _row(page: Page, name: str) -> Locator:
    return page.locator(".register__row").filter(has_text=name)


def _mark(page: Page, name: str, status: str) -> None:
    _row(page, name).get_by_role("button", name=status, exact=True).click()
    pressed = _row(page, name).get_by_role("button", name=status, exact=True)
    expect(pressed).to_have_attribute("aria-pressed", "true")


def _take_the_register(page: Page, javascript: bool) -> None:
    """Everybody present, then the exceptions."""
    page.get_by_role("link", name="Register 1", exact=True).click()
    page.get_by_role("button", name="Open the register").click()
    expect(page.get_by_text("0 of 5 recorded")).to_be_visible()
    assert_fits(page)
    page.get_by_role("button", name="Mark all present").click()
    expect(page.get_by_text("5 people are marked present.")).to_be_visible()
    late = _row(page, "Кавалёва")
    late.get_by_text("Minutes", exact=True).click()
    late.get_by_label("Minutes there").fill("40")
    _mark(page, "Кавалёва", "Late")
    _mark(page, "Аўдзеенка", "Left early")
    _mark(page, "Щербакова", "Excused")
    _mark(page, "Нікіцін", "Absent")
    _mark(page, "Аўдзеенка", "Absent")
    if javascript:
        page.get_by_role("button", name="Undo").click()
        pressed = _row(page, "Аўдзеенка").get_by_role("button", name="Left early")
        expect(pressed).to_have_attribute("aria-pressed", "true")
    else:
        _mark(page, "Аўдзеенка", "Left early")
    expect(page.get_by_text("5 of 5 recorded")).to_be_visible()


def _take_somebody_in(page: Page) -> None:
    page.get_by_role("link", name="Walk-in").click()
    page.get_by_label("Family name").fill("Лис")
    page.get_by_label("Given name").fill("Ольга")
    page.get_by_label("Agency").select_option(label="TB dispensary, Brest region (HLT-04-BR)")
    page.get_by_role("button", name="Take in and mark present").dblclick()
    expect(_row(page, "Лис").get_by_role("button", name="Present")).to_have_attribute("aria-pressed", "true")
    walked_in = Registration.objects.filter(workshop__code=CODE, source=Registration.Source.WALK_IN)
    assert [str(each.person) for each in walked_in] == ["Лис Ольга"]


def _sign(page: Page) -> None:
    page.get_by_role("link", name="Sign the register").click()
    expect(heading(page)).to_have_text("Sign the register")
    page.wait_for_load_state()
    counts = page.get_by_role("row").all_inner_texts()
    assert [words.split()[-1] for words in counts] == ["People", "2", "1", "1", "1", "1", "0", "6"]
    assert_fits(page)
    page.get_by_role("button", name="Sign the register").dblclick()
    expect(page.get_by_text("The register is signed.").first).to_be_visible()
    assert _records() == {
        "Аўдзеенка": ("left_early", 68),
        "Кавалёва": ("late", 50),
        "Лис": ("present", 85),
        "Нікіцін": ("absent", 0),
        "Щербакова": ("excused", 0),
    }


def _records() -> dict[str, tuple[str, int]]:
    """What the register says about everybody but the learner of the demonstration, who was there."""
    records = AttendanceRecord.objects.filter(session__workshop__code=CODE, session__number=1)
    learner = records.get(person__email="learner@demo.example")
    assert (learner.status, learner.credited_minutes) == ("present", 85)
    others = records.exclude(pk=learner.pk).values_list("person__family_name", "status", "credited_minutes")
    return {name: (status, minutes) for name, status, minutes in others}


def _see_who_can_still_reach_the_threshold(page: Page) -> None:
    page.get_by_role("link", name="Who reaches 80 %").click()
    expect(page.get_by_text("0 have reached it, 6 still can, 0 no longer can.")).to_be_visible()
    assert_fits(page)
    absent = page.get_by_role("row").filter(has_text="Нікіцін")
    expect(absent).to_contain_text("0 of 735")


def _correct(page: Page) -> None:
    """After the signature a record changes only with a reason, and everything that was said before stays."""
    page.get_by_role("link", name="Sessions and registers").click()
    page.get_by_role("link", name="Register 1", exact=True).click()
    _row(page, "Нікіцін").get_by_role("link", name="Correct").click()
    page.get_by_role("radio", name="present", exact=True).check()
    page.get_by_role("button", name="Correct the record").click()
    expect(page.get_by_role("alert")).to_contain_text("Reason")
    page.get_by_label("Reason").fill("Signed the paper sheet")
    page.get_by_role("button", name="Correct the record").click()
    expect(page.get_by_text("The record of Нікіцін Яўген Міхайлавіч is corrected.")).to_be_visible()
    assert _records()["Нікіцін"] == ("present", 85)
    events = AttendanceEvent.objects.filter(session__workshop__code=CODE, person__family_name="Нікіцін")
    assert [(event.status, event.note) for event in events.order_by("server_time")] == [
        ("present", ""),
        ("absent", ""),
        ("present", "Signed the paper sheet"),
    ]
    assert_fits(page)
