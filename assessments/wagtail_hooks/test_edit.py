"""Writing a test in the CMS: rules, sections, and what is shown when."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from assessments.forms import TestEditor, rearranged
from assessments.forms.tests import with_picked, with_usual
from assessments.models import Attempt, Question, Test
from assessments.permissions import may_change_tests, may_make_exceptions
from assessments.services import supply_for
from assessments.wagtail_hooks.question_list import found_by, told, with_newest

MOST_FOUND = 20


def writers_only(request: HttpRequest) -> None:
    """Raise PermissionDenied for everybody who does not write tests."""
    if not may_change_tests(request.user):
        raise PermissionDenied


def trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """The way back to the tests, for the head of a page: (address, label) of each step below it."""
    below = [{"url": address, "label": label} for address, label in steps]
    return [{"url": reverse("tests:index"), "label": _("Tests")}, *below]


def tabs(test: Test, user: Any, here: str) -> list[tuple[str, str, bool]]:
    """The pages of a test that somebody may see: address, label, whether it is this one."""
    pages = []
    if may_change_tests(user):
        pages += [("tests:edit", _("Rules and sections")), ("tests:blueprint", _("Blueprint"))]
    if may_make_exceptions(user):
        pages.append(("exceptions:test", _("Exceptions")))
    return [(reverse(name, args=[test.pk]), label, name == here) for name, label in pages]


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Write a new test."""
    writers_only(request)
    data, focus = _typed(request)
    return _answer(request, TestEditor(data=data, quiet=bool(focus)), focus)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a test. Attempts that have begun keep the rules they began with."""
    writers_only(request)
    test = get_object_or_404(Test, pk=pk)
    data, focus = _typed(request)
    return _answer(request, TestEditor(test=test, data=data, quiet=bool(focus)), focus)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why a test is never deleted, and what to do instead."""
    writers_only(request)
    test = get_object_or_404(Test, pk=pk)
    messages.error(
        request,
        _("Tests are never deleted: answers that people gave point at them. Give %(code)s a date on which it closes.")
        % {"code": test.code},
    )
    return redirect("tests:edit", pk)


def _typed(request: HttpRequest) -> tuple[Any, str]:
    """What was posted, as the button that was pressed wants it, and where the focus goes."""
    if request.method != "POST":
        return None, ""
    data, wish = with_picked(request.POST), request.POST.get("rows", "")
    if wish == "usual":
        return with_usual(data), wish
    if not wish or wish.startswith("find "):
        return data, wish
    data, focus = rearranged(data, wish)
    return data, focus or "form"


def _answer(request: HttpRequest, editor: TestEditor, focus: str) -> HttpResponse:
    if request.method == "POST" and not focus and editor.is_valid():
        test = editor.attempt_to_save()
        if test is not None:
            messages.success(request, _saved(editor, test))
            return redirect("tests:edit", test.pk)
    refused = request.method == "POST" and not focus
    context = _context(request, editor, focus, refused)
    return render(request, "assessments/cms/tests_form.html", context, status=422 if refused else 200)


def _saved(editor: TestEditor, test: Test) -> str:
    if editor.test is None:
        return _("The test %(code)s is there. Look at its blueprint before it is taken.") % {"code": test.code}
    return _("%(code)s is saved. New attempts follow it; those that have begun keep their rules.") % {"code": test.code}


def _context(request: HttpRequest, editor: TestEditor, focus: str, refused: bool) -> dict[str, Any]:
    test = editor.test
    title = test.code if test else _("New test")
    _tell_about_questions(editor, focus)
    return {
        "editor": editor,
        "focus": focus,
        "refused": refused,
        "test": test,
        "tabs": tabs(test, request.user, "tests:edit") if test else [],
        "concerned": concerned_by(test) if test else None,
        "breadcrumbs_items": trail(("", title)),
        "header_title": title,
        "header_icon": "tasks",
    }


def concerned_by(test: Test) -> dict[str, int]:
    """Whom a changed rule concerns, in numbers: who is taking the test, who has passed it, who still may."""
    attempts = Attempt.objects.filter(test=test)
    passed = attempts.filter(outcome=Attempt.Outcome.PASSED)
    people = {
        "taking": attempts.open(),
        "passed": passed,
        "tried": attempts.exclude(submitted_at=None).exclude(person__in=passed.values("person")),
    }
    return {name: found.values("person").distinct().count() for name, found in people.items()}


def _tell_about_questions(editor: TestEditor, focus: str) -> None:
    """Give each section what a page says of its questions: their first words, what was found, what can be drawn."""
    rows: list[Any] = editor.sections.forms
    sought = {f"find {row.prefix}": row for row in rows if not row.draws}.get(focus)
    words = str(sought["search"].value() or "").strip() if sought else ""
    found = sorted(found_by(words)) if words else []
    codes = {code for row in rows for code in row.typed_codes()}
    language = (get_language() or "en")[:2]
    named = Question.objects.filter(code__in=codes)
    listed = {each.code: each for each in told(with_newest(named), language)}
    for row in rows:
        row.listed = [listed[code] for code in row.typed_codes() if code in listed]
        row.supply = supply_for(row.filters()) if row.draws else None
        row.found, row.found_more, row.sought = [], 0, ""
    if sought is not None:
        others = Question.objects.filter(pk__in=found).exclude(code__in=sought.typed_codes()).order_by("code")
        sought.found = told(with_newest(others)[:MOST_FOUND], language)
        sought.found_more = max(0, others.count() - MOST_FOUND)
        sought.sought = words
