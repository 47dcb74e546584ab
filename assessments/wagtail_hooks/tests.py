"""Tests in the CMS."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from assessments.models import Test
from assessments.wagtail_hooks import blueprint, test_edit


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
        raise NotImplementedError("A test is written in assessments.forms.TestEditor.")

    def get_urlpatterns(self) -> list[Any]:
        """The addresses of tests."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("add/", test_edit.add, name="add"),
            path("<int:pk>/", test_edit.edit, name="edit"),
            path("<int:pk>/blueprint/", blueprint.page, name="blueprint"),
            path("<int:pk>/delete/", test_edit.delete, name="delete"),
        ]
