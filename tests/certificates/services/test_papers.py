import io
import json
import os
import threading
import zipfile
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from PIL import Image

from audit.models import Event
from certificates.models import Certificate, LogEntry, PaperBatch, private_storage
from certificates.services import CertificateError, audit, erase, judge_file, prepare_pending, reissue, revoke
from certificates.services.papers import enter_papers, held_papers, hold_papers, plan_papers
from certificates.tasks import forget_files
from mail.models import Message
from people.models import Membership, Person
from tests.factories.people import make_account, make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.db]

HEADINGS = [
    "certificate number", "family name", "given name", "patronymic", "agency code", "title", "kind", "academic hours",
    "first day", "last day", "date of issue", "scan file",
]  # fmt: skip


def row(number: str = "117/2021", **fields: Any) -> dict[str, Any]:
    return {
        "certificate number": number,
        "family name": "Лук’яновіч",
        "given name": "Ўладзіслаў",
        "patronymic": "",
        "agency code": "CLINIC-1",
        "title": "Міграцыя і здароўе разам",
        "kind": "participation",
        "academic hours": "16",
        "first day": "2021-03-09",
        "last day": "10.03.2021",
        "date of issue": "2021-03-10",
        "scan file": f"{number.replace('/', '-')}.pdf",
        **fields,
    }


def xlsx(rows: list[dict[str, Any]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADINGS)
    for each in rows:
        sheet.append([each[heading] for heading in HEADINGS])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), colour: int = 200) -> bytes:
    data = io.BytesIO()
    Image.new("L", size, colour).save(data, kind)
    return data.getvalue()


def scan_pdf(text: str = "") -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    data = io.BytesIO()
    canvas = Canvas(data, invariant=1)
    canvas.drawString(100, 100, text or "scan")
    canvas.save()
    return data.getvalue()


def archive(files: dict[str, bytes]) -> io.BytesIO:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    data.seek(0)
    return data


def scans_of(rows: list[dict[str, Any]]) -> dict[str, bytes]:
    return {each["scan file"]: scan_pdf(each["scan file"]) for each in rows}


def look(rows: list[dict[str, Any]], files: dict[str, bytes] | None = None) -> Any:
    scans = archive(scans_of(rows) if files is None else files)
    return plan_papers(table=xlsx(rows), scans=scans, size=scans.getbuffer().nbytes)


def enter(rows: list[dict[str, Any]], files: dict[str, bytes] | None = None, answers: Any = None, **fields: Any) -> Any:
    scans = fields.pop("scans", None) or archive(scans_of(rows) if files is None else files)
    return enter_papers(
        **{
            "title": "Workshops of 2021",
            "language": "be",
            "table": xlsx(rows),
            "table_name": "2021.xlsx",
            "scans": scans,
            "size": scans.getbuffer().nbytes,
            "answers": answers or {},
            "actor": make_account("manager"),
            **fields,
        }
    )


def said(plan: Any) -> list[tuple[int, str, str]]:
    return [(error.line, error.column, error.message) for error in plan.errors]


@pytest.fixture(autouse=True)
def clinic():
    return make_agency(code="CLINIC-1", name_en="City clinic", name_be="Гарадская клініка")


def test_a_list_is_entered_with_its_scans_codes_and_numbers(clinic):
    rows = [row(), row("118/2021", **{"family name": "Іванова", "scan file": "118.png", "academic hours": "4,5"})]
    files = {"sub/117-2021.pdf": scan_pdf("117"), "118.png": picture()}

    batch = enter(rows, files)

    first, second = Certificate.objects.order_by("pk")
    assert (batch.title, batch.file_name, batch.certificates.count()) == ("Workshops of 2021", "2021.xlsx", 2)
    assert (first.number, first.kind, first.language, first.agency) == ("117/2021", "participation", "be", clinic)
    assert (first.status, timezone.localdate(first.issued_at)) == ("valid", date(2021, 3, 10))
    assert first.payload["holder"] == {"native": "Лук’яновіч Ўладзіслаў", "latin": ""}
    assert first.payload["subject"]["titles"] == {"be": "Міграцыя і здароўе разам"}
    assert second.payload["minutes"] == 203
    assert first.pdf.name == f"certificates/{first.code}.pdf"
    assert second.pdf.name == f"certificates/{second.code}.png"
    with second.pdf.open("rb") as file:
        assert file.read() == picture()
    assert [entry.action for entry in LogEntry.objects.all()] == ["sealed", "sealed"]
    assert audit().problems == []


def test_nobody_is_mailed_and_no_job_seals_it_again():
    enter([row()])

    assert prepare_pending() == 0
    assert not Message.objects.exists()
    assert Certificate.objects.get().credential == ""


def test_a_csv_file_in_russian_and_windows_letters():
    text = (
        "Номер;Фамилия;Имя;Код организации;Название;Вид;Часы;С;По;Дата выдачи;Файл\n"
        "5;Иванова;Анна;CLINIC-1;Здоровье;участие;8;01.02.2020;02.02.2020;02.02.2020;5.pdf\n"
    )
    scans = archive({"5.PDF": scan_pdf()})

    plan = plan_papers(table=text.encode("cp1251"), scans=scans, size=scans.getbuffer().nbytes)

    assert said(plan) == []
    assert (plan.entries[0].row.family_name, plan.entries[0].row.kind) == ("Иванова", "participation")


@pytest.mark.parametrize(
    ("fields", "column", "message"),
    [
        ({"certificate number": ""}, "number", "This is missing."),
        ({"family name": "=cmd()"}, "family_name", "“=cmd()” looks like a formula."),
        ({"agency code": "NOWHERE"}, "agency", "There is no agency “NOWHERE”."),
        ({"kind": "diploma"}, "kind", "“diploma” is none of completion, participation and achievement."),
        ({"academic hours": "4.3"}, "hours", "“4.3” is no number of academic hours, in halves."),
        ({"first day": "31.02.2021"}, "first_day", "“31.02.2021” is no day such as 2021-03-09."),
        ({"first day": "2021-03-11"}, "last_day", "The last day is before the first."),
        ({"date of issue": "2021-03-09"}, "issued", "The certificate would have been issued before the last day."),
        ({"date of issue": "2090-03-09"}, "issued", "Only certificates of earlier days are entered here."),
        ({"title": "x" * 301}, "title", "This is longer than 300 characters."),
        ({"scan file": "other.pdf"}, "scan", "The ZIP file has no “other.pdf”."),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_column_and_nothing_is_stored(fields, column, message):
    rows = [row("1"), row("2", **fields)]
    files = scans_of([row("1"), row("2")])

    assert (3, column, message) in said(look(rows, files))
    with pytest.raises(CertificateError, match="has errors"):
        enter(rows, files)
    assert not Certificate.objects.exists()
    assert not PaperBatch.objects.exists()


def test_a_number_stands_in_a_list_and_in_the_register_once():
    twice = look([row("1"), row("1", **{"scan file": "b.pdf"})])
    assert (3, "number", "Line 2 has the same number.") in said(twice)

    enter([row("1")])
    again = look([row("1")])
    assert [(line, column) for line, column, _message in said(again)] == [(2, "number")]
    assert "was entered before" in again.errors[0].message
    other_year = {"first day": "2022-03-09", "last day": "2022-03-09", "date of issue": "2022-03-09"}
    assert said(look([row("1", **other_year)])) == []


# --- Scans ------------------------------------------------------------------------------------------------------------


def bomb() -> bytes:
    return b"%PDF-1.7\n" + b"0" * (60 * 1024 * 1024)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("1.pdf", b"<html>", "Its content is not what its name says. Save it again in the right format."),
        ("1.png", picture("JPEG"), "Its content is not what its name says. Save it again in the right format."),
        ("1.docx", b"PK\x03\x04", "Scans can be PDF, PNG or JPEG."),
        ("1.pdf", b"%PDF-1.7\nnothing", "The PDF is damaged."),
        ("1.pdf", scan_pdf() + b"/JavaScript", "This PDF does things by itself or carries files along."),
        ("1.png", picture()[:60], "The picture is damaged."),
        ("1.png", picture(size=(9000, 9000)), "The picture has more than 60 million pixels."),
        ("1.pdf", bomb(), "It is larger than 5\N{NO-BREAK SPACE}MB."),
    ],
)
def test_a_scan_is_looked_at_before_it_is_taken(name, content, message):
    plan = look([row("1", **{"scan file": name})], {name: content})

    assert [(line, column) for line, column, _said in said(plan)] == [(2, "scan")]
    assert plan.errors[0].message.startswith(message)


def test_what_is_no_zip_file_or_has_files_that_nobody_asked_for():
    assert look([row("1")], {"1.pdf": scan_pdf(), "2.pdf": scan_pdf()}).errors[0].message == (
        "The ZIP file has “2.pdf”, which no row names."
    )
    assert look([row("1")], {"a/1.pdf": scan_pdf(), "b/1.pdf": scan_pdf()}).errors[0].message == (
        "The ZIP file has two files with the name “1.pdf”."
    )
    junk = io.BytesIO(b"no archive")
    assert plan_papers(table=xlsx([row("1")]), scans=junk, size=10).errors[0].message == (
        "This is no ZIP file, or it is damaged."
    )
    assert "larger than 100" in plan_papers(table=xlsx([row("1")]), scans=junk, size=2**30).errors[0].message


class Medium(io.BytesIO):
    """A medium that breaks after it was read some number of times."""

    def __init__(self, content: bytes, most: int = 10**6) -> None:
        super().__init__(content)
        self.times, self.most = 0, most

    def read(self, size: int | None = -1) -> bytes:
        self.times += 1
        if self.times > self.most:
            raise OSError("the medium is broken")
        return super().read(size)


def test_a_failure_halfway_leaves_neither_rows_nor_files():
    good, bad = [row("1"), row("2")], [row("3"), row("4")]
    whole = Medium(archive(scans_of(good)).getvalue())
    enter(good, scans=whole)
    before = set(private_storage().listdir("certificates")[1])
    content = archive(scans_of(bad)).getvalue()

    with pytest.raises(CertificateError, match="cannot be unpacked"):
        enter(bad, scans=Medium(content, most=whole.times - 1), size=len(content))

    assert Certificate.objects.count() == LogEntry.objects.count() == 2
    assert set(private_storage().listdir("certificates")[1]) == before


# --- People -----------------------------------------------------------------------------------------------------------


def test_somebody_known_in_the_agency_is_matched(clinic):
    known = make_person(agency=clinic, family_name="Лук’яновіч", given_name="Ўладзіслаў", patronymic="Пятровіч")

    enter([row()])

    assert Certificate.objects.get().person == known


def test_two_certificates_of_one_person_make_one_person():
    enter([row("1"), row("2")])

    assert Person.objects.filter(family_name="Лук’яновіч").count() == 1
    assert Certificate.objects.values("person").distinct().count() == 1


def test_the_paper_says_where_somebody_new_was_in_those_days_and_no_more(clinic):
    in_2022 = {"first day": "2022-05-02", "last day": "2022-05-03", "date of issue": "2022-05-04"}

    enter([row("1"), row("2"), row("3", **in_2022)])

    memberships = Membership.objects.filter(person=Person.objects.get(family_name="Лук’яновіч")).order_by("valid_from")
    assert [(each.agency, each.valid_from, each.valid_to) for each in memberships] == [
        (clinic, date(2021, 3, 9), date(2021, 3, 10)),
        (clinic, date(2022, 5, 2), date(2022, 5, 4)),
    ]


def test_the_memberships_of_somebody_known_stay_as_they_are(clinic):
    elsewhere = make_person(
        agency=make_agency(code="CLINIC-2"), family_name="Лук’яновіч", given_name="Ўладзіслаў", patronymic=""
    )
    before = list(elsewhere.memberships.values())

    enter([row("1")], answers={2: elsewhere.public_code})

    assert (Certificate.objects.get().agency, list(elsewhere.memberships.values())) == (clinic, before)


@pytest.mark.django_db(transaction=True)
def test_a_second_click_enters_a_list_once():
    scans = archive(scans_of([row()])).getvalue()
    said_twice: dict[str, Any] = {
        "title": "Workshops of 2021", "language": "be", "table": xlsx([row()]), "table_name": "2021.xlsx",
        "size": len(scans), "answers": {}, "actor": make_account("manager"),
    }  # fmt: skip
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def click() -> None:
        barrier.wait()
        try:
            outcomes.append(enter_papers(scans=io.BytesIO(scans), **said_twice).title)
        except CertificateError as error:
            outcomes.append(str(error))
        connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()

    assert sorted(outcomes) == ["The list has errors. Look at it once more.", "Workshops of 2021"]
    assert (PaperBatch.objects.count(), Certificate.objects.count()) == (1, 1)


def test_somebody_of_the_same_name_in_another_agency_is_asked_about():
    elsewhere = make_person(
        agency=make_agency(code="CLINIC-2"), family_name="Лук’яновіч", given_name="Ўладзіслаў", patronymic=""
    )

    plan = look([row("1")])
    assert [entry.candidates for entry in plan.questions] == [(elsewhere,)]
    for answers in ({}, {2: "somebody"}):
        with pytest.raises(CertificateError, match="whether it is the one who is known"):
            enter([row("1")], answers=answers)

    enter([row("1")], answers={2: elsewhere.public_code})
    enter([row("2")], answers={2: "new"})
    first, second = Certificate.objects.order_by("pk")
    assert first.person == elsewhere
    assert second.person != elsewhere


def test_two_of_the_same_name_in_one_agency_are_asked_about(clinic):
    name = {"family_name": "Лук’яновіч", "given_name": "Ўладзіслаў", "patronymic": ""}
    both = tuple(make_person(agency=clinic, **name) for _ in range(2))

    assert look([row("1")]).questions[0].candidates == both


@pytest.mark.parametrize(("answer", "people"), [("line-2", 1), ("new", 2)])
def test_the_same_name_in_two_agencies_of_one_list_is_asked_about(answer, people):
    make_agency(code="CLINIC-2")
    rows = [row("1"), row("2", **{"agency code": "CLINIC-2"}), row("3", **{"agency code": "CLINIC-2"})]

    assert [(entry.row.line, entry.lines) for entry in look(rows).questions] == [(3, (2,))]
    enter(rows, answers={3: answer})

    assert Person.objects.filter(family_name="Лук’яновіч").count() == people
    second, third = Certificate.objects.filter(number__in=["2", "3"])
    assert second.person == third.person


def test_a_person_of_several_lines_is_offered_once():
    make_agency(code="CLINIC-2")
    rows = [row("1"), row("2"), row("3", **{"agency code": "CLINIC-2"})]

    assert [(entry.row.line, entry.lines) for entry in look(rows).questions] == [(4, (2,))]


# --- Files that wait --------------------------------------------------------------------------------------------------


def test_files_that_nobody_confirmed_go_after_two_hours():
    old, new = (hold_papers(table=b"list", scans=ContentFile(b"scans")) for _ in range(2))
    past = (timezone.now() - timedelta(hours=3)).timestamp()
    for ending in ("table", "zip"):
        os.utime(private_storage().path(f"certificates/incoming/{old}.{ending}"), (past, past))

    forget_files()

    with pytest.raises(CertificateError, match="too old"), held_papers(old):
        pass
    with held_papers(new) as files:
        assert files.table == b"list"
    assert sorted(private_storage().listdir("certificates/incoming")[1]) == [f"{new}.table", f"{new}.zip"]


# --- Afterwards -------------------------------------------------------------------------------------------------------


def test_what_was_issued_on_paper_is_revoked_and_never_issued_anew():
    manager = make_account("manager")
    enter([row()])
    certificate = Certificate.objects.get()

    with pytest.raises(CertificateError, match="stays as it is on paper"):
        reissue(certificate=certificate, name_latin="Anna", reason="A name", actor=manager)
    revoke(certificate=certificate, reason="Not in the archive", actor=manager)
    assert audit().problems == []


def test_who_entered_it_is_on_record():
    manager = make_account("manager")
    batch = enter([row()], actor=manager)

    event = Event.objects.get(action="certificates.papers_entered")
    assert (event.actor, event.after) == (manager, {"certificates": 1})
    assert batch.created_by == manager
    assert Event.objects.get(action="certificates.paper_entered").subject == Certificate.objects.get().person


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_the_public_page_says_that_it_was_issued_on_paper(client, language):
    with time_machine.travel("2026-03-31 09:00", tick=False):
        enter([row()])
    code = Certificate.objects.get().code

    page = client.get(f"/v/{code}", {"lang": language})
    answer = client.get(f"/v/{code}", headers={"Accept": "application/json"})

    assert page.status_code == 200
    assert "117/2021" in page.content.decode()
    if language == "en":
        assert "issued on paper, with the number 117/2021, and registered on 31 March 2026" in page.content.decode()
    assert "Лук’яновіч" in page.content.decode()
    assert json.loads(answer.content)["status"] == "valid"


def test_an_export_names_a_picture_as_the_picture_that_it_is(tmp_path, capsys):
    enter([row("1", **{"scan file": "1.png"})], {"1.png": picture()})
    code = Certificate.objects.get().code

    call_command("certificates_export", output=tmp_path, json=True)

    assert (tmp_path / f"{code}.png").read_bytes() == picture()


def test_the_scan_itself_is_recognised_and_an_erased_one_leaves_no_scan_behind(django_capture_on_commit_callbacks):
    enter([row()])
    certificate = Certificate.objects.get()
    with certificate.pdf.open("rb") as file:
        scan = file.read()
    assert judge_file(data=scan).state == "valid"

    with django_capture_on_commit_callbacks(execute=True):
        erase(certificate=certificate, reason="Asked", actor=make_account("administrator"))

    assert not private_storage().exists(certificate.pdf.name)
    assert audit().problems == []
