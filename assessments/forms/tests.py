"""Tests as editors write them."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Question, Test, TestItem
from assessments.services import change_test, create_test


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
