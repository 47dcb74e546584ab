"""Where questions are filed, as editors write it: categories and objectives."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from assessments.errors import QuestionError
from assessments.models import Category, Objective
from assessments.services import check_place, save_category, save_objective


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
