"""Whoever asked is told of an answer, and those who run cohorts of what waits: once a morning, if they want to."""

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from courses.models import Contribution
from courses.services import complain, hide, put_back, show_again, take_back
from courses.services.discussion_lists import next_morning, plan_waiting_lists
from mail.models import Message
from mail.services import send_message
from people.models import Account
from people.services import managers
from tests.factories.courses import make_enrolment, make_module
from tests.factories.discussion import answer_in, ask_in, make_cohort
from tests.factories.people import make_account

pytestmark = [pytest.mark.django_db]

MINSK = ZoneInfo("Europe/Minsk")
WEDNESDAY, FRIDAY, MONDAY = (datetime(2026, 11, day, 15, tzinfo=MINSK) for day in (4, 6, 9))


def told() -> list[Message]:
    return list(Message.objects.about("discussion:answer").order_by("pk"))


def waiting(morning: str = "") -> list[Message]:
    found = Message.objects.about("discussion:waiting").filter(state=Message.State.PLANNED)
    return [each for each in found.order_by("pk") if morning in each.key]


def written_at(moment: datetime, contributions: Collection[Contribution] = ()) -> None:
    keys = [each.pk for each in contributions]
    found = Contribution.objects.filter(pk__in=keys) if keys else Contribution.objects.all()
    found.update(written_at=moment)


# --- Whoever asked ---------------------------------------------------------------------------------------------------


def test_whoever_asked_is_told_without_the_words_of_the_answer() -> None:
    cohort = make_cohort()
    question = ask_in(cohort, "Who pays for the interpreter?")
    answer_in(question, cohort.facilitator, "The health institution.")

    [message] = told()
    assert (message.recipient, message.kind, message.digest) == (cohort.learners[0].person, "answers", "answers")
    assert message.send_after > timezone.now() + timedelta(minutes=9)
    assert "Who pays for the interpreter?" in message.text
    assert f"/modules/M9/discussion/{question.pk}/" in message.text
    assert "The health institution." not in message.text


def test_nobody_is_told_of_own_words() -> None:
    cohort = make_cohort()
    answer_in(ask_in(cohort), cohort.learners[0])

    assert told() == []


def test_an_answer_that_is_no_longer_shown_is_not_told_until_it_is_shown_again() -> None:
    cohort = make_cohort()
    answer = answer_in(ask_in(cohort), cohort.learners[1])

    states = []
    for change in (take_back, put_back):
        change(contribution=answer, actor=cohort.learners[1])
        states.append(told()[0].state)
    hide(contribution=answer, reason="A name.", actor=cohort.facilitator)
    states.append(told()[0].state)
    show_again(contribution=answer, actor=cohort.facilitator)
    states.append(told()[0].state)

    assert states == ["cancelled", "planned", "cancelled", "planned"]
    assert len(told()) == 1


def test_whoever_does_not_want_to_be_told_is_not() -> None:
    cohort = make_cohort()
    learner = cohort.learners[0]
    answer_in(ask_in(cohort), cohort.facilitator)
    Account.objects.filter(pk=learner.pk).update(muted_messages=["answers"])
    [message] = told()
    Message.objects.filter(pk=message.pk).update(send_after=timezone.now())

    assert send_message(Message.objects.get(pk=message.pk)).state == "cancelled"


# --- Those who run cohorts -------------------------------------------------------------------------------------------


@pytest.mark.db
def test_facilitators_get_one_list_of_a_morning_and_managers_what_nobody_runs() -> None:
    cohort, alone, manager = make_cohort(), make_account(), make_account("manager")
    make_enrolment(alone.person, cohort.module)
    first, second = ask_in(cohort, "One"), ask_in(cohort, "Two")
    complain(contribution=second, reason="Why", actor=cohort.learners[1])
    alone_cohort = type(cohort)(module=cohort.module, learners=[alone])
    third = ask_in(alone_cohort, "Alone")
    written_at(WEDNESDAY - timedelta(hours=1), [first, second, third])

    assert plan_waiting_lists(now=WEDNESDAY) == 2
    assert plan_waiting_lists(now=WEDNESDAY + timedelta(hours=1)) == 2

    lists = {message.recipient: message for message in waiting("20261105")}
    assert set(lists) == {cohort.facilitator.person, manager.person}
    mine = lists[cohort.facilitator.person]
    assert (mine.kind, timezone.localtime(mine.send_after).hour) == ("questions", 8)
    assert mine.text.count("–") == 1
    assert "2 questions without an answer; 1 contribution to look at" in mine.text
    assert "1 question without an answer" in lists[manager.person].text
    assert managers() == [manager.person]


def test_a_list_is_brought_up_to_date_and_goes_when_nothing_waits_any_more() -> None:
    cohort = make_cohort()
    question = ask_in(cohort)
    written_at(WEDNESDAY)
    plan_waiting_lists(now=WEDNESDAY)
    assert len(waiting()) == 1

    answer_in(question, cohort.facilitator)

    assert plan_waiting_lists(now=WEDNESDAY) == 0
    assert waiting() == []


def test_what_is_old_is_told_again_on_mondays_only() -> None:
    cohort = make_cohort()
    ask_in(cohort)
    written_at(WEDNESDAY - timedelta(days=20))

    assert plan_waiting_lists(now=WEDNESDAY) == 0
    assert plan_waiting_lists(now=FRIDAY) == 1
    assert len(waiting("20261109")) == 1


def test_what_came_over_the_weekend_is_told_on_monday_and_what_came_on_monday_on_tuesday() -> None:
    mornings = [timezone.localtime(next_morning(moment)).isoformat()[:16] for moment in (WEDNESDAY, FRIDAY, MONDAY)]
    early = next_morning(WEDNESDAY.replace(hour=7))

    assert mornings == ["2026-11-05T08:00", "2026-11-09T08:00", "2026-11-10T08:00"]
    assert timezone.localtime(early).isoformat()[:16] == "2026-11-04T08:00"


def test_whoever_cannot_sign_in_gets_no_list_and_managers_get_it() -> None:
    cohort, manager = make_cohort(), make_account("manager")
    Account.objects.filter(pk=cohort.facilitator.pk).update(is_active=False)
    ask_in(cohort)
    written_at(WEDNESDAY)

    plan_waiting_lists(now=WEDNESDAY)

    assert [message.recipient for message in waiting()] == [manager.person]


def test_where_nothing_was_ever_asked_nothing_is_planned() -> None:
    make_module(lessons=1)
    make_account("manager")

    assert plan_waiting_lists(now=WEDNESDAY) == 0
    assert waiting() == []
