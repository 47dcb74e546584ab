"""Bringing questions in from a file in the CMS: choose it, look at what was understood, save, undo for 24 hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from assessments.errors import QuestionError
from assessments.formats.exchange import FORMATS, Understanding
from assessments.formats.item import Problem
from assessments.forms.exchange import ImportForm
from assessments.models import UNDO_FOR, Question, QuestionImport, QuestionText, QuestionType
from assessments.question_types import ShownQuestion, show
from assessments.question_types.described import structure_lines
from assessments.question_types.texts import clean_words, plain_stem
from assessments.services import (
    Plan,
    Planned,
    discard_import,
    plan_questions,
    reading_of,
    start_import,
    undo_import,
)
from assessments.services.pictures import picture_kind
from assessments.wagtail_hooks.question_edit import editor_of, trail
from assessments.wagtail_hooks.question_list import shortened
from people.models import Language

PER_PAGE = 20
MOST_ERRORS = 200
MOST_STAYING = 100
SECONDS_BETWEEN_LOOKS = "3"
UNSAVED = {QuestionImport.Status.READ, QuestionImport.Status.FAILED}


@dataclass(frozen=True)
class Found:
    """What was understood of a file and what is to become of it, for the top of the page."""

    plan: Plan
    errors: Sequence[Problem]
    pictures: int

    @property
    def new(self) -> int:
        return sum(each.question is None for each in self.plan.planned)

    @property
    def translated(self) -> int:
        return sum(each.question is not None and bool(each.languages) for each in self.plan.planned)

    @property
    def there(self) -> int:
        return sum(not each.languages for each in self.plan.planned)

    @property
    def to_save(self) -> int:
        return self.new + self.translated

    @property
    def warned(self) -> int:
        return sum(bool(each.source.warnings) for each in self.plan.planned)


class Line:
    """A question of the file as the page shows it."""

    def __init__(self, planned: Planned) -> None:
        self.planned, self.source = planned, planned.source

    @property
    def number(self) -> int:
        return self.planned.place + 1

    @property
    def type(self) -> str:
        return str(QuestionType(self.source.type).label)

    @property
    def first_words(self) -> str:
        return shortened(plain_stem(self._words_first))

    @property
    def language(self) -> str:
        """The language of the first words: that of the page, if the question has it."""
        spoken = (get_language() or "en")[:2]
        return spoken if spoken in self.source.words else next(iter(self.source.words))

    @property
    def _words_first(self) -> Mapping[str, Any]:
        return self.source.words[self.language]

    @property
    def languages(self) -> list[str]:
        return _named(self.source.words)

    @property
    def adds(self) -> str:
        """The languages that the question in the bank gets."""
        return ", ".join(_named(self.planned.languages)) if self.planned.question else ""

    @property
    def scored(self) -> list[str]:
        return structure_lines(self.source.type, self.source.structure)

    @cached_property
    def shown(self) -> list[tuple[str, ShownQuestion]]:
        """The question as a learner sees it, in each language, with an id for the page.

        Pictures come only once they are saved.
        """
        return [
            (
                f"question-{self.number}-{language}",
                show(self.source.type, self.source.structure, clean_words(words), language=language),
            )
            for language, words in self.source.words.items()
        ]

    @cached_property
    def lost(self) -> list[str]:
        """The files that are left out because they are no pictures, each in a sentence."""
        sentence = _("“%(name)s” is no picture that can be shown (PNG, JPEG, GIF or WebP), so it is left out.")
        return [sentence % {"name": name} for name, content in self.source.files.items() if not picture_kind(content)]


def _named(languages: Any) -> list[str]:
    return [str(Language(each).label) for each in Language.values if each in languages]


# --- The file ------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a file and say where its questions are to lie; below it the files that came before."""
    editor = editor_of(request)
    sent = request.method == "POST"
    form = ImportForm(request.POST, request.FILES) if sent else ImportForm(initial=_usual(request))
    if sent and form.is_valid():
        try:
            kept = form.save(actor=editor)
        except QuestionError as error:
            form.add_error(None, str(error))
        else:
            return redirect("questions:import_page", kept.pk)
    context = {
        "form": form,
        "page": Paginator(_imports(), PER_PAGE).get_page(request.GET.get("p")),
        "formats": {name: each.label for name, each in FORMATS.items()},
        "breadcrumbs_items": trail(("", _("Bring in from a file"))),
        "header_title": _("Bring in questions from a file"),
        "header_icon": "upload",
    }
    return render(request, "assessments/cms/import.html", context, status=422 if sent else 200)


def _usual(request: HttpRequest) -> dict[str, Any]:
    """What is chosen already: the category from which somebody comes, and the language of the page."""
    return {"category": request.GET.get("category", ""), "language": (get_language() or "en")[:2]}


def _imports() -> QuerySet[QuestionImport]:
    found = QuestionImport.objects.select_related("category", "created_by__person")
    return found.annotate(brought=Count("questions")).order_by("-created_at", "-pk")


# --- What was understood, and what became of it --------------------------------------------------------------------
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """What was understood of a file; while it is being saved, how far that is; afterwards, what came of it."""
    editor_of(request)
    kept = _kept(pk)
    return _page(request, kept) if kept else _gone(request)


def _kept(pk: int) -> QuestionImport | None:
    people = ("created_by__person", "undone_by__person")
    return QuestionImport.objects.select_related("category", *people).filter(pk=pk).first()


def _gone(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("This file was forgotten. Nothing of it was saved."))
    return redirect("questions:import")


def _page(request: HttpRequest, kept: QuestionImport, refusal: str = "") -> HttpResponse:
    context = {
        "kept": kept,
        "format": FORMATS[kept.format].label if kept.format in FORMATS else kept.format,
        "refusal": refusal,
        **(_understood_page(request, kept) if kept.status in UNSAVED else _saved_page(kept)),
        "breadcrumbs_items": _trail(kept),
        "header_title": kept.filename,
        "header_icon": "upload",
    }
    response = render(request, "assessments/cms/import_page.html", context, status=422 if refusal else 200)
    if kept.status == QuestionImport.Status.SAVING:
        response["Refresh"] = SECONDS_BETWEEN_LOOKS
    return response


def _trail(kept: QuestionImport, *steps: tuple[str, str]) -> list[dict[str, str]]:
    own = (reverse("questions:import_page", args=[kept.pk]) if steps else "", kept.filename)
    return trail((reverse("questions:import"), _("Bring in from a file")), own, *steps)


def _understood_page(request: HttpRequest, kept: QuestionImport) -> dict[str, Any]:
    try:
        reading = _reading(kept, kept.file.name or "", get_language() or "en")
    except QuestionError as error:
        return {"unreadable": str(error)}
    plan = plan_questions(questions=reading.questions, category=kept.category)
    errors = sorted([*reading.errors, *plan.errors], key=lambda each: each.line)
    names = {name for each in reading.questions for name in each.files}
    shown: Page[Any] = Paginator(plan.planned, PER_PAGE).get_page(request.GET.get("p"))
    return {
        "found": Found(plan, errors, len(names)),
        "errors": errors[:MOST_ERRORS],
        "more_errors": max(0, len(errors) - MOST_ERRORS),
        "page": shown,
        "lines": [Line(each) for each in shown.object_list],
    }


@lru_cache(maxsize=2)
def _reading(kept: QuestionImport, _file: str, _language: str) -> Understanding:
    """What is understood of a file, remembered while somebody leafs through it. Its errors are in a language."""
    return reading_of(kept)


def _saved_page(kept: QuestionImport) -> dict[str, Any]:
    """What an import has brought so far, or brought and did not take back."""
    brought = kept.questions.count()
    added = QuestionText.objects.filter(imported=kept).exclude(version__question__imported=kept)
    translated = added.values("version").distinct().count()
    return {
        "brought": brought,
        "translated": translated,
        "there": max(0, kept.total - brought - translated),
        "done": min(kept.total, brought + translated),
        "until": kept.finished_at + UNDO_FOR if kept.finished_at else None,
        "staying": _staying(kept) if kept.status == QuestionImport.Status.UNDONE else [],
    }


def _staying(kept: QuestionImport) -> QuerySet[Question]:
    """The questions that could not be taken back, and those that kept a text of the file."""
    own = Question.objects.filter(imported=kept)
    texts = Question.objects.filter(versions__texts__imported=kept)
    return (own | texts).distinct().order_by("code")[:MOST_STAYING]


# --- What an editor does -------------------------------------------------------------------------------------------
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the questions saved as drafts. Pressed twice, or by somebody else already, it shows how far that is."""
    editor = editor_of(request)
    kept = _kept(pk)
    if kept is None:
        return _gone(request)
    try:
        start_import(kept=kept, skip_bad="skip_bad" in request.POST, actor=editor)
    except QuestionError as error:
        return _page(request, kept, str(error))
    return redirect("questions:import_page", pk)


@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a file of which nothing was saved."""
    editor = editor_of(request)
    kept = _kept(pk)
    if kept is None:
        return _gone(request)
    try:
        discard_import(kept=kept, actor=editor)
    except QuestionError as error:
        messages.error(request, str(error))
        return redirect("questions:import_page", pk)
    messages.success(request, _("“%(file)s” is forgotten. Nothing of it was saved.") % {"file": kept.filename})
    return redirect("questions:import")


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what a file brought, after a page that says what goes and what stays."""
    editor = editor_of(request)
    kept = _kept(pk)
    if kept is None:
        return _gone(request)
    if kept.status == QuestionImport.Status.UNDONE:
        messages.info(request, _("This import is undone already."))
        return redirect("questions:import_page", pk)
    if not kept.can_be_undone:
        messages.error(request, _("This import cannot be undone: nothing was saved, or 24 hours have passed."))
        return redirect("questions:import_page", pk)
    if request.method == "POST":
        return _undone(request, kept, editor)
    context = {
        "kept": kept,
        **_saved_page(kept),
        "breadcrumbs_items": _trail(kept, ("", _("Undo"))),
        "header_title": _("Undo the import of %(file)s") % {"file": kept.filename},
        "header_icon": "history",
    }
    return render(request, "assessments/cms/import_undo.html", context)


def _undone(request: HttpRequest, kept: QuestionImport, editor: Any) -> HttpResponse:
    try:
        stays = undo_import(kept=kept, actor=editor)
    except QuestionError as error:
        messages.error(request, str(error))
        return redirect("questions:import_page", kept.pk)
    if stays:
        told = ngettext(
            "Undone. %(number)s question stays, because it was used or changed meanwhile.",
            "Undone. %(number)s questions stay, because they were used or changed meanwhile.",
            len(stays),
        )
        messages.warning(request, told % {"number": len(stays)})
    else:
        messages.success(request, _("Undone: nothing of the file is in the bank any more."))
    return redirect("questions:import_page", kept.pk)
