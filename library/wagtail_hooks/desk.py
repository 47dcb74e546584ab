"""The desk in the CMS, where the day begins: what awaits the reader, what is stale, what learners stumble over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from library.desk import Entry, Part, Pile, has_desk, piles_of
from library.forms import LookedAtForm
from library.permissions import may_translate
from library.services import AHEAD, UpkeepError, due_until, look_at
from library.translatables import Due, kind_named
from library.wagtail_hooks.translations import translator
from people.models import Account

# What a form proposes: a year from today.
USUAL = timedelta(days=365)
# So much of a pile lies on the desk; the rest has a page of its own.
ON_TOP = 5
PER_PAGE = 50
PARTS: dict[Part, tuple[str | Promise, str | Promise]] = {
    Part.AWAITS: (gettext_lazy("What awaits me"), gettext_lazy("Nothing awaits you.")),
    Part.STALE: (gettext_lazy("What is stale"), gettext_lazy("Nothing is stale.")),
    Part.STUMBLED: (gettext_lazy("What learners stumble over"), gettext_lazy("Learners stumble over nothing.")),
}


class DeskMenuItem(MenuItem):
    """Seen by those for whom something may lie there."""

    def is_shown(self, request: HttpRequest) -> bool:
        return has_desk(request.user)


class DeskViewSet(ViewSet):
    """Where somebody who works in the CMS begins the day."""

    icon = "tasks"
    menu_label: ClassVar[str | Promise] = gettext_lazy("My desk")
    menu_item_class = DeskMenuItem
    menu_order = 10
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """The addresses of the desk."""
        return [
            path("", index, name="index"),
            path("<slug:name>/", pile, name="pile"),
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


def _owner(request: HttpRequest) -> Account:
    """Return whose desk it is; raise PermissionDenied for those for whom there is none."""
    if not has_desk(request.user):
        raise PermissionDenied
    return request.user  # type: ignore[return-value]


@dataclass(frozen=True)
class Shown:
    """A pile as the desk shows it: its uppermost entries, and where the rest is."""

    pile: Pile

    @property
    def entries(self) -> Sequence[Entry]:
        return self.pile.entries[:ON_TOP]

    @property
    def rest(self) -> str:
        """Where all of it is listed, if the desk does not show all."""
        if self.pile.listed and not self.pile.entries:
            return self.pile.listed
        more = len(self.pile.entries) > ON_TOP
        return (self.pile.listed or reverse("desk:pile", args=[self.pile.name])) if more else ""


@dataclass(frozen=True)
class ShownPart:
    """A part of the desk: what lies there, what is well, and a sentence where nothing lies there at all."""

    part: Part
    heading: str | Promise
    nothing: str | Promise
    piles: Sequence[Shown]
    good: Sequence[str]


def _parts(piles: Sequence[Pile], *, keeps_texts: bool, due: Sequence[DueRow]) -> Iterator[ShownPart]:
    for part, (heading, nothing) in PARTS.items():
        own = [each for each in piles if each.part == part]
        if not own:
            continue
        lying = [Shown(each) for each in own if each.number]
        good = [each.good for each in own if not each.number]
        dated = part == Part.STALE and bool(due)
        if part == Part.STALE and keeps_texts and not due:
            good.append(_("Nothing is overdue, and nothing is due in the next 30 days."))
        yield ShownPart(part, heading, "" if lying or dated else nothing, lying, good)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The desk of whoever asks: what concerns them and nothing else. A fixed number of queries."""
    owner = _owner(request)
    today = timezone.localdate()
    keeps_texts = may_translate(owner)
    due = due_rows(today) if keeps_texts else []
    context = {
        "parts": _parts(piles_of(owner), keeps_texts=keeps_texts, due=due),
        "late": [each for each in due if each.late],
        "soon": [each for each in due if not each.late],
        "proposed": (today + USUAL).isoformat(),
        "tomorrow": (today + timedelta(days=1)).isoformat(),
        "breadcrumbs_items": [{"url": "", "label": _("My desk")}],
        "header_title": _("My desk"),
        "header_icon": DeskViewSet.icon,
    }
    return render(request, "library/cms/desk.html", context)


@require_safe
def pile(request: HttpRequest, name: str) -> HttpResponse:
    """Everything in one pile."""
    found = next((each for each in piles_of(_owner(request)) if each.name == name), None)
    if found is None:
        raise Http404
    title = found.heading if found.number else found.good
    context = {
        "pile": found,
        "page": Paginator(found.entries, PER_PAGE).get_page(request.GET.get("p")),
        "breadcrumbs_items": [{"url": reverse("desk:index"), "label": _("My desk")}, {"url": "", "label": title}],
        "header_title": title,
        "header_icon": DeskViewSet.icon,
    }
    return render(request, "library/cms/desk_pile.html", context)


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
