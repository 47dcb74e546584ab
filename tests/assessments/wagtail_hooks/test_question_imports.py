"""Questions from a file in the CMS: chosen, looked at, saved, undone; what is wrong is said and nothing gets lost."""

import io
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from PIL import Image

from assessments.formats import exchange
from assessments.models import Category, Question, QuestionImport, QuestionText
from assessments.services import create_test, keep_file, save_import, start_import
from audit.models import Event
from people.models import Account
from tests.factories.assessments import make_category

pytestmark = pytest.mark.django_db

GIFT = "::Migrant:: Who is a migrant? {=One who moves ~One who stays}\n\n::Asylum:: Asylum is a right. {TRUE}\n"
RUSSIAN = "::Migrant:: Кто такой мигрант? {=Кто переезжает ~Кто остаётся}\n"
BELARUSIAN = "::Migrant:: Хто такі мігрант? {=Хто пераязджае ~Хто застаецца}\n"
BROKEN = f"{GIFT}\n::Lost:: What is it? {{=this ~that\n"


@pytest.fixture
def editor(roles: SimpleNamespace, client_of: Callable[[Account], Client]) -> Client:
    return client_of(roles.editor)


@pytest.fixture
def category() -> Category:
    return make_category("law")


def send(
    editor: Client, text: str | bytes, category: Category | None = None, name: str = "a.txt", **changes: str
) -> Any:
    """Send a file as the form does."""
    content = text.encode() if isinstance(text, str) else text
    typed = {"format": "", "category": str(category.pk) if category else "", "language": "en", "into_categories": "on"}
    data = {**typed, **changes, "file": SimpleUploadedFile(name, content)}
    return editor.post(reverse("questions:import"), data)


def kept(roles: SimpleNamespace, category: Category, text: str, **fields: Any) -> QuestionImport:
    values = {"filename": "a.txt", "format": "gift", "language": "en", "actor": roles.editor, **fields}
    return keep_file(content=text.encode(), category=category, **values)


def saved(roles: SimpleNamespace, category: Category, text: str, **fields: Any) -> QuestionImport:
    """A file whose questions are in the bank."""
    begun = start_import(kept=kept(roles, category, text, **fields), skip_bad=False, actor=roles.editor)
    return save_import(kept=begun)


def address(name: str, one: QuestionImport) -> str:
    return reverse(f"questions:{name}", args=[one.pk])


def errors_of(page: Any) -> dict[str, list[str]]:
    return {name: list(said) for name, said in page.context["form"].errors.items()}


def states_of(page: Any) -> list[tuple[int, str, str]]:
    """What is to become of each question: its number, its name, the languages that one in the bank gets."""
    return [(line.number, line.source.name, line.adds) for line in page.context["lines"]]


# --- Choosing a file ------------------------------------------------------------------------------------------------
def test_a_file_is_recognised_and_shown_before_anything_is_saved(editor: Client, category: Category) -> None:
    answer = send(editor, GIFT, category)
    one = QuestionImport.objects.get()
    page = editor.get(answer.url)

    assert answer.url == address("import_page", one)
    assert (one.format, one.filename, one.category, one.language, one.status) == (
        "gift",
        "a.txt",
        category,
        "en",
        "read",
    )
    assert states_of(page) == [(1, "Migrant", ""), (2, "Asylum", "")]
    assert "Who is a migrant?" in page.content.decode()
    assert "Save 2 questions as drafts" in page.content.decode()
    assert "Refresh" not in page.headers
    assert Question.objects.count() == 0


def test_the_same_file_sent_twice_is_kept_once(editor: Client, category: Category) -> None:
    assert send(editor, GIFT, category).url == send(editor, GIFT, category).url


def test_a_new_category_is_made_below_the_one_that_is_chosen_and_only_once(editor: Client, category: Category) -> None:
    send(editor, GIFT, category, new_category="  Borders ")
    send(editor, RUSSIAN, category, new_category="Borders")
    [new] = Category.objects.exclude(pk=category.pk)

    assert (new.name, new.parent) == ("Borders", category)
    assert [each.category for each in QuestionImport.objects.all()] == [new, new]


def test_the_category_from_which_somebody_comes_is_chosen_already(editor: Client, category: Category) -> None:
    page = editor.get(reverse("questions:import"), {"category": category.pk})

    assert f'<option value="{category.pk}" selected>' in page.content.decode()
    assert "Nobody has brought in a file yet." in page.content.decode()


@pytest.mark.parametrize(
    ("content", "nowhere", "expected"),
    [
        (b"", False, {"file": ["The file is empty."]}),
        (b" \n ", False, {"file": ["The file is empty."]}),
        (
            b"Dear colleagues",
            False,
            {"file": ["This looks like none of the formats that can be read. If you know its format, choose it."]},
        ),
        (GIFT.encode(), True, {"category": ["Choose a category, or name a new one."]}),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(
    editor: Client, category: Category, content: bytes, nowhere: bool, expected: dict[str, list[str]]
) -> None:
    page = send(editor, content, None if nowhere else category, language="be")

    assert page.status_code == 422
    assert errors_of(page) == expected
    assert '<option value="be" selected>' in page.content.decode()
    assert QuestionImport.objects.count() == 0


def test_a_file_that_is_too_large_is_refused(
    editor: Client, category: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assessments.forms.exchange.MAX_BYTES", 10)

    page = send(editor, GIFT, category)

    assert errors_of(page) == {"file": ["The file is larger than 20 MB. Split it into smaller ones."]}


def test_files_that_came_before_are_listed_twenty_a_page(
    editor: Client, roles: SimpleNamespace, category: Category
) -> None:
    for number in range(21):
        kept(roles, category, GIFT, filename=f"file-{number}.txt")

    first = editor.get(reverse("questions:import")).content.decode()
    second = editor.get(reverse("questions:import"), {"p": 2}).content.decode()

    assert "file-20.txt" in first
    assert "file-0.txt" not in first
    assert "file-0.txt" in second


# --- Looking and saving ---------------------------------------------------------------------------------------------
def test_questions_are_saved_as_drafts_in_the_background(
    editor: Client, roles: SimpleNamespace, category: Category, django_capture_on_commit_callbacks: Any
) -> None:
    one = kept(roles, category, GIFT)

    with django_capture_on_commit_callbacks() as jobs:
        answer = editor.post(address("import_save", one))
        again = editor.post(address("import_save", one))
    saving = editor.get(answer.url)
    for job in jobs:
        job()
    done = editor.get(answer.url)

    assert (answer.status_code, again.status_code, len(jobs)) == (302, 302, 1)
    assert saving.headers["Refresh"] == "3"
    assert "0 of 2" in saving.content.decode()
    assert '<progress class="bank-progress" value="0" max="2"' in saving.content.decode()
    assert "2 questions are in the bank as drafts." in done.content.decode()
    assert "Refresh" not in done.headers
    assert [each.status for each in Question.objects.all()] == ["draft", "draft"]


def test_with_errors_it_must_be_said_that_they_are_left_out(
    editor: Client, roles: SimpleNamespace, category: Category, django_capture_on_commit_callbacks: Any
) -> None:
    one = kept(roles, category, BROKEN)
    page = editor.get(address("import_page", one))

    refused = editor.post(address("import_save", one))
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(address("import_save", one), {"skip_bad": "on"})
    done = editor.get(address("import_page", one)).content.decode()

    assert [each.line for each in page.context["errors"]] == [5]
    assert page.context["errors"][0].message in page.content.decode()
    assert refused.status_code == 422
    assert "Something in the file cannot be taken over." in refused.content.decode()
    assert "1 question could not be taken over and was left out." in done
    assert Question.objects.count() == 2


def test_a_file_without_questions_says_so_and_offers_no_saving(
    editor: Client, roles: SimpleNamespace, category: Category
) -> None:
    one = kept(roles, category, "<html></html>", format="moodlexml")

    page = editor.get(address("import_page", one)).content.decode()
    refused = editor.post(address("import_save", one), {"skip_bad": "on"})

    assert "This is not Moodle XML" in page
    assert "There is no question in this file that could be saved." in page
    assert address("import_save", one) not in page
    assert refused.status_code == 422


def test_three_languages_from_three_files_end_as_one_question(
    editor: Client, roles: SimpleNamespace, category: Category
) -> None:
    saved(roles, category, GIFT)
    question = Question.objects.get(name="Migrant")
    russian = kept(roles, category, RUSSIAN, language="ru")
    page = editor.get(address("import_page", russian))
    save_import(kept=start_import(kept=russian, skip_bad=False, actor=roles.editor))
    belarusian = saved(roles, category, BELARUSIAN, language="be")

    done = editor.get(address("import_page", belarusian)).content.decode()

    assert states_of(page) == [(1, "Migrant", "Russian")]
    assert f'Adds Russian to <a href="{reverse("questions:page", args=[question.pk])}">' in page.content.decode()
    assert "1 question got another language." in done
    assert Question.objects.count() == 2
    assert set(QuestionText.objects.filter(version__question=question).values_list("language", flat=True)) == {
        "en",
        "ru",
        "be",
    }


def test_what_lies_in_the_bank_already_is_not_saved_again(
    editor: Client, roles: SimpleNamespace, category: Category
) -> None:
    saved(roles, category, GIFT)
    again = kept(roles, category, GIFT)

    page = editor.get(address("import_page", again))

    assert (page.context["found"].new, page.context["found"].there) == (0, 2)
    assert "there is nothing to save" in page.content.decode()


def test_a_question_that_lost_a_picture_is_recognised_when_its_file_comes_again(
    editor: Client, roles: SimpleNamespace, category: Category
) -> None:
    text = '::Map:: [html]<p>Where?</p><img src\\="map.png"><img src\\="https://example.org/a.png"> {=Here ~There}'
    saved(roles, category, text)

    page = editor.get(address("import_page", kept(roles, category, text)))

    assert (page.context["found"].new, page.context["found"].there) == (0, 1)


def test_questions_come_twenty_a_page_with_what_a_learner_sees(
    editor: Client, roles: SimpleNamespace, category: Category
) -> None:
    text = "\n\n".join(f"::N{number}:: What is {number}? {{={number} ~other}}" for number in range(1, 22))
    one = kept(roles, category, text)

    first = editor.get(address("import_page", one))
    second = editor.get(address("import_page", one), {"p": 2})

    assert [line.number for line in first.context["lines"]] == list(range(1, 21))
    assert [line.number for line in second.context["lines"]] == [21]
    assert 'type="radio"' in second.content.decode()
    assert "Right answer:" in second.content.decode()


def test_html_is_cleaned_and_that_is_said(editor: Client, roles: SimpleNamespace, category: Category) -> None:
    dirty = '::Dirty:: [html]<b>Who</b>?<script>alert(1)</script><img src\\="a.png"> {=I ~you}'
    one = kept(roles, category, dirty)

    page = editor.get(address("import_page", one))
    [line] = page.context["lines"]

    assert [each for each in line.source.warnings if each.startswith("The HTML was cleaned")] != []
    assert "The HTML was cleaned" in page.content.decode()
    assert "<b>Who</b>?" in page.content.decode()
    assert "alert(1)" not in page.content.decode()


def test_pictures_are_named_and_other_files_are_left_out(
    editor: Client, roles: SimpleNamespace, category: Category
) -> None:
    dot = io.BytesIO()
    Image.new("RGB", (2, 2)).save(dot, "PNG")
    words = {"stem": '<img src="dot.png"><img src="x.svg">?', "model_answer": "", "formats": {"stem": "html"}}
    question = exchange.BankQuestion(
        type="essay", structure={}, words={"en": words}, files={"dot.png": dot.getvalue(), "x.svg": b"<svg/>"}
    )
    one = kept(roles, category, exchange.written("json", [question], "en").content.decode(), format="json")

    page = editor.get(address("import_page", one))

    assert page.context["found"].pictures == 2
    assert page.context["lines"][0].lost == [
        "“x.svg” is no picture that can be shown (PNG, JPEG, GIF or WebP), so it is left out."
    ]
    assert "Pictures, shown once they are saved: dot.png" in page.content.decode()


def test_an_import_that_failed_says_why_and_can_be_tried_again(
    editor: Client, roles: SimpleNamespace, category: Category
) -> None:
    one = kept(roles, category, GIFT)
    QuestionImport.objects.filter(pk=one.pk).update(status="failed", message="Line 3 was wrong.")

    page = editor.get(address("import_page", one)).content.decode()
    editor.post(address("import_save", one))

    assert "Line 3 was wrong." in page
    assert "Try again to save 2 questions as drafts" in page
    assert QuestionImport.objects.get().status == "saving"


def test_a_file_that_is_not_kept_any_more_is_asked_for_again(
    editor: Client, roles: SimpleNamespace, category: Category
) -> None:
    one = kept(roles, category, GIFT)
    QuestionImport.objects.filter(pk=one.pk).update(file="")

    assert "The file is not kept any more." in editor.get(address("import_page", one)).content.decode()


def test_the_page_asks_the_database_as_often_for_many_questions(
    editor: Client, roles: SimpleNamespace, category: Category
) -> None:
    saved(roles, category, GIFT)
    asked = []
    for number in (1, 3):
        new = "\n\n".join(f"::N{each}:: What? {{={each} ~other}}" for each in range(number))
        one = kept(roles, category, f"{GIFT}\n{new}")
        editor.get(address("import_page", one))
        with CaptureQueriesContext(connection) as queries:
            editor.get(address("import_page", one))
        asked.append(len(queries))

    assert asked[0] == asked[1]


# --- Undoing and forgetting -----------------------------------------------------------------------------------------
def test_an_import_is_undone_after_a_question(editor: Client, roles: SimpleNamespace, category: Category) -> None:
    one = saved(roles, category, GIFT)
    asked = editor.get(address("import_undo", one))

    answer = editor.post(address("import_undo", one))
    again = editor.post(address("import_undo", one))
    page = editor.get(answer.url).content.decode()

    assert "2 questions go out of the bank for good." in asked.content.decode()
    assert (answer.url, again.url) == (address("import_page", one), address("import_page", one))
    assert "took back on" in page
    assert escape(roles.editor.get_full_name()) in page
    assert Question.objects.count() == 0
    assert Event.objects.filter(action="assessments.import_undone").count() == 1


def test_what_a_test_names_stays_and_is_listed(editor: Client, roles: SimpleNamespace, category: Category) -> None:
    one = saved(roles, category, GIFT)
    named = Question.objects.get(name="Migrant")
    create_test(code="T1", title_en="T", purpose="final", questions=[named])

    editor.post(address("import_undo", one))
    page = editor.get(address("import_page", one))

    assert list(page.context["staying"]) == [named]
    assert reverse("questions:page", args=[named.pk]) in page.content.decode()
    assert list(Question.objects.all()) == [named]


def test_after_a_day_nothing_can_be_undone(editor: Client, roles: SimpleNamespace, category: Category) -> None:
    one = saved(roles, category, GIFT)
    QuestionImport.objects.filter(pk=one.pk).update(finished_at=timezone.now() - timedelta(hours=25))

    page = editor.get(address("import_page", one)).content.decode()
    answer = editor.post(address("import_undo", one))

    assert "24 hours have passed, so this cannot be undone any more." in page
    assert address("import_undo", one) not in page
    assert answer.url == address("import_page", one)
    assert Question.objects.count() == 2


def test_a_file_is_forgotten_with_its_content(
    editor: Client, roles: SimpleNamespace, category: Category, django_capture_on_commit_callbacks: Any
) -> None:
    one = kept(roles, category, GIFT)
    storage, name = one.file.storage, one.file.name

    with django_capture_on_commit_callbacks(execute=True):
        answer = editor.post(address("import_forget", one))
    again = editor.post(address("import_forget", one))

    assert (answer.url, again.url) == (reverse("questions:import"), reverse("questions:import"))
    assert not storage.exists(name)
    assert QuestionImport.objects.count() == 0
    assert editor.get(address("import_page", one)).url == reverse("questions:import")
    assert editor.post(address("import_save", one)).url == reverse("questions:import")
    assert editor.post(address("import_undo", one)).url == reverse("questions:import")


def test_a_file_that_somebody_saved_meanwhile_is_not_forgotten(
    editor: Client, roles: SimpleNamespace, category: Category
) -> None:
    one = saved(roles, category, GIFT)

    answer = editor.post(address("import_forget", one))

    assert answer.url == address("import_page", one)
    assert QuestionImport.objects.count() == 1


@pytest.mark.parametrize("role", ["learner", "facilitator", "coordinator", "manager"])
def test_nobody_but_editors_brings_questions_in(
    roles: SimpleNamespace, client_of: Callable[[Account], Client], category: Category, role: str
) -> None:
    one = kept(roles, category, GIFT)
    client = client_of(getattr(roles, role))

    answers = [
        client.get(reverse("questions:import")),
        send(client, GIFT, category),
        client.get(address("import_page", one)),
        client.post(address("import_save", one)),
        client.post(address("import_forget", one)),
        client.post(address("import_undo", one)),
    ]

    assert [each.status_code for each in answers] == [302] * 6
    assert [one.status for one in QuestionImport.objects.all()] == ["read"]
