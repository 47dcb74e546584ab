"""Writing questions in the CMS: every type is made, read again and changed through its form."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from assessments.forms import QuestionEditor
from assessments.models import Question, QuestionText, QuestionType
from assessments.services import revise_text
from audit.models import Event
from people.models import Account
from tests.assessments.forms.typing import typed_in
from tests.factories.assessments import make_category, make_question

pytestmark = pytest.mark.django_db

# What an editor types for a new question of each type, in English only, and what becomes of it.
STEM = {"words-stem_en": "What is right?"}
WRITTEN: dict[str, tuple[dict[str, str], dict[str, Any], dict[str, Any]]] = {
    "single_choice": (
        {
            "answers-options-0-text_en": "Twelve",
            "answers-options-0-correct": "on",
            "answers-options-0-rationale_en": "Count again.",
            "answers-options-1-text_en": "Nine",
            "answers-options-1-last": "on",
        },
        {"options": [{"id": "A", "correct": True}, {"id": "B", "correct": False, "last": True}]},
        {"options": {"A": "Twelve", "B": "Nine"}, "rationales": {"A": "Count again."}},
    ),
    "multiple_response": (
        {
            "answers-options-0-text_en": "Twelve",
            "answers-options-0-correct": "on",
            "answers-options-0-credit": "0,5",
            "answers-options-1-text_en": "Nine",
            "answers-options-1-credit": "−1/4",
        },
        {
            "options": [
                {"id": "A", "correct": True, "credit": "0.5"},
                {"id": "B", "correct": False, "credit": "-1/4"},
            ]
        },
        {"options": {"A": "Twelve", "B": "Nine"}},
    ),
    "true_false": (
        {"answers-rules-answer": "false", "answers-rules-rationale_true_en": "No."},
        {"answer": False},
        {"rationales": {"true": "No."}},
    ),
    "matching": (
        {
            "answers-pairs-0-left_en": "Refugee",
            "answers-pairs-0-right_en": "1951",
            "answers-pairs-1-left_en": "Stateless",
            "answers-pairs-1-right_en": "1954",
            "answers-pairs-2-left_en": "Asylum",
            "answers-pairs-2-right_en": "1951",
        },
        {
            "pairs": [{"id": "p1", "right": "r1"}, {"id": "p2", "right": "r2"}, {"id": "p3", "right": "r1"}],
            "rights": ["r1", "r2"],
        },
        {"lefts": {"p1": "Refugee", "p2": "Stateless", "p3": "Asylum"}, "rights": {"r1": "1951", "r2": "1954"}},
    ),
    "ordering": (
        {
            "answers-rules-grading": "longest_run",
            "answers-items-0-text_en": "First",
            "answers-items-1-text_en": "Second",
        },
        {"order": ["i1", "i2"], "grading": "longest_run"},
        {"items": {"i1": "First", "i2": "Second"}},
    ),
    "numerical": (
        {
            "answers-numbers-0-value": "1 250,5",
            "answers-numbers-0-tolerance": "5",
            "answers-numbers-0-relative": "1",
            "answers-rules-unit_en": "km",
        },
        {"value": "1250.5", "tolerance": "5", "relative": True},
        {"unit": "km"},
    ),
    "short_answer": (
        {
            "answers-rules-ignore_case": "",
            "answers-accept_en-0-text": "refugee*",
        },
        {"ignore_case": False, "ignore_yo": True},
        {"accept": [{"text": "refugee*"}]},
    ),
    "essay": (
        {"answers-rules-model_answer_en": "A good one", "answers-rules-rubric_en": "Read kindly."},
        {},
        {"model_answer": "A good one", "rubric": "Read kindly."},
    ),
    "description": ({}, {}, {}),
}
# Types whose rows are added by a button first: the buttons, and what is typed then.
WITH_GAPS: dict[str, tuple[list[str], dict[str, str], dict[str, Any], dict[str, Any]]] = {
    "gap_fill": (
        ["add answers-gaps g single_choice", "add answers-gaps g numerical", "add answers-gaps g short_answer"],
        {
            "answers-rules-text_en": "In [[g1]] there were [[g2]] of [[g3]].",
            "answers-gaps-0-inside-options-0-text_en": "Minsk",
            "answers-gaps-0-inside-options-0-correct": "on",
            "answers-gaps-0-inside-options-1-text_en": "Brest",
            "answers-gaps-1-inside-numbers-0-value": "12",
            "answers-gaps-1-weight": "2",
            "answers-gaps-2-inside-accept_en-0-text": "them",
        },
        {
            "gaps": [
                {
                    "id": "g1",
                    "type": "single_choice",
                    "options": [{"id": "A", "correct": True}, {"id": "B", "correct": False}],
                    "weight": 1,
                },
                {"id": "g2", "type": "numerical", "value": "12", "weight": 2},
                {"id": "g3", "type": "short_answer", "ignore_case": True, "ignore_yo": True, "weight": 1},
            ]
        },
        {
            "text": "In [[g1]] there were [[g2]] of [[g3]].",
            "gaps": {
                "g1": {"options": {"A": "Minsk", "B": "Brest"}},
                "g3": {"accept": [{"text": "them"}]},
            },
        },
    ),
    "select_words": (
        ["add answers-gaps g"],
        {
            "answers-rules-text_en": "Health is a [[g1]].",
            "answers-choices-0-text_en": "right",
            "answers-choices-1-text_en": "gift",
            "answers-gaps-0-right": "w1",
        },
        {"gaps": [{"id": "g1", "right": "w1"}], "choices": ["w1", "w2"]},
        {"text": "Health is a [[g1]].", "choices": {"w1": "right", "w2": "gift"}},
    ),
}


@pytest.fixture
def editor(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> Client:
    return client_of(roles.editor)


def add_address(type_name: str) -> str:
    return reverse("questions:add_type", args=[type_name])


def filled(page: Any, changes: dict[str, str]) -> QueryDict:
    """What a browser posts of the editor on a page, with some fields changed; an empty text takes a tick away."""
    data = typed_in(page.context["editor"])
    for name, value in changes.items():
        if name.endswith(("-ignore_case", "-ignore_yo")) and not value:
            del data[name]
        else:
            data[name] = value
    return data


def filed(code: str) -> dict[str, str]:
    return {"filing-code": code, "filing-category": str(make_category().pk)}


def opened(editor: Client, question: Question, changes: dict[str, str]) -> QueryDict:
    return filled(editor.get(reverse("questions:edit", args=[question.pk])), changes)


def wrong(page: Any) -> dict[str, list[str]]:
    """Every sentence on a page that refused, by the name of its field."""
    shown: QuestionEditor = page.context["editor"]
    found = {f"{form.prefix}-{name}": list(said) for form in shown.forms() for name, said in form.errors.items()}
    general = [*shown.problems, *shown.part.problems]
    return found | ({"": general} if general else {})


@pytest.mark.parametrize("type_name", WRITTEN)
def test_a_question_of_each_type_is_made_and_read_again(editor: Client, type_name: str) -> None:
    typed, structure, words = WRITTEN[type_name]

    data = filled(editor.get(add_address(type_name)), {**STEM, **filed("NEW"), **typed})
    answer = editor.post(add_address(type_name), data)
    question = Question.objects.get(code="NEW")
    again = editor.get(reverse("questions:edit", args=[question.pk])).context["editor"]

    assert answer.url == reverse("questions:page", args=[question.pk])
    assert (question.type, question.status) == (type_name, "draft")
    assert question.versions.get().structure == structure
    assert QuestionText.objects.get().words == {"stem": "What is right?", **words}
    assert typed_in(again)["words-stem_en"] == "What is right?"


@pytest.mark.parametrize("type_name", WITH_GAPS)
def test_a_text_with_gaps_is_made_gap_by_gap(editor: Client, type_name: str) -> None:
    wishes, typed, structure, words = WITH_GAPS[type_name]

    page = editor.get(add_address(type_name))
    for wish in wishes:
        page = editor.post(add_address(type_name), filled(page, {"rows": wish}))
    data = filled(page, {**STEM, **filed("NEW"), **typed})
    answer = editor.post(add_address(type_name), data)
    question = Question.objects.get(code="NEW")

    assert answer.status_code == 302
    assert question.versions.get().structure == structure
    assert QuestionText.objects.get().words == {"stem": "What is right?", **words}


def test_every_type_is_offered_and_no_other(editor: Client) -> None:
    page = editor.get(reverse("questions:add"))

    assert [value for value, _label, _said in page.context["types"]] == QuestionType.values
    assert editor.get(add_address("riddle")).status_code == 404


def test_mended_words_are_a_revision_and_leave_the_version(editor: Client) -> None:
    question = make_question(languages=("en", "ru"))

    data = opened(editor, question, {"words-stem_ru": "Что верно теперь?"})
    editor.post(reverse("questions:edit", args=[question.pk]), data)

    version = question.versions.get()
    assert list(version.texts.values_list("language", "revision")) == [("en", 1), ("ru", 2), ("ru", 1)]
    assert version.texts.first().words["stem"] == "What is right? (en)"
    assert version.texts.filter(language="ru").first().words["stem"] == "Что верно теперь?"


def test_a_language_is_added_without_a_new_version(editor: Client) -> None:
    question = make_question("true_false")

    data = opened(editor, question, {"words-stem_be": "Што правільна?"})
    editor.post(reverse("questions:edit", args=[question.pk]), data)

    assert question.versions.get().texts.get(language="be").words == {"stem": "Што правільна?"}


def test_another_key_is_a_new_version_and_says_so(editor: Client) -> None:
    question = make_question("true_false", languages=("en", "be"))

    page = editor.get(reverse("questions:edit", args=[question.pk]))
    answer = editor.post(
        reverse("questions:edit", args=[question.pk]), filled(page, {"answers-rules-answer": "true"}), follow=True
    )

    assert [version.structure["answer"] for version in question.versions.all()] == [True, False]
    assert question.versions.first().texts.count() == 2
    assert "This is version 1, and nobody has answered it yet." in page.content.decode()
    assert [str(message).strip() for message in answer.context["messages"]] == [
        f"{question.code}: new attempts show version 2. Attempts made so far keep version 1."
    ]


def test_a_language_that_is_emptied_everywhere_is_gone_from_the_next_version(editor: Client) -> None:
    question = make_question("true_false", languages=("en", "ru"))
    emptied = {f"{name}_ru": "" for name in ("words-stem", "feedback-feedback")}
    emptied |= {f"answers-rules-rationale_{each}_ru": "" for each in ("true", "false")}

    editor.post(reverse("questions:edit", args=[question.pk]), opened(editor, question, emptied))

    assert [list(each.texts.values_list("language", flat=True)) for each in question.versions.all()] == [
        ["en"],
        ["en", "ru"],
    ]


def test_nothing_changed_is_nothing_written_but_the_filing(editor: Client) -> None:
    question = make_question(tags=["health"])

    data = opened(editor, question, {"filing-tags": "Health, rights", "filing-review_on": "2030-01-31"})
    editor.post(reverse("questions:edit", args=[question.pk]), data)

    event = Event.objects.get(action="assessments.question_described")
    assert question.versions.get().texts.get().revision == 1
    assert (event.after["tags"], event.after["review_on"]) == (["health", "rights"], "2030-01-31")


def test_hints_are_written_in_order_and_by_language(editor: Client) -> None:
    question = make_question("true_false", languages=("en", "ru"))
    page = editor.get(reverse("questions:edit", args=[question.pk]))
    for wish in ("add hints", "add hints"):
        page = editor.post(reverse("questions:edit", args=[question.pk]), filled(page, {"rows": wish}))

    typed = {"hints-0-text_en": "Read", "hints-1-text_en": "Think", "hints-0-text_ru": "Читайте"}
    editor.post(reverse("questions:edit", args=[question.pk]), filled(page, typed))

    version = question.versions.get()
    assert version.texts.filter(language="en").first().words["hints"] == ["Read", "Think"]
    assert version.texts.filter(language="ru").first().words["hints"] == ["Читайте"]


@pytest.mark.parametrize(
    ("type_name", "typed", "sentences"),
    [
        (
            "single_choice",
            {"answers-options-0-text_en": "One", "answers-options-1-text_en": "Two"},
            {"": ["No option is marked as right."]},
        ),
        (
            "single_choice",
            {
                "answers-options-0-text_en": "One",
                "answers-options-0-correct": "on",
                "answers-options-1-text_en": "one",
            },
            {"answers-options-1-text_en": ["The same text stands above already."]},
        ),
        (
            "single_choice",
            {
                "answers-options-0-text_en": "One",
                "answers-options-0-correct": "on",
                "answers-options-1-text_ru": "Два",
                "words-stem_ru": "Что?",
            },
            {
                "answers-options-0-text_ru": [
                    "The text is missing in this language. Write it, or leave the language empty everywhere."
                ],
                "answers-options-1-text_en": [
                    "The text is missing in this language. Write it, or leave the language empty everywhere."
                ],
            },
        ),
        (
            "multiple_response",
            {"answers-options-0-text_en": "One", "answers-options-0-credit": "2"},
            {"answers-options-0-credit": ["What an answer earns is a number from -1 to 1, for instance 0.5 or 1/3."]},
        ),
        ("true_false", {}, {"answers-rules-answer": ["Say whether the statement is true or false."]}),
        (
            "numerical",
            {"answers-numbers-0-value": "about 12"},
            {
                "answers-numbers-0-value": [
                    (
                        "“about 12” is not one number. "
                        "Write it in digits and without a unit, for example 1250.5 or 1 250,5."
                    )
                ]
            },
        ),
        (
            "numerical",
            {"answers-numbers-0-value": "12", "answers-numbers-0-tolerance": "-1"},
            {"answers-numbers-0-tolerance": ["A tolerance is never below 0."]},
        ),
        (
            "matching",
            {"answers-pairs-0-left_en": "Refugee", "answers-pairs-0-right_en": "1951"},
            {"": ["A matching question needs 2 to 26 pairs."]},
        ),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    editor: Client, type_name: str, typed: dict[str, str], sentences: dict[str, list[str]]
) -> None:
    data = filled(editor.get(add_address(type_name)), {**STEM, **filed("NEW"), **typed})
    page = editor.post(add_address(type_name), data)

    assert page.status_code == 422
    assert wrong(page) == sentences
    assert typed_in(page.context["editor"]) == data
    assert not Question.objects.exists()


def test_a_question_without_a_text_and_a_code_that_is_taken_are_refused(editor: Client) -> None:
    make_question(code="Q1")

    data = filled(editor.get(add_address("description")), filed("Q1"))
    page = editor.post(add_address("description"), data)

    assert wrong(page) == {
        "filing-code": ["There is already a question with the code Q1."],
        "words-stem_en": ["A question needs its text in at least one language."],
    }


def test_the_head_of_the_page_leads_to_every_wrong_field(editor: Client) -> None:
    data = filled(editor.get(add_address("true_false")), filed("not a code"))
    page = editor.post(add_address("true_false"), data)

    assert [(field.label, sentence) for field, sentence in page.context["editor"].faults()] == [
        ("Question (English)", "A question needs its text in at least one language."),
        ("The statement is", "Say whether the statement is true or false."),
        ("Code", "A code has letters, digits, points and hyphens only."),
    ]
    assert '<a href="#id_words-stem_en">' in page.content.decode()


def test_a_gap_that_the_text_does_not_have_is_named_with_its_language(editor: Client) -> None:
    question = make_question("select_words")

    data = opened(editor, question, {"answers-rules-text_en": "Only [[g1]] here."})
    page = editor.post(reverse("questions:edit", args=[question.pk]), data)

    assert wrong(page) == {"": ["English: The text must have each gap once, written as [[id]]. Look at [[g2]]."]}


def test_a_short_answer_needs_what_it_accepts_in_each_language(editor: Client) -> None:
    question = make_question("short_answer")

    data = opened(editor, question, {"words-stem_ru": "Кто?"})
    page = editor.post(reverse("questions:edit", args=[question.pk]), data)

    assert wrong(page) == {"": ["Russian: a short answer needs at least one accepted answer."]}


def test_nobody_writes_over_what_somebody_else_saved_meanwhile(editor: Client) -> None:
    question = make_question("true_false")
    data = opened(editor, question, {"words-stem_en": "Mine"})
    text = QuestionText.objects.get()
    revise_text(version=text.version, language="en", words={**text.words, "stem": "Theirs"})

    page = editor.post(reverse("questions:edit", args=[question.pk]), data)

    assert wrong(page) == {
        "": ["Somebody else saved this question meanwhile. Open it anew beside this page and copy your words."]
    }
    assert QuestionText.objects.first().words["stem"] == "Theirs"


def test_rows_are_added_moved_and_taken_away_without_a_word_of_blame(editor: Client) -> None:
    question = make_question("ordering", structure={"order": ["a", "b", "c"]})
    address = reverse("questions:edit", args=[question.pk])

    page = editor.get(address)
    steps = []
    for wish in ("down answers-items 0", "remove answers-items 2", "add answers-items i", "up answers-items 0"):
        page = editor.post(address, filled(page, {"rows": wish}))
        rows = page.context["editor"].part.rows["items"].forms
        steps.append(([row["id"].value() for row in rows], page.context["focus"], page.status_code))

    assert steps == [
        (["b", "a", "c"], "down answers-items 1", 200),
        (["b", "a"], "answers-items-1", 200),
        (["b", "a", "i1"], "answers-items-2", 200),
        (["b", "a", "i1"], "form", 200),
    ]
    assert wrong(page) == {}
    assert not Event.objects.filter(action="assessments.question_changed").exists()


RICH_WORDS = {
    "stem": "<p>What is <b>right</b>?</p>",
    "options": {"A": "<i>Twelve</i>", "B": "Nine"},
    "hints": ["One", "<p>Two</p>"],
    "formats": {"stem": "html", "options.A": "moodle", "hints.1": "markdown"},
}


def test_an_edit_keeps_formats_and_says_them_beside_the_texts(editor: Client) -> None:
    structure = {"options": [{"id": "A", "correct": True}, {"id": "B", "correct": False}]}
    question = make_question(structure=structure, texts={"en": RICH_WORDS})
    address = reverse("questions:edit", args=[question.pk])
    page = editor.get(address)
    data = typed_in(page.context["editor"])
    data["words-stem_en"] = "<p>What is <b>wrong</b>?<script>x</script></p>"
    data["hints-0-text_en"] = ""

    editor.post(address, data)

    kept = QuestionText.objects.get(version__question=question, revision=2).words
    assert kept == {
        "stem": "<p>What is <b>wrong</b>?</p>",
        "options": {"A": "<i>Twelve</i>", "B": "Nine"},
        "hints": ["<p>Two</p>"],
        "formats": {"stem": "html", "options.A": "moodle", "hints.0": "markdown"},
    }
    shown = page.content.decode()
    assert shown.count("This text is HTML.") == 1
    assert shown.count("This text is HTML; a new line stays a new line.") == 1
    assert shown.count("This text is Markdown.") == 1


def test_a_row_that_moves_takes_what_is_said_of_its_text_along(editor: Client) -> None:
    structure = {"options": [{"id": "A", "correct": True}, {"id": "B", "correct": False}]}
    question = make_question(structure=structure, texts={"en": RICH_WORDS})
    address = reverse("questions:edit", args=[question.pk])
    data = typed_in(editor.get(address).context["editor"])

    page = editor.post(address, {**data.dict(), "rows": "down answers-options 0"})

    rows = page.context["editor"].part.rows["options"].forms
    assert [str(row.fields["text_en"].help_text) for row in rows] == [
        "",
        "This text is HTML; a new line stays a new line.",
    ]


def test_what_numbers_and_accepted_words_are_told_is_kept(editor: Client) -> None:
    number = make_question(
        "numerical",
        structure={"value": "50", "also": [{"value": "31", "credit": "0.5"}], "otherwise": "0.1"},
        texts={"en": {"stem": "How far?", "rationales": {"0": "Yes.", "1": "Miles.", "other": "No."}}},
    )
    accept = [{"text": "a", "feedback": "Yes."}, {"text": "b", "credit": "0", "feedback": "<i>No.</i>"}]
    words = {"stem": "Who?", "accept": accept, "formats": {"accept.1.feedback": "html"}}
    typed = make_question("short_answer", structure={}, texts={"en": words})

    for question in (number, typed):
        address = reverse("questions:edit", args=[question.pk])
        shown: QuestionEditor = editor.get(address).context["editor"]
        again = QuestionEditor(
            type_name=question.type,
            question=question,
            version=shown.version,
            texts=shown.texts,
            data=typed_in(shown),
        )

        assert again.is_valid()
        assert not again.structure_changed()
        assert again.changed_languages() == []
