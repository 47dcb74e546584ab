"""Modules and lessons to take away as files, and a whole module on one page for paper."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from courses.errors import CourseError
from courses.models import Lesson, Module
from courses.services import FORMS, file_to_take_away, module_to_print
from courses.views.access import language, sign_in_to_read


@sign_in_to_read
@require_safe
def module_file(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """A module with all its lessons as a file, in the language of the page."""
    return _sent(get_object_or_404(Module.objects.offered(), code=code), kind)


@sign_in_to_read
@require_safe
def lesson_file(request: HttpRequest, code: str, lesson_code: str, kind: str) -> HttpResponse:
    """One lesson as a file, in the language of the page."""
    lessons = Lesson.objects.offered().select_related("module")
    lesson = get_object_or_404(lessons, module__code=code, code=lesson_code)
    return _sent(lesson.module, kind, lesson)


def _sent(module: Module, form: str, lesson: Lesson | None = None) -> HttpResponse:
    if form not in FORMS:
        raise Http404
    try:
        content = file_to_take_away(module=module, form=form, language=language(), lesson=lesson)
    except CourseError as error:
        raise Http404 from error
    name = f"{lesson.code if lesson else module.code}-{language()}.{form}"
    response = HttpResponse(content, content_type=FORMS[form].media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@sign_in_to_read
@require_safe
def whole_module(request: HttpRequest, code: str) -> HttpResponse:
    """All lessons of a module one after the other, to be printed or read without a step between them."""
    module = get_object_or_404(Module.objects.offered(), code=code)
    try:
        printed = module_to_print(module=module, language=language())
    except CourseError as error:
        raise Http404 from error
    context = {"section": "modules", "module": module, "printed": printed}
    return render(request, "courses/whole_module.html", context)
