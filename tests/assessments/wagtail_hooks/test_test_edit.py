"""Writing a test in the CMS: rules, sections with and without chance, what is shown when."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments import disclosure
from assessments.forms import TestEditor
from assessments.models import Objective, QuestionTag, Test
from assessments.services import SectionPlan, change_test, create_test, submit_attempt
from audit.models import Event
from people.models import Account
from tests.assessments.forms.typing_tests import post, typed_in
from tests.factories.assessments import make_attempt, make_category, make_question, make_test
from tests.factories.people import make_agency, make_person

pytestmark = pytest.mark.django_db

NEW = {"rules__code": "M1-F", "rules__title_en": "The legal perspective"}


@pytest.fixture
def editor(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> Client:
    return client_of(roles.editor)


def new(*sections: dict[str, str], **changes: Any) -> QueryDict:
    """What is posted for a new test with these sections."""
    rows = {
        f"sections-{number}-{name}": value
        for number, section in enumerate(sections)
        for name, value in {"mark": "1", **section}.items()
    }
    return typed_in(TestEditor(), sections__TOTAL_FORMS=str(len(sections)), **{**NEW, **rows, **changes})


def add(editor: Client, data: QueryDict) -> Any:
    return post(editor, reverse("tests:add"), data)


def errors_of(page: Any) -> dict[str, list[str]]:
    """What is said at which field."""
    editor = page.context["editor"]
    forms = [editor.rules, *editor.sections.forms]
    return {form.add_prefix(name): list(said) for form in forms for name, said in form.errors.items()}


def sections_of(test: Test) -> list[Any]:
    return [
        (each.form, each.title_en, each.draw, each.mark, [item.question.code for item in each.items.all()])
        for each in test.sections.all()
    ]


def test_an_editor_makes_a_test_of_questions_in_order(editor: Client) -> None:
    make_question(code="Q1"), make_question(code="Q2")

    answer = add(editor, new({"type": "named", "codes": "Q2\nQ1"}, rules__attempts_limit="3"))
    test = Test.objects.get()

    assert answer.url == reverse("tests:edit", args=[test.pk])
    assert sections_of(test) == [("", "", None, 100, ["Q2", "Q1"])]
    assert (test.code, test.attempts_limit, test.shuffle_questions, test.disclosed) == ("M1-F", 3, True, {})
    assert Event.objects.get(action="assessments.test_created").object_id == str(test.pk)


def test_sections_draw_at_random_count_more_and_have_titles(editor: Client) -> None:
    category, tag = make_category("law"), QuestionTag.objects.create(name="border")
    objective = Objective.objects.create(code="O1", text_en="Can")
    for _number in range(3):
        make_question(category=category, objective=objective).tags.add(tag)
    chosen = {"draw": "2", "category": str(category.pk), "tag": str(tag.pk), "objective": str(objective.pk)}

    add(editor, new({"type": "drawn", "mark": "2,5", "title_en": "Law", "title_be": "Права", **chosen}))
    section = Test.objects.get().sections.get()

    assert (section.draw, section.category, section.tag, section.objective) == (2, category, tag, objective)
    assert (section.mark, section.title_en, section.title_be, section.by_hand) == (250, "Law", "Права", False)


def test_what_is_saved_stands_in_the_form_and_saving_it_untouched_changes_nothing(editor: Client) -> None:
    rules = {
        "attempts_limit": 2,
        "delay_minutes": 30,
        "time_limit_minutes": 45,
        "opens_at": timezone.localtime().replace(second=0, microsecond=0),
        "questions_per_page": 5,
        "sequential": True,
        "certainty": True,
        "second_marker": True,
        "grading": "last",
        "disclosed": {"later": ["marks", "outcome"]},
    }
    plans = [
        SectionPlan(form="A", questions=[make_question()], mark=150, by_hand=True, title_ru="Право"),
        SectionPlan(form="B", draw=1, category=make_category()),
    ]
    test = create_test(code="T", title_en="T", title_be="Т", purpose="pre_post", sections=plans, **rules)
    before, sections = Test.objects.values().get(), list(test.sections.values())
    page = editor.get(reverse("tests:edit", args=[test.pk]))

    answer = post(editor, reverse("tests:edit", args=[test.pk]), typed_in(page.context["editor"]))

    assert answer.status_code == 302
    assert Test.objects.values().get() == before
    assert list(test.sections.values()) == sections


def test_a_change_is_logged_with_what_was_before(editor: Client) -> None:
    test = make_test(pass_mark=60)
    page = editor.get(reverse("tests:edit", args=[test.pk]))

    post(editor, reverse("tests:edit", args=[test.pk]), typed_in(page.context["editor"], rules__pass_mark="75"))
    event = Event.objects.get(action="assessments.test_changed")

    assert (event.before["pass_mark"], event.after["pass_mark"]) == (60, 75)


@pytest.mark.parametrize(
    ("section", "change", "field", "sentence"),
    [
        ({"codes": "Q1 Q9"}, {}, "sections-0-codes", "There is no question with the code Q9."),
        ({"codes": "Q1 Q1"}, {}, "sections-0-codes", "The question Q1 stands here twice."),
        ({"codes": ""}, {}, "sections-0-codes", "Name at least one question, or remove the section."),
        ({"mark": "0"}, {}, "sections-0-mark", "Each question counts something: 0.01 points at least."),
        ({"mark": "one"}, {}, "sections-0-mark", "Write a number of points, for instance 1 or 0.5."),
        ({"mark": "0.125"}, {}, "sections-0-mark", "Points have at most two decimals."),
        (
            {"type": "drawn", "draw": "3"},
            {},
            "sections-0-draw",
            "Only 2 questions may be shown today. Draw fewer, or widen the choice.",
        ),
        ({"type": "drawn", "draw": ""}, {}, "sections-0-draw", "Say how many questions are drawn."),
        (
            {},
            {"rules__attempts_limit": "0"},
            "rules-attempts_limit",
            "Allow at least one attempt, or leave the limit empty.",
        ),
        (
            {},
            {"rules__time_limit_minutes": "0"},
            "rules-time_limit_minutes",
            "Give at least one minute, or leave the time limit empty.",
        ),
        (
            {},
            {"rules__questions_per_page": "0"},
            "rules-questions_per_page",
            "Put at least one question on a page, or leave the number empty.",
        ),
        (
            {},
            {"rules__opens_at": "2026-05-02T10:00", "rules__closes_at": "2026-05-02T10:00"},
            "rules-closes_at",
            "The test must close after it opens.",
        ),
        ({}, {"rules__code": "T1"}, "rules-code", "There is already a test with the code T1."),
        (
            {},
            {"rules__title_en": ""},
            "rules-title_en",
            "Write the title in English; the other languages fall back on it.",
        ),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(
    editor: Client, section: dict[str, str], change: dict[str, str], field: str, sentence: str
) -> None:
    make_test(make_question(code="Q1"), make_question(code="Q2"), code="T1")

    page = add(editor, new({"type": "named", "codes": "Q1", "title_ru": "Право", **section}, **change))

    assert page.status_code == 422
    assert errors_of(page) == {field: [sentence]}
    assert sentence in page.content.decode()
    assert 'value="Право"' in page.content.decode()
    assert Test.objects.count() == 1


def test_a_question_stands_in_one_section_of_a_form_only(editor: Client) -> None:
    make_question(code="Q1")
    named = {"type": "named", "codes": "Q1"}

    page = add(editor, new(named, named))
    answer = add(editor, new({**named, "form": "A"}, {**named, "form": "B"}, rules__purpose="pre_post"))

    assert errors_of(page) == {"sections-1-codes": ["The question Q1 stands in an earlier section already."]}
    assert answer.status_code == 302


# --- Rows, without JavaScript ---------------------------------------------------------------------------------------
def rows_after(editor: Client, data: QueryDict, wish: str) -> Any:
    data["rows"] = wish
    return add(editor, data)


@pytest.mark.parametrize(
    ("wish", "codes"),
    [
        ("up sections 1", ["Q2", "Q1"]),
        ("down sections 0", ["Q2", "Q1"]),
        ("remove sections 0", ["Q2"]),
        ("add sections named", ["Q1", "Q2", ""]),
    ],
)
def test_sections_are_added_moved_and_taken_away_and_nothing_is_saved(
    editor: Client, wish: str, codes: list[str]
) -> None:
    make_question(code="Q1"), make_question(code="Q2")
    data = new({"type": "named", "codes": "Q1"}, {"type": "named", "codes": "Q2"}, rules__pass_mark="a few")

    page = rows_after(editor, data, wish)

    assert page.status_code == 200
    assert [row["codes"].value() or "" for row in page.context["editor"].sections.forms] == codes
    assert page.context["editor"].rules["pass_mark"].value() == "a few"
    assert errors_of(page) == {}
    assert not Test.objects.exists()


def test_a_new_section_at_random_says_what_it_can_draw(editor: Client) -> None:
    law = make_category("law")
    make_question(category=law), make_question()

    page = rows_after(editor, new(), "add sections drawn")
    narrowed = rows_after(editor, new({"type": "drawn", "category": str(law.pk)}), "find sections-0")

    assert page.context["editor"].sections.forms[0].supply.available == 2
    assert narrowed.context["editor"].sections.forms[0].supply.available == 1


def test_questions_are_found_by_words_and_ticked(editor: Client) -> None:
    texts = {"en": {"stem": "Who is a refugee?", "options": {"A": "x", "B": "y", "C": "z"}}}
    make_question(code="Q1"), make_question(code="Q2", texts=texts), make_question(code="Q3", texts=texts)
    data = new({"type": "named", "codes": "Q3", "search": "refugee"})

    found = rows_after(editor, data, "find sections-0")
    ticked = typed_in(found.context["editor"], sections__0__picked=["Q2"])
    picked = rows_after(editor, ticked, "find sections-0").context["editor"].sections.forms[0]

    assert [each.code for each in found.context["editor"].sections.forms[0].found] == ["Q2"]
    assert "Who is a refugee?" in found.content.decode()
    assert picked["codes"].value() == "Q3\nQ2"
    assert [each.code for each in picked.listed] == ["Q3", "Q2"]
    assert not picked.found


def test_a_question_that_no_test_shows_is_named_with_the_reason(editor: Client) -> None:
    test = make_test(make_question(status="draft"))

    html = editor.get(reverse("tests:edit", args=[test.pk])).content.decode()

    assert "Not published yet, so no test shows it." in html


# --- What is shown when ---------------------------------------------------------------------------------------------
def test_the_usual_of_the_purpose_is_ticked_first_and_follows_it(editor: Client) -> None:
    test = make_test(purpose="final")
    page = editor.get(reverse("tests:edit", args=[test.pk]))

    post(editor, page.request["PATH_INFO"], typed_in(page.context["editor"], rules__purpose="practice"))
    test.refresh_from_db()

    assert page.context["editor"].shown["later"].value() == disclosure.usual("final")["later"]
    assert (test.purpose, test.disclosed) == ("practice", {})
    assert "never shows anything" in page.content.decode()


def test_boxes_that_were_changed_are_kept(editor: Client) -> None:
    test = make_test(purpose="final")
    page = editor.get(reverse("tests:edit", args=[test.pk]))
    changed = typed_in(page.context["editor"], shown__later=["outcome"], rules__purpose="practice")

    post(editor, page.request["PATH_INFO"], changed)
    test.refresh_from_db()

    assert test.disclosed == {**disclosure.usual("final"), "later": ["outcome"]}


def test_a_button_ticks_the_usual_of_the_purpose_chosen(editor: Client) -> None:
    page = rows_after(editor, new(shown__later=[], rules__purpose="practice"), "usual")

    assert page.context["editor"].shown["later"].value() == disclosure.usual("practice")["later"]


def test_a_box_that_is_none_is_refused(editor: Client) -> None:
    page = add(editor, new(shown__later=["everything"]))

    assert (page.status_code, Test.objects.count()) == (422, 0)


# --- Who is concerned, and who may ----------------------------------------------------------------------------------
def test_the_page_says_whom_a_change_concerns_and_open_attempts_keep_their_rules(editor: Client) -> None:
    test = make_test(make_question())
    agency = make_agency()
    open_one = make_attempt(make_person(agency=agency), test)
    submit_attempt(attempt=make_attempt(make_person(agency=agency), test))
    page = editor.get(reverse("tests:edit", args=[test.pk]))

    post(editor, page.request["PATH_INFO"], typed_in(page.context["editor"], rules__sequential="on"))
    open_one.refresh_from_db()

    assert page.context["concerned"] == {"taking": 1, "passed": 0, "tried": 1}
    assert "1 person is taking this test now and keeps the rules and questions they began with." in (
        page.content.decode()
    )
    assert open_one.rules["sequential"] is False


def test_nobody_writes_over_what_somebody_else_saved_meanwhile(editor: Client) -> None:
    test = make_test()
    page = editor.get(reverse("tests:edit", args=[test.pk]))
    change_test(test=test, pass_mark=90)

    answer = post(editor, page.request["PATH_INFO"], typed_in(page.context["editor"], rules__pass_mark="10"))
    test.refresh_from_db()

    assert "Somebody else saved this test meanwhile." in answer.content.decode()
    assert test.pass_mark == 90


def test_saved_twice_a_new_test_is_one(editor: Client) -> None:
    data = new()

    first, second = add(editor, data), add(editor, data)

    assert (first.status_code, second.status_code, Test.objects.count()) == (302, 422, 1)


def test_a_test_is_never_deleted(editor: Client) -> None:
    test = make_test()

    answer = editor.post(reverse("tests:delete", args=[test.pk]), follow=True)

    assert "Tests are never deleted" in answer.content.decode()
    assert Test.objects.filter(pk=test.pk).exists()


def test_the_page_asks_the_same_number_of_questions_of_the_database(
    editor: Client, django_assert_max_num_queries: Any
) -> None:
    few, many = make_test(make_question()), make_test(*(make_question() for _ in range(6)))
    editor.get(reverse("tests:edit", args=[few.pk]))
    with django_assert_max_num_queries(100) as first:
        editor.get(reverse("tests:edit", args=[few.pk]))
    with django_assert_max_num_queries(len(first)):
        editor.get(reverse("tests:edit", args=[many.pk]))
