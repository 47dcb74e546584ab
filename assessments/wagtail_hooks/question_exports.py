"""Taking questions out to a file in the CMS: of a category or a test, after a look at what the format cannot carry."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.formats.exchange import FORMATS, NATIVE, Format, written
from assessments.formats.to_bank import BankQuestion
from assessments.forms.exchange import ExportForm
from assessments.services import questions_in, questions_of
from assessments.wagtail_hooks.question_edit import editor_of, trail

NAMED_AT_MOST = 10
TYPES = {
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
    "xml": "application/xml",
    "txt": "text/plain; charset=utf-8",
    "zip": "application/zip",
}


@dataclass(frozen=True)
class Loss:
    """Something that a format cannot carry, and which questions that concerns."""

    sentence: str
    questions: list[str]

    @property
    def named(self) -> str:
        return ", ".join(self.questions[:NAMED_AT_MOST])

    @property
    def more(self) -> int:
        return max(0, len(self.questions) - NAMED_AT_MOST)


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Choose what is taken out, and see what the format cannot carry before the file is made."""
    editor_of(request)
    asked = "format" in request.GET
    form = ExportForm(request.GET) if asked else ExportForm(initial=_usual(request))
    context = {
        "form": form,
        **(_looked_at(form.cleaned_data) if asked and form.is_valid() else {}),
        "query": request.GET.urlencode(),
        "breadcrumbs_items": trail(("", _("Take out to a file"))),
        "header_title": _("Take questions out to a file"),
        "header_icon": "download",
    }
    return render(request, "assessments/cms/export.html", context, status=422 if asked and form.errors else 200)


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The file. What was chosen stands in the address; where that is not enough, the page says what is missing."""
    editor_of(request)
    form = ExportForm(request.GET)
    if not form.is_valid():
        return redirect(f"{reverse('questions:export')}?{request.GET.urlencode()}")
    said = form.cleaned_data
    content = written(said["format"], _questions(said), said["language"]).content
    slug = slugify(said["category"].slug if said["category"] else said["test"].code)
    return file_response(content, FORMATS[said["format"]], f"questions-{slug}-{said['language']}")


def file_response(content: bytes, form: Format, name: str) -> HttpResponse:
    """Return a file of a format that the browser saves and nobody keeps on the way."""
    response = HttpResponse(content, content_type=TYPES[form.extension])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form.extension}"'
    patch_cache_control(response, private=True, no_store=True)
    return response


def _usual(request: HttpRequest) -> dict[str, Any]:
    """What is chosen already: the category or test from which somebody comes, the language of the page, a table."""
    chosen = {name: request.GET.get(name, "") for name in ("category", "test")}
    return {**chosen, "language": (get_language() or "en")[:2], "format": "xlsx"}


def _looked_at(said: dict[str, Any]) -> dict[str, Any]:
    """What goes into the file, and what is lost."""
    form = FORMATS[said["format"]]
    questions = _questions(said)
    lost = written(form.name, questions, said["language"]).lost if questions else []
    taken = [each for each in questions if form.name == NATIVE or each.type in form.carries]
    return {
        "looked": True,
        "found": len(questions),
        "number": len(taken),
        "in_another_language": 0 if form.every_language else sum(said["language"] not in each.words for each in taken),
        "chosen": said["category"] or said["test"],
        "format": form.label,
        "losses": _grouped(lost),
    }


def _questions(said: dict[str, Any]) -> list[BankQuestion]:
    return questions_in(category=said["category"]) if said["category"] else questions_of(test=said["test"])


def _grouped(lost: Iterable[tuple[str, str]]) -> list[Loss]:
    """Losses by sentence, those of most questions first."""
    found: dict[str, dict[str, None]] = {}
    for name, sentence in lost:
        found.setdefault(sentence, {})[name] = None
    return sorted(
        (Loss(sentence, list(names)) for sentence, names in found.items()), key=lambda each: -len(each.questions)
    )
