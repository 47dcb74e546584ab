"""Who reads and writes what in the discussion of a module; nothing is lost, and nobody decides about the own words."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Event
from courses import cohorts
from courses.models import Complaint, Contribution, Enrolment, KeptAnswer, reach_of
from courses.services import (
    CourseError,
    ask_cohort,
    complain,
    end_keeping,
    hide,
    keep_answer,
    put_back,
    settle_complaints,
    show_again,
    take_back,
    withdraw_enrolment,
)
from courses.templatetags.discussion import said
from people.models import Account, Erasure
from people.services import MergePlan, erase_person, merge_persons, sections_of, undo_merge
from tests.factories.courses import make_enrolment, make_module
from tests.factories.discussion import answer_in, ask_in, join, keep, make_cohort, words
from tests.factories.people import make_account
from tests.factories.workshops import make_workshop, register
from workshops.models import Registration, Workshop

pytestmark = [pytest.mark.django_db]

ClientOf = Callable[[Account], Client]
LIST = "/en/modules/M9/discussion/"


def read(client: Client, address: str = LIST) -> str:
    return " ".join(client.get(address).content.decode().split())


def seen_by(account: Account) -> set[str]:
    return {each.text for each in Contribution.objects.visible_to(account)}


# --- Cohorts ---------------------------------------------------------------------------------------------------------


def test_a_cohort_is_a_workshop_of_the_programme_or_a_half_of_a_year() -> None:
    cohort, alone = make_cohort(learners=1), make_account()
    make_enrolment(alone.person, cohort.module)
    Enrolment.objects.filter(person=alone.person).update(enrolled_at=timezone.now().replace(year=2026, month=7, day=1))

    assert reach_of(cohort.learners[0]).cohorts == {cohort.module.pk: cohort.key}
    assert reach_of(alone).cohorts == {cohort.module.pk: "2026-2"}
    assert cohorts.named([cohort.key, "2026-1", "2026-2"]) == {
        cohort.key: f"{cohort.workshop.title}, 9 March 2026",
        "2026-1": "Began in the first half of 2026",
        "2026-2": "Began in the second half of 2026",
    }


def test_the_latest_workshop_counts_and_none_that_was_called_off() -> None:
    first = make_cohort(learners=1)
    [learner] = first.learners
    later = make_workshop(starts_on=first.workshop.starts_on + timedelta(days=100))
    first.programme.workshops.add(later)
    register(later, learner.person)

    assert reach_of(learner).cohorts == {first.module.pk: f"workshop {later.pk}"}
    Workshop.objects.filter(pk=later.pk).update(status="cancelled")
    assert reach_of(learner).cohorts == {first.module.pk: first.key}
    Registration.objects.filter(person=learner.person).update(state="withdrawn")
    assert reach_of(learner).cohorts == {first.module.pk: cohorts.window_of(timezone.localdate())}


def test_windows_are_halves_of_years() -> None:
    days = [date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1), date(2026, 12, 31)]

    assert [cohorts.window_of(day) for day in days] == ["2026-1", "2026-1", "2026-2", "2026-2"]
    assert [cohorts.is_window(key) for key in ("2026-1", "2026-3", "workshop 2026-1")] == [True, False, False]


# --- Who reads -------------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_a_cohort_reads_its_own_questions_and_no_other_ones() -> None:
    ours = make_cohort()
    others = make_cohort(ours.module)
    alone, coordinator, editor = make_account(), make_account("coordinator"), make_account("editor")
    make_enrolment(alone.person, ours.module)
    question = ask_in(ours, "Ours")
    answer_in(question, ours.learners[1], "Our answer")
    ask_in(others, "Theirs")

    for account in (*ours.learners, ours.facilitator):
        assert seen_by(account) == {"Ours", "Our answer"}
    for account in (*others.learners, others.facilitator):
        assert seen_by(account) == {"Theirs"}
    assert [seen_by(account) for account in (alone, coordinator, editor)] == [set(), set(), set()]
    assert seen_by(make_account("manager")) == {"Ours", "Our answer", "Theirs"}


def test_whoever_leaves_the_module_reads_only_threads_of_the_own_words() -> None:
    cohort = make_cohort()
    first, second = cohort.learners
    answer_in(ask_in(cohort, "Mine"), second, "To me")
    ask_cohort(module=cohort.module, words=words("Of others"), actor=second)
    withdraw_enrolment(enrolment=Enrolment.objects.get(person=first.person))

    assert seen_by(first) == {"Mine", "To me"}
    with pytest.raises(CourseError, match="Enrol in the module"):
        answer_in(Contribution.objects.get(text="Mine"), first)


def test_a_strange_question_is_not_there(client_of: ClientOf) -> None:
    ours = make_cohort()
    others = make_cohort(ours.module)
    question = ask_in(others)
    client = client_of(ours.learners[0])

    for part in ("", "take-back/", "complain/", "moderate/", "keep/"):
        assert client.get(f"{LIST}{question.pk}/{part}").status_code == 404
    assert question.text not in read(client)
    with pytest.raises(CourseError, match="no such question"):
        answer_in(question, ours.learners[0])
    with pytest.raises(CourseError, match="no such contribution"):
        complain(contribution=question, reason="Why", actor=ours.learners[0])


def test_fellow_learners_read_a_first_name_with_an_initial_and_who_runs_the_cohort_the_whole(
    client_of: ClientOf,
) -> None:
    cohort = make_cohort()
    asker = cohort.learners[0].person
    question = ask_in(cohort)
    answer_in(question, cohort.facilitator)
    address = f"{LIST}{question.pk}/"

    fellow, facilitator = read(client_of(cohort.learners[1]), address), read(client_of(cohort.facilitator), address)

    assert asker.full_name not in fellow
    assert f"{asker.given_name} {asker.family_name[0]}." in fellow
    assert asker.full_name in facilitator
    assert cohort.facilitator.person.full_name in fellow
    assert '<span class="tag">facilitator</span>' in fellow


def test_a_name_can_be_kept_from_fellow_learners_only(client_of: ClientOf) -> None:
    cohort = make_cohort()
    asker = cohort.learners[0].person
    question = ask_in(cohort, unnamed=True)

    fellow = read(client_of(cohort.learners[1]), f"{LIST}{question.pk}/")

    assert "Somebody of your cohort" in fellow
    assert asker.given_name not in fellow
    assert asker.full_name in read(client_of(cohort.facilitator), f"{LIST}{question.pk}/")


def test_managers_who_read_are_noted_and_the_person_sees_it(client_of: ClientOf) -> None:
    cohort, manager = make_cohort(), make_account("manager")
    question = ask_in(cohort)
    client = client_of(manager)

    read(client)
    read(client, f"{LIST}{question.pk}/")
    read(client, "/en/discussions/")
    read(client_of(cohort.facilitator), f"{LIST}{question.pk}/")

    noted = Event.objects.filter(action="courses.discussion_read").order_by("pk")
    assert list(noted.values_list("actor", "object_type")) == [
        (manager.pk, "courses.Module"),
        (manager.pk, "courses.Contribution"),
        (manager.pk, ""),
    ]


# --- Writing ---------------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_a_question_is_asked_and_answered_without_javascript(client_of: ClientOf) -> None:
    cohort = make_cohort()
    asker, fellow = (client_of(account) for account in cohort.learners)
    assert "Nobody has asked yet" in read(asker)
    token = str(uuid4())

    response = asker.post(LIST, {"text": "Who <b>pays</b>?\nAnd when?", "language": "en", "token": token})

    question = Contribution.objects.get()
    assert response.url == f"{LIST}{question.pk}/"
    assert "<p>Who &lt;b&gt;pays&lt;/b&gt;?<br>And when?</p>" in read(fellow, response.url)
    answer = fellow.post(response.url, {"text": "Бальніца.", "language": "be", "token": str(uuid4())})
    written = Contribution.objects.get(question=question)
    assert answer.url == f"{LIST}{question.pk}/?page=last#answer-{written.pk}"
    assert '<div class="said__text measure" lang="be"><p>Бальніца.</p></div>' in read(asker, response.url)
    assert "1 answer" in read(asker)


@pytest.mark.db
def test_the_same_words_sent_twice_stand_once_and_other_words_from_the_same_form_stand_too() -> None:
    cohort, token = make_cohort(), uuid4()

    first = ask_in(cohort, "Who pays?", token=token)
    second = ask_in(cohort, " Who pays? ", token=token)
    other = ask_in(cohort, "Who comes?", token=token)

    assert first == second
    assert other != first
    assert Contribution.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [(" \n ", "Write something first"), ("x" * (Contribution.LONGEST + 1), "2000 characters at most")],
)
def test_words_are_some_and_not_too_many(text: str, sentence: str) -> None:
    with pytest.raises(CourseError, match=sentence):
        ask_in(make_cohort(), text)


def test_somebody_writes_so_much_a_day_and_facilitators_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Contribution, "MOST_A_DAY", 2)
    cohort = make_cohort()
    question = ask_in(cohort, "One")
    ask_in(cohort, "Two")

    with pytest.raises(CourseError, match="2 contributions within a day"):
        ask_in(cohort, "Three")
    for number in range(3):
        answer_in(question, cohort.facilitator, f"Answer {number}")
    Contribution.objects.filter(text="One").update(written_at=timezone.now() - timedelta(days=1, minutes=1))
    assert ask_in(cohort, "Three").text == "Three"


def test_nobody_answers_an_answer_or_what_is_no_longer_shown(client_of: ClientOf) -> None:
    cohort = make_cohort()
    question = ask_in(cohort)
    answer = answer_in(question, cohort.facilitator)

    with pytest.raises(CourseError, match="no such question"):
        answer_in(answer, cohort.learners[1])
    hide(contribution=question, reason="A name.", actor=cohort.facilitator)
    with pytest.raises(CourseError, match="no longer shown"):
        answer_in(question, cohort.facilitator)
    response = client_of(cohort.learners[0]).post(
        f"{LIST}{question.pk}/", {"text": "And", "language": "en"}, follow=True
    )
    assert "This question is not answered any more." in response.content.decode()


def test_in_which_part_somebody_answers() -> None:
    cohort, manager = make_cohort(), make_account("manager")
    question = ask_in(cohort)

    parts = [answer_in(question, account).written_as for account in (*cohort.learners, cohort.facilitator, manager)]

    assert parts == ["learner", "learner", "facilitator", "manager"]


def test_whoever_does_not_take_the_module_is_shown_the_way_in(client_of: ClientOf) -> None:
    make_module(lessons=1)
    client = client_of(make_account())

    page = read(client)

    assert "A discussion belongs to those who take the module" in page
    assert 'href="/en/modules/M9/"' in page
    assert client.post(LIST, {"text": "May I?", "language": "en", "token": str(uuid4())}).status_code == 403


def test_only_addresses_of_the_academy_are_links() -> None:
    ours = f"{settings.SITE_ADDRESS}/en/modules/M1/"

    assert said(f"See {ours}?a=1&b=2, or https://example.org/ or <i>javascript:x</i>") == (
        f'<p>See <a href="{ours}?a=1&amp;b=2">{ours}?a=1&amp;b=2</a>, or https://example.org/ or '
        "&lt;i&gt;javascript:x&lt;/i&gt;</p>"
    )
    assert "<a" not in said(f"{settings.SITE_ADDRESS}.example.org/")


# --- One's own words -------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_own_words_are_taken_back_and_put_back(client_of: ClientOf) -> None:
    cohort = make_cohort()
    question = ask_in(cohort, "Too early")
    asker, fellow = (client_of(account) for account in cohort.learners)
    address = f"{LIST}{question.pk}/take-back/"
    assert "Take back what you wrote" in read(asker, address)

    page = asker.post(address, follow=True).content.decode()

    assert "You have taken this back. Only you read it." in page
    assert "Too early" not in read(fellow)
    assert fellow.get(f"{LIST}{question.pk}/").status_code == 404
    assert seen_by(cohort.facilitator) == set()
    assert "Put back what you have taken back" in read(asker, address)
    asker.post(address, {"put_back": ""})
    assert "Too early" in read(fellow)
    assert list(Event.objects.filter(action__startswith="courses.contribution").values_list("action", flat=True)) == [
        "courses.contribution_put_back",
        "courses.contribution_withdrawn",
    ]


def test_what_others_wrote_keeps_its_sense(client_of: ClientOf) -> None:
    cohort = make_cohort()
    question = ask_in(cohort)
    answer = answer_in(question, cohort.learners[1])
    keep(answer, cohort.facilitator)

    with pytest.raises(CourseError, match="Somebody has answered"):
        take_back(contribution=question, actor=cohort.learners[0])
    with pytest.raises(CourseError, match="kept for those who come later"):
        take_back(contribution=answer, actor=cohort.learners[1])
    for action in (take_back, put_back):
        with pytest.raises(CourseError, match="Only whoever wrote it"):
            action(contribution=answer, actor=cohort.facilitator)
    assert "the answer needs your question" in read(client_of(cohort.learners[0]), f"{LIST}{question.pk}/take-back/")


# --- Moderation ------------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_what_is_hidden_is_read_by_the_author_with_the_reason_and_by_nobody_else(client_of: ClientOf) -> None:
    cohort = make_cohort()
    question = ask_in(cohort)
    answer = answer_in(question, cohort.learners[1], "Her name is known")
    fellow, author = (client_of(account) for account in cohort.learners)
    facilitator = client_of(cohort.facilitator)
    address = f"{LIST}{question.pk}/"

    facilitator.post(f"{LIST}{answer.pk}/moderate/", {"reason": "Somebody can be recognised."})

    assert "Her name is known" not in read(fellow, address)
    for page in (read(author, address), read(facilitator, address)):
        assert "Her name is known" in page
        assert "Somebody can be recognised." in page
    facilitator.post(f"{LIST}{answer.pk}/moderate/", {"show": ""})
    assert "Her name is known" in read(fellow, address)
    decided = ["courses.contribution_hidden", "courses.contribution_shown"]
    events = Event.objects.filter(action__in=decided).order_by("pk")
    assert list(events.values_list("action", "actor", "subject", "reason")) == [
        (action, cohort.facilitator.pk, cohort.learners[1].person.pk, "Somebody can be recognised.")
        for action in decided
    ]


def test_a_hidden_question_hides_its_answers() -> None:
    cohort = make_cohort()
    question = ask_in(cohort, "Hidden")
    answer_in(question, cohort.facilitator, "Below it")

    hide(contribution=question, reason="A name.", actor=cohort.facilitator)

    assert seen_by(cohort.learners[1]) == set()
    assert seen_by(cohort.learners[0]) == {"Hidden"}
    assert seen_by(cohort.facilitator) == {"Hidden", "Below it"}


def test_nobody_decides_about_own_words_or_another_cohort() -> None:
    cohort = make_cohort()
    other = make_cohort(cohort.module)
    question = ask_in(cohort)
    answer = answer_in(question, cohort.facilitator)

    for actor, found, sentence in (
        (cohort.facilitator, answer, "own words"),
        (other.facilitator, question, "runs the cohort"),
        (cohort.learners[1], question, "runs the cohort"),
    ):
        with pytest.raises(CourseError, match=sentence):
            hide(contribution=found, reason="Why", actor=actor)
        with pytest.raises(CourseError, match=sentence):
            show_again(contribution=found, actor=actor)
        with pytest.raises(CourseError, match=sentence):
            settle_complaints(contribution=found, actor=actor)
    with pytest.raises(CourseError, match="Say why"):
        hide(contribution=question, reason=" ", actor=cohort.facilitator)


@pytest.mark.db
def test_a_complaint_stands_on_the_list_until_somebody_decides(client_of: ClientOf) -> None:
    cohort = make_cohort(learners=3)
    question = ask_in(cohort, "Something about a patient")
    answer_in(question, cohort.facilitator)
    fellow, facilitator = client_of(cohort.learners[1]), client_of(cohort.facilitator)
    assert "Nothing waits for you" in read(facilitator, "/en/discussions/")

    for _ in range(2):
        fellow.post(f"{LIST}{question.pk}/complain/", {"reason": "One can be recognised."})
    complain(contribution=question, reason="The same", actor=cohort.learners[2])

    assert Complaint.objects.count() == 2
    assert "2 complaints" in read(facilitator, "/en/discussions/")
    page = read(facilitator, f"{LIST}{question.pk}/moderate/")
    assert "One can be recognised." in page
    assert cohort.learners[1].person.full_name in page
    facilitator.post(f"{LIST}{question.pk}/moderate/", {"settle": ""})
    assert "Nothing waits for you" in read(facilitator, "/en/discussions/")
    assert set(Complaint.objects.values_list("settled_by", flat=True)) == {cohort.facilitator.pk}
    assert seen_by(cohort.learners[1]) >= {"Something about a patient"}


def test_who_moderates_reads_what_was_taken_back_after_a_complaint() -> None:
    cohort = make_cohort()
    question = ask_in(cohort, "An insult")
    complain(contribution=question, reason="It insults.", actor=cohort.learners[1])

    take_back(contribution=question, actor=cohort.learners[0])

    assert seen_by(cohort.facilitator) == {"An insult"}
    assert seen_by(cohort.learners[1]) == set()


def test_complaints_are_about_others_with_a_reason_and_so_many_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Contribution, "MOST_A_DAY", 1)
    cohort = make_cohort()
    question, fellow = ask_in(cohort), cohort.learners[1]
    answer = answer_in(question, cohort.facilitator)

    with pytest.raises(CourseError, match="your own words"):
        complain(contribution=question, reason="Why", actor=cohort.learners[0])
    with pytest.raises(CourseError, match="Say why"):
        complain(contribution=question, reason="", actor=fellow)
    complain(contribution=question, reason="Why", actor=fellow)
    with pytest.raises(CourseError, match="many contributions today"):
        complain(contribution=answer, reason="Why", actor=fellow)


def test_what_waits_is_the_own_cohorts_and_ends_with_an_answer(client_of: ClientOf) -> None:
    cohort = make_cohort()
    other = make_cohort(cohort.module)
    question = ask_in(cohort, "Waits here")
    ask_in(other, "Waits there")
    facilitator = client_of(cohort.facilitator)

    answer_in(question, cohort.learners[1])
    page = read(facilitator, "/en/discussions/")
    assert "Waits here" in page
    assert "Waits there" not in page
    manager = read(client_of(make_account("manager")), "/en/discussions/")
    assert "Waits here" in manager
    assert "Waits there" in manager
    answer_in(question, cohort.facilitator)
    assert "Nothing waits for you" in read(facilitator, "/en/discussions/")
    assert client_of(cohort.learners[0]).get("/en/discussions/").status_code == 403


# --- Kept for those who come later -----------------------------------------------------------------------------------


@pytest.mark.db
def test_a_kept_answer_is_read_by_later_cohorts_without_names(client_of: ClientOf) -> None:
    cohort = make_cohort()
    asker = cohort.learners[0].person
    question = ask_in(cohort, f"I am {asker.family_name}: who pays?")
    answer = answer_in(question, cohort.facilitator, language="ru")
    facilitator = client_of(cohort.facilitator)
    address = f"{LIST}{answer.pk}/keep/"
    later = client_of(make_cohort(cohort.module).learners[0])
    assert f"I am {asker.family_name}" in read(facilitator, address)

    kept = {"question": "Who pays for it?", "text": "Больница."}
    assert "This field is required" in facilitator.post(address, kept).content.decode()
    facilitator.post(address, {**kept, "names_nobody": "on"})

    for page in (read(later), read(later, f"{LIST}kept/")):
        assert "<summary>Who pays for it?</summary>" in page
        assert 'lang="ru"><p>Больница.</p>' in page
        assert asker.family_name not in page
        assert cohort.facilitator.person.family_name not in page
    facilitator.post(address, {"end": ""})
    assert "Who pays for it?" not in read(later)
    assert KeptAnswer.objects.get().ended_by == cohort.facilitator


def test_other_words_take_the_place_of_those_that_were_kept() -> None:
    cohort = make_cohort()
    answer = answer_in(ask_in(cohort), cohort.facilitator)

    first = keep(answer, cohort.facilitator)
    assert keep(answer, cohort.facilitator) == first
    second = keep(answer, cohort.facilitator, text="The hospital, by its budget.")

    assert list(KeptAnswer.objects.standing()) == [second]
    assert KeptAnswer.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        KeptAnswer.objects.filter(pk=first.pk).update(ended_at=None)


def test_only_who_runs_the_cohort_keeps_and_only_what_is_shown() -> None:
    cohort = make_cohort()
    question = ask_in(cohort)
    answer = answer_in(question, cohort.learners[1])
    kept = keep(answer, cohort.facilitator)

    with pytest.raises(CourseError, match="decides what is kept"):
        keep(answer, cohort.learners[0])
    with pytest.raises(CourseError, match="decides what is kept"):
        end_keeping(kept=kept, actor=make_cohort(cohort.module).facilitator)
    with pytest.raises(CourseError, match="Only answers"):
        keep_answer(answer=question, question="Q", text="A", actor=cohort.facilitator)
    hide(contribution=answer, reason="A name.", actor=cohort.facilitator)
    assert not KeptAnswer.objects.standing().exists()
    with pytest.raises(CourseError, match="Only answers"):
        keep(answer, cohort.facilitator)


def test_kept_answers_in_the_language_of_the_reader_come_first(client_of: ClientOf) -> None:
    cohort = make_cohort()
    question = ask_in(cohort)
    for language in ("be", "ru", "en"):
        keep(answer_in(question, cohort.facilitator, language, language=language), cohort.facilitator, text=language)

    assert [each.text for each in (kept.answer for kept in KeptAnswer.objects.best_first("ru"))] == ["ru", "en", "be"]


# --- The module page, queries, what is held --------------------------------------------------------------------------


def test_the_page_of_the_module_counts_for_whoever_takes_part(client_of: ClientOf) -> None:
    cohort = make_cohort()
    question = ask_in(cohort)
    keep(answer_in(question, cohort.facilitator), cohort.facilitator)
    ask_in(make_cohort(cohort.module))

    assert "Discussion: 1 question" in read(client_of(cohort.learners[1]), "/en/modules/M9/")
    assert "1 kept answer" in read(client_of(cohort.facilitator), "/en/modules/M9/")
    assert "Discussion: 2 questions" in read(client_of(make_account("manager")), "/en/modules/M9/")
    for stranger in (client_of(make_account()), Client()):
        assert "Discussion:" not in read(stranger, "/en/modules/M9/")


@pytest.mark.parametrize("who", ["learner", "facilitator", "manager"])
def test_pages_ask_as_often_with_three_rows_as_with_one(client_of: ClientOf, who: str) -> None:
    cohort = make_cohort(learners=4)
    account = {"learner": cohort.learners[0], "facilitator": cohort.facilitator}.get(who) or make_account("manager")
    client, question = client_of(account), ask_in(cohort)

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def write(number: int) -> None:
        keep(answer_in(question, cohort.learners[number], f"Answer {number}"), cohort.facilitator)
        asked = ask_cohort(module=cohort.module, words=words(f"Question {number}"), actor=cohort.learners[number])
        complain(contribution=asked, reason="Why", actor=cohort.learners[0])

    pages = [LIST, f"{LIST}{question.pk}/", f"{LIST}kept/", "/en/modules/M9/"]
    pages += ["/en/discussions/"] if who != "learner" else []
    write(1)
    for page in pages:
        client.get(page)
    one = [count(page) for page in pages]
    write(2)
    write(3)

    assert [count(page) for page in pages] == one


def test_a_person_takes_the_own_words_along_and_they_end_with_the_person(client_of: ClientOf) -> None:
    cohort = make_cohort()
    person, fellow = cohort.learners[0].person, client_of(cohort.learners[1])
    question = ask_in(cohort, "Mine alone")
    kept = keep(answer_in(question, cohort.facilitator), cohort.facilitator)
    complain(contribution=Contribution.objects.get(question=question), reason="Too short", actor=cohort.learners[0])

    held = str([(section.title, section.rows) for section in sections_of(person)])
    assert "Mine alone" in held
    assert "Too short" in held
    erase_person(person=person, ground=Erasure.Ground.ASKED)

    assert Erasure.objects.filter(person=person).exists()
    question.refresh_from_db()
    assert (question.text, Complaint.objects.get().reason) == ("", "–")
    assert "Mine alone" not in str(list(Event.objects.values_list("after", "reason")))
    for address in (LIST, f"{LIST}{question.pk}/"):
        page = read(fellow, address)
        assert "Somebody whose data were erased" in page
        assert "These words were erased." in page
    assert KeptAnswer.objects.standing().get() == kept


def test_two_records_of_a_person_have_the_words_of_both() -> None:
    cohort = make_cohort(learners=3)
    kept, merged, other = cohort.learners
    question = ask_cohort(module=cohort.module, words=words("Of the other record"), actor=merged)
    disputed = ask_cohort(module=cohort.module, words=words("Disputed"), actor=other)
    for account in (kept, merged):
        complain(contribution=disputed, reason=f"By {account.pk}", actor=account)
    Complaint.objects.filter(person=kept.person).update(settled_at=timezone.now(), settled_by=cohort.facilitator)
    Registration.objects.filter(person=merged.person).update(state="withdrawn")

    merge = merge_persons(plan=MergePlan(kept.person, merged.person, make_account("manager")))

    question.refresh_from_db()
    assert question.person == kept.person
    assert Complaint.objects.get().reason == f"By {merged.pk}"
    undo_merge(merge=merge, actor=make_account("manager"))
    question.refresh_from_db()
    assert question.person == merged.person
    assert Complaint.objects.count() == 2


def test_somebody_who_joins_another_workshop_goes_along() -> None:
    first = make_cohort()
    learner = first.learners[0]
    second = make_cohort(first.module)
    Workshop.objects.filter(pk=second.workshop.pk).update(starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 2))
    ask_in(first, "Before")
    ask_in(second, "There")

    join(second, learner)

    assert seen_by(learner) == {"Before", "There"}
    assert ask_in(first, "After").cohort == second.key
