"""Pages on which managers enter certificates that were issued on paper."""

import io
from html import unescape
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.models import Certificate, PaperBatch, private_storage
from tests.certificates.services.test_papers import archive, enter, picture, row, scans_of, xlsx
from tests.factories.people import make_account, make_agency, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clinic():
    return make_agency(code="CLINIC-1", name_en="City clinic")


@pytest.fixture
def client(client_of):
    return client_of(make_account("manager", email="manager@example.org"))


def form(rows: list[dict[str, Any]], files: dict[str, bytes] | None = None) -> dict[str, Any]:
    scans = archive(scans_of(rows) if files is None else files).getvalue()
    return {
        "title": "Workshops of 2021",
        "language": "be",
        "table": SimpleUploadedFile("2021.xlsx", xlsx(rows)),
        "scans": SimpleUploadedFile("scans.zip", scans),
    }


def page_of(response: Any) -> str:
    return unescape(response.content.decode())


def waiting() -> list[str]:
    storage = private_storage()
    return storage.listdir("certificates/incoming")[1] if storage.exists("certificates/incoming") else []


def test_a_list_is_looked_at_and_then_entered(client):
    before = len(waiting())
    looked = client.post(reverse("papers_new"), form([row("1"), row("2")]))

    assert "Enter all certificates" in page_of(looked)
    assert not Certificate.objects.exists()
    assert len(waiting()) == before + 2

    done = client.post(reverse("papers_new"), {"held": looked.context["held"]}, follow=True)

    batch = PaperBatch.objects.get()
    assert done.redirect_chain[-1][0] == reverse("papers_batch", args=[batch.pk])
    assert "2 certificates are entered." in page_of(done)
    assert batch.file_name == "2021.xlsx"
    assert len(waiting()) == before
    assert "Workshops of 2021" in page_of(client.get(reverse("papers")))


def test_what_is_wrong_is_shown_with_its_line(client):
    rows = [row("1"), row("2", kind="diploma")]

    response = client.post(reverse("papers_new"), form(rows))

    assert response.status_code == 422
    assert "Line 3, kind of certificate:" in page_of(response)
    assert "held" not in response.context or not response.context["held"]


def test_questions_about_people_are_answered_on_the_page(client):
    known = make_person(
        agency=make_agency(code="CLINIC-2", name_en="Other clinic"),
        family_name="Лук’яновіч",
        given_name="Ўладзіслаў",
        patronymic="",
    )
    looked = client.post(reverse("papers_new"), form([row("1")]))
    assert "It is Лук’яновіч Ўладзіслаў, Other clinic" in page_of(looked)

    unanswered = client.post(reverse("papers_new"), {"held": looked.context["held"]})
    assert unanswered.status_code == 422
    assert not Certificate.objects.exists()

    client.post(reverse("papers_new"), {"held": unanswered.context["held"], "who_2": known.public_code})
    assert Certificate.objects.get().person == known


def test_files_of_somebody_else_or_of_nobody_are_not_entered(client, client_of):
    looked = client.post(reverse("papers_new"), form([row("1")]))
    other = client_of(make_account("manager", email="other@example.org"))

    for who, held in ((other, looked.context["held"]), (client, "made up"), (client, looked.context["held"] + "x")):
        assert "too old" in page_of(who.post(reverse("papers_new"), {"held": held}, follow=True))
    assert not Certificate.objects.exists()


def test_what_was_sent_twice_is_entered_once(client):
    looked = client.post(reverse("papers_new"), form([row("1")]))
    for _twice in range(2):
        client.post(reverse("papers_new"), {"held": looked.context["held"]})

    assert Certificate.objects.count() == 1


@pytest.mark.parametrize(("language", "word"), [("en", "Scan file"), ("ru", ""), ("be", "")])
def test_the_template_is_read_as_it_is_handed_out(client, language, word):
    response = client.get(reverse("papers_template", args=[language]))

    book = openpyxl.load_workbook(io.BytesIO(response.content))
    headings = [cell.value for cell in next(book.worksheets[0].iter_rows())]
    assert len(headings) == 12
    assert word in headings or not word
    example = [cell.value for cell in list(book.worksheets[1].iter_rows())[-1]][:12]
    filled = openpyxl.Workbook()
    filled.active.append(headings)
    filled.active.append([*example[:4], "CLINIC-1", *example[5:]])
    data = io.BytesIO()
    filled.save(data)
    sent = {**form([row("1")], {"117-2021.pdf": scans_of([row("1")])["1.pdf"]})}
    sent["table"] = SimpleUploadedFile("list.xlsx", data.getvalue())

    assert client.post(reverse("papers_new"), sent).context["errors"] == []


def test_a_picture_is_downloaded_as_the_picture_that_it_is(client):
    enter([row("1", **{"scan file": "1.png"})], {"1.png": picture()})
    certificate = Certificate.objects.get()

    response = client.get(reverse("certificate_pdf", args=[certificate.code]))

    assert response["Content-Type"] == "image/png"
    assert response.content == picture()
    assert f"{certificate.code}.png" in response["Content-Disposition"]


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_its_page_shows_number_and_title_and_offers_no_new_one(client, language):
    enter([row()])
    certificate = Certificate.objects.get()
    client.cookies["django_language"] = language

    page = page_of(client.get(f"/{language}/my/certificates/{certificate.code}/"))

    assert "117/2021" in page
    assert "Міграцыя і здароўе разам" in page
    assert reverse("certificate_change", args=[certificate.code, "revoke"]).split("/", 2)[2] in page
    assert reverse("certificate_change", args=[certificate.code, "reissue"]).split("/", 2)[2] not in page


def test_the_page_of_a_list_asks_the_database_as_often_for_many_as_for_few(client):
    address = reverse("papers_batch", args=[enter([row("1")]).pk])
    longer = reverse("papers_batch", args=[enter([row(str(number)) for number in range(2, 8)]).pk])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    with CaptureQueriesContext(connection) as many:
        client.get(longer)

    assert len(many) == len(few)


@pytest.mark.parametrize("role", ["learner", "coordinator", "facilitator", "editor"])
def test_only_managers_enter_papers(client_of, roles, role):
    client = client_of(getattr(roles, role))

    for name in ("papers", "papers_new"):
        assert client.get(reverse(name)).status_code == 403
