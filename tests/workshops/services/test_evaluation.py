"""Waves, who is asked, answers that nobody can put together with a person, and the reading of what was written."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection, models

from audit.models import Event
from tests.factories.evaluation import QUESTIONS, answer, answer_many, ask, make_form, make_wave, words
from tests.factories.workshops import DAY, make_facilitator, make_session, make_workshop, mark, open_session, register
from workshops.errors import WorkshopError
from workshops.models import (
    EvaluationAnswer,
    EvaluationForm,
    EvaluationInvitation,
    EvaluationResponse,
)
from workshops.permissions import evaluation_token, invitation_of
from workshops.services import (
    add_facilitator,
    cancel_workshop,
    change_session,
    open_due_waves,
    plan_waves,
    postpone_workshop,
    publish_workshop,
    review_answers,
    withdraw_registration,
)
from workshops.tasks import open_waves

pytestmark = [pytest.mark.django_db, pytest.mark.db]

# The workshop is on 9 and 10 March; its last session is over at 10:00 in Minsk, that is 07:00 UTC.
BEFORE = datetime(2026, 2, 20, 12, 0, tzinfo=UTC)
LAST_DAY = date(2026, 3, 10)
AFTER = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(BEFORE, tick=False)
    return time_machine


def days(workshop):
    return [(wave.kind, str(wave.opens_on), str(wave.closes_on)) for wave in workshop.waves.order_by("opens_on")]


def make_ended(clock, sessions=3):
    """A workshop whose end can be evaluated, with the forms of all waves."""
    for kind in ("end", "months_3", "months_6"):
        make_form(kind)
    workshop = make_workshop(sessions=sessions)
    clock.move_to(AFTER, tick=False)
    return workshop


def came(workshop, status="present"):
    registration = register(workshop)
    mark(open_session(workshop), registration.person, status)
    return registration


# --- Forms -----------------------------------------------------------------------------------------------------------


def test_a_form_keeps_its_questions_in_their_order_with_words_in_three_languages():
    form = make_form()

    held = [(each.number, each.code, each.kind, each.text_be) for each in form.questions.all()]
    assert held == [
        (1, "E1", "scale", "Clear? be"),
        (2, "E2", "choice", "Which? be"),
        (3, "E3", "several", "What? be"),
        (4, "E4", "open", "Why? be"),
    ]
    assert form.questions.get(code="E1").instead == {"na": "does not apply en"}


def test_saving_a_form_again_changes_nothing_and_another_wording_does_until_it_is_answered():
    kept = [each.pk for each in make_form().questions.all()]
    assert [each.pk for each in make_form().questions.all()] == kept

    form = make_form(questions=[{**QUESTIONS[3], "text": words("Why not?")}])
    assert [each.text_en for each in form.questions.all()] == ["Why not? en"]


def test_a_form_that_was_answered_stays_and_another_code_takes_its_place():
    make_form()
    answer(ask(make_wave(make_workshop(published=False), opens_on=BEFORE.date())), E1=3)

    with pytest.raises(WorkshopError, match="F-end has been answered"):
        make_form(title=words("Another"))

    make_form(code="F-end-2", title=words("Another"))
    assert list(EvaluationForm.objects.filter(current=True).values_list("code", flat=True)) == ["F-end-2"]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ({"kind": "open", "text": words("?")}, "Question 1 of the form is not complete"),
        ({"code": "E1", "kind": "guess", "text": words("?")}, "Question 1 of the form is not complete"),
        ({"code": "E1", "kind": "open", "text": {"en": "?"}}, "Question 1 of the form is not complete: 'ru'"),
        ({"code": "E1", "kind": "choice", "text": words("?")}, "nothing to choose from"),
    ],
)
def test_a_question_that_lacks_something_is_refused(question, sentence):
    with pytest.raises(WorkshopError, match=sentence):
        make_form(questions=[question])


# --- Waves -----------------------------------------------------------------------------------------------------------


def test_publishing_plans_a_wave_for_every_kind_that_has_a_form():
    make_form("end")
    make_form("months_3")
    workshop = make_workshop(sessions=3)

    assert days(workshop) == [("end", "2026-03-10", "2026-03-31"), ("months_3", "2026-06-08", "2026-06-29")]


def test_a_draft_has_no_waves_and_a_form_of_later_is_taken_by_the_job():
    workshop = make_workshop(published=False)
    make_form()
    plan_waves(workshop=workshop)
    assert days(workshop) == []

    publish_workshop(workshop=workshop)
    make_form("months_6")
    open_due_waves()

    assert [kind for kind, *_days in days(workshop)] == ["end", "months_6"]


def test_waves_move_with_the_last_day():
    make_form()
    workshop = make_workshop()
    make_session(workshop, day=DAY + timedelta(days=4))
    assert days(workshop) == [("end", "2026-03-13", "2026-04-03")]

    change_session(session=workshop.sessions.get(number=3), day=DAY + timedelta(days=2))

    assert days(workshop) == [("end", "2026-03-11", "2026-04-01")]


@pytest.mark.parametrize("stop", [postpone_workshop, cancel_workshop])
def test_a_workshop_that_is_not_held_asks_nobody(stop):
    make_form()
    workshop = make_workshop()
    stop(workshop=workshop, reason="The hall is closed")

    assert days(workshop) == []


def test_a_wave_that_was_answered_stays_where_it_is(clock):
    workshop = make_ended(clock)
    came(workshop)
    open_due_waves()
    answer(EvaluationInvitation.objects.get(), E1=5)

    make_session(workshop, day=DAY + timedelta(days=4))

    assert days(workshop)[0] == ("end", "2026-03-10", "2026-03-31")
    assert days(workshop)[1] == ("months_3", "2026-06-11", "2026-07-02")


def test_a_wave_keeps_its_form_once_somebody_was_asked(clock):
    workshop = make_ended(clock)
    came(workshop)
    open_due_waves()
    for kind in ("end", "months_3"):
        make_form(kind, code=f"new-{kind}")

    open_due_waves()

    assert list(workshop.waves.order_by("opens_on").values_list("form__code", flat=True)) == [
        "F-end",
        "new-months_3",
        "F-months_6",
    ]


def test_a_workshop_long_over_gets_no_wave_that_has_closed(clock):
    workshop = make_workshop()
    clock.move_to(AFTER + timedelta(days=120), tick=False)
    for kind in ("end", "months_3", "months_6"):
        make_form(kind)
    open_due_waves()

    assert [kind for kind, *_days in days(workshop)] == ["months_6"]


# --- Who is asked ----------------------------------------------------------------------------------------------------


def test_everybody_with_a_credited_session_is_asked_once_and_nobody_else(clock):
    workshop = make_ended(clock)
    there, late = came(workshop), came(workshop, status="late")
    came(workshop, status="absent")
    register(workshop)

    assert (open_due_waves(), open_due_waves()) == (2, 0)

    invited = EvaluationInvitation.objects.values_list("wave__kind", "registration")
    assert set(invited) == {("end", there.pk), ("end", late.pk)}


def test_facilitators_are_not_asked_and_whoever_withdrew_after_the_first_day_is(clock):
    workshop = make_ended(clock)
    left, runs = came(workshop), came(workshop)
    withdraw_registration(registration=left)
    add_facilitator(workshop=workshop, person=runs.person)

    open_due_waves()

    assert list(EvaluationInvitation.objects.values_list("registration", flat=True)) == [left.pk]


def test_whoever_came_back_is_asked_as_one_person(clock):
    workshop = make_ended(clock)
    first = came(workshop)
    withdraw_registration(registration=first)
    again = register(workshop, first.person)

    open_due_waves()

    assert list(EvaluationInvitation.objects.values_list("registration", flat=True)) == [again.pk]


def test_nobody_is_asked_before_the_last_session_begins(clock):
    workshop = make_ended(clock)
    came(workshop)
    clock.move_to(datetime(2026, 3, 10, 5, 59, tzinfo=UTC), tick=False)
    assert open_due_waves() == 0

    clock.move_to(datetime(2026, 3, 10, 6, 0, tzinfo=UTC), tick=False)
    assert open_due_waves() == 1


def test_the_same_people_are_asked_again_after_90_and_180_days(clock):
    workshop = make_ended(clock)
    came(workshop)
    for days_later in (0, 30, 90, 120, 180, 210):
        clock.move_to(AFTER + timedelta(days=days_later), tick=False)
        open_waves()

    kinds = EvaluationInvitation.objects.order_by("wave__opens_on").values_list("wave__kind", flat=True)
    assert list(kinds) == ["end", "months_3", "months_6"]


# --- Answers ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def wave():
    """Open today, of a draft: nobody is written to when people are registered."""
    return make_wave(make_workshop(published=False), opens_on=BEFORE.date())


def held(wave):
    found = EvaluationAnswer.objects.filter(response__wave=wave).order_by("question__number")
    return [(each.question.code, each.number, each.codes, each.text, each.reviewed) for each in found]


def test_an_answer_is_kept_as_it_was_given_and_the_invitation_says_only_that_there_is_one(wave):
    invitation = ask(wave)
    answer(invitation, E1=4, E2="two", E3=["law", "money"], E4=" Because \r\n of it ")

    invitation.refresh_from_db()
    assert invitation.answered
    assert held(wave) == [
        ("E1", 4, [], "", False),
        ("E2", None, ["two"], "", False),
        ("E3", None, ["law", "money"], "", False),
        ("E4", None, [], "Because \n of it", False),
    ]


def test_what_is_left_out_is_not_kept_and_not_applicable_is_no_number(wave):
    answer(ask(wave), E1="na", E4="")

    assert held(wave) == [("E1", None, ["na"], "", False)]


def test_a_second_answer_changes_nothing(wave):
    invitation = ask(wave)
    answer(invitation, E1=1)
    answer(invitation, E1=5)

    assert held(wave) == [("E1", 1, [], "", False)]


def test_nothing_said_is_no_answer(wave):
    invitation = ask(wave)
    with pytest.raises(WorkshopError, match="at least one question"):
        answer(invitation, E4="")

    invitation.refresh_from_db()
    assert (invitation.answered, EvaluationResponse.objects.count()) == (False, 0)


@pytest.mark.parametrize(("later", "sentence"), [(-1, "opens on"), (22, "closed on")], ids=["before", "after"])
def test_before_a_wave_opens_and_after_it_has_closed_a_sentence_says_so(wave, clock, later, sentence):
    invitation = ask(wave)
    clock.move_to(BEFORE + timedelta(days=later), tick=False)

    with pytest.raises(WorkshopError, match=sentence):
        answer(invitation, E1=3)

    assert EvaluationResponse.objects.count() == 0


def test_the_kind_of_agency_is_kept_from_five_people_of_that_kind_who_were_asked(wave):
    many = [ask(wave, kind="ngo") for _each in range(5)]
    few = [ask(wave, kind="education") for _each in range(4)]
    for invitation in (*many, *few):
        answer(invitation, E1=3)

    kinds = sorted(wave.responses.values_list("agency_kind", flat=True))
    assert kinds == [""] * 4 + ["ngo"] * 5


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_one_moment_are_one_answer(wave):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite writes one after the other anyway")
    invitation = ask(wave)
    gate = threading.Barrier(4)

    def click() -> None:
        gate.wait()
        try:
            answer(invitation, E1=3)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert EvaluationResponse.objects.count() == 1


# --- Nobody can put a person and an answer together ------------------------------------------------------------------


def test_a_response_holds_a_random_key_its_wave_and_a_kind_and_nothing_points_at_it_but_its_answers():
    columns = {field.name for field in EvaluationResponse._meta.concrete_fields}
    pointing = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model in {EvaluationResponse, EvaluationAnswer}
    }

    assert columns == {"id", "wave", "agency_kind"}
    assert pointing == {(EvaluationAnswer, "response")}


def test_an_answer_leads_to_no_person_but_the_one_who_read_it_and_carries_no_moment_of_its_own():
    foreign = {field.name for field in EvaluationAnswer._meta.concrete_fields if field.related_model}
    moments = {field.name for field in EvaluationAnswer._meta.concrete_fields if isinstance(field, models.DateField)}

    assert foreign == {"response", "question", "redacted_by"}
    assert moments == {"redacted_at"}
    assert {field.name for field in EvaluationInvitation._meta.concrete_fields} == {
        "id",
        "wave",
        "registration",
        "answered",
    }


def everything() -> dict[str, list[tuple]]:
    """All rows of all tables but those of the answers."""
    own = {EvaluationResponse, EvaluationAnswer}
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models()
        if model not in own
    }


def test_answering_changes_one_word_about_the_person_and_nothing_else_in_the_whole_database(wave):
    first, second = ask(wave), ask(wave)
    before = everything()
    answer(first, E1=1, E4="One")
    answer(second, E1=5, E4="Five")
    after = everything()

    changed = {label for label in before if before[label] != after[label]}
    assert changed == {"workshops.EvaluationInvitation"}
    assert not Event.objects.filter(action__contains="evaluation").exists()


def test_whoever_answers_first_leaves_the_same_traces_as_whoever_answers_last(wave):
    """In the database all invitations of a wave are written with every answer: none is the one that came with it."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL numbers its transactions in the rows")
    first, second = ask(wave), ask(wave)
    answer(first, E1=1)
    answer(second, E1=5)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM workshops_evaluationinvitation")
        assert cursor.fetchone() == (1,)


def test_the_token_of_a_mail_stands_for_one_invitation_and_is_the_same_every_time(wave):
    invitation = ask(wave)
    token = evaluation_token(invitation)

    assert (invitation_of(token), evaluation_token(invitation)) == (invitation, token)
    assert (invitation_of(f"{token}x"), invitation_of("1"), invitation_of(f"1{token}")) == (None, None, None)


# --- What was written ------------------------------------------------------------------------------------------------


@pytest.fixture
def written(wave):
    """Five answers to the open question; the first names somebody."""
    answer_many(wave, {"E4": "Thanks to Anna for the map"}, *({"E4": f"Answer {number}"} for number in range(4)))
    return EvaluationAnswer.objects.get(text__startswith="Thanks")


def test_a_reviewer_takes_words_out_and_what_was_taken_out_is_gone(wave, written):
    actor = make_facilitator()

    assert review_answers(wave=wave, words={written.pk: "Thanks to [...] for the map"}, actor=actor) == 1

    written.refresh_from_db()
    assert (written.text, written.reviewed, written.redacted_by) == ("Thanks to […] for the map", True, actor)
    event = Event.objects.get(action="workshops.evaluation_reviewed")
    assert (event.after, event.subject) == ({"wave": "end", "answers": 1, "shortened": 1}, None)
    assert "Anna" not in str(everything())


def test_an_answer_that_is_right_as_it_is_is_only_marked_as_read(wave, written):
    review_answers(wave=wave, words={written.pk: "Thanks to Anna for the map"}, actor=make_facilitator())

    written.refresh_from_db()
    assert (written.reviewed, written.redacted_by, written.redacted_at) == (True, None, None)


def test_words_cannot_be_put_in(wave, written):
    with pytest.raises(WorkshopError, match="only take words out"):
        review_answers(wave=wave, words={written.pk: "Thanks to everybody for the map"}, actor=make_facilitator())

    written.refresh_from_db()
    assert (written.text, written.reviewed) == ("Thanks to Anna for the map", False)


def test_of_fewer_than_five_answers_not_even_the_reviewer_reads_one(wave):
    answer_many(wave, *({"E1": 3, "E4": f"Answer {number}"} for number in range(4)), {"E1": 3})

    assert list(EvaluationAnswer.objects.readable(wave)) == []
    written = EvaluationAnswer.objects.filter(question__code="E4").first()
    assert review_answers(wave=wave, words={written.pk: ""}, actor=make_facilitator()) == 0


def test_an_answer_of_another_wave_is_not_touched(wave, written):
    other = make_wave(make_workshop(published=False), opens_on=BEFORE.date())

    assert review_answers(wave=other, words={written.pk: ""}, actor=make_facilitator()) == 0
