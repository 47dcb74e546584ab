"""Logs of online meetings as the facilitator meets them: file, columns, names, register."""

import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from people.models import Account
from tests.factories.people import make_agency, make_person
from tests.factories.workshops import make_facilitator, make_workshop, open_session, register
from workshops.models import AttendanceEvent, OnlineLog, OnlineName, Registration, Workshop
from workshops.services import sign_off

pytestmark = pytest.mark.django_db

LOGS = "/en/workshops/W1/sessions/1/online/"
ZOOM = """Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)
Anna Kavalenka,,03/09/2026 09:00:00 AM,03/09/2026 09:40:00 AM,40
Galaxy A52,,03/09/2026 09:00:00 AM,03/09/2026 10:00:00 AM,60
Nobody,,soon,later,0
"""


@pytest.fixture(autouse=True)
def _afterwards(time_machine) -> None:
    time_machine.move_to(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def client(facilitator: Account, client_of) -> Client:
    return client_of(facilitator)


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    return make_workshop(code="W1", facilitator=facilitator)


@pytest.fixture
def anna(workshop: Workshop) -> Registration:
    return register(workshop, make_person(family_name="Kavalenka", given_name="Anna"), make_agency())


@pytest.fixture
def piotr(workshop: Workshop) -> Registration:
    return register(workshop, make_person(family_name="Novik", given_name="Piotr"), make_agency())


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def send(client: Client, content: str = ZOOM, name: str = "zoom.csv"):
    return client.post(LOGS, {"file": SimpleUploadedFile(name, content.encode())})


def columns_of(page, **changed: str) -> dict[str, str]:
    """What the form about columns says before anybody changes it."""
    form = page.context["form"]
    values = {name: form[name].value() if form.is_bound else field.initial for name, field in form.fields.items()}
    return {**values, "packed": page.context["packed"], **changed}


def brought(client: Client, content: str = ZOOM) -> str:
    """Bring a log; the address of its page."""
    return client.post(LOGS, columns_of(send(client, content))).url


class TestTheFile:
    def test_it_is_read_shown_and_kept(self, client, workshop, anna):
        page = send(client)
        assert "The log has 3 rows." in text_of(page)
        assert not OnlineLog.objects.exists()

        response = client.post(LOGS, columns_of(page))

        log = OnlineLog.objects.get()
        assert response.url == f"{LOGS}{log.pk}/"
        assert [row["problem"] for row in log.rows] == ["", "", "joined"]
        assert "zoom.csv" in text_of(client.get(LOGS))

    def test_columns_that_were_not_guessed_are_chosen(self, client, workshop):
        page = send(client, "Wer,Von,Bis\nAnna,9:05,10:00\n")
        refused = client.post(LOGS, columns_of(page))
        assert "Choose the column that says when people joined." in text_of(refused)

        client.post(LOGS, columns_of(refused, name="0", joined="1", left="2"))

        assert OnlineLog.objects.get().rows[0]["joined"] == "2026-03-09T06:05:00+00:00"

    def test_the_zone_of_the_log_counts(self, client, workshop):
        page = send(client, "Name,Join time,Leave time\nAnna,6:05,7:00\n")
        refused = client.post(LOGS, columns_of(page, zone="Mars/Base"))
        assert "There is no time zone" in text_of(refused)

        client.post(LOGS, columns_of(page, zone="UTC"))

        assert OnlineLog.objects.get().rows[0]["joined"] == "2026-03-09T06:05:00+00:00"

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [("", "The submitted file is empty."), ("Name,Join time\n", "The log has headings and no rows.")],
    )
    def test_what_cannot_be_read_is_an_error_of_the_field(self, client, workshop, content, sentence):
        assert sentence in text_of(send(client, content))

    def test_a_log_without_a_row_that_can_be_used_stays_with_the_columns(self, client, workshop):
        page = send(client, "Name,Join time,Leave time\nAnna,soon,later\n")

        assert "No row of this log can be used." in text_of(client.post(LOGS, columns_of(page)))

    def test_what_comes_back_changed_is_refused(self, client, workshop):
        page = client.post(LOGS, columns_of(send(client), packed="nonsense"), follow=True)

        assert "Send the file again." in text_of(page)
        assert not OnlineLog.objects.exists()


class TestNames:
    def test_the_page_says_who_is_known_who_is_open_and_what_cannot_be_used(self, client, workshop, anna, piotr):
        page = text_of(client.get(brought(client)))

        assert "1 participant is matched." in page
        assert "1 name is open" in page
        assert "Line 4, Nobody: “soon” is no time at which somebody joined." in page
        assert not AttendanceEvent.objects.exists()

    def test_times_are_those_of_the_session_whoever_looks(self, client, workshop, anna):
        workshop.sessions.update(zone="Asia/Tbilisi")

        # In the zone of the session: nine in Tbilisi is eight in Minsk.
        assert "09:00–09:40" in text_of(client.get(brought(client)))

    def test_a_choice_is_noted_and_recorded(self, client, workshop, anna, piotr):
        address = brought(client)

        page = client.post(address, {"who:galaxy a52": piotr.person.public_code, "step": "apply"}, follow=True)

        assert "The log is recorded for 2 people." in text_of(page)
        assert set(workshop.sessions.get(number=1).records.values_list("person", "status", "credited_minutes")) == {
            (anna.person_id, "present", 40),
            (piotr.person_id, "present", 60),
        }
        assert OnlineName.objects.values_list("key", "registration").get() == ("galaxy a52", piotr.pk)

    def test_only_noting_records_nothing(self, client, workshop, anna):
        page = client.post(brought(client), {"who:galaxy a52": "nobody", "step": "save"}, follow=True)

        assert "It is noted who is who." in text_of(page)
        assert "takes no part" in text_of(page)
        assert not AttendanceEvent.objects.exists()

    def test_recorded_twice_nothing_is_new(self, client, workshop, anna):
        address = brought(client)
        client.post(address, {"step": "apply"})

        page = client.post(address, {"step": "apply"}, follow=True)

        assert "For 1 person the log says nothing new." in text_of(page)
        assert AttendanceEvent.objects.count() == 1

    def test_a_person_from_elsewhere_is_refused(self, client, workshop, anna):
        chosen = {"who:galaxy a52": make_person().public_code, "step": "apply"}

        assert "Choose one of the participants." in text_of(client.post(brought(client), chosen, follow=True))
        assert not AttendanceEvent.objects.exists()

    def test_a_signed_register_offers_no_recording(self, client, workshop, facilitator, anna):
        sign_off(session=open_session(workshop), actor=facilitator, accept_unrecorded=True)
        address = brought(client)

        assert "Record it in the register" not in text_of(client.get(address))
        assert "The register is signed." in text_of(client.post(address, {"step": "apply"}, follow=True))

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_however_many_names(self, client, workshop, django_assert_num_queries, rows):
        lines = "".join(f"Phone {number},9:00,10:00\n" for number in range(rows))
        for _ in range(rows):
            register(workshop)
        address = brought(client, f"Name,Join time,Leave time\n{lines}")
        # session, account, roles, session of the workshop, log, names decided, participants twice, facilitators
        with django_assert_num_queries(9):
            client.get(address)
