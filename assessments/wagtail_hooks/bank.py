"""The question bank in the CMS: questions, categories, objectives."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from assessments.forms import CategoryForm, ObjectiveForm
from assessments.models import Category, Objective, Question
from assessments.wagtail_hooks import (
    question_edit,
    question_exports,
    question_formats,
    question_imports,
    question_page,
)
from assessments.wagtail_hooks.question_list import QuestionIndexView


class QuestionViewSet(ModelViewSet):
    """Every question, whatever its wording today."""

    model = Question
    icon = "help"
    menu_label = _("Questions")
    index_view_class = QuestionIndexView

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """The list has templates and a search of its own."""
        own = {name: getattr(QuestionIndexView, name) for name in ("template_name", "results_template_name")}
        return super().get_index_view_kwargs(**{**own, **kwargs})

    def get_form_class(self, for_update: bool = False) -> type[Any]:
        raise NotImplementedError("A question is written in assessments.forms.QuestionEditor.")

    def get_urlpatterns(self) -> list[Any]:
        """The addresses of the bank."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("add/", question_edit.choose_type, name="add"),
            path("add/<str:type_name>/", question_edit.add, name="add_type"),
            path("import/", question_imports.choose, name="import"),
            path("import/<int:pk>/", question_imports.page, name="import_page"),
            path("import/<int:pk>/save/", question_imports.save, name="import_save"),
            path("import/<int:pk>/forget/", question_imports.forget, name="import_forget"),
            path("import/<int:pk>/undo/", question_imports.undo, name="import_undo"),
            path("export/", question_exports.choose, name="export"),
            path("export/file/", question_exports.download, name="export_file"),
            path("formats/", question_formats.guide, name="formats"),
            path("formats/<str:format_name>/<str:language>/", question_formats.template, name="format_template"),
            path("<int:pk>/", question_page.page, name="page"),
            path("<int:pk>/edit/", question_edit.edit, name="edit"),
            path("<int:pk>/preview/<str:language>/", question_page.preview, name="preview"),
            path("<int:pk>/changes/", question_page.differences, name="differences"),
            path("<int:pk>/status/", question_page.status, name="status"),
            path("<int:pk>/review/<str:language>/", question_page.review, name="review"),
            path("<int:pk>/duplicate/", question_page.duplicate, name="duplicate"),
            path("<int:pk>/versions/<int:number>/void/", question_page.void, name="void"),
            path("<int:pk>/delete/", question_page.delete, name="delete"),
        ]


class ObjectiveViewSet(ModelViewSet):
    """What modules teach and questions ask."""

    model = Objective
    icon = "bullhorn"
    menu_label = _("Objectives")
    copy_view_enabled = False
    list_display = ["code", "text_en"]
    search_fields = ["code", "text_en", "text_ru", "text_be"]

    def get_form_class(self, for_update: bool = False) -> type[Any]:
        return ObjectiveForm


class CategoryViewSet(ModelViewSet):
    """Drawers of the question bank."""

    model = Category
    icon = "folder-open-inverse"
    menu_label = _("Question categories")
    copy_view_enabled = False
    list_display = ["slug", "name", "parent"]
    search_fields = ["slug", "name"]

    def get_form_class(self, for_update: bool = False) -> type[Any]:
        return CategoryForm
