"""Taking a test: own attempts only, one page at a time, nothing lost."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.disclosure import Field, Moment, shown
from assessments.errors import AssessmentError, ClosedError
from assessments.forms import AnswersForm, answers_in
from assessments.models import Attempt, AttemptItem
from assessments.question_types import TYPES, signed
from assessments.services import Saved, check_item, flag_item, save_responses, submit_attempt, turn_page
from assessments.views.access import language, own_attempt, query, to
from assessments.views.sheets import Line, Sheet, sheet_of
from core import clocks

LONGEST_BODY = 256 * 1024
CLOCKS_DIFFER = timedelta(seconds=5)
MOST_DIGITS = 4  # of a page or a position
REVIEW, NEXT, BACK, PAGE = "review", "next", "back", "page"
FLAG, UNFLAG, CHECK = "flag", "unflag", "check"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions of one page. A post saves what can be read and goes where its button says."""
    sitting = own_attempt(request, pk)
    if request.method != "POST":
        return to(request, "attempt_result", sitting) if sitting.submitted_at is not None else _page(request, sitting)
    try:
        saved = AnswersForm(request.POST).save(attempt=sitting, language=language())
        return _page(request, sitting, saved.refused) if saved.refused else _after_saving(request, sitting, saved)
    except ClosedError as error:
        messages.warning(request, str(error))
        return to(request, "attempt_result", submit_attempt(attempt=sitting))


@login_required
@require_POST
def attempt_save(request: HttpRequest, pk: int) -> JsonResponse:
    """Save answers without leaving the page; says for each what became of it."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_BODY:
        return JsonResponse({"message": _("This answer is too long to be saved.")}, status=413)
    sitting = own_attempt(request, pk)
    try:
        answers = answers_in(json.loads(request.body))
        saved = save_responses(attempt=sitting, answers=answers, language=language())
    except (ValueError, RecursionError):
        return JsonResponse({"message": _("The answer could not be read. Load the page again.")}, status=400)
    except ClosedError as error:
        messages.warning(request, str(error))  # said on the page of the result, where the browser goes from here
        result = reverse("attempt_result", args=[submit_attempt(attempt=sitting).pk]) + query(request)
        return JsonResponse({"message": str(error), "result": result}, status=409)
    return JsonResponse({"answers": [_told(position, saved) for position in sorted({*saved.items, *saved.refused})]})


@login_required
@require_safe
def attempt_review(request: HttpRequest, pk: int) -> HttpResponse:
    """What is answered, open and to be looked at again on each page, before it is handed in."""
    sitting = own_attempt(request, pk)
    if sitting.submitted_at is not None:
        return to(request, "attempt_result", sitting)
    sheet = sheet_of(sitting)
    # Without a way back nobody reads ahead either: what was not opened is a number.
    opened = [item for item in sheet.counting if not sheet.sequential or item.page <= sitting.page_reached]
    lines = sheet.lines(opened, language())
    context = {
        "attempt": sitting,
        "sheet": sheet,
        "pages": [
            {
                "page": page,
                "lines": [line for line in lines if line.item.page == page.number],
                "unopened": sheet.sequential and page.number > sitting.page_reached,
                "linked": not sheet.sequential or page.number == sitting.page_reached,
                "query": _query_of(request, sheet, page.number),
            }
            for page in sheet.pages
        ],
        "open_count": sheet.total - sheet.answered,
        "answered": sheet.answered,
        "flagged": sum(item.flagged for item in sheet.counting),
        "certainty_asked": bool(sitting.rules.get("certainty")),
        "seconds_left": _seconds_left(sitting),
        "next_query": query(request),
        "page_query": _query_of(request, sheet, _number_of_page(request, sheet)),
    }
    return render(request, "assessments/review.html", context)


@login_required
@require_POST
def attempt_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in. Pressed twice, it shows the one result.

    A page whose clock ran out says so by `clock`: if more time was given since it was loaded, the test goes on.
    """
    sitting = own_attempt(request, pk)
    if "clock" in request.POST and sitting.submitted_at is None and _has_time(sitting):
        messages.info(
            request, _("You have more time: the test ends at %(time)s.") % {"time": _clock(sitting.deadline_at)}
        )
        return to(request, "attempt", sitting)
    return to(request, "attempt_result", submit_attempt(attempt=sitting))


# --- One page ---------------------------------------------------------------------------------------------------------
def _page(request: HttpRequest, sitting: Attempt, refused: dict[int, str] | None = None) -> HttpResponse:
    """Show a page of the test. Of the other pages it holds nothing but how far each is answered."""
    sheet = sheet_of(sitting)
    number = _number_of_page(request, sheet)
    lines = sheet.lines(sheet.on_page(number), language(), refused=refused, posted=request.POST)
    for sentence in _elsewhere(lines, refused or {}):
        messages.warning(request, sentence)
    during = shown(sitting.rules["disclosed"], moment=Moment.DURING, phase=sitting.phase)
    here = {line.item.position for line in lines if line.number and not line.stands}
    context = {
        "attempt": sitting,
        "sheet": sheet,
        "lines": _under_titles(lines, sitting.rules.get("sections", [])),
        "orders": any(line.question.widget == "order" for line in lines),
        "number": number,
        "previous": number > 1 and not sheet.sequential,
        "next": number < sheet.last_page,
        "answered": sheet.answered,
        "answered_elsewhere": sum(item.answered for item in sheet.counting if item.position not in here),
        "refused": [line for line in lines if line.error],
        "checks": bool(during),
        "flags": not sheet.sequential,  # where nobody comes back, nothing is looked at again
        "shows": {field.value: True for field in during | {Field.QUESTIONS}},
        "certainties": AttemptItem.Certainty.choices if sitting.rules.get("certainty") else [],
        "seconds_left": _seconds_left(sitting),
        "languages_to_read": [each for each in settings.LANGUAGES if each[0] != language()],
        "next_query": query(request),
        "page_query": _query_of(request, sheet, number),
    }
    return render(request, "assessments/attempt.html", context, status=422 if refused else 200)


def _number_of_page(request: HttpRequest, sheet: Sheet) -> int:
    """The page that the address asks for; without one, and where only one is open, the furthest that was opened."""
    asked = _page_asked(request)
    if sheet.sequential or not asked:
        return min(sheet.attempt.page_reached, sheet.last_page)
    return min(asked, sheet.last_page)


def _query_of(request: HttpRequest, sheet: Sheet, number: int) -> str:
    """The query that leads to a page; a test of one page needs no number."""
    return query(request, page=number) if sheet.last_page > 1 else query(request)


def _elsewhere(lines: list[Line], refused: dict[int, str]) -> list[str]:
    """Why answers of another page were refused, each sentence once."""
    here = {line.item.position for line in lines}
    return list(dict.fromkeys(sentence for position, sentence in refused.items() if position not in here))


def _under_titles(lines: list[Line], titles: list[dict[str, str]]) -> list[Line]:
    """The lines, with the title of their section above the first of each on the page."""
    before, found = 0, []
    for line in lines:
        title = _title(titles, line.item.section) if line.item.section != before else None
        before = line.item.section
        found.append(replace(line, title=title))
    return found


def _title(titles: list[dict[str, str]], section: int) -> dict[str, str] | None:
    """The title of a section in the language of the page, or the next best; None where it has none."""
    known = titles[section - 1] if 0 < section <= len(titles) else {}
    order = [language(), *dict(settings.LANGUAGES)]
    return next(({"language": code, "text": known[code]} for code in order if known.get(code)), None)


# --- After saving -----------------------------------------------------------------------------------------------------
def _after_saving(request: HttpRequest, sitting: Attempt, saved: Saved) -> HttpResponse:
    """Say what was saved, do what the button says and go there."""
    _say_outdated(request, sitting, saved)
    step, _sign, value = request.POST.get("go", "").partition("-")
    if step == REVIEW:
        return redirect(reverse("attempt_review", args=[sitting.pk]) + _query_here(request))
    if step in {NEXT, BACK, PAGE}:
        return _turn(request, sitting, step, value)
    position = _whole(value)
    if step in {FLAG, UNFLAG, CHECK} and position is not None:
        return _about_one(request, sitting, step, position)
    chosen = step if step in dict(settings.LANGUAGES) else language()
    with override(chosen):
        messages.success(request, _("Saved at %(time)s.") % {"time": _clock(timezone.now())})
    return HttpResponseRedirect(translate_url(_here(request, sitting), chosen))


def _say_outdated(request: HttpRequest, sitting: Attempt, saved: Saved) -> None:
    """Say which answers were given elsewhere in the meantime, and stand."""
    if not saved.outdated:
        return
    numbers = sheet_of(sitting).numbers
    shown = ", ".join(str(numbers[position]) for position in sorted(saved.outdated) if position in numbers)
    messages.warning(
        request,
        ngettext(
            "Question %(numbers)s was answered on another page in the meantime. That answer stands.",
            "Questions %(numbers)s were answered on another page in the meantime. Those answers stand.",
            len(saved.outdated),
        )
        % {"numbers": shown},
    )


def _turn(request: HttpRequest, sitting: Attempt, step: str, value: str) -> HttpResponse:
    """Go to another page. In a test without a way back the next one only, counted from the page that was posted."""
    here = _page_asked(request) or sitting.page_reached
    wanted = {NEXT: here + 1, BACK: here - 1}.get(step, _whole(value) or here)
    if sitting.rules.get("sequential"):
        wanted = min(wanted, sitting.page_reached + 1)
    try:
        turn_page(attempt=sitting, page=wanted)
    except ClosedError as error:
        messages.warning(request, str(error))
    return redirect(reverse("attempt", args=[sitting.pk]) + query(request, page=max(1, wanted)))


def _about_one(request: HttpRequest, sitting: Attempt, step: str, position: int) -> HttpResponse:
    """Mark a question to be looked at again, or show the marking of its answer, and stay there."""
    try:
        if step == CHECK:
            check_item(attempt=sitting, position=position)
        else:
            flag_item(attempt=sitting, position=position, flagged=step == FLAG)
    except AttemptItem.DoesNotExist:
        messages.warning(request, _("This test has no question %(number)s.") % {"number": position})
    except AssessmentError as error:
        messages.warning(request, str(error))
    return redirect(f"{_here(request, sitting)}#question-{position}")


def _here(request: HttpRequest, sitting: Attempt) -> str:
    """The address of the page that was posted."""
    return reverse("attempt", args=[sitting.pk]) + _query_here(request)


def _query_here(request: HttpRequest) -> str:
    """The query of the page that was posted."""
    page = _page_asked(request)
    return query(request, page=page) if page else query(request)


def _page_asked(request: HttpRequest) -> int:
    """The page that the address names; 0 where it names none."""
    return _whole(request.GET.get("page", "")) or 0


def _whole(text: str) -> int | None:
    """A number of a page or a position; None for anything else."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


# --- Words for the browser --------------------------------------------------------------------------------------------
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
    kind, structure = TYPES[item.version.question.type], item.version.structure
    response = signed(kind.telling, item.option_order, kind.posted(structure, item.response))
    return {**told, "response": response, **({"certainty": item.certainty} if item.certainty else {})}


def _clock(moment: datetime | None) -> str:
    return clocks.said(moment, "TIME_FORMAT")


def _has_time(sitting: Attempt) -> bool:
    """Whether more is left than what the clock of a page may be wrong by."""
    return sitting.deadline_at is None or sitting.deadline_at > timezone.now() + CLOCKS_DIFFER


def _seconds_left(sitting: Attempt) -> int | None:
    """Seconds until the deadline for the clock on the page; None without a time limit."""
    if sitting.deadline_at is None:
        return None
    return max(0, int((sitting.deadline_at - timezone.now()).total_seconds()))
