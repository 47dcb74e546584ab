"""Marks and notes of one's own: made at a place in a lesson, listed on a page, and shown to nobody else."""

from functools import wraps
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.searching import words_in
from courses.forms.notes import NoteForm
from courses.models import Lesson, LessonNote, LessonPage, in_language_order
from courses.services import remove_note
from courses.views.access import FORM_METHODS, View, account_of, language
from people.permissions import person_of

# How much of a place is shown beside its note.
SHOWN = 200


def _for_nobody_else(view: View) -> View:
    """Let people in to what is their own; whoever looks at the Academy as somebody else stays outside."""

    @never_cache
    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "viewing", None) is not None:
            raise PermissionDenied(_("Notes are shown to nobody but the person who wrote them."))
        return view(request, *args, **kwargs)

    return wrapped


@_for_nobody_else
@require_http_methods(FORM_METHODS)
def note(request: HttpRequest, code: str, lesson_code: str, place: UUID) -> HttpResponse:
    """Mark a place in a lesson, write or change the note at it, or take the mark away; then go back to the place."""
    person = person_of(request.user)
    lesson = get_object_or_404(Lesson.objects.offered(), module__code=code, code=lesson_code)
    page = _best_pages([lesson.translation_key]).get(lesson.translation_key)
    said = _places(page).get(str(place)) if page is not None else None
    if page is None or said is None:
        raise Http404
    mine = LessonNote.objects.visible_to(account_of(request)).filter(lesson=lesson, place=str(place)).first()
    back = f"{reverse('lesson', args=[code, lesson_code])}#block-{place}"
    # A place may be marked without a word, so an empty form is one that was sent.
    sent = request.POST if request.method == "POST" else None
    form = NoteForm(sent, initial={"text": mine.text if mine else ""}, person=person, lesson=lesson, place=place)
    if request.method == "POST" and "remove" in request.POST:
        remove_note(person=person, lesson=lesson, place=place)
        return redirect(back)
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect(back)
    context = {"section": "modules", "form": form, "mine": mine, "page": page, "said": said, "back": back}
    return render(request, "courses/note.html", context)


@_for_nobody_else
@require_safe
def own_notes(request: HttpRequest) -> HttpResponse:
    """All own marks by lesson, in the order of the text. Two queries of its own."""
    mine = LessonNote.objects.visible_to(account_of(request)).select_related("lesson__module")
    by_lesson = [(lesson, list(rows)) for lesson, rows in groupby(mine, key=lambda each: each.lesson)]
    pages = _best_pages([lesson.translation_key for lesson, _rows in by_lesson])
    found = [_of_lesson(lesson, rows, pages.get(lesson.translation_key)) for lesson, rows in by_lesson]
    return render(request, "courses/own_notes.html", {"section": "my", "lessons": found})


def _of_lesson(lesson: Lesson, rows: list[LessonNote], page: LessonPage | None) -> dict[str, Any]:
    places = _places(page) if page is not None else {}
    order = {place: number for number, place in enumerate(places)}
    rows.sort(key=lambda row: (order.get(row.place, len(order)), row.pk))
    notes = [{"note": row, "said": places.get(row.place, "")} for row in rows]
    return {"lesson": lesson, "page": page, "notes": notes}


def _best_pages(keys: list[UUID]) -> dict[UUID, LessonPage]:
    """The published page of each lesson in the language of the reader, else in the next best: one query."""
    pages = LessonPage.objects.live().filter(translation_key__in=keys).select_related("locale")
    best: dict[UUID, LessonPage] = {}
    for page in in_language_order(pages, language()):
        best.setdefault(page.translation_key, page)
    return best


def _places(page: LessonPage) -> dict[str, str]:
    """How each block of a lesson begins, by its id."""
    return {block.id: _cut(" ".join(words_in(block.block, block.value))) for block in page.body}


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN].rsplit(' ', 1)[0]} …"
