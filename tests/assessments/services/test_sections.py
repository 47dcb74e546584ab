"""Tests of several sections: what is asked, in which order, on which page, under which rules."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.errors import AnswerError, ClosedError, QuestionError, StartError
from assessments.models import Category, Objective, Question, QuestionTag
from assessments.services import (
    Answer,
    SectionPlan,
    attempts_left,
    change_test,
    check_item,
    create_test,
    flag_item,
    save_category,
    save_responses,
    submit_attempt,
    supply_of,
    turn_page,
)
from tests.factories.assessments import make_attempt, make_category, make_question, make_test
from tests.factories.people import make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def person():
    return make_person(agency=make_agency())


def codes_of(attempt) -> list[str]:
    return [item.version.question.code for item in attempt.items.select_related("version__question")]


def make(*sections: SectionPlan, **rules):
    return create_test(code="T", title_en="T", purpose="final", sections=sections, shuffle_questions=False, **rules)


def test_a_section_draws_from_a_category_with_what_lies_in_it(person) -> None:
    law = make_category("law")
    treaties = save_category(category=Category(slug="treaties", name="Treaties", parent=law))
    inside = {make_question(category=law).code, make_question(category=treaties).code}
    make_question(category=make_category("cost"))
    test = make(SectionPlan(draw=2, category=law))

    assert set(codes_of(make_attempt(person, test))) == inside


def test_a_section_draws_by_tag_and_objective(person) -> None:
    tag, objective = QuestionTag.objects.create(name="border"), Objective.objects.create(code="O1", text_en="Can")
    wanted = make_question(objective=objective)
    wanted.tags.add(tag)
    make_question(objective=objective)
    make_question().tags.add(tag)
    test = make(SectionPlan(draw=1, tag=tag, objective=objective))

    assert codes_of(make_attempt(person, test)) == [wanted.code]


def test_what_a_section_names_is_not_drawn_again(person) -> None:
    named, other = make_question(), make_question()
    test = make(SectionPlan(questions=[named]), SectionPlan(draw=1, category=make_category()))

    assert codes_of(make_attempt(person, test)) == [named.code, other.code]


def test_a_section_that_wants_more_than_there_is_says_how_many_there_are() -> None:
    make_question()

    with pytest.raises(QuestionError, match="wants 2 questions, and only 1 may be shown"):
        make(SectionPlan(draw=2, category=make_category()))


def test_a_test_that_ran_out_of_questions_says_so(person) -> None:
    make_question(), make_question()
    test = make(SectionPlan(draw=2, category=make_category()))
    Question.objects.filter(code="Q1").update(status="retired")

    with pytest.raises(StartError, match="too few questions"):
        make_attempt(person, test)


@pytest.mark.parametrize(("days", "asked"), [(0, 1), (-1, 0)])
def test_a_question_overdue_for_review_is_not_drawn(days, asked) -> None:
    make_question(review_on=timezone.localdate() + timedelta(days=days))

    assert Question.objects.drawable().count() == asked


def test_the_supply_names_the_objectives(person) -> None:
    objective = Objective.objects.create(code="O1", text_en="Can")
    make_question(objective=objective), make_question(objective=objective), make_question()
    test = make(SectionPlan(draw=2, category=make_category()))

    (supply,) = supply_of(test)

    assert (supply.wanted, supply.available) == (2, 3)
    assert supply.by_objective == ((None, 1), (objective, 2))


def test_questions_that_a_test_may_draw_are_not_for_practice() -> None:
    kept, free = make_question(category=make_category("law")), make_question(category=make_category("cost"))
    make(SectionPlan(draw=1, category=kept.category))

    assert list(Question.objects.for_practice()) == [free]


def test_sections_stay_apart_and_a_question_counts_what_its_section_says(person) -> None:
    first, second, third = make_question(), make_question(), make_question()
    test = make(SectionPlan(questions=[first, second], title_ru="Право"), SectionPlan(questions=[third], mark=250))
    change_test(test=test, shuffle_questions=True)

    attempt = make_attempt(person, test)

    assert codes_of(attempt)[2] == third.code
    assert [item.section for item in attempt.items.all()] == [1, 1, 2]
    assert attempt.max_mark == 450
    assert attempt.rules["sections"][0] == {"en": "", "ru": "Право", "be": ""}


def test_questions_stand_on_pages(person) -> None:
    test = make_test(*[make_question() for _ in range(5)], questions_per_page=2)

    assert [item.page for item in make_attempt(person, test).items.all()] == [1, 1, 2, 2, 3]


def test_a_test_without_a_way_back_takes_no_answers_for_pages_that_were_left(person) -> None:
    attempt = make_attempt(person, make_test(make_question(), make_question(), questions_per_page=1, sequential=True))

    turn_page(attempt=attempt, page=2)
    saved = save_responses(attempt=attempt, answers=[Answer(1, "B", 1), Answer(2, "B", 1)], language="en")

    assert "gone on from this page" in saved.refused[1]
    assert attempt.items.get(position=1).response is None
    assert attempt.items.get(position=2).response == "B"
    with pytest.raises(ClosedError, match="forward only"):
        turn_page(attempt=attempt, page=1)


def test_what_was_given_on_a_page_that_was_left_can_arrive_again(person) -> None:
    attempt = make_attempt(person, make_test(make_question(), make_question(), questions_per_page=1, sequential=True))
    save_responses(attempt=attempt, answers=[Answer(1, "B", 1)], language="en")
    turn_page(attempt=attempt, page=2)

    again = save_responses(attempt=attempt, answers=[Answer(1, "B", 2)], language="en")
    other = save_responses(attempt=attempt, answers=[Answer(1, "A", 3)], language="en")

    assert (again.refused, list(other.refused)) == ({}, [1])
    assert attempt.items.get(position=1).response == "B"


def test_no_page_beyond_the_last_is_reached(person) -> None:
    attempt = make_attempt(person, make_test(make_question(), questions_per_page=1))

    assert turn_page(attempt=attempt, page=7).page_reached == 1


def test_certainty_is_kept_with_the_answer_and_only_where_it_is_asked_for(person) -> None:
    attempt = make_attempt(person, make_test(make_question(), make_question(), certainty=True))

    saved = save_responses(attempt=attempt, answers=[Answer(1, "B", 1, 3), Answer(2, "B", 1, 7)], language="en")
    save_responses(attempt=attempt, answers=[Answer(1, "B", 2, 1)], language="en")

    assert "how certain" in saved.refused[2]
    assert attempt.items.get(position=1).certainty == 1
    other = make_attempt(make_person(agency=make_agency()), make_test(make_question()))
    save_responses(attempt=other, answers=[Answer(1, "B", 1, 3)], language="en")
    assert other.items.get().certainty is None


def test_a_question_can_be_kept_in_mind(person) -> None:
    attempt = make_attempt(person, make_test(make_question()))

    flag_item(attempt=attempt, position=1, flagged=True)
    assert attempt.items.get().flagged
    submit_attempt(attempt=attempt)
    with pytest.raises(ClosedError):
        flag_item(attempt=attempt, position=1, flagged=False)


def test_an_answer_that_was_checked_stands(person) -> None:
    test = make_test(make_question(), make_question(), disclosed={"during": ["correctness"]})
    attempt = make_attempt(person, test)
    save_responses(attempt=attempt, answers=[Answer(1, "A", 1)], language="en")

    item = check_item(attempt=attempt, position=1)
    saved = save_responses(attempt=attempt, answers=[Answer(1, "B", 2)], language="en")

    assert (item.mark, item.checked_at is not None) == (0, True)
    assert "stands" in saved.refused[1]
    with pytest.raises(AnswerError, match="Answer the question first"):
        check_item(attempt=attempt, position=2)


def test_a_test_that_shows_nothing_before_the_end_checks_nothing(person) -> None:
    attempt = make_attempt(person, make_test(make_question()))
    save_responses(attempt=attempt, answers=[Answer(1, "A", 1)], language="en")

    with pytest.raises(ClosedError, match="after it is handed in"):
        check_item(attempt=attempt, position=1)


def test_a_test_opens_and_closes(person) -> None:
    now = timezone.now()
    later = make_test(make_question(), opens_at=now + timedelta(hours=1))
    closed = make_test(make_question(), closes_at=now - timedelta(hours=1))
    short = make_test(make_question(), time_limit_minutes=60, closes_at=now + timedelta(minutes=10))

    with pytest.raises(StartError, match="opens on"):
        make_attempt(person, later)
    with pytest.raises(StartError, match="closed on"):
        make_attempt(person, closed)
    assert make_attempt(person, short).deadline_at == short.closes_at


def test_a_shorter_time_limit_takes_nothing_from_whoever_has_begun(person) -> None:
    test = make_test(make_question(), time_limit_minutes=60)
    attempt = make_attempt(person, test)
    deadline = attempt.deadline_at

    change_test(test=test, time_limit_minutes=5)
    attempt.refresh_from_db()

    assert attempt.deadline_at == deadline


def test_limits_count_by_occasion(person) -> None:
    test = make_test(make_question(), attempts_limit=1)
    first = submit_attempt(attempt=make_attempt(person, test, occasion="IW-01"))
    second = submit_attempt(attempt=make_attempt(person, test, occasion="IW-02"))

    assert (attempts_left(first), attempts_left(second), second.number) == (0, 0, 2)
    with pytest.raises(StartError, match="can be taken once"):
        make_attempt(person, test, occasion="IW-01")


def test_a_category_that_moves_takes_what_lies_in_it_along() -> None:
    law, health = make_category("law"), make_category("health")
    treaties = save_category(category=Category(slug="treaties", name="Treaties", parent=law))
    save_category(category=Category(slug="un", name="UN", parent=treaties))

    treaties.parent = health
    save_category(category=treaties)

    assert Category.objects.get(slug="un").path == "health/treaties/un/"
