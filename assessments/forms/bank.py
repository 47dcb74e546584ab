"""What editors say about questions of the bank: another code, a defect, a new place for several at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.forms.question import CategoryField
from assessments.models import Category, Question


class DuplicateForm(forms.Form):
    """The code of a copy."""

    code = forms.RegexField(
        label=gettext_lazy("Code of the copy"),
        regex=r"^[\w.-]+$",
        max_length=40,
        error_messages={"invalid": gettext_lazy("A code has letters, digits, points and hyphens only.")},
    )

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if Question.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is already a question with the code %(code)s.") % {"code": code})
        return code


class VoidForm(forms.Form):
    """Why a version is defective."""

    reason = forms.CharField(
        label=gettext_lazy("What is wrong with the question?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For the record; learners do not see it."),
        error_messages={"required": gettext_lazy("Say what is wrong with the question.")},
    )


class MoveForm(forms.Form):
    """Another drawer."""

    category = CategoryField(label=gettext_lazy("Category"), queryset=Category.objects.all())


class TagsForm(forms.Form):
    """Tags that are given, and tags that are taken away."""

    add = forms.CharField(
        label=gettext_lazy("Add these tags"),
        required=False,
        max_length=600,
        help_text=gettext_lazy("Parted by commas."),
    )
    remove = forms.CharField(
        label=gettext_lazy("Take these tags away"),
        required=False,
        max_length=600,
        help_text=gettext_lazy("Parted by commas."),
    )

    def clean_add(self) -> list[str]:
        return _names(self.cleaned_data["add"])

    def clean_remove(self) -> list[str]:
        return _names(self.cleaned_data["remove"])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors and not (self.cleaned_data["add"] or self.cleaned_data["remove"]):
            raise forms.ValidationError(_("Name at least one tag."))
        return cleaned


class StatusForm(forms.Form):
    """Another step of the life of questions."""

    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=Question.Status.choices)


def _names(text: str) -> list[str]:
    return [" ".join(name.split()) for name in text.split(",") if name.strip()]
