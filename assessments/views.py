"""Taking a test: own attempts only, one page at a time, nothing lost."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.disclosure import Field, Moment, moment_of, shown
from assessments.errors import AnswerError, ClosedError
from assessments.forms import AnswersForm, answers_in
from assessments.marking import ALL
from assessments.models import Attempt, AttemptItem, QuestionText, QuestionVersion
from assessments.question_types import TYPES, ShownQuestion, show
from assessments.services import Saved, attempts_left, credit_for, save_responses, submit_attempt

LONGEST_BODY = 256 * 1024


@dataclass(frozen=True)
class Line:
    """A question of an attempt as a page shows it."""

    item: AttemptItem
    question: ShownQuestion
    number: int  # among those that count; 0 for a text between the questions
    error: str = ""

    @property
    def state(self) -> str:
        """How the answer did: "right", "partly", "wrong", "awaiting" (a marker) or "open" (not answered)."""
        if not self.item.answered:
            return "open"
        if self.item.mark is None:
            return "awaiting"
        if self.item.mark == self.item.max_mark:
            return "right"
        return "partly" if self.item.mark else "wrong"

    @property
    def by_hand(self) -> bool:
        """Whether a person marks the answer."""
        return self.question.widget == "long"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions on one page. A post saves what can be read and goes where its button says."""
    sitting = _own(request, pk)
    if sitting.submitted_at is not None:
        return _to(request, "attempt_result", sitting)
    refused: dict[int, str] = {}
    if request.method == "POST":
        try:
            saved = AnswersForm(request.POST).save(attempt=sitting, language=_language())
        except ClosedError as error:
            messages.warning(request, str(error))
            return _to(request, "attempt_result", submit_attempt(attempt=sitting))
        if not saved.refused:
            return _after_saving(request, sitting, saved)
        refused = saved.refused
    lines = _lines(sitting, refused=refused, posted=request.POST)
    context = {
        "attempt": sitting,
        "lines": lines,
        "total": max(line.number for line in lines),
        "answered": sum(line.item.answered for line in lines),
        "refused": [line for line in lines if line.error],
        "seconds_left": _seconds_left(sitting),
        "languages_to_read": [each for each in settings.LANGUAGES if each[0] != _language()],
        "next_query": _next_query(request),
    }
    return render(request, "assessments/attempt.html", context, status=422 if refused else 200)


@login_required
@require_POST
def attempt_save(request: HttpRequest, pk: int) -> JsonResponse:
    """Save answers without leaving the page; says for each what became of it."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_BODY:
        return JsonResponse({"message": _("This answer is too long to be saved.")}, status=413)
    sitting = _own(request, pk)
    try:
        answers = answers_in(json.loads(request.body))
        saved = save_responses(attempt=sitting, answers=answers, language=_language())
    except (ValueError, RecursionError):
        return JsonResponse({"message": _("The answer could not be read. Load the page again.")}, status=400)
    except ClosedError as error:
        result = reverse("attempt_result", args=[submit_attempt(attempt=sitting).pk]) + _next_query(request)
        return JsonResponse({"message": str(error), "result": result}, status=409)
    return JsonResponse({"answers": [_told(position, saved) for position in sorted({*saved.items, *saved.refused})]})


@login_required
@require_safe
def attempt_review(request: HttpRequest, pk: int) -> HttpResponse:
    """What is answered and what is not, before it is handed in."""
    sitting = _own(request, pk)
    if sitting.submitted_at is not None:
        return _to(request, "attempt_result", sitting)
    lines = [line for line in _lines(sitting) if line.number]
    open_count = sum(not line.item.answered for line in lines)
    context = {
        "attempt": sitting,
        "lines": lines,
        "open_count": open_count,
        "answered": len(lines) - open_count,
        "seconds_left": _seconds_left(sitting),
        "next_query": _next_query(request),
    }
    return render(request, "assessments/review.html", context)


@login_required
@require_POST
def attempt_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in. Pressed twice, it shows the one result."""
    return _to(request, "attempt_result", submit_attempt(attempt=_own(request, pk)))


@login_required
@require_safe
def attempt_result(request: HttpRequest, pk: int) -> HttpResponse:
    """What came out, what to read again, what to do next."""
    sitting = _own(request, pk)
    if sitting.submitted_at is None:
        return _to(request, "attempt", sitting)
    passed = sitting.outcome == Attempt.Outcome.PASSED
    lines = _lines(sitting)
    earned = sum(line.item.mark or 0 for line in lines) if sitting.mark is None else sitting.mark
    left = attempts_left(sitting)
    fields = shown(sitting.rules["disclosed"], moment=_moment(sitting, left), phase=sitting.phase)
    context = {
        "attempt": sitting,
        "passed": passed,
        "pending": sitting.outcome == Attempt.Outcome.PENDING,
        "awaiting": sum(line.state == "awaiting" for line in lines),
        "per_cent": earned * 100 // sitting.max_mark if sitting.max_mark else 0,
        "points": earned / 100,
        "highest_points": sitting.max_mark / 100,
        "attempts_left": left,
        "again_at": _again_at(sitting),
        "shows_result": Field.OUTCOME in fields,
        "shows_key": Field.KEY in fields,
        "lines": lines if Field.QUESTIONS in fields else [],
        "back": _next(request) or reverse("my_learning"),
    }
    return render(request, "assessments/result.html", context)


@login_required
@require_safe
def practice(request: HttpRequest, code: str) -> HttpResponse:
    """A practice question and what there is to say about the answer in the address. Nothing is kept.

    With `fragment` only the question itself, for a lesson that shows the feedback in place.
    """
    version = get_object_or_404(QuestionVersion.objects.newest().for_practice(), question__code=code)
    text = QuestionText.objects.shown([version.pk], _language())[version.pk]
    kind, given, error, credit = TYPES[version.question.type], request.GET.getlist("answer"), "", None
    try:
        response = kind.parse(version.structure, given)
        credit = credit_for(version, response)
    except AnswerError as refusal:
        error, response = str(refusal), _draft(version, given)
    context = {
        "code": code,
        "question": show(
            version.question.type, version.structure, text.words, language=text.language, response=response
        ),
        "error": error,
        "asked": "answer" in request.GET or "check" in request.GET,
        "answered": credit is not None and response is not None,
        "right": credit is not None and credit.part == ALL,
        "partly": credit is not None and 0 < credit.part < ALL,
        "back": _next(request) or _referrer(request) or reverse("my_learning"),
    }
    template = "assessments/_practice.html" if "fragment" in request.GET else "assessments/practice.html"
    return render(request, template, context)


def _own(request: HttpRequest, pk: int) -> Attempt:
    """The person's own attempt, handed in if its time is over; 404 for somebody else's."""
    found = get_object_or_404(Attempt.objects.visible_to(request.user).select_related("test"), pk=pk)  # type: ignore[arg-type]
    return submit_attempt(attempt=found) if found.is_overdue(timezone.now()) else found


def _lines(sitting: Attempt, *, refused: dict[int, str] | None = None, posted: Any = None) -> list[Line]:
    """The questions of an attempt in the language of the page; two queries."""
    items = list(sitting.items.select_related("version__question"))
    texts = QuestionText.objects.shown([item.version_id for item in items], _language())
    numbers = count(1)
    return [
        _line(
            item,
            texts[item.version_id],
            next(numbers) if TYPES[item.version.question.type].counts else 0,
            (refused or {}).get(item.position, ""),
            posted,
        )
        for item in items
    ]


def _line(item: AttemptItem, text: QuestionText, number: int, error: str, posted: Any) -> Line:
    """A question; where an answer could not be read, with what was given."""
    type_name, structure = item.version.question.type, item.version.structure
    response = _draft(item.version, posted.getlist(f"q{item.position}")) if error else item.response
    shown = show(type_name, structure, text.words, language=text.language, order=item.option_order, response=response)
    return Line(item, shown, number, error)


def _draft(version: QuestionVersion, given: list[str]) -> Any:
    """What the form shows again of an answer that was refused; nothing of one that came from no form of ours."""
    try:
        return TYPES[version.question.type].draft(version.structure, given)
    except AnswerError:
        return None


def _after_saving(request: HttpRequest, sitting: Attempt, saved: Saved) -> HttpResponse:
    """Say what was saved and go where the button says."""
    if saved.outdated:
        shown = [str(line.number) for line in _lines(sitting) if line.item.position in saved.outdated]
        numbers = ", ".join(shown)
        messages.warning(
            request,
            ngettext(
                "Question %(numbers)s was answered on another page in the meantime. That answer stands.",
                "Questions %(numbers)s were answered on another page in the meantime. Those answers stand.",
                len(saved.outdated),
            )
            % {"numbers": numbers},
        )
    go = request.POST.get("go", "")
    if go == "review":
        return _to(request, "attempt_review", sitting)
    language = go if go in dict(settings.LANGUAGES) else _language()
    with override(language):
        messages.success(request, _("Saved at %(time)s.") % {"time": _clock(timezone.now())})
    address = reverse("attempt", args=[sitting.pk]) + _next_query(request)
    return HttpResponseRedirect(translate_url(address, language))


def _moment(sitting: Attempt, attempts_left: int | None) -> Moment:
    """When the result is looked at. Passed, without an attempt left or closed, nothing can be gained any more."""
    now, closes_at = timezone.now(), sitting.test.closes_at
    closed = (
        sitting.outcome == Attempt.Outcome.PASSED
        or attempts_left == 0
        or sitting.phase == "post"
        or (closes_at is not None and closes_at <= now)
    )
    return moment_of(submitted_at=sitting.submitted_at, now=now, closed=closed)


def _again_at(sitting: Attempt) -> datetime | None:
    """When the next attempt may start, if that is still to come."""
    if sitting.submitted_at is None:
        return None
    moment = sitting.submitted_at + timedelta(minutes=sitting.test.delay_minutes)
    return moment if moment > timezone.now() else None


def _told(position: int, saved: Saved) -> dict[str, Any]:
    """What the browser hears about one answer."""
    if position in saved.refused:
        return {"position": position, "state": "refused", "message": saved.refused[position]}
    item = saved.items[position]
    outdated = position in saved.outdated
    told = {
        "position": position,
        "state": "outdated" if outdated else "saved",
        "counter": item.counter,
        "at": _clock(item.answered_at) if item.answered_at else "",
    }
    if not outdated:
        return told
    version = item.version
    return {**told, "response": TYPES[version.question.type].posted(version.structure, item.response)}


def _to(request: HttpRequest, name: str, sitting: Attempt) -> HttpResponse:
    return redirect(reverse(name, args=[sitting.pk]) + _next_query(request))


def _next(request: HttpRequest) -> str:
    """Where the person came from and wants back to, in the language of the page; only addresses of this site."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    return translate_url(address, _language()) if _is_ours(request, address) else ""


def _referrer(request: HttpRequest) -> str:
    """The page that led here, unless it is this one."""
    address = request.headers.get("Referer", "")
    return address if _is_ours(request, address) and request.path not in address else ""


def _is_ours(request: HttpRequest, address: str) -> bool:
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())


def _next_query(request: HttpRequest) -> str:
    address = _next(request)
    return f"?{urlencode({'next': address})}" if address else ""


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def _clock(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "TIME_FORMAT")


def _seconds_left(sitting: Attempt) -> int | None:
    """Seconds until the deadline for the clock on the page; None without a time limit."""
    if sitting.deadline_at is None:
        return None
    return max(0, int((sitting.deadline_at - timezone.now()).total_seconds()))
