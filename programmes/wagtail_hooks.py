"""Programmes in the CMS: what they consist of and what their certificate asks for."""

from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from programmes.forms import ProgrammeRulesForm
from programmes.models import Programme
from programmes.permissions import RulesOnlyPolicy

register_permission_policy(Programme, RulesOnlyPolicy(Programme))


class ProgrammeViewSet(ModelViewSet):
    """Parts, rule and validity of the certificate of a programme."""

    model = Programme
    icon = "folder-open-inverse"
    menu_label = gettext_lazy("Programme rules")
    menu_name = "programme-rules"
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["code", "certificate", "threshold", "certificate_months"]
    search_fields = ["code"]

    def get_form_class(self, for_update: bool = False) -> type[ProgrammeRulesForm]:
        return ProgrammeRulesForm


@hooks.register("register_admin_viewset")
def register_programme_rules() -> ProgrammeViewSet:
    return ProgrammeViewSet("programme-rules")
