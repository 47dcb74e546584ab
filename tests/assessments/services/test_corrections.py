"""Defective questions, marks looked at again, exceptions, second markers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.errors import MarkError, QuestionError, StartError
from assessments.models import Appeal, Attempt, Override, Question
from assessments.services import (
    SectionPlan,
    answer_appeal,
    apply_voiding,
    ask_again,
    attempts_left,
    create_test,
    mark_response,
    remove_override,
    save_response,
    set_override,
    submit_attempt,
    void_version,
)
from assessments.signals import attempt_marked
from audit.models import Event
from core.models import AppendOnlyError
from tests.factories.assessments import make_attempt, make_question, make_test
from tests.factories.people import make_account, make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def person():
    return make_person(agency=make_agency())


@pytest.fixture
def marker():
    return make_account()


@pytest.fixture
def announced():
    heard = []

    def hear(attempt, **_):
        heard.append((attempt.pk, attempt.outcome))

    attempt_marked.connect(hear)
    yield heard
    attempt_marked.disconnect(hear)


def handed_in(person, test, *responses):
    attempt = make_attempt(person, test)
    for position, response in enumerate(responses, start=1):
        save_response(attempt=attempt, position=position, response=response, language="en", counter=1)
    return submit_attempt(attempt=attempt)


class TestVoiding:
    def test_whoever_was_asked_has_the_full_mark_and_the_outcome_rises(self, person, marker, announced):
        good, bad = make_question(), make_question()
        failed = handed_in(person, make_test(good, bad), "B", "A")
        announced.clear()

        voiding = void_version(version=bad.versions.get(), reason="Two options are right.", actor=marker)
        assert apply_voiding(voiding=voiding) == 1
        failed.refresh_from_db()

        assert (failed.mark, failed.outcome) == (200, Attempt.Outcome.PASSED)
        assert failed.items.get(position=2).mark_reason == "the question was found defective"
        assert announced == [(failed.pk, "passed")]
        assert Event.objects.get(action="assessments.attempt_recomputed").before["outcome"] == "failed"

    def test_run_again_it_changes_nothing(self, person, marker):
        question = make_question()
        handed_in(person, make_test(question), "A")
        voiding = void_version(version=question.versions.get(), reason="No.", actor=marker)
        apply_voiding(voiding=voiding)
        events = Event.objects.count()

        assert apply_voiding(voiding=voiding) == 0
        assert Event.objects.count() == events

    def test_nobody_loses_a_mark(self, person, marker):
        question = make_question()
        passed = handed_in(person, make_test(question), "B")

        apply_voiding(voiding=void_version(version=question.versions.get(), reason="No.", actor=marker))
        passed.refresh_from_db()

        assert (passed.mark, passed.outcome) == (100, Attempt.Outcome.PASSED)

    def test_a_void_question_is_asked_no_more_and_gives_full_marks_to_whoever_sits_before_it(self, person, marker):
        question = make_question()
        attempt = make_attempt(person, make_test(question))
        void_version(version=question.versions.get(), reason="No.", actor=marker)

        assert not Question.objects.drawable().exists()
        assert submit_attempt(attempt=attempt).mark == 100

    def test_an_attempt_that_goes_on_is_left_alone_until_it_is_handed_in(self, person, marker):
        question = make_question()
        attempt = make_attempt(person, make_test(question))
        voiding = void_version(version=question.versions.get(), reason="No.", actor=marker)

        assert apply_voiding(voiding=voiding) == 0
        attempt.refresh_from_db()

        assert (attempt.mark, attempt.outcome, attempt.items.get().mark) == (None, Attempt.Outcome.PENDING, None)

    def test_it_needs_a_reason_happens_once_and_stays(self, marker):
        version = make_question().versions.get()
        with pytest.raises(QuestionError, match="what is wrong"):
            void_version(version=version, reason="  ", actor=marker)
        voiding = void_version(version=version, reason="No.", actor=marker)

        assert void_version(version=version, reason="Again.", actor=marker) == voiding
        with pytest.raises(AppendOnlyError):
            voiding.delete()


class TestAppeals:
    @pytest.fixture
    def item(self, person):
        return handed_in(person, make_test(make_question()), "A").items.get()

    def test_a_mark_that_is_raised_raises_the_outcome(self, person, marker, item, announced):
        appeal = ask_again(item=item, reason="Both are right.", person=person)
        answered = answer_appeal(appeal=appeal, answer="You are right.", mark=100, actor=marker)
        item.attempt.refresh_from_db()

        assert (answered.mark_before, answered.mark_after, answered.answered_by) == (0, 100, marker)
        assert item.attempt.outcome == Attempt.Outcome.PASSED
        assert announced == [(item.attempt_id, "passed")]
        assert Event.objects.filter(action__startswith="assessments.appeal").count() == 2

    def test_a_mark_can_stay_but_never_fall(self, person, marker, item):
        appeal = ask_again(item=item, reason="Please.", person=person)
        with pytest.raises(MarkError, match="between 0 and"):
            answer_appeal(appeal=appeal, answer="Less.", mark=-1, actor=marker)

        assert answer_appeal(appeal=appeal, answer="It stays.", actor=marker).mark_after == 0

    def test_asked_and_answered_once(self, person, marker, item):
        appeal = ask_again(item=item, reason="Please.", person=person)
        assert ask_again(item=item, reason="Again.", person=person) == appeal
        answer_appeal(appeal=appeal, answer="No.", actor=marker)

        assert answer_appeal(appeal=appeal, answer="Yes.", mark=100, actor=marker).answer == "No."

    def test_only_the_own_answer_with_a_reason_and_a_mark_that_can_rise(self, person, item):
        with pytest.raises(MarkError, match="Only the person"):
            ask_again(item=item, reason="Mine?", person=make_person(agency=make_agency()))
        with pytest.raises(MarkError, match="Say in a sentence"):
            ask_again(item=item, reason="", person=person)
        full = handed_in(make_person(agency=make_agency()), make_test(make_question()), "B").items.get()
        with pytest.raises(MarkError, match="full mark"):
            ask_again(item=full, reason="More.", person=full.attempt.person)
        assert not Appeal.objects.exists()

    def test_nobody_answers_the_own_appeal(self, item):
        appeal = ask_again(item=item, reason="Please.", person=item.attempt.person)
        with pytest.raises(MarkError, match="of their own"):
            answer_appeal(appeal=appeal, answer="Yes.", mark=100, actor=make_account(person=item.attempt.person))


class TestTwoMarkers:
    @pytest.fixture
    def item(self, person):
        test = make_test(make_question("essay"), second_marker=True)
        return handed_in(person, test, "My answer").items.get()

    def test_the_mark_stands_when_two_agree(self, item):
        first = mark_response(item=item, mark=80, reason="Good.", actor=make_account())
        assert (first.mark, first.attempt.outcome) == (None, "pending")

        second = mark_response(item=item, mark=90, reason="Better.", actor=make_account())

        assert second.mark == 85
        assert Attempt.objects.get().outcome == Attempt.Outcome.PASSED
        assert [each.mark for each in item.markings.all()] == [80, 90]

    def test_a_third_decides_between_two_who_lie_far_apart(self, item):
        for mark, stands in [(20, None), (90, None), (70, 70)]:
            assert mark_response(item=item, mark=mark, reason="So.", actor=make_account()).mark == stands

    def test_nobody_is_the_own_second_marker(self, item, marker):
        mark_response(item=item, mark=80, reason="Good.", actor=marker)
        with pytest.raises(MarkError, match="another marker"):
            mark_response(item=item, mark=90, reason="Better.", actor=marker)


def test_a_section_marked_by_people_waits_for_them(person, marker):
    plan = SectionPlan(questions=[make_question(), make_question()], by_hand=True)
    test = create_test(code="T", title_en="T", purpose="final", sections=[plan], shuffle_questions=False)
    attempt = handed_in(person, test, "B")

    assert (attempt.outcome, [item.mark for item in attempt.items.all()]) == ("pending", [None, 0])
    mark_response(item=attempt.items.get(position=1), mark=100, reason="Right.", actor=marker, rubric={"fact": 100})
    attempt.refresh_from_db()

    assert (attempt.outcome, attempt.mark) == ("failed", 100)


class TestExceptions:
    def test_extra_minutes_hold_for_open_and_later_attempts(self, person, marker):
        test = make_test(make_question(), time_limit_minutes=20)
        attempt = make_attempt(person, test)

        set_override(test=test, person=person, extra_minutes=10, reason="Low vision", actor=marker)
        attempt.refresh_from_db()
        submit_attempt(attempt=attempt)
        later = make_attempt(person, test)

        for each in (attempt, later):
            assert each.deadline_at == each.started_at + timedelta(minutes=30)
        assert Event.objects.get(action="assessments.override_set").after["extra_minutes"] == 10

    def test_fewer_extra_minutes_take_nothing_back(self, person, marker):
        test = make_test(make_question(), time_limit_minutes=20)
        attempt = make_attempt(person, test)
        set_override(test=test, person=person, extra_minutes=10, reason="Low vision", actor=marker)
        set_override(test=test, person=person, extra_minutes=5, reason="Less", actor=marker)
        attempt.refresh_from_db()

        assert attempt.deadline_at == attempt.started_at + timedelta(minutes=30)
        assert Override.objects.get().extra_minutes == 5

    def test_an_exception_of_the_agency_moves_nobody_who_has_an_own_one(self, person, marker):
        test = make_test(make_question(), time_limit_minutes=20)
        agency = person.memberships.current().get().agency
        set_override(test=test, person=person, extra_minutes=5, reason="Own", actor=marker)
        own, other = make_attempt(person, test), make_attempt(make_person(agency=agency), test)

        set_override(test=test, agency=agency, extra_minutes=30, reason="All", actor=marker)
        own.refresh_from_db()
        other.refresh_from_db()

        assert own.deadline_at == own.started_at + timedelta(minutes=25)
        assert other.deadline_at == other.started_at + timedelta(minutes=50)

    def test_a_later_closing_moves_an_attempt_that_the_closing_would_have_ended(self, person, marker):
        now = timezone.now()
        test = make_test(make_question(), time_limit_minutes=60, closes_at=now + timedelta(minutes=10))
        attempt = make_attempt(person, test)

        set_override(test=test, person=person, closes_at=now + timedelta(days=1), reason="Ill", actor=marker)
        attempt.refresh_from_db()

        assert attempt.deadline_at == attempt.started_at + timedelta(minutes=60)

    def test_the_own_exception_outranks_the_one_of_the_agency(self, person, marker):
        test = make_test(make_question(), attempts_limit=1)
        agency = person.memberships.current().get().agency
        set_override(test=test, agency=agency, attempts_limit=2, reason="All", actor=marker)
        attempt = submit_attempt(attempt=make_attempt(person, test))
        assert attempts_left(attempt) == 1
        set_override(test=test, person=person, attempts_limit=4, reason="One", actor=marker)
        assert attempts_left(attempt) == 3

        remove_override(override=Override.objects.get(person=person), actor=marker)
        assert attempts_left(attempt) == 1

    def test_a_closed_test_opens_for_whoever_was_ill(self, person, marker):
        now = timezone.now()
        test = make_test(make_question(), closes_at=now - timedelta(days=1))
        set_override(test=test, person=person, closes_at=now + timedelta(days=1), reason="Ill", actor=marker)

        assert make_attempt(person, test).deadline_at == now + timedelta(days=1)
        with pytest.raises(StartError, match="closed on"):
            make_attempt(make_person(agency=make_agency()), test)

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"extra_minutes": 5, "reason": ""}, "Say why"),
            ({"reason": "Why"}, "what is different"),
            ({"extra_minutes": 5, "reason": "Why", "nobody": True}, "one person or for one agency"),
        ],
    )
    def test_an_exception_says_for_whom_what_and_why(self, person, marker, values, sentence):
        nobody = values.pop("nobody", False)
        with pytest.raises(StartError, match=sentence):
            set_override(test=make_test(make_question()), person=None if nobody else person, actor=marker, **values)
