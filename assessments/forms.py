"""What people send: the answers on the page of a test, and tests as editors write them."""

from collections.abc import Mapping
from typing import Any, TypeGuard

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.errors import QuestionError
from assessments.models import Attempt, Category, Objective, Question, Test, TestItem
from assessments.services import (
    Answer,
    Saved,
    change_test,
    check_place,
    create_test,
    save_category,
    save_objective,
    save_responses,
)

MOST_ANSWERS = 500
HIGHEST_COUNTER = 2**53


class AnswersForm:
    """The answers of the page without JavaScript.

    A question at position 3 has the fields `q3` and `q3-counter`, the counter that stood when the page was made: an
    answer that was given elsewhere since then is newer and stays.
    """

    def __init__(self, data: QueryDict) -> None:
        self.data = data

    def answers(self) -> list[Answer]:
        """Return what was posted for each question on the page."""
        positions = [name[1:-8] for name in self.data if name.startswith("q") and name.endswith("-counter")]
        return [
            Answer(int(position), self.data.getlist(f"q{position}"), self._counter(position) + 1)
            for position in positions[:MOST_ANSWERS]
            if position.isdecimal() and len(position) <= 4  # noqa: PLR2004 - as many digits as a position has
        ]

    def _counter(self, position: str) -> int:
        text = self.data.get(f"q{position}-counter", "")
        return min(int(text), HIGHEST_COUNTER) if text.isdecimal() and len(text) <= 16 else 0  # noqa: PLR2004

    def save(self, *, attempt: Attempt, language: str) -> Saved:
        """Save every answer that can be read."""
        return save_responses(attempt=attempt, answers=self.answers(), language=language)


def answers_in(data: Any) -> list[Answer]:
    """Return the answers in the JSON `{"answers": [{"position", "response", "counter"}, …]}`; ValueError otherwise."""
    given = data.get("answers") if isinstance(data, Mapping) else None
    if not isinstance(given, list) or len(given) > MOST_ANSWERS:
        raise ValueError("no list of answers")
    return [_answer(each) for each in given]


def _answer(each: Any) -> Answer:
    if not isinstance(each, Mapping):
        raise ValueError("an answer is an object")
    position, counter = each.get("position"), each.get("counter")
    if not _whole(position, 2**15 - 1) or not _whole(counter, HIGHEST_COUNTER):
        raise ValueError("position and counter are whole numbers")
    return Answer(position, each.get("response"), counter)


def _whole(value: Any, highest: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= highest


class CategoryForm(forms.ModelForm):
    """A drawer of the bank."""

    class Meta:
        model = Category
        fields = ["slug", "name", "parent"]
        labels = {"slug": gettext_lazy("Code"), "parent": gettext_lazy("Category above")}

    def save(self, commit: bool = True) -> Category:
        return save_category(category=self.instance)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        try:
            check_place(category=self.instance, parent=self.cleaned_data.get("parent"))
        except QuestionError as error:
            self.add_error("parent", str(error))
        return cleaned


class ObjectiveForm(forms.ModelForm):
    """What a learner can do afterwards, in three languages."""

    class Meta:
        model = Objective
        fields = ["code", "text_en", "text_ru", "text_be"]
        labels = {
            "code": gettext_lazy("Code"),
            "text_en": gettext_lazy("Text in English"),
            "text_ru": gettext_lazy("Text in Russian"),
            "text_be": gettext_lazy("Text in Belarusian"),
        }

    def save(self, commit: bool = True) -> Objective:
        return save_objective(objective=self.instance)


class CodesField(forms.CharField):
    """Codes of questions of the bank, one a line, in the order in which they are asked."""

    widget = forms.Textarea(attrs={"rows": 12})

    def clean(self, value: Any) -> list[Question]:
        codes = super().clean(value).split()
        found = {question.code: question for question in Question.objects.filter(code__in=codes)}
        missing = [code for code in codes if code not in found]
        if missing:
            raise forms.ValidationError(_("There is no question with the code %(code)s.") % {"code": missing[0]})
        twice = [code for code in codes if codes.count(code) > 1]
        if twice:
            raise forms.ValidationError(_("The question %(code)s stands here twice.") % {"code": twice[0]})
        return [found[code] for code in codes]


class TestForm(forms.ModelForm):
    """A test, its rules and its questions."""

    __test__ = False

    questions = CodesField(
        label=gettext_lazy("Questions"), required=False, help_text=gettext_lazy("Codes of questions, one a line.")
    )
    questions_a = CodesField(
        label=gettext_lazy("Questions of form A"),
        required=False,
        help_text=gettext_lazy("Only for a test before and after with two parallel forms."),
    )
    questions_b = CodesField(label=gettext_lazy("Questions of form B"), required=False)

    class Meta:
        model = Test
        fields = [
            "code",
            "title_en",
            "title_ru",
            "title_be",
            "purpose",
            "pass_mark",
            "attempts_limit",
            "delay_minutes",
            "time_limit_minutes",
            "shuffle_questions",
            "shuffle_options",
        ]
        labels = {
            "code": gettext_lazy("Code"),
            "title_en": gettext_lazy("Title in English"),
            "title_ru": gettext_lazy("Title in Russian"),
            "title_be": gettext_lazy("Title in Belarusian"),
            "purpose": gettext_lazy("Purpose"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for form, name in self._fields_by_form().items():
                items = TestItem.objects.filter(section__test=self.instance, section__form=form)
                codes = items.values_list("question__code", flat=True)
                self.fields[name].initial = "\n".join(codes)

    def save(self, commit: bool = True) -> Test:
        """Go through the service, as every write does."""
        values = {name: self.cleaned_data[name] for name in self._meta.fields or []}
        questions = {form: self.cleaned_data[name] for form, name in self._fields_by_form().items()}
        if self.instance.pk:
            return change_test(test=self.instance, questions=questions, **values)
        self.instance = create_test(questions=questions, **values)
        return self.instance

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("attempts_limit") == 0:
            self.add_error("attempts_limit", _("Allow at least one attempt, or leave the limit empty."))
        if self.cleaned_data.get("time_limit_minutes") == 0:
            self.add_error("time_limit_minutes", _("Give at least one minute, or leave the time limit empty."))
        return cleaned

    @staticmethod
    def _fields_by_form() -> dict[str, str]:
        return {"": "questions", "A": "questions_a", "B": "questions_b"}
