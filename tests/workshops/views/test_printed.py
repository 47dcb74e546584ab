"""Papers of a register: sheets, the signed register, what was ticked on paper, scans."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from people.models import Account
from tests.factories.workshops import make_facilitator, make_workshop, mark, open_session, register
from workshops.models import AttendanceEvent, RegisterScan, Session
from workshops.services import correct_record, sign_off

pytestmark = pytest.mark.django_db

DURING = datetime(2026, 3, 9, 6, 30, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def session(facilitator: Account) -> Session:
    """Open, with three people on it."""
    workshop = make_workshop(facilitator=facilitator, title_ru="Семинар")
    for _ in range(3):
        register(workshop)
    return open_session(workshop)


@pytest.fixture
def client(facilitator: Account, client_of: Any) -> Client:
    return client_of(facilitator)


def at(name: str, session: Session, *more: Any) -> str:
    return reverse(name, args=[session.workshop.code, session.number, *more])


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def codes(session: Session) -> list[str]:
    records = session.records.order_by("person__sort_name", "pk")
    return list(records.values_list("person__public_code", flat=True))


def said(session: Session) -> list[tuple[str, int]]:
    records = session.records.order_by("person__sort_name", "pk")
    return [(record.status, record.credited_minutes) for record in records]


def test_the_sheet_names_everybody_in_the_language_that_was_asked_for(client, session):
    response = client.get(at("sign_in_sheet", session) + "?language=be")

    text = text_of(response.content)
    people = [str(record.person) for record in session.records.select_related("person")]
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/pdf", "private, no-store")
    assert [name in text for name in people] == [True] * 3
    assert PdfReader(io.BytesIO(response.content)).root_object["/Lang"] == "be"


def test_before_the_register_is_open_the_sheet_names_those_whom_it_will_name(client, facilitator):
    workshop = make_workshop(facilitator=facilitator)
    person = register(workshop).person

    response = client.get(at("sign_in_sheet", workshop.sessions.get(number=1)))

    assert str(person) in text_of(response.content)


def test_the_register_says_who_signed_it_and_what_was_corrected_since(client, session, facilitator):
    first = session.records.order_by("person__sort_name").first()
    unsigned = text_of(client.get(at("register_pdf", session)).content)
    with time_machine.travel(DURING, tick=False):
        mark(session, first.person, "late")
        sign_off(session=session, actor=facilitator, accept_unrecorded=True)
        first.refresh_from_db()
        correct_record(record=first, status="present", reason="Came in time.", actor=facilitator)

    text = text_of(client.get(at("register_pdf", session)).content)

    assert ("not signed yet" in unsigned, "not signed yet" in text) == (True, False)
    assert facilitator.get_full_name() in text
    assert f"{first.person} – present. Reason: Came in time." in text


def test_badges_are_eight_to_a_page_and_name_everybody_who_is_confirmed(client, session):
    for _ in range(6):
        register(session.workshop)

    pages = PdfReader(io.BytesIO(client.get(reverse("badges", args=[session.workshop.code])).content)).pages

    printed = [" ".join(page.extract_text().split()) for page in pages]
    assert [page.count("Personal code") for page in printed] == [8, 1]
    for each in session.workshop.registrations.select_related("person"):
        assert str(each.person) in " ".join(printed)
        assert each.printed_pass_code in " ".join(printed)


@time_machine.travel(DURING, tick=False)
def test_a_sheet_is_ticked_and_saved_at_once(client, session):
    late, absent, _rest = codes(session)
    data = {f"status-{late}": "late", f"minutes-{late}": "30", f"status-{absent}": "absent", "rest": "present"}

    response = client.post(at("paper_register", session), {**data, "token": "one"})

    assert response.status_code == 302
    assert said(session) == [("late", 40), ("absent", 0), ("present", 60)]
    assert set(session.attendance_events.values_list("source", flat=True)) == {"paper"}


@time_machine.travel(DURING, tick=False)
def test_a_sheet_that_is_sent_twice_is_recorded_once(client, session):
    data = {"rest": "present", "token": "one"}
    first = codes(session)[0]

    for _ in range(2):
        client.post(at("paper_register", session), {**data, f"status-{first}": "absent"})

    assert AttendanceEvent.objects.filter(session=session).count() == 3


@time_machine.travel(DURING, tick=False)
def test_what_the_register_says_already_stays_for_those_who_are_not_ticked(client, session):
    person = session.records.order_by("person__sort_name").first().person
    mark(session, person, "excused")

    client.post(at("paper_register", session), {"rest": "absent", "token": "one"})

    assert said(session) == [("excused", 0), ("absent", 0), ("absent", 0)]


def test_an_empty_sheet_is_not_saved(client, session):
    response = client.post(at("paper_register", session), {"token": "one"})

    assert response.status_code == 200
    assert "Tick at least one person" in response.content.decode()


@time_machine.travel(DURING, tick=False)
def test_a_signed_register_is_not_changed_from_paper(client, session, facilitator):
    sign_off(session=session, actor=facilitator, accept_unrecorded=True)

    data = {"rest": "present", f"status-{codes(session)[0]}": "present", "token": "one"}
    response = client.post(at("paper_register", session), data)

    assert "The register is signed." in response.content.decode()
    assert said(session) == [("not_recorded", 0)] * 3


def test_a_scan_is_kept_once_and_given_back_as_it_was(client, session):
    for _ in range(2):
        client.post(at("scan_add", session), {"scan": SimpleUploadedFile("Sheet 1.png", PNG)})

    scan = RegisterScan.objects.get()
    response = client.get(at("scan", session, scan.pk))

    assert b"".join(response) == PNG
    assert (response["Content-Type"], scan.name) == ("image/png", "Sheet 1.png")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("sheet.exe", b"MZ", "Scans can be PDF, JPEG, PNG or WebP."),
        ("sheet.pdf", b"<html>", "The content of this file is not what its name says."),
        ("sheet.png", PNG + b"\x00" * (10 * 1024 * 1024), "The file is larger than 10 MB."),
    ],
)
def test_a_file_that_is_no_scan_is_refused_with_a_sentence(client, session, name, content, sentence):
    response = client.post(at("scan_add", session), {"scan": SimpleUploadedFile(name, content)}, follow=True)

    assert sentence in response.content.decode()
    assert not RegisterScan.objects.exists()


@pytest.mark.parametrize("name", ["sign_in_sheet", "register_pdf", "paper_register"])
def test_papers_ask_for_people_at_once(client, session, name):
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(at(name, session))
        asked.append(len(queries))
        register(session.workshop)
        register(session.workshop)

    assert asked[0] == asked[1]
