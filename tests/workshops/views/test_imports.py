"""Templates of lists, and attendance from a file."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from audit.models import Event
from people.models import Account
from people.services import read_roster
from tests.factories.people import make_account
from tests.factories.workshops import make_facilitator, make_workshop, mark, open_session, register
from workshops.forms import AttendanceFileForm
from workshops.models import AttendanceEvent, AttendanceRecord, Workshop
from workshops.services import import_attendance, sign_off

pytestmark = pytest.mark.django_db

IMPORT = "/en/workshops/W1/attendance/import/"
LANGUAGES = ["en", "ru", "be"]


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def client(client_of, facilitator: Account) -> Client:
    return client_of(facilitator)


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    return make_workshop(code="W1", facilitator=facilitator)


def template_of(client: Client, kind: str, language: str) -> bytes:
    response = client.get(f"/{language}/workshops/templates/{kind}/{language}/")
    assert response["Content-Disposition"] == f'attachment; filename="{kind}-{language}.xlsx"'
    return response.content


def filled(template: bytes, replaced: dict[str, str] | None = None) -> bytes:
    """The template with the row in it that its second sheet shows, but for what is replaced."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    example = list(book.worksheets[1].values)[-1][: book.worksheets[0].max_column]
    book.worksheets[0].append([(replaced or {}).get(cell, cell) for cell in example])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def sent(client: Client, content: bytes):
    return client.post(IMPORT, {"file": SimpleUploadedFile("attendance.xlsx", content)})


class TestTemplates:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_list_of_people_is_understood(self, client, language):
        count, (row,), errors = read_roster(content=filled(template_of(client, "people", language)))

        assert (count, errors) == (1, [])
        assert row.family_name
        assert row.given_name
        assert (row.email, row.agency, row.language) == ("anna.ivanova@example.org", "CLINIC-1", "ru")
        assert row.patronymic
        assert row.post

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_attendance_is_understood(self, client, workshop, language):
        person = register(workshop).person
        content = filled(template_of(client, "attendance", language), {"anna.ivanova@example.org": person.email})

        assert import_attendance(workshop=workshop, content=content).errors == []

        record = AttendanceRecord.objects.get(session__number=1)
        assert (record.person, record.status, record.credited_minutes) == (person, "late", 40)
        assert AttendanceEvent.objects.get(kind="import").source == "paper"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_an_unchanged_one_brings_nothing(self, client, workshop, language):
        assert read_roster(content=template_of(client, "people", language)) == (0, [], [])
        content = template_of(client, "attendance", language)
        assert import_attendance(workshop=workshop, content=content).as_json() == {
            **dict.fromkeys(["rows", "new", "changed", "unchanged", "moved", "doubtful", "saved"], 0),
            "errors": [],
        }

    @pytest.mark.parametrize(("kind", "language"), [("results", "en"), ("people", "de")])
    def test_others_are_not_found(self, client, kind, language):
        assert client.get(f"/en/workshops/templates/{kind}/{language}/").status_code == 404

    @pytest.mark.parametrize("page", ["participants", "nominations"])
    def test_they_are_offered_where_a_list_is_sent(self, client_of, workshop, page):
        shown = client_of(make_account("manager")).get(f"/en/workshops/W1/{page}/import/").content.decode()

        assert all(f'href="/en/workshops/templates/people/{each}/"' in shown for each in LANGUAGES)


class TestAttendanceFromAFile:
    def test_it_is_looked_at_first_and_then_recorded(self, client, facilitator, workshop):
        anna, boris = register(workshop).person, register(workshop).person
        session = open_session(workshop, 1)
        mark(session, anna, "present", device_time=session.starts_at)
        rows = f"1,{anna.public_code},late,paper\n1,{boris.public_code},present,paper\n2,{anna.email},absent,online"

        page = sent(client, f"session,person,status,source\n{rows}".encode())
        plan = page.context["plan"]
        assert (plan.rows, plan.new, plan.changed, plan.unchanged) == (3, 2, 1, 0)
        assert not AttendanceEvent.objects.filter(kind="import").exists()
        done = client.post(IMPORT, {"packed": page.context["packed"]}, follow=True)

        assert "3 records are taken from the file." in done.content.decode()
        assert done.redirect_chain == [("/en/workshops/W1/manage/", 302)]
        assert set(AttendanceRecord.objects.values_list("session__number", "person__public_code", "status")) == {
            (1, anna.public_code, "late"),
            (1, boris.public_code, "present"),
            (2, anna.public_code, "absent"),
            (2, boris.public_code, "not_recorded"),
        }
        assert Event.objects.get(action="workshops.attendance_imported").actor == facilitator

    def test_what_is_wrong_is_said_by_line_and_column_and_nothing_can_be_recorded(self, client, workshop):
        person = register(workshop).person
        rows = f"1,{person.public_code},present,paper\n1,{person.public_code},asleep,paper\n9,nobody,present,paper"

        page = sent(client, f"session,person,status,source\n{rows}".encode())

        assert page.context["errors"] == [
            {"line": 3, "column": "state", "message": "“asleep” is no state of a register."},
            {"line": 4, "column": "session number", "message": "There is no session 9."},
        ]
        assert "Line 3, state:" in page.content.decode()
        assert 'name="packed"' not in page.content.decode()

    def test_a_row_that_became_wrong_meanwhile_keeps_all_out(self, client, workshop):
        anna, boris = register(workshop), register(workshop).person
        rows = f"1,{boris.public_code},present,paper\n1,{anna.person.public_code},present,paper"
        packed = sent(client, f"session,person,status,source\n{rows}".encode()).context["packed"]
        anna.person.email, anna.person.public_code = "", "0000000000"
        anna.person.save()

        page = client.post(IMPORT, {"packed": packed})

        assert [each["line"] for each in page.context["errors"]] == [3]
        assert not AttendanceEvent.objects.filter(kind="import").exists()

    def test_where_no_row_changes_anything_there_is_nothing_to_record(self, client, workshop):
        person = register(workshop).person
        mark(open_session(workshop, 1), person, "present")

        page = sent(client, f"session,person,status,source\n1,{person.public_code},present,paper".encode())

        assert "No row changes anything" in page.content.decode()
        assert 'name="packed"' not in page.content.decode()

    def test_a_file_with_headings_alone_brings_nothing(self, client, workshop):
        page = sent(client, template_of(client, "attendance", "ru"))

        assert "The file has headings and no rows." in page.content.decode()

    @pytest.mark.parametrize("packed", ["", "forged"])
    def test_what_was_not_looked_at_is_not_recorded(self, client, workshop, packed):
        page = client.post(IMPORT, {"packed": packed}, follow=True)

        assert "The list is too old. Send the file again." in page.content.decode()

    def test_a_file_that_is_too_large_is_refused_in_the_form(self, client, workshop):
        page = sent(client, b"x" * (1024 * 1024 + 1))

        assert page.context["form"].errors == {"file": ["The file is larger than 1 MB. Split it into smaller ones."]}
        assert list(AttendanceFileForm().fields) == ["file"]

    def test_a_register_that_is_signed_stays_as_it_is(self, client, facilitator, workshop):
        person = register(workshop).person
        sign_off(session=open_session(workshop, 1), actor=facilitator, accept_unrecorded=True)

        page = sent(client, f"session,person,status,source\n1,{person.public_code},present,paper".encode())

        assert [each["line"] for each in page.context["errors"]] == [2]
        assert "signed" in page.context["errors"][0]["message"]
