"""Writing a question in the CMS: choose a type, fill in its form."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from assessments.errors import QuestionError
from assessments.forms import QuestionEditor, rearranged
from assessments.models import AttemptItem, Category, Question, QuestionText, QuestionType, QuestionVersion
from assessments.permissions import may_change_bank
from people.models import Account, Language

EXPLAINED = {
    "single_choice": gettext_lazy("Several options, one of them right."),
    "multiple_response": gettext_lazy("Several options, one or more of them right."),
    "true_false": gettext_lazy("A statement to judge."),
    "matching": gettext_lazy("Lines, and what belongs to each of them."),
    "ordering": gettext_lazy("Items to put in order."),
    "numerical": gettext_lazy("A number to work out, with a tolerance."),
    "short_answer": gettext_lazy("A word or a few, typed."),
    "gap_fill": gettext_lazy("A text with gaps: lists, words and numbers."),
    "select_words": gettext_lazy("A text whose missing words are chosen."),
    "essay": gettext_lazy("An answer in sentences that a person marks."),
    "description": gettext_lazy("A text between the questions; nothing is answered."),
}


def editor_of(request: HttpRequest) -> Account:
    """Return the account of whoever writes questions; raises PermissionDenied for everybody else."""
    account = request.user
    if not isinstance(account, Account) or not may_change_bank(account):
        raise PermissionDenied
    return account


def trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """The way back to the bank, for the head of a page: (address, label) of each step below it."""
    below = [{"url": address, "label": label} for address, label in steps]
    return [{"url": reverse("questions:index"), "label": _("Questions")}, *below]


@require_safe
def choose_type(request: HttpRequest) -> HttpResponse:
    """The eleven types, each with what it is."""
    editor_of(request)
    context = {
        "types": [(value, label, EXPLAINED[value]) for value, label in QuestionType.choices],
        "query": request.GET.urlencode(),
        "breadcrumbs_items": trail(("", _("New question"))),
        "header_title": _("New question"),
        "header_icon": "plus",
    }
    return render(request, "assessments/cms/question_types.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, type_name: str) -> HttpResponse:
    """Write a new question of a type."""
    editor_of(request)
    if type_name not in QuestionType.values:
        raise Http404
    data, focus = _typed(request)
    category = Category.objects.filter(slug=request.GET.get("category", "")).first()
    editor = QuestionEditor(type_name=type_name, data=data, quiet=bool(focus), category=category)
    return _answer(request, editor, focus)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a question. What was asked before stays as it was: see the version."""
    editor_of(request)
    question = get_object_or_404(Question.objects.select_related("category", "objective"), pk=pk)
    version = QuestionVersion.objects.filter(question=question).first()
    data, focus = _typed(request)
    editor = QuestionEditor(
        type_name=question.type,
        question=question,
        version=version,
        texts=newest_texts(version),
        data=data,
        quiet=bool(focus),
    )
    return _answer(request, editor, focus)


def newest_texts(version: QuestionVersion | None) -> dict[str, QuestionText]:
    """The words of a version as they stand now, by language; one query."""
    found: dict[str, QuestionText] = {}
    for text in QuestionText.objects.filter(version=version).order_by("language", "-revision"):
        found.setdefault(text.language, text)
    return found


def _typed(request: HttpRequest) -> tuple[Any, str]:
    """What was posted, with its rows as the button that was pressed wants them, and where the focus goes."""
    if request.method != "POST":
        return None, ""
    wish = request.POST.get("rows", "")
    if not wish:
        return request.POST, ""
    data, focus = rearranged(request.POST, wish)
    return data, focus or "form"


def _answer(request: HttpRequest, editor: QuestionEditor, focus: str) -> HttpResponse:
    if request.method == "POST" and not focus and editor.is_valid():
        try:
            question = editor.save(actor=editor_of(request))
        except QuestionError as error:
            editor.problems.append(str(error))
        else:
            messages.success(request, _told(editor, question))
            return redirect("questions:page", question.pk)
    refused = request.method == "POST" and not focus
    return render(
        request, "assessments/cms/question_form.html", _context(editor, focus, refused), status=422 if refused else 200
    )


def _told(editor: QuestionEditor, question: Question) -> str:
    """What became of what was saved."""
    if editor.question is None:
        return _("%(code)s is in the bank as a draft. Publish it when it has been read by somebody else.") % {
            "code": question.code
        }
    if editor.structure_changed() and editor.version is not None:
        numbers = {"code": question.code, "old": editor.version.number, "new": editor.version.number + 1}
        return _("%(code)s: new attempts show version %(new)s. Attempts made so far keep version %(old)s.") % numbers
    return _("%(code)s is saved.") % {"code": question.code}


def _context(editor: QuestionEditor, focus: str, refused: bool) -> dict[str, Any]:
    question, version = editor.question, editor.version
    label = QuestionType(editor.type_name).label
    title = _("New question: %(type)s") % {"type": label} if question is None else question.code
    page = (reverse("questions:page", args=[question.pk]), question.code) if question else None
    last = ("", _("Edit %(code)s") % {"code": question.code}) if question else ("", title)
    return {
        "editor": editor,
        "focus": focus,
        "refused": refused,
        "languages": Language.values,
        "type_label": label,
        "question": question,
        "version": version,
        "next_number": version.number + 1 if version else 1,
        "answered": AttemptItem.objects.filter(version=version).count() if version else 0,
        "breadcrumbs_items": trail(*([page] if page else []), last),
        "header_title": title,
        "header_icon": "form",
    }
