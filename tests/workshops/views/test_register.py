"""The register on a phone: forms and JSON, walk-ins, signature, corrections."""

import gzip
import json
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from people.models import Account, Person
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.workshops import make_facilitator, make_workshop, mark, open_session, register
from workshops.models import AttendanceEvent, AttendanceRecord, Registration, Session, Workshop
from workshops.services import sign_off, withdraw_registration

pytestmark = pytest.mark.django_db

REGISTER = "/en/workshops/W1/sessions/1/register/"
MARK = f"{REGISTER}mark/"


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
def person(workshop: Workshop) -> Person:
    return register(workshop).person


@pytest.fixture
def session(workshop: Workshop, person: Person) -> Session:
    return open_session(workshop)


def pressed(person: Person, status: str) -> dict[str, str]:
    return {"mark": f"{person.public_code}:{status}"}


def send(client: Client, *events: dict[str, object]):
    return client.post(MARK, json.dumps({"events": events}), content_type="application/json")


class TestOpening:
    def test_a_look_changes_nothing_and_a_button_opens(self, client, workshop, person):
        looked = client.get(REGISTER).content.decode()
        assert "It will name 1 person." in looked
        assert not AttendanceRecord.objects.exists()

        response = client.post(REGISTER)

        assert response.url == REGISTER
        assert AttendanceRecord.objects.get().person == person

    def test_a_register_before_its_time_says_so(self, client, workshop, time_machine):
        time_machine.move_to("2026-03-01T00:00:00Z")

        assert "The session has not begun." in client.get(REGISTER).content.decode()

    def test_a_draft_says_what_to_do_first(self, client, facilitator):
        make_workshop(code="D", facilitator=facilitator, published=False)

        page = client.post("/en/workshops/D/sessions/1/register/", follow=True).content.decode()

        assert "Publish the workshop before you open a register." in page


class TestForms:
    def test_a_button_marks_and_comes_back_to_the_row(self, client, session, person, facilitator):
        response = client.post(MARK, pressed(person, "late"))

        assert response.url == f"{REGISTER}#p-{person.public_code}"
        assert session.records.values_list("status", "credited_minutes").get() == ("late", 48)
        event = AttendanceEvent.objects.get()
        assert (event.source, event.actor, event.kind) == ("facilitator", facilitator, "mark")

    def test_minutes_of_the_row_count(self, client, session, person):
        client.post(MARK, {**pressed(person, "left_early"), f"minutes-{person.public_code}": "30"})

        assert session.records.get().credited_minutes == 40

    @pytest.mark.parametrize("status", ["asleep", "", "not_recorded:"])
    def test_nonsense_is_refused_with_a_sentence(self, client, session, person, status):
        page = client.post(MARK, pressed(person, status), follow=True)

        assert page.status_code == 404 or "Choose one of the states" in page.content.decode()
        assert session.records.get().status == "not_recorded"

    def test_somebody_who_is_not_on_the_register_is_refused(self, client, session):
        page = client.post(MARK, pressed(make_person(), "present"), follow=True).content.decode()

        assert "is not on the register of this session" in page
        assert not AttendanceEvent.objects.exists()

    def test_a_person_who_does_not_exist_is_not_found(self, client, session):
        assert client.post(MARK, {"mark": "nobody:present"}).status_code == 404

    def test_all_present_then_exceptions(self, client, workshop, person):
        others = [register(workshop).person for _ in range(2)]
        session = open_session(workshop)
        client.post(MARK, pressed(person, "absent"))

        page = client.post(f"{REGISTER}all/", follow=True).content.decode()

        assert "2 people are marked present." in page
        assert "3 of 3 recorded" in page
        assert dict(session.records.values_list("person", "status")) == {
            person.pk: "absent",
            **{other.pk: "present" for other in others},
        }
        again = client.post(f"{REGISTER}all/", follow=True).content.decode()
        assert "Everybody was recorded already; nothing changed." in again

    def test_the_pressed_button_says_so(self, client, session, person):
        mark(session, person, "excused")

        page = client.get(REGISTER).content.decode()

        assert f'value="{person.public_code}:excused" aria-pressed="true"' in page
        assert page.count('aria-pressed="true"') == 1


class TestJson:
    def test_marks_are_acknowledged_with_counts_and_the_same_id_is_one(self, client, session, person):
        event = {"id": str(uuid.uuid4()), "person": person.public_code, "status": "late", "minutes": "20"}

        first, second = (send(client, event).json() for _ in range(2))

        assert (
            first
            == second
            == {
                "outcomes": [
                    {
                        "id": event["id"],
                        "person": person.public_code,
                        "accepted": True,
                        "message": "",
                        "status": "late",
                        "minutes": 30,
                        "outweighed": False,
                        "correct": "",
                        "correct_label": "",
                    }
                ],
                "recorded": 1,
                "expected": 1,
            }
        )
        assert AttendanceEvent.objects.count() == 1

    def test_one_bad_mark_does_not_keep_the_others_out(self, client, session, person):
        good = {"id": str(uuid.uuid4()), "person": person.public_code, "status": "present"}
        stranger = {"id": str(uuid.uuid4()), "person": make_person().public_code, "status": "present"}
        broken = {"id": "no uuid", "person": person.public_code, "status": "absent"}

        outcomes = send(client, stranger, broken, good).json()["outcomes"]

        assert [each["accepted"] for each in outcomes] == [False, False, True]
        assert session.records.get().status == "present"

    def test_the_time_of_the_device_decides_and_cannot_be_in_the_future(self, client, session, person, time_machine):
        time_machine.move_to("2026-03-09T08:00:00Z", tick=False)
        times = ["2026-03-09T07:10:00Z", "2026-03-09T07:05:00Z", "2031-01-01T00:00:00Z", "nonsense"]
        for status, at in zip(["present", "absent", "late", "excused"], times, strict=True):
            event = {"id": str(uuid.uuid4()), "person": person.public_code, "status": status, "device_time": at}
            send(client, event)

        assert set(AttendanceEvent.objects.values_list("status", "device_time")) == {
            ("present", datetime(2026, 3, 9, 7, 10, tzinfo=UTC)),
            ("absent", datetime(2026, 3, 9, 7, 5, tzinfo=UTC)),
            ("late", datetime(2026, 3, 9, 8, tzinfo=UTC)),
            ("excused", datetime(2026, 3, 9, 8, tzinfo=UTC)),
        }

    @pytest.mark.parametrize("clock", ["2026-03-09T07:59:00Z", "2026-03-09T08:05:00Z"])
    def test_a_wrong_clock_is_reckoned_with_so_that_the_later_tap_decides(
        self, client, session, person, time_machine, clock
    ):
        time_machine.move_to("2026-03-09T08:00:00Z", tick=False)
        client.post(f"{REGISTER}all/")
        time_machine.move_to("2026-03-09T08:01:00Z", tick=False)
        tapped = datetime.fromisoformat(clock) - timedelta(seconds=10)
        event = {
            "id": str(uuid.uuid4()),
            "person": person.public_code,
            "status": "absent",
            "device_time": tapped.isoformat(),
        }

        client.post(MARK, json.dumps({"now": clock, "events": [event]}), content_type="application/json")

        assert session.records.get().status == "absent"
        assert AttendanceEvent.objects.get(pk=event["id"]).device_time == datetime(2026, 3, 9, 8, 0, 50, tzinfo=UTC)

    @pytest.mark.parametrize("clock", [None, "", "soon", 5, "2026-13-45T00:00:00Z", "0001-01-01T00:00:00+14:00"])
    def test_a_clock_that_cannot_be_read_changes_nothing(self, client, session, person, time_machine, clock):
        time_machine.move_to("2026-03-09T08:00:00Z", tick=False)
        event = {
            "id": str(uuid.uuid4()),
            "person": person.public_code,
            "status": "late",
            "device_time": "2026-03-09T07:05:00Z",
        }

        client.post(MARK, json.dumps({"now": clock, "events": [event]}), content_type="application/json")

        assert AttendanceEvent.objects.get().device_time == datetime(2026, 3, 9, 7, 5, tzinfo=UTC)

    @pytest.mark.parametrize(
        "broken",
        [
            {"minutes": "1e999"},
            {"minutes": "[]"},
            {"id": "7"},
            {"id": None},
            {"status": None},
            {"device_time": '"0001-01-01T00:00:00+14:00"'},
            {"device_time": '"2026-13-45T00:00:00Z"'},
        ],
    )
    def test_every_event_is_answered_whatever_is_wrong_with_another(self, client, session, person, broken):
        good = f'{{"id": "{uuid.uuid4()}", "person": "{person.public_code}", "status": "present"}}'
        values = {
            "id": f'"{uuid.uuid4()}"',
            "person": f'"{person.public_code}"',
            "status": '"late"',
            **broken,
        }
        bad = ", ".join(f'"{name}": {value}' for name, value in values.items() if value is not None)

        response = client.post(
            MARK, f'{{"events": [{{{bad}}}, 5, {{"id": 1}}, {good}]}}', content_type="application/json"
        )

        outcomes = response.json()["outcomes"]
        assert [each["accepted"] for each in outcomes] == [False, False, False, True]
        assert [each["message"] for each in outcomes[:3]] == ["This could not be read."] * 3
        assert session.records.get().status == "present"

    @pytest.mark.parametrize("broken", ["\\u0000", "\\ud800"])
    def test_what_no_database_keeps_does_not_keep_the_others_out(self, client, session, person, broken):
        sent = [
            f'{{"id": "{uuid.uuid4()}", "person": "{who}", "status": "{status}"}}'
            for who, status in (
                (broken, "present"),
                (person.public_code, f"la{broken}te"),
                (person.public_code, "late"),
            )
        ]

        response = client.post(
            MARK, f'{{"device": "phone{broken}", "events": [{", ".join(sent)}]}}', content_type="application/json"
        )

        assert response.status_code == 200
        assert response.json()["outcomes"][0]["accepted"] is False
        assert response.json()["outcomes"][2]["accepted"] is True
        assert session.records.get().status == "late"
        assert AttendanceEvent.objects.first().device in {"phone", "phone?"}

    @pytest.mark.parametrize("body", ["[", "[]", "{}", "5", '{"events": 5}', "\xff"])
    def test_what_cannot_be_read_is_a_400(self, client, session, body):
        response = client.post(MARK, body, content_type="application/json")

        assert (response.status_code, response.json()) == (400, {"message": "This could not be read."})

    def test_a_signed_register_refuses_with_a_sentence(self, client, facilitator, session, person):
        sign_off(session=session, actor=facilitator, accept_unrecorded=True)
        event = {"id": str(uuid.uuid4()), "person": person.public_code, "status": "present"}

        outcome = send(client, event).json()["outcomes"][0]

        assert (outcome["accepted"], outcome["status"]) == (False, "")
        assert "is signed" in outcome["message"]
        assert outcome["correct"] == f"{REGISTER}{person.public_code}/correct/"

    def test_a_signed_page_can_still_send_what_a_phone_kept(self, client, facilitator, session, person):
        sign_off(session=session, actor=facilitator, accept_unrecorded=True)

        page = client.get(REGISTER).content.decode()

        assert f'data-register data-url="{MARK}"' in page
        assert f'data-row="{person.public_code}" data-status="not_recorded"' in page
        assert "csrfmiddlewaretoken" in page.split("data-register")[1]


def captured(person: Person, status: str, minutes_ago: int = 0) -> dict[str, str]:
    moment = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return {
        "id": str(uuid.uuid4()),
        "person": person.public_code,
        "status": status,
        "device_time": moment.isoformat(),
    }


def send_from(client: Client, device: str, *events: dict[str, str]) -> list[dict[str, object]]:
    sent = {"now": datetime.now(UTC).isoformat(), "device": device, "events": events}
    return client.post(MARK, json.dumps(sent), content_type="application/json").json()["outcomes"]


class TestDifferences:
    """What a phone is told when the register says something else than what it captured."""

    def test_a_later_mark_of_another_device_is_told_with_whose_word_it_is(self, client, session, person, facilitator):
        send_from(client, "tablet", captured(person, "absent"))

        (told,) = send_from(client, "phone", captured(person, "present", minutes_ago=5))

        assert (told["accepted"], told["outweighed"], told["status"]) == (True, True, "absent")
        assert told["message"].startswith("The register says: absent. Marked by the facilitator, ")
        assert told["message"].endswith(f", {facilitator.get_full_name()}.")
        assert list(AttendanceEvent.objects.values_list("device", flat=True)) == ["phone", "tablet"]

    @pytest.mark.parametrize(("device", "status"), [("phone", "absent"), ("tablet", "present")])
    def test_the_same_device_and_the_same_word_are_no_difference(self, client, session, person, device, status):
        send_from(client, device, captured(person, status))

        (told,) = send_from(client, "phone", captured(person, "present", minutes_ago=5))

        assert (told["accepted"], told["outweighed"], told["message"]) == (True, False, "")

    def test_what_came_first_is_outweighed_and_nobody_hears_of_it(self, client, session, person):
        send_from(client, "tablet", captured(person, "absent", minutes_ago=5))

        (told,) = send_from(client, "phone", captured(person, "present"))

        assert (told["outweighed"], told["status"]) == (False, "present")

    def test_somebody_who_withdrew_can_still_walk_in(self, client, session, person):
        registration = Registration.objects.get(person=person)
        withdraw_registration(registration=registration, actor=None, reason="Ill", at=session.starts_at)

        (told,) = send_from(client, "phone", captured(person, "present"))

        assert (told["accepted"], told["correct"], told["correct_label"]) == (False, f"{REGISTER}walk-in/", "Walk-in")
        assert "Take the person in as a walk-in." in told["message"]


class TestScope:
    @pytest.mark.parametrize("role", ["facilitator", "coordinator", "editor", None])
    def test_others_do_not_find_it(self, client_of, session, person, role):
        stranger = client_of(make_account(role) if role else make_account())

        statuses = {
            stranger.get(REGISTER).status_code,
            stranger.post(REGISTER).status_code,
            stranger.post(MARK, pressed(person, "present")).status_code,
            stranger.post(f"{REGISTER}all/").status_code,
            stranger.get(f"{REGISTER}walk-in/").status_code,
            stranger.post(f"{REGISTER}sign/").status_code,
            stranger.get(f"{REGISTER}{person.public_code}/correct/").status_code,
        }

        assert statuses == {404}
        assert not AttendanceEvent.objects.exists()

    def test_a_facilitator_who_declined_is_a_stranger(self, client, workshop, session):
        workshop.facilitations.update(state="declined")

        assert client.get(REGISTER).status_code == 404

    def test_a_manager_may(self, client_of, session):
        assert client_of(make_account("manager")).get(REGISTER).status_code == 200


class TestWalkIns:
    ADDRESS = f"{REGISTER}walk-in/"

    def data(self, **fields: object) -> dict[str, object]:
        return {
            "family_name": "Лявонава",
            "given_name": "Алена",
            "agency": make_agency().pk,
            "token": str(uuid.uuid4()),
            **fields,
        }

    def test_name_and_agency_are_enough_and_twice_is_once(self, client, session):
        data = self.data()

        for _ in range(2):
            client.post(self.ADDRESS, data)

        registration = Registration.objects.get(source="walk_in")
        assert registration.person.full_name == "Лявонава Алена"
        assert session.records.get(person=registration.person).status == "present"

    def test_somebody_with_a_known_e_mail_is_that_person_and_keeps_the_agency(self, client, session):
        own = make_agency()
        known = make_person(agency=own, email="a@example.org")

        client.post(self.ADDRESS, self.data(email="a@example.org"))

        assert Registration.objects.get(source="walk_in").agency == own
        assert session.records.get(person=known).status == "present"

    def test_a_namesake_in_the_agency_is_asked_about(self, client, session):
        agency = make_agency()
        known = make_person(agency=agency, family_name="Лявонава", given_name="Алена", patronymic="")
        data = self.data(agency=agency.pk)

        asked = client.post(self.ADDRESS, data)
        assert "Is it the same person?" in asked.content.decode()
        client.post(self.ADDRESS, {**data, "same_as": known.public_code})

        assert session.records.filter(person=known, status="present").exists()

    def test_a_signed_register_takes_nobody(self, client, facilitator, session):
        sign_off(session=session, actor=facilitator, accept_unrecorded=True)

        page = client.post(self.ADDRESS, self.data())

        assert "nobody can be added to it any more" in page.content.decode()
        assert not Person.objects.filter(family_name="Лявонава").exists()


class TestSigning:
    ADDRESS = f"{REGISTER}sign/"

    def test_the_page_counts_and_names_those_about_whom_nothing_is_said(self, client, session, person):
        page = client.get(self.ADDRESS).content.decode()

        assert "The register says nothing about 1 person yet." in page
        assert str(person) in page

    def test_blanks_must_be_meant(self, client, session):
        asked = client.post(self.ADDRESS, follow=True)
        assert asked.redirect_chain == [(self.ADDRESS, 302)]
        assert not Session.objects.filter(sign_off__isnull=False).exists()

        response = client.post(self.ADDRESS, {"accept_unrecorded": "on"})

        assert response.url == "/en/workshops/W1/manage/"
        assert Session.objects.filter(sign_off__isnull=False).get() == session

    def test_an_unopened_register_sends_back(self, client, workshop):
        assert client.post(self.ADDRESS).url == REGISTER

    def test_twice_is_once(self, client, session, person):
        mark(session, person)

        assert [client.post(self.ADDRESS).status_code for _ in range(2)] == [302, 302]


class TestCorrecting:
    @pytest.fixture
    def address(self, session: Session, person: Person, facilitator: Account) -> str:
        mark(session, person, "absent")
        sign_off(session=session, actor=facilitator)
        return f"{REGISTER}{person.public_code}/correct/"

    def test_a_reason_is_needed_and_kept(self, client, address, session):
        silent = client.post(address, {"status": "present", "reason": ""})
        assert list(silent.context["form"].errors) == ["reason"]

        client.post(address, {"status": "late", "minutes": "30", "reason": "Was in the next room"})

        assert session.records.values_list("status", "credited_minutes", "reason").get() == ("late", 40, "correction")
        assert "Was in the next room" in client.get(address).content.decode()

    def test_after_the_lock_date_the_page_says_who_can(self, client, client_of, address, workshop, session):
        Workshop.objects.filter(pk=workshop.pk).update(lock_on=date(2026, 1, 1))

        locked = client.get(address).content.decode()
        refused = client.post(address, {"status": "present", "reason": "Why"})
        by_manager = client_of(make_account("manager")).post(address, {"status": "present", "reason": "Why"})

        assert "A programme manager can still correct it." in locked
        assert "locked" in refused.context["form"].non_field_errors()[0]
        assert by_manager.status_code == 302
        assert session.records.get().status == "present"

    def test_a_signed_register_offers_corrections_instead_of_buttons(self, client, address):
        page = client.get(REGISTER).content.decode()

        assert address in page
        assert "aria-pressed" not in page


class TestWeight:
    def people(self, workshop: Workshop, count: int) -> None:
        """Confirmed people of one agency, in a moment: 300 registrations by the service would take half a minute."""
        agency = make_agency(name_ru="Гомельский областной исполнительный комитет – управление по здравоохранению")
        names = ["Александрович", "Верасовіч", "Габрусь", "Данилевская", "Жук", "Красоўская", "Лукашэвіч"]
        people = Person.objects.bulk_create(
            Person(
                family_name=names[number % 7],
                given_name=f"Настасся {number}",
                patronymic="Уладзіславаўна",
                sort_name=f"{names[number % 7]} {number:03d}",
            )
            for number in range(count)
        )
        long_before = workshop.sessions.first().starts_at - timedelta(days=10)
        moments = {"created_at": long_before, "confirmed_at": long_before}
        kind = {"state": Registration.State.CONFIRMED, "source": Registration.Source.NOMINATION}
        Registration.objects.bulk_create(
            Registration(workshop=workshop, person=person, agency=agency, **kind, **moments) for person in people
        )

    @pytest.mark.parametrize(("people", "language"), [(60, "en"), (300, "be")])
    def test_a_register_is_light_on_the_way(self, client, workshop, django_assert_max_num_queries, people, language):
        self.people(workshop, people)
        open_session(workshop)

        with django_assert_max_num_queries(12):
            response = client.get(f"/{language}/workshops/W1/sessions/1/register/", headers={"accept-encoding": "gzip"})

        assert gzip.decompress(response.content).count(b'class="register__row"') == people
        assert len(response.content) < 100_000

    @pytest.mark.parametrize("signed", [False, True])
    def test_costs_the_same_however_many_people(self, client, workshop, django_assert_num_queries, signed):
        # Session, account, session of the workshop, records, other sessions, roles; if signed, who may correct it.
        queries = 8 if signed else 7
        for number, people in ((1, 1), (2, 3)):
            for _ in range(people):
                register(workshop)
            session = open_session(workshop, number)
            if signed:
                sign_off(session=session, actor=make_facilitator(), accept_unrecorded=True)

            with django_assert_num_queries(queries):
                client.get(f"/en/workshops/W1/sessions/{number}/register/")

    def test_a_mark_costs_the_same_for_one_and_for_three(self, client, workshop, django_assert_num_queries):
        people = [register(workshop).person for _ in range(4)]
        open_session(workshop)
        send(client, {"id": str(uuid.uuid4()), "person": people[3].public_code, "status": "present"})

        for chosen in (people[:1], people[:3]):
            events = [
                {"id": str(uuid.uuid4()), "person": each.public_code, "status": status}
                for each, status in zip(chosen, ["late", "absent", "excused"], strict=False)
            ]
            with django_assert_num_queries(14):
                send(client, *events)
