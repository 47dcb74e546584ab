"""A module on a device that may lose its line: who keeps what, what comes later, and how often it counts."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache, caches
from django.core.files.base import ContentFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from assessments.models import Question
from assessments.services import add_version
from courses.models import Enrolment, LessonPage, LessonProgress, Module, PracticeAnswer
from courses.services import keep_note, owner_of, size_of_copies, withdraw_enrolment
from courses.tasks import forget_answers, measure_files
from people.models import Account
from tests.factories.assessments import EVERY, make_question, make_test, words_of
from tests.factories.courses import block, make_enrolment, make_lesson_page, make_module_page, translate
from tests.factories.people import make_account

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Account], Client]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def question() -> Question:
    return make_question("single_choice", languages=("en", "be"), code="M9-P1")


@pytest.fixture
def module(question: Question) -> Module:
    """A module of two lessons; the first one practises a question."""
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1", body=[block("M9.1", 1, "First"), _practice("M9-P1")])
    make_lesson_page(page, "M9.2")
    return Module.objects.get()


@pytest.fixture
def enrolment(account: Account, module: Module) -> Enrolment:
    return make_enrolment(account.person, module)


@pytest.fixture
def learner(account: Account, client_of: ClientOf) -> Client:
    return client_of(account)


def _practice(code: str) -> dict[str, Any]:
    return {"type": "practice", "id": str(uuid4()), "value": {"question": code}}


def url(name: str, *args: object, language: str = "en") -> str:
    with override(language):
        return reverse(name, args=args)


def words(response: HttpResponse) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def listed(client: Client, language: str = "en") -> dict[str, str]:
    """What a device is to fetch: addresses with their marks."""
    pages = client.get(url("module_copies", "M9", language=language)).json()["pages"]
    return {each["address"]: each["mark"] for each in pages}


def sent(client: Client, *learned: Any) -> list[str]:
    """Send what was done without a line; what became of each: nothing where it was taken, else why not."""
    response = client.post(url("own_offline"), json.dumps({"learned": learned}), content_type="application/json")
    assert response.status_code == 200
    assert [each["id"] for each in response.json()["outcomes"]] == [str(each.get("id")) for each in learned]
    return [each["message"] for each in response.json()["outcomes"]]


def answer(question: Question, *given: str, **more: Any) -> dict[str, Any]:
    version = question.versions.latest("number").pk
    return {"id": str(uuid4()), "kind": "answer", "lesson": "M9.1", "version": version, "given": [*given], **more}


# --- What is kept ----------------------------------------------------------------------------------------------------


def test_a_device_is_told_which_pages_to_fetch_and_whose_they_are(
    account: Account, learner: Client, enrolment: Enrolment
) -> None:
    told = learner.get(url("module_copies", "M9")).json()

    assert [each["address"] for each in told["pages"]] == [
        "/en/modules/M9/offline/",
        "/en/modules/M9/M9.1/offline/",
        "/en/modules/M9/M9.2/offline/",
    ]
    assert len({each["mark"] for each in told["pages"]}) == 3
    assert told["owner"] == owner_of(account) == learner.get(url("own_offline")).json()["owner"]
    assert "/static/js/away.js" in told["files"]
    assert all(learner.get(each["address"]).status_code == 200 for each in told["pages"])


def test_the_key_of_an_account_tells_nobody_who_it_is(account: Account) -> None:
    keys = {owner_of(account), owner_of(make_account())}

    assert len(keys) == 2
    assert all(len(key) == 32 and str(account.pk) != key for key in keys)


def test_only_what_has_changed_is_fetched_again(learner: Client, enrolment: Enrolment, question: Question) -> None:
    before = listed(learner)
    lesson = LessonPage.objects.get(lesson_code="M9.2")
    lesson.summary = "Something else"
    lesson.save_revision().publish()
    published = listed(learner)
    add_version(
        question=question, structure=EVERY["single_choice"], texts={"en": words_of(EVERY["single_choice"], stem="New")}
    )
    asked_otherwise = listed(learner)

    changed = [address for address in before if before[address] != published[address]]
    assert changed == ["/en/modules/M9/M9.2/offline/"]
    assert [address for address in before if published[address] != asked_otherwise[address]] == [
        "/en/modules/M9/M9.1/offline/"
    ]


def test_a_module_of_three_lessons_asks_as_often_as_one_of_one(account: Account, learner: Client) -> None:
    make_question(code="M9-P1")
    page = make_module_page("M9")
    make_lesson_page(page, "M9.1", body=[_practice("M9-P1")])
    make_enrolment(account.person, Module.objects.get())
    counts = []
    for _more in range(2):
        learner.get(url("module_copies", "M9"))
        with CaptureQueriesContext(connection) as captured:
            assert len(listed(learner)) in {2, 4}
        counts.append(len(captured))
        if len(counts) == 1:
            make_question(code="M9-P2")
            make_lesson_page(page, "M9.2", body=[_practice("M9-P2")])
            make_lesson_page(page, "M9.3", body=[_practice("M9-P1"), _practice("M9-P2")])

    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["module_copies", "module_copy", "lesson_copy"])
def test_whoever_is_not_enrolled_finds_nothing_to_keep(
    learner: Client, client_of: ClientOf, enrolment: Enrolment, name: str
) -> None:
    args = ["M9", "M9.1"] if name == "lesson_copy" else ["M9"]
    assert learner.get(url(name, *args)).status_code == 200

    assert client_of(make_account()).get(url(name, *args)).status_code == 404
    assert client_of(make_account("administrator")).get(url(name, *args)).status_code == 404
    withdraw_enrolment(enrolment=enrolment)
    assert learner.get(url(name, *args)).status_code == 404


def test_a_copy_names_nobody_and_holds_no_note(account: Account, learner: Client, enrolment: Enrolment) -> None:
    first = block("M9.1", 1, "")["id"]
    lesson = enrolment.module.lessons.get(code="M9.1")
    keep_note(person=account.person, lesson=lesson, place=first, text="Only mine")

    page = words(learner.get(url("lesson_copy", "M9", "M9.1")))

    assert "Only mine" in words(learner.get(url("lesson", "M9", "M9.1")))
    for own in ("Only mine", account.email, account.person.family_name, "csrfmiddlewaretoken", owner_of(account)):
        assert own not in page
    assert "No network: you read the copy of" in page
    assert "<p>First</p>" in page


def test_browsers_are_told_to_store_no_copy(learner: Client, enrolment: Enrolment) -> None:
    for name in ("module_copies", "module_copy"):
        assert "no-store" in learner.get(url(name, "M9"))["Cache-Control"]


def test_a_copy_brings_the_right_answer_of_what_it_practises(
    learner: Client, enrolment: Enrolment, question: Question
) -> None:
    page = words(learner.get(url("lesson_copy", "M9", "M9.1")))

    assert f'data-version="{question.versions.get().pk}"' in page
    assert "General feedback (en)" in page
    assert "General feedback" not in words(learner.get(url("lesson", "M9", "M9.1")))


def test_a_question_of_a_test_that_counts_is_in_no_copy(
    learner: Client, enrolment: Enrolment, question: Question
) -> None:
    make_test(question)

    page = words(learner.get(url("lesson_copy", "M9", "M9.1")))

    assert "What is right?" not in page
    assert "data-practice" not in page


def test_a_copy_is_in_the_language_of_its_address(learner: Client, enrolment: Enrolment) -> None:
    translate(LessonPage.objects.get(lesson_code="M9.1").get_parent().specific, "be")
    translate(LessonPage.objects.get(lesson_code="M9.1"), "be", body=[block("M9.1", 1, "Па-беларуску")])

    assert "Па-беларуску" in words(learner.get(url("lesson_copy", "M9", "M9.1", language="be")))
    assert 'lang="en"' in words(learner.get(url("lesson_copy", "M9", "M9.2", language="be")))
    assert listed(learner, "be").keys() == {
        "/be/modules/M9/offline/",
        "/be/modules/M9/M9.1/offline/",
        "/be/modules/M9/M9.2/offline/",
    }


def test_pictures_of_a_copy_are_small_and_films_are_not_kept(learner: Client, enrolment: Enrolment) -> None:
    image = Image.objects.create(title="Map", file=get_test_image_file(size=(1600, 900)))
    film = Document.objects.create(title="Film", file=ContentFile(b"film", name="film.mp4"))
    captions = Document.objects.create(title="Captions", file=ContentFile(b"WEBVTT", name="captions.vtt"))
    said = {f"captions_{code}": captions.pk for code in ("en", "ru", "be")}
    video = {"title": "A film", "video": film.pk, "poster": image.pk, "transcript": "<p>Somebody speaks.</p>", **said}
    lesson = LessonPage.objects.get(lesson_code="M9.1")
    lesson.body = [
        {"type": "figure", "value": {"image": image.pk, "alternative": "A map", "caption": ""}},
        {"type": "video", "value": video},
    ]
    lesson.save_revision().publish()

    page = words(learner.get(url("lesson_copy", "M9", "M9.1")))

    assert page.count("<img") == 1
    assert 'width="480"' in page
    assert "<picture" not in page
    assert "<video" not in page
    assert "The film is not kept on this phone." in page
    assert "Somebody speaks." in page


def test_the_module_page_offers_to_keep_it_with_its_size(
    client: Client, learner: Client, client_of: ClientOf, enrolment: Enrolment
) -> None:
    assert "data-keep" not in words(client.get(url("module", "M9")))
    assert "data-keep" not in words(client_of(make_account()).get(url("module", "M9")))
    assert "Keep this module on this phone</button>" in words(learner.get(url("module", "M9")))

    measure_files()
    caches["process"].clear()  # as a minute later

    size = size_of_copies(module=enrolment.module, language="en")
    assert size is not None
    assert 100 < size < 20_000
    page = words(learner.get(url("module", "M9")))
    assert "Keep this module on this phone (" in page
    assert 'src="/static/js/keep.js"' in page


def test_nothing_is_offered_to_whoever_looks_as_somebody_else(
    account: Account, enrolment: Enrolment, client_of: ClientOf
) -> None:
    looking = client_of(make_account("administrator"))
    looking.post(reverse("view_as", args=[account.person.public_code]), {"reason": "Called by telephone."})

    page = words(looking.get(url("module", "M9")))

    assert "Module M9 en" in page
    assert "data-keep" not in page
    assert "keep.js" not in page


# --- What comes later ------------------------------------------------------------------------------------------------


def test_an_answer_counts_once_however_often_it_is_sent(
    learner: Client, enrolment: Enrolment, question: Question
) -> None:
    given = answer(question, "B")

    assert sent(learner, given) == [""]
    assert sent(learner, given) == [""]

    kept = PracticeAnswer.objects.get()
    assert (str(kept.pk), kept.enrolment, kept.given) == (given["id"], enrolment, ["B"])
    assert LessonProgress.objects.get().lesson.code == "M9.1"


@pytest.mark.parametrize(("given", "said"), [("B", "Right."), ("A", "Not quite.")])
def test_the_module_page_says_what_became_of_answers(
    learner: Client, enrolment: Enrolment, question: Question, given: str, said: str
) -> None:
    sent(learner, answer(question, given))

    page = words(learner.get(url("module", "M9")))

    assert "Answered without a network" in page
    assert f"</span>{said}</span>" in page
    address = f"{url('practice', 'M9-P1')}?check=1&amp;answer={given}&amp;next=%2Fen%2Fmodules%2FM9%2F"
    assert f'href="{address}"' in page
    assert said in words(learner.get(address.replace("&amp;", "&")))


def test_only_the_last_answer_to_a_question_is_shown(learner: Client, enrolment: Enrolment, question: Question) -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=1), tick=False):
        sent(learner, answer(question, "A"))
    sent(learner, answer(question, "B"))

    assert words(learner.get(url("module", "M9"))).count("/my/tests/practice/M9-P1/") == 1


def test_a_lesson_that_was_read_and_a_place_that_was_reached_are_taken(learner: Client, enrolment: Enrolment) -> None:
    place = block("M9.2", 1, "")["id"]
    read = {"id": str(uuid4()), "kind": "done", "lesson": "M9.1"}
    reached = {"id": str(uuid4()), "kind": "place", "lesson": "M9.2", "place": place}

    assert sent(learner, read, reached) == ["", ""]
    first = LessonProgress.objects.get(lesson__code="M9.1").completed_at
    late = {"id": str(uuid4()), "kind": "place", "lesson": "M9.1", "place": place}
    assert sent(learner, read, reached, late) == ["", "", ""]

    assert LessonProgress.objects.get(lesson__code="M9.1").completed_at == first is not None
    assert dict(LessonProgress.objects.values_list("lesson__code", "place")) == {"M9.1": "", "M9.2": place}


def test_what_cannot_be_taken_is_refused_with_a_sentence_and_changes_nothing(
    learner: Client, enrolment: Enrolment, question: Question
) -> None:
    elsewhere = make_module_page("M8")
    make_lesson_page(elsewhere, "M8.1")
    counting = make_question(code="T1")
    make_test(counting)
    not_enrolled = "You are not enrolled in this module, so this was not kept."
    unread = "This could not be read."

    assert sent(
        learner,
        answer(question, "B", lesson="M8.1"),
        answer(question, "B", lesson="nothing"),
        answer(question, "B", kind="test"),
        answer(counting, "B"),
        answer(question, "B", version=10**30),
        answer(question),
        answer(question, "nothing like it"),
        answer(question, "B", id="7"),
        answer(question, "B", given="B"),
        answer(question, "B", version="1"),
        {"id": str(uuid4()), "kind": "place", "lesson": "M9.1", "place": "here"},
    ) == [
        not_enrolled,
        not_enrolled,
        not_enrolled,
        "This question is no longer offered for practice.",
        "This question is no longer offered for practice.",
        "Choose or write an answer first, then check it.",
        "This answer is not one of the options. Load the page again and choose once more.",
        unread,
        unread,
        unread,
        "There is no such place in the lesson.",
    ]
    assert not PracticeAnswer.objects.exists()


def test_an_id_that_somebody_else_has_used_is_refused(
    account: Account, learner: Client, client_of: ClientOf, enrolment: Enrolment, question: Question
) -> None:
    other = make_account()
    make_enrolment(other.person, enrolment.module)
    given = answer(question, "B")
    sent(client_of(other), given)

    assert sent(learner, given) == ["This could not be read."]

    assert PracticeAnswer.objects.get().enrolment.person == other.person


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"learned": 1}', "[" * 100_000])
def test_what_is_no_list_is_refused(learner: Client, body: str) -> None:
    response = learner.post(url("own_offline"), body, content_type="application/json")

    assert (response.status_code, response.json()) == (400, {"message": "This could not be read."})


def test_a_form_is_refused(learner: Client) -> None:
    assert learner.post(url("own_offline"), {"learned": "1"}).status_code == 400


def test_so_many_are_taken_at_once(learner: Client, enrolment: Enrolment, question: Question) -> None:
    many = [answer(question, "B") for _each in range(101)]

    response = learner.post(url("own_offline"), json.dumps({"learned": many}), content_type="application/json")

    assert len(response.json()["outcomes"]) == PracticeAnswer.objects.count() == 100


def test_answers_are_seen_by_nobody_else_and_dropped_after_a_month(
    account: Account, learner: Client, enrolment: Enrolment, question: Question
) -> None:
    sent(learner, answer(question, "B"))
    assert PracticeAnswer.objects.visible_to(account).count() == 1
    assert not PracticeAnswer.objects.visible_to(make_account("administrator")).exists()

    forget_answers()
    assert PracticeAnswer.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        forget_answers()
    assert not PracticeAnswer.objects.exists()
