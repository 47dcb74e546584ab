"""A lesson that was written in Word, in the CMS: choose the file, look at what becomes of it, make a draft."""

from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from core.blocks import LessonBlocks
from core.errors import DomainError
from courses.formats.word import WordLesson
from courses.formats.word.example import example
from courses.forms.word_files import LessonFileForm, LessonFromFileForm, usual_minutes
from courses.models import LessonFile, LessonPage, ModulePage
from courses.services import forget_lesson_file, lesson_of, next_lesson_code
from courses.wagtail_hooks.blueprint import trail, writer
from people.models import Account, Language

ICON = "doc-full"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_REMARKS = 200
MOST_WAITING = 20


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a file and its module; below it the files that wait."""
    account = writer(request)
    modules = _modules(account)
    sent = request.method == "POST"
    chosen = {"module": request.GET.get("module", "")}
    form = (
        LessonFileForm(request.POST, request.FILES, modules=modules)
        if sent
        else LessonFileForm(initial=chosen, modules=modules)
    )
    if form.is_valid():
        try:
            kept = form.save(actor=account)
        except DomainError as error:
            form.add_error("file", str(error))
        else:
            return redirect("lesson_files:page", kept.pk)
    context = {
        "form": form,
        "languages": Language.values,
        "waiting": LessonFile.objects.visible_to(account).filter(lesson_key=None)[:MOST_WAITING],
        "breadcrumbs_items": trail(("", _name())),
        "header_title": _("A lesson from a Word file"),
        "header_icon": ICON,
    }
    return render(request, "courses/cms/lesson_files.html", context, status=422 if sent else 200)


def _name() -> str:
    return pgettext("module", "Lesson from Word")


def _modules(account: Account) -> list[tuple[str, str]]:
    """The modules that somebody may change: key, code and title in the language of the reader, each once."""
    pages = ModulePage.objects.changeable_by(account).select_related("locale").order_by("module_code", "pk")
    reader = (get_language() or "en")[:2]
    found: dict[UUID, str] = {}
    for page in pages:
        if page.translation_key not in found or page.locale.language_code == reader:
            found[page.translation_key] = f"{page.module_code} {page.title}"
    return [(str(key), name) for key, name in found.items()]


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What becomes of a file, and what of it stays out; the draft is made here. Made already, it is shown."""
    account = writer(request)
    kept = get_object_or_404(LessonFile.objects.visible_to(account), pk=pk)
    made = LessonPage.objects.filter(translation_key=kept.lesson_key).first() if kept.lesson_key else None
    if made is not None:
        return redirect("wagtailadmin_pages:edit", made.pk)
    try:
        lesson = lesson_of(kept)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("lesson_files:index")
    form = LessonFromFileForm(request.POST if request.method == "POST" else None, initial=_usual(kept, lesson))
    if form.is_valid():
        try:
            made = form.save(kept=kept, actor=account)
        except DomainError as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, _("The draft is there, and nobody reads it yet. Delete it to undo this."))
            return redirect("wagtailadmin_pages:edit", made.pk)
    return _page(request, kept, lesson, form)


def _page(request: HttpRequest, kept: LessonFile, lesson: WordLesson, form: LessonFromFileForm) -> HttpResponse:
    names: Any = LessonBlocks().child_blocks
    remarks = lesson.remarks
    context = {
        "kept": kept,
        "lesson": lesson,
        "form": form,
        "blocks": [(names[each.kind].label, each) for each in lesson.blocks],
        "remarks": remarks[:MOST_REMARKS],
        "more": max(0, len(remarks) - MOST_REMARKS),
        "module": _module(kept),
        "breadcrumbs_items": trail((reverse("lesson_files:index"), _name()), ("", kept.filename)),
        "header_title": kept.filename,
        "header_icon": ICON,
    }
    return render(request, "courses/cms/lesson_file.html", context, status=422 if form.is_bound else 200)


def _usual(kept: LessonFile, lesson: WordLesson) -> dict[str, Any]:
    """What is proposed: the title of the file, the next code of the module, minutes by the words."""
    module = _module(kept)
    code = module.module_code if module else ""
    codes = LessonPage.objects.filter(lesson_code__startswith=f"{code}.").values_list("lesson_code", flat=True)
    return {
        "title": lesson.title or PurePosixPath(kept.filename).stem,
        "code": next_lesson_code(codes, code),
        "minutes": usual_minutes(lesson),
    }


def _module(kept: LessonFile) -> ModulePage | None:
    """The page below which the draft will stand."""
    pages = ModulePage.objects.filter(translation_key=kept.module_key, locale__language_code=kept.language)
    return pages.first()


@require_safe
def template(request: HttpRequest, language: str) -> HttpResponse:
    """A Word file to start from, in a language."""
    writer(request)
    if language not in Language.values:
        raise Http404
    response = HttpResponse(example(language), content_type=TYPE)
    response["Content-Disposition"] = f'attachment; filename="lesson-template-{language}.docx"'
    return response


@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a file of which nothing was made."""
    account = writer(request)
    kept = get_object_or_404(LessonFile.objects.visible_to(account), pk=pk)
    forget_lesson_file(kept=kept)
    messages.success(request, _("“%(file)s” is forgotten. Nothing of it was saved.") % {"file": kept.filename})
    return redirect("lesson_files:index")
