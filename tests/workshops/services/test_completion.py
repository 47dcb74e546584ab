"""Where people stand, and who has earned the certificate."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from assessments.errors import StartError
from assessments.models import Category, Test
from assessments.services import create_question, create_test, save_category, save_response, submit_attempt
from audit.models import Event
from people.models import Account
from tests.factories.assessments import make_test
from tests.factories.evaluation import make_form
from tests.factories.workshops import make_facilitator, make_session, make_workshop, mark, open_session, register
from workshops.errors import WorkshopError
from workshops.models import PhaseAttempt, Registration, Workshop
from workshops.services import (
    cancel_workshop,
    change_workshop,
    complete_earned,
    complete_if_earned,
    correct_record,
    open_due_waves,
    postpone_workshop,
    sign_off,
    standings,
    start_phase_test,
    switch_phase_test,
    whom_a_rule_touches,
    withdraw_registration,
)
from workshops.signals import registration_completed

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def facilitator(db: None) -> Account:
    return make_facilitator()


@pytest.fixture
def workshop(facilitator: Account) -> Workshop:
    """Two days, five sessions of an hour, all required."""
    return make_workshop(facilitator=facilitator, sessions=5)


@pytest.fixture
def completed() -> Iterator[list[Registration]]:
    """Registrations whose completion was announced."""
    heard: list[Registration] = []

    def hear(registration: Registration, **_: object) -> None:
        heard.append(registration)

    registration_completed.connect(hear)
    yield heard
    registration_completed.disconnect(hear)


def hold(workshop: Workshop, number: int, facilitator: Account, statuses: dict[Registration, str]) -> None:
    """Open, fill and sign the register of a session."""
    session = open_session(workshop, number)
    for registration, status in statuses.items():
        mark(session, registration.person, status)
    sign_off(session=session, actor=facilitator, accept_unrecorded=True)


def test_whoever_has_eighty_per_cent_of_all_minutes_is_completed_with_the_last_signature(
    workshop, facilitator, completed
):
    enough, too_little = register(workshop), register(workshop)
    for number in range(1, 5):
        hold(workshop, number, facilitator, {enough: "present", too_little: "absent" if number < 3 else "present"})
    assert completed == []

    hold(workshop, 5, facilitator, {enough: "absent", too_little: "present"})

    assert completed == [enough]
    enough.refresh_from_db()
    too_little.refresh_from_db()
    assert enough.completion == {
        "sessions": [4, 5],
        "credited_minutes": 240,
        "planned_minutes": 300,
        "share": 0.8,
        "threshold": 80,
        "test_required": False,
        "pass_mark": 75,
        "mark": None,
        "max_mark": None,
    }
    assert (too_little.completed_at, too_little.completion) == (None, None)
    assert Event.objects.get(action="workshops.completed").subject == enough.person


def test_a_walk_in_at_the_last_session_completes_nothing(workshop, facilitator, completed):
    for number in range(1, 5):
        hold(workshop, number, facilitator, {})
    last = workshop.sessions.get(number=5)

    hold(workshop, 5, facilitator, {register(workshop, at=last.starts_at): "present"})

    assert completed == []


def test_optional_sessions_and_other_tracks_are_not_waited_for(facilitator, completed):
    workshop = make_workshop(facilitator=facilitator, sessions=1)
    make_session(workshop, slot=1, track="doctors")
    make_session(workshop, slot=1, track="lawyers")
    make_session(workshop, slot=2, required=False)
    doctor = register(workshop, track="doctors")

    hold(workshop, 1, facilitator, {doctor: "present"})
    hold(workshop, 2, facilitator, {doctor: "present"})

    assert completed == [doctor]


def test_completion_happens_once_and_outlives_a_changed_rule(workshop, facilitator, completed):
    person = register(workshop)
    for number in range(1, 6):
        hold(workshop, number, facilitator, {person: "present"})
    person.refresh_from_db()
    moment = person.completed_at

    change_workshop(workshop=workshop, threshold=100)
    assert complete_if_earned(registration=person) is False
    assert complete_earned() == 0
    correct_record(record=person.records.first(), status="absent", reason="Was somebody else", actor=facilitator)

    person.refresh_from_db()
    assert person.completed_at == moment
    assert completed == [person]


def test_a_correction_that_brings_the_minutes_completes(workshop, facilitator, completed):
    person = register(workshop)
    for number in range(1, 6):
        hold(workshop, number, facilitator, {person: "absent" if number < 3 else "present"})
    assert completed == []

    correct_record(record=person.records.first(), status="present", reason="Paper register", actor=facilitator)

    assert completed == [person]


def test_somebody_who_withdrew_after_attending_enough_keeps_it(workshop, facilitator, completed):
    person = register(workshop)
    for number in range(1, 5):
        hold(workshop, number, facilitator, {person: "present"})
    withdraw_registration(registration=person, at=workshop.sessions.get(number=5).starts_at)

    hold(workshop, 5, facilitator, {})

    assert completed == [person]


def test_somebody_who_withdrew_and_came_back_completes_once_with_the_registration_that_stands(
    workshop, facilitator, completed
):
    first = register(workshop)
    hold(workshop, 1, facilitator, {first: "present"})
    withdraw_registration(registration=first, at=workshop.sessions.get(number=1).ends_at)
    second = register(workshop, first.person, first.agency)
    for number in range(2, 6):
        hold(workshop, number, facilitator, {second: "present"})

    assert completed == [second]
    assert complete_if_earned(registration=first) is False
    second.refresh_from_db()
    assert second.completion["credited_minutes"] == 300
    with pytest.raises(IntegrityError, match=r"(?i)unique"), transaction.atomic():
        Registration.objects.filter(pk=first.pk).update(completed_at=second.completed_at, completion={})


def test_nobody_completes_a_cancelled_workshop(workshop, facilitator, completed):
    person = register(workshop)
    for number in range(1, 5):
        hold(workshop, number, facilitator, {person: "present"})
    cancel_workshop(workshop=workshop, reason="The last day falls out")

    assert complete_if_earned(registration=person) is False


def test_what_was_missed_by_an_accident_is_noticed_later(workshop, facilitator):
    person = register(workshop)
    for number in range(1, 6):
        hold(workshop, number, facilitator, {person: "present"})
    Registration.objects.update(completed_at=None, completion=None)

    assert (complete_earned(), complete_earned()) == (1, 0)


class TestStandings:
    def test_held_expected_and_open_sessions_make_three_shares(self, workshop, facilitator):
        first, second, *_rest = workshop.sessions.all()
        early, late = register(workshop), register(workshop, at=second.starts_at)
        hold(workshop, 1, facilitator, {early: "late"})
        hold(workshop, 2, facilitator, {early: "present", late: "present"})

        with time_machine.travel(second.ends_at, tick=False):
            found = standings(workshop, [early, late])

        assert [(each.so_far, each.of_planned, each.of_all, each.can_reach(80)) for each in found.values()] == [
            (108 / 120, 108 / 300, 108 / 300, True),
            (1, 60 / 240, 60 / 300, True),
        ]
        assert first.number == 1

    def test_whoever_missed_too_much_can_no_longer_reach_it(self, workshop, facilitator):
        person = register(workshop)
        for number in (1, 2):
            hold(workshop, number, facilitator, {person: "excused"})

        assert standings(workshop, [person])[person.pk].can_reach(80) is False

    def test_somebody_who_was_never_confirmed_stands_nowhere(self, workshop):
        registration = register(workshop)
        Registration.objects.update(state="nominated", confirmed_at=None)
        registration.refresh_from_db()

        standing = standings(workshop, [registration])[registration.pk]

        assert (standing.so_far, standing.can_reach(80)) == (None, False)

    @pytest.mark.parametrize("people", [1, 3])
    def test_costs_two_queries_however_many_people(self, workshop, django_assert_num_queries, people):
        registrations = [register(workshop) for _ in range(people)]
        open_session(workshop)

        with django_assert_num_queries(2):
            standings(workshop, registrations)


class TestWithATest:
    @pytest.fixture
    def test(self, db: None) -> Test:
        category = save_category(category=Category(slug="c", name="C"))
        questions = [
            create_question(
                code=f"Q{number}",
                category=category,
                type="true_false",
                structure={"answer": True},
                texts={"en": {"stem": f"Is {number} a number?", "rationales": {}, "feedback": ""}},
                status="published",
            )
            for number in range(1, 5)
        ]
        return create_test(
            code="T", title_en="Test", purpose="pre_post", questions={"A": questions[:2], "B": questions[2:]}
        )

    @pytest.fixture
    def workshop(self, facilitator: Account, test: Test) -> Workshop:
        return make_workshop(facilitator=facilitator, sessions=1, test=test, test_required=True)

    def answer(self, registration: Registration, phase: str, *answers: bool) -> None:
        attempt = start_phase_test(registration=registration, phase=phase, language="en")
        for position, value in enumerate(answers, start=1):
            save_response(attempt=attempt, position=position, response=value, language="en", counter=1)
        submit_attempt(attempt=attempt)

    def test_half_takes_form_a_first_and_the_second_phase_always_gets_the_other(self, workshop, facilitator):
        people = [register(workshop) for _ in range(5)]
        late = register(workshop)
        for each in people:
            self.answer(each, "pre", True, False)
        open_session(workshop)
        for each in [late, *people]:
            each.workshop.refresh_from_db()
            self.answer(each, "post", True, True)

        forms = {
            phase: dict(PhaseAttempt.objects.filter(phase=phase).values_list("registration", "attempt__form"))
            for phase in ("pre", "post")
        }
        assert [forms["pre"][each.pk] for each in people] == ["A", "B", "A", "B", "A"]
        assert [forms["post"][each.pk] for each in people] == ["B", "A", "B", "A", "B"]
        assert forms["post"][late.pk] == "A"  # B before and A after, had the person come in time

    def test_somebody_who_takes_a_phase_again_gets_the_same_form(self, workshop):
        first, second = register(workshop), register(workshop)
        for each in (first, second, second):
            self.answer(each, "pre", True, False)

        found = PhaseAttempt.objects.filter(registration=second).values_list("attempt__form", flat=True)
        assert list(found) == ["B", "B"]

    def test_a_test_of_one_form_has_no_order(self, facilitator):
        workshop = make_workshop(facilitator=facilitator, sessions=1, test=make_test())
        start_phase_test(registration=register(workshop), phase="pre", language="en")

        assert PhaseAttempt.objects.get().attempt.form == ""

    def test_buttons_open_and_close_and_who_has_begun_can_finish(self, workshop, facilitator):
        early, late = register(workshop), register(workshop)
        begun = start_phase_test(registration=early, phase="pre", language="en")

        switch_phase_test(workshop=workshop, phase="pre", opened=False, actor=facilitator)
        closed = switch_phase_test(workshop=workshop, phase="pre", opened=False, actor=facilitator)
        for each in (early, late):
            each.workshop.refresh_from_db()
        assert start_phase_test(registration=early, phase="pre", language="en") == begun
        with pytest.raises(WorkshopError, match="test before is closed"):
            start_phase_test(registration=late, phase="pre", language="en")

        switch_phase_test(workshop=workshop, phase="pre", opened=True, actor=facilitator)
        switch_phase_test(workshop=workshop, phase="post", opened=True, actor=facilitator)
        late.workshop.refresh_from_db()
        assert start_phase_test(registration=late, phase="pre", language="en").phase == "pre"
        assert start_phase_test(registration=late, phase="post", language="en").phase == "post"
        open_session(workshop)
        late.workshop.refresh_from_db()
        assert (late.workshop.offers_test("pre"), late.workshop.offers_test("post")) == (True, True)
        assert closed.pre_closed_at is not None
        assert Event.objects.filter(action="workshops.test_closed").count() == 1

    @pytest.mark.parametrize("stop", [postpone_workshop, cancel_workshop])
    def test_a_workshop_that_is_stopped_offers_no_test(self, workshop, facilitator, stop):
        registration = register(workshop)
        stop(workshop=workshop, reason="Flood", actor=facilitator)
        registration.workshop.refresh_from_db()

        for phase in ("pre", "post"):
            assert not registration.workshop.offers_test(phase)
            with pytest.raises(WorkshopError, match="not take place as planned"):
                start_phase_test(registration=registration, phase=phase, language="en")
            with pytest.raises(WorkshopError, match="not take place as planned"):
                switch_phase_test(workshop=workshop, phase=phase, opened=True, actor=facilitator)

    def test_the_first_takes_form_a_before_and_form_b_after(self, workshop, facilitator):
        registration = register(workshop)
        start_phase_test(registration=registration, phase="pre", language="en")
        open_session(workshop)
        registration.workshop.refresh_from_db()
        again = start_phase_test(registration=registration, phase="pre", language="en")
        submit_attempt(attempt=again)

        start_phase_test(registration=registration, phase="post", language="en")

        assert list(
            PhaseAttempt.objects.order_by("pk").values_list("phase", "attempt__phase", "attempt__form", "registration")
        ) == [("pre", "pre", "A", registration.pk), ("post", "post", "B", registration.pk)]

    def test_the_test_before_is_not_begun_once_the_workshop_has(self, workshop, facilitator):
        registration = register(workshop)
        open_session(workshop)
        registration.workshop.refresh_from_db()

        with pytest.raises(WorkshopError, match="closes when the workshop begins"):
            start_phase_test(registration=registration, phase="pre", language="en")

    def test_the_same_test_in_another_workshop_is_another_occasion(self, workshop, facilitator, test):
        Test.objects.filter(pk=test.pk).update(attempts_limit=1)
        here = register(workshop)
        there = register(make_workshop(sessions=1, test=test), here.person, here.agency)
        open_here = start_phase_test(registration=here, phase="pre", language="en")

        open_there = start_phase_test(registration=there, phase="pre", language="en")

        open_here.refresh_from_db()
        assert (open_there.number, open_there == open_here, open_here.submitted_at is None) == (2, False, False)
        with pytest.raises(StartError, match="taken"):
            start_phase_test(registration=here, phase="pre", language="en")
        assert start_phase_test(registration=there, phase="pre", language="en") == open_there

    def test_the_test_that_is_passed_last_completes(self, workshop, facilitator, completed):
        registration = register(workshop)
        hold(workshop, 1, facilitator, {registration: "present"})
        registration.refresh_from_db()
        assert completed == []

        self.answer(registration, "post", True, False)
        assert completed == []
        self.answer(registration, "post", True, True)

        assert completed == [registration]
        registration.refresh_from_db()
        assert (registration.completion["mark"], registration.completion["max_mark"]) == (200, 200)

    def test_a_test_passed_before_the_signature_counts_at_the_signature(self, workshop, facilitator, completed):
        registration = register(workshop)
        open_session(workshop)
        registration.workshop.refresh_from_db()
        self.answer(registration, "post", True, True)
        self.answer(registration, "post", False, False)

        hold(workshop, 1, facilitator, {registration: "present"})

        assert completed == [registration]

    def test_the_test_before_does_not_count(self, workshop, facilitator, completed):
        registration = register(workshop)
        self.answer(registration, "pre", True, True)

        hold(workshop, 1, facilitator, {registration: "present"})

        assert completed == []

    def test_only_confirmed_participants_take_it_and_the_one_after_only_when_the_workshop_runs(self, workshop):
        registration = register(workshop)
        with pytest.raises(WorkshopError, match="opens when the workshop has begun"):
            start_phase_test(registration=registration, phase="post", language="en")

        withdrawn = withdraw_registration(registration=registration)
        with pytest.raises(WorkshopError, match="for confirmed participants"):
            start_phase_test(registration=withdrawn, phase="pre", language="en")

    def test_a_workshop_without_a_test_has_none(self):
        with pytest.raises(WorkshopError, match="has no test"):
            start_phase_test(registration=register(make_workshop()), phase="pre", language="en")


def test_moments_can_be_given_for_workshops_of_the_past(workshop, facilitator):
    person = register(workshop)
    at = datetime(2026, 3, 12, tzinfo=UTC) + timedelta(hours=9)
    for number in range(1, 6):
        session = open_session(workshop, number)
        mark(session, person.person)
        signed = sign_off(session=session, actor=facilitator, at=at)

    person.refresh_from_db()
    assert (person.completed_at, signed.signed_at) == (at, at)


class TestOtherConditions:
    def test_each_day(self, facilitator, completed):
        workshop = make_workshop(facilitator=facilitator, sessions=4, threshold=50, each_day=True)
        both, first = register(workshop), register(workshop)
        for number in range(1, 5):
            there = {1: (True, True), 2: (False, True), 3: (True, False), 4: (False, False)}[number]
            statuses = {who: "present" if came else "absent" for who, came in zip((both, first), there, strict=True)}
            hold(workshop, number, facilitator, statuses)

        assert completed == [both]
        both.refresh_from_db()
        assert both.completion["days"] == {"2026-03-09": True, "2026-03-10": True}

    def test_being_asked_for_an_evaluation_is_waited_for_and_an_answer_is_not(
        self, facilitator, completed, time_machine
    ):
        make_form()
        workshop = make_workshop(facilitator=facilitator, sessions=1, evaluation_invited=True)
        person = register(workshop)
        hold(workshop, 1, facilitator, {person: "present"})
        assert completed == []

        time_machine.move_to("2026-03-10T09:00:00Z")
        open_due_waves()

        assert completed == [person]
        person.refresh_from_db()
        assert person.completion["invited"] is True

    def test_a_changed_rule_names_whom_it_touches_and_completes_them(self, workshop, facilitator, completed):
        most, half, none = register(workshop), register(workshop), register(workshop)
        for number in range(1, 6):
            hold(
                workshop,
                number,
                facilitator,
                {most: "present", half: "present" if number > 2 else "absent", none: "absent"},
            )
        assert completed == [most]

        change = whom_a_rule_touches(workshop=workshop, rule=replace(workshop.rule, threshold=60))

        assert (change.gain, change.lose, change.kept) == ([half], [], 1)
        assert completed == [most]
        change_workshop(workshop=workshop, threshold=60)
        assert completed == [most, half]

    def test_a_stricter_rule_names_who_would_no_longer_meet_it(self, workshop, facilitator):
        person = register(workshop)
        for number in range(1, 5):
            hold(workshop, number, facilitator, {person: "present"})

        change = whom_a_rule_touches(workshop=workshop, rule=replace(workshop.rule, threshold=100))

        assert (change.gain, change.lose, change.kept) == ([], [person], 0)
