"""Modules in the CMS: their rules, codes of copies, and texts that must be rendered anew."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import Page
from wagtail.permissions import register_permission_policy

from courses.forms.editing import ModuleRulesForm
from courses.models import Module, ReaderPage
from courses.permissions import RulesOnlyPolicy
from courses.services import refresh_all
from library.models import SharedText, Term

register_permission_policy(Module, RulesOnlyPolicy(Module))


class ModuleViewSet(ModelViewSet):
    """Final test, objectives, prerequisites and validity of the certificate."""

    model = Module
    icon = "list-ul"
    menu_label = gettext_lazy("Module rules")
    menu_name = "module-rules"
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["code", "final_test", "certificate_months", "rule_version"]
    search_fields = ["code"]

    def get_form_class(self, for_update: bool = False) -> type[ModuleRulesForm]:
        return ModuleRulesForm


@hooks.register("register_admin_viewset")
def register_module_rules() -> ModuleViewSet:
    return ModuleViewSet("module-rules")


@hooks.register("after_copy_page")
def remind_of_the_code(request: HttpRequest, page: Page, new_page: Page) -> None:
    """A copy has the code of its source and is not offered until it has one of its own."""
    if isinstance(new_page.specific, ReaderPage):
        messages.warning(request, _("The copy needs a code of its own before learners can see it."))


@hooks.register("after_delete_snippet")
def forget_deleted_wording(request: HttpRequest, instances: list[Any]) -> None:
    """Lessons no longer show a term that is gone, nor the translation of a shared text."""
    if any(isinstance(instance, Term | SharedText) for instance in instances):
        refresh_all()
