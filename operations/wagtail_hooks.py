"""The operator's page in the CMS: how the installation is, and jobs that were given up."""

import platform
import tomllib
from functools import cache as remember
from typing import Any, ClassVar
from uuid import UUID

import django
import wagtail
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_tasks_db.models import DBTaskResult
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from mail.models import Message
from operations import services
from operations.forms import SetAsideForm
from operations.models import Schedule
from operations.permissions import can_operate
from operations.timetable import TIMETABLE

# So many of each kind are shown; the count says how many there are.
MOST_SHOWN = 20
# An error is told by its last line; the rest is behind a fold, and cut.
LONGEST_TRACEBACK = 6000


class OperationsMenuItem(MenuItem):
    """Seen by administrators."""

    def is_shown(self, request: HttpRequest) -> bool:
        return can_operate(request.user)


class OperationsViewSet(ViewSet):
    """How the installation is."""

    icon = "cogs"
    menu_label: ClassVar[str | Promise] = gettext_lazy("Operations")
    menu_item_class = OperationsMenuItem
    menu_order = 9000
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """The addresses of operations."""
        return [
            path("", index, name="index"),
            path("jobs/<uuid:key>/try-again/", try_again, name="try_again"),
            path("jobs/<uuid:key>/set-aside/", set_aside, name="set_aside"),
        ]


@hooks.register("register_admin_viewset")
def register_operations() -> OperationsViewSet:
    return OperationsViewSet("operations", url_prefix="operations")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is not well and how to mend it, jobs and mails that were given up, recurring work, versions."""
    return _page(request)


@require_POST
def try_again(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give a job to the workers once more."""
    _refuse_others(request)
    try:
        name = services.try_again(key=key, actor=request.user)
    except services.DeadLetterError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(job)s waits for a worker again.") % {"job": name})
    return redirect("operations:index")


@require_POST
def set_aside(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let a job rest, with a reason."""
    _refuse_others(request)
    form = SetAsideForm(request.POST, auto_id=f"%s-{key}")
    try:
        if not form.is_valid():
            return _page(request, wrong=(key, form))
        name = services.set_aside(key=key, reason=form.cleaned_data["reason"], actor=request.user)
    except services.DeadLetterError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(job)s was set aside.") % {"job": name})
    return redirect("operations:index")


def _refuse_others(request: HttpRequest) -> None:
    if not can_operate(request.user):
        raise PermissionDenied


def _page(request: HttpRequest, wrong: tuple[UUID, SetAsideForm] | None = None) -> HttpResponse:
    _refuse_others(request)
    findings = services.diagnosis()
    dead = services.dead_letters()
    lost = Message.objects.filter(state=Message.State.FAILED) | Message.objects.in_doubt()
    context = {
        "bad": [each for each in findings if not each.ok],
        "well": [each for each in findings if each.ok],
        "dead": [_dead_row(each, wrong) for each in dead[:MOST_SHOWN]],
        "running": [(services.name_of(each), each) for each in DBTaskResult.objects.running()[:MOST_SHOWN]],
        "mails": lost.only("subject", "state", "failure", "send_after").order_by("-send_after", "-pk")[:MOST_SHOWN],
        "schedule": _schedule(),
        "versions": _versions(),
        "breadcrumbs_items": [{"url": "", "label": _("Operations")}],
        "header_title": _("Operations"),
        "header_icon": OperationsViewSet.icon,
    }
    return render(request, "operations/cms/operations.html", context)


def _dead_row(job: DBTaskResult, wrong: tuple[UUID, SetAsideForm] | None) -> dict[str, Any]:
    form = wrong[1] if wrong is not None and wrong[0] == job.pk else SetAsideForm(auto_id=f"%s-{job.pk}")
    lines = job.traceback.strip().splitlines()
    return {
        "job": job,
        "key": str(job.pk),
        "name": services.name_of(job),
        "last_line": lines[-1] if lines else job.exception_class_path,
        "traceback": job.traceback[-LONGEST_TRACEBACK:],
        "form": form,
    }


def _schedule() -> list[tuple[str, Schedule | None]]:
    """Recurring work in the order of the timetable, with its row once a scheduler has seen it."""
    rows = Schedule.objects.in_bulk()
    return [(each.name, rows.get(each.name)) for each in TIMETABLE]


@remember
def _own_version() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def _versions() -> list[tuple[str, str]]:
    number = ".".join(map(str, connection.get_database_version()))
    return [
        (_("Migration Health Academy"), _own_version()),
        ("Python", platform.python_version()),
        ("Django", django.__version__),
        ("Wagtail", wagtail.__version__),
        (connection.display_name, number),
    ]
