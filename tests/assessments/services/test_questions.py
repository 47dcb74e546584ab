"""The bank: versions and texts are only ever added."""

from fractions import Fraction

import pytest

from assessments.errors import AnswerError, QuestionError
from assessments.models import Question, QuestionText, QuestionVersion
from assessments.services import (
    add_version,
    check_practice,
    create_question,
    describe_question,
    duplicate_question,
    revise_text,
)
from audit.models import Event
from core.models import AppendOnlyError
from tests.factories.assessments import RIGHT, SINGLE, STRUCTURES, make_category, make_question, make_test, words_of

pytestmark = pytest.mark.django_db


def test_a_question_comes_with_its_first_version_and_texts() -> None:
    question = create_question(
        code="M1-Q01",
        category=make_category(),
        type="single_choice",
        structure=SINGLE,
        texts={each: words_of(SINGLE, each) for each in ("en", "ru", "be")},
        source="ICESCR, Art. 12",
    )
    version = question.versions.get()

    assert (question.status, question.source, question.unverified) == (Question.Status.DRAFT, "ICESCR, Art. 12", False)
    assert (version.number, version.structure) == (1, SINGLE)
    assert {(text.language, text.revision, text.words["stem"]) for text in version.texts.all()} == {
        ("en", 1, "What is right? (en)"),
        ("ru", 1, "What is right? (ru)"),
        ("be", 1, "What is right? (be)"),
    }
    assert Event.objects.get(action="assessments.question_created").after["code"] == "M1-Q01"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"type": "riddle"}, "no question type “riddle”"),
        ({"structure": {}}, "needs 2 to 26 options"),
        ({"texts": {}}, "at least one language"),
        ({"texts": {"de": words_of(SINGLE)}}, "“de” is not one of the languages"),
        ({"texts": {"en": {"stem": "?"}}}, "option A is missing"),
        ({"texts": {"en": {**words_of(SINGLE), "stem": "x" * 10_001}}}, "too long"),
        ({"code": "Q1"}, "already a question with the code Q1"),
    ],
)
def test_a_question_that_cannot_be_leaves_nothing_behind(change: dict, sentence: str) -> None:
    make_question(code="Q1")
    wanted = {
        "code": "Q2",
        "category": make_category(),
        "type": "single_choice",
        "structure": SINGLE,
        "texts": {"en": words_of(SINGLE)},
    }

    with pytest.raises(QuestionError, match=sentence):
        create_question(**{**wanted, **change})

    assert [question.code for question in Question.objects.all()] == ["Q1"]
    assert QuestionVersion.objects.count() == 1


def test_a_change_of_scoring_is_a_new_version() -> None:
    question = make_question()

    version = add_version(question=question, structure=SINGLE, texts={"en": words_of(SINGLE)})

    assert version.number == 2
    assert list(QuestionVersion.objects.newest()) == [version]


def test_a_mended_text_is_a_new_revision_of_its_language_alone() -> None:
    version = make_question(languages=("en", "ru")).versions.get()
    mended = words_of(SINGLE, "ru", "Что верно?")

    text = revise_text(version=version, language="ru", words=mended)
    again = revise_text(version=version, language="ru", words=mended)

    assert (text.revision, again) == (2, text)
    assert [(each.language, each.revision) for each in version.texts.order_by("language", "revision")] == [
        ("en", 1),
        ("ru", 1),
        ("ru", 2),
    ]


def test_a_language_can_be_added_later() -> None:
    version = make_question().versions.get()

    text = revise_text(version=version, language="be", words=words_of(SINGLE, "be"))

    assert (text.language, text.revision) == ("be", 1)


@pytest.mark.parametrize(("asked", "shown"), [("ru", ("ru", 2)), ("en", ("en", 1)), ("be", ("en", 1))])
def test_a_reader_sees_the_newest_text_of_the_language_or_else_english(asked: str, shown: tuple[str, int]) -> None:
    version = make_question(languages=("ru", "en")).versions.get()
    revise_text(version=version, language="ru", words=words_of(SINGLE, "ru", "Что верно?"))

    text = QuestionText.objects.shown([version.pk], asked)[version.pk]

    assert (text.language, text.revision) == shown


def test_a_question_that_only_exists_in_another_language_is_shown_in_it() -> None:
    version = make_question(languages=("be",)).versions.get()

    assert QuestionText.objects.shown([version.pk], "ru")[version.pk].language == "be"


def test_versions_and_texts_are_never_changed_or_deleted() -> None:
    version = make_question().versions.get()

    with pytest.raises(AppendOnlyError):
        version.save()
    with pytest.raises(AppendOnlyError):
        QuestionText.objects.all().delete()


@pytest.mark.parametrize("name", STRUCTURES)
def test_practice_says_what_an_answer_earns_and_keeps_nothing(name: str) -> None:
    question = make_question(name)

    assert check_practice(question=question, response=RIGHT[name])[0] == Fraction(1)
    assert check_practice(question=question, response=None) == (Fraction(0), "not answered")


def test_practice_refuses_what_cannot_be_read() -> None:
    with pytest.raises(AnswerError):
        check_practice(question=make_question("numerical"), response="1,2,3")


def test_a_question_of_a_test_that_counts_is_not_for_practice() -> None:
    practised, counted, both, draft = (make_question(code=code) for code in ("P", "C", "B", "D"))
    Question.objects.filter(pk=draft.pk).update(status=Question.Status.DRAFT)
    make_test(practised, both, purpose="practice")
    make_test(counted, both, purpose="final")

    assert list(Question.objects.for_practice()) == [practised]


def test_where_a_question_is_filed_changes_and_is_logged() -> None:
    question = make_question()

    describe_question(question=question, category=make_category("law"), tags=["Border ", "border", "health"])

    question.refresh_from_db()
    assert question.category.slug == "law"
    assert [tag.name for tag in question.tags.all()] == ["border", "health"]
    event = Event.objects.get(action="assessments.question_described")
    assert (event.before["category"], event.after["tags"]) == ("bank", ["border", "health"])


def test_a_duplicate_is_a_draft_with_the_same_words() -> None:
    question = make_question(languages=("en", "ru"), tags=["border"])

    copy = duplicate_question(question=question, code="COPY")

    assert (copy.status, [tag.name for tag in copy.tags.all()]) == (Question.Status.DRAFT, ["border"])
    assert copy.versions.get().structure == question.versions.get().structure
    assert copy.versions.get().texts.count() == 2
