"""The question bank in the CMS: the list, the page of a question, and what is done with several at once."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Category, Question, QuestionText, Voiding
from assessments.question_types import TYPES
from assessments.services import Answer, add_version, revise_text, save_responses, submit_attempt, void_version
from audit.models import Event
from people.models import Account
from tests.factories.assessments import (
    EVERY,
    RIGHT,
    WRONG,
    make_attempt,
    make_category,
    make_question,
    make_test,
    words_of,
)
from tests.factories.people import make_account

pytestmark = pytest.mark.django_db

LIST = "/cms/questions/"


@pytest.fixture
def editor(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> Client:
    return client_of(roles.editor)


def at(name: str, question: Question, *further: Any) -> str:
    return reverse(f"questions:{name}", args=[question.pk, *further])


def listed(editor: Client, query: str = "") -> list[str]:
    return [question.code for question in editor.get(LIST + query).context["object_list"]]


def said(page: Any) -> list[str]:
    return [str(message).strip() for message in page.context["messages"]]


# --- The list -------------------------------------------------------------------------------------------------------
def test_the_list_says_of_each_question_what_an_editor_looks_for(editor: Client) -> None:
    question = make_question(code="Q1", languages=("en", "be"), review_on=date(2020, 1, 31))
    make_test(question)
    text = QuestionText.objects.get(language="be")
    revise_text(version=text.version, language="be", words=text.words, review=QuestionText.Review.REVIEWED)

    row = editor.get(LIST).context["object_list"][0]

    assert (row.code, row.first_words, row.used) == ("Q1", "What is right? (en)", 1)
    assert row.languages == [("en", "awaiting"), ("ru", ""), ("be", "reviewed")]
    assert row.not_drawn == "It is overdue for review, so no test shows it."


def test_the_list_is_found_by_code_and_by_words_of_any_language(editor: Client) -> None:
    make_question(code="M1-Q01")
    words = {**words_of(EVERY["single_choice"], "be"), "feedback": "Медыцынская дапамога бежанцам"}
    make_question(code="Q2", texts={"be": words})

    assert listed(editor, "?q=m1-q") == ["M1-Q01"]
    assert listed(editor, "?q=БЕЖАНЦАМ дапамога") == ["Q2"]
    assert listed(editor, "?q=БЕЖАНЦАМ лекарства") == []


def test_words_that_were_replaced_are_not_found(editor: Client) -> None:
    question = make_question("true_false", code="Q1")
    text = QuestionText.objects.get()
    revise_text(version=text.version, language="en", words={**text.words, "stem": "A typhoid carrier"})
    add_version(question=question, structure={"answer": True}, texts={"en": {"stem": "A cholera carrier"}})

    assert (listed(editor, "?q=typhoid"), listed(editor, "?q=cholera")) == ([], ["Q1"])


def test_the_list_is_narrowed_by_everything_a_question_is_filed_under(editor: Client) -> None:
    outer = make_category("outer")
    inner = Category.objects.create(slug="inner", name="Inner", parent=outer)
    beside = make_category("outermost")
    make_question(code="Q1", category=inner, tags=["law"], languages=("en", "ru", "be"))
    make_question("essay", code="Q2", category=outer, unverified=True)
    make_question(code="Q3", category=beside, status="retired", review_on=timezone.localdate() - timedelta(days=1))
    tag = Question.objects.get(code="Q1").tags.get()

    queries = {
        f"?category={outer.pk}": ["Q1", "Q2"],
        f"?category={inner.pk}": ["Q1"],
        f"?tags={tag.pk}": ["Q1"],
        "?type=essay": ["Q2"],
        "?status=retired": ["Q3"],
        "?state=unverified": ["Q2"],
        "?state=overdue": ["Q3"],
        "?state=awaiting": ["Q1", "Q2", "Q3"],
        "?missing=ru": ["Q2", "Q3"],
        "?ordering=-code": ["Q3", "Q2", "Q1"],
    }
    assert {query: listed(editor, query) for query in queries} == queries


def test_a_text_that_was_reviewed_and_then_changed_awaits_review_again(editor: Client) -> None:
    make_question("true_false", code="Q1")
    text = QuestionText.objects.get()
    revise_text(version=text.version, language="en", words=text.words, review="reviewed")
    reviewed = listed(editor, "?state=awaiting")
    revise_text(version=text.version, language="en", words={**text.words, "stem": "Anew"})

    assert (reviewed, listed(editor, "?state=awaiting")) == ([], ["Q1"])


def test_the_tree_shows_where_the_list_is_and_what_lies_below(editor: Client) -> None:
    outer = make_category("outer")
    inner = Category.objects.create(slug="inner", name="Inner", parent=outer)
    make_question(category=inner), make_question(category=inner), make_question(category=outer)

    whole = editor.get(LIST).context["tree"]
    within = editor.get(f"{LIST}?category={inner.pk}").context["tree"]

    assert (whole["above"], whole["here"]) == ([], None)
    assert {each.category.slug: each.within for each in whole["below"]} == {"bank": 0, "outer": 3}
    assert [each.category for each in within["above"]] == [outer]
    assert (within["here"].category, within["here"].within, within["below"]) == (inner, 2, [])


def test_a_new_question_begins_in_the_drawer_that_is_open(editor: Client) -> None:
    category = make_category("open")

    page = editor.get(f"{LIST}?category={category.pk}")
    types = editor.get(page.context["view"].get_add_url())
    form = editor.get(f"{reverse('questions:add_type', args=['essay'])}?{types.context['query']}")

    assert form.context["editor"].filing["category"].value() == category.pk
    assert editor.get(f"{reverse('questions:add_type', args=['essay'])}?category=nothing").status_code == 200


def test_the_list_costs_the_same_for_one_question_and_for_three(editor: Client) -> None:
    counts = []
    make_question(languages=("en", "ru", "be"), tags=["a"])
    editor.get(LIST)
    for more in (0, 2):
        for _each in range(more):
            make_test(make_question(languages=("en", "ru"), tags=["a", "b"]))
        with CaptureQueriesContext(connection) as queries:
            editor.get(LIST)
        counts.append(len(queries))

    assert counts[0] == counts[1]


# --- The page of a question -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, ""),
        ({"status": "draft"}, "Not published yet, so no test shows it."),
        ({"status": "retired"}, "Retired: no test shows it any more."),
        ({"unverified": True}, "Its source is not confirmed, so no test shows it."),
        ({"review_on": date(2020, 1, 1)}, "It is overdue for review, so no test shows it."),
    ],
)
def test_the_page_says_why_no_test_shows_a_question(editor: Client, fields: dict[str, Any], sentence: str) -> None:
    question = make_question(**fields)

    assert editor.get(at("page", question)).context["not_drawn"] == sentence
    assert (question in Question.objects.drawable()) is not bool(sentence)


def test_the_page_tells_tests_answers_draws_and_history(editor: Client, roles: SimpleNamespace) -> None:
    question = make_question("true_false", tags=["law"])
    test = make_test(question, code="T1")
    attempt = make_attempt(roles.learner.person, test)
    save_responses(attempt=attempt, answers=[Answer(1, False, 1)], language="en")
    submit_attempt(attempt=attempt)

    page = editor.get(at("page", question))

    assert [(each.code, each.answers) for each in page.context["tests"]] == [("T1", 1)]
    assert page.context["versions"][0].answers == 1
    assert [each.what for each in page.context["history"]] == ["Put into the bank"]
    assert ("Type", "", "true or false") in page.context["history"][0].facts


@pytest.mark.parametrize("type_name", RIGHT)
@pytest.mark.parametrize(("answers", "right"), [(RIGHT, True), (WRONG, False)])
def test_a_question_is_tried_as_a_learner_would_and_nothing_is_kept(
    editor: Client, type_name: str, answers: dict[str, Any], right: bool
) -> None:
    question = make_question(type_name)
    kind, structure = TYPES[type_name], question.versions.get().structure
    posted = kind.posted(structure, kind.parse(structure, answers[type_name]))
    posted = "false" if posted is False else "true" if posted is True else posted
    events = Event.objects.count()

    page = editor.get(at("preview", question, "en"), {"check": "1", "answer": posted})

    assert (page.context["answered"], page.context["right"]) == (True, right)
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert Event.objects.count() == events


@pytest.mark.parametrize("type_name", EVERY)
def test_every_type_is_shown_in_the_language_asked_for(editor: Client, type_name: str) -> None:
    question = make_question(type_name, languages=("en", "be"))

    page = editor.get(at("preview", question, "be"))

    assert 'lang="be"' in page.content.decode()
    assert "What is right? (be)" in page.content.decode()
    assert editor.get(at("preview", question, "ru")).status_code == 404


def test_an_answer_that_cannot_be_read_is_said_in_the_preview(editor: Client) -> None:
    page = editor.get(at("preview", make_question("numerical"), "en"), {"check": "1", "answer": "many"})

    assert "is not one number" in page.context["error"]


def test_two_versions_are_compared_in_words(editor: Client) -> None:
    question = make_question("numerical", structure={"value": "12"}, texts={"en": {"stem": "How many years?"}})
    texts = {"en": {"stem": "How many months?"}, "be": {"stem": "Колькі месяцаў?"}}
    add_version(question=question, structure={"value": "12", "tolerance": "5", "relative": True}, texts=texts)

    page = editor.get(at("differences", question))

    assert [[tuple(each) for each in line] for line in page.context["structure"]] == [
        [("removed", "12, give or take 0")],
        [("added", "12, give or take 5\u00a0%")],
    ]
    english, russian, belarusian = (texts for _language, texts in page.context["languages"])
    assert [tuple(each) for each in english[0].changes] == [
        ("same", "How many "),
        ("removed", "years"),
        ("added", "months"),
        ("same", "?"),
    ]
    assert russian == []
    assert [tuple(each) for each in belarusian[0].changes] == [("added", "Колькі месяцаў?")]


def test_a_question_is_submitted_published_and_retired_step_by_step(editor: Client) -> None:
    question = make_question(status="draft")
    seen = []
    for wanted in ("review", "published", "draft", "retired"):
        page = editor.post(at("status", question), {"status": wanted}, follow=True)
        question.refresh_from_db()
        seen.append((question.status, said(page)))

    code = question.code
    assert seen == [
        ("review", [f"{code}: in review."]),
        ("published", [f"{code}: published."]),
        ("published", ["This step is not possible now. Look at the status of the question."]),
        ("retired", [f"{code}: retired."]),
    ]


def test_a_defective_question_is_not_published_before_it_is_mended(editor: Client, roles: SimpleNamespace) -> None:
    question = make_question("true_false", status="draft", code="Q1")
    void_version(version=question.versions.get(), reason="No answer is right.", actor=roles.editor)

    page = editor.post(at("status", question), {"status": "published"}, follow=True)
    question.refresh_from_db()

    assert said(page) == ["The newest version of Q1 was found defective. Mend the question first."]
    assert question.status == "draft"


def test_a_text_is_reviewed_as_it_was_read(editor: Client) -> None:
    question = make_question("true_false")
    text = QuestionText.objects.get()

    editor.post(at("review", question, "en"), {"text": text.pk})
    reviewed = QuestionText.objects.first()
    revise_text(version=text.version, language="en", words={**text.words, "stem": "Anew"})
    page = editor.post(at("review", question, "en"), {"text": reviewed.pk}, follow=True)

    assert (reviewed.revision, reviewed.review, reviewed.words) == (2, "reviewed", text.words)
    assert said(page)[-1] == "These words were changed meanwhile. Read them again."
    assert QuestionText.objects.first().review == "awaiting"


def test_a_copy_is_a_draft_under_a_code_of_its_own(editor: Client) -> None:
    question = make_question(code="Q1", tags=["law"])

    taken = editor.post(at("duplicate", question), {"code": "Q1"})
    answer = editor.post(at("duplicate", question), {"code": "Q1-B"})
    copy = Question.objects.get(code="Q1-B")

    assert taken.context["copying"].errors == {"code": ["There is already a question with the code Q1."]}
    assert answer.url == at("page", copy)
    assert (copy.status, copy.versions.get().structure) == ("draft", question.versions.get().structure)


def test_a_version_is_found_defective_after_a_page_that_says_what_follows(
    editor: Client, roles: SimpleNamespace
) -> None:
    question = make_question("true_false")
    submit_attempt(attempt=make_attempt(make_account().person, make_test(question)))

    asked = editor.get(at("void", question, 1))
    silent = editor.post(at("void", question, 1), {"reason": " "})
    page = editor.post(at("void", question, 1), {"reason": "No answer is right."}, follow=True)

    assert asked.context["concerned"] == 1
    assert silent.context["form"].errors == {"reason": ["Say what is wrong with the question."]}
    assert Voiding.objects.values_list("reason", "created_by").get() == ("No answer is right.", roles.editor.pk)
    assert said(page) == ["Version 1 is asked no more. 1 attempt gets the full mark for it."]
    assert page.context["not_drawn"] == "The newest version was found defective, so no test shows it."


def test_a_question_is_never_deleted(editor: Client, roles: SimpleNamespace, client_of: Callable) -> None:
    question = make_question(code="Q1")

    pages = [each.post(at("delete", question), follow=True) for each in (editor, client_of(roles.administrator))]

    sentence = "Questions are never deleted: answers that people gave point at them. Retire Q1 instead."
    assert [said(page) for page in pages] == [[sentence], [sentence]]
    assert Question.objects.filter(pk=question.pk).exists()


# --- Several at once ------------------------------------------------------------------------------------------------
def bulk(action: str, *questions: Question) -> str:
    ids = "&".join(f"id={question.pk}" for question in questions)
    return f"{reverse('wagtail_bulk_action', args=['assessments', 'question', action])}?{ids}&next={LIST}"


def test_several_questions_are_moved_after_a_page_that_lists_them(editor: Client, roles: SimpleNamespace) -> None:
    first, second, other = make_question(code="Q1"), make_question(code="Q2"), make_question(code="Q3")
    target = make_category("target")

    page = editor.get(bulk("move", first, second))
    done = editor.post(bulk("move", first, second), {"category": target.pk}, follow=True)

    assert [each["item"].code for each in page.context["items"]] == ["Q1", "Q2"]
    assert said(done) == ["2 questions lie in “Target” now. To undo it, move them back to “Bank”."]
    assert set(target.questions.all()) == {first, second}
    assert other.category.slug == "bank"
    events = Event.objects.filter(action="assessments.question_described")
    assert {(event.actor_id, event.after["category"]) for event in events} == {(roles.editor.pk, "target")}
    assert events.count() == 2


def test_tags_are_added_and_taken_away_together(editor: Client) -> None:
    first, second = make_question(tags=["law", "old"]), make_question(tags=["new"])

    nothing = editor.post(bulk("tags", first, second), {"add": " , ", "remove": ""})
    editor.post(bulk("tags", first, second), {"add": "New, Health", "remove": "old"})

    tags = [sorted(each.tags.values_list("name", flat=True)) for each in (first, second)]
    assert nothing.context["form"].non_field_errors() == ["Name at least one tag."]
    assert tags == [["health", "law", "new"], ["health", "new"]]


def test_the_status_of_all_changes_or_of_none(editor: Client, roles: SimpleNamespace) -> None:
    good, bad = make_question(code="Q1", status="draft"), make_question(code="Q2", status="draft")
    void_version(version=bad.versions.get(), reason="Wrong.", actor=roles.editor)

    refused = editor.post(bulk("status", good, bad), {"status": "published"})
    statuses = list(Question.objects.values_list("status", flat=True))
    done = editor.post(bulk("status", good), {"status": "published"}, follow=True)

    assert refused.context["form"].non_field_errors() == [
        "The newest version of Q2 was found defective. Mend the question first."
    ]
    assert statuses == ["draft", "draft"]
    assert said(done) == ["1 question has the status “published” now. To undo it, set it back to: draft."]


@pytest.mark.parametrize("action", ["move", "tags", "status"])
def test_learners_and_managers_do_nothing_with_questions(
    action: str, roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    question = make_question(tags=["law"])
    typed = {"category": make_category("other").pk, "remove": "law", "status": "retired"}

    answers = [client_of(each).post(bulk(action, question), typed) for each in (roles.learner, roles.manager)]
    question.refresh_from_db()

    assert [answer.status_code for answer in answers] == [302, 302]
    assert (question.category.slug, question.tags.count(), question.status) == ("bank", 1, "published")


def test_all_is_never_everything_in_the_bank(editor: Client) -> None:
    make_question()

    address = reverse("wagtail_bulk_action", args=["assessments", "question", "status"])

    assert editor.get(f"{address}?id=all").context["items"] == []


# --- Hints ----------------------------------------------------------------------------------------------------------
def test_hints_are_shown_one_inside_the_other_where_somebody_practises(
    roles: SimpleNamespace, client_of: Callable[[Account], Client]
) -> None:
    words = {"stem": "Is it so?", "hints": ["Read again.", "Think twice."]}
    question = make_question("true_false", texts={"en": words})
    make_test(question, purpose="practice")

    page = client_of(roles.learner).get(f"/en/my/tests/practice/{question.code}/").content.decode()

    assert page.index("Show a hint") < page.index("Read again.") < page.index("Show another hint")
    assert page.index("Show another hint") < page.index("Think twice.")
    assert page.count('<details class="hints__item">') == page.count("</details>") == 2
