"""The question bank in the CMS."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from assessments.forms import CategoryForm, ObjectiveForm
from assessments.models import Category, Objective


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
