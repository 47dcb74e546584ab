"""Every type of question on its pages, in three languages and without JavaScript; what waits for a mark."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from assessments.models import Attempt
from assessments.question_types import TYPES, signed
from assessments.services import mark_response, save_response, submit_attempt
from people.models import Account
from tests.factories.assessments import EVERY, MARKED, RIGHT, make_attempt, make_question, make_test, words_of
from tests.factories.people import make_account

pytestmark = pytest.mark.django_db

ALL_LANGUAGES = ("en", "ru", "be")


def at(name: str, attempt: Attempt, language: str = "en") -> str:
    with translation.override(language):
        return reverse(name, args=[attempt.pk])


@pytest.fixture
def sit(account: Account, client_of: Callable[[Account], Client]) -> Callable[..., SimpleNamespace]:
    """`sit("essay", …)`: an open attempt at questions of these types, and the person's browser."""

    def sitting(*names: str) -> SimpleNamespace:
        test = make_test(*(make_question(name, languages=ALL_LANGUAGES) for name in names))
        return SimpleNamespace(attempt=make_attempt(account.person, test), client=client_of(account))

    return sitting


def posted(name: str, answer: Any) -> Any:
    """What the fields of a question carry in a form without JavaScript."""
    told = TYPES[name].posted(EVERY[name], answer)
    if name == "gap_fill":
        first, *typed = told
        return [first, *(piece for each in typed for piece in (each.partition("=")[0] + "=", each.partition("=")[2]))]
    return str(told).lower() if name == "true_false" else told


def as_fields(sitting: SimpleNamespace, answer: Any) -> Any:
    """An answer to the first question as the fields of its page carry it."""
    item = sitting.attempt.items.select_related("version__question").get(position=1)
    kind = TYPES[item.version.question.type]
    return signed(kind.telling, item.option_order, kind.posted(item.version.structure, answer))


@pytest.mark.parametrize("name", ["matching", "ordering", "select_words"])
def test_names_in_the_source_of_a_page_do_not_tell_the_answer_and_lead_to_it(name: str, sit: Callable) -> None:
    sitting = sit(name)
    sitting.client.post(at("attempt", sitting.attempt), {"q1": as_fields(sitting, RIGHT[name]), "q1-counter": "0"})

    question = sitting.client.get(at("attempt", sitting.attempt)).context["lines"][0].question
    names = [part.id for part in question.parts] if name == "ordering" else None
    values = [choice.value.partition("=")[2] for choice in question.parts[0].choices]

    assert sitting.attempt.items.get().response == RIGHT[name]
    assert sum(choice.chosen for part in question.parts for choice in part.choices) == len(RIGHT[name])
    assert (names or values) == [f"s{place}" for place in range(1, len(values) + 1)]


@pytest.mark.parametrize("language", ALL_LANGUAGES)
@pytest.mark.parametrize("name", [*EVERY])
def test_a_question_is_shown_in_the_language_of_the_page(name: str, language: str, sit: Callable) -> None:
    sitting = sit(name, "single_choice")

    page = sitting.client.get(at("attempt", sitting.attempt, language))
    html = page.content.decode()

    assert page.status_code == 200
    assert html.count(f"What is right? ({language})") == 2
    assert f'data-question="1" data-widget="{TYPES[name].widget}"' in html
    assert 'style="' not in html
    for part in page.context["lines"][0].question.parts:
        assert f'id="q1-{part.id}" name="q1"' in html


@pytest.mark.parametrize("name", [*MARKED])
def test_without_javascript_an_answer_is_posted_kept_and_shown_again(name: str, sit: Callable) -> None:
    sitting = sit(name)
    data = {"q1": posted(name, RIGHT[name]), "q1-counter": "0", "go": "save"}

    answer = sitting.client.post(at("attempt", sitting.attempt), data)
    page = sitting.client.get(at("attempt", sitting.attempt, "be"))

    assert answer.status_code == 302
    assert sitting.attempt.items.get().response == RIGHT[name]
    assert page.context["answered"] == 1
    assert page.context["lines"][0].question.answer


def test_half_an_order_comes_back_with_a_sentence_and_what_was_chosen(sit: Callable) -> None:
    sitting = sit("ordering")

    page = sitting.client.post(at("attempt", sitting.attempt), {"q1": ["s1=1", "s2=1", "", ""], "q1-counter": "0"})

    assert page.status_code == 422
    assert page.context["refused"][0].error == "Give every line a place, and each place only once."
    assert page.content.decode().count(" selected>1</option>") == 2


def test_an_older_answer_hears_of_the_newer_one_as_its_fields_carry_it(sit: Callable) -> None:
    sitting = sit("ordering")
    save_response(attempt=sitting.attempt, position=1, response=list("dbca"), language="en", counter=9)
    body = {"answers": [{"position": 1, "response": ["a=1", "b=2", "c=3", "d=4"], "counter": 3}]}

    told = sitting.client.post(at("attempt_save", sitting.attempt), json.dumps(body), content_type="application/json")

    assert told.json()["answers"][0]["state"] == "outdated"
    assert told.json()["answers"][0]["response"] == as_fields(sitting, list("dbca"))


def test_a_situation_stands_above_the_stem_on_every_page(account: Account, client_of: Callable) -> None:
    words = {"en": {**words_of(EVERY["single_choice"]), "case": "Two officers talk.\n\nOne asks."}}
    attempt = make_attempt(account.person, make_test(make_question(texts=words)))
    client = client_of(account)

    before = client.get(at("attempt", attempt)).content.decode()
    submit_attempt(attempt=attempt)
    after = client.get(at("attempt_result", attempt)).content.decode()

    assert before.index("<p>Two officers talk.</p>") < before.index("What is right?")
    assert "<p>Two officers talk.</p>" in after


def test_a_text_between_the_questions_is_neither_counted_nor_numbered(sit: Callable) -> None:
    sitting = sit("description", "single_choice", "true_false")

    page = sitting.client.get(at("attempt", sitting.attempt))
    review = sitting.client.get(at("attempt_review", sitting.attempt))
    submit_attempt(attempt=sitting.attempt)
    result = sitting.client.get(at("attempt_result", sitting.attempt))

    assert [line.number for line in page.context["lines"]] == [0, 1, 2]
    assert "Question 2 of 2" in page.content.decode()
    assert "q1-counter" not in page.content.decode()
    assert review.context["open_count"] == 2
    assert result.context["highest_points"] == 2
    assert result.content.decode().count("Not answered") == 2


# --- What waits for a person ----------------------------------------------------------------------------------------


def test_the_result_says_what_awaits_marking_and_the_mark_so_far(sit: Callable) -> None:
    sitting = sit("single_choice", "essay")
    save_response(attempt=sitting.attempt, position=1, response="B", language="en", counter=1)
    save_response(attempt=sitting.attempt, position=2, response="A line\n\nand another", language="en", counter=1)
    submit_attempt(attempt=sitting.attempt)

    page = sitting.client.get(at("attempt_result", sitting.attempt))
    html = page.content.decode()

    assert (page.context["pending"], page.context["awaiting"], page.context["per_cent"]) == (True, 1, 50)
    for words in ("Not decided yet", "1 answer awaits marking by a person.", "Mark so far", "Awaits marking"):
        assert words in html
    assert "<p>A line</p>" in html
    assert "Not passed" not in html


def test_after_marking_the_result_says_the_outcome_and_why(sit: Callable) -> None:
    sitting = sit("single_choice", "essay")
    save_response(attempt=sitting.attempt, position=1, response="B", language="en", counter=1)
    save_response(attempt=sitting.attempt, position=2, response="Text", language="en", counter=1)
    submit_attempt(attempt=sitting.attempt)
    essay = sitting.attempt.items.get(position=2)
    mark_response(item=essay, mark=60, reason="One target is missing.", actor=make_account("facilitator"))

    page = sitting.client.get(at("attempt_result", sitting.attempt))
    html = page.content.decode()

    assert (page.context["passed"], page.context["awaiting"], page.context["per_cent"]) == (True, 0, 80)
    assert "Why this mark: One target is missing." in html
    assert "awaits marking" not in html


def test_whoever_passed_without_the_essay_hears_both(sit: Callable) -> None:
    sitting = sit(*["single_choice"] * 3, "essay")
    for position in (1, 2, 3):
        save_response(attempt=sitting.attempt, position=position, response="B", language="en", counter=1)
    save_response(attempt=sitting.attempt, position=4, response="Text", language="en", counter=1)
    submit_attempt(attempt=sitting.attempt)

    html = sitting.client.get(at("attempt_result", sitting.attempt, "ru")).content.decode()

    assert "Сдано" in html
    assert "1 ответ ждёт проверки человеком." in html
    assert "Балл ещё может вырасти." in html


# --- Practice -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*MARKED])
def test_a_practice_question_of_each_type_says_right(name: str, account: Account, client_of: Callable) -> None:
    question = make_question(name, code="P1")
    given = posted(name, RIGHT[name])

    page = client_of(account).get(reverse("practice", args=[question.code]), {"answer": given, "fragment": "1"})

    assert (page.context["right"], page.context["error"]) == (True, "")


def test_an_essay_in_practice_sends_nothing_and_offers_a_good_answer(account: Account, client_of: Callable) -> None:
    words = {"en": {"stem": "Why?", "model_answer": "Because.", "rubric": "1 point: a reason."}}
    make_question("essay", code="P1", texts=words)

    html = client_of(account).get(reverse("practice", args=["P1"])).content.decode()

    assert "<p>Because.</p>" in html
    assert 'method="get" action="/en/my/tests/practice/' not in html
    assert "1 point: a reason." not in html
