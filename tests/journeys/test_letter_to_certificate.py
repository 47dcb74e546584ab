"""From an agency's letter to the certificates: everybody who has a part in a workshop, each with an own screen.

A coordinator asks and nominates, a manager plans, a facilitator runs the six sessions on a phone, people answer from
their mails; each session is recorded in another way. The hours come as the test says: it moves what is planned.
"""

import io
from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.mail import EmailMessage
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from certificates.models import Certificate
from mail.models import Message
from mail.tasks import send_due
from people.models import Agency, Person, Role
from tests.factories.evaluation import make_form
from tests.factories.people import make_account, make_agency
from tests.factories.workshops import make_outline_page
from tests.jobs import work_off
from tests.journeys.conftest import DESKTOP, PHONE, OpenPage
from tests.journeys.steps import assert_fits, heading
from workshops.models import (
    AttendanceEvent,
    AttendanceRecord,
    EvaluationAnswer,
    Outline,
    Registration,
    Session,
    Workshop,
    WorkshopRequest,
)
from workshops.services import rebuild_records, set_outline_sessions
from workshops.tasks import follow_clock, follow_waiting_lists, open_waves

pytestmark = pytest.mark.django_db(transaction=True)

CODE = "IW-LETTER"
SESSIONS = ("By hand", "On the screen", "By badge", "On paper", "Online", "Without a line")
HEADINGS = ("Фамилия", "Имя", "Отчество", "Электронная почта", "Должность", "Язык")
NOMINEES = (
    ("Ковальчук", "Анна", "Игоревна", "a.kavalchuk@example.org", "врач", "en"),
    ("Мороз", "Пётр", "Сергеевич", "p.maroz@example.org", "фельдшер", "en"),
    ("Зайцева", "Юлия", "Андреевна", "yu.zaitseva@example.org", "медсестра", "en"),
)
SCAN = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class Cast:
    """Who is there, each with an own browser."""

    def __init__(self, open_page: OpenPage) -> None:
        self.open_page = open_page
        self.agency = make_agency(code="HLT-1")
        self.official = make_account(agency=self.agency, family_name="Abramava", given_name="Hanna", patronymic="")
        facilitator = make_account(Role.FACILITATOR, agency=make_agency(code="INT-1"))
        self.facilitator = facilitator
        self.desk = open_page(make_account(Role.COORDINATOR, agency=self.agency), viewport=DESKTOP)
        self.manager = open_page(make_account(Role.MANAGER, agency=make_agency(code="GOV-1")), viewport=DESKTOP)
        self.phone = open_page(facilitator, viewport=PHONE)


@pytest.fixture
def cast(open_page: OpenPage) -> Cast:
    """The people, an outline of six sessions on one day, and the form of the evaluation."""
    make_outline_page("O-LETTER", title="Migration and health at one table")
    rows = [
        {
            "number": number,
            "day": 1,
            "start_time": time(8 + number),
            "end_time": time(8 + number, 50),
            "kind": "training",
            "title_en": title,
        }
        for number, title in enumerate(SESSIONS, start=1)
    ]
    set_outline_sessions(outline=Outline.objects.get(code="O-LETTER"), rows=rows)
    make_form()
    return Cast(open_page)


def test_from_a_letter_to_the_certificates(cast: Cast, mailoutbox: list[EmailMessage]) -> None:
    _the_coordinator_asks(cast)
    _the_manager_plans(cast)
    _the_facilitator_sets_seats_and_publishes(cast)
    _the_coordinator_nominates(cast)
    _invitations_are_answered(cast, mailoutbox)

    for number, take in enumerate((_by_hand, _on_the_screen, _by_badge, _on_paper, _online, _without_a_line), start=1):
        _its_hour_comes(number)
        take(cast, number)
    assert _statuses() == {
        "Abramava": ["present"] * 6,
        "Зайцева": ["absent", "present", "present", "late", "present", "present"],
        "Ковальчук": ["present", "present", "present", "present", "absent", "present"],
    }
    assert rebuild_records(check=True) == (18, 0)

    _the_registers_are_signed(cast)
    _a_record_is_corrected(cast)
    _the_day_is_over()
    _the_evaluation_is_answered(cast, mailoutbox)
    _the_certificates_are_there(cast, mailoutbox)


# --- Before ---------------------------------------------------------------------------------------------------------
def _the_coordinator_asks(cast: Cast) -> None:
    page = cast.desk
    page.goto("/en/workshops/requests/new/")
    page.get_by_label("What it should be about").fill("Referral between clinics")
    page.get_by_label("Outline").select_option(index=1)
    page.get_by_label("Why, and for whom").fill("For doctors and nurses who refer migrants.")
    page.get_by_label("About how many people").fill("3")
    tomorrow = timezone.localdate() + timedelta(days=1)
    page.get_by_label("Not before").fill(tomorrow.isoformat())
    page.get_by_label("Not after").fill((tomorrow + timedelta(days=30)).isoformat())
    page.get_by_role("button", name="Send the request").click()
    expect(heading(page)).to_have_text("Referral between clinics")
    assert_fits(page)


def _the_manager_plans(cast: Cast) -> None:
    page = cast.manager
    page.goto("/en/workshops/requests/")
    page.get_by_role("link", name="Referral between clinics").click()
    page.get_by_role("link", name="Plan a workshop from it").click()
    expect(page.get_by_text("For doctors and nurses who refer migrants.")).to_be_visible()
    page.get_by_label("Facilitator").fill(cast.facilitator.email)
    page.get_by_label("Code").fill(CODE)
    page.get_by_role("button", name="Plan the workshop").click()
    expect(page.get_by_text("The workshop is planned as a draft.")).to_be_visible()
    asked = WorkshopRequest.objects.get()
    assert (asked.state, asked.workshop) == ("scheduled", Workshop.objects.get(code=CODE))


def _the_facilitator_sets_seats_and_publishes(cast: Cast) -> None:
    page = cast.phone
    page.goto(f"/en/workshops/{CODE}/facilitation/")
    page.get_by_role("button", name="I will run it").click()
    page.goto(f"/en/workshops/{CODE}/manage/")
    expect(page.get_by_text("Referral between clinics")).to_be_visible()
    page.get_by_text("Set the number of seats").click()
    page.get_by_label("For the agency").select_option(label="Agency HLT-1 (HLT-1)")
    page.get_by_role("spinbutton", name="Seats").fill("3")
    page.get_by_role("button", name="Save the seats").click()
    page.get_by_role("button", name="Publish the workshop").click()
    expect(page.get_by_text("The workshop is published.")).to_be_visible()
    assert_fits(page)


def _the_coordinator_nominates(cast: Cast) -> None:
    """One by one whoever is known, the others as a list that is looked at before anything is saved."""
    page = cast.desk
    page.goto(f"/en/workshops/{CODE}/nominations/")
    page.get_by_role("link", name="Nominate a person").click()
    page.get_by_label("Find a person").fill("Abramava")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Nominate Abramava").click()
    page.get_by_role("link", name="Bring in a list").click()
    page.get_by_label("File", exact=True).set_input_files(_sheet(NOMINEES))
    page.get_by_role("button", name="Look at the list").click()
    assert Person.objects.filter(family_name="Мороз").count() == 0
    page.get_by_role("button", name="Nominate 3 people").click()
    expect(page.get_by_role("row").filter(has_text="Зайцева")).to_contain_text("nominated")
    assert _states() == dict.fromkeys(["Abramava", "Зайцева", "Ковальчук", "Мороз"], "nominated")


def _sheet(people: Sequence[Sequence[str]]) -> Any:
    """The list as a spreadsheet program saves it."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (HEADINGS, *people):
        sheet.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return {"name": "список.xlsx", "mimeType": "application/octet-stream", "buffer": content.getvalue()}


def _states() -> dict[str, str]:
    registrations = Registration.objects.filter(workshop__code=CODE)
    return dict(registrations.values_list("person__family_name", "state"))


def _invitations_are_answered(cast: Cast, mailbox: Sequence[EmailMessage]) -> None:
    """Four are asked for three seats: the last to accept waits, until one of the others cannot come after all."""
    page = cast.phone
    page.goto(f"/en/workshops/{CODE}/participants/")
    page.get_by_role("button", name="Invite all of them").click()
    expect(page.get_by_role("heading", name="Invited (4)")).to_be_visible()
    _mails_go()

    first = cast.open_page(viewport=PHONE)
    for address in ("person1@example.org", "a.kavalchuk@example.org", "p.maroz@example.org"):
        _answer(first, _link(mailbox, address, "/invitation/"), "I will come")
    _answer(first, _link(mailbox, "yu.zaitseva@example.org", "/invitation/"), "I will come")
    expect(first.get_by_text("waiting list").first).to_be_visible()
    assert_fits(first)
    assert _states() == {**dict.fromkeys(["Abramava", "Ковальчук", "Мороз"], "confirmed"), "Зайцева": "waitlisted"}

    first.goto(_link(mailbox, "p.maroz@example.org", "/invitation/"))
    first.get_by_text("I cannot come after all").click()
    first.get_by_label("Why you cannot come").fill("On duty that day")
    first.get_by_role("button", name="I cannot come", exact=True).click()
    follow_waiting_lists()
    _mails_go()
    _answer(first, _link(mailbox, "yu.zaitseva@example.org", "/invitation/"), "I will come")
    assert _states() == {
        **dict.fromkeys(["Abramava", "Ковальчук", "Зайцева"], "confirmed"),
        "Мороз": "withdrawn",
    }


def _answer(page: Page, address: str, answer: str) -> None:
    page.goto(address)
    page.get_by_role("button", name=answer).click()
    expect(page.get_by_role("heading", name="Your answer")).to_be_visible()


def _mails_go() -> None:
    """As if the minutes had passed for which a message can still be stopped."""
    Message.objects.filter(state=Message.State.PLANNED).update(send_after=timezone.now())
    send_due()
    work_off()


def _link(mailbox: Sequence[EmailMessage], address: str, part: str) -> str:
    """The first address of a kind in the last mail to somebody that has one."""
    found = [[word for word in mail.body.split() if part in word] for mail in mailbox if mail.to == [address]]
    return "/" + [addresses[0] for addresses in found if addresses][-1].split("/", 3)[3]


# --- The sessions ---------------------------------------------------------------------------------------------------
def _its_hour_comes(number: int) -> None:
    """The session begins now, while those before it are still on: what was scanned stays where it was."""
    now, today = timezone.now(), timezone.localdate()
    Workshop.objects.filter(code=CODE).update(starts_on=today, ends_on=today)
    session = Session.objects.filter(workshop__code=CODE, number=number)
    session.update(day=today, starts_at=now, ends_at=now + timedelta(minutes=50))


def _open(page: Page, number: int) -> None:
    page.goto(f"/en/workshops/{CODE}/sessions/{number}/register/")
    page.get_by_role("button", name="Open the register").click()
    expect(page.get_by_text("0 of 3 recorded")).to_be_visible()


def _row(page: Page, name: str) -> Locator:
    return page.locator("[data-row]").filter(has_text=name)


def _statuses() -> dict[str, list[str]]:
    """Of everybody what the registers say, in the order of the sessions."""
    found: dict[str, list[str]] = {}
    records = AttendanceRecord.objects.filter(session__workshop__code=CODE).order_by("session__number")
    for name, status in records.values_list("person__family_name", "status"):
        found.setdefault(name, []).append(status)
    return found


def _by_hand(cast: Cast, number: int) -> None:
    page = cast.phone
    _open(page, number)
    page.get_by_role("button", name="Mark all present").click()
    expect(page.get_by_text("3 of 3 recorded")).to_be_visible()
    _row(page, "Зайцева").get_by_role("button", name="Absent", exact=True).click()
    expect(_row(page, "Зайцева").locator("[data-state]")).to_have_text("sent")


def _on_the_screen(cast: Cast, number: int) -> None:
    """One tap for whoever is signed in, the code of the screen and an own code for the others."""
    _open(cast.phone, number)
    cast.phone.get_by_role("link", name="Screen for check-in").click()
    cast.phone.get_by_role("button", name="Open check-in").click()
    code = cast.phone.locator(".screen__symbols").inner_text()
    own = cast.open_page(cast.official, viewport=PHONE)
    own.goto(f"/c/{code}/")
    own.get_by_role("button", name="I am here").dblclick()
    expect(own.get_by_text("Checked in at").first).to_be_visible()
    assert_fits(own)

    borrowed = cast.open_page(viewport=PHONE)
    for person in ("Ковальчук", "Зайцева"):
        borrowed.goto("/en/workshops/check-in/")
        borrowed.get_by_label("Code on the screen").fill(code.lower())
        borrowed.get_by_role("button", name="Go on").click()
        pass_code = Registration.objects.get(workshop__code=CODE, person__family_name=person).printed_pass_code
        borrowed.get_by_label("Your personal code").fill(pass_code)
        borrowed.get_by_role("button", name="I am here").click()
        expect(borrowed.get_by_text(person).first).to_be_visible()
    expect(cast.phone.get_by_text("3 of 3 have come")).to_be_visible(timeout=20_000)


def _by_badge(cast: Cast, number: int) -> None:
    page = cast.phone
    _open(page, number)
    for code in Registration.objects.filter(workshop__code=CODE, state="confirmed").values_list("pass_code", flat=True):
        page.goto(f"/b/{code}/")
        page.get_by_role("radio", name="By badge").check()
        page.get_by_role("button", name="Is here").click()
        expect(page.get_by_text("is checked in since")).to_be_visible()


def _on_paper(cast: Cast, number: int) -> None:
    page = cast.phone
    _open(page, number)
    sheet = page.get_by_role("main").get_by_role("link", name="русский").get_attribute("href")
    assert page.request.get(sheet or "").body().startswith(b"%PDF-1.7")
    page.get_by_role("link", name="From paper").click()
    zaitseva = page.get_by_role("group").filter(has_text="Зайцева")
    zaitseva.get_by_label("late").check()
    zaitseva.get_by_label("Minutes there").fill("45")
    page.get_by_label("Everybody else").select_option(label="present")
    page.get_by_role("button", name="Save the sheet").click()
    page.goto(f"/en/workshops/{CODE}/sessions/{number}/paper/")
    page.get_by_label("Scan or photograph").set_input_files(
        {"name": "sheet.pdf", "mimeType": "application/pdf", "buffer": SCAN}
    )
    page.get_by_role("button", name="Keep the scan").click()
    expect(page.get_by_role("link", name="sheet.pdf")).to_be_visible()
    assert_fits(page)


def _online(cast: Cast, number: int) -> None:
    """The log has a name that nobody has: the facilitator says whose it is. Who is not in it was not there."""
    page = cast.phone
    _open(page, number)
    session = Session.objects.get(workshop__code=CODE, number=number)
    begin = timezone.localtime(session.starts_at)
    times = [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in (begin, begin + timedelta(minutes=50))]
    rows = [",".join([name, *times]) for name in ("Hanna A.", "Зайцева Юлия")]
    log = "\n".join(["Name,Join time,Leave time", *rows])
    page.get_by_role("link", name="Logs of the online meeting").click()
    page.get_by_label("Log of the meeting").set_input_files(
        {"name": "meeting.csv", "mimeType": "text/csv", "buffer": log.encode()}
    )
    page.get_by_role("button", name="Look at the log").click()
    page.get_by_role("button", name="See who is who").click()
    page.get_by_label("Who is Hanna A.?").select_option(label="Abramava Hanna – Agency HLT-1")
    assert_fits(page)
    page.get_by_role("button", name="Record it in the register").click()
    page.goto(f"/en/workshops/{CODE}/sessions/{number}/register/")
    expect(page.get_by_text("2 of 3 recorded")).to_be_visible()
    _row(page, "Ковальчук").get_by_role("button", name="Absent", exact=True).click()
    expect(_row(page, "Ковальчук").locator("[data-state]")).to_have_text("sent")


def _without_a_line(cast: Cast, number: int) -> None:
    """The network goes in the middle; another phone has said something else meanwhile."""
    page = cast.phone
    page.goto(f"/en/workshops/{CODE}/offline/#{number}")
    page.get_by_role("button", name="Keep this workshop’s registers on this phone").click()
    expect(page.get_by_role("button", name="Mark all present")).to_be_visible()
    second = cast.open_page(cast.facilitator, viewport=PHONE)
    second.goto(f"/en/workshops/{CODE}/sessions/{number}/register/")
    if second.get_by_role("button", name="Open the register").count():
        second.get_by_role("button", name="Open the register").click()
    page.context.set_offline(True)
    page.get_by_role("button", name="Mark all present").click()
    expect(page.get_by_text("3 of 3 recorded")).to_be_visible()
    _row(second, "Зайцева").get_by_role("button", name="Present", exact=True).click()
    expect(_row(second, "Зайцева").locator("[data-state]")).to_have_text("sent")
    assert AttendanceEvent.objects.filter(session__number=number).count() == 1
    page.context.set_offline(False)
    expect(_row(page, "Abramava").locator("[data-state]")).to_have_text("sent")
    expect(_row(page, "Ковальчук").locator("[data-state]")).to_have_text("sent")


# --- After ----------------------------------------------------------------------------------------------------------
def _the_registers_are_signed(cast: Cast) -> None:
    page = cast.phone
    for number in range(1, len(SESSIONS) + 1):
        page.goto(f"/en/workshops/{CODE}/sessions/{number}/register/sign/")
        page.get_by_role("button", name="Sign the register").click()
        expect(page.get_by_text("The register is signed.").first).to_be_visible()
    page.goto(f"/en/workshops/{CODE}/threshold/")
    expect(page.get_by_text("3 have reached it, 0 still can, 0 no longer can.")).to_be_visible()


def _a_record_is_corrected(cast: Cast) -> None:
    page = cast.phone
    page.goto(f"/en/workshops/{CODE}/sessions/5/register/")
    _row(page, "Ковальчук").get_by_role("link", name="Correct").click()
    page.get_by_role("radio", name="present", exact=True).check()
    page.get_by_label("Reason").fill("Was in the room of the clinic, on a colleague’s screen")
    page.get_by_role("button", name="Correct the record").click()
    expect(page.get_by_text("is corrected.")).to_be_visible()
    assert _statuses()["Ковальчук"] == ["present"] * 6


def _the_day_is_over() -> None:
    """Everything lies a day back; what follows the clock follows it."""
    yesterday = timezone.localdate() - timedelta(days=1)
    for session in Session.objects.filter(workshop__code=CODE):
        session.starts_at -= timedelta(days=1)
        session.ends_at -= timedelta(days=1)
        session.day = yesterday
        session.save(update_fields=["day", "starts_at", "ends_at"])
    Workshop.objects.filter(code=CODE).update(starts_on=yesterday, ends_on=yesterday)
    follow_clock()
    open_waves()
    _mails_go()


def _the_evaluation_is_answered(cast: Cast, mailbox: Sequence[EmailMessage]) -> None:
    page = cast.open_page(viewport=PHONE)
    page.goto(_link(mailbox, "a.kavalchuk@example.org", "/evaluation/"))
    page.get_by_role("group", name="Clear? en").get_by_text("4").click()
    page.get_by_label("Why? en").fill("Мы наконец знаем, кому звонить.")
    assert_fits(page)
    page.get_by_role("button", name="Send the answers").click()
    expect(page.get_by_text("Thank you. Your answers have arrived.")).to_be_visible()
    assert list(EvaluationAnswer.objects.order_by("question__number").values_list("number", "text")) == [
        (4, ""),
        (None, "Мы наконец знаем, кому звонить."),
    ]


def _the_certificates_are_there(cast: Cast, mailbox: Sequence[EmailMessage]) -> None:
    assert Certificate.objects.count() == 3
    own = cast.open_page(cast.official, viewport=PHONE)
    own.goto("/en/my/certificates/")
    expect(own.get_by_text("Migration and health at one table").first).to_be_visible()
    certificate = Certificate.objects.get(person=cast.official.person)
    paper = own.request.get(f"/en/my/certificates/{certificate.code}/pdf/")
    assert (paper.ok, paper.body()[:8]) == (True, b"%PDF-1.7")
    own.goto(f"/v/{certificate.code}")
    expect(own.get_by_text("Abramava").first).to_be_visible()
    assert Agency.objects.get(code="HLT-1") == certificate.agency
