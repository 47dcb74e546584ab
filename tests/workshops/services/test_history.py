"""Workshops of earlier years from files: what is stored, what a second time changes, and what never happens."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from assessments.models import Attempt
from audit.models import Event
from certificates.models import Certificate
from certificates.services import award_missing
from certificates.tasks import seal_pending
from mail.models import Message
from people.models import Account, Agency, Membership, Person
from tests.factories.people import make_agency, make_person
from tests.factories.workshops import make_workshop
from tests.workshops.past_worlds import World, random_world, small_world
from workshops.models import AttendanceEvent, AttendanceRecord, PhaseAttempt, Registration, Session, SignOff, Workshop
from workshops.services import complete_earned, import_history, open_due_registers, plan_all_messages, rebuild_records

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def bring(world: World, **options):
    """Bring a world in; it must be without errors."""
    result = import_history(contents=world.files, **options)
    assert result.errors == []
    return result


def faults(world: World) -> list[tuple[str, int, str, str]]:
    """What is wrong with a world; nothing of it may be there afterwards."""
    result = import_history(contents=world.files)
    assert (result.saved, Workshop.objects.count(), Person.objects.count(), Agency.objects.count()) == (0, 0, 0, 0)
    return [(each.file, each.line, each.column, each.message) for each in result.errors]


def attend(world: World, session: int, status: str, source: str = "facilitator", **more) -> None:
    values = {"workshop": "W1", "person": "p1", "session": session, "status": status, "source": source}
    world.add("attendance.csv", **{**values, **more})


def records() -> list[tuple[int, str, int, str]]:
    found = AttendanceRecord.objects.order_by("session__number").select_related("session", "agency")
    return [(each.session.number, each.status, each.credited_minutes, each.agency.code) for each in found]


def moment(day: int, hour: int) -> datetime:
    return datetime(2025, 3, day, hour, tzinfo=UTC)


# --- What is stored
def test_a_past_workshop_is_closed_with_signed_registers_and_completions():
    world = small_world(confirmed_at="2025-02-20T10:00")
    attend(world, 1, "present")
    attend(world, 2, "late", minutes=30)

    result = bring(world)

    workshop, registration = Workshop.objects.get(), Registration.objects.get()
    assert result.as_json() == {
        "rows": 9, "new": 9, "changed": 0, "unchanged": 0, "moved": 0, "doubtful": 0, "errors": [], "saved": 9,
    }  # fmt: skip
    assert (workshop.status, str(workshop.starts_on), str(workshop.ends_on)) == ("closed", "2025-03-03", "2025-03-03")
    assert records() == [(1, "present", 60, "A1"), (2, "late", 40, "A1")]
    assert list(SignOff.objects.order_by("session__number").values_list("signed_by", "counts__present")) == [
        (None, 1),
        (None, 0),
    ]
    assert registration.completed_at == moment(3, 9)
    assert registration.completion["credited_minutes"] == 100
    assert Person.objects.get().public_code == "p1"


def test_the_person_s_key_may_be_anything_without_spaces_and_names_the_person_in_reports():
    world = small_world()
    for file in ("people.csv", "memberships.csv", "registrations.csv"):
        for row in world.rows[file]:
            row["key" if file == "people.csv" else "person"] = "Иванова:1"

    bring(world)

    assert Person.objects.get().public_code == "Иванова:1"


def test_of_several_words_about_a_cell_the_weightiest_counts_then_the_latest():
    world = small_world()
    attend(world, 1, "absent", device_time="2025-03-03T09:05")
    attend(world, 1, "present", "qr", device_time="2025-03-03T09:50")
    attend(world, 2, "excused", "coordinator", device_time="2025-03-03T11:00")
    attend(world, 2, "present", "paper", device_time="2025-03-03T11:30")

    bring(world)

    assert records() == [(1, "absent", 0, "A1"), (2, "present", 60, "A1")]
    assert AttendanceEvent.objects.count() == 4
    assert rebuild_records(check=True) == (2, 0)


def test_of_two_words_at_one_time_the_later_line_counts():
    world = small_world()
    attend(world, 1, "absent")
    attend(world, 1, "present", "paper")

    bring(world)

    assert records()[0][1] == "present"
    assert rebuild_records(check=True) == (2, 0)


def test_whoever_moves_counts_for_the_agency_of_the_day():
    world = small_world()
    world.add("agencies.csv", code="A2", parent="A1", kind="ngo", name_en="Second")
    world.rows["memberships.csv"][0]["to"] = "2025-03-03"
    world.add("memberships.csv", person="p1", agency="A2", **{"from": "2025-03-04"})
    world.rows["sessions.csv"][1] |= {"start": "2025-03-04T09:00", "end": "2025-03-04T10:00"}
    attend(world, 1, "present")

    bring(world)

    assert records() == [(1, "present", 60, "A1"), (2, "not_recorded", 0, "A2")]
    assert Registration.objects.get().agency.code == "A1"


def test_whoever_comes_unconfirmed_is_a_walk_in_from_the_first_session_attended():
    world = small_world(status="waitlisted")
    attend(world, 2, "present")

    bring(world)

    registration = Registration.objects.get()
    assert (registration.state, registration.source, registration.confirmed_at) == (
        "confirmed",
        "nomination",
        moment(3, 8),
    )
    assert records() == [(2, "present", 60, "A1")]


def test_whoever_comes_without_a_registration_is_one_for_the_agency_of_that_day():
    world = small_world()
    world.rows["registrations.csv"].clear()
    attend(world, 1, "left_early")

    bring(world)

    registration = Registration.objects.get()
    assert (registration.state, registration.source, registration.agency.code) == ("confirmed", "walk_in", "A1")
    assert records() == [(1, "left_early", 48, "A1"), (2, "not_recorded", 0, "A1")]


def test_somebody_who_withdrew_stays_confirmed_with_what_was_attended():
    world = small_world(status="withdrawn", confirmed_at="2025-02-20T10:00", withdrawn_at="2025-03-03T10:30")
    attend(world, 1, "present")

    bring(world)

    registration = Registration.objects.get()
    assert (registration.state, registration.confirmed_at is not None, registration.ended_at.hour) == (
        "withdrawn",
        True,
        7,
    )
    assert records() == [(1, "present", 60, "A1")]


def test_a_confirmation_after_the_end_confirms_nobody():
    bring(small_world(confirmed_at="2025-03-05T10:00"))

    assert list(Registration.objects.values_list("state", "confirmed_at")) == [("pending", None)]
    assert records() == []


def test_a_row_about_somebody_who_was_not_expected_says_nothing():
    world = small_world(confirmed_at="2025-03-03T10:30")
    attend(world, 1, "absent")
    attend(world, 2, "present")

    result = bring(world)

    assert records() == [(2, "present", 60, "A1")]
    assert result.notes == ["attendance.csv, line 2: Иванова Анна was not expected in session 1."]
    assert rebuild_records(check=True) == (1, 0)


def test_a_workshop_that_is_going_on_runs_and_its_open_sessions_wait():
    world, now = small_world(), timezone.now()
    soon = (now + timedelta(days=2)).date()
    world.rows["workshops.csv"][0] |= {"end": str(soon)}
    world.rows["sessions.csv"][1] |= {"start": f"{soon}T11:00", "end": f"{soon}T12:00"}
    attend(world, 1, "present")

    bring(world)

    assert Workshop.objects.get().status == "running"
    assert [each.is_signed for each in Session.objects.order_by("number")] == [True, False]
    assert records() == [(1, "present", 60, "A1")]
    assert Registration.objects.get().completed_at is None
    assert open_due_registers() == 0


def test_results_are_attempts_without_questions_and_the_last_of_a_phase_counts_last():
    world = small_world()
    attend(world, 1, "present")
    for phase, form, mark in (("pre", "A", "7.5"), ("post", "B", 12), ("post", "B", 16)):
        world.add("results.csv", workshop="W1", person="p1", phase=phase, form=form, mark=mark, max=20)

    bring(world)

    attempts = Attempt.objects.order_by("number").values_list(
        "phase", "form", "mark", "max_mark", "outcome", "occasion"
    )
    assert list(attempts) == [
        ("pre", "A", 750, 2000, "failed", "W1"),
        ("post", "B", 1200, 2000, "failed", "W1"),
        ("post", "B", 1600, 2000, "passed", "W1"),
    ]
    assert list(PhaseAttempt.objects.order_by("attempt").values_list("phase", flat=True)) == ["pre", "post", "post"]
    assert Workshop.objects.get().test is None


# --- A second time
def test_a_second_time_changes_nothing():
    world = random_world(11, people=25, workshops=2, today=timezone.localdate())
    first = bring(world)
    tables = (Agency, Person, Membership, Session, Registration, AttendanceEvent, AttendanceRecord, SignOff, Attempt)
    before = [list(each.objects.order_by("pk").values()) for each in tables]
    events = Event.objects.count()

    second = bring(world)

    assert (second.rows, second.verdicts, second.saved) == (first.rows, {"unchanged": first.rows}, 0)
    assert [list(each.objects.order_by("pk").values()) for each in tables] == before
    assert Event.objects.count() == events


def test_a_row_that_says_something_else_is_a_correction():
    world = small_world()
    attend(world, 1, "absent")
    bring(world)
    world.rows["attendance.csv"][0]["status"] = "present"
    world.rows["people.csv"][0]["given_name"] = "Ганна"
    world.rows["sessions.csv"][0]["minutes"] = "45"

    result = bring(world)

    assert (result.verdicts, result.saved) == ({"unchanged": 5, "changed": 3}, 3)
    assert records() == [(1, "present", 45, "A1"), (2, "not_recorded", 0, "A1")]
    assert Person.objects.get().given_name == "Ганна"


def test_a_move_that_comes_later_ends_the_membership_on_record():
    world = small_world()
    bring(world)
    world.add("agencies.csv", code="A2", kind="ngo", name_en="Second")
    world.add("memberships.csv", person="p1", agency="A2", **{"from": "2025-06-01"})

    result = bring(world)

    assert result.verdicts == {"unchanged": 7, "new": 1, "moved": 1}
    assert [(each.agency.code, str(each.valid_to)) for each in Membership.objects.order_by("valid_from")] == [
        ("A1", "2025-05-31"),
        ("A2", "None"),
    ]
    assert bring(world).saved == 0


def test_the_same_e_mail_is_the_person_on_record_who_stays_as_is():
    person = make_person(agency=make_agency(), email="anna@example.org")
    world = small_world()
    world.rows["people.csv"][0]["email"] = "Anna@Example.org"
    world.rows["memberships.csv"][0] |= {"from": "2019-01-01", "to": "2019-12-31"}

    bring(world)

    kept = Person.objects.get(pk=person.pk)
    assert (kept.family_name, kept.public_code) == (person.family_name, person.public_code)
    assert Registration.objects.get().person == person
    assert bring(world).saved == 0


def test_a_namesake_of_somebody_on_record_is_doubtful_and_comes_in():
    make_person(agency=make_agency(), family_name="Иванова", given_name="Анна", patronymic="")

    result = bring(small_world())

    assert (result.verdicts["doubtful"], result.saved, Person.objects.filter(family_name="Иванова").count()) == (
        1,
        7,
        2,
    )


# --- What never happens
def test_a_dry_run_says_what_would_happen_and_leaves_nothing():
    result = bring(small_world(), dry_run=True)

    assert (result.verdicts["new"], result.saved, Workshop.objects.count(), Agency.objects.count()) == (7, 0, 0, 0)


def test_nobody_is_written_to_and_no_certificate_is_issued_until_somebody_asks():
    world = small_world()
    world.rows["people.csv"][0]["email"] = "anna@example.org"
    attend(world, 1, "present")
    attend(world, 2, "present")
    bring(world)

    plan_all_messages()
    seal_pending()

    assert (Message.objects.count(), Account.objects.count(), Certificate.objects.count()) == (0, 0, 0)
    assert complete_earned() == 0
    assert award_missing() == 1


def test_a_workshop_that_was_planned_here_is_left_alone():
    make_workshop(code="W1")

    result = import_history(contents=small_world().files)

    assert [(each.file, each.column, each.message) for each in result.errors] == [
        ("workshops.csv", "code", "A workshop with the code W1 exists already, and did not come from files.")
    ]
    assert not Agency.objects.filter(code="A1").exists()


# --- What is wrong
def test_a_missing_file_and_a_missing_column_are_said():
    world = small_world()
    contents = world.files | {"people.csv": b"key,family_name\np1,Ivanova\n"}
    del contents["sessions.csv"]

    result = import_history(contents=contents)

    assert [(each.file, each.line, each.column, each.message) for each in result.errors] == [
        ("people.csv", 1, "given_name", "The file has no column “given_name”."),
        ("sessions.csv", 0, "", "The file is missing."),
    ]


@pytest.mark.parametrize(
    ("file", "values", "fault"),
    [
        ("agencies.csv", {"parent": "A9"}, ("parent", "There is no agency “A9” above this one.")),
        ("agencies.csv", {"closed_on": "2025-01-01", "successor": "A9"}, ("successor", "There is no agency “A9”.")),
        ("agencies.csv", {"closed_on": "2023-05-05"}, ("from", "First closed on 2023-05-05.")),
        ("people.csv", {"sex": "f"}, ("sex", "“f” is none of these: female, male, undisclosed.")),
        ("people.csv", {"key": "p 1"}, ("key", "“p 1” is no key: at most 40 characters without spaces.")),
        ("memberships.csv", {"agency": "A9"}, ("agency", "There is no agency “A9”.")),
        ("memberships.csv", {"from": "03.03.2025"}, ("from", "“03.03.2025” is no day such as 2021-03-09.")),
        ("workshops.csv", {"zone": "Minsk"}, ("zone", "Minsk is no time zone.")),
        ("workshops.csv", {"end": "2025-03-01"}, ("end", "The workshop must end after it begins.")),
        ("sessions.csv", {"required": "yes"}, ("required", "“yes” is neither true nor false.")),
        ("sessions.csv", {"end": "2025-03-03T08:00"}, ("end", "The session must end after it begins.")),
        ("sessions.csv", {"minutes": ""}, ("minutes", "This must not be empty.")),
        ("sessions.csv", {"minutes": "0"}, ("minutes", "“0” is no whole number from 1 to 1440.")),
        ("sessions.csv", {"number": "2"}, ("number", "Line 2 names the same already.")),
        ("registrations.csv", {"person": "p9"}, ("person", "There is no person “p9”.")),
        (
            "registrations.csv",
            {"workshop": "W9"},
            ("workshop", "There is no workshop “W9” among those that came from files."),
        ),
    ],
)
def test_a_row_that_is_wrong_is_named_with_its_column_and_nothing_is_saved(file, values, fault):
    world = small_world()
    world.rows[file][0] |= values

    found = faults(world)

    named = "memberships.csv" if values == {"closed_on": "2023-05-05"} else file
    line = 3 if values == {"number": "2"} else 2
    assert found == [(named, line, *fault)]


def test_attendance_of_an_unknown_or_a_future_session_is_wrong():
    world = small_world()
    far = (timezone.now() + timedelta(days=30)).date()
    world.rows["workshops.csv"][0]["end"] = str(far)
    world.rows["sessions.csv"][1] |= {"start": f"{far}T11:00", "end": f"{far}T12:00"}
    attend(world, 7, "present")
    attend(world, 2, "present")

    assert faults(world) == [
        ("attendance.csv", 2, "session", "There is no session 7."),
        ("attendance.csv", 3, "session", "Session 2 has not begun yet."),
    ]


def test_two_memberships_that_reach_into_each_other_are_wrong():
    world = small_world()
    world.add("agencies.csv", code="A2", kind="ngo", name_en="Second")
    world.rows["memberships.csv"][0]["to"] = "2025-12-31"
    world.add("memberships.csv", person="p1", agency="A2", **{"from": "2025-06-01"})

    assert faults(world) == [("memberships.csv", 3, "from", "Иванова Анна belongs to another agency on that day.")]


def test_somebody_registered_twice_and_a_mark_above_the_highest_are_wrong():
    twice, marked = small_world(), small_world()
    twice.add("registrations.csv", workshop="W1", person="p1", agency="A1", status="pending")
    marked.add("results.csv", workshop="W1", person="p1", phase="pre", form="A", mark=21, max=20)

    assert faults(twice) == [("registrations.csv", 3, "person", "This person is registered for the workshop already.")]
    assert faults(marked) == [("results.csv", 2, "mark", "The mark is above the highest mark.")]
