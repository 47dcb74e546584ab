"""Categories, objectives and tests in the CMS."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.permissions import register_permission_policy

from assessments.forms import CategoryForm, ObjectiveForm, TestForm
from assessments.models import Category, Objective, Test
from assessments.permissions import NeverDeletedPolicy

for _model in (Category, Objective, Test):
    register_permission_policy(_model, NeverDeletedPolicy(_model))


class TestViewSet(ModelViewSet):
    """Rules and questions of a test."""

    __test__ = False

    model = Test
    icon = "tasks"
    menu_label = _("Tests")
    copy_view_enabled = False
    list_display = ["code", "title_en", "purpose", "pass_mark", "attempts_limit"]
    list_filter = ["purpose"]
    search_fields = ["code", "title_en", "title_ru", "title_be"]

    def get_form_class(self, for_update: bool = False) -> type[Any]:
        return TestForm


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


class AssessmentViewSetGroup(ModelViewSetGroup):
    """One place in the menu."""

    menu_label = _("Assessment")
    menu_icon = "tasks"
    items = (TestViewSet("tests"), ObjectiveViewSet("objectives"), CategoryViewSet("question-categories"))


@hooks.register("register_admin_viewset")
def register_assessment() -> AssessmentViewSetGroup:
    return AssessmentViewSetGroup()
