"""Exceptions in the CMS: other rules of a test for one person or one agency, for managers only."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from assessments.forms.exceptions import ExceptionForm
from assessments.models import Override, Test
from assessments.permissions import may_make_exceptions
from assessments.services import remove_override
from assessments.wagtail_hooks.test_edit import tabs
from people.models import Account


class ManagersMenuItem(MenuItem):
    """Seen by those who make exceptions."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_make_exceptions(request.user)


class ExceptionViewSet(ViewSet):
    """Other rules for some people."""

    icon = "user"
    menu_label: ClassVar[str | Promise] = gettext_lazy("Exceptions")
    menu_item_class = ManagersMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """The addresses of exceptions."""
        return [
            path("", index, name="index"),
            path("<int:pk>/", of_test, name="test"),
            path("<int:pk>/add/", add, name="add"),
            path("<int:pk>/<int:number>/", edit, name="edit"),
            path("<int:pk>/<int:number>/remove/", remove, name="remove"),
        ]


def managers_only(request: HttpRequest) -> Account:
    """Return who makes exceptions; raise PermissionDenied for everybody else."""
    if not may_make_exceptions(request.user):
        raise PermissionDenied
    return request.user  # type: ignore[return-value]


def trail(test: Test | None = None, *labels: str) -> list[dict[str, str]]:
    """The way back, for the head of a page."""
    steps = [(reverse("exceptions:index"), _("Exceptions"))]
    if test is not None:
        steps.append((reverse("exceptions:test", args=[test.pk]), test.code))
    steps += [("", label) for label in labels]
    return [{"url": address, "label": label} for address, label in steps]


def exceptions_for(manager: Account, test: Test) -> QuerySet[Override]:
    """The exceptions of a test that this manager may change: all but the own one."""
    found = Override.objects.filter(test=test).select_related("test", "person", "agency", "created_by")
    return found.exclude(person=manager.person_id) if manager.person_id else found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every test with the number of its exceptions."""
    managers_only(request)
    context = {
        "tests": Test.objects.annotate(number=Count("overrides")),
        "breadcrumbs_items": [{"url": "", "label": _("Exceptions")}],
        "header_title": _("Exceptions"),
        "header_icon": "user",
    }
    return render(request, "assessments/cms/exceptions.html", context)


@require_safe
def of_test(request: HttpRequest, pk: int) -> HttpResponse:
    """The exceptions of a test."""
    manager = managers_only(request)
    test = get_object_or_404(Test, pk=pk)
    exceptions = exceptions_for(manager, test).order_by("agency__path", "person__sort_name", "pk")
    context = {
        "test": test,
        "exceptions": list(exceptions),
        "tabs": tabs(test, manager, "exceptions:test"),
        "breadcrumbs_items": trail(test),
        "header_title": _("Exceptions of %(code)s") % {"code": test.code},
        "header_icon": "user",
    }
    return render(request, "assessments/cms/exceptions_test.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Let other rules hold for somebody."""
    manager = managers_only(request)
    test = get_object_or_404(Test, pk=pk)
    form = ExceptionForm(request.POST if request.method == "POST" else None, test=test, actor=manager)
    return _answer(request, form, _("New exception"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Change what is different."""
    manager = managers_only(request)
    exception = get_object_or_404(exceptions_for(manager, get_object_or_404(Test, pk=pk)), pk=number)
    form = ExceptionForm(
        request.POST if request.method == "POST" else None, test=exception.test, actor=manager, exception=exception
    )
    return _answer(request, form, _whom(exception))


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Let the rules of the test hold again, after a page that says what follows."""
    manager = managers_only(request)
    exception = exceptions_for(manager, get_object_or_404(Test, pk=pk)).filter(pk=number).first()
    if exception is None:
        messages.warning(request, _("There is no such exception any more."))
        return redirect("exceptions:test", pk)
    if request.method == "POST":
        remove_override(override=exception, actor=manager)
        messages.success(request, _("Removed. From the next attempt on the rules of the test hold again."))
        return redirect("exceptions:test", pk)
    context = {
        "test": exception.test,
        "exception": exception,
        "whom": _whom(exception),
        "breadcrumbs_items": trail(exception.test, _("Remove")),
        "header_title": _("Remove the exception for %(whom)s") % {"whom": _whom(exception)},
        "header_icon": "user",
    }
    return render(request, "assessments/cms/exceptions_remove.html", context)


def _whom(exception: Override) -> str:
    return str(exception.person or exception.agency)


def _answer(request: HttpRequest, form: ExceptionForm, title: str) -> HttpResponse:
    if form.is_bound and form.is_valid() and form.save() is not None:
        messages.success(request, _("The exception holds from now on."))
        return redirect("exceptions:test", form.test.pk)
    context = {
        "form": form,
        "test": form.test,
        "exception": form.exception,
        "breadcrumbs_items": trail(form.test, title),
        "header_title": title,
        "header_icon": "user",
    }
    return render(request, "assessments/cms/exceptions_form.html", context, status=422 if form.is_bound else 200)
