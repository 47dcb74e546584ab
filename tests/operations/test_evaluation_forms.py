"""`load_evaluation_forms`: the Academy's own forms, or those of a file."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from workshops.models import EvaluationForm, EvaluationQuestion

pytestmark = pytest.mark.django_db


def loaded(*arguments):
    out = StringIO()
    call_command("load_evaluation_forms", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_forms_of_all_waves_are_loaded_once_with_words_in_three_languages():
    assert loaded() == loaded() == ["END-1: 18", "MONTHS-3-1: 15", "MONTHS-6-1: 6"]

    current = EvaluationForm.objects.filter(current=True).values_list("kind", flat=True)
    assert sorted(current) == ["end", "months_3", "months_6"]
    assert EvaluationQuestion.objects.count() == 39
    assert not EvaluationQuestion.objects.filter(text_ru="").exists()
    scales = EvaluationQuestion.objects.filter(form__code="END-1", kind="scale")
    assert [(each.lowest, each.highest, list(each.instead)) for each in scales] == [(1, 5, ["na"])] * 12 + [(0, 10, [])]


def test_a_file_with_a_fault_is_refused_whole_in_a_sentence(tmp_path):
    file = tmp_path / "forms.yaml"
    file.write_text(
        "forms:\n"
        "- {code: A, kind: end, title: {en: A, ru: A, be: A}, questions: []}\n"
        "- {code: B, kind: end, title: {en: A, ru: A, be: A}, questions: [{code: Q, kind: open, text: {en: Why}}]}\n",
        encoding="utf-8",
    )

    with pytest.raises(CommandError, match="Question 1 of the form is not complete: 'ru'"):
        loaded(file)

    assert not EvaluationForm.objects.exists()


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match=r"nothing\.yaml"):
        loaded(tmp_path / "nothing.yaml")
