"""Taking attendance: open, record, sign, correct, rebuild."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from core.models import AppendOnlyError
from people.models import Account, Person
from tests.factories.people import join, make_account, make_agency, make_person
from tests.factories.workshops import make_facilitator, make_session, make_workshop, mark, open_session, register
from workshops.errors import RegisterError, UnrecordedError, WorkshopError
from workshops.models import AttendanceEvent, AttendanceRecord, Registration, Session, SignOff, Workshop
from workshops.services import (
    Captured,
    add_walk_in,
    cancel_workshop,
    change_workshop,
    correct_record,
    mark_all_present,
    open_due_registers,
    open_register,
    rebuild_records,
    record_events,
    sign_off,
    withdraw_registration,
)
from workshops.signals import participation_changed

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    return make_workshop(facilitator=facilitator)


@pytest.fixture
def person(workshop: Workshop) -> Person:
    return register(workshop).person


@pytest.fixture
def session(workshop: Workshop, person: Person) -> Session:
    return open_session(workshop)


@pytest.fixture
def announced() -> Iterator[list[Person]]:
    """People whose participation was announced as changed."""
    heard: list[Person] = []

    def hear(registration_id: int, **_: object) -> None:
        heard.append(Registration.objects.get(pk=registration_id).person)

    participation_changed.connect(hear)
    yield heard
    participation_changed.disconnect(hear)


def state_of(record: AttendanceRecord) -> tuple[str, int, str]:
    return record.status, record.credited_minutes, record.reason


class TestOpening:
    def test_a_register_names_everybody_expected_and_says_nothing_yet(self, workshop, facilitator):
        people = {register(workshop).person_id, register(workshop).person_id}

        session = open_register(session=workshop.sessions.first(), actor=facilitator)

        assert set(session.records.values_list("person", "status")) == {(each, "not_recorded") for each in people}
        assert session.opened_at is not None
        assert Workshop.objects.get().status == "running"

    def test_opening_again_changes_nothing(self, session, workshop):
        again = open_session(workshop)

        assert again.opened_at == session.opened_at
        assert AttendanceRecord.objects.count() == 1
        assert Event.objects.filter(action="workshops.register_opened").count() == 1

    def test_a_draft_has_no_register(self):
        draft = make_workshop(published=False)

        with pytest.raises(WorkshopError, match="Publish the workshop"):
            open_session(draft)

    def test_a_cancelled_workshop_has_no_register(self, workshop):
        cancel_workshop(workshop=workshop, reason="No funds")

        with pytest.raises(WorkshopError):
            open_session(workshop)

    def test_the_clock_opens_registers_of_sessions_that_have_begun(self, workshop, person):
        first, second = workshop.sessions.all()

        with time_machine.travel(first.starts_at, tick=False):
            assert open_due_registers() == 1
            assert open_due_registers() == 0

        assert first.records.count() == 1
        assert second.records.count() == 0


class TestBeforeTheSessionBegins:
    @pytest.fixture(autouse=True)
    def an_hour_before(self, session: Session) -> Iterator[None]:
        with time_machine.travel(session.starts_at - timedelta(hours=1), tick=False):
            yield

    @pytest.mark.parametrize("status", ["present", "late", "left_early", "absent"])
    def test_nobody_was_there_or_stayed_away(self, session, person, facilitator, status):
        event = Captured(uuid.uuid4(), person.pk, status)

        outcome = record_events(session=session, events=[event], actor=facilitator)[0]

        assert outcome.refusal == "The session has not begun: until then the register only notes who is excused."
        assert session.records.get().status == "not_recorded"

    def test_somebody_can_be_excused(self, session, person):
        assert mark(session, person, "excused").status == "excused"

    def test_nobody_is_marked_all_at_once(self, session, facilitator):
        with pytest.raises(RegisterError, match="has not begun"):
            mark_all_present(session=session, actor=facilitator)

    def test_nobody_walks_in(self, session, facilitator):
        with pytest.raises(RegisterError, match="has not begun"):
            add_walk_in(session=session, person=make_person(), agency=make_agency(), actor=facilitator)

        assert session.records.count() == 1

    def test_the_register_is_not_signed(self, session, facilitator):
        with pytest.raises(RegisterError, match="can be signed when the session has begun"):
            sign_off(session=session, actor=facilitator, accept_unrecorded=True)

        assert not SignOff.objects.exists()


class TestWithdrawnBeforeTheSession:
    def withdraw(self, session: Session) -> None:
        registration = session.records.get().registration
        withdraw_registration(registration=registration, at=session.starts_at - timedelta(hours=1))

    def test_an_open_register_no_longer_names_somebody_who_withdrew_before_the_session(self, session, facilitator):
        self.withdraw(session)

        assert mark_all_present(session=session, actor=facilitator) == 0
        assert session.records.count() == 0

    def test_what_was_said_stays_and_nothing_new_is_taken(self, session, person, facilitator):
        mark(session, person, "excused")
        self.withdraw(session)
        event = Captured(uuid.uuid4(), person.pk, "present")

        outcome = record_events(session=session, events=[event], actor=facilitator)[0]
        sign_off(session=session, actor=facilitator)

        assert outcome.refusal == "This person withdrew before the session. Take the person in as a walk-in."
        assert session.records.get().status == "excused"

    def test_somebody_who_came_all_the_same_is_a_walk_in_with_a_registration_that_stands(
        self, session, person, facilitator
    ):
        mark(session, person, "excused")
        agency = session.records.get().agency
        self.withdraw(session)

        record = add_walk_in(session=session, person=person, agency=agency, actor=facilitator)

        assert (record.status, record.registration.state) == ("present", "confirmed")

    def test_whoever_withdrew_before_the_session_was_moved_is_off_the_register_when_it_is_signed(
        self, workshop, session, person, facilitator
    ):
        withdraw_registration(
            registration=session.records.get().registration, at=session.starts_at + timedelta(minutes=10)
        )
        Session.objects.filter(pk=session.pk).update(starts_at=session.starts_at + timedelta(minutes=30))

        assert mark_all_present(session=session, actor=facilitator) == 0
        assert sum(sign_off(session=session, actor=facilitator).counts.values()) == 0


class TestRecording:
    def test_a_mark_decides_and_is_announced(self, session, person, announced):
        record = mark(session, person, "late", minutes=40)

        assert state_of(record) == ("late", 50, "facilitator")
        assert announced == [person]

    def test_what_changes_nothing_is_not_announced(self, session, person, announced):
        mark(session, person)
        mark(session, person, source="qr")

        assert announced == [person]

    def test_the_same_id_twice_is_one_event(self, session, person, facilitator):
        event = Captured(uuid.uuid4(), person.pk, "present")

        outcomes = [record_events(session=session, events=[event], actor=facilitator)[0] for _ in range(2)]

        assert [(each.refusal, each.record.status) for each in outcomes] == [("", "present")] * 2
        assert AttendanceEvent.objects.count() == 1

    def test_the_same_id_for_another_person_is_refused_and_the_first_stands(self, session, workshop, person):
        other = register(workshop).person
        key = uuid.uuid4()
        mark(session, person, "present", id=key)

        outcome = record_events(session=session, events=[Captured(key, other.pk, "absent")], actor=None)[0]

        assert outcome.refusal == "This id belongs to another person or session."
        assert dict(session.records.values_list("person", "status")) == {person.pk: "present", other.pk: "not_recorded"}

    def test_somebody_who_is_not_on_the_register_is_refused_and_logged(self, session, person, facilitator):
        stranger = make_person()
        events = [Captured(uuid.uuid4(), stranger.pk, "present"), Captured(uuid.uuid4(), person.pk, "present")]

        outcomes = record_events(session=session, events=events, actor=facilitator)

        assert [(each.refusal[:13], each.record and each.record.status) for each in outcomes] == [
            ("This person i", None),
            ("", "present"),
        ]
        assert Event.objects.get(action="workshops.attendance_refused").actor == facilitator

    @pytest.mark.parametrize(("status", "minutes"), [("asleep", None), ("", None), ("late", -1), ("late", 1441)])
    def test_what_makes_no_sense_is_refused(self, session, person, status, minutes):
        event = Captured(uuid.uuid4(), person.pk, status, minutes=minutes)

        outcome = record_events(session=session, events=[event], actor=None)[0]

        assert outcome.refusal
        assert not AttendanceEvent.objects.exists()

    def test_replay_in_any_order_gives_the_same_register(self, workshop, facilitator):
        first, second = workshop.sessions.all()
        people = [register(workshop).person for _ in range(3)]
        captured = [
            Captured(uuid.UUID(int=place), people[place % 3].pk, status, source=source, device_time=at, minutes=minutes)
            for place, (status, source, at, minutes) in enumerate(
                (status, source, first.starts_at + timedelta(minutes=minute), minutes)
                for minute, (status, source, minutes) in enumerate(
                    [
                        ("present", "qr", None),
                        ("absent", "facilitator", None),
                        ("late", "facilitator", 30),
                        ("left_early", "facilitator", None),
                        ("present", "online", 20),
                        ("not_recorded", "facilitator", None),
                        ("present", "badge", None),
                        ("excused", "paper", None),
                    ]
                )
            )
        ]
        record_events(session=first, events=captured, actor=facilitator)

        for each in reversed(captured):
            moved = Captured(
                uuid.UUID(int=each.id.int + 1000),
                each.person_id,
                each.status,
                source=each.source,
                device_time=each.device_time,
                minutes=each.minutes,
            )
            record_events(session=second, events=[moved, moved], actor=facilitator)

        def register_of(session):
            return sorted(session.records.values_list("person", "status", "credited_minutes", "reason"))

        assert register_of(first) == register_of(second)
        assert rebuild_records(check=True) == (6, 0)

    def test_events_are_never_changed_or_deleted(self, session, person):
        mark(session, person)

        with pytest.raises(AppendOnlyError):
            AttendanceEvent.objects.get().save()
        with pytest.raises(AppendOnlyError):
            AttendanceEvent.objects.all().delete()

    def test_all_present_leaves_exceptions_alone(self, workshop, facilitator):
        people = [register(workshop).person for _ in range(3)]
        session = open_session(workshop)
        mark(session, people[0], "excused")

        marked = [mark_all_present(session=session, actor=facilitator) for _ in range(2)]

        assert marked == [2, 0]
        assert list(session.records.order_by("person_id").values_list("status", flat=True)) == [
            "excused",
            "present",
            "present",
        ]


class TestWalkIns:
    def test_one_step_makes_person_registration_record_and_mark(self, session, workshop, facilitator):
        agency = make_agency()

        record = add_walk_in(
            session=session, agency=agency, actor=facilitator, family_name="Лявонава", given_name="Алена"
        )

        assert state_of(record) == ("present", 60, "facilitator")
        registration = Registration.objects.get(person=record.person)
        assert (registration.state, registration.source, registration.agency) == ("confirmed", "walk_in", agency)
        assert record.person.memberships.get().agency == agency

    def test_a_second_click_is_the_same_walk_in(self, session, facilitator):
        key = uuid.uuid4()
        wanted = {"family_name": "Лявонава", "given_name": "Алена", "agency": make_agency(), "event_id": key}

        first, second = (add_walk_in(session=session, actor=facilitator, **wanted) for _ in range(2))

        assert first == second
        assert Person.objects.filter(family_name="Лявонава").count() == 1

    def test_a_walk_in_is_expected_from_the_first_session_attended(self, workshop, facilitator):
        third = make_session(workshop, slot=2)
        agency = make_agency()
        for number in (1, 2):
            open_session(workshop, number)

        with time_machine.travel(third.ends_at + timedelta(days=1), tick=False):
            second = workshop.sessions.get(number=2)
            record = add_walk_in(
                session=second, agency=agency, actor=facilitator, family_name="Лис", given_name="Ольга"
            )
            open_session(workshop, 3)

        assert list(record.person.attendance_records.values_list("session__number", "status")) == [
            (2, "present"),
            (3, "not_recorded"),
        ]
        assert record.registration.confirmed_at == second.starts_at

    def test_somebody_who_was_only_nominated_is_confirmed_and_stays_a_nominee(self, session, workshop, facilitator):
        agency = make_agency()
        nominated = Registration.objects.create(
            workshop=workshop,
            person=make_person(agency=agency),
            agency=agency,
            state="nominated",
            source="nomination",
            created_at=workshop.status_at,
        )

        record = add_walk_in(session=session, agency=agency, person=nominated.person, actor=facilitator)

        nominated.refresh_from_db()
        assert (record.registration, nominated.state, nominated.source) == (nominated, "confirmed", "nomination")

    def test_somebody_who_is_on_the_register_is_only_marked(self, session, person, facilitator):
        record = add_walk_in(session=session, agency=make_agency(), person=person, actor=facilitator)

        assert (record.status, record.registration.source) == ("present", "nomination")

    def test_a_signed_register_takes_no_walk_in(self, session, facilitator):
        sign_off(session=session, actor=facilitator, accept_unrecorded=True)

        with pytest.raises(RegisterError, match="nobody can be added"):
            add_walk_in(session=session, agency=make_agency(), actor=facilitator, family_name="Лис", given_name="Ольга")

        assert not Person.objects.filter(family_name="Лис", email="").exists()


class TestSigning:
    def test_what_was_counted_is_kept(self, session, workshop, facilitator, person):
        mark(session, person, "late")

        signed = sign_off(session=session, actor=facilitator)

        assert signed.counts == {
            "present": 0,
            "late": 1,
            "left_early": 0,
            "excused": 0,
            "absent": 0,
            "not_recorded": 0,
        }
        assert (signed.signed_by, Event.objects.get(action="workshops.register_signed").after) == (
            facilitator,
            signed.counts,
        )

    def test_blanks_must_be_meant_and_stay_blank(self, session, facilitator):
        with pytest.raises(UnrecordedError, match="says nothing about 1 person yet"):
            sign_off(session=session, actor=facilitator)
        assert not SignOff.objects.exists()

        sign_off(session=session, actor=facilitator, accept_unrecorded=True)

        assert session.records.get().status == "not_recorded"

    def test_a_register_is_opened_before_it_is_signed(self, workshop, facilitator):
        with pytest.raises(RegisterError, match="Open the register"):
            sign_off(session=workshop.sessions.first(), actor=facilitator)

    def test_a_second_signature_changes_nothing(self, session, person, facilitator):
        mark(session, person)

        assert sign_off(session=session, actor=facilitator) == sign_off(session=session, actor=make_facilitator())

    def test_the_last_register_makes_the_workshop_reconciled(self, workshop, facilitator):
        statuses = []
        for number in (1, 2):
            sign_off(session=open_session(workshop, number), actor=facilitator)
            statuses.append(Workshop.objects.get().status)

        assert statuses == ["running", "reconciled"]

    def test_after_it_new_marks_are_refused_and_replayed_ones_are_not(self, session, person, facilitator):
        known = Captured(uuid.uuid4(), person.pk, "present")
        record_events(session=session, events=[known], actor=facilitator)
        sign_off(session=session, actor=facilitator)

        outcomes = record_events(
            session=session, events=[known, Captured(uuid.uuid4(), person.pk, "absent")], actor=facilitator
        )

        assert [each.refusal for each in outcomes] == ["", "The register is signed. Correct the record and say why."]
        assert session.records.get().status == "present"
        with pytest.raises(RegisterError, match="signed already"):
            mark_all_present(session=session, actor=facilitator)


class TestCorrecting:
    @pytest.fixture
    def record(self, session, person, facilitator) -> AttendanceRecord:
        record = mark(session, person, "absent")
        sign_off(session=session, actor=facilitator)
        return record

    def test_a_correction_says_why_and_is_logged(self, record, facilitator):
        corrected = correct_record(
            record=record, status="late", minutes=40, reason="Was in the next room", actor=facilitator
        )

        assert state_of(corrected) == ("late", 50, "correction")
        assert AttendanceEvent.objects.filter(correction=True).values_list("note", "actor").get() == (
            "Was in the next room",
            facilitator.pk,
        )
        event = Event.objects.get(action="workshops.record_corrected")
        assert (event.before, event.after, event.reason) == (
            {"status": "absent", "minutes": 0},
            {"status": "late", "minutes": 50},
            "Was in the next room",
        )

    def test_a_clock_that_was_ahead_does_not_outlive_the_correction(self, session, person, facilitator):
        mark(session, person, "absent", device_time=datetime(2031, 1, 1, tzinfo=UTC))
        sign_off(session=session, actor=facilitator)

        corrected = correct_record(
            record=session.records.get(), status="present", reason="Clock was wrong", actor=facilitator
        )

        assert corrected.status == "present"

    @pytest.mark.parametrize(
        ("status", "reason", "sentence"),
        [("present", " ", "Say why"), ("not_recorded", "Why", "must say what"), ("asleep", "Why", "Choose one")],
    )
    def test_a_correction_without_reason_or_sense_is_refused(self, record, facilitator, status, reason, sentence):
        with pytest.raises(RegisterError, match=sentence):
            correct_record(record=record, status=status, reason=reason, actor=facilitator)

    def test_before_the_signature_there_is_nothing_to_correct(self, session, person, facilitator):
        record = mark(session, person)

        with pytest.raises(RegisterError, match="not signed yet"):
            correct_record(record=record, status="absent", reason="Why", actor=facilitator)

    def test_after_the_lock_date_only_a_manager_corrects(self, record, workshop, facilitator):
        Workshop.objects.update(lock_on=date(2026, 3, 20))
        manager = make_account("manager")

        with time_machine.travel(datetime(2026, 3, 21, 12, tzinfo=UTC), tick=False):
            with pytest.raises(RegisterError, match="locked"):
                correct_record(record=record, status="present", reason="Why", actor=facilitator)
            assert correct_record(record=record, status="present", reason="Why", actor=manager).status == "present"


def test_a_signed_register_counts_for_the_agency_of_its_day_though_it_was_opened_before_somebody_moved(
    session, person, facilitator
):
    agency = make_agency()
    join(person, agency, since=session.day)
    assert session.records.get().agency != agency

    sign_off(session=session, actor=facilitator, accept_unrecorded=True)

    assert session.records.get().agency == agency


class TestRebuilding:
    def test_a_record_that_was_tampered_with_is_found_and_mended(self, session, person):
        mark(session, person)
        AttendanceRecord.objects.update(status="absent", credited_minutes=0)

        # The record, and what the registration says of it.
        assert rebuild_records(check=True) == (1, 2)
        assert rebuild_records() == (1, 1)
        assert rebuild_records(check=True) == (1, 0)
        assert session.records.get().status == "present"

    def test_what_a_registration_says_wrongly_is_found_and_mended(self, session, person):
        mark(session, person)
        Registration.objects.update(attended=False)

        assert rebuild_records(check=True) == (1, 1)
        assert rebuild_records() == (1, 1)
        assert rebuild_records(check=True) == (1, 0)
        assert Registration.objects.get(person=person).attended

    def test_a_second_registration_that_nobody_noted_is_found_and_noted(self, session, person, workshop):
        first = Registration.objects.get(person=person)
        withdraw_registration(registration=first)
        register(workshop, person, first.agency)
        pair = Registration.objects.filter(person=person, repeated=True)
        assert (pair.count(), rebuild_records(check=True)) == (2, (1, 0))
        pair.update(repeated=False)

        assert rebuild_records(check=True) == (1, 2)
        assert rebuild_records() == (1, 2)
        assert (pair.count(), rebuild_records(check=True)) == (2, (1, 0))

    def test_a_signed_register_is_compared_and_never_rewritten(self, session, person, facilitator):
        mark(session, person)
        sign_off(session=session, actor=facilitator)
        AttendanceRecord.objects.update(status="absent", credited_minutes=0)

        assert rebuild_records() == (1, 2)
        assert rebuild_records(check=True) == (1, 1)
        assert session.records.get().status == "absent"

    @pytest.mark.skipif(not connection.features.has_select_for_update, reason="locks rows only on PostgreSQL")
    @pytest.mark.parametrize("write", ["rebuild", "change"])
    def test_a_session_is_locked_before_its_records_are_decided_anew(self, session, person, workshop, write):
        mark(session, person, "late")

        with CaptureQueriesContext(connection) as queries:
            if write == "rebuild":
                rebuild_records()
            else:
                change_workshop(workshop=workshop, partial_share=50)

        locks = [each["sql"] for each in queries if "FOR NO KEY UPDATE" in each["sql"]]
        assert 'FROM "workshops_session"' in locks[0]

    def test_events_of_people_who_are_on_no_register_are_differences(self, session, person):
        AttendanceEvent.objects.create(
            id=uuid.uuid4(),
            session=session,
            person=make_person(),
            kind="mark",
            source="paper",
            status="present",
            device_time=session.starts_at,
        )

        assert rebuild_records(check=True) == (1, 1)
