"""Pages of lists of people: sending, looking, deciding, taking, undoing, and taking people out."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from core.spreadsheets import MAX_BYTES
from people.models import Membership, PeopleImport, Person
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db(transaction=False)

HEADINGS = "family name,given name,email,agency\n"


@pytest.fixture
def client(client_of: Any, roles: Any) -> Client:
    return client_of(roles.coordinator)


@pytest.fixture
def send(client: Client, django_capture_on_commit_callbacks: Any) -> Any:
    """Send rows, and have the job read them."""

    def sent(rows: str) -> PeopleImport:
        with django_capture_on_commit_callbacks(execute=True):
            file = SimpleUploadedFile("list.csv", (HEADINGS + rows).encode())
            answer = client.post(reverse("people_list_new"), {"file": file})
        assert answer.status_code == 302
        source = PeopleImport.objects.latest("pk")
        assert answer.url == address(source)
        return source

    return sent


def address(source: PeopleImport) -> str:
    return reverse("people_list", args=[source.pk])


def words_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_list_goes_from_the_file_to_the_log(client, send, django_capture_on_commit_callbacks):
    source = send("Сокол,Ольга,olga@example.org,clinic\n")
    page = words_of(client.get(address(source)))
    assert "Ready to be taken" in page
    assert "New person" in page

    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(source), {"step": "take"})
    assert "Undo this list" in words_of(client.get(address(source)))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(source), {"step": "undo"})

    assert "Undone" in words_of(client.get(address(source)))
    assert not Person.objects.filter(email="olga@example.org").exists()
    assert "list.csv" in words_of(client.get(reverse("people_lists")))


def test_decisions_are_kept_when_the_page_is_left(client, send, agency_tree):
    known = make_person(agency=agency_tree.clinic, family_name="Сокол", given_name="Ольга", patronymic="", email="")
    source = send("Сокол,Ольга,olga@example.org,clinic\n")
    page = client.get(address(source))
    assert "It is Сокол Ольга, who is known" in words_of(page)
    assert "Take the list" not in words_of(page)

    said = client.post(address(source), {"step": "decide", "line-2": known.public_code, "line-x": "new"}, follow=True)

    assert "Nothing waits any more." in words_of(said)
    page = client.get(address(source))
    assert f'value="{known.public_code}" checked' in page.content.decode()
    assert "olga@example.org" in words_of(page)
    assert "Take the list" in words_of(page)


def test_a_person_out_of_sight_by_now_is_not_named(client, send, agency_tree):
    person = make_person(agency=agency_tree.clinic, family_name="Иванов", given_name="Пётр", email="p@example.org")
    source = send("Сокол,Ольга,p@example.org,clinic\n")
    assert "It is Иванов Пётр" in words_of(client.get(address(source)))

    Membership.objects.filter(person=person).update(agency=agency_tree.unrelated)

    page = words_of(client.get(address(source)))
    assert "Leave this row out" in page
    assert "Иванов" not in page
    assert agency_tree.unrelated.name not in page


def test_who_looks_at_a_list_of_somebody_else_is_noted(client, client_of, roles, send):
    source = send("Сокол,Ольга,,clinic\n")

    client.get(address(source))
    client_of(roles.manager).get(address(source))

    noted = Event.objects.get(action="people.list_read")
    assert (noted.actor, noted.object_id) == (roles.manager, str(source.pk))


def test_what_cannot_be_taken_is_said_with_its_line_and_column(client, send):
    page = words_of(client.get(address(send("Сокол,,x,nowhere\n"))))

    assert "Line 2, e-mail: “x” is no e-mail address." in page
    assert "Line 2, given name: The name is missing." in page


def test_a_file_that_is_too_large_is_refused_before_it_is_read(client):
    file = SimpleUploadedFile("list.csv", b"x" * (MAX_BYTES + 1))

    assert "The file is larger than 5 MB." in words_of(client.post(reverse("people_list_new"), {"file": file}))


def test_while_a_list_is_worked_on_the_page_looks_anew_by_itself(client, send):
    source = send("Сокол,Ольга,,clinic\n")
    PeopleImport.objects.update(state="reading", done=0, rows=20_000)

    answer = client.get(address(source))

    assert answer["Refresh"] == "3"
    assert "0 of 20 000 rows are read." in words_of(answer)


def test_a_page_of_many_rows_costs_no_more_queries_and_stays_small(client, send, agency_tree):
    def queries(source: PeopleImport) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address(source))
        assert len(answer.content) < 100_000
        return len(captured)

    one = send("Сокол,Ольга,0@example.org,clinic\n")
    many = send("".join(f"Сокол{n},Ольга,{n}@example.org,clinic\n" for n in range(60)))

    assert queries(one) <= queries(many) <= queries(one) + 1


@pytest.mark.parametrize("verdict", ["", "new", "nonsense"])
def test_rows_are_filtered_by_what_they_mean(client, send, verdict):
    source = send("Сокол,Ольга,,clinic\n")

    assert "Сокол Ольга" in words_of(client.get(address(source), {"verdict": verdict, "page": "99"}))


def test_an_export_is_a_file_and_somebody_elses_agency_is_not_found(client, agency_tree):
    answer = client.get(reverse("people_export"), {"format": "xlsx", "agency": "clinic"})

    assert answer["Content-Disposition"] == 'attachment; filename="people-clinic.xlsx"'
    assert answer.content.startswith(b"PK")
    assert client.get(reverse("people_export"), {"format": "xlsx", "agency": "unrelated"}).status_code == 404
    assert client.get(reverse("people_export"), {"format": "pdf"}).status_code == 404
    assert client.get(reverse("people_list_template", args=["fr"])).status_code == 404
