"""The editor's desk in the CMS: what has to be looked at again, and that somebody has done so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.viewsets.base import ViewSet

from library.forms import LookedAtForm
from library.services import AHEAD, UpkeepError, due_until, look_at
from library.translatables import Due, kind_named
from library.wagtail_hooks.translations import TranslatorsMenuItem, translator

# What a form proposes: a year from today.
USUAL = timedelta(days=365)


class DeskViewSet(ViewSet):
    """Where an editor begins the day."""

    icon = "tasks"
    menu_label: ClassVar[str | Promise] = gettext_lazy("My desk")
    menu_item_class = TranslatorsMenuItem
    menu_order = 10
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """The addresses of the desk."""
        return [
            path("", index, name="index"),
            path("looked-at/<str:kind>/<str:key>/", looked_at, name="looked_at"),
        ]


@hooks.register("register_admin_viewset")
def register_desk() -> DeskViewSet:
    return DeskViewSet("desk", url_prefix="desk")


@dataclass(frozen=True)
class DueRow:
    """A text that is due, as the desk shows it."""

    due: Due
    late: bool

    @property
    def kind(self) -> str:
        found = kind_named(self.due.kind)
        return capfirst(str(found.label)) if found else ""


def due_rows(today: date) -> Sequence[DueRow]:
    """What is overdue, and what is due in the next thirty days."""
    return [DueRow(each, each.review_on < today) for each in due_until(today + AHEAD, get_language() or "")]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The desk of whoever asks."""
    translator(request)
    today = timezone.localdate()
    due = due_rows(today)
    context = {
        "late": [each for each in due if each.late],
        "soon": [each for each in due if not each.late],
        "proposed": (today + USUAL).isoformat(),
        "tomorrow": (today + timedelta(days=1)).isoformat(),
        "breadcrumbs_items": [{"url": "", "label": _("My desk")}],
        "header_title": _("My desk"),
        "header_icon": DeskViewSet.icon,
    }
    return render(request, "library/cms/desk.html", context)


@require_POST
def looked_at(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """An editor has looked at a text: it is still right, until a day."""
    actor = translator(request)
    form = LookedAtForm(request.POST)
    try:
        if not form.is_valid():
            raise UpkeepError(_("Choose the day until which the text is right."))
        look_at(kind=kind, key=key, until=form.cleaned_data["until"], note=form.cleaned_data["note"], actor=actor)
        messages.success(request, _("Noted: somebody looks at it again on that day. Nothing else was changed."))
    except UpkeepError as error:
        messages.error(request, str(error))
    return redirect("desk:index")
