"""A question in the CMS: what it is worth, as a learner sees it, its versions, uses and history."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from assessments.errors import AnswerError, QuestionError
from assessments.forms.bank import DuplicateForm, VoidForm
from assessments.marking import ALL
from assessments.models import AttemptItem, Question, QuestionText, QuestionType, QuestionVersion, Section, Test
from assessments.question_types import TYPES, show
from assessments.question_types.described import named_texts, structure_lines
from assessments.services import credit_for, duplicate_question, review_text, set_status, void_version
from assessments.uses import uses_of
from assessments.wagtail_hooks.question_edit import editor_of, newest_texts, trail
from assessments.wagtail_hooks.question_list import why_not_drawn, with_newest
from audit.models import Event
from core.differences import Change, line_changes, word_changes
from people.models import Language

NEWEST_EVENTS = 50

# What can be done in each state: (new status, words of the button, whether it is the next step).
STEPS: dict[str, list[tuple[str, Any, bool]]] = {
    Question.Status.DRAFT: [
        (Question.Status.REVIEW, gettext_lazy("Submit for review"), True),
        (Question.Status.PUBLISHED, gettext_lazy("Publish"), False),
        (Question.Status.RETIRED, gettext_lazy("Retire"), False),
    ],
    Question.Status.REVIEW: [
        (Question.Status.PUBLISHED, gettext_lazy("Publish"), True),
        (Question.Status.DRAFT, gettext_lazy("Back to the draft"), False),
    ],
    Question.Status.PUBLISHED: [(Question.Status.RETIRED, gettext_lazy("Retire"), False)],
    Question.Status.RETIRED: [(Question.Status.DRAFT, gettext_lazy("Take up again as a draft"), False)],
}
HAPPENED = {
    "assessments.question_created": gettext_lazy("Put into the bank"),
    "assessments.question_described": gettext_lazy("Filed anew"),
    "assessments.question_changed": gettext_lazy("New version"),
    "assessments.question_text_revised": gettext_lazy("Words changed or reviewed"),
    "assessments.version_voided": gettext_lazy("Version found defective"),
}
FILED = {
    "code": gettext_lazy("Code"),
    "type": gettext_lazy("Type"),
    "category": gettext_lazy("Category"),
    "objective": gettext_lazy("Objective"),
    "status": gettext_lazy("Status"),
    "source": gettext_lazy("Source"),
    "unverified": gettext_lazy("The source is not confirmed"),
    "review_on": gettext_lazy("To be reviewed by"),
    "tags": gettext_lazy("Tags"),
    "version": gettext_lazy("Version"),
    "language": gettext_lazy("Language"),
    "revision": gettext_lazy("Revision"),
    "reason": gettext_lazy("Reason"),
}
NAMED: dict[str, Any] = {"status": Question.Status, "type": QuestionType, "language": Language}


@dataclass(frozen=True)
class Happening:
    """A line of the history: when, who, what, and what became another."""

    at: Any
    actor: str
    what: str
    facts: list[tuple[str, str, str]]  # name, before, after


@dataclass(frozen=True)
class TextDifference:
    """A text that differs between two versions."""

    name: str
    changes: list[Change]


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about a question on one page."""
    editor_of(request)
    return _page(request, _question(pk), DuplicateForm())


def _page(request: HttpRequest, question: Any, copying: DuplicateForm, status: int = 200) -> HttpResponse:
    versions = _versions(question)
    newest = versions[0]
    texts = newest_texts(newest)
    asked = request.GET.get("language", "") or (get_language() or "en")[:2]
    language = asked if asked in texts else next(iter(texts), Language.EN.value)
    context = {
        "question": question,
        "newest": newest,
        "versions": versions,
        "not_drawn": why_not_drawn(question, void=question.void),
        "steps": STEPS[question.status],
        "languages": [(each, texts.get(each)) for each in Language.values],
        "language": language,
        "tests": _tests(question),
        "drawing": _drawing(question),
        "lessons": uses_of(question.code, (get_language() or "en")[:2]),
        "history": _history(question),
        "copying": copying,
        "breadcrumbs_items": trail(("", question.code)),
        "header_title": question.code,
        "header_icon": "help",
    }
    return render(request, "assessments/cms/question_page.html", context, status=status)


def _question(pk: int) -> Any:
    found = with_newest(Question.objects.select_related("category__parent", "objective").prefetch_related("tags"))
    return get_object_or_404(found, pk=pk)


def _versions(question: Question) -> list[QuestionVersion]:
    answers = Count("shown", filter=Q(shown__response__isnull=False))
    found = QuestionVersion.objects.filter(question=question).select_related("created_by", "voiding")
    return list(found.annotate(answers=answers).order_by("-number"))


def _tests(question: Question) -> list[Test]:
    """The tests that name the question, each with how many of its answers were given to it."""
    named = Test.objects.filter(sections__items__question=question).distinct()
    given = AttemptItem.objects.filter(version__question=question, response__isnull=False)
    counts = dict(given.values_list("attempt__test").annotate(number=Count("pk")))
    tests: list[Any] = list(named)
    for test in tests:
        test.answers = counts.get(test.pk, 0)
    return tests


def _drawing(question: Question) -> list[Section]:
    """The sections that may draw the question at random."""
    path, tags = question.category.path, {tag.pk for tag in question.tags.all()}
    sections = Section.objects.filter(draw__isnull=False).select_related("test", "category")
    return [
        section
        for section in sections
        if (section.category is None or path.startswith(section.category.path))
        and (section.tag_id is None or section.tag_id in tags)
        and section.objective_id in (None, question.objective_id)
    ]


def _history(question: Question) -> list[Happening]:
    events = Event.objects.filter(object_type=Question._meta.label, object_id=str(question.pk)).select_related("actor")
    return [
        Happening(event.at, str(event.actor or ""), str(HAPPENED.get(event.action, event.action)), _facts(event))
        for event in events[:NEWEST_EVENTS]
    ]


def _facts(event: Event) -> list[tuple[str, str, str]]:
    """What an event says became another."""
    before, after = event.before or {}, event.after or {}
    return [
        (str(FILED.get(name, name)), _told(name, before.get(name)), _told(name, value))
        for name, value in after.items()
        if name != "code" and before.get(name) != value
    ]


def _told(name: str, value: Any) -> str:
    if name in NAMED and value in NAMED[name].values:
        return str(NAMED[name](value).label)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


# --- As a learner sees it -------------------------------------------------------------------------------------------
@require_safe
@xframe_options_sameorigin
def preview(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """The question as a test shows it, to be tried; nothing is kept."""
    editor_of(request)
    version = get_object_or_404(QuestionVersion.objects.newest().select_related("question"), question=pk)
    text = newest_texts(version).get(language)
    if text is None:
        raise Http404
    with override(language):
        return render(request, "assessments/cms/preview.html", _tried(request, version, text))


def _tried(request: HttpRequest, version: QuestionVersion, text: QuestionText) -> dict[str, Any]:
    """The question with the answer that was tried, and what it would earn."""
    kind = TYPES[version.question.type]
    asked, given = "check" in request.GET, request.GET.getlist("answer")
    error, response = "", None
    try:
        response = kind.parse(version.structure, given) if asked else None
    except AnswerError as refused:
        error, response = str(refused), kind.draft(version.structure, given)
    credit = credit_for(version, response) if asked and not error else None
    shown = show(version.question.type, version.structure, text.words, language=text.language, response=response)
    return {
        "question": shown,
        "asked": asked,
        "error": error,
        "answered": response is not None,
        "right": credit is not None and credit.part == ALL,
        "partly": credit is not None and 0 < credit.part < ALL,
        "per_cent": None if credit is None else round(float(credit.part) * 100),
    }


# --- What became another --------------------------------------------------------------------------------------------
@require_safe
def differences(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions side by side in words: what was taken away, what came new."""
    editor_of(request)
    question = _question(pk)
    versions = _versions(question)
    by_number = {version.number: version for version in versions}
    newer = by_number.get(_number(request, "to"), versions[0])
    older = by_number.get(_number(request, "from"), by_number.get(newer.number - 1, newer))
    context = {
        "question": question,
        "versions": versions,
        "older": older,
        "newer": newer,
        # Each line on its own, shown as a text of one piece is.
        "structure": [[line] for line in _structure_changes(question.type, older, newer)],
        "languages": [(each, _text_differences(older, newer, each)) for each in Language.values],
        "breadcrumbs_items": trail((reverse("questions:page", args=[pk]), question.code), ("", _("What changed"))),
        "header_title": _("What changed in %(code)s") % {"code": question.code},
        "header_icon": "history",
    }
    return render(request, "assessments/cms/differences.html", context)


def _structure_changes(type_name: str, older: QuestionVersion, newer: QuestionVersion) -> list[Change]:
    return line_changes(*(structure_lines(type_name, each.structure) for each in (older, newer)))


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 6 else 0  # noqa: PLR2004 - digits of a version


def _text_differences(older: QuestionVersion, newer: QuestionVersion, language: str) -> list[TextDifference]:
    before, after = (_named(version, language) for version in (older, newer))
    return [
        TextDifference(name, word_changes(before.get(name, ""), after.get(name, "")))
        for name in dict.fromkeys([*after, *before])
        if before.get(name, "") != after.get(name, "")
    ]


def _named(version: QuestionVersion, language: str) -> dict[str, str]:
    text = newest_texts(version).get(language)
    return named_texts(text.words) if text else {}


# --- What an editor does --------------------------------------------------------------------------------------------
@require_POST
def status(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the question to the next step of its life."""
    editor_of(request)
    question = _question(pk)
    wanted = request.POST.get("status", "")
    if wanted not in [step for step, _label, _next in STEPS[question.status]]:
        messages.error(request, _("This step is not possible now. Look at the status of the question."))
        return redirect("questions:page", pk)
    try:
        set_status(questions=[question], status=wanted, actor=editor_of(request))
    except QuestionError as error:
        messages.error(request, str(error))
    else:
        facts = {"code": question.code, "status": Question.Status(wanted).label}
        messages.success(request, _("%(code)s: %(status)s.") % facts)
    return redirect("questions:page", pk)


@require_POST
def review(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Note that the words of a language were read and found right."""
    editor_of(request)
    version = get_object_or_404(QuestionVersion.objects.newest(), question=pk)
    text = get_object_or_404(QuestionText, version=version, language=language, pk=_posted_id(request))
    try:
        review_text(text=text)
    except QuestionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(language)s: reviewed.") % {"language": Language(language).label})
    return redirect("questions:page", pk)


def _posted_id(request: HttpRequest) -> int:
    text = request.POST.get("text", "")
    return int(text) if text.isdecimal() and len(text) < 18 else 0  # noqa: PLR2004 - digits of an id


@require_POST
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft out of the newest version, under another code."""
    editor_of(request)
    question, form = _question(pk), DuplicateForm(request.POST)
    if not form.is_valid():
        return _page(request, question, form, status=422)
    copy = duplicate_question(
        question=question,
        code=form.cleaned_data["code"],
        created_by=editor_of(request),
    )
    messages.success(request, _("This is the copy: %(code)s, a draft.") % {"code": copy.code})
    return redirect("questions:page", copy.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def void(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Find a version defective, after a page that says what follows."""
    editor_of(request)
    version = get_object_or_404(QuestionVersion.objects.select_related("question"), question=pk, number=number)
    handed_in = AttemptItem.objects.filter(version=version, attempt__submitted_at__isnull=False)
    concerned = handed_in.values("attempt").distinct().count()
    form = VoidForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        void_version(version=version, reason=form.cleaned_data["reason"], actor=editor_of(request))
        messages.success(request, _voided(version, concerned))
        return redirect("questions:page", pk)
    context = {
        "question": version.question,
        "version": version,
        "concerned": concerned,
        "form": form,
        "breadcrumbs_items": _below(version.question, _("Version %(number)s is defective") % {"number": number}),
        "header_title": _("Version %(number)s is defective") % {"number": number},
        "header_icon": "warning",
    }
    return render(request, "assessments/cms/void.html", context, status=422 if form.is_bound else 200)


def _voided(version: QuestionVersion, concerned: int) -> str:
    facts = {"number": version.number, "concerned": concerned}
    return (
        ngettext(
            "Version %(number)s is asked no more. %(concerned)s attempt gets the full mark for it.",
            "Version %(number)s is asked no more. %(concerned)s attempts get the full mark for it.",
            concerned,
        )
        % facts
    )


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why a question is never deleted, and what to do instead."""
    editor_of(request)
    question = get_object_or_404(Question, pk=pk)
    messages.error(
        request,
        _("Questions are never deleted: answers that people gave point at them. Retire %(code)s instead.")
        % {"code": question.code},
    )
    return redirect("questions:page", pk)


def _below(question: Question, *labels: str) -> Sequence[dict[str, str]]:
    return trail((reverse("questions:page", args=[question.pk]), question.code), *(("", label) for label in labels))
