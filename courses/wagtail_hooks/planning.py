"""Where modules are planned in the CMS: the addresses, the menu, the ways there from the pages of a module."""

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

from courses.models import LessonPage, ModulePage
from courses.permissions import may_write_modules
from courses.wagtail_hooks import blueprint, drafts, word_files


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


class LessonFilesViewSet(ViewSet):
    """Lessons that were written in Word."""

    icon = word_files.ICON

    def get_urlpatterns(self) -> list[Any]:
        """The addresses of files that become lessons."""
        return [
            path("", word_files.choose, name="index"),
            path("template/<str:language>/", word_files.template, name="template"),
            path("<int:pk>/", word_files.page, name="page"),
            path("<int:pk>/forget/", word_files.forget, name="forget"),
        ]


@hooks.register("register_admin_viewset")
def register_lesson_files() -> LessonFilesViewSet:
    return LessonFilesViewSet("lesson_files", url_prefix="lesson-files")


@hooks.register("register_page_header_buttons")
def lead_to_the_blueprint(page: Page, user: Any, view_name: str = "", next_url: str | None = None) -> Iterator[Button]:
    """From the page of a module to its structure."""
    if isinstance(page.specific, ModulePage) and may_write_modules(user):
        address = reverse("blueprints:page", args=[page.translation_key])
        yield Button(pgettext("module", "Blueprint"), address, icon_name=blueprint.ICON, priority=20)


@hooks.register("register_page_header_buttons")
def lead_to_a_lesson_from_word(
    page: Page, user: Any, view_name: str = "", next_url: str | None = None
) -> Iterator[Button]:
    """From the pages of a module to one more lesson of it."""
    specific = page.specific
    module = specific if isinstance(specific, ModulePage) else None
    if isinstance(specific, LessonPage):
        module = page.get_parent()
    if module is not None and may_write_modules(user):
        address = f"{reverse('lesson_files:index')}?module={module.translation_key}"
        yield Button(pgettext("module", "Lesson from Word"), address, icon_name=word_files.ICON, priority=22)
