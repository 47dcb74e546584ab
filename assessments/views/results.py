"""What came out of a test, as far as its rules show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.certainty import SCORES, calibration
from assessments.disclosure import Field, Moment, moment_of, shown
from assessments.errors import MarkError
from assessments.models import Attempt, AttemptItem
from assessments.services import Terms, ask_again, attempts_left, terms_for
from assessments.views.access import language, own_attempt, query, to, way_back
from assessments.views.sheets import Sheet, sheet_of
from core.numbers import rounded

# Whoever sees one of these sees that a mark could be higher.
TELL_OF_MARKS = frozenset({Field.CORRECTNESS, Field.MARKS})


@dataclass(frozen=True)
class _Certain:
    """The answers given with one certainty: how many, how many of them were right, and which part was earned."""

    words: str
    answers: int
    right: int
    per_cent: int | None


@login_required
@require_safe
def attempt_result(request: HttpRequest, pk: int) -> HttpResponse:
    """What came out, what to read again, what to do next. What the rules hide is not on the page at all."""
    sitting = own_attempt(request, pk)
    if sitting.submitted_at is None:
        return to(request, "attempt", sitting)
    terms = terms_for(test=sitting.test, person=sitting.person, agency=sitting.agency)
    left = attempts_left(sitting, terms)
    fields = _fields(sitting, left, terms)
    sheet = sheet_of(sitting, "appeal")
    items = sheet.counting if Field.QUESTIONS in fields else ()
    lines = sheet.lines(items, language()) if items else []
    earned = sum(item.mark or 0 for item in sheet.items) if sitting.mark is None else sitting.mark
    later = shown(sitting.rules["disclosed"], moment=Moment.CLOSED, phase=sitting.phase)
    context = {
        "attempt": sitting,
        "shows": _words(fields),
        "passed": sitting.outcome == Attempt.Outcome.PASSED,
        "pending": sitting.outcome == Attempt.Outcome.PENDING,
        "awaiting": sum(item.answered and item.mark is None for item in sheet.counting),
        "per_cent": earned * 100 // sitting.max_mark if sitting.max_mark else 0,
        "points": earned / 100,
        "highest_points": sitting.max_mark / 100,
        "attempts_left": left,
        "again_at": _again_at(sitting),
        "key_follows": Field.KEY in later,
        "shows_key": Field.KEY in fields,
        "appeals": bool(fields & TELL_OF_MARKS),
        "certainty": _certainty(sheet) if Field.CORRECTNESS in fields else None,
        "lines": lines,
        "back": way_back(request) or reverse("my_learning"),
        "next_query": query(request),
    }
    return render(request, "assessments/result.html", context)


@login_required
@require_POST
def attempt_ask_again(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """Ask to have the mark of one answer looked at again."""
    sitting = own_attempt(request, pk)
    terms = terms_for(test=sitting.test, person=sitting.person, agency=sitting.agency)
    fields = _fields(sitting, attempts_left(sitting, terms), terms)
    item = sitting.items.filter(position=position).first()
    if item is None or Field.QUESTIONS not in fields or not fields & TELL_OF_MARKS:
        raise Http404
    try:
        ask_again(item=item, reason=request.POST.get("reason", ""), person=sitting.person)
    except MarkError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your question about the mark is noted. The answer appears on this page."))
    return redirect(f"{reverse('attempt_result', args=[sitting.pk])}{query(request)}#question-{position}")


def _fields(sitting: Attempt, attempts_left: int | None, terms: Terms) -> frozenset[Field]:
    """What is shown now. Passed, without an attempt left or closed, nothing can be gained any more – unless the last
    attempt is still being taken: it may ask the same questions."""
    now = timezone.now()
    closed = (
        sitting.outcome == Attempt.Outcome.PASSED
        or attempts_left == 0
        or sitting.phase == "post"
        or terms.no_longer(now)
    )
    closed = closed and not Attempt.objects.open().filter(test=sitting.test_id, person=sitting.person_id).exists()
    moment = moment_of(submitted_at=sitting.submitted_at, now=now, closed=closed)
    return shown(sitting.rules["disclosed"], moment=moment, phase=sitting.phase)


def _words(fields: Iterable[Field]) -> dict[str, bool]:
    """The fields as templates ask for them."""
    return {field.value: True for field in fields}


def _again_at(sitting: Attempt) -> datetime | None:
    """When the next attempt may start, if that is still to come."""
    if sitting.submitted_at is None:
        return None
    moment = sitting.submitted_at + timedelta(minutes=sitting.test.delay_minutes)
    return moment if moment > timezone.now() else None


def _certainty(sheet: Sheet) -> dict[str, Any] | None:
    """How certainty and knowledge agreed in the answers that are marked; None where nobody was asked."""
    given = [item for item in sheet.counting if item.certainty and item.answered and item.mark is not None]
    if not sheet.attempt.rules.get("certainty") or not given:
        return None
    found = calibration((Fraction(item.mark or 0, item.max_mark), item.certainty or 0) for item in given)
    levels = [
        _Certain(
            words=str(AttemptItem.Certainty(level.certainty).label),
            answers=level.answers,
            right=sum(item.certainty == level.certainty and item.mark == item.max_mark for item in given),
            per_cent=None if level.right is None else int(level.right * 100),
        )
        for level in found.levels
    ]
    return {
        "levels": levels,
        "certain": levels[-1],
        "score": rounded(float(found.score or 0), 2),
        "best": max(right for right, _wrong in SCORES.values()),
        "worst": rounded(min(wrong for _right, wrong in SCORES.values())),
    }
