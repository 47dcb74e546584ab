"""Logs of online meetings: kept, matched, applied to a register."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Event
from people.models import Account, Person
from tests.factories.people import make_agency, make_person
from tests.factories.workshops import make_facilitator, make_workshop, mark, open_session, register
from workshops.errors import RegisterError
from workshops.meetinglogs import Entry
from workshops.models import AttendanceEvent, OnlineLog, OnlineName, Registration, Session, Workshop
from workshops.services import (
    AppliedLog,
    apply_log,
    decide_names,
    keep_log,
    log_entries,
    no_longer_online,
    rebuild_records,
    sign_off,
    who_was_online,
)

pytestmark = [pytest.mark.django_db, pytest.mark.db]

# The first session begins at 09:00 and ends at 10:30 in Minsk.
START = datetime(2026, 3, 9, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _afterwards(time_machine) -> None:
    time_machine.move_to(START + timedelta(hours=5))


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    return make_workshop(facilitator=facilitator, minutes=90, sessions=1)


@pytest.fixture
def session(workshop: Workshop) -> Session:
    return workshop.sessions.get(number=1)


def named(workshop: Workshop, family_name: str, given_name: str, **fields: object) -> Registration:
    """Register a person of this name."""
    person = make_person(family_name=family_name, given_name=given_name, **fields)
    return register(workshop, person, make_agency())


def row(line: int, name: str, since: int, until: int, email: str = "") -> Entry:
    """Somebody from one minute of the session to another."""
    return Entry(line, name, email, START + timedelta(minutes=since), START + timedelta(minutes=until))


def kept(session: Session, *rows: Entry, actor: Account, sha256: str = "a" * 64) -> OnlineLog:
    return keep_log(session=session, name="zoom.csv", sha256=sha256, entries=rows, actor=actor)


def minutes_of(session: Session) -> dict[Person, tuple[str, int, str]]:
    records = session.records.select_related("person")
    return {each.person: (each.status, each.credited_minutes, each.reason) for each in records}


def summary(applied: AppliedLog) -> tuple[int, int, int, int]:
    return applied.recorded, applied.unchanged, applied.outside, len(applied.refusals)


class TestKeeping:
    def test_a_log_is_kept_with_all_its_rows(self, session, facilitator):
        rows = [row(2, "Anna", 0, 60), Entry(3, "Piotr", problem="joined", said="soon")]

        log = kept(session, *rows, actor=facilitator)

        assert log_entries(OnlineLog.objects.get(pk=log.pk)) == rows
        assert not AttendanceEvent.objects.exists()

    def test_the_same_file_is_the_same_log_read_anew(self, session, facilitator):
        first = kept(session, row(2, "Anna", 0, 60), actor=facilitator)

        again = kept(session, row(2, "Anna", 30, 60), actor=facilitator)

        assert again.pk == first.pk
        assert log_entries(again) == [row(2, "Anna", 30, 60)]
        assert Event.objects.filter(action="workshops.online_log_read_anew").count() == 1

    def test_a_log_without_a_row_that_can_be_used_is_refused(self, session, facilitator):
        with pytest.raises(RegisterError, match="No row of this log"):
            kept(session, Entry(2, "Anna", problem="joined"), actor=facilitator)
        assert not OnlineLog.objects.exists()


class TestWhoIsWho:
    def test_an_address_a_name_a_facilitator_and_a_stranger(self, workshop, session, facilitator):
        anna = named(workshop, "Кавалёва", "Анна", email="anna@example.org")
        piotr = named(workshop, "Новік", "Пётр")
        staff = facilitator.person
        log = kept(
            session,
            row(2, "iPhone", 0, 10, email="anna@example.org"),
            row(3, "Петр НОВИК (Минск)", 0, 10),
            row(4, f"{staff.given_name} {staff.family_name}", 0, 10, email=staff.email),
            row(5, "Galaxy A52", 0, 10),
            row(6, "iPhone", 20, 30, email="anna@example.org"),
            actor=facilitator,
        )

        seen = who_was_online(log)

        assert [(each.key, each.registration, each.nobody, each.open, each.minutes) for each in seen] == [
            ("anna@example.org", anna, False, False, 20),
            ("петр новик (минск)", piotr, False, False, 10),
            (staff.email, None, True, False, 10),
            ("galaxy a52", None, False, True, 10),
        ]

    def test_two_people_of_one_name_are_for_somebody_to_choose(self, workshop, session, facilitator):
        namesakes = {named(workshop, "Новік", "Пётр"), named(workshop, "Новік", "Пётр")}
        log = kept(session, row(2, "Пётр Новік", 0, 90), actor=facilitator)

        (seen,) = who_was_online(log)

        assert (seen.open, set(seen.choices)) == (True, namesakes)
        assert summary(apply_log(log=log, actor=facilitator)) == (0, 0, 0, 0)

    def test_a_decision_counts_for_all_logs_of_the_workshop_and_can_be_taken_back(self, workshop, session, facilitator):
        anna = named(workshop, "Кавалёва", "Анна")
        log = kept(session, row(2, "iPhone", 0, 90), row(3, "Bot", 0, 90), actor=facilitator)
        decide_names(
            workshop=workshop,
            decisions={"iphone": anna.person.public_code, "bot": "nobody"},
            actor=facilitator,
        )
        other = kept(session, row(2, "IPHONE", 5, 90), actor=facilitator, sha256="b" * 64)

        assert [each.registration for each in (*who_was_online(log), *who_was_online(other))] == [anna, None, anna]
        assert [each.open for each in who_was_online(log)] == [False, False]

        decide_names(workshop=workshop, decisions={"iphone": ""}, actor=facilitator)

        assert [each.open for each in who_was_online(log)] == [True, False]
        assert OnlineName.objects.count() == 1

    def test_somebody_who_has_no_place_cannot_be_chosen(self, workshop, session, facilitator):
        stranger = make_person()

        with pytest.raises(RegisterError, match="one of the participants"):
            decide_names(workshop=workshop, decisions={"x": stranger.public_code}, actor=facilitator)
        assert not OnlineName.objects.exists()

    @pytest.mark.parametrize("names", [1, 3])
    def test_it_costs_the_same_however_many_names(
        self, workshop, session, facilitator, names, django_assert_num_queries
    ):
        rows = []
        for number in range(names):
            one = named(workshop, f"Family{number}", "Given")
            decide_names(workshop=workshop, decisions={f"phone {number}": one.person.public_code}, actor=facilitator)
            rows.append(row(number + 2, f"Phone {number}", 0, 10))
        log = OnlineLog.objects.select_related("session__workshop").get(pk=kept(session, *rows, actor=facilitator).pk)

        # names decided, participants, facilitators
        with django_assert_num_queries(3):
            who_was_online(log)


class TestApplying:
    def test_minutes_are_the_union_of_all_devices_within_the_session(self, workshop, session, facilitator):
        anna = named(workshop, "Кавалёва", "Анна", email="anna@example.org")
        log = kept(
            session,
            row(2, "Анна Кавалёва", -20, 30),
            row(3, "iPhone", 20, 40, email="anna@example.org"),
            row(4, "Анна Кавалёва", 80, 200),
            actor=facilitator,
        )

        assert summary(apply_log(log=log, actor=facilitator)) == (1, 0, 0, 0)
        assert minutes_of(session) == {anna.person: ("present", 50, "online")}
        event = AttendanceEvent.objects.get()
        assert (event.kind, event.source, event.minutes, event.actor) == ("import", "online", 50, facilitator)

    def test_applied_again_it_says_nothing_new(self, workshop, session, facilitator):
        named(workshop, "Кавалёва", "Анна")
        log = kept(session, row(2, "Анна Кавалёва", 0, 90), actor=facilitator)
        apply_log(log=log, actor=facilitator)

        assert summary(apply_log(log=log, actor=facilitator)) == (0, 1, 0, 0)
        assert AttendanceEvent.objects.count() == 1

    def test_a_further_log_of_the_session_adds_to_the_first(self, workshop, session, facilitator):
        anna = named(workshop, "Кавалёва", "Анна")
        first = kept(session, row(2, "Анна Кавалёва", 0, 50), actor=facilitator)
        second = kept(session, row(2, "Анна Кавалёва", 40, 70), actor=facilitator, sha256="b" * 64)
        apply_log(log=first, actor=facilitator)
        apply_log(log=second, actor=facilitator)

        assert minutes_of(session) == {anna.person: ("present", 70, "online")}
        assert summary(apply_log(log=first, actor=facilitator)) == (0, 1, 0, 0)

    def test_a_log_read_anew_corrects_what_it_said_and_back_again(self, workshop, session, facilitator):
        anna = named(workshop, "Кавалёва", "Анна")
        for since, minutes in [(0, 90), (60, 30), (0, 90)]:
            apply_log(log=kept(session, row(2, "Анна Кавалёва", since, 90), actor=facilitator), actor=facilitator)

            assert minutes_of(session) == {anna.person: ("present", minutes, "online")}

    def test_a_scan_or_a_mark_outweighs_it(self, workshop, session, facilitator):
        anna = named(workshop, "Кавалёва", "Анна")
        mark(open_session(workshop), anna.person, "absent")

        apply_log(log=kept(session, row(2, "Анна Кавалёва", 0, 90), actor=facilitator), actor=facilitator)

        assert minutes_of(session) == {anna.person: ("absent", 0, "facilitator")}

    def test_who_was_online_only_outside_the_session_is_not_recorded(self, workshop, session, facilitator):
        anna = named(workshop, "Кавалёва", "Анна")
        log = kept(session, row(2, "Анна Кавалёва", 90, 120), actor=facilitator)
        open_session(workshop)

        assert summary(apply_log(log=log, actor=facilitator)) == (0, 0, 1, 0)
        assert minutes_of(session) == {anna.person: ("not_recorded", 0, "")}

    def test_who_is_not_on_the_register_is_refused_and_the_others_are_recorded(self, workshop, session, facilitator):
        anna = named(workshop, "Кавалёва", "Анна")
        late = register(
            workshop, make_person(family_name="Late", given_name="Larry"), make_agency(), at=START + timedelta(hours=3)
        )
        log = kept(session, row(2, "Анна Кавалёва", 0, 90), row(3, "Larry Late", 0, 90), actor=facilitator)

        applied = apply_log(log=log, actor=facilitator)

        assert summary(applied) == (1, 0, 0, 1)
        assert [person for person, _why in applied.refusals] == [late.person]
        assert set(minutes_of(session)) == {anna.person}

    def test_a_signed_register_takes_no_log(self, workshop, session, facilitator):
        named(workshop, "Кавалёва", "Анна")
        log = kept(session, row(2, "Анна Кавалёва", 0, 90), actor=facilitator)
        sign_off(session=open_session(workshop), actor=facilitator, accept_unrecorded=True)

        with pytest.raises(RegisterError, match="The register is signed"):
            apply_log(log=log, actor=facilitator)

    def test_who_was_counted_by_mistake_is_named_for_the_register_to_say(self, workshop, session, facilitator):
        anna, piotr = named(workshop, "Кавалёва", "Анна"), named(workshop, "Новік", "Пётр")
        log = kept(session, row(2, "iPhone", 0, 90), actor=facilitator)
        for person in (anna.person, piotr.person):
            decide_names(workshop=workshop, decisions={"iphone": person.public_code}, actor=facilitator)
            apply_log(log=log, actor=facilitator)

        assert no_longer_online(log) == [anna.person]
        mark(session, anna.person, "absent")
        assert no_longer_online(log) == []

    def test_records_are_what_their_events_amount_to(self, workshop, session, facilitator):
        named(workshop, "Кавалёва", "Анна")
        apply_log(log=kept(session, row(2, "Анна Кавалёва", 10, 60), actor=facilitator), actor=facilitator)

        assert rebuild_records(check=True) == (1, 0)


STAYS = st.lists(st.tuples(st.integers(-30, 100), st.integers(0, 60)), min_size=1, max_size=6)


def rows_of(stays: Iterable[tuple[int, int]]) -> list[Entry]:
    return [row(line, "Анна Кавалёва", since, since + long) for line, (since, long) in enumerate(stays, start=2)]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), stays=STAYS)
def test_the_order_of_rows_and_how_they_lie_in_files_makes_no_difference(workshop, session, facilitator, data, stays):
    if not session.records.exists():
        named(workshop, "Кавалёва", "Анна")
        open_session(workshop)
    shuffled = data.draw(st.permutations(stays))
    cut = data.draw(st.integers(0, len(stays)))
    parts = [part for part in (shuffled[:cut], shuffled[cut:]) if part]
    OnlineLog.objects.all().delete()

    for number, part in enumerate(parts):
        log = kept(session, *rows_of(part), actor=facilitator, sha256=str(number) * 64)
        apply_log(log=log, actor=facilitator)

    there = {minute for since, long in stays for minute in range(max(since, 0), min(since + long, 90))}
    latest = AttendanceEvent.objects.order_by("server_time", "device_time").last()
    said = latest.minutes if latest else 0
    assert there == set() or said == len(there) <= 90
