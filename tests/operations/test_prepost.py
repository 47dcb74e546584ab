"""The two forms of the test before and after of the demonstration."""

import pytest

from assessments.models import Question, QuestionText, Test
from operations.demo import read
from operations.demo.prepost import TEST, load_prepost


def test_form_b_asks_other_questions_about_the_same_objectives_one_for_one():
    first, second = read("prepost.yaml")["items"], read("prepost_b.yaml")["items"]

    assert [each["objective"] for each in first] == [each["objective"] for each in second]
    assert not {each["code"] for each in first} & {each["code"] for each in second}
    stems = [each["texts"][language]["stem"] for each in (*first, *second) for language in ("en", "ru", "be")]
    assert len(set(stems)) == len(stems) == 72


@pytest.mark.django_db
def test_both_forms_are_in_the_test_and_every_text_says_that_nobody_has_reviewed_it():
    load_prepost()

    forms = {
        form: Question.objects.filter(uses__section__test__code=TEST, uses__section__form=form).count()
        for form in ("A", "B")
    }
    assert forms == {"A": 12, "B": 12}
    assert set(QuestionText.objects.values_list("review", flat=True)) == {QuestionText.Review.AWAITING}
    assert Test.objects.get(code=TEST).pass_mark == 75
