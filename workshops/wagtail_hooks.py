"""In the CMS: the planned sessions of outlines. Everything with a person in it is in the portal."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet

from workshops.forms import OutlineSessionForm
from workshops.models import OutlineSession


class OutlineSessionViewSet(ModelViewSet):
    """Sessions that a workshop starts from; workshops that are planned already keep their copies."""

    model = OutlineSession
    icon = "time"
    menu_label = _("Sessions of outlines")
    menu_name = "outline-sessions"
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["title_en", "outline", "number", "day", "start_time", "end_time", "required"]
    list_filter = ["outline"]
    ordering = ["outline__code", "number"]

    def get_form_class(self, for_update: bool = False) -> type[OutlineSessionForm]:
        return OutlineSessionForm


@hooks.register("register_admin_viewset")
def register_outline_sessions() -> OutlineSessionViewSet:
    return OutlineSessionViewSet("outline-sessions")
