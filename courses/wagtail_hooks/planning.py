"""Where modules are planned in the CMS: the addresses, the menu, the way there from the page of a module."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from courses.models import ModulePage
from courses.permissions import may_write_modules
from courses.wagtail_hooks import blueprint, drafts


class WritersMenuItem(MenuItem):
    """Seen by those who plan modules."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_write_modules(request.user)


class BlueprintViewSet(ViewSet):
    """The structure of each module."""

    icon = blueprint.ICON
    menu_label: ClassVar[str | Promise] = gettext_lazy("Module blueprints")
    menu_item_class = WritersMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """The addresses of blueprints."""
        return [
            path("", blueprint.index, name="index"),
            path("new/", drafts.add, name="add"),
            path("<uuid:key>/", blueprint.page, name="page"),
            path("<uuid:key>/edit/", blueprint.edit, name="edit"),
            path("<uuid:key>/copy/", drafts.duplicate, name="copy"),
        ]


@hooks.register("register_admin_viewset")
def register_blueprints() -> BlueprintViewSet:
    return BlueprintViewSet("blueprints", url_prefix="blueprints")


@hooks.register("register_page_header_buttons")
def lead_to_the_blueprint(page: Page, user: Any, view_name: str = "", next_url: str | None = None) -> Iterator[Button]:
    """From the page of a module to its structure."""
    if isinstance(page.specific, ModulePage) and may_write_modules(user):
        address = reverse("blueprints:page", args=[page.translation_key])
        yield Button(pgettext("module", "Blueprint"), address, icon_name=blueprint.ICON, priority=20)
