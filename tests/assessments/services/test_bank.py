"""Several questions at once: all of them or none, and nothing twice."""

from types import SimpleNamespace

import pytest

from assessments.errors import QuestionError
from assessments.models import Question, QuestionText
from assessments.services import move_questions, review_text, revise_text, set_status, tag_questions, void_version
from audit.models import Event
from tests.factories.assessments import make_category, make_question

pytestmark = pytest.mark.django_db


def noted() -> int:
    return Event.objects.filter(action="assessments.question_described").count()


def test_what_lies_there_already_is_not_moved(roles: SimpleNamespace) -> None:
    target = make_category("target")
    questions = [make_question(category=target), make_question()]

    moved = [move_questions(questions=Question.objects.all(), category=target, actor=roles.editor) for _ in range(2)]

    assert moved == [1, 0]
    assert noted() == 1
    assert set(target.questions.all()) == set(questions)


def test_tags_are_folded_and_change_nothing_twice(roles: SimpleNamespace) -> None:
    make_question(tags=["law"])

    changed = [
        tag_questions(questions=Question.objects.all(), actor=roles.editor, add=["  Health  care"], remove=["LAW"])
        for _ in range(2)
    ]

    assert changed == [1, 0]
    assert list(Question.objects.get().tags.values_list("name", flat=True)) == ["health care"]


def test_one_void_question_keeps_all_others_from_being_published(roles: SimpleNamespace) -> None:
    make_question(code="Q1", status="review")
    void = make_question(code="Q2", status="review")
    void_version(version=void.versions.get(), reason="Wrong.", actor=roles.editor)

    with pytest.raises(QuestionError, match="The newest version of Q2 was found defective"):
        set_status(questions=Question.objects.all(), status="published", actor=roles.editor)

    assert set(Question.objects.values_list("status", flat=True)) == {"review"}
    assert set_status(questions=Question.objects.all(), status="retired", actor=roles.editor) == 2


def test_a_status_that_does_not_exist_is_refused(roles: SimpleNamespace) -> None:
    with pytest.raises(QuestionError, match="There is no status “gone”"):
        set_status(questions=[make_question()], status="gone", actor=roles.editor)


def test_words_are_reviewed_once_and_only_as_they_stand() -> None:
    make_question("true_false")
    text = QuestionText.objects.get()

    reviewed = [review_text(text=text) for _ in range(2)]
    revise_text(version=text.version, language="en", words={"stem": "Anew"})

    assert [each.pk for each in reviewed] == [reviewed[0].pk] * 2
    assert (reviewed[0].review, reviewed[0].revision) == ("reviewed", 2)
    with pytest.raises(QuestionError, match="These words were changed meanwhile"):
        review_text(text=reviewed[0])
