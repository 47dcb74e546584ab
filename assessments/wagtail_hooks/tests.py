"""Tests in the CMS."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from assessments.forms import TestForm
from assessments.models import Test


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
