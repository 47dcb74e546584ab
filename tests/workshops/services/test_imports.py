"""People and attendance from spreadsheets."""

import pytest
import time_machine

from people.models import Person
from people.services import plan_roster, read_roster
from tests.factories.people import make_agency, make_person
from tests.factories.workshops import make_facilitator, make_workshop, mark, open_session, register
from workshops.models import AttendanceEvent, AttendanceRecord, Registration, Workshop
from workshops.services import import_attendance, rebuild_records, register_roster, set_seats, sign_off

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def workshop(db: None) -> Workshop:
    return make_workshop()


def attendance(*lines: str, headings: str = "session,person,status,minutes,source,device_time") -> bytes:
    return "\n".join([headings, *lines]).encode()


def counts(result: object) -> dict[str, int]:
    """The numbers of a result that are not zero."""
    return {key: value for key, value in result.as_json().items() if isinstance(value, int) and value}


class TestAttendance:
    def test_rows_decide_like_marks_and_a_second_time_changes_nothing(self, workshop):
        anna, boris = register(workshop).person, register(workshop).person
        content = attendance(
            f"1,{anna.public_code},present,,facilitator,2026-03-09T09:10",
            f"1,{boris.email.upper()},late,30,qr,",
            f"2,{anna.public_code},left early,,paper,",
        )

        first, second = (import_attendance(workshop=workshop, content=content) for _ in range(2))

        assert counts(first) == {"rows": 3, "new": 3, "saved": 3}
        assert counts(second) == {"rows": 3, "unchanged": 3}
        assert sorted(
            AttendanceRecord.objects.values_list("session__number", "person", "status", "credited_minutes", "reason")
        ) == sorted(
            [
                (1, anna.pk, "present", 60, "facilitator"),
                (1, boris.pk, "late", 40, "qr"),
                (2, anna.pk, "left_early", 48, "paper"),
                (2, boris.pk, "not_recorded", 0, ""),
            ]
        )
        assert AttendanceEvent.objects.count() == 3
        assert rebuild_records(check=True) == (4, 0)

    def test_going_back_to_an_earlier_file_is_said_anew(self, workshop):
        anna, boris = register(workshop).person, register(workshop).person
        first, second = (
            attendance(f"1,{anna.public_code},{status},,facilitator,", f"1,{boris.public_code},present,,facilitator,")
            for status in ("present", "absent")
        )

        results = [import_attendance(workshop=workshop, content=each) for each in (first, second, first, first)]

        assert [counts(each) for each in results] == [
            {"rows": 2, "new": 2, "saved": 2},
            {"rows": 2, "changed": 1, "unchanged": 1, "saved": 1},
            {"rows": 2, "changed": 1, "unchanged": 1, "saved": 1},
            {"rows": 2, "unchanged": 2},
        ]
        assert AttendanceRecord.objects.get(session__number=1, person=anna).status == "present"
        assert AttendanceEvent.objects.count() == 4

    def test_several_rows_about_one_person_are_repeated_as_one(self, workshop):
        person = register(workshop).person
        content = attendance(
            f"1,{person.public_code},absent,,facilitator,2026-03-09T09:10",
            f"1,{person.public_code},late,30,facilitator,2026-03-09T09:30",
            f"1,{person.public_code},late,30,facilitator,2026-03-09T09:30",
        )

        for _ in range(2):
            import_attendance(workshop=workshop, content=content)

        assert AttendanceRecord.objects.get(session__number=1).status == "late"
        assert AttendanceEvent.objects.count() == 2

    def test_times_are_those_on_the_wall_and_a_row_without_one_is_from_the_end(self, workshop):
        person = register(workshop).person
        import_attendance(
            workshop=workshop,
            content=attendance(
                f"1,{person.public_code},absent,,facilitator,2026-03-09T09:10",
                f"2,{person.public_code},present,,facilitator,",
            ),
        )

        assert [each.isoformat() for each in AttendanceEvent.objects.values_list("device_time", flat=True)] == [
            "2026-03-09T06:10:00+00:00",
            "2026-03-09T08:30:00+00:00",
        ]

    def test_a_later_row_of_a_lower_rank_changes_nothing(self, workshop):
        person = register(workshop).person
        mark(open_session(workshop), person, "absent")

        result = import_attendance(workshop=workshop, content=attendance(f"1,{person.public_code},present,,qr,"))

        assert counts(result) == {"rows": 1, "unchanged": 1}

    def test_a_dry_run_counts_and_writes_nothing(self, workshop):
        person = register(workshop).person

        result = import_attendance(
            workshop=workshop, content=attendance(f"1,{person.public_code},present,,qr,"), dry_run=True
        )

        assert counts(result) == {"rows": 1, "new": 1}
        assert not AttendanceRecord.objects.exists()
        assert Workshop.objects.get().status == "published"

    def test_whoever_was_there_unconfirmed_is_confirmed_from_the_first_session_attended(self, workshop):
        registration = register(workshop)
        Registration.objects.update(state="invited", confirmed_at=None)
        code = registration.person.public_code

        result = import_attendance(workshop=workshop, content=attendance(f"2,{code},present,,facilitator,"))

        registration.refresh_from_db()
        assert counts(result) == {"rows": 1, "new": 1, "saved": 1}
        assert (registration.state, registration.source) == ("confirmed", "nomination")
        assert list(AttendanceRecord.objects.values_list("session__number", flat=True)) == [2]

    def test_every_bad_row_is_named_and_nothing_is_saved(self, workshop):
        person, stranger = register(workshop).person, make_person()
        invited = register(workshop)
        Registration.objects.filter(pk=invited.pk).update(state="invited", confirmed_at=None)
        code = person.public_code

        result = import_attendance(
            workshop=workshop,
            content=attendance(
                f"1,{code},present,,facilitator,",
                f"9,{code},present,,facilitator,",
                f"x,{code},asleep,2000,guess,yesterday",
                f"1,{stranger.public_code},present,,facilitator,",
                f"1,{invited.person.public_code},absent,,facilitator,",
                "1,,present,,facilitator,",
            ),
        )

        assert [(error.line, error.column) for error in result.errors] == [
            (3, "session"),
            (4, "session"),
            (4, "status"),
            (4, "source"),
            (4, "minutes"),
            (4, "device_time"),
            (5, "person"),
            (6, "person"),
            (7, "person"),
        ]
        assert (result.saved, AttendanceEvent.objects.count(), AttendanceRecord.objects.count()) == (0, 0, 0)

    def test_a_session_to_come_takes_excuses_only(self, workshop):
        person = register(workshop).person
        first = workshop.sessions.first()
        content = attendance(f"1,{person.public_code},excused,,coordinator,", f"2,{person.public_code},present,,qr,")

        with time_machine.travel(first.starts_at.replace(day=1), tick=False):
            result = import_attendance(workshop=workshop, content=content)

        assert [(error.line, error.message) for error in result.errors] == [(3, "Session 2 has not begun yet.")]

    def test_a_signed_register_takes_only_what_it_knows(self, workshop):
        person = register(workshop).person
        content = attendance(f"1,{person.public_code},present,,facilitator,")
        import_attendance(workshop=workshop, content=content)
        sign_off(session=workshop.sessions.first(), actor=make_facilitator())

        again = import_attendance(workshop=workshop, content=content)
        other = import_attendance(workshop=workshop, content=attendance(f"1,{person.public_code},absent,,facilitator,"))

        assert counts(again) == {"rows": 1, "unchanged": 1}
        assert [error.message for error in other.errors] == ["The register is signed. Correct the record and say why."]

    def test_a_draft_has_no_registers(self):
        draft = make_workshop(published=False)
        person = register(draft).person

        result = import_attendance(workshop=draft, content=attendance(f"1,{person.public_code},present,,qr,"))

        assert [(error.line, error.column) for error in result.errors] == [(2, "session")]

    @pytest.mark.parametrize(("content", "column"), [(b"", ""), (b"session,person\n1,a", "status"), (b"\x89PNG\0", "")])
    def test_a_file_of_another_kind_gets_a_sentence(self, workshop, content, column):
        result = import_attendance(workshop=workshop, content=content)

        assert result.errors[0].column == column
        assert result.saved == 0


class TestRosters:
    def entries(self, *lines: str, agency: object = None) -> list:
        content = "\n".join(["family_name,given_name,email,agency", *lines]).encode()
        _count, rows, errors = read_roster(content=content)
        planned, refused = plan_roster(rows=rows, agency=agency)
        assert errors + refused == []
        return planned

    def test_known_people_keep_their_agency_and_new_ones_are_made(self, workshop):
        own, other = make_agency(code="own"), make_agency(code="other")
        known = make_person(agency=own, email="anna@example.org", family_name="Иванова")

        registered, errors = register_roster(
            workshop=workshop,
            entries=self.entries("Петрова,Анна,anna@example.org,other", "Лис,Ольга,,other"),
            decisions={},
            actor=make_facilitator(),
        )

        known.refresh_from_db()
        assert (registered, errors, known.family_name) == (2, [], "Иванова")
        assert sorted(workshop.registrations.values_list("person__family_name", "agency", "state", "source")) == sorted(
            [("Иванова", own.pk, "confirmed", "nomination"), ("Лис", other.pk, "confirmed", "nomination")]
        )

    def test_doubtful_rows_follow_the_decision(self, workshop):
        agency = make_agency(code="a")
        known = make_person(agency=agency, family_name="Лис", given_name="Ольга", patronymic="")
        lines = ["Лис,Ольга,,a", "Лис,Ольга,,a", "Лис,Ольга,,a"]

        registered, errors = register_roster(
            workshop=workshop,
            entries=self.entries(*lines),
            decisions={2: str(known.pk), 3: "new", 4: "skip"},
            actor=make_facilitator(),
        )

        assert (registered, errors) == (2, [])
        assert Person.objects.filter(family_name="Лис").count() == 2
        assert workshop.registrations.filter(person=known).exists()

    @pytest.mark.parametrize("decision", ["", "999999", "somebody"])
    def test_without_a_decision_nothing_is_saved(self, workshop, decision):
        agency = make_agency(code="a")
        make_person(agency=agency, family_name="Лис", given_name="Ольга", patronymic="")

        registered, errors = register_roster(
            workshop=workshop,
            entries=self.entries("Иванова,Анна,,a", "Лис,Ольга,,a"),
            decisions={3: decision},
            actor=make_facilitator(),
        )

        assert (registered, [error.line for error in errors]) == (0, [3])
        assert not workshop.registrations.exists()
        assert not Person.objects.filter(family_name="Иванова").exists()

    def test_when_seats_run_out_nobody_of_the_list_is_registered(self, workshop):
        make_agency(code="a")
        set_seats(workshop=workshop, agency=None, seats=1)

        registered, errors = register_roster(
            workshop=workshop,
            entries=self.entries("Иванова,Анна,,a", "Лис,Ольга,,a"),
            decisions={},
            actor=make_facilitator(),
        )

        assert (registered, [error.line for error in errors]) == (0, [3])
        assert not workshop.registrations.exists()
